"""A snapshot of an organization: who there is, which queues there are, and the policies of both.

It is AWS's own output in a directory, made by ``purge-guard snapshot`` or by hand, as docs/snapshot.md shows.
``read_snapshot`` reads it, checks it, and says where it is wrong. Nothing is decided here.
"""

from policies.snapshot.errors import SnapshotError
from policies.snapshot.files import IAM_FILE, ORGANIZATION_FILE, QUEUES_FILE, UNREAD_FILE
from policies.snapshot.identities import Role, User
from policies.snapshot.organization import OrganizationTree
from policies.snapshot.queues import Queue
from policies.snapshot.snapshot import AccountSnapshot, Snapshot, read_snapshot

__all__ = [
    "IAM_FILE",
    "ORGANIZATION_FILE",
    "QUEUES_FILE",
    "UNREAD_FILE",
    "AccountSnapshot",
    "OrganizationTree",
    "Queue",
    "Role",
    "Snapshot",
    "SnapshotError",
    "User",
    "read_snapshot",
]
