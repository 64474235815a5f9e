"""Security Hub: a finding for each alert, which later news updates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambdas.alert.channels import ChannelError
from policies.detection.asff import security_finding

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from policies.detection.alert import Alert
    from policies.detection.digest import Digest
    from policies.naming import Place


@dataclass(frozen=True, slots=True)
class SecurityHubChannel:
    """The Security Hub of the hub's account and region.

    Parameters
    ----------
    security_hub
        Returns a Security Hub client.
    hub
        The account and region.
    now
        The clock.
    """

    security_hub: Callable[[], Any]
    hub: Place
    now: Callable[[], datetime]
    name: str = "security-hub"

    def send(self, alert: Alert) -> str:
        """Import an alert as a finding; see :class:`lambdas.alert.channels.Channel`."""
        return self._import(security_finding(alert, self.hub, self.now()))

    def send_digest(self, digest: Digest) -> str:
        """Import a digest as one finding; see :class:`lambdas.alert.channels.Channel`."""
        from policies.detection.digest_finding import (  # noqa: PLC0415 - only bursts need it
            digest_security_finding,
        )

        return self._import(digest_security_finding(digest, self.hub, self.now()))

    def _import(self, finding: dict[str, Any]) -> str:
        answer = self.security_hub().batch_import_findings(Findings=[finding])
        # A success over HTTP can hold a failure.
        if answer.get("SuccessCount") != 1:
            failure = (answer.get("FailedFindings") or [{}])[0]
            reason = f"{failure.get('ErrorCode')}: {failure.get('ErrorMessage')}"
            raise ChannelError(f"Security Hub refused the finding ({reason})")
        return str(finding["Id"])
