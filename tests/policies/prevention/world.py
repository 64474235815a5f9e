"""The accounts, queues and layers of the table of decisions, with the documents of an inventory attached."""

from __future__ import annotations

import json
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from policies import naming
from policies.document import VERSION
from policies.evaluation import Account, Organization, Policy, PolicyKind, Principal, Resource, read_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.policies.prevention.documents import Statements

OURS, HUB, OUTSIDE, MANAGEMENT = "111122223333", "222233334444", "444455556666", "999988887777"
ORGANIZATION = Organization("o-exampleorgid", MANAGEMENT)

ANYTHING: Mapping[str, Any] = {"Effect": "Allow", "Action": "*", "Resource": "*"}
DAVE = f"arn:aws:iam::{OURS}:user/dave"
EVE = f"arn:aws:sts::{OURS}:assumed-role/contractor/eve"
OTHER_ACCOUNTS = [f"arn:aws:iam::{account}:root" for account in (HUB, OUTSIDE, MANAGEMENT)]

OWNERS_PRINCIPALS: Mapping[str, Any] = {
    "orders": None,
    "shared": {"AWS": OTHER_ACCOUNTS},
    "named": {"AWS": [DAVE, EVE]},
    "public": "*",
    "service": {"Service": "sns.amazonaws.com"},
}
"""Our queues, and whom their owners' policies let do everything."""

TRUST = "trust of the break-glass role"


def queue_arn(name: str, account: str = OURS) -> str:
    return f"arn:aws:sqs:us-east-1:{account}:{name}"


class World:
    """The accounts, with the documents attached of those layers that there are.

    Parameters
    ----------
    documents
        The documents by kind.
    layers
        Some of ``deny``, ``boundary``, ``queue``, ``scp`` and ``rcp``.
    """

    def __init__(self, documents: Mapping[str, Statements], layers: frozenset[str]) -> None:
        self.documents = documents
        self.layers = layers

    def account(self, account: str) -> Account:
        if account == OUTSIDE:
            return Account(OUTSIDE)
        return Account(
            account,
            organization=ORGANIZATION,
            scps=((self._full_access,), (self._full_access, self._scp)) if "scp" in self.layers else (),
            rcps=((self._rcp,),) if "rcp" in self.layers else (),
        )

    def user(self, name: str, *grants: Mapping[str, Any]) -> Principal:
        """Return a user of ours."""
        return Principal.user(
            f"arn:aws:iam::{OURS}:user/{name}",
            self.account(OURS),
            identity=self._identity(OURS, grants),
            boundary=self._boundary_in(OURS),
        )

    def role(
        self, name: str, *grants: Mapping[str, Any], account: str = OURS, session: str | None = None
    ) -> Principal:
        """Return a session of a role. Our identity policies are attached in our own account."""
        arn = f"arn:aws:iam::{account}:role/{name}"
        linked = name.startswith("aws-service-role/")
        return Principal.role(
            arn,
            self.account(account),
            session_name=session,
            identity=self._identity("" if linked else account, grants),
            boundary=self._boundary_in("" if linked else account),
        )

    def federated_user(self) -> Principal:
        """Return a federation session of a user of ours, whose session policy lets it do everything."""
        return Principal.federated_user(
            f"arn:aws:sts::{OURS}:federated-user/carol",
            f"arn:aws:iam::{OURS}:user/carol",
            self.account(OURS),
            identity=self._identity(OURS, (ANYTHING,)),
            boundary=self._boundary_in(OURS),
            session=(policy(PolicyKind.SESSION, "session", (dict(ANYTHING),)),),
        )

    def resource(self, on: str) -> Resource:
        """Return one of our queues by its name, the break-glass role, or anything by its ARN."""
        if on == TRUST:
            arn = f"arn:aws:iam::{OURS}:role/{naming.BREAK_GLASS_ROLE}"
            return Resource(arn, self.account(OURS), self._trust)
        if on not in OWNERS_PRINCIPALS:
            return Resource(on, self.account(on.split(":")[4] or OURS))
        statements = self._queue_statements(on)
        attached = policy(PolicyKind.QUEUE, "queue", statements) if statements else None
        return Resource(queue_arn(on), self.account(OURS), attached)

    def _queue_statements(self, name: str) -> Statements:
        principal = OWNERS_PRINCIPALS[name]
        owners = {"Effect": "Allow", "Principal": principal, "Action": "SQS:*", "Resource": queue_arn(name)}
        kept = () if principal is None else (owners,)
        if "queue" not in self.layers:
            return kept
        text = json.dumps(self.documents["queue"])
        return (*kept, *json.loads(text.replace(queue_arn("orders"), queue_arn(name))))

    def _identity(self, account: str, grants: tuple[Mapping[str, Any], ...]) -> tuple[Policy, ...]:
        granted = policy(PolicyKind.IDENTITY, "granted", tuple(dict(grant) for grant in grants))
        return (granted, self._deny) if account == OURS and "deny" in self.layers else (granted,)

    def _boundary_in(self, account: str) -> Policy | None:
        return self._boundary if account == OURS and "boundary" in self.layers else None

    @cached_property
    def _deny(self) -> Policy:
        return policy(PolicyKind.IDENTITY, "deny", self.documents["deny"])

    @cached_property
    def _boundary(self) -> Policy:
        return policy(PolicyKind.BOUNDARY, "boundary", self.documents["boundary"])

    @cached_property
    def _scp(self) -> Policy:
        return policy(PolicyKind.SCP, "scp", self.documents["scp"])

    @cached_property
    def _rcp(self) -> Policy:
        return policy(PolicyKind.RCP, "rcp", self.documents["rcp"])

    @cached_property
    def _full_access(self) -> Policy:
        return policy(PolicyKind.SCP, "FullAWSAccess", (dict(ANYTHING),))

    @cached_property
    def _trust(self) -> Policy:
        return policy(PolicyKind.QUEUE, "trust", self.documents["break-glass trust"])


def policy(kind: PolicyKind, name: str, statements: Statements) -> Policy:
    return _read_once(kind, name, json.dumps({"Version": VERSION, "Statement": statements}))


@lru_cache(maxsize=1000)
def _read_once(kind: PolicyKind, name: str, text: str) -> Policy:
    return Policy(kind, name, read_document(text))
