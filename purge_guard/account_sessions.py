"""Sessions in the accounts of the inventory, by the current credentials or by a role that they assume."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError
from botocore.parsers import ResponseParserError

from policies.detection.queue import is_account_id
from policies.detection.text import elided, visible
from policies.inventory.fields import ROLE_ARN
from policies.partitions import partition_of

if TYPE_CHECKING:
    from mypy_boto3_sts import STSClient

CALLS_AT_ONCE = 8
"""How many calls are made at once with one client."""

CONFIG = Config(
    connect_timeout=10,
    read_timeout=60,
    max_pool_connections=CALLS_AT_ONCE,
    # Slows down by itself where AWS throttles;
    # https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
    retries={"mode": "adaptive", "total_max_attempts": 10},
)

_FIRST_CONFIG = CONFIG.merge(
    # Whoever has no network, or the wrong one, is told so within seconds.
    Config(connect_timeout=5, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})
)

CallError = (ClientError, BotoCoreError, ResponseParserError)
"""Whatever a call to AWS fails with, also where something else than AWS answers."""

_LONGEST_REASON = 400


class AccessError(Exception):
    """An account cannot be reached. The sentence says why."""


def reason(error: Exception) -> str:
    """Return why a call failed, in AWS's words, on one line."""
    text = str(error)
    if isinstance(error, ClientError):
        details = error.response.get("Error", {})
        text = f"{details.get('Code', 'an error')}: {details.get('Message', '')}"
    return elided(visible(text), _LONGEST_REASON)


@dataclass(frozen=True, slots=True)
class AccountSessions:
    """How accounts are reached. Make it with `account_sessions`.

    Parameters
    ----------
    caller_account
        The account of the current credentials.
    role_name
        The role to assume in each account; None to reach the caller's account only.
    session_name
        What the role's sessions are called, so that they are known in CloudTrail.
    """

    sts: STSClient
    caller_account: str
    partition: str
    role_name: str | None
    session_name: str

    def session(self, account_id: str) -> boto3.session.Session:
        """Return a new session in an account. Sessions are not for several threads, their clients are.

        Parameters
        ----------
        account_id
            Twelve digits.

        Raises
        ------
        AccessError
            The role cannot be assumed, or there is none and the credentials are of another account.
        """
        if self.role_name is None:
            return self._current_of(account_id)
        arn = role_arn(self.partition, account_id, self.role_name)
        try:
            answer = self.sts.assume_role(RoleArn=arn, RoleSessionName=self.session_name)
        except CallError as error:
            raise AccessError(f"{arn} cannot be assumed: {reason(error)}") from None
        credentials = answer["Credentials"]
        return boto3.session.Session(
            credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"]
        )

    def current(self) -> boto3.session.Session:
        """Return a new session with the current credentials, whatever their account."""
        return boto3.session.Session()

    def _current_of(self, account_id: str) -> boto3.session.Session:
        if account_id != self.caller_account:
            raise AccessError(
                f"your credentials are of {self.caller_account}: name a role in this account with --role-name"
            )
        return self.current()


def account_sessions(region: str, role_name: str | None, session_name: str) -> AccountSessions:
    """Return how accounts are reached from the current credentials.

    Parameters
    ----------
    region
        Where STS is asked; the tokens of a regional endpoint are good in every region of the partition.
        See https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
    role_name, session_name
        See `AccountSessions`.

    Raises
    ------
    AccessError
        There are no credentials, or they are not good; or there can be no role of this name.
    """
    partition = partition_of(region).name
    if role_name is not None and not re.fullmatch(ROLE_ARN, role_arn(partition, "111122223333", role_name)):
        raise AccessError(
            "--role-name: write the name of a role, after its path if it has one, such as ops/reader"
        )
    caller = _caller_account(region)
    sts = boto3.session.Session().client("sts", region_name=region, config=CONFIG)
    return AccountSessions(sts, caller, partition, role_name, session_name)


def _caller_account(region: str) -> str:
    unknown = "it is not known whose credentials these are"
    try:
        sts = boto3.session.Session().client("sts", region_name=region, config=_FIRST_CONFIG)
        account = sts.get_caller_identity().get("Account")
    except (ClientError, NoCredentialsError, PartialCredentialsError) as error:
        advice = "log in again, or name another profile in AWS_PROFILE"
        raise AccessError(f"{unknown}: {reason(error)}: {advice}") from None
    except (*CallError, ValueError) as error:  # ValueError: an AWS_ENDPOINT_URL that is no URL
        raise AccessError(f"{unknown}: {reason(error)}") from None
    except KeyError:  # botocore reads any XML
        account = None
    if not is_account_id(account):
        raise AccessError(f"{unknown}: what answers is not AWS: look at AWS_ENDPOINT_URL and at your proxy")
    return account


def client_of(session: boto3.session.Session, service: str, region: str) -> Any:  # noqa: ANN401 - made at run time
    """Return a client of a session.

    Raises
    ------
    AccessError
        The environment names an endpoint of the service that is no URL.
    """
    create: Any = session.client
    try:
        return create(service, region_name=region, config=CONFIG)
    except ValueError as error:
        raise AccessError(f"{reason(error)}: look at AWS_ENDPOINT_URL_{service.upper()}") from None


def role_arn(partition: str, account_id: str, role_name: str) -> str:
    """Return the ARN of a role.

    Examples
    --------
    >>> role_arn("aws-cn", "111122223333", "ops/reader")
    'arn:aws-cn:iam::111122223333:role/ops/reader'
    """
    return f"arn:{partition}:iam::{account_id}:role/{role_name}"
