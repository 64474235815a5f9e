"""What AWS says of a principal in the context keys of its requests, as far as it follows from what it is.

Each function returns values by context key in lower case. What depends on the session or the request is
unknown.

See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from policies.evaluation.context import ContextValue, Like, Unknown

if TYPE_CHECKING:
    from policies.evaluation.account import Account

Facts = Mapping[str, ContextValue]
"""Values by context key in lower case; None for a key that its requests do not have."""

_OF_ACCOUNTS = ("aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths")
_OF_PEOPLE = (
    "aws:username",
    "aws:tokenissuetime",
    "aws:multifactorauthpresent",
    "aws:multifactorauthage",
    "aws:assumedroot",
)

_TEMPORARY_WITHOUT_MFA: Facts = {
    "aws:tokenissuetime": Unknown.VALUE,
    "aws:multifactorauthpresent": None,
    "aws:multifactorauthage": None,
}

# Only who assumes a role can say who is behind it.
_LONG_TERM: Facts = {"aws:sourceidentity": None, "aws:federatedprovider": None}

# Present only "if a resource triggers a service to call another service on behalf of the resource owner".
_NOT_A_SERVICE: Facts = {
    "aws:principalisawsservice": "false",
    "aws:principalservicename": None,
    "aws:principalservicenameslist": None,
    "aws:sourcearn": None,
    "aws:sourceaccount": None,
    "aws:sourceorgid": None,
    "aws:sourceorgpaths": None,
}


def facts_of_user(account: Account, arn: str, name: str, user_id: str | None) -> Facts:
    """Return what is true of an IAM user."""
    return {
        **_facts_in(account, arn, "User"),
        **_LONG_TERM,
        "aws:username": name,
        "aws:userid": user_id or Unknown.VALUE,
        # With an access key there is neither; in the console and with session tokens there is.
        "aws:tokenissuetime": Unknown.ENTIRELY,
        "aws:multifactorauthpresent": Unknown.ENTIRELY,
        "aws:multifactorauthage": Unknown.ENTIRELY,
    }


def facts_of_role(account: Account, arn: str, role_id: str | None, session_name: str | None) -> Facts:
    """Return what is true of a session of a role.

    ``aws:PrincipalArn`` is the ARN of the role, with its path, and never that of the session. Temporary
    credentials of a role carry no MFA key: "the temporary credentials returned by AssumeRole do not include
    MFA information in the context".

    See https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
    """
    known_id = f"{role_id}:{session_name}" if session_name else Like(f"{role_id}:*")
    return {
        **_facts_in(account, arn, "AssumedRole"),
        **_TEMPORARY_WITHOUT_MFA,
        "aws:userid": known_id if role_id else Unknown.VALUE,
    }


def facts_of_federated_user(account: Account, arn: str, name: str) -> Facts:
    """Return what is true of a session that a user made with ``GetFederationToken``."""
    return {
        **_facts_in(account, arn, "FederatedUser"),
        **_TEMPORARY_WITHOUT_MFA,
        "aws:userid": f"{account.id}:{name}",
    }


def facts_of_root(account: Account, arn: str) -> Facts:
    """Return what is true of a root user."""
    return {**_facts_in(account, arn, "Account"), **_LONG_TERM, "aws:userid": account.id}


def facts_of_assumed_root(account: Account, arn: str) -> Facts:
    """Return what is true of a session of a root user that was made with ``sts:AssumeRoot``."""
    return {**facts_of_root(account, arn), **_TEMPORARY_WITHOUT_MFA, "aws:assumedroot": "true"}


def facts_of_service(name: str) -> Facts:
    """Return what is true of an AWS service that acts on its own behalf."""
    return {
        **dict.fromkeys(_OF_ACCOUNTS),
        **dict.fromkeys(_OF_PEOPLE),
        "aws:principalisawsservice": "true",
        "aws:principalservicename": name,
        "aws:principalservicenameslist": Unknown.VALUE,
    }


def facts_of_anonymous() -> Facts:
    """Return what is true of an unsigned request: it has nothing that "all signed requests" have."""
    return {
        **dict.fromkeys(_OF_ACCOUNTS),
        **dict.fromkeys(_OF_PEOPLE),
        **_NOT_A_SERVICE,
        "aws:principalisawsservice": None,
        "aws:principaltype": "Anonymous",
        "aws:userid": "anonymous",
    }


def _facts_in(account: Account, arn: str, principal_type: str) -> Facts:
    """Return what is true of every principal that belongs to an account."""
    organization = account.organization
    path: ContextValue = (account.path,) if account.path else Unknown.VALUE
    return {
        **_NOT_A_SERVICE,
        "aws:assumedroot": None,
        "aws:principalarn": arn,
        "aws:principalaccount": account.id,
        "aws:principalorgid": organization.id if organization else None,
        "aws:principalorgpaths": path if organization else None,
        "aws:principaltype": principal_type,
        "aws:username": None,
    }
