from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from policies.evaluation import Account, Organization, Principal, PrincipalKind, RequestError, Unknown
from policies.evaluation.context import Like
from tests.policies.evaluation.worlds import MANAGEMENT, OURS, account, role, user

if TYPE_CHECKING:
    from policies.evaluation.context import ContextValue


def session_of(arn: str) -> Principal:
    return Principal.role(arn, account(), session_name="alice", role_id="AROAEXAMPLE")


@pytest.mark.parametrize(
    ("principal", "arn", "kind", "name", "user_id"),
    [
        (
            Principal.user(f"arn:aws:iam::{OURS}:user/ops/alice", account(), user_id="AIDAEXAMPLE"),
            f"arn:aws:iam::{OURS}:user/ops/alice",
            *("User", "alice", "AIDAEXAMPLE"),
        ),
        (
            session_of(f"arn:aws:iam::{OURS}:role/ops/App"),
            f"arn:aws:iam::{OURS}:role/ops/App",
            *("AssumedRole", None, "AROAEXAMPLE:alice"),
        ),
        (Principal.root(account()), f"arn:aws:iam::{OURS}:root", "Account", None, OURS),
        (Principal.anonymous(), None, "Anonymous", None, "anonymous"),
    ],
    ids=["user", "role", "root", "anonymous"],
)
def test_keys_follow_from_what_a_principal_is(
    principal: Principal, arn: ContextValue, kind: str, name: ContextValue, user_id: str
) -> None:
    facts = principal.facts

    assert facts["aws:principalarn"] == arn
    assert facts["aws:principaltype"] == kind
    assert facts["aws:username"] == name
    assert facts["aws:userid"] == user_id


def test_of_a_session_without_a_name_the_role_is_known() -> None:
    role_of_somebody = Principal.role(f"arn:aws:iam::{OURS}:role/App", account(), role_id="AROAEXAMPLE")

    assert role_of_somebody.facts["aws:userid"] == Like("AROAEXAMPLE:*")
    assert role().facts["aws:userid"] is Unknown.VALUE


@pytest.mark.parametrize("principal", [user(), Principal.root(account())], ids=["user", "root"])
def test_nobody_stands_behind_long_term_credentials(principal: Principal) -> None:
    assert principal.facts["aws:sourceidentity"] is None
    assert principal.facts["aws:federatedprovider"] is None


def test_a_request_that_nobody_signed_does_not_say_whether_a_service_makes_it() -> None:
    assert Principal.anonymous().facts["aws:principalisawsservice"] is None
    assert user().facts["aws:principalisawsservice"] == "false"


def test_the_organization_is_a_key_of_its_members() -> None:
    path = "o-exampleorgid/r-ab12/ou-ab12-11111111/"
    member = Account(OURS, Organization("o-exampleorgid", MANAGEMENT), path=path)

    facts = Principal.root(member).facts

    assert facts["aws:principalorgid"] == "o-exampleorgid"
    assert facts["aws:principalorgpaths"] == (path,)
    assert Principal.root(Account(OURS)).facts["aws:principalorgid"] is None


@pytest.mark.parametrize(
    ("principal", "present"),
    [
        (user(), Unknown.ENTIRELY),
        (Principal.root(account()), Unknown.ENTIRELY),
        (role(), None),
        (Principal.service("sns.amazonaws.com"), None),
        (Principal.anonymous(), None),
        (Principal.assumed_root(account(), ()), None),
    ],
)
def test_only_people_may_have_an_mfa_key(principal: Principal, present: ContextValue) -> None:
    assert principal.facts.get("aws:multifactorauthpresent", Unknown.ENTIRELY) is present


def test_a_role_under_the_service_path_is_linked_to_its_service() -> None:
    linked = f"arn:aws:iam::{OURS}:role/aws-service-role/sqs.amazonaws.com/AWSServiceRoleForSQS"

    assert session_of(linked).kind is PrincipalKind.SERVICE_LINKED_ROLE
    assert session_of(f"arn:aws:iam::{OURS}:role/AWSServiceRoleForSQS").kind is PrincipalKind.ROLE


def test_a_session_is_named_in_its_partition_without_the_path_of_its_role() -> None:
    session = session_of(f"arn:aws-cn:iam::{OURS}:role/ops/App")

    assert session.direct_names == {f"arn:aws-cn:sts::{OURS}:assumed-role/App/alice"}


@pytest.mark.parametrize(
    "arn",
    [
        "alice",
        f"arn:aws:iam::{OURS}:role/App",
        f"arn:aws:sts::{OURS}:assumed-role/App/alice",
        f"urn:aws:iam::{OURS}:user/alice",
        "",
    ],
)
def test_what_is_no_user_is_refused(arn: str) -> None:
    with pytest.raises(RequestError, match=f"is no ARN of the form arn:aws:iam::{OURS}:user/NAME"):
        Principal.user(arn, account())


def test_a_session_arn_is_no_role() -> None:
    with pytest.raises(RequestError, match=f"is no ARN of the form arn:aws:iam::{OURS}:role/NAME"):
        Principal.role(f"arn:aws:sts::{OURS}:assumed-role/App/alice", account())


def test_a_principal_belongs_to_its_account() -> None:
    with pytest.raises(RequestError, match=f"belongs to another account than {OURS}"):
        Principal.user("arn:aws:iam::444455556666:user/mallory", account())


@pytest.mark.parametrize("number", ["11112222333", "1111222233334", "111122223333\n", "o-exampleorgid"])
def test_an_account_is_twelve_digits(number: str) -> None:
    with pytest.raises(RequestError, match="write its twelve digits as text"):
        Account(number)


def test_the_management_account_is_that_of_its_organization() -> None:
    assert account(MANAGEMENT).is_management
    assert not account(OURS).is_management
    assert not Account(MANAGEMENT).is_management
