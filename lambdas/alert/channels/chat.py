"""The topic of Amazon Q Developer in chat applications, which drops whatever is not in its own format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambdas.alert.channels import identity_in
from policies.detection.chat_message import chat_message

if TYPE_CHECKING:
    from policies.detection.alert import Alert
    from policies.detection.digest import Digest


@dataclass(frozen=True, slots=True)
class ChatChannel:
    """A second SNS topic, for chat channels alone.

    Parameters
    ----------
    sns
        An SNS client.
    topic_arn
        The topic.
    """

    sns: Any
    topic_arn: str
    name: str = "chat"

    def send(self, alert: Alert) -> str:
        """Publish an alert; see :class:`lambdas.alert.channels.Channel`."""
        return self._publish(chat_message(alert))

    def send_digest(self, digest: Digest) -> str:
        """Publish a digest; see :class:`lambdas.alert.channels.Channel`."""
        from policies.detection.digest import digest_chat_message  # noqa: PLC0415 - only bursts need it

        return self._publish(digest_chat_message(digest))

    def _publish(self, message: str) -> str:
        return identity_in(self.sns.publish(TopicArn=self.topic_arn, Message=message), "MessageId")
