"""Where alerts go: each channel by itself, so that one that fails keeps no other from being told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.alert.garbage import GARBAGE
from policies.detection.fields import text_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from policies.detection.alert import Alert
    from policies.detection.digest import Digest


class ChannelError(Exception):
    """A channel took an alert and did not accept it; the sentence says why."""


class Channel(Protocol):
    """A place where alerts go."""

    @property
    def name(self) -> str:
        """What the ledger and the log call the channel."""

    def send(self, alert: Alert) -> str:
        """Send an alert and return the identity that AWS gave it.

        Raises
        ------
        ChannelError
            The alert was not accepted, or nothing says that it was.
        botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError
            AWS refused it, or could not be reached.
        """

    def send_digest(self, digest: Digest) -> str:
        """Send a digest, and return and raise what :meth:`send` does."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of an alert, or of a digest, in all channels.

    Parameters
    ----------
    ids
        The identities that AWS gave it, by the names of the channels that accepted it now.
    served
        All channels that have it, those of earlier deliveries included.
    failures
        Sentences on the channels that do not, by their names.
    """

    ids: dict[str, str]
    served: frozenset[str]
    failures: dict[str, str]


def send_to_channels(
    send: Callable[[Channel], str], channels: Iterable[Channel], served: frozenset[str]
) -> Sent:
    """Send an alert, or a digest, to every channel that does not have it yet.

    Parameters
    ----------
    send
        Sends it to a channel.
    channels
        All channels, people first.
    served
        The names of those that have it from an earlier delivery.
    """
    ids: dict[str, str] = {}
    failures: dict[str, str] = {}
    for channel in channels:
        if channel.name in served:
            continue
        try:
            ids[channel.name] = send(channel)
        except (ChannelError, BotoCoreError, ClientError) as error:
            failures[channel.name] = str(error)
        except GARBAGE as error:
            failures[channel.name] = f"what it was given or answered makes no sense ({error!r})"
    return Sent(ids, served | set(ids), failures)


def identity_in(answer: dict[str, object], key: str) -> str:
    """Return the identity that AWS gave an alert.

    Raises
    ------
    ChannelError
        The answer holds none, so that nobody knows whether the alert was accepted.
    """
    identity = text_in(answer, key)
    if identity is None:
        raise ChannelError(f"the answer has no {key}")
    return identity
