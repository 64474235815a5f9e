"""`make demo`: deploy purge-guard to a local AWS, purge queues, and show what the security team receives."""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from demo.deployment import Deployment, DeploymentError
from demo.local_aws import LocalAws, LocalAwsError, local_aws
from demo.security_team import HUB, AlertError, ReceivedAlert, SecurityTeam
from demo.shop import ACCOUNT, EVERYTHING_IN_SQS, READING_ONLY, Shop
from policies import naming
from policies.detection.alert import Alert, alerts_in
from policies.detection.email_message import email_body
from policies.detection.facts import facts_of
from policies.detection.severity import Assessment, Factor, Severity
from policies.detection.triage.evidence import Triage
from policies.detection.triage.finding import Finding, Status
from toolchain.programs import SetupError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REGION = "us-east-1"
SECOND_REGION = "eu-west-1"

FAILED = 1
INTERRUPTED = 130

console = Console(highlight=False)


def main() -> int:
    """Play the demo; 0 if every alert came that was due and no other, 1 if not, 130 if interrupted."""
    _forget_the_real_aws()
    # SIGINT too: whoever starts this in the background, as some CI does, lets it ignore the signal.
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)
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


def _forget_the_real_aws() -> None:
    """Drop every setting that was meant for the real AWS, so that none of it can reach the demo."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


def play(aws: LocalAws, folder: Path) -> None:
    """Deploy, let people purge, and check what the security team receives."""
    team = SecurityTeam(aws)
    shop = Shop(aws)
    shop.hire()
    deployment = Deployment.prepare(folder, aws)
    _deploy(deployment, "hub", HUB.account, "The hub: bus, alert function, ledger, topic, alarms")
    what = "The account: trail, rules in two regions, way to the hub, deny policy, break-glass role"
    _deploy(deployment, f"account-{ACCOUNT}", ACCOUNT, what)
    for number, scene in enumerate(_scenes(shop)):
        alert = _play(scene, shop, team)
        if number == 0:
            _show_in_full(alert)
    team.stay_quiet()
    _proved("Seven calls, seven alerts, and no other.")


def _purge(sqs: Any, url: str) -> None:  # noqa: ANN401 - boto3 makes its clients at run time
    sqs.purge_queue(QueueUrl=url)


@dataclass(frozen=True)
class _Scene:
    """Somebody who empties a queue or tries to, and what has to come of it.

    Each scene has an actor and a queue of its own: what follows on one of them within five minutes is a
    burst, and told in a digest.
    """

    title: str
    who: str
    sqs: Any
    queue: str
    region: str
    outcome: str
    severity: str
    proves: str
    act: Callable[[Any, str], None] = _purge


def _expire(sqs: Any, url: str) -> None:  # noqa: ANN401 - boto3 makes its clients at run time
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"MessageRetentionPeriod": "60"})


def _scenes(shop: Shop) -> Iterator[_Scene]:
    yield _Scene(
        title=f"mallory purges the queue orders in {REGION}",
        who="An IAM user who may do everything in SQS, and whom the deny policy is not attached to.",
        sqs=shop.user("mallory", EVERYTHING_IN_SQS, REGION),
        queue="orders",
        region=REGION,
        outcome="purged",
        severity="high",
        proves="A purge reached the security team in the hub's account.",
    )
    yield _Scene(
        title=f"trudy purges the queue orders in {SECOND_REGION}",
        who="The same in another region, which has rules of its own.",
        sqs=shop.user("trudy", EVERYTHING_IN_SQS, SECOND_REGION),
        queue="orders",
        region=SECOND_REGION,
        outcome="purged",
        severity="high",
        proves="A purge in a second region reached the same team.",
    )
    yield _Scene(
        title="an intern tries to purge invoices",
        who="An IAM user who may only read.",
        sqs=shop.user("intern", READING_ONLY, REGION),
        queue="invoices",
        region=REGION,
        outcome="denied",
        severity="medium",
        proves="A refused attempt arrives as a weaker signal, and the messages are still there.",
    )
    yield _Scene(
        title="an administrator tries to purge refunds",
        who="An IAM user who may do everything in SQS, but for the deny policy of the administrators.",
        sqs=shop.administrator("admin", REGION),
        queue="refunds",
        region=REGION,
        outcome="denied",
        severity="medium",
        proves="The deny policy stops whoever bears it, whatever else is allowed.",
    )
    yield _Scene(
        title="carol breaks the glass and purges returns",
        who="Who is on call enters the break-glass role. In AWS a user listed there needs MFA for it.",
        sqs=shop.break_glass("carol", REGION),
        queue="returns",
        region=REGION,
        outcome="purged",
        severity="medium",
        proves="The break-glass role can purge, and not unseen.",
    )
    yield _Scene(
        title="eve lets the messages of shipments expire",
        who="She purges nothing: she sets how long the queue keeps its messages to a minute.",
        sqs=shop.user("eve", EVERYTHING_IN_SQS, REGION),
        queue="shipments",
        region=REGION,
        outcome="succeeded",
        severity="high",
        proves="A purge by another name is told as well.",
        act=_expire,
    )
    yield _Scene(
        title=f"oscar purges {naming.UNDELIVERED_QUEUE}",
        who="That is where purge-guard keeps the events that it could not deliver.",
        sqs=shop.user("oscar", EVERYTHING_IN_SQS, REGION),
        queue=naming.UNDELIVERED_QUEUE,
        region=REGION,
        outcome="purged",
        severity="critical",
        proves="Whoever tampers with purge-guard is told first of all.",
    )


def _play(scene: _Scene, shop: Shop, team: SecurityTeam) -> ReceivedAlert:
    _headline(scene.title, scene.who)
    url = shop.open_queue(scene.queue, scene.region)
    before = shop.count_messages(url, scene.region)
    answer = _answer_to(scene.act, scene.sqs, url)
    after = shop.count_messages(url, scene.region)
    _say(f"AWS answers: {answer}. Messages before: {before}, after: {after}.")
    if (after == 0) != (scene.outcome == "purged"):
        raise AlertError(f"the call was to be {scene.outcome}, and {after} of {before} messages are left")
    alert = team.next_alert()
    _show(alert)
    expected = {
        "severity": scene.severity,
        "outcome": scene.outcome,
        "account": ACCOUNT,
        "queue": scene.queue,
    }
    _check(alert, expected | {"region": scene.region})
    _proved(scene.proves)
    return alert


def _answer_to(act: Callable[[Any, str], None], sqs: Any, url: str) -> str:  # noqa: ANN401 - boto3 makes its clients at run time
    try:
        act(sqs, url)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "done"


def _deploy(deployment: Deployment, stack: str, account: str, what: str) -> None:
    _headline(f"cdktf deploy {stack}", f"{what}, in account {account}.")
    columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("synthesize and plan", total=None)

        def show(created: int, planned: int) -> None:
            progress.update(task, description="create resources", completed=created, total=planned)

        count = deployment.deploy(stack, account, show)
    _proved(f"The real Terraform and the real AWS provider created {count} resources.")


def _check(alert: ReceivedAlert, expected: dict[str, str]) -> None:
    for name, value in expected.items():
        if alert.attributes.get(name) != value:
            raise AlertError(f"the alert's {name} is {alert.attributes.get(name)!r} instead of {value!r}")


def _show(alert: ReceivedAlert) -> None:
    """Print what a reader of the alert meets first."""
    console.print(Text(f"  Subject: {alert.subject}", style="bold yellow"), soft_wrap=True)
    for fact in facts_of(_read(alert)):
        console.print(Text(f"    {fact.label:<12} {fact.value}{fact.remark}"), soft_wrap=True)


def _show_in_full(alert: ReceivedAlert) -> None:
    """Print the alert as programs receive it, with line breaks of ours, and as people do."""
    _headline("the same alert in full", "SNS gives programs JSON,")
    console.print_json(alert.message, indent=2)
    _say("and people text:")
    read = _read(alert)
    console.print(Text(f"\nSubject: {read.title}\n\n{email_body(read)}"), soft_wrap=True)


def _read(received: ReceivedAlert) -> Alert:
    """Return the alert that a document describes, with what was found out about it."""
    document = json.loads(received.message)
    (alert,) = alerts_in(json.loads(document["raw"]))
    findings = tuple(
        Finding(line["probe"], line["label"], line["text"], Status(line["status"]))
        for line in document["triage"]
    )
    factors = tuple(Factor(**factor) for factor in document["factors"])
    assessment = Assessment(Severity(document["severity"]), document["risk"], factors)
    return replace(alert, triage=Triage(findings), assessment=assessment)


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
