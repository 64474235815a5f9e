from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from policies.evaluation import Answer, decide
from policies.exposure import Groups, exposure_of, grouped
from policies.exposure.groups import OWN_POLICY
from tests.policies.exposure.snapshots import (
    OURS,
    OUTSIDER,
    Json,
    allow,
    collected,
    deny,
    queue,
    queue_arn,
    role,
    snapshot,
    user,
)

if TYPE_CHECKING:
    from policies.snapshot import Snapshot

OFFICE = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}


def groups_of(world: Snapshot) -> Groups:
    exposure = exposure_of(world, "sqs:PurgeQueue")
    return grouped(exposure.rows(), exposure.queues)


def sizes(groups: Groups) -> list[tuple[int, int]]:
    return [(len(group.principals), len(group.queues)) for group in groups.yes]


def test_principals_with_one_policy_on_the_same_queues_stand_together() -> None:
    listed = [role(f"drainer{number}", allow(Resource=queue_arn("orders*"))) for number in range(3)]
    groups = groups_of(snapshot(collected(*listed, queue("orders"), queue("orders2"), queue("payments"))))
    assert sizes(groups) == [(3, 2), (1, 3)]


def test_queues_whose_own_policies_say_the_same_stand_together() -> None:
    queues = [queue(f"q{number}", allow(Principal={"AWS": OUTSIDER})) for number in range(3)]
    first, _root = groups_of(snapshot(collected(*queues))).yes
    assert len(first.queues) == 3
    assert (first.decision.decided_by.kind, first.decision.decided_by.policy) == ("queue", OWN_POLICY)


def test_queues_whose_own_policies_set_the_same_condition_stand_together() -> None:
    queues = [queue(f"q{number}", deny(Principal="*", Condition=OFFICE)) for number in range(3)]
    (group,) = groups_of(snapshot(collected(*queues))).conditional
    assert len(group.queues) == 3
    assert [each.decided_by.policy for each in group.decision.conditions] == [OWN_POLICY]


def test_refusals_are_counted_by_what_refuses_most_frequent_first() -> None:
    listed = (user("denied", allow(), deny()), role("r1"), role("r2"))
    no = groups_of(snapshot(collected(*listed, queue("orders")))).no
    assert [(each.kind, each.policy, number) for each, number in no.items()] == [
        ("identity", None, 2),
        ("identity", "inline", 1),
    ]


statements = st.sampled_from(
    [
        allow(),
        allow(Condition=OFFICE),
        allow(Resource=queue_arn("a")),
        deny(),
        deny(Condition=OFFICE),
        deny(Resource=queue_arn("b")),
        allow("sqs:SendMessage"),
    ]
)
queue_statements = st.sampled_from(
    [
        allow(Principal="*"),
        allow(Principal={"AWS": OUTSIDER}, Condition=OFFICE),
        allow(Principal={"AWS": f"arn:aws:iam::{OURS}:role/r0"}),
        deny(Principal="*", Condition=OFFICE),
        deny(Principal={"AWS": OURS}),
        allow("sqs:SendMessage", Principal="*"),
    ]
)
lists_of_statements = st.lists(st.lists(statements, min_size=1, max_size=3), max_size=5)
lists_of_queue_statements = st.lists(st.lists(queue_statements, max_size=2), min_size=1, max_size=4)


@given(lists_of_statements, lists_of_queue_statements)
def test_a_group_says_of_each_of_its_pairs_what_is_said_of_the_pair_alone(
    of_roles: list[list[Json]], of_queues: list[list[Json]]
) -> None:
    roles = [role(f"r{number}", *statements) for number, statements in enumerate(of_roles)]
    queues = [queue("abcd"[number], *statements) for number, statements in enumerate(of_queues)]
    exposure = exposure_of(snapshot(collected(*roles, *queues)), "sqs:PurgeQueue")
    groups = grouped(exposure.rows(), exposure.queues)
    said = {
        (principal.name, queue.arn): group.decision
        for group in (*groups.yes, *groups.conditional)
        for principal in group.principals
        for queue in group.queues
    }
    refused: Counter[str] = Counter()
    for principal in exposure.principals:
        for each in exposure.queues:
            alone = decide(principal, each, "sqs:PurgeQueue")
            if alone.answer is Answer.NO:
                refused[alone.decided_by.kind] += 1
                assert (principal.name, each.arn) not in said
            else:
                group = said[principal.name, each.arn]
                assert (group.answer, group.decided_by.statement) == (
                    alone.answer,
                    alone.decided_by.statement,
                )
                assert [condition.key for condition in group.conditions] == [
                    condition.key for condition in alone.conditions
                ]
    counted: Counter[str] = Counter()
    for decided_by, number in groups.no.items():
        counted[decided_by.kind] += number
    assert counted == refused
