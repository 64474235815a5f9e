"""``docs/prevention.md`` says what the documents say."""

from __future__ import annotations

from policies.limits import (
    INLINE_ROLE_POLICY,
    MANAGED_POLICY,
    PERMISSIONS_BOUNDARY,
    QUEUE_POLICY,
    RESOURCE_CONTROL_POLICY,
    SERVICE_CONTROL_POLICY,
    TRUST_POLICY,
)
from tests.docs.pages import page
from tests.policies.prevention.documents import documents_of

PAGE = page("docs/prevention.md")

WHERE = {
    "deny": "deny policy",
    "boundary": "boundary",
    "queue": "queue policy",
    "scp": "SCP",
    "rcp": "RCP",
    "break-glass trust": "trust of the break-glass role",
    "break-glass permissions": "permissions of the break-glass role",
    "operator": "operator policy",
}
"""What the page calls each document."""


def test_every_statement_has_its_reason_on_the_page_and_no_other_has() -> None:
    where: dict[str, set[str]] = {}
    for kind, statements in documents_of("everything").items():
        for statement in statements:
            where.setdefault(statement["Sid"], set()).add(WHERE[kind])
    stated = {
        sid.strip("`"): (set(cells[0].split(", ")), cells[1])
        for sid, cells in PAGE.rows().items()
        if len(cells) == 2 and set(cells[0].split(", ")) <= set(WHERE.values())
    }
    assert {sid: places for sid, (places, _) in stated.items()} == where
    assert all(reason for _, reason in stated.values())


def test_the_page_states_every_limit() -> None:
    rows = PAGE.rows()
    for limit in (
        MANAGED_POLICY,
        PERMISSIONS_BOUNDARY,
        INLINE_ROLE_POLICY,
        TRUST_POLICY,
        SERVICE_CONTROL_POLICY,
        RESOURCE_CONTROL_POLICY,
        QUEUE_POLICY,
    ):
        assert rows[limit.kind] == [f"{limit.size:,}", str(limit.policies)]
