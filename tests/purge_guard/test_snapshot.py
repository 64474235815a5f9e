from __future__ import annotations

import stat
from pathlib import Path

import pytest

from policies.snapshot import read_snapshot
from tests.purge_guard.on_moto import ACCOUNT, FRANKFURT, HUB, INVENTORY, IRELAND, MotoAccounts, content

OWN_ACCOUNT = ("snapshot", "out", "--account", "production")
ONE_REGION = INVENTORY.replace(f"[{IRELAND}, {FRANKFURT}]", f"[{IRELAND}]").replace(
    "regions:", "home_region: eu-west-1, regions:"
)


def everything(directory: str = "out") -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in Path(directory).rglob("*") if path.is_file()}


def test_every_account_and_region_of_the_inventory_is_collected(moto: MotoAccounts) -> None:
    moto.role()
    moto.queue()
    moto.queue("orders.fifo", FRANKFURT, FifoQueue="true")
    moto.queue("audit", account=HUB)
    result = moto.run("snapshot", "out", "--role-name", "ops/reader")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        f"{ACCOUNT} production: 0 users, 1 roles, 2 queues\n"
        f"{HUB} security: 0 users, 0 roles, 1 queues\n"
        "no organization: the accounts are in none\n"
    )
    queues = {queue.arn for account in read_snapshot(Path("out")).accounts for queue in account.queues}
    assert queues == {
        f"arn:aws:sqs:{IRELAND}:{ACCOUNT}:orders",
        f"arn:aws:sqs:{FRANKFURT}:{ACCOUNT}:orders.fifo",
        f"arn:aws:sqs:{IRELAND}:{HUB}:audit",
    }


def test_without_a_role_other_accounts_are_named_and_the_own_one_is_written(moto: MotoAccounts) -> None:
    result = moto.run("snapshot", "out")
    assert result.exit_code == 3
    assert f"not read: {HUB} security: your credentials are of {ACCOUNT}: name a role" in result.stderr
    assert [file.name for file in Path("out", HUB).iterdir()] == ["unread.json"]
    assert content("out", ACCOUNT, IRELAND, "queues.json") == {}


def test_china_is_collected_like_everywhere_else(moto: MotoAccounts) -> None:
    moto.queue("orders.fifo", "cn-north-1", FifoQueue="true")
    china = ONE_REGION.replace(IRELAND, "cn-north-1")
    result = moto.run("snapshot", "out", "--role-name", "reader", inventory=china)
    assert (result.exit_code, result.stderr) == (0, "")
    (queue,) = read_snapshot(Path("out")).accounts[0].queues
    assert queue.arn == f"arn:aws-cn:sqs:cn-north-1:{ACCOUNT}:orders.fifo"


@pytest.mark.parametrize("name", [ACCOUNT, "production"])
def test_an_account_is_chosen_by_its_id_or_name(name: str, moto: MotoAccounts) -> None:
    result = moto.run("snapshot", "out", "--account", name)
    assert result.exit_code == 0
    assert {path.name for path in Path("out").iterdir()} == {ACCOUNT, "organization.json"}


def test_the_directory_is_its_owners_alone(moto: MotoAccounts) -> None:
    moto.run("snapshot", "deep/out", "--account", ACCOUNT)
    for path in (Path("deep/out"), *Path("deep/out").rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_directory_that_is_there_keeps_its_permissions(moto: MotoAccounts) -> None:
    Path("out").mkdir(mode=0o755)
    assert moto.run(*OWN_ACCOUNT).exit_code == 0
    assert stat.S_IMODE(Path("out").stat().st_mode) == 0o755


def test_the_same_account_yields_the_same_files(moto: MotoAccounts) -> None:
    for number in range(12):
        moto.queue(f"queue-{number}")
        moto.role(f"role-{12 - number}")
    moto.run(*OWN_ACCOUNT)
    before = everything()
    moto.run(*OWN_ACCOUNT)
    assert everything() == before
    roles = [role["Arn"] for role in content("out", ACCOUNT, "iam.json")["RoleDetailList"]]
    assert roles == sorted(roles)


def test_what_is_gone_from_aws_is_gone_from_the_snapshot(moto: MotoAccounts) -> None:
    url = moto.queue()
    moto.run(*OWN_ACCOUNT)
    moto.client("sqs").delete_queue(QueueUrl=url)
    moto.run(*OWN_ACCOUNT)
    assert content("out", ACCOUNT, IRELAND, "queues.json") == {}


def test_a_region_that_left_the_inventory_leaves_the_snapshot_and_other_files_stay(
    moto: MotoAccounts,
) -> None:
    moto.run(*OWN_ACCOUNT)
    Path("out", ACCOUNT, "notes.txt").write_text("mine", encoding="utf-8")
    assert moto.run(*OWN_ACCOUNT, inventory=ONE_REGION).exit_code == 0
    assert {path.name for path in Path("out", ACCOUNT).iterdir()} == {"iam.json", IRELAND, "notes.txt"}


def test_nothing_temporary_is_left(moto: MotoAccounts) -> None:
    moto.run(*OWN_ACCOUNT)
    assert {Path(path).name for path in everything()} == {"iam.json", "queues.json", "organization.json"}


def test_progress_is_shown_to_whoever_watches(moto: MotoAccounts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    result = moto.run(*OWN_ACCOUNT)
    assert f"{ACCOUNT} production" in result.stderr
    assert "\x1b" not in result.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--account", "productoin"], "did you mean production?"),
        (["--inventory", "absent.yaml"], "there is no such file"),
        (["--inventory", ""], "this name is empty"),
        (["--role-name", "a b"], "--role-name: write the name of a role"),
        (["--role-name", "role\x1b[31m"], "--role-name: write the name of a role"),
        (["--role-name", "arn:aws:iam::111122223333:role/reader"], "--role-name: write the name of a role"),
    ],
)
def test_wrong_input_is_said_and_nothing_is_written(
    arguments: list[str], sentence: str, moto: MotoAccounts
) -> None:
    result = moto.run("snapshot", "out", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert not Path("out").exists()


def test_an_empty_name_is_not_the_working_directory(moto: MotoAccounts) -> None:
    result = moto.run("snapshot", "", "--account", "production")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "DIR: this name is empty: name the directory to write to\n"


def test_without_credentials_nothing_is_written(moto: MotoAccounts, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    result = moto.run("snapshot", "out")
    assert result.exit_code == 2
    assert "whose credentials these are: Unable to locate credentials" in result.stderr
    assert not Path("out").exists()


def test_what_cannot_be_written_is_said(moto: MotoAccounts) -> None:
    Path("out").write_text("mine", encoding="utf-8")
    result = moto.run(*OWN_ACCOUNT)
    assert (result.exit_code, result.stderr) == (1, "out: File exists\n")
    assert Path("out").read_text(encoding="utf-8") == "mine"


def test_a_snapshot_that_was_half_written_says_so_until_it_is_written_whole(moto: MotoAccounts) -> None:
    in_the_way = Path("out", ACCOUNT, IRELAND, "queues.json")
    in_the_way.mkdir(parents=True)
    result = moto.run(*OWN_ACCOUNT)
    assert (result.exit_code, result.stderr) == (1, f"{in_the_way}: Is a directory\n")
    assert content("out", ACCOUNT, "unread.json") == [f"{ACCOUNT} production: its files were not all written"]
    in_the_way.rmdir()
    assert moto.run(*OWN_ACCOUNT).exit_code == 0
    assert not Path("out", ACCOUNT, "unread.json").exists()


def test_an_endpoint_that_is_no_url_is_named(moto: MotoAccounts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "foo")
    result = moto.run("snapshot", "out", "--account", "production")
    assert result.exit_code == 3
    assert f"not read: {ACCOUNT} production, {IRELAND}: Invalid endpoint: foo" in result.stderr
    assert "look at AWS_ENDPOINT_URL_SQS" in result.stderr
