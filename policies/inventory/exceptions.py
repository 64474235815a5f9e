"""The sections of the inventory that say which purges somebody signed for, and until when."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Annotated, Literal, Self, get_args
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from policies.detection.cards.purge import EVENT_NAME
from policies.detection.cards.purge_equivalent import KEY_CALLS, QUEUE_CALLS
from policies.inventory.fields import SLUG, AccountId, arn_in_its_region, no_session
from policies.inventory.problems import quoted
from policies.inventory.scalars import Unquoted
from policies.inventory.section import Section
from policies.partitions import PARTITIONS

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

CALLS = (EVENT_NAME, *sorted({*QUEUE_CALLS, *KEY_CALLS}))
"""The calls that an exception can be for: the purge, and what equals one."""

DAYS: tuple[Day, ...] = get_args(Day)
"""The days of the week in their order, as Python numbers them."""

_PARTITIONS = "|".join(partition.name for partition in PARTITIONS)
_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_EXPIRY = re.compile(
    f"{_DATE}([Tt ][0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}([.][0-9]{{1,6}})?)?([Zz]|[+-][0-9]{{2}}:[0-9]{{2}})?)?"
)
_TIME_OF_DAY = re.compile("([01]?[0-9]|2[0-3]):([0-5][0-9])")
_PRINCIPAL = re.compile(f"arn:({_PARTITIONS}):iam::[0-9]{{12}}:(user|role)/[A-Za-z0-9+=,.@_/*?-]+")
_QUEUE = re.compile(f"arn:({_PARTITIONS}):sqs:[a-z0-9*?-]+:[0-9]{{12}}:[A-Za-z0-9_*?-]+([.]fifo)?")

# The path is AWS's own, and in some regions of IAM Identity Center it ends with the region.
_PERMISSION_SET = re.compile(f"arn:({_PARTITIONS}):iam::([0-9]{{12}}):role/(AWSReservedSSO_.*)")
_TIME_ZONES_OF_A_MACHINE = frozenset({"Factory", "localtime"})

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-tags.html
_MOST_TAGS_OF_A_QUEUE = 50

_EXAMPLE_ROLE = "arn:aws:iam::111122223333:role/ci/*"
_EXAMPLE_QUEUE = "arn:aws:sqs:*:111122223333:test-*"
_EXAMPLE_SCHEDULE: JsonDict = {
    "days": ["mon", "fri"],
    "start": "09:00",
    "end": "17:00",
    "time_zone": "Europe/Berlin",
}


def _text(value: object) -> object:
    """Return a word that YAML's versions read differently as the text that it is for a date or a time."""
    return value.text if isinstance(value, Unquoted) else value


def _expiry(value: object) -> object:
    """Return the instant from which an exception holds no more.

    A day is the last one on which it holds, whole, in UTC; a time without a zone is in UTC too.
    """
    text = _text(value)
    fault = "empty" if text is None else f"{quoted(_written(text))} is no date"
    try:
        if isinstance(text, str) and _EXPIRY.fullmatch(text):
            if len(text) == len("2026-12-31"):
                following = date.fromisoformat(text) + timedelta(days=1)
                return datetime.combine(following, time(), UTC)
            instant = datetime.fromisoformat(text.upper())
            return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except OverflowError:
        fault = f"{quoted(_written(text))} lies beyond the calendar"
    except ValueError:
        pass
    raise PydanticCustomError(
        "expiry",
        "{fault}: write the last day on which it holds, such as 2026-12-31, or a time such as"
        " 2026-12-31T18:00:00Z",
        {"fault": fault},
    )


def _written(value: object) -> str:
    """Return a value of the wrong kind as it is written in the file."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _minute(value: object) -> object:
    text = _text(value)
    found = _TIME_OF_DAY.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        fault = "empty" if text is None else f"{quoted(_written(text))} is no time of day"
        raise PydanticCustomError(
            "time_of_day",
            '{fault}: write one in quotes, such as "09:00"; midnight is "00:00"',
            {"fault": fault},
        )
    return int(found[1]) * 60 + int(found[2])


def _time_zone(name: str) -> str:
    if name not in available_timezones() - _TIME_ZONES_OF_A_MACHINE:
        raise PydanticCustomError(
            "time_zone",
            "{shown} is no time zone that this machine knows: write a name such as Europe/Berlin or UTC",
            {"shown": quoted(name)},
        )
    return name


def _principal_pattern(pattern: str) -> str:
    if not _PRINCIPAL.fullmatch(pattern) or not pattern.rpartition("/")[2]:
        raise PydanticCustomError(
            "principal_pattern",
            "{shown}: a principal is the ARN of a user or role with its path, in which only * and ? are"
            " wildcards and the account is written in full, such as {example}",
            {"shown": quoted(pattern), "example": _EXAMPLE_ROLE},
        )
    if not pattern.partition("/")[2].strip("*?/"):
        raise PydanticCustomError(
            "every_principal", "{shown} is everybody: name a path or a name", {"shown": quoted(pattern)}
        )
    if role := _PERMISSION_SET.fullmatch(pattern):
        raise PydanticCustomError(
            "permission_set_path",
            "the roles of permission sets have a path: write"
            " arn:{partition}:iam::{account}:role/aws-reserved/sso.amazonaws.com/*{name}",
            {"partition": role[1], "account": role[2], "name": role[3]},
        )
    return pattern


def _queue_pattern(pattern: str) -> str:
    if not _QUEUE.fullmatch(pattern):
        raise PydanticCustomError(
            "queue_pattern",
            "{shown}: a queue is named by its ARN, in which only * and ? are wildcards and the account is"
            " written in full, such as {example}",
            {"shown": quoted(pattern), "example": _EXAMPLE_QUEUE},
        )
    region = pattern.split(":")[3]
    return pattern if set(region) & set("*?") else arn_in_its_region(pattern)


def _agent_pattern(pattern: str) -> str:
    if not pattern.strip("*?"):
        raise PydanticCustomError(
            "every_agent", "{shown} is every tool: name one, such as aws-cli/*", {"shown": quoted(pattern)}
        )
    return pattern


def _known_call(name: str) -> str:
    if name not in CALLS:
        raise PydanticCustomError(
            "call",
            "{shown} is no call that an exception can be for: write {calls}",
            {"shown": quoted(name), "calls": " or ".join(CALLS)},
        )
    return name


def _not_blank(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("blank", "blank: whoever reads this has to know who signed for what", {})
    return text


def _not_null(value: object) -> object:
    """Refuse a criterion without a value, which would hold always although somebody began to write it."""
    if value is None:
        raise PydanticCustomError(
            "null_criterion", "empty: write when, or leave the key out if it is to hold at any time", {}
        )
    return value


def _read_only(tags: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(tags))


_UNIQUE: JsonDict = {"uniqueItems": True}
Slug = Annotated[str, Field(pattern=SLUG, max_length=64)]
Sentence = Annotated[
    str, Field(min_length=1, max_length=500, json_schema_extra={"pattern": r"\S"}), AfterValidator(_not_blank)
]
Expiry = Annotated[
    datetime,
    BeforeValidator(_expiry),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}"}),
]
TimeOfDay = Annotated[
    int,
    BeforeValidator(_minute),
    WithJsonSchema({"type": "string", "pattern": "^([01]?[0-9]|2[0-3]):[0-5][0-9]$"}),
]
PrincipalPattern = Annotated[
    str,
    Field(examples=[_EXAMPLE_ROLE], max_length=600),
    AfterValidator(_principal_pattern),
    BeforeValidator(no_session),
]
QueuePattern = Annotated[
    str, Field(examples=[_EXAMPLE_QUEUE], max_length=200), AfterValidator(_queue_pattern)
]
QueueTagKey = Annotated[str, Field(min_length=1, max_length=128)]
QueueTagValue = Annotated[str, Field(max_length=256)]
AgentPattern = Annotated[
    str, Field(min_length=1, max_length=200, examples=["aws-cli/*"]), AfterValidator(_agent_pattern)
]
Call = Annotated[
    str,
    Field(examples=[EVENT_NAME], json_schema_extra={"enum": list(CALLS)}),
    AfterValidator(_known_call),
]
TimeZone = Annotated[str, Field(examples=["Europe/Berlin"], max_length=64), AfterValidator(_time_zone)]


class ScheduleSection(Section):
    """When an exception holds. Purges at other times are alerted as ever."""

    days: tuple[Day, ...] = Field(min_length=1, examples=[["mon", "fri"]], json_schema_extra=_UNIQUE)
    """The days of the week."""

    start: TimeOfDay = Field(examples=["09:00"])
    """From when on, as the clocks of the time zone show."""

    end: TimeOfDay = Field(examples=["17:00"])
    """Until when, not included. An end that is not after the start is on the next day."""

    time_zone: TimeZone
    """The time zone, by its name in the IANA database."""


class ExceptionSection(Section):
    """Purges that somebody signed for. What is given has to hold all together."""

    id: Slug = Field(examples=["nightly-tests"])
    """What the exception is called in alerts, logs and digests."""

    reason: Sentence = Field(examples=["The test pipeline empties its own queues."])
    """Why these purges are no attack."""

    owner: Sentence = Field(examples=["payments"])
    """Who answers for it, and is told before it ends."""

    ticket: Sentence = Field(examples=["OPS-1234"])
    """Where it was agreed."""

    expires: Expiry = Field(examples=["2026-12-31"])
    """The last day on which it holds, in UTC; a time of a day ends it then."""

    principals: tuple[PrincipalPattern, ...] = Field(
        default=(), min_length=1, examples=[[_EXAMPLE_ROLE]], json_schema_extra=_UNIQUE
    )
    """Who: ARNs of users and roles with their paths. Only `*` and `?` are wildcards."""

    queues: tuple[QueuePattern, ...] = Field(
        default=(), min_length=1, examples=[[_EXAMPLE_QUEUE]], json_schema_extra=_UNIQUE
    )
    """Which queues, by their ARNs, with the same wildcards."""

    tags: Annotated[Mapping[QueueTagKey, QueueTagValue], AfterValidator(_read_only)] = Field(
        default_factory=lambda: MappingProxyType({}),
        min_length=1,
        max_length=_MOST_TAGS_OF_A_QUEUE,
        examples=[{"environment": "test"}],
    )
    """Tags that the queue has to have. Whoever may tag a queue can give it these."""

    accounts: tuple[AccountId, ...] = Field(
        default=(), min_length=1, examples=[["111122223333"]], json_schema_extra=_UNIQUE
    )
    """In which accounts the queues are."""

    environments: tuple[Slug, ...] = Field(
        default=(), min_length=1, examples=[["test"]], json_schema_extra=_UNIQUE
    )
    """In which environments the queues are, as their accounts say in this file."""

    schedule: Annotated[ScheduleSection | None, BeforeValidator(_not_null)] = Field(
        default=None, examples=[_EXAMPLE_SCHEDULE]
    )
    """When."""

    user_agents: tuple[AgentPattern, ...] = Field(
        default=(), min_length=1, examples=[["aws-cli/*"]], json_schema_extra=_UNIQUE
    )
    """What the caller's tool says of itself, with the same wildcards. A caller can let it say anything."""

    calls: tuple[Call, ...] = Field(default=(EVENT_NAME,), min_length=1, json_schema_extra=_UNIQUE)
    """Which calls: the purge alone, unless others are named that can lose messages as well."""

    trial: bool = False
    """Whether alerts are sent all the same, and only say what the exception would have silenced."""

    @model_validator(mode="after")
    def _is_about_something(self) -> Self:
        if not (self.principals or self.queues or self.tags or self.accounts or self.environments):
            raise PydanticCustomError(
                "excepts_everything",
                "this excepts every purge: name principals, queues, tags, accounts or environments",
                {},
            )
        return self


EXAMPLE_EXCEPTION: JsonDict = {
    "id": "nightly-tests",
    "reason": "The test pipeline empties its own queues.",
    "owner": "payments",
    "ticket": "OPS-1234",
    "expires": "2026-12-31",
    "principals": [_EXAMPLE_ROLE],
}

CRITERIA = ("principals", "queues", "accounts", "environments", "user_agents", "calls")
"""The keys whose values are lists, each of which holds if one of its items does."""
