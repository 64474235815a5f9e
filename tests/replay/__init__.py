"""Whole alerts, replayed: an event and recorded answers of AWS in, the texts that people approved out."""
