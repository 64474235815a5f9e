"""Many items of the ledger's table at once, as far as DynamoDB has the capacity to read them.

See https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policies.naming import LEDGER_KEY_ATTRIBUTE

if TYPE_CHECKING:
    from collections.abc import Sequence

# What BatchGetItem takes at once, and how often it is asked for what it left out. `purge_guard.exceptions`
# has the same loop: the two never import each other, and `policies`, which both stand on, asks AWS nothing.
_PAGE = 100
_ATTEMPTS = 3


class UnreadItemsError(Exception):
    """DynamoDB left items out, and did so again: it is throttled."""


def read_items(client: Any, table: str, names: Sequence[str]) -> list[dict[str, Any]]:  # noqa: ANN401 - boto3 has no types
    """Return those of some items that are there, in no order.

    Parameters
    ----------
    client
        A DynamoDB client. Needs ``dynamodb:BatchGetItem`` on the table.
    table, names
        The table, and the keys of the items.

    Raises
    ------
    UnreadItemsError
        Some could not be read.
    botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError
        The table cannot be read.
    """
    items: list[dict[str, Any]] = []
    for start in range(0, len(names), _PAGE):
        keys = [{LEDGER_KEY_ATTRIBUTE: {"S": name}} for name in names[start : start + _PAGE]]
        items += _page(client, table, {table: {"Keys": keys}})
    return items


def _page(client: Any, table: str, request: dict[str, Any]) -> list[dict[str, Any]]:  # noqa: ANN401 - boto3 has no types
    items: list[dict[str, Any]] = []
    for _ in range(_ATTEMPTS):
        answer = client.batch_get_item(RequestItems=request)
        items += answer["Responses"].get(table, [])
        request = answer.get("UnprocessedKeys") or {}
        if not request:
            return items
    raise UnreadItemsError(f"DynamoDB left out {len(request[table]['Keys'])} items of {table}")
