"""What the triage role may do is what the probes ask for: no more and no less."""

from __future__ import annotations

from lambdas.alert.clients import Clients
from lambdas.alert.probes.actor import ACTOR_PROBES
from lambdas.alert.probes.damage import DAMAGE_PROBES
from lambdas.alert.probes.queue import QUEUE_PROBES
from lambdas.alert.triage import run_triage
from lambdas.alert.workers import Workers
from policies.naming import Place
from policies.triage_role import triage_permissions
from tests.lambdas.aws_answers import aws_answers
from tests.lambdas.probes.actor_cases import USER, case_of


def test_the_role_may_do_what_the_probes_ask_for_and_nothing_else() -> None:
    with aws_answers({}) as aws:
        for changes in ({}, {"userIdentity": USER}):
            run_triage(
                case_of(changes),
                (*QUEUE_PROBES, *DAMAGE_PROBES, *ACTOR_PROBES),
                Clients(),
                budget_seconds=20,
                workers=Workers(),
            )

    asked = {operation.replace(".", ":") for operation in aws.operations} - {"sts:AssumeRole"}
    statements = triage_permissions(Place("111122223333", "us-east-1"))
    assert asked == {action for statement in statements for action in statement.actions}
