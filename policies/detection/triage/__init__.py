"""Triage: what the answers of AWS say about a call that was found, as lines for people and for programs."""
