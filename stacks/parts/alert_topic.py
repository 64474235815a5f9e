"""The topic that tells people, with a queue for what somebody did not receive."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from policies import naming
from policies.detection.owner import OWNER
from policies.document import ANYONE, INSECURE_TRANSPORT, Statement, document, service
from stacks.literal import literal
from stacks.parts.alarm import Alarm
from stacks.parts.dead_letter_queue import DeadLetterQueue
from stacks.parts.encryption_key import EncryptionKey
from stacks.provider import Construct, LambdaPermission, SnsTopic, SnsTopicPolicy, SnsTopicSubscription

if TYPE_CHECKING:
    from policies.inventory import Owner, Subscription
    from policies.naming import Place

DELIVERY_ALARMS = (
    (
        "notifications-failed",
        "NumberOfNotificationsRedrivenToDlq",
        f"A subscriber did not receive an alert; it is in the queue {naming.ALERTS_UNDELIVERED_QUEUE}.",
    ),
    (
        "notifications-lost",
        "NumberOfNotificationsFailedToRedriveToDlq",
        "A subscriber did not receive an alert, and it could not be kept either.",
    ),
)
"""Name, CloudWatch's metric, and what it means. The number of failed attempts is not among them: SNS tries
again, and most attempts that fail are followed by one that does not."""


class AlertTopic(Construct):
    """The SNS topic that alerts are published to, and its subscriptions.

    Parameters
    ----------
    place
        The hub's account and region.
    subscriptions
        Who is told.
    owners
        Who is told of the alerts on their own queues.
    has_chat
        Whether there is a second topic, on the same key, for Amazon Q Developer in chat applications.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        place: Place,
        subscriptions: tuple[Subscription, ...],
        owners: tuple[Owner, ...] = (),
        has_chat: bool = False,
    ) -> None:
        super().__init__(scope, construct_id)
        self.arn = place.arn("sns", naming.ALERT_TOPIC)
        self._place = place
        self.key_arn = self._create_key().arn
        self._create_topic()
        self._create_undelivered_queue()
        for subscription in subscriptions:
            self._subscribe(subscription)
        for owner in owners:
            for subscription in owner.subscriptions:
                self._subscribe(subscription, owner.name)
        self.chat_arn = self._create_chat_topic() if has_chat else ""

    @property
    def _alarms(self) -> dict[str, dict[str, str]]:
        """The condition of a request that one of our alarms beside the topic makes."""
        alarms = self._place.arn("cloudwatch", f"alarm:{naming.PREFIX}-*")
        return {
            "ArnLike": {"aws:SourceArn": alarms},
            "StringEquals": {"aws:SourceAccount": self._place.account},
        }

    def _create_key(self) -> EncryptionKey:
        # A topic on the AWS managed key alias/aws/sns never receives an alarm: that key admits no service.
        # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
        alarms = Statement(
            "LetAlarmsEncrypt",
            ("kms:Decrypt", "kms:GenerateDataKey*"),
            ("*",),
            principals=service("cloudwatch.amazonaws.com"),
            conditions=self._alarms,
        )
        return EncryptionKey(
            self,
            "key",
            place=self._place,
            alias=naming.ALERT_KEY_ALIAS,
            purpose="alerts on their way to people",
            users=(alarms,),
        )

    def _create_topic(self) -> None:
        self._topic = SnsTopic(
            self,
            "topic",
            name=naming.ALERT_TOPIC,
            display_name="purge-guard",
            kms_master_key_id=self.key_arn,
            # Version 2 signs with SHA-256, for HTTPS subscribers that verify.
            signature_version=2,
        )
        # A policy of ours replaces the default one, so alarms have to be admitted by name. The alert function
        # is not: it is of this account, and its own role says that it may publish.
        alarms = Statement(
            "LetAlarmsPublish",
            ("sns:Publish",),
            (self.arn,),
            principals=service("cloudwatch.amazonaws.com"),
            conditions=self._alarms,
        )
        SnsTopicPolicy(self, "policy", arn=self._topic.arn, policy=document(alarms, _refusal(self.arn)))
        for name, metric, meaning in DELIVERY_ALARMS:
            Alarm(
                name=f"{naming.HUB_ALARM_PREFIX}{name}",
                description=f"{meaning} Look for an endpoint that is gone, or does not admit the topic.",
                namespace="AWS/SNS",
                metric=metric,
                dimensions={"TopicName": naming.ALERT_TOPIC},
                # The alarm itself goes to the subscriber that cannot be reached. Were it over, and told so,
                # after a minute, that would be the next failure, and so on until morning.
                window_minutes=60,
                tells_end=False,
            ).create(self, name, actions=(self.arn,))

    def _create_chat_topic(self) -> str:
        # Amazon Q Developer in chat applications subscribes to it: that is set up in its console, where the
        # chat is authorized. A plain subscriber would get its JSON.
        # https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
        topic = SnsTopic(
            self,
            "chat",
            name=naming.CHAT_TOPIC,
            display_name="purge-guard",
            kms_master_key_id=self.key_arn,
            signature_version=2,
        )
        arn = self._place.arn("sns", naming.CHAT_TOPIC)
        SnsTopicPolicy(self, "chat-policy", arn=topic.arn, policy=document(_refusal(arn)))
        return arn

    def _create_undelivered_queue(self) -> None:
        self._undelivered = DeadLetterQueue(
            self,
            "undelivered",
            place=self._place,
            name=naming.ALERTS_UNDELIVERED_QUEUE,
            sender="sns.amazonaws.com",
            source_arns=(self.arn,),
            alarm_name=f"{naming.HUB_ALARM_PREFIX}alerts-undelivered",
            meaning=(
                "An alert was not delivered to a subscriber. Read the messages in the queue "
                f"{naming.ALERTS_UNDELIVERED_QUEUE}; they expire after 14 days."
            ),
            alarm_actions=(self.arn,),
        )

    def _subscribe(self, subscription: Subscription, owner: str | None = None) -> None:
        # The id is made of what makes the subscription what it is: another order in the file changes nothing.
        # In an id, CDKTF makes two hyphens of a slash: it is escaped, or two endpoints would have one id.
        escaped = subscription.endpoint.replace("%", "%25").replace("/", "%2F")
        construct_id = f"{subscription.protocol}-{escaped}"
        SnsTopicSubscription(
            self,
            construct_id,
            topic_arn=self._topic.arn,
            protocol=subscription.protocol,
            endpoint=literal(subscription.endpoint),
            redrive_policy=json.dumps({"deadLetterTargetArn": self._undelivered.arn}),
            filter_policy=None if owner is None else json.dumps({OWNER: [owner]}),
        )
        own_functions = self._place.arn("lambda", "function:")
        if subscription.protocol == "lambda" and subscription.endpoint.startswith(own_functions):
            function, _, qualifier = subscription.endpoint.removeprefix(own_functions).partition(":")
            LambdaPermission(
                self,
                f"permission-{construct_id}",
                action="lambda:InvokeFunction",
                function_name=own_functions + function,
                qualifier=qualifier or None,
                principal="sns.amazonaws.com",
                source_arn=self._topic.arn,
            )


def _refusal(topic_arn: str) -> Statement:
    return Statement(
        "RefuseInsecureTransport",
        ("sns:Publish", "sns:Subscribe"),
        (topic_arn,),
        effect="Deny",
        principals=ANYONE,
        conditions=INSECURE_TRANSPORT,
    )
