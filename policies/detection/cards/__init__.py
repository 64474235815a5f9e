"""The cards of the detection rules, one subject a module."""
