"""What an operator runs: the command ``purge-guard``."""
