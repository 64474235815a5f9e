"""The kinds of text in an inventory: what each looks like, and the sentence that says so.

The patterns are understood alike by pydantic, by Python and by the JSON Schema readers of editors.
"""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from policies import naming
from policies.inventory.hosts import may_be_public
from policies.inventory.problems import quoted
from policies.inventory.regions import known_regions
from policies.inventory.suggestion import closest
from policies.partitions import PARTITIONS, partition_of

_PARTITIONS = "|".join(partition.name for partition in PARTITIONS)
_REGION = "[a-z]{2,}(-[a-z]+)+-[0-9]{1,2}"
_ACCOUNT = "[0-9]{12}"
_HOST = "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*"
_TRAIL_NAME = "[A-Za-z0-9]+([._-][A-Za-z0-9]+)*"

ACCOUNT_ID = f"^{_ACCOUNT}$"
ACCOUNT_NAME = "^[A-Za-z0-9]([A-Za-z0-9_. -]*[A-Za-z0-9_.-])?$"
ORGANIZATION_ID = "^o-[a-z0-9]{10,32}$"
REGION = f"^{_REGION}$"
EMAIL = "^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@" + _HOST.removesuffix("*") + "+$"
HTTPS_URL = f"^https://{_HOST}(:[1-9][0-9]{{0,4}})?([/?#][!-~]*)?$"
QUEUE_ARN = f"^arn:({_PARTITIONS}):sqs:{_REGION}:{_ACCOUNT}:[A-Za-z0-9_-]{{1,80}}$"
_FUNCTION = "[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_-]{1,128})?"
FUNCTION_ARN = f"^arn:({_PARTITIONS}):lambda:{_REGION}:{_ACCOUNT}:function:{_FUNCTION}$"
OU_PATH = "^[^/\\x00-\\x1f]{1,128}(/[^/\\x00-\\x1f]{1,128})*$"
LAYER_ARN = f"^arn:({_PARTITIONS}):lambda:{_REGION}:{_ACCOUNT}:layer:[A-Za-z0-9_-]{{1,140}}:[0-9]{{1,9}}$"
TRAIL = f"^(arn:({_PARTITIONS}):cloudtrail:{_REGION}:{_ACCOUNT}:trail/)?{_TRAIL_NAME}$"
PREFIX = "^([A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*)?$"
_IAM_NAME = "[A-Za-z0-9+=,.@_-]{1,64}"
_LONGEST_PATH = 512
_IAM_PATH = "([A-Za-z0-9+=,.@_-]+/)*"
SLUG = "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"
OWNER_NAME = "^[A-Za-z0-9]([A-Za-z0-9 _.@-]*[A-Za-z0-9])?$"
ROLE_ARN = f"^arn:({_PARTITIONS}):iam::{_ACCOUNT}:role/{_IAM_PATH}{_IAM_NAME}$"
PRINCIPAL_ARN = f"^arn:({_PARTITIONS}):iam::{_ACCOUNT}:(user|role)/{_IAM_PATH}{_IAM_NAME}$"
ROLE_NAME = f"^{_IAM_NAME}$"
USER_OR_GROUP_NAME = "^[A-Za-z0-9+=,.@_-]{1,128}$"
ANY_QUEUE_ARN = f"^arn:({_PARTITIONS}):sqs:{_REGION}:{_ACCOUNT}:[A-Za-z0-9_-]{{1,80}}(\\.fifo)?$"
_KEY_ID = "([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})"
KEY_ARN = f"^arn:({_PARTITIONS}):kms:{_REGION}:{_ACCOUNT}:key/{_KEY_ID}$"
TARGET = f"^(ou-[a-z0-9]{{4,32}}-[a-z0-9]{{8,32}}|r-[a-z0-9]{{4,32}}|{_ACCOUNT})$"
NO_AWS_TAG = "^(?![Aa][Ww][Ss]:)"

_SESSION = re.compile(f"arn:({_PARTITIONS}):sts::({_ACCOUNT}):assumed-role/({_IAM_NAME})(?:/|$)")

_STACK = re.compile(
    f"{naming.HUB_STACK}|{naming.ORGANIZATION_STACK}|{naming.account_stack(_ACCOUNT)}", re.IGNORECASE
)

# https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
_TAG_MARKS = " _.:/=+-@"

EXPECTATIONS = {
    ACCOUNT_ID: 'an account id is twelve digits in quotes, such as "111122223333"',
    ACCOUNT_NAME: (
        "a name begins with a letter or digit and goes on with letters, digits, spaces, points, hyphens and"
        " underscores"
    ),
    ORGANIZATION_ID: "an organization id is o- and 10 to 32 small letters or digits, such as o-exampleorgid",
    EMAIL: "an email address looks like security@example.com",
    HTTPS_URL: "a URL looks like https://example.com/alerts: encrypted, with a host, and no password in it",
    QUEUE_ARN: (
        "a queue is named by its ARN, such as arn:aws:sqs:us-east-1:111122223333:alerts; a FIFO queue will"
        " not do, because a standard topic does not deliver to one"
    ),
    FUNCTION_ARN: (
        "a function is named by its ARN, such as arn:aws:lambda:us-east-1:111122223333:function:page-someone"
    ),
    OU_PATH: "an OU is named by the names on the way to it below the root, such as Workloads/Test",
    LAYER_ARN: (
        "a layer is named by the ARN of its version, such as"
        " arn:aws:lambda:us-east-1:111122223333:layer:geoip:3"
    ),
    TRAIL: (
        "a trail is its name or its ARN; the name is letters and digits, with single points, hyphens or"
        " underscores between them"
    ),
    PREFIX: "a prefix is a path such as audit/cloudtrail, without a slash at either end",
    OWNER_NAME: "an owner's name is letters and digits, with spaces, points and hyphens between them",
    SLUG: "write small letters and digits, with hyphens between them, such as nightly-tests",
    ROLE_ARN: (
        "a role is named by its ARN with its path, such as arn:aws:iam::111122223333:role/ops/queue-drainer"
    ),
    PRINCIPAL_ARN: (
        "a principal is the ARN of a user or a role with its path, such as"
        " arn:aws:iam::111122223333:user/alice"
    ),
    ROLE_NAME: (
        "a role's name has no path, and up to 64 letters, digits and +=,.@_-: write such as queue-admin"
    ),
    USER_OR_GROUP_NAME: (
        "the name of a user or group has no path, and up to 128 letters, digits and +=,.@_-: write such as"
        " administrators"
    ),
    ANY_QUEUE_ARN: "a queue is named by its ARN, such as arn:aws:sqs:us-east-1:111122223333:orders",
    KEY_ARN: (
        "a key is named by its own ARN, not its alias, such as"
        " arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    ),
    TARGET: (
        "a target is the id of an OU, such as ou-abcd-11112222, or an account id in quotes,"
        ' such as "111122223333"'
    ),
}
"""What a value that does not match a pattern should have been."""


def _issued_account(account: str) -> str:
    if account == "000000000000":
        raise PydanticCustomError("no_account", "AWS gives no account this id: write the account's own", {})
    return account


def _arn_of_an_account(arn: str) -> str:
    _issued_account(arn.split(":")[4])
    return arn


def _path_length(arn: str) -> str:
    path = "/" + arn.partition("/")[2].rpartition("/")[0]
    if len(path) >= _LONGEST_PATH:
        raise PydanticCustomError(
            "path_length",
            "IAM allows a path {most} characters, and this one has {count}: copy the ARN from IAM",
            {"most": _LONGEST_PATH, "count": len(path) + 1},
        )
    return arn


def _known_region(region: str) -> str:
    partition = known_regions().get(region)
    if partition is None:
        suggestion = closest(region, known_regions())
        raise PydanticCustomError(
            "unknown_region",
            "{shown} is not a region that the installed boto3 knows: {advice}",
            {
                "shown": quoted(region),
                "advice": f"write {suggestion}"
                if suggestion
                else "write a code such as us-east-1, or upgrade boto3",
            },
        )
    if partition not in {supported.name for supported in PARTITIONS}:
        raise PydanticCustomError(
            "unsupported_partition",
            "{region} lies in the partition {partition}, which purge-guard does not support",
            {"region": region, "partition": partition},
        )
    return region


def arn_in_its_region(arn: str) -> str:
    """Refuse an ARN of a region that does not exist, or of another partition than its region."""
    if not arn.startswith("arn:"):
        return arn
    _, partition, _, region, *_ = _arn_of_an_account(arn).split(":")
    actual = partition_of(_known_region(region)).name
    if partition != actual:
        raise PydanticCustomError(
            "arn_partition",
            "{region} lies in the partition {actual}: write arn:{actual}: at the beginning",
            {"region": region, "actual": actual},
        )
    return arn


def _public_url(url: str) -> str:
    if not may_be_public(urlsplit(url).hostname or ""):
        raise PydanticCustomError(
            "unreachable", "SNS posts from the internet, where this host is not: write a public one", {}
        )
    return url


def _no_stack(name: str) -> str:
    if _STACK.fullmatch(name):
        raise PydanticCustomError(
            "name_like_stack", "a stack has this name, which commands would take it for: write another", {}
        )
    return name


def _not_an_account_id(name: str) -> str:
    if len(name) == 12 and name.isdigit():  # noqa: PLR2004  the length of every account id
        raise PydanticCustomError(
            "name_like_id", "a name of twelve digits would be taken for an account id", {}
        )
    return name


def _trail_name_length(trail: str) -> str:
    name = trail.rpartition("/")[2]
    if not 3 <= len(name) <= 128:  # noqa: PLR2004  CloudTrail's limits
        raise PydanticCustomError(
            "trail_name_length",
            "a trail's name has 3 to 128 characters, and this one {count}",
            {"count": len(name)},
        )
    return trail


def no_session(arn: object) -> object:
    """Refuse what `aws:PrincipalArn` never is: for the session of a role it is the role's own ARN.

    See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    if isinstance(arn, str) and (session := _SESSION.match(arn)):
        raise PydanticCustomError(
            "session_arn",
            "a session's ARN never matches: write the role's,"
            " arn:{partition}:iam::{account}:role/{role}, with the path if the role has one",
            {"partition": session[1], "account": session[2], "role": session[3]},
        )
    return arn


def _no_wildcard(arn: object) -> object:
    if isinstance(arn, str) and arn.startswith("arn:") and ("*" in arn or "?" in arn):
        raise PydanticCustomError(
            "wildcard",
            "{shown} is open to whoever creates something that matches: write each ARN in full",
            {"shown": quoted(arn)},
        )
    return arn


def _not_the_break_glass_role(arn: str) -> str:
    if arn.endswith(f":role/{naming.BREAK_GLASS_ROLE}"):
        raise PydanticCustomError(
            "break_glass_role", "this is the role itself, which nobody could enter: name who enters it", {}
        )
    return arn


def _attachable(role: str) -> str:
    if role.startswith("AWSReservedSSO_"):
        raise PydanticCustomError(
            "permission_set",
            "only IAM Identity Center can attach policies to this role: name {policy} in its permission set",
            {"policy": naming.DENY_POLICY},
        )
    if role.startswith("AWSServiceRoleFor"):
        raise PydanticCustomError(
            "service_linked_role", "nobody can attach policies to a service-linked role: remove it", {}
        )
    return role


def _tag_key(key: str) -> str:
    if key.casefold().startswith("aws:"):
        raise PydanticCustomError(
            "reserved_tag", "AWS keeps tags that begin with aws: to itself: rename it", {}
        )
    if key.casefold() == naming.MANAGED_BY:
        raise PydanticCustomError("own_tag", "purge-guard sets this tag itself: rename it, or remove it", {})
    return _tag_text(key)


def _tag_text(text: str) -> str:
    odd = next(
        (character for character in text if not (character.isalnum() or character in _TAG_MARKS)), None
    )
    if odd is not None:
        raise PydanticCustomError(
            "tag_character",
            "a tag is made of letters, digits, spaces and {marks}: replace the {odd}",
            {"odd": quoted(odd), "marks": " ".join(_TAG_MARKS.strip())},
        )
    return text


AccountId = Annotated[
    str, Field(pattern=ACCOUNT_ID, examples=["111122223333"]), AfterValidator(_issued_account)
]
AccountName = Annotated[
    str,
    Field(pattern=ACCOUNT_NAME, max_length=64, examples=["production"]),
    AfterValidator(_not_an_account_id),
    AfterValidator(_no_stack),
]
OrganizationId = Annotated[str, Field(pattern=ORGANIZATION_ID, examples=["o-exampleorgid"])]
Region = Annotated[
    str, Field(json_schema_extra={"pattern": REGION}, examples=["us-east-1"]), AfterValidator(_known_region)
]
EmailAddress = Annotated[str, Field(pattern=EMAIL, max_length=254, examples=["security@example.com"])]
HttpsUrl = Annotated[str, Field(pattern=HTTPS_URL, max_length=2048, examples=["https://example.com/alerts"])]
PublicUrl = Annotated[HttpsUrl, AfterValidator(_public_url)]
QueueArn = Annotated[
    str,
    Field(pattern=QUEUE_ARN, examples=["arn:aws:sqs:us-east-1:111122223333:alerts"]),
    AfterValidator(arn_in_its_region),
]
FunctionArn = Annotated[
    str,
    Field(pattern=FUNCTION_ARN, examples=["arn:aws:lambda:us-east-1:111122223333:function:page-someone"]),
    AfterValidator(arn_in_its_region),
]
OuPath = Annotated[str, Field(pattern=OU_PATH, max_length=800)]
LayerArn = Annotated[
    str,
    Field(pattern=LAYER_ARN, examples=["arn:aws:lambda:us-east-1:111122223333:layer:geoip:3"]),
    AfterValidator(arn_in_its_region),
]
TrailName = Annotated[
    str,
    Field(pattern=TRAIL, min_length=3, examples=["management-events"]),
    AfterValidator(_trail_name_length),
    AfterValidator(arn_in_its_region),
]
RoleArn = Annotated[
    str,
    Field(pattern=ROLE_ARN, examples=["arn:aws:iam::111122223333:role/ops/queue-drainer"]),
    AfterValidator(_arn_of_an_account),
    AfterValidator(_path_length),
    BeforeValidator(_no_wildcard),
    BeforeValidator(no_session),
]
PrincipalArn = Annotated[
    str,
    Field(pattern=PRINCIPAL_ARN, examples=["arn:aws:iam::111122223333:user/alice"]),
    AfterValidator(_arn_of_an_account),
    AfterValidator(_path_length),
    AfterValidator(_not_the_break_glass_role),
    BeforeValidator(_no_wildcard),
    BeforeValidator(no_session),
]
RoleName = Annotated[str, Field(pattern=ROLE_NAME, examples=["queue-admin"]), AfterValidator(_attachable)]
GroupName = Annotated[str, Field(pattern=USER_OR_GROUP_NAME, examples=["administrators"])]
UserName = Annotated[str, Field(pattern=USER_OR_GROUP_NAME, examples=["alice"])]
AnyQueueArn = Annotated[
    str,
    Field(pattern=ANY_QUEUE_ARN, examples=["arn:aws:sqs:us-east-1:111122223333:orders"]),
    BeforeValidator(_no_wildcard),
    AfterValidator(arn_in_its_region),
]
KeyArn = Annotated[
    str,
    Field(
        pattern=KEY_ARN,
        examples=["arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"],
    ),
    BeforeValidator(_no_wildcard),
    AfterValidator(arn_in_its_region),
]
Target = Annotated[str, Field(pattern=TARGET, examples=["ou-abcd-11112222"]), AfterValidator(_issued_account)]
Prefix = Annotated[str, Field(pattern=PREFIX, max_length=200, examples=["audit/cloudtrail"])]
TagKey = Annotated[
    str,
    Field(min_length=1, max_length=128, json_schema_extra={"pattern": NO_AWS_TAG}),
    AfterValidator(_tag_key),
]
TagValue = Annotated[str, Field(max_length=256), AfterValidator(_tag_text)]
