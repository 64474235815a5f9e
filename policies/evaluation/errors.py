"""What evaluation cannot work with."""

from __future__ import annotations


class PolicyError(Exception):
    """A policy that AWS would refuse, or a request that cannot be one.

    The sentence begins with the place: the JSON path of the element, such as
    ``Statement[0].Condition.Bool.aws:SecureTransport``.
    """


class RequestError(Exception):
    """A principal, an account or a resource that cannot be one. The sentence says what to give instead."""
