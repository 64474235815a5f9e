"""How the commands that talk to AWS end; docs/commands.md explains each code."""

NOT_WRITTEN = 1
WRONG_INPUT = 2
INCOMPLETE = 3
