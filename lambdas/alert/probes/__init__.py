"""The questions of the triage: each asks AWS one thing about a call."""
