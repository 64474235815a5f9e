"""What can go wrong while stacks are synthesized."""


class SynthesisError(Exception):
    """The stacks cannot be synthesized; the sentence says why and what to do."""
