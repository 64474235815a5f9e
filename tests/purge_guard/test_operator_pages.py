"""The commands on the pages for operators do on an AWS what the pages say."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from policies.snapshot import read_snapshot
from tests.docs.pages import ROOT, page

if TYPE_CHECKING:
    from tests.purge_guard.on_moto import MotoAccounts

SNAPSHOT_PAGE = page("docs/snapshot.md")
PROTECT_PAGE = page("docs/protect.md")
EXAMPLE = (ROOT / "purge-guard.yaml").read_text(encoding="utf-8")
KEYS = "prevention|attach_to|queues|queue_keys|deny|break_glass|principals|mfa_max_age_minutes|exempt_roles"
PREVENTING = re.sub(rf"^( *)# (( *)({KEYS}|deployer_roles):)", r"\1\2", EXAMPLE, flags=re.MULTILINE)
"""The example with the sections that prevent, which stand in it as comments."""


@pytest.mark.parametrize("command", SNAPSHOT_PAGE.shell_commands())
def test_a_command_of_the_page_collects_a_snapshot(command: str, moto: MotoAccounts) -> None:
    program, *arguments = shlex.split(command)
    result = moto.run(*arguments, inventory=EXAMPLE)
    assert (program, result.exit_code) == ("purge-guard", 0)
    assert len(read_snapshot(Path("out")).accounts) == 1


def test_the_organization_on_the_page_is_one_that_can_be_read(moto: MotoAccounts) -> None:
    moto.run("snapshot", "out", inventory=EXAMPLE)
    (shown,) = SNAPSHOT_PAGE.blocks("json")
    Path("out/organization.json").write_text(shown, encoding="utf-8")
    snapshot = read_snapshot(Path("out"))
    assert snapshot.organization is not None
    assert set(snapshot.organization.accounts) == {"999988887777", "111122223333"}
    assert len(snapshot.accounts[0].account.scps) == len(json.loads(shown)["root"]["units"]) + 2


def test_the_commands_of_the_page_show_protect_and_take_out_again(moto: MotoAccounts) -> None:
    url = moto.queue(region="us-east-1")
    shown, applied, across, removed = PROTECT_PAGE.shell_commands()
    protected = {shown: False, applied: True, across: True, removed: False}
    for command, expected in protected.items():
        program, *arguments = shlex.split(command)
        result = moto.run(*arguments, inventory=PREVENTING)
        assert (program, result.exit_code, result.stderr) == ("purge-guard", 0, "")
        answer = moto.client("sqs", "us-east-1").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        assert ("PurgeGuardDenyPurge" in answer["Attributes"].get("Policy", "")) is expected, command
