"""`make demo`: deploy purge-guard to a local AWS, purge queues, and show what the security team receives."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from botocore.exceptions import ClientError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from demo.deployment import Deployment, DeploymentError
from demo.local_aws import LocalAws, LocalAwsError, local_aws
from demo.security_team import HUB, Alert, AlertError, SecurityTeam
from demo.shop import ACCOUNT, EVERYTHING_IN_SQS, MESSAGES, QUEUE, READING_ONLY, Shop
from policies.detection.alert import alerts_in
from policies.detection.email_message import email_body
from toolchain.programs import SetupError

REGION = "us-east-1"
SECOND_REGION = "eu-west-1"

FAILED = 1
INTERRUPTED = 130

console = Console(highlight=False)


def main() -> int:
    """Play the demo; 0 if every alert came that was due and no other, 1 if not, 130 if interrupted."""
    try:
        with local_aws() as aws, tempfile.TemporaryDirectory(prefix="purge-guard-demo-") as folder:
            _say(f"A local AWS runs at {aws.endpoint}, with IAM enforced.")
            play(aws, Path(folder))
    except (AlertError, DeploymentError, LocalAwsError, SetupError) as error:
        console.print(Text(f"\nThe demo failed: {error}", style="bold red"))
        return FAILED
    except KeyboardInterrupt:
        console.print("\nInterrupted. The local AWS is stopped and nothing is left.")
        return INTERRUPTED
    _say("The local AWS is stopped and nothing is left.")
    return 0


def play(aws: LocalAws, folder: Path) -> None:
    """Deploy, purge three times, and check what the security team receives."""
    team = SecurityTeam(aws)
    deployment = Deployment.prepare(folder, aws)
    _deploy(deployment, "hub", HUB.account, "The hub: bus, alert function, ledger, topic, alarms")
    _deploy(
        deployment, f"account-{ACCOUNT}", ACCOUNT, "The account: trail, rules in two regions, way to the hub"
    )
    shop = Shop(aws)
    _show_as_email(_purge(shop, team, "mallory", REGION))
    _purge(shop, team, "trudy", SECOND_REGION)
    _purge_and_be_refused(shop, team)
    team.stay_quiet()
    _proved("Three purges, three alerts, and no other.")


def _deploy(deployment: Deployment, stack: str, account: str, what: str) -> None:
    _headline(f"cdktf deploy {stack}", f"{what}, in account {account}.")
    columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("synthesize and plan", total=None)

        def show(created: int, planned: int) -> None:
            progress.update(task, description="create resources", completed=created, total=planned)

        count = deployment.deploy(stack, account, show)
    _proved(f"The real Terraform and the real AWS provider created {count} resources.")


def _purge(shop: Shop, team: SecurityTeam, user: str, region: str) -> Alert:
    _headline(f"{user} purges the queue {QUEUE} in {region}", "An IAM user who may do everything in SQS.")
    url = shop.open_queue(region)
    shop.sign_in(user, EVERYTHING_IN_SQS, region).purge_queue(QueueUrl=url)
    _say(f"Messages before: {MESSAGES}. Messages after: {shop.count_messages(url, region)}.")
    alert = team.next_alert()
    _show(alert)
    _check(alert, severity="medium", outcome="purged", account=ACCOUNT, region=region, queue=QUEUE)
    _proved(f"A purge in {region} reached the security team in the hub's account.")
    return alert


def _purge_and_be_refused(shop: Shop, team: SecurityTeam) -> None:
    _headline(f"an intern tries to purge {QUEUE} in {REGION}", "An IAM user who may only read.")
    url = shop.open_queue(REGION)
    intern = shop.sign_in("intern", READING_ONLY, REGION)
    try:
        intern.purge_queue(QueueUrl=url)
    except ClientError as error:
        _say(f"AWS answers: {error.response['Error']['Code']}. Messages: {shop.count_messages(url, REGION)}.")
    else:
        raise AlertError("the local AWS let somebody purge who may not")
    alert = team.next_alert()
    _show(alert)
    _check(alert, severity="low", outcome="denied", account=ACCOUNT, region=REGION, queue=QUEUE)
    _proved(
        "A refused attempt reached the security team as a weaker signal, and the messages are still there."
    )


def _check(alert: Alert, **expected: str) -> None:
    for name, value in expected.items():
        if alert.attributes.get(name) != value:
            raise AlertError(f"the alert's {name} is {alert.attributes.get(name)!r} instead of {value!r}")


def _show(alert: Alert) -> None:
    """Print the alert as the subscriber received it; only the JSON's line breaks are ours."""
    console.print(Text(f"  Subject: {alert.subject}", style="bold yellow"))
    console.print_json(alert.message, indent=2)


def _show_as_email(alert: Alert) -> None:
    """Print the text that a subscriber by email gets of the same alert, made from the record in it."""
    _headline("the same alert as an email", "SNS gives people text, and programs the JSON above.")
    for same in alerts_in(json.loads(json.loads(alert.message)["raw"])):
        console.print(Text(f"Subject: {same.title}\n\n{email_body(same)}"))


def _headline(title: str, explanation: str) -> None:
    console.print()
    console.rule(Text(title, style="bold"), align="left")
    _say(explanation)


def _say(sentence: str) -> None:
    console.print(Text(f"  {sentence}"))


def _proved(sentence: str) -> None:
    console.print(Text(f"✓ {sentence}", style="green"))


if __name__ == "__main__":
    sys.exit(main())
