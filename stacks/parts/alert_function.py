"""The function that turns an event into an alert, with a role that can do that and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from policies import naming
from policies.detection.asff_frame import product_arn
from policies.detection.estate_document import FILE as ESTATE_FILE
from policies.document import Statement, document, service, trust
from policies.settings import AlertSettings
from stacks.bundle import ALERT_BUNDLE, Bundle
from stacks.literal import literal
from stacks.parts.alarm import Alarm
from stacks.parts.dead_letter_queue import DeadLetterQueue
from stacks.parts.digest_queue import QUEUE_ACTIONS, DigestQueue
from stacks.parts.encryption_key import EncryptionKey
from stacks.provider import (
    App,
    AssetType,
    CloudwatchLogGroup,
    Construct,
    DestinationConfig,
    FunctionEnvironment,
    FunctionTracing,
    IamRole,
    IamRolePolicy,
    LambdaFunction,
    LambdaFunctionEventInvokeConfig,
    OnFailure,
    TerraformAsset,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.inventory import Alerts
    from policies.naming import Place
    from stacks.parts.alert_topic import AlertTopic
    from stacks.parts.ledger import Ledger
    from stacks.provider import TerraformResource

RUNTIME = "python3.13"
ARCHITECTURE = "arm64"
MEMORY_MEGABYTES = 256
TIMEOUT_SECONDS = 60
OLDEST_EVENT_SECONDS = 6 * 3600
LATE_MILLISECONDS = 60_000
LEDGER_ACTIONS = (
    "dynamodb:BatchGetItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:GetItem",
    "dynamodb:UpdateItem",
)
TOPIC_KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey*")
DATA_KEY_ACTIONS = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*")

_LOSING = "losing"
FUNCTION_ALARMS = (
    ("failing", "Errors", "Sum", 0, "The alert function failed; it is tried twice more. Alerts are late."),
    ("throttled", "Throttles", "Sum", 0, "The alert function is throttled: raise its concurrency."),
    ("late", "AsyncEventAge", "Maximum", LATE_MILLISECONDS, "Events wait a minute for the alert function."),
    (_LOSING, "DestinationDeliveryFailures", "Sum", 0, "An event that the function failed on is lost."),
)
"""Name, CloudWatch's metric and statistic, the number above which it rings, and what that means."""


class AlertFunction(Construct):
    """The alert function, its role, its log and the queue for the events that it could not handle.

    Parameters
    ----------
    place
        The hub's account and region.
    alerts
        The inventory's settings for alerts.
    topic, ledger
        What the function publishes to and remembers in.
    triage
        The permission to look into the accounts.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        place: Place,
        alerts: Alerts,
        topic: AlertTopic,
        ledger: Ledger,
        triage: Statement,
        estate: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self._place = place
        self._alerts = alerts
        self._topic = topic
        self._ledger = ledger
        self._triage = triage
        self._estate = estate
        log_group = self._create_log_group()
        failures = DeadLetterQueue(
            self,
            "failures",
            place=place,
            name=naming.ALERT_FAILURES_QUEUE,
            alarm_name=f"{naming.HUB_ALARM_PREFIX}alert-failures",
            meaning=(
                f"{naming.ALERT_FUNCTION} failed three times on an event, or for hours on a digest: nobody "
                f"was told. Read the messages in the queue {naming.ALERT_FAILURES_QUEUE}; they expire after "
                "14 days."
            ),
            alarm_actions=(topic.arn,),
        )
        self._digests = DigestQueue(
            self,
            "digests",
            place=place,
            dead_letter_arn=failures.arn,
            function_timeout_seconds=TIMEOUT_SECONDS,
            alarm_actions=(topic.arn,),
        )
        role = IamRole(
            self,
            "role",
            name=naming.ALERT_FUNCTION_ROLE,
            description="What the function that publishes alerts may do",
            assume_role_policy=trust("lambda.amazonaws.com"),
        )
        policy = IamRolePolicy(
            self,
            "role-policy",
            name="alert",
            role=role.name,
            policy=document(*self._permissions()),
        )
        # Without the log group Lambda would make one without key, and without the policy refuse the queue.
        function = self._create_function(role.arn, after=(policy, log_group))
        self.arn: str = function.arn
        self._send_failures_to(function, failures.arn)
        self._digests.feed(function)
        self._create_alarms()

    def _create_log_group(self) -> CloudwatchLogGroup:
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
        log_arn = self._place.arn("logs", f"log-group:{naming.ALERT_LOG_GROUP}")
        logs = Statement(
            "LetTheLogEncrypt",
            DATA_KEY_ACTIONS,
            ("*",),
            principals=service(f"logs.{self._place.region}.{self._place.partition.dns_suffix}"),
            conditions={"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": log_arn}},
        )
        self._key = EncryptionKey(
            self,
            "key",
            place=self._place,
            alias=naming.FUNCTION_KEY_ALIAS,
            purpose="logs and settings of the functions",
            users=(logs,),
        )
        return CloudwatchLogGroup(
            self,
            "log",
            name=naming.ALERT_LOG_GROUP,
            retention_in_days=self._alerts.log_retention_days,
            kms_key_id=self._key.arn,
        )

    def _permissions(self) -> tuple[Statement, ...]:
        """Return what the function may do: its exact actions on its exact resources."""
        log_streams = self._place.arn("logs", f"log-group:{naming.ALERT_LOG_GROUP}:*")
        failures_queue = self._place.arn("sqs", naming.ALERT_FAILURES_QUEUE)
        statements = (
            Statement("Log", ("logs:CreateLogStream", "logs:PutLogEvents"), (log_streams,)),
            Statement("ReadItsSettings", ("kms:Decrypt",), (self._key.arn,)),
            Statement("Publish", ("sns:Publish",), self._topics),
            *self._further_channels(),
            self._use_key("EncryptAlerts", "sns", TOPIC_KEY_ACTIONS, self._topic.key_arn),
            Statement("Remember", LEDGER_ACTIONS, (self._ledger.arn,)),
            self._use_key("EncryptTheLedger", "dynamodb", DATA_KEY_ACTIONS, self._ledger.key_arn),
            self._triage,
            Statement("SendFailures", ("sqs:SendMessage",), (failures_queue,)),
            Statement("GatherForDigests", QUEUE_ACTIONS, (self._place.arn("sqs", naming.DIGEST_QUEUE),)),
        )
        if not self._alerts.tracing:
            return statements
        # X-Ray knows no resources.
        # https://docs.aws.amazon.com/xray/latest/devguide/security_iam_service-with-iam.html
        return (
            *statements,
            Statement("Trace", ("xray:PutTelemetryRecords", "xray:PutTraceSegments"), ("*",)),
        )

    @property
    def _topics(self) -> tuple[str, ...]:
        return (self._topic.arn, self._topic.chat_arn) if self._topic.chat_arn else (self._topic.arn,)

    def _further_channels(self) -> Iterator[Statement]:
        """Yield the permissions of the channels that the inventory asks for."""
        if self._alerts.events:
            bus = naming.hub_bus_arn(self._place)
            yield Statement("PutOnTheBus", ("events:PutEvents",), (bus,))
        if self._alerts.security_hub:
            yield Statement(
                "ImportFindings", ("securityhub:BatchImportFindings",), (product_arn(self._place),)
            )

    def _use_key(self, sid: str, service_name: str, actions: tuple[str, ...], key_arn: str) -> Statement:
        """Return the permission to use a key in the requests that a service makes in the function's name."""
        via = f"{service_name}.{self._place.region}.{self._place.partition.dns_suffix}"
        return Statement(sid, actions, (key_arn,), conditions={"StringEquals": {"kms:ViaService": via}})

    def _create_function(self, role_arn: str, after: tuple[TerraformResource, ...]) -> LambdaFunction:
        bundle = Bundle.of(ALERT_BUNDLE, written={ESTATE_FILE: self._estate})
        file = bundle.write(Path(App.of(self).outdir, "bundles").absolute())
        archive = TerraformAsset(self, "bundle", path=str(file), type=AssetType.FILE)
        settings = AlertSettings(
            topic_arn=self._topic.arn,
            ledger_table=naming.LEDGER_TABLE,
            ledger_days=self._alerts.remember_days,
            runbook_url=literal(self._alerts.runbook_url or ""),
            json_format=self._alerts.json_format,
            chat_topic_arn=self._topic.chat_arn,
            bus_name=naming.HUB_BUS if self._alerts.events else "",
            security_hub=self._alerts.security_hub,
            digest_queue_url=self._digests.url,
            own_keys=(self._topic.key_arn, self._ledger.key_arn, self._key.arn),
        )
        return LambdaFunction(
            self,
            "function",
            function_name=naming.ALERT_FUNCTION,
            description="Tells the security team of every purge of an SQS queue",
            role=role_arn,
            runtime=RUNTIME,
            architectures=[ARCHITECTURE],
            handler="lambdas.alert.handler.handle",
            layers=[self._alerts.geoip_layer] if self._alerts.geoip_layer else None,
            filename=archive.path,
            source_code_hash=bundle.sha256_base64,
            memory_size=MEMORY_MEGABYTES,
            timeout=TIMEOUT_SECONDS,
            reserved_concurrent_executions=self._alerts.reserved_concurrency,
            kms_key_arn=self._key.arn,
            environment=FunctionEnvironment(variables=settings.to_environment()),
            tracing_config=FunctionTracing(mode="Active" if self._alerts.tracing else "PassThrough"),
            depends_on=list(after),
        )

    def _send_failures_to(self, function: LambdaFunction, failures_arn: str) -> None:
        on_failure = OnFailure(destination=failures_arn)
        LambdaFunctionEventInvokeConfig(
            self,
            "failure-destination",
            function_name=function.function_name,
            maximum_event_age_in_seconds=OLDEST_EVENT_SECONDS,
            maximum_retry_attempts=2,
            destination_config=DestinationConfig(on_failure=on_failure),
        )

    def _create_alarms(self) -> None:
        """Create the alarms on the function itself. They go to the topic past the function."""
        for name, metric, statistic, above, meaning in FUNCTION_ALARMS:
            Alarm(
                name=f"{naming.HUB_ALARM_PREFIX}function-{name}",
                description=f"{meaning} See the log group {naming.ALERT_LOG_GROUP}.",
                namespace="AWS/Lambda",
                metric=metric,
                dimensions={"FunctionName": naming.ALERT_FUNCTION},
                statistic=statistic,
                above=above,
                # What is lost stays lost: to tell that this is over would be wrong.
                tells_end=name != _LOSING,
            ).create(self, name, actions=(self._topic.arn,))
