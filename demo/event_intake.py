# ruff: noqa: SLF001 - reads the emulator's own state, at the version that demo.ministack_corrections pins
# ministack carries no types:
# mypy: disable-error-code="import-untyped"
"""CloudTrail hands the management events of Amazon SQS to EventBridge, which ministack does not do.

On AWS, CloudTrail records each management call; where a trail of the account logs write management
events in the region, the record reaches the region's default event bus as ``AWS API Call via CloudTrail``.
:class:`CloudTrailIntake` does that for every call that the emulator answers, refused ones too.

It rests on these pages under https://docs.aws.amazon.com:

- /eventbridge/latest/userguide/eb-service-event-cloudtrail.html: what reaches a bus, and by which trail
- /awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html: the record
- /awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html: who called
- /AWSSimpleQueueService/latest/SQSDeveloperGuide/logging-using-cloudtrail.html: the management events
"""

import html
import json
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from ministack.core import iam_evaluator, router
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import cloudtrail, eventbridge, iam, sqs, sts

Json = dict[str, Any]
Message = Mapping[str, Any]  # as ASGI defines them; a scope is one too
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Any], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

# The management events of SQS that write. The one that reads, ListMessageMoveTasks, reaches no rule that is
# merely ENABLED, and every other call of SQS is a data event.
WRITE_MANAGEMENT_EVENTS = frozenset(
    {
        "AddPermission",
        "CancelMessageMoveTask",
        "CreateQueue",
        "DeleteQueue",
        "PurgeQueue",
        "RemovePermission",
        "SetQueueAttributes",
        "StartMessageMoveTask",
        "TagQueue",
        "UntagQueue",
    }
)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a call did not succeed: the error's code and message."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class SqsCall:
    """One call of SQS as CloudTrail sees it: who asked for what, from where, and what became of it."""

    action: str
    parameters: Json
    caller: iam_evaluator.ResolvedCredential
    region: str
    source_address: str
    user_agent: str
    request_id: str
    failure: Failure | None

    @property
    def queue_owner(self) -> str:
        """The account that the queue's URL names; a queue without one is the caller's."""
        owner = re.search(r"/(\d{12})/[^/]+/?$", self.parameters.get("QueueUrl", ""))
        return owner[1] if owner else str(self.caller.account_id)

    @property
    def queue_arn(self) -> str:
        """The ARN of the queue that the call is about."""
        url = self.parameters.get("QueueUrl", "").rstrip("/")
        name = self.parameters.get("QueueName") or url.rpartition("/")[2]
        return f"arn:aws:sqs:{self.region}:{self.queue_owner}:{name}"


class CloudTrailIntake:
    """An ASGI layer that records the management events of SQS and passes everything else by.

    Parameters
    ----------
    application : Application
        The emulator. An answer leaves this layer when its event is on the bus: whoever sees the answer can
        rely on the event.
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or not _is_for_sqs(scope):
            await self._application(scope, receive, send)
            return
        request = await _whole_body(receive)
        answer: list[Message] = []

        async def repeat() -> Message:
            return {"type": "http.request", "body": request, "more_body": False}

        async def keep(message: Message) -> None:
            answer.append(message)

        await self._application(scope, repeat, keep)
        call = _recorded_call(scope, request, answer)
        if call is not None:
            _hand_over(call)
        for message in answer:
            await send(message)


def _is_for_sqs(scope: Message) -> bool:
    parameters = parse_qs(scope["query_string"].decode())
    return bool(router.detect_service(scope["method"], scope["path"], _headers(scope), parameters) == "sqs")


def _headers(message: Message) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in message["headers"]}


async def _whole_body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _recorded_call(scope: Message, request: bytes, answer: list[Message]) -> SqsCall | None:
    """Read a call that CloudTrail records; None for a data event or for credentials that belong to nobody."""
    headers, query = _headers(scope), parse_qs(scope["query_string"].decode())
    action, parameters = _action_and_parameters(scope, headers, query, request)
    # The emulator has left the caller's account and region in the context of the request that it answered.
    key = router.extract_access_key_id(headers, query)
    caller = iam_evaluator.resolve_credential(key, get_account_id())
    if action not in WRITE_MANAGEMENT_EVENTS or not isinstance(caller, iam_evaluator.ResolvedCredential):
        return None
    return SqsCall(
        action=action,
        parameters=parameters,
        caller=caller,
        region=get_region(),
        source_address=scope["client"][0],
        user_agent=headers.get("user-agent", ""),
        # The emulator refuses without an id; AWS never answers without one.
        request_id=_headers(answer[0]).get("x-amzn-requestid", str(uuid.uuid4())),
        failure=_failure(answer),
    )


def _action_and_parameters(
    scope: Message, headers: dict[str, str], query: dict[str, list[str]], request: bytes
) -> tuple[str, Json]:
    target = headers.get("x-amz-target", "")
    if target.startswith("AmazonSQS."):
        return target.removeprefix("AmazonSQS."), json.loads(request or b"{}")
    # The query protocol: a form, or a query string, sent to the queue's own URL.
    form = query | parse_qs(request.decode())
    action = form.get("Action", [""])[0]
    parameters = sqs._normalise(action, form)
    if scope["path"].strip("/"):
        parameters.setdefault("QueueUrl", f"http://{headers['host']}{scope['path']}")
    return action, parameters


def _failure(answer: list[Message]) -> Failure | None:
    if answer[0]["status"] < HTTPStatus.BAD_REQUEST:
        return None
    body = b"".join(message.get("body", b"") for message in answer).decode()
    code_and_side = _headers(answer[0]).get("x-amzn-query-error")
    if code_and_side is not None:
        return Failure(code_and_side.partition(";")[0], json.loads(body)["message"])
    return Failure(_element(body, "Code"), _element(body, "Message"))


def _element(document: str, name: str) -> str:
    found = re.search(f"<{name}>(.*?)</{name}>", document, re.DOTALL)
    return html.unescape(found[1]) if found else ""


def _hand_over(call: SqsCall) -> None:
    # A call across accounts is recorded in the caller's account and in the queue's, tied by sharedEventID.
    recipients = {call.caller.account_id, call.queue_owner}
    shared_event_id = str(uuid.uuid4()) if len(recipients) > 1 else None
    for recipient in recipients:
        with request_scope(recipient, call.region):
            if _a_trail_records_writes(recipient):
                event = {
                    "Source": "aws.sqs",
                    "DetailType": "AWS API Call via CloudTrail",
                    "Detail": json.dumps(record_of(call, recipient, shared_event_id)),
                }
                eventbridge._put_events({"Entries": [event]}, allow_aws_source=True)


def _a_trail_records_writes(account: str) -> bool:
    """Whether a trail of the current region, or a multi-region one, is logging write management events."""
    return any(
        trail["IsLogging"]
        and any(
            _selects_sqs_writes(selector)
            for selector in cloudtrail._event_selectors.get_scoped(
                account, home, name, cloudtrail._DEFAULT_EVENT_SELECTORS
            )
        )
        for home, name, trail in cloudtrail._visible_trail_items()
    )


def _selects_sqs_writes(selector: Json) -> bool:
    if "FieldSelectors" not in selector:
        return selector["IncludeManagementEvents"] and selector["ReadWriteType"] in {"All", "WriteOnly"}
    fields = {field["Field"]: field for field in selector["FieldSelectors"]}
    return (
        fields["eventCategory"].get("Equals") == ["Management"]
        and fields.get("readOnly", {}).get("Equals", ["false"]) == ["false"]
        and "sqs.amazonaws.com" not in fields.get("eventSource", {}).get("NotEquals", [])
    )


def record_of(call: SqsCall, recipient: str, shared_event_id: str | None) -> Json:
    """Write the CloudTrail record of a call, as the account that receives it sees it."""
    record = {
        "eventVersion": "1.11",
        "userIdentity": _user_identity(call.caller, recipient),
        "eventTime": _utc(datetime.now(UTC)),
        "eventSource": "sqs.amazonaws.com",
        "eventName": call.action,
        "awsRegion": call.region,
        "sourceIPAddress": call.source_address,
        "userAgent": call.user_agent,
        "requestParameters": {name[0].lower() + name[1:]: value for name, value in call.parameters.items()},
        "responseElements": None,
        "requestID": call.request_id,
        "eventID": str(uuid.uuid4()),
        "readOnly": False,
        "resources": [{"accountId": call.queue_owner, "type": "AWS::SQS::Queue", "ARN": call.queue_arn}],
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": recipient,
        "eventCategory": "Management",
    }
    if call.failure is not None:
        record |= {"errorCode": call.failure.code, "errorMessage": call.failure.message}
    if shared_event_id is not None:
        record["sharedEventID"] = shared_event_id
    return record


def _user_identity(caller: iam_evaluator.ResolvedCredential, recipient: str) -> Json:
    if caller.account_id != recipient:
        # A foreign account learns the caller's account, not its names.
        return {"type": "AWSAccount", "principalId": caller.principal_id, "accountId": caller.account_id}
    identity = {
        "type": {"User": "IAMUser"}.get(caller.principal_type, caller.principal_type),
        "principalId": caller.principal_id,
        "arn": caller.principal_arn,
        "accountId": caller.account_id,
        "accessKeyId": caller.access_key_id,
    }
    if caller.principal_name:
        identity["userName"] = caller.principal_name
    if caller.session_token is not None:
        identity["sessionContext"] = _session_context(caller)
    return identity


def _session_context(caller: iam_evaluator.ResolvedCredential) -> Json:
    issued = datetime.fromtimestamp(sts._sessions[caller.access_key_id]["IssuedAt"], UTC)
    attributes = {"creationDate": _utc(issued), "mfaAuthenticated": "false"}
    role = None
    if caller.principal_type == "AssumedRole":
        role = iam._roles.get_scoped(caller.account_id, None, caller.principal_arn.split("/")[1])
    if role is None:
        return {"attributes": attributes}
    issuer = {
        "type": "Role",
        "principalId": role["RoleId"],
        "arn": role["Arn"],
        "accountId": caller.account_id,
        "userName": role["RoleName"],
    }
    return {"sessionIssuer": issuer, "attributes": attributes}


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
