"""The topic of alerts: text for people and JSON for programs, with the queue's owners among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambdas.alert.channels import identity_in
from lambdas.alert.ledger import PEOPLE
from lambdas.alert.message import sns_message

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from policies.detection.alert import Alert
    from policies.detection.digest import Digest
    from policies.detection.estate import Estate


@dataclass(frozen=True, slots=True)
class TopicChannel:
    """The SNS topic that the security team and the owners subscribe to.

    Parameters
    ----------
    sns
        An SNS client.
    topic_arn
        The topic.
    estate
        The organization, which knows the owners.
    is_ocsf
        Whether programs get OCSF instead of purge-guard's own JSON.
    now
        The clock.
    """

    sns: Any
    topic_arn: str
    estate: Estate
    is_ocsf: bool
    now: Callable[[], datetime]
    name: str = PEOPLE

    def send(self, alert: Alert) -> str:
        """Publish an alert; see :class:`lambdas.alert.channels.Channel`."""
        document = None
        if self.is_ocsf:
            from policies.detection.ocsf import detection_finding  # noqa: PLC0415 - few ask for it

            document = detection_finding(alert, self.now())
        return self._publish(sns_message(alert, self.estate, document))

    def send_digest(self, digest: Digest) -> str:
        """Publish a digest; see :class:`lambdas.alert.channels.Channel`."""
        from lambdas.alert.digest_message import digest_message  # noqa: PLC0415 - only bursts need it

        document = None
        if self.is_ocsf:
            from policies.detection.digest_finding import (  # noqa: PLC0415 - few ask for it
                digest_detection_finding,
            )

            document = digest_detection_finding(digest, self.now())
        return self._publish(digest_message(digest, document))

    def _publish(self, message: dict[str, Any]) -> str:
        return identity_in(self.sns.publish(TopicArn=self.topic_arn, **message), "MessageId")
