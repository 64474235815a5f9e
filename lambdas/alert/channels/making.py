"""The channels that the settings ask for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lambdas.alert.channels.topic import TopicChannel
from policies.naming import Place

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lambdas.alert.channels import Channel
    from policies.detection.estate import Estate
    from policies.settings import AlertSettings


def channels_of(
    settings: AlertSettings, estate: Estate, client: Callable[[str], Any], now: Callable[[], datetime]
) -> tuple[Channel, ...]:
    """Return the channels, people first: they are told before the clients of the others are made.

    Parameters
    ----------
    settings
        Which channels there are.
    estate
        The organization.
    client
        Returns a client of a service.
    now
        The clock.
    """
    channels: list[Channel] = [
        TopicChannel(
            client("sns"), settings.topic_arn, estate, is_ocsf=settings.json_format == "ocsf", now=now
        )
    ]
    if settings.chat_topic_arn:
        from lambdas.alert.channels.chat import ChatChannel  # noqa: PLC0415 - only where it is asked for

        channels.append(ChatChannel(client("sns"), settings.chat_topic_arn))
    if settings.security_hub:
        from lambdas.alert.channels.security_hub import SecurityHubChannel  # noqa: PLC0415 - likewise

        _, _, _, region, account, _ = settings.topic_arn.split(":")
        channels.append(SecurityHubChannel(partial(client, "securityhub"), Place(account, region), now))
    if settings.bus_name:
        from lambdas.alert.channels.bus import BusChannel  # noqa: PLC0415 - likewise

        channels.append(BusChannel(partial(client, "events"), settings.bus_name))
    return tuple(channels)
