"""Clients of other accounts: what the triage asks AWS with.

In every account a role waits that can read what an investigation needs and nothing else
(`policies.triage_role`). Its credentials are kept in the process for as long as they are good.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_aws-accounts.html
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, ReadTimeoutError
from botocore.session import get_session

from policies import naming
from policies.detection.triage.finding import Status
from policies.detection.triage.refusal import status_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from policies.naming import Place

# A request that hangs ends eight seconds later, whatever became of the probe that made it.
_CONFIG = Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 2})

# Credentials with less time left may expire before the last request of a triage.
_LAST_SECONDS = 120.0

# For so long an account that refused is not asked again: one triage asks for its role several times at once.
_REFUSED_SECONDS = 30.0

# A client with its connection takes about a megabyte of the function's 256, and an account four of them.
_MOST_ROLES = 8


class TriageRoleError(Exception):
    """The role in an account could not be assumed, so nothing can be asked there.

    Parameters
    ----------
    account
        The account.
    status
        What this makes of a probe.
    reason
        An error code, or what a client said.
    """

    def __init__(self, account: str, status: Status, reason: str) -> None:
        super().__init__(f"the role {naming.TRIAGE_ROLE} of {account} could not be assumed ({reason})")
        self.status = status


class Clients:
    """Clients of any service in any account that has the role, created when they are first asked for.

    Safe for threads. Needs ``sts:AssumeRole`` on the roles.

    Parameters
    ----------
    now
        The clock, in seconds since 1970.
    """

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        # Credentials of the global endpoint of STS are worth nothing in regions that an account opted in to:
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
        core = get_session()
        core.set_config_variable("sts_regional_endpoints", "regional")
        self._create = _OneByOne(boto3.Session(botocore_session=core))
        self._now = now
        self._roles: dict[str, _Role] = {}
        self._lock = threading.Lock()

    def client(self, service: str, place: Place) -> Any:  # noqa: ANN401 - boto3 has no types
        """Return a client, such as of ``sqs``, in an account and a region.

        Raises
        ------
        TriageRoleError
            The role of the account cannot be assumed.
        """
        arn = place.global_arn("iam", f"role/{naming.TRIAGE_ROLE}")
        with self._lock:
            # What was used last stands last.
            role = self._roles.pop(arn, None) or _Role(place.account, arn, self._create, self._now)
            self._roles[arn] = role
            while len(self._roles) > _MOST_ROLES:
                del self._roles[next(iter(self._roles))]
        return role.client(service, place.region)


class _OneByOne:
    """Creates clients in turn, because a session is not safe for threads, though its clients are."""

    def __init__(self, session: boto3.Session) -> None:
        self._session: Any = session
        self._lock = threading.Lock()

    def __call__(self, service: str, **arguments: Any) -> Any:  # noqa: ANN401 - boto3 has no types
        with self._lock:
            return self._session.client(service, config=_CONFIG, **arguments)


class _Role:
    """The role of one account: its credentials, and the clients that have them."""

    def __init__(self, account: str, arn: str, create: _OneByOne, now: Callable[[], float]) -> None:
        self._account = account
        self._arn = arn
        self._create = create
        self._now = now
        self._lock = threading.Lock()
        self._credentials: dict[str, str] = {}
        self._good_until = 0.0
        self._clients: dict[tuple[str, str], Any] = {}
        self._refusal: TriageRoleError | None = None
        self._refused_until = 0.0

    def client(self, service: str, region: str) -> Any:  # noqa: ANN401 - boto3 has no types
        with self._lock:
            if self._now() >= self._good_until:
                self._renew()
            if (service, region) not in self._clients:
                self._clients[service, region] = self._create(
                    service, region_name=region, **self._credentials
                )
            return self._clients[service, region]

    def _renew(self) -> None:
        if self._refusal and self._now() < self._refused_until:
            raise self._refusal
        try:
            answer = self._create("sts").assume_role(RoleArn=self._arn, RoleSessionName=naming.ALERT_FUNCTION)
            given = answer["Credentials"]
            self._credentials = {
                "aws_access_key_id": given["AccessKeyId"],
                "aws_secret_access_key": given["SecretAccessKey"],
                "aws_session_token": given["SessionToken"],
            }
            self._good_until = given["Expiration"].timestamp() - _LAST_SECONDS
        except (BotoCoreError, ClientError) as error:
            self._refusal = _refusal(self._account, error)
            self._refused_until = self._now() + _REFUSED_SECONDS
            raise self._refusal from error
        self._clients = {}


def _refusal(account: str, error: BotoCoreError | ClientError) -> TriageRoleError:
    if isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code", "no code")
        return TriageRoleError(account, status_of(code), code)
    if isinstance(error, ConnectTimeoutError | ReadTimeoutError):
        return TriageRoleError(account, Status.TIMED_OUT, "STS did not answer in time")
    return TriageRoleError(account, Status.FAILED, str(error))
