"""AWS as a table: what it answers to each operation, down to the bytes of the HTTP response.

Everything above is real: the client builds, signs and repeats its requests, parses the answers and raises its
errors as it does with AWS. Nothing goes over a network, and nothing waits before it tries again. Answers are
written as boto3 returns them::

    with aws_answers({"sqs.ListQueueTags": {"Tags": {"Owner": "payments"}}}) as aws:
        ...
    assert aws.operations == ["sts.AssumeRole", "sqs.ListQueueTags"]

The names are those of boto3's clients and of AWS's operations. Any role can be assumed unless the table says
otherwise, and what has no place in the table is refused with the code ``NotInTheTable``.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from botocore import handlers
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ReadTimeoutError
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.awsrequest import AWSPreparedRequest
    from botocore.model import OperationModel

REGION = "us-east-1"
"""The region of whoever asks."""

_OWN_KEY = "AKIAHUB"
_ROLE_KEY = "ASIA"
_SIGNATURE = re.compile(r"Credential=(?P<key>[^/]+)/[0-9]+/(?P<region>[^/]+)/")
_ROLE_ACCOUNT = re.compile(r"::([0-9]{12}):role/")


@dataclass(frozen=True)
class Request:
    """A request as it was sent.

    Parameters
    ----------
    operation
        Such as ``sqs.ListQueueTags``.
    parameters
        As the client was given them.
    region
        The region that it was signed for.
    account
        The account whose role signed it; empty where none did.
    url
        Where it was sent.
    """

    operation: str
    parameters: Mapping[str, Any]
    region: str
    account: str
    url: str


@dataclass(frozen=True)
class Refusal:
    """An error as AWS answers it."""

    code: str
    message: str = "refused by the table"
    status: int = HTTPStatus.BAD_REQUEST


@dataclass(frozen=True)
class Garbage:
    """A success with a body that no client can expect."""

    body: bytes


class Silence:
    """No answer within the client's patience."""


@dataclass(frozen=True)
class Late:
    """An answer that comes only once something else has happened."""

    after: threading.Event
    answer: Answer


Answer = Mapping[str, Any] | Refusal | Garbage | Silence | Late | Callable[[Request], Any]
"""What AWS answers to an operation, or a function that says so for each request.

Out of a list, each request takes the next, and the last one answers all that follow.
"""

DENIED = Refusal("AccessDeniedException", "User is not authorized to perform this")
THROTTLED = Refusal("ThrottlingException", "Rate exceeded")
SILENCE = Silence()


class AwsAnswers:
    """A table of answers, and what was asked.

    Parameters
    ----------
    table
        By the names of operations, such as ``sqs.ListQueueTags``.
    """

    def __init__(self, table: Mapping[str, Answer | Sequence[Answer]]) -> None:
        self.requests: list[Request] = []
        self._table = {"sts.AssumeRole": assumed_role, **table}
        self._current = threading.local()
        self._lock = threading.Lock()

    @property
    def operations(self) -> list[str]:
        """The operations that were asked for, in their order, repetitions included."""
        return [request.operation for request in self.requests]

    def remember(self, params: dict[str, Any], model: OperationModel, **_: object) -> None:
        """Note what this thread is about to ask; stands for ``before-parameter-build``."""
        self._current.parameters, self._current.model = params, model

    def send(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        """Answer a request; stands for ``before-send``."""
        model = self._current.model
        sent = _sent(request, model, self._current.parameters)
        answer = self._next(sent)
        while isinstance(answer, Late) or callable(answer):
            if isinstance(answer, Late):
                answer.after.wait()
                answer = answer.answer
            else:
                answer = answer(sent)
        if isinstance(answer, Silence):
            raise ReadTimeoutError(endpoint_url=request.url)
        status, headers, body = _on_the_wire(answer, model)
        return AWSResponse(request.url, status, HTTPHeaders.from_dict(headers), _Body(body))

    def _next(self, request: Request) -> Answer:
        with self._lock:
            before = self.operations.count(request.operation)
            self.requests.append(request)
        answer = self._table.get(request.operation, Refusal("NotInTheTable", request.operation))
        return answer[min(before, len(answer) - 1)] if isinstance(answer, Sequence) else answer


class _Body(BytesIO):
    """A body as botocore reads it."""

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.read()


@contextmanager
def aws_answers(table: Mapping[str, Answer | Sequence[Answer]]) -> Iterator[AwsAnswers]:
    """Let a table answer for AWS to every client that is created meanwhile."""
    answers = AwsAnswers(table)
    ours = [("before-parameter-build", answers.remember), ("before-send", answers.send)]
    environment = {
        "AWS_ACCESS_KEY_ID": _OWN_KEY,
        "AWS_SECRET_ACCESS_KEY": "no-secret",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    with (
        patch.object(handlers, "BUILTIN_HANDLERS", [*handlers.BUILTIN_HANDLERS, *ours]),
        patch.dict("os.environ", environment),
        patch("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None)),
    ):
        yield answers


def assumed_role(request: Request) -> dict[str, Any]:
    """Return what STS answers whoever may assume a role; what is signed with it tells its account."""
    arn = request.parameters["RoleArn"]
    found = _ROLE_ACCOUNT.search(arn)
    account = found.group(1) if found else ""
    return {
        "Credentials": {
            "AccessKeyId": _ROLE_KEY + account,
            "SecretAccessKey": "no-secret",
            "SessionToken": "no-token",
            "Expiration": datetime(2100, 1, 1, tzinfo=UTC),
        },
        "AssumedRoleUser": {"AssumedRoleId": "AROAEXAMPLE:session", "Arn": arn},
    }


def _sent(request: AWSPreparedRequest, model: OperationModel, parameters: dict[str, Any]) -> Request:
    authorization = request.headers["Authorization"]
    text = authorization.decode() if isinstance(authorization, bytes) else authorization
    signature = _SIGNATURE.search(text)
    assert signature, "the request is not signed"
    key = signature["key"]
    return Request(
        operation=f"{model.service_model.service_name}.{model.name}",
        parameters=parameters,
        region=signature["region"],
        account=key.removeprefix(_ROLE_KEY) if key.startswith(_ROLE_KEY) else "",
        url=request.url,
    )


def _on_the_wire(
    answer: Mapping[str, Any] | Refusal | Garbage, model: OperationModel
) -> tuple[int, Mapping[str, str], bytes]:
    """Return an answer as status, headers and body of its service's protocol."""
    service, protocol = model.service_model.service_name, model.service_model.resolved_protocol
    if isinstance(answer, Garbage):
        return HTTPStatus.OK, {}, answer.body
    if isinstance(answer, Refusal):
        return answer.status, {}, _refused(answer, is_xml="query" in protocol)
    # moto writes what botocore reads, by the same models.
    operation = get_service_model(service).operation_model(model.name)
    written = get_serializer_class(service, protocol)(operation).serialize(answer)
    body = written["body"]
    return written["status_code"], written["headers"], body.encode() if isinstance(body, str) else body


def _refused(refusal: Refusal, *, is_xml: bool) -> bytes:
    code, message = refusal.code, refusal.message
    if is_xml:
        error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
        return f"<ErrorResponse>{error}<RequestId>r</RequestId></ErrorResponse>".encode()
    return f'{{"__type": "{code}", "message": "{message}"}}'.encode()
