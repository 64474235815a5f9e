"""Where the oracle is known to differ from AWS, each with the sentence of AWS that settles it.

A disagreement is not ignored but settled: the world is rewritten so that what the oracle does not know is
said in words that it does, and then its answer has to be ours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from policies.evaluation import NOT_SHARED_BY_SQS
from tests.differential.worlds import ALLOW_ALL, Json, World

if TYPE_CHECKING:
    from collections.abc import Callable

GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide"
SQS_GUIDE = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide"

SESSION_SENTENCE = (
    "Permissions granted directly to a session are not limited by an implicit deny in an identity-based "
    "policy, a permissions boundary, or session policy."
)
"""From reference_policies_evaluation-logic_policy-eval-denyallow. Of a wildcard in the Principal element,
reference_policies_elements_principal says the same."""

OLD_VERSION = "2008-10-17"

_COLONS = 5
_VARIABLE = re.compile(r"\$\{(aws:username|aws:PrincipalTag/team)(?:, '(\w+)')?\}")


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One thing that the oracle does not know, or knows otherwise than AWS.

    Parameters
    ----------
    name
        What it is about.
    sentence, source
        What AWS says, and where.
    settle
        Returns a world in which it does not matter, and in which AWS would decide the same.
    """

    name: str
    sentence: str
    source: str
    settle: Callable[[World], World]


def settle(world: World, *, but: Disagreement | None = None) -> World:
    """Return a world in which no known disagreement matters, but one."""
    for disagreement in DISAGREEMENTS:
        if disagreement is not but:
            world = disagreement.settle(world)
    return world


def granted_directly(world: World) -> World | None:
    """Return the world as far as the queue's policy grants directly, or None where nothing else limits.

    The oracle limits such a grant by a session policy; AWS does not: :data:`SESSION_SENTENCE`. What AWS
    decides is therefore the better of two worlds: the one as it is, and this one, whose session policy allows
    everything that it does not deny.
    """
    if world.session is None or world.account != world.queue_account:
        return None
    return replace(
        world,
        identity=_denies(world.identity),
        boundary=None if world.boundary is None else [ALLOW_ALL, *_denies(world.boundary)],
        session=[ALLOW_ALL, *_denies(world.session)],
        queue_policy=[
            each for each in world.queue_policy if each["Effect"] == "Deny" or _is_direct(each, world)
        ],
    )


def _is_direct(statement: Json, world: World) -> bool:
    if "Principal" not in statement:
        return True
    named = statement["Principal"]
    names = [named] if isinstance(named, str) else _listed(named.get("AWS", []))
    kind = (
        "federated-user/alice" if world.kind == "federated user" else f"assumed-role/{_role(world)}/session"
    )
    return bool({"*", f"arn:aws:sts::{world.account}:{kind}"} & set(names))


def _role(world: World) -> str:
    return world.name.rpartition("/")[2]


def _denies(statements: list[Json]) -> list[Json]:
    return [each for each in statements if each["Effect"] == "Deny"]


def _listed(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _every_statement(world: World, change: Callable[[Json], Json], *, variables: bool = False) -> World:
    """Return the world with every statement changed; with variables, where its version has them."""

    def changed(statements: list[Json]) -> list[Json]:
        return [change(each) for each in statements]

    literal = variables and world.version == OLD_VERSION
    return replace(
        world,
        identity=world.identity if literal else changed(world.identity),
        boundary=None if world.boundary is None else changed(world.boundary),
        session=None if world.session is None else changed(world.session),
        queue_policy=changed(world.queue_policy),
        scps=[changed(level) for level in world.scps],
        rcps=[changed(level) for level in world.rcps],
    )


def _with_resources(statement: Json, change: Callable[[str], str]) -> Json:
    element = "Resource" if "Resource" in statement else "NotResource"
    return {**statement, element: [change(each) for each in _listed(statement[element])]}


def _with_values(statement: Json, change: Callable[[str], str]) -> Json:
    if "Condition" not in statement:
        return statement
    return {
        **statement,
        "Condition": {
            operator: {key: [change(each) for each in _listed(values)] for key, values in keys.items()}
            for operator, keys in statement["Condition"].items()
        },
    }


def _break_old_variables(world: World) -> World:
    if world.version != OLD_VERSION:
        return world

    def change(text: str) -> str:
        return text.replace("${", "$(")

    return replace(world, identity=[_with_values(each, change) for each in world.identity])


def _resolve_variables(world: World) -> World:
    values = {"aws:username": "alice" if world.kind == "user" else None, "aws:PrincipalTag/team": world.team}
    nothing: Json = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::nothing"}

    def resolved(match: re.Match[str]) -> str:
        return values[match[1]] or match[2] or "unresolvable"

    def change(statement: Json) -> Json:
        changed = _with_resources(statement, lambda text: _VARIABLE.sub(resolved, text))
        # "Any attempt to match it fails and causes the statement to be invalid", a NotResource too.
        if "unresolvable" in " ".join(changed.get("NotResource", [])):
            principal = {"Principal": statement["Principal"]} if "Principal" in statement else {}
            return {**nothing, **principal, **({"Principal": "*"} if "NotPrincipal" in statement else {})}
        return changed

    return _every_statement(world, change, variables=True)


def _resolve_account(world: World) -> World:
    def change(text: str) -> str:
        return text.replace(":${aws:ResourceAccount}:", f":{world.queue_account}:")

    return _every_statement(world, lambda statement: _with_values(statement, change), variables=True)


def _complete_arns(world: World) -> World:
    complete = {
        "arn:aws:sqs": "arn:aws:sqs:*:*:*",
        "arn:aws:sqs:*:orders": "arn:aws:sqs:*:*:orders",
        "arn:aws:sqs:*orders": "arn:aws:sqs:*orders:*:*",
    }
    return _every_statement(
        world, lambda statement: _with_resources(statement, lambda text: complete.get(text, text))
    )


def _write_prefix_lengths(world: World) -> World:
    def change(text: str) -> str:
        return f"{text}/32" if text == "203.0.113.7" else text

    return _every_statement(world, lambda statement: _with_values(statement, change))


def _write_plain_asterisks(world: World) -> World:
    def change(statement: Json) -> Json:
        conditions = dict(statement.get("Condition", {}))
        for operator in [name for name in conditions if re.search("String(Not)?Equals", name)]:
            conditions[operator] = {
                key: [each.replace("${*}", "*") for each in _listed(values)]
                for key, values in conditions[operator].items()
            }
        return {**statement, "Condition": conditions} if conditions else statement

    return _every_statement(world, change, variables=True)


def _write_whole_arns(world: World) -> World:
    def change(statement: Json) -> Json:
        conditions = dict(statement.get("Condition", {}))
        for operator in [name for name in conditions if "Arn" in name]:
            conditions[operator] = {
                key: [
                    each if each.count(":") >= _COLONS else "arn:aws:nothing:::x" for each in _listed(values)
                ]
                for key, values in conditions[operator].items()
            }
        return {**statement, "Condition": conditions} if conditions else statement

    return _every_statement(world, change)


def _withhold_unshared_actions(world: World) -> World:
    if world.account == world.queue_account or world.action.lower() not in NOT_SHARED_BY_SQS:
        return world
    return replace(world, queue_policy=_denies(world.queue_policy))


def _withhold_from_federated_users(world: World) -> World:
    if world.kind != "federated user" or world.session is not None:
        return world
    return replace(
        world,
        identity=_denies(world.identity),
        queue_policy=[
            each for each in world.queue_policy if each["Effect"] == "Deny" or _is_direct(each, world)
        ],
    )


def _except_by_own_name(world: World) -> World:
    """Leave out of NotPrincipal the account, the role or the user behind who asks."""
    if world.kind == "root":
        return world
    behind = {world.account, f"arn:aws:iam::{world.account}:root"}
    if world.kind != "user":
        behind |= {
            f"arn:aws:iam::{world.account}:{world.name}",
            f"arn:aws:iam::{world.account}:user/ops/alice",
        }

    def change(statement: Json) -> Json:
        excepted = statement.get("NotPrincipal")
        if not isinstance(excepted, dict) or "AWS" not in excepted:
            return statement
        names = [name for name in _listed(excepted["AWS"]) if name not in behind]
        return {**statement, "NotPrincipal": {"AWS": names or "AIDAEXAMPLEDELETEDUSER"}}

    return replace(world, queue_policy=[change(each) for each in world.queue_policy])


DISAGREEMENTS = (
    Disagreement(
        "policy variables in the old version of the language",
        "If you don't include the Version element and set it to an appropriate version date, variables like "
        "${aws:username} are treated as literal strings in the policy.",
        f"{GUIDE}/reference_policies_variables.html",
        _break_old_variables,
    ),
    Disagreement(
        "policy variables in the ARN of a queue",
        '"Resource": "arn:aws:sqs:us-east-2:*:${aws:username}-queue"',
        f"{GUIDE}/reference_policies_variables.html",
        _resolve_variables,
    ),
    Disagreement(
        "policy variables in the first fields of the ARN of a condition",
        "You can use a policy variable with the ARN condition operator.",
        f"{GUIDE}/reference_policies_elements_condition_operators.html",
        _resolve_account,
    ),
    Disagreement(
        "wildcards beyond a colon, and incomplete ARNs under NotResource",
        "If the * wildcard is the last character of a resource ARN segment, it can expand to match beyond "
        "the colon boundaries.",
        f"{GUIDE}/reference_policies_elements_resource.html",
        _complete_arns,
    ),
    Disagreement(
        "NotIpAddress with an address of the other family",
        "NotIpAddress: All IP addresses except the specified IP address or range.",
        f"{GUIDE}/reference_policies_elements_condition_operators.html",
        _write_prefix_lengths,
    ),
    Disagreement(
        "a literal asterisk where there are no wildcards",
        "These predefined policy variables can be used in any string where you can use regular policy "
        "variables.",
        f"{GUIDE}/reference_policies_variables.html",
        _write_plain_asterisks,
    ),
    Disagreement(
        "ArnNotLike with what is no ARN",
        "ArnNotEquals, ArnNotLike: Negated matching for ARN.",
        f"{GUIDE}/reference_policies_elements_condition_operators.html",
        _write_whole_arns,
    ),
    Disagreement(
        "what SQS shares with no other account",
        "Cross-account permissions don't apply to the following actions: …",
        f"{SQS_GUIDE}/sqs-limitations-of-custom-policies.html",
        _withhold_unshared_actions,
    ),
    Disagreement(
        "sessions of federated users without a session policy",
        "If there is no session policy, the code checks whether the principal is a role session. If the "
        "principal is a role session, then the request is Allowed. Otherwise, the request is implicitly "
        "denied.",
        f"{GUIDE}/reference_policies_evaluation-logic_policy-eval-denyallow.html",
        _withhold_from_federated_users,
    ),
    Disagreement(
        "NotPrincipal with the account of a user, or the role of a session",
        "In the following example, all principals except the user named Bob in AWS account 444455556666 are "
        "explicitly denied access to a resource. Note that as a best practice, the NotPrincipal element "
        "contains the ARN of both the user Bob and the AWS account that Bob belongs to.",
        f"{GUIDE}/reference_policies_elements_notprincipal.html",
        _except_by_own_name,
    ),
)
