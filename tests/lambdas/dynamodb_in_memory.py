"""A DynamoDB in memory: a hundredth of moto's time, for what takes ten thousand calls.

It knows what the function uses of DynamoDB and nothing else. `test_dynamodb_in_memory` holds it against moto.
"""

from __future__ import annotations

import copy
import re
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

Item = dict[str, Any]

_CLAUSE = re.compile(r"\b(SET|ADD|REMOVE)\b")
_DEFAULT = re.compile(r"if_not_exists\((\w+), ?(:\w+)\)")
_ABSENCE = re.compile(r"attribute_not_exists\((\w+)\)")
_COMPARISON = re.compile(r"(\w+) (<=|<|=) (:\w+)")


class ConditionalCheckFailedError(ClientError):
    """Stands for ``ConditionalCheckFailedException``."""


class TransactionCanceledError(ClientError):
    """Stands for ``TransactionCanceledException``."""


class DynamoDbInMemory:
    """A client with one table, whose key is ``id``."""

    exceptions = SimpleNamespace(
        ConditionalCheckFailedException=ConditionalCheckFailedError,
        TransactionCanceledException=TransactionCanceledError,
    )

    def __init__(self) -> None:
        self.items: dict[str, Item] = {}

    def get_item(self, *, Key: Item, **_: object) -> dict[str, Any]:  # noqa: N803 - boto3's own names, here and below
        item = self.items.get(Key["id"]["S"])
        return {} if item is None else {"Item": copy.deepcopy(item)}

    def batch_get_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        ((table, request),) = RequestItems.items()
        names = (key["id"]["S"] for key in request["Keys"])
        found = [copy.deepcopy(self.items[name]) for name in names if name in self.items]
        return {"Responses": {table: found}, "UnprocessedKeys": {}}

    def batch_write_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803
        ((_, requests),) = RequestItems.items()
        for request in requests:
            item = request["PutRequest"]["Item"]
            self.items[item["id"]["S"]] = copy.deepcopy(item)
        return {"UnprocessedItems": {}}

    def update_item(self, **update: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        before = self.items.get(update["Key"]["id"]["S"], {})
        if not _holds(update, before):
            answer: Any = {"Error": {"Code": "ConditionalCheckFailedException"}}
            raise ConditionalCheckFailedError(answer, "UpdateItem")
        self._apply(update, before)
        is_asked = update.get("ReturnValues") == "ALL_OLD" and before
        return {"Attributes": copy.deepcopy(before)} if is_asked else {}

    def transact_write_items(self, *, TransactItems: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        updates = [item["Update"] for item in TransactItems]
        items = [self.items.get(update["Key"]["id"]["S"], {}) for update in updates]
        held = [_holds(update, item) for update, item in zip(updates, items, strict=True)]
        if not all(held):
            reasons = [{"Code": "None" if holds else "ConditionalCheckFailed"} for holds in held]
            answer: Any = {
                "Error": {"Code": "TransactionCanceledException"},
                "CancellationReasons": reasons,
            }
            raise TransactionCanceledError(answer, "TransactWriteItems")
        for update, item in zip(updates, items, strict=True):
            self._apply(update, item)
        return {}

    def _apply(self, update: dict[str, Any], before: Item) -> None:
        values = update["ExpressionAttributeValues"]
        after = {**copy.deepcopy(before), **update["Key"]}
        _, *clauses = _CLAUSE.split(update["UpdateExpression"])
        for verb, body in zip(clauses[::2], clauses[1::2], strict=True):
            for action in re.split(r",\s*(?![^(]*\))", body.strip()):
                if verb == "SET":
                    name, value = action.split(" = ")
                    after[name] = _value(value, before, values)
                elif verb == "REMOVE":
                    after.pop(action, None)
                else:
                    name, value = action.split()
                    after[name] = _sum(before.get(name), values[value])
        self.items[update["Key"]["id"]["S"]] = after


def _value(text: str, item: Item, values: Item) -> Any:  # noqa: ANN401 - an attribute
    if found := _DEFAULT.fullmatch(text):
        name, default = found.groups()
        return item.get(name, values[default])
    return values[text]


def _sum(old: Item | None, new: Item) -> Item:
    if "SS" in new:
        return {"SS": sorted({*(old or {"SS": []})["SS"], *new["SS"]})}
    return {"N": str(int((old or {"N": "0"})["N"]) + int(new["N"]))}


def _holds(update: dict[str, Any], item: Item) -> bool:
    condition = update.get("ConditionExpression")
    return condition is None or any(
        _term_holds(term.strip(), item, update["ExpressionAttributeValues"])
        for term in condition.split(" OR ")
    )


def _term_holds(term: str, item: Item, values: Item) -> bool:
    if found := _ABSENCE.fullmatch(term):
        return found[1] not in item
    found = _COMPARISON.fullmatch(term)
    assert found, f"the stand-in knows no condition like {term}"
    name, operator, value = found.groups()
    if name not in item or item[name].keys() != values[value].keys():
        return False
    ((kind, mine),) = item[name].items()
    theirs = values[value][kind]
    if kind == "N":
        mine, theirs = float(mine), float(theirs)
    return bool({"<": mine < theirs, "<=": mine <= theirs, "=": mine == theirs}[operator])
