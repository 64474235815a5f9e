"""The parts that stacks are made of, one construct a file."""
