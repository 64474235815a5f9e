# ruff: noqa: SLF001 - correcting the emulator means replacing what it keeps to itself; the pin below makes that safe
# ministack carries no types:
# mypy: disable-error-code="import-untyped"
"""What ministack 1.5.33 does otherwise than AWS, put right where the path of an event crosses it.

Each public function below replaces one of the emulator's own; :func:`corrected_application` puts them in
their places.
"""

import json
import logging
from importlib.metadata import version
from typing import Any

from ministack.app import app
from ministack.core import iam_evaluator
from ministack.core.arn import Arn, parse_arn
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import eventbridge, iam

from demo.event_intake import Application

Json = dict[str, Any]

PINNED_VERSION = "1.5.33"

logger = logging.getLogger(__name__)

_invoke_target = eventbridge._invoke_target
_put_permission = eventbridge._put_permission
_resolve_condition_key = iam_evaluator._resolve_condition_key


def corrected_application() -> Application:
    """Return the emulator's ASGI application with every correction in place.

    Raises
    ------
    RuntimeError
        Another version of ministack is installed than the corrections were written for.
    """
    if (installed := version("ministack")) != PINNED_VERSION:
        raise RuntimeError(
            f"ministack {installed} is installed, but {__name__} corrects version {PINNED_VERSION}. "
            f"Install that version, or read the corrections against {installed} and move the pin."
        )
    eventbridge._invoke_target = invoke_target
    eventbridge._put_permission = put_permission
    iam_evaluator._resolve_condition_key = resolve_condition_key
    application: Application = app
    return application


def invoke_target(target: Json, event: Json, rule: Json, view: object = None) -> None:
    """Deliver an event to one target of a rule; an event bus may lie in any account and region.

    ministack finds a bus in the event's own account and region only, asks neither the target's role nor
    the policy of the bus, and forwards an event again and again. AWS carries the event over if the role may
    put it there, and does so once: what came from another bus is not routed on to a third. The event keeps
    the account and the region that it comes from.

    See https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html and
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html.
    """
    destination = parse_arn(target["Arn"])
    if destination.service != "events" or not destination.resource.startswith("event-bus/"):
        _invoke_target(target, event, rule, view)
        return
    if event.get("_DispatchPath"):
        logger.warning("%s does not forward to %s: the event was forwarded before", rule["Arn"], destination)
        return
    if not _may_put_events(target.get("RoleArn", ""), rule, destination):
        logger.warning("%s does not forward to %s: no events:PutEvents there", rule["Arn"], destination)
        return
    with request_scope(destination.account_id, destination.region):
        arrived = event | {"EventBusName": _bus_name(destination)}
        eventbridge._archive_event(arrived)
        eventbridge._dispatch_event(arrived | {"_DispatchPath": [rule["Arn"]]})


def _may_put_events(role_arn: str, rule: Json, bus: Arn) -> bool:
    role = iam._roles.get_scoped(get_account_id(), None, role_arn.rpartition("/")[2])
    if role is None or role["Arn"] != role_arn:
        return False
    return _eventbridge_may_assume(role, rule) and _role_may_put_events(role["RoleName"], bus)


def _eventbridge_may_assume(role: Json, rule: Json) -> bool:
    account = get_account_id()
    assume = iam_evaluator.EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action="sts:AssumeRole",
        resource_arn=role["Arn"],
        region=get_region(),
        service_context={"aws:sourcearn": rule["Arn"], "aws:sourceaccount": account},
    )
    trust = iam_evaluator.evaluate_resource_policy(
        role["AssumeRolePolicyDocument"], assume, service="events.amazonaws.com"
    )
    return bool(trust.decision == "Allow")


def _role_may_put_events(role_name: str, bus: Arn) -> bool:
    # In its own account the role's policies decide; across accounts the policy of the bus must agree.
    account = get_account_id()
    put = iam_evaluator.EvalContext(
        principal_arn=f"arn:aws:sts::{account}:assumed-role/{role_name}/events",
        principal_type="AssumedRole",
        principal_account=account,
        action="events:PutEvents",
        resource_arn=str(bus),
        region=bus.region,
    )
    by_role = iam_evaluator.evaluate(
        put,
        iam_evaluator._gather_role_policies(role_name, account),
        *iam_evaluator._permissions_boundary(iam._roles, role_name, account),
    )
    bus_policy = eventbridge._event_bus_policies.get_scoped(bus.account_id, bus.region, _bus_name(bus))
    result = iam_evaluator.combine_resource_policy(by_role, put, bus_policy, bus.account_id)
    return bool(result.decision == "Allow")


def _bus_name(bus: Arn) -> str:
    return str(bus.resource).removeprefix("event-bus/")


def put_permission(request: Json) -> object:
    """Set the policy of an event bus.

    ministack ignores a whole policy document, which is how Terraform sets one, and admits everybody instead;
    an account's number it keeps as it is, and that matches no principal. AWS takes the document, and reads a
    number as the account's root.

    See https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html.
    """
    if "Policy" in request:
        bus = request.get("EventBusName", "default")
        eventbridge._event_bus_policies[bus] = json.loads(request["Policy"])
        return eventbridge.json_response({})
    if request.get("Principal", "*") != "*":
        request = request | {"Principal": {"AWS": f"arn:aws:iam::{request['Principal']}:root"}}
    return _put_permission(request)


def resolve_condition_key(key: str, context: iam_evaluator.EvalContext) -> object:
    """Return the value of a condition key for the call that is being decided.

    For a role's session ministack answers ``aws:PrincipalArn`` with the session's ARN. AWS answers with the
    ARN of the role, its path included; a policy that exempts a role rests on that.

    ``aws:SecureTransport`` is true: the emulator speaks plain HTTP on the loopback interface, where it stands
    for endpoints that speak TLS. Else every queue that refuses insecure transport, as it should, refuses all.

    See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html.
    """
    if key.lower() == "aws:securetransport":
        return "true"
    value = _resolve_condition_key(key, context)
    if key.lower() == "aws:principalarn" and ":assumed-role/" in value:
        session = parse_arn(value)
        role = iam._roles.get_scoped(session.account_id, None, session.resource.split("/")[1])
        return role and role["Arn"]
    return value
