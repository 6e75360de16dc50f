"""The channels that the settings call for."""

from __future__ import annotations

from delivery.channel import Channel
from delivery.telegram import TelegramChannel
from delivery.web import WebChannel
from settings import Settings


def open_channels(settings: Settings) -> dict[str, Channel]:
    """The web chat always; Telegram where there is a token."""
    channels: dict[str, Channel] = {"web": WebChannel(settings.bell_port)}
    if settings.telegram_token:
        channels["telegram"] = TelegramChannel(settings.telegram_token, settings.telegram_api_url)
    return channels
