"""Tests of what sets purge-guard up."""
