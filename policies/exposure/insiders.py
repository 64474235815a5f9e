"""The principals and queues that a snapshot lists, ready to be evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.evaluation.errors import RequestError
from policies.evaluation.principal import Principal
from policies.evaluation.resource import Resource
from policies.snapshot.errors import SnapshotError
from policies.snapshot.files import IAM_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policies.snapshot.identities import Role
    from policies.snapshot.snapshot import AccountSnapshot, Snapshot

_TAG_SESSION = "sts:tagsession"


def insiders_of(snapshot: Snapshot) -> Iterator[Principal]:
    """Yield the users, roles and root user of each account that was collected.

    A role stands for its sessions that were given no session policy, which are the ones that can do most.

    Raises
    ------
    SnapshotError
        A user or role has the ARN of something else.
    """
    for collected in snapshot.accounts:
        yield from _users(collected)
        yield from _roles(collected)
        yield Principal.root(collected.account, partition=_partition(collected))


def queues_of(snapshot: Snapshot) -> Iterator[Resource]:
    """Yield the queues. Their tags are not in a snapshot, so what depends on them stays open."""
    for collected in snapshot.accounts:
        for queue in collected.queues:
            yield Resource(queue.arn, collected.account, queue.policy)


def _users(collected: AccountSnapshot) -> Iterator[Principal]:
    for index, user in enumerate(collected.users):
        try:
            yield Principal.user(
                user.arn,
                collected.account,
                identity=user.identity,
                boundary=user.boundary,
                user_id=user.id,
                tags=user.tags,
            )
        except RequestError as error:
            raise _misplaced(collected, f"UserDetailList[{index}]", error) from None


def _roles(collected: AccountSnapshot) -> Iterator[Principal]:
    for index, role in enumerate(collected.roles):
        try:
            yield Principal.role(
                role.arn,
                collected.account,
                identity=role.identity,
                boundary=role.boundary,
                role_id=role.id,
                tags=_session_tags(role),
            )
        except RequestError as error:
            raise _misplaced(collected, f"RoleDetailList[{index}]", error) from None


def _session_tags(role: Role) -> Mapping[str, str] | None:
    """Return the tags that every session of a role has, or None where it can be given others.

    "To pass session tags, you must have the sts:TagSession permission", in the trust policy too.
    See https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    """
    if role.trust is None or any(statement.covers_action(_TAG_SESSION) for statement in role.trust.allows):
        return None
    return role.tags


def _partition(collected: AccountSnapshot) -> str:
    arns = [each.arn for named in (collected.roles, collected.users, collected.queues) for each in named]
    return arns[0].split(":")[1] if arns else "aws"


def _misplaced(collected: AccountSnapshot, place: str, error: RequestError) -> SnapshotError:
    return SnapshotError(f"{collected.account.id}/{IAM_FILE}: {place}.Arn: {error}")
