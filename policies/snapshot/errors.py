"""What is wrong with a snapshot."""

from __future__ import annotations


class SnapshotError(Exception):
    """A snapshot cannot be read, or is not what AWS puts out.

    The sentence begins with the file and the place in it, such as
    ``111122223333/iam.json: RoleDetailList[3].Arn``.
    """
