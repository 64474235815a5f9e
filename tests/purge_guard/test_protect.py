from __future__ import annotations

import json

import pytest

from tests.purge_guard.on_moto import ACCOUNT, FRANKFURT, HUB, IRELAND, MotoAccounts, policy

INVENTORY = f"""
version: 1
hub: {{account: "{HUB}", region: {IRELAND}}}
alerts: {{subscriptions: [{{protocol: email, endpoint: security@example.com}}]}}
prevention:
  break_glass: {{principals: ["arn:aws:iam::{ACCOUNT}:user/alice"]}}
  deployer_roles: ["arn:aws:iam::{ACCOUNT}:role/deployer", "arn:aws:iam::{HUB}:role/deployer"]
accounts:
  - id: "{ACCOUNT}"
    name: production
    regions: [{IRELAND}, {FRANKFURT}]
    trail: {{mode: create}}
    home_region: {IRELAND}
    prevention:
      queues: ["arn:aws:sqs:{IRELAND}:{ACCOUNT}:orders", "arn:aws:sqs:{FRANKFURT}:{ACCOUNT}:orders.fifo"]
  - {{id: "{HUB}", name: security, regions: [{IRELAND}], trail: {{mode: create}}}}
"""
ORDERS = f"arn:aws:sqs:{IRELAND}:{ACCOUNT}:orders"
FIFO = f"arn:aws:sqs:{FRANKFURT}:{ACCOUNT}:orders.fifo"
IN_IRELAND = ("--region", IRELAND)
OWN = {"Sid": "Own", "Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": ORDERS}
FOREIGN = OWN | {"Sid": "Foreign", "Action": "sqs:ReceiveMessage"}
OURS = "PurgeGuardDenyPurge"


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("purge_guard.protection.queue.CONFIRMATION_WAITS_SECONDS", (0, 0, 0))


@pytest.fixture
def protected(moto: MotoAccounts) -> Protected:
    return Protected(moto)


class Protected:
    """The queue `orders`, and the command that protects it."""

    def __init__(self, moto: MotoAccounts) -> None:
        self.moto = moto
        self.url = moto.queue()

    def run(self, *arguments: str) -> tuple[int, str, str]:
        result = self.moto.run("protect", *arguments, inventory=INVENTORY)
        return result.exit_code, result.stdout, result.stderr

    def set(self, text: str) -> None:
        self.moto.client("sqs").set_queue_attributes(QueueUrl=self.url, Attributes={"Policy": text})

    @property
    def policy(self) -> str | None:
        answer = self.moto.client("sqs").get_queue_attributes(QueueUrl=self.url, AttributeNames=["All"])
        text: str | None = answer["Attributes"].get("Policy")
        return text

    @property
    def sids(self) -> list[str]:
        return [statement["Sid"] for statement in json.loads(self.policy or '{"Statement": []}')["Statement"]]


def test_without_apply_it_is_shown_and_nothing_is_written(protected: Protected) -> None:
    protected.set(policy(OWN))
    code, stdout, stderr = protected.run(*IN_IRELAND)
    assert (code, stderr) == (0, "")
    assert stdout.startswith(f'{ORDERS}: would change\n  add "{OURS}"\n  +{{\n')
    assert protected.policy == policy(OWN)


def test_what_the_owner_wrote_stays_and_ours_stands_there_once(protected: Protected) -> None:
    protected.set(policy(OWN))
    assert protected.run("--apply", *IN_IRELAND)[0] == 0
    first = protected.policy
    assert protected.sids == ["Own", OURS]
    assert protected.run("--apply", *IN_IRELAND) == (0, f"{ORDERS}: nothing to do\n", "")
    assert protected.policy == first


@pytest.mark.parametrize("before", [None, policy(OWN)], ids=["no policy", "a policy"])
def test_applied_twice_and_removed_once_the_policy_is_what_it_was(
    before: str | None, protected: Protected
) -> None:
    if before:
        protected.set(before)
    for _ in range(2):
        protected.run("--apply", *IN_IRELAND)
    code, stdout, _ = protected.run("--apply", "--remove", *IN_IRELAND)
    assert (code, stdout.splitlines()[:2]) == (0, [f"{ORDERS}: changed", f'  remove "{OURS}"'])
    after = protected.policy
    assert (json.loads(after) if after else None) == (json.loads(before) if before else None)
    assert protected.run("--apply", "--remove", *IN_IRELAND)[1] == f"{ORDERS}: nothing to do\n"


def test_removal_takes_out_ours_only_whoever_wrote_in_between(protected: Protected) -> None:
    protected.set(policy(OWN))
    protected.run("--apply", *IN_IRELAND)
    document = json.loads(protected.policy or "")
    protected.set(json.dumps(document | {"Statement": [FOREIGN, *document["Statement"]]}))
    protected.run("--apply", "--remove", *IN_IRELAND)
    assert protected.sids == ["Foreign", "Own"]


def test_an_outdated_statement_of_ours_is_replaced(protected: Protected) -> None:
    protected.set(policy(OWN, OWN | {"Sid": OURS}))
    code, stdout, _ = protected.run("--apply", *IN_IRELAND)
    assert (code, stdout.splitlines()[1]) == (0, f'  replace "{OURS}"')
    assert json.loads(protected.policy or "")["Statement"][1]["Effect"] == "Deny"


def test_a_fifo_queue_is_protected_likewise(protected: Protected) -> None:
    url = protected.moto.queue("orders.fifo", FRANKFURT, FifoQueue="true")
    assert protected.run("--apply", "--region", FRANKFURT)[0] == 0
    answer = protected.moto.client("sqs", FRANKFURT).get_queue_attributes(
        QueueUrl=url, AttributeNames=["All"]
    )
    assert json.loads(answer["Attributes"]["Policy"])["Statement"][0]["Resource"] == [FIFO]


def test_a_queue_that_fails_is_named_and_the_others_are_protected(protected: Protected) -> None:
    code, stdout, stderr = protected.run("--apply")
    assert code == 3
    assert f"failed: {FIFO}: " in stderr
    assert "NonExistentQueue" in stderr
    assert stderr.endswith("1 of 2 queues failed\n")
    assert stdout.startswith(f"{ORDERS}: changed\n")
    assert protected.sids == [OURS]


def test_a_policy_with_no_room_left_is_named_and_stays(protected: Protected) -> None:
    full = policy(*(OWN | {"Sid": f"Own{number}"} for number in range(20)))
    protected.set(full)
    code, stdout, stderr = protected.run("--apply", *IN_IRELAND)
    assert (code, stdout) == (3, "")
    assert f"failed: {ORDERS}: the queue policy would have 21 statements" in stderr
    assert protected.policy == full


def test_a_queue_of_another_account_is_not_reached_without_a_role(protected: Protected) -> None:
    inventory = (
        INVENTORY.replace(f'"{ACCOUNT}"', '"x"')
        .replace(f'"{HUB}"', f'"{ACCOUNT}"')
        .replace('"x"', f'"{HUB}"')
    )
    inventory = inventory.replace(f":{ACCOUNT}:orders", f":{HUB}:orders")
    result = protected.moto.run("protect", inventory=inventory)
    assert result.exit_code == 3
    assert f"failed: {FIFO.replace(ACCOUNT, HUB)}: your credentials are of {ACCOUNT}" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--account", "security"], 0, "nothing to do: the inventory lists no queue there"),
        (["--account", "nobody"], 2, "the inventory lists no account"),
        (
            ["--region", "us-east-1"],
            2,
            "--region: the accounts have eu-central-1, eu-west-1, and not 'us-east-1'",
        ),
        (["--role-name", "a b"], 2, "--role-name: write the name of a role"),
    ],
)
def test_what_is_not_there_is_said(
    arguments: list[str], code: int, sentence: str, protected: Protected
) -> None:
    ended, stdout, stderr = protected.run("--apply", *arguments)
    assert (ended, stdout) == (code, "")
    assert sentence in stderr
    assert protected.policy is None


def test_an_inventory_that_prevents_nothing_is_refused(moto: MotoAccounts) -> None:
    result = moto.run("protect")
    assert (result.exit_code, result.stderr) == (
        2,
        "the inventory has no section prevention, which says who may still purge\n",
    )
