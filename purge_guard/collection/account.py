"""An account's users, roles, policies and queues, read from AWS with calls that change nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from purge_guard.account_sessions import CALLS_AT_ONCE, AccessError, CallError, client_of, reason
from purge_guard.collection.unread import Unread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_iam import IAMClient
    from mypy_boto3_sqs import SQSClient

    from policies.inventory import Account
    from purge_guard.account_sessions import AccountSessions

Json = dict[str, Any]

QUEUES_PER_PAGE = 1000
"""Without a size of pages SQS returns 1,000 queues and no token to go on with;
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html"""

ENTITIES_PER_PAGE = 1000

_DETAILS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")


@dataclass(frozen=True, slots=True)
class AccountCollection:
    """What could be read of an account.

    Parameters
    ----------
    account
        The account, as the inventory lists it.
    details
        IAM's authorization details; None where they could not be read.
    queues
        The attributes of the queues by their URLs, for each region whose queues could be listed.
    unread
        What could not be read.
    """

    account: Account
    details: Json | None
    queues: Mapping[str, Json]
    unread: tuple[Unread, ...]

    @property
    def succeeded(self) -> bool:
        """Whether IAM and every region answered. Single queues may be missing."""
        return self.details is not None and len(self.queues) == len(self.account.regions)


def collect_account(
    sessions: AccountSessions, account: Account, progress: Callable[[str], None]
) -> AccountCollection:
    """Read the users, roles, policies and queues of an account.

    Parameters
    ----------
    sessions
        How it is reached.
    account
        The account, with the regions to read.
    progress
        Is told what is read next.
    """
    name = f"{account.id} {account.name}"
    try:
        session = sessions.session(account.id)
    except AccessError as error:
        return AccountCollection(account, None, {}, (Unread(name, str(error)),))
    details: Json | None = None
    queues: dict[str, Json] = {}
    unread: list[Unread] = []
    progress("IAM")
    try:
        details = collect_details(client_of(session, "iam", account.home_region))
    except (*CallError, AccessError) as error:
        unread.append(Unread(f"{name}, IAM", reason(error)))
    for region in account.regions:
        progress(region)
        try:
            sqs = client_of(session, "sqs", region)
            queues[region] = collect_queues(sqs, unread.append)
        except (*CallError, AccessError) as error:
            unread.append(Unread(f"{name}, {region}", reason(error)))
    progress("done")
    return AccountCollection(account, details, queues, tuple(unread))


def collect_details(iam: IAMClient) -> Json:
    """Return IAM's authorization details, of all pages.

    A managed policy that somebody has is in them, whether or not AWS listed it.

    See https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
    """
    pages = iam.get_paginator("get_account_authorization_details").paginate(
        PaginationConfig={"PageSize": ENTITIES_PER_PAGE}
    )
    details: Json = {name: [] for name in _DETAILS}
    for page in pages:
        for name in _DETAILS:
            details[name] += page.get(name, [])
    listed = {policy["Arn"] for policy in details["Policies"]}
    details["Policies"] += [_managed_policy(iam, arn) for arn in sorted(_borne(details) - listed)]
    for entities in details.values():
        entities.sort(key=lambda entity: entity["Arn"])
    return details


def _borne(details: Json) -> set[str]:
    """Return the ARNs of the managed policies that somebody has, also as boundary."""
    entities = [entity for name in _DETAILS if name != "Policies" for entity in details[name]]
    attached = {
        policy["PolicyArn"] for entity in entities for policy in entity.get("AttachedManagedPolicies", [])
    }
    boundaries = (entity.get("PermissionsBoundary", {}) for entity in entities)
    return attached | {
        boundary["PermissionsBoundaryArn"] for boundary in boundaries if "PermissionsBoundaryArn" in boundary
    }


def _managed_policy(iam: IAMClient, arn: str) -> Json:
    policy = iam.get_policy(PolicyArn=arn)["Policy"]
    version = iam.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])["PolicyVersion"]
    return {**policy, "PolicyVersionList": [version]}


def collect_queues(sqs: SQSClient, left_out: Callable[[Unread], None]) -> Json:
    """Return the attributes of all queues of a region, by their URLs.

    Parameters
    ----------
    sqs
        A client in the region.
    left_out
        Is told of each queue whose attributes could not be read, such as one that was deleted meanwhile.
    """
    pages = sqs.get_paginator("list_queues").paginate(PaginationConfig={"PageSize": QUEUES_PER_PAGE})
    urls = [url for page in pages for url in page.get("QueueUrls", [])]

    def attributes(url: str) -> Mapping[Any, str] | Unread:
        try:
            answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        except CallError as error:
            return Unread(url, reason(error))
        # Every queue has some. botocore reads whatever is no answer of SQS as an empty one.
        return answer.get("Attributes") or Unread(url, "what answers is not SQS: look at your proxy")

    queues: Json = {}
    with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
        for url, answer in zip(urls, pool.map(attributes, urls), strict=True):
            if isinstance(answer, Unread):
                left_out(answer)
            else:
                queues[url] = answer
    return queues
