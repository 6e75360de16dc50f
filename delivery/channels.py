"""The channels that the settings call for."""

from __future__ import annotations

from delivery.channel import Channel
from delivery.clock import utc_now
from delivery.file import FileChannel
from delivery.web import WebChannel
from office.members import MAIL, SMS, WEB
from settings import Settings

GROUP = "group"


def names(settings: Settings) -> frozenset[str]:
    """The channels by which a member can be reached here."""
    there = {
        WEB: True,
        "telegram": settings.telegram_token,
        SMS: settings.demo or settings.sms,
        MAIL: settings.demo or settings.mail,
    }
    return frozenset(name for name, account in there.items() if account)


def open_channels(settings: Settings) -> dict[str, Channel]:
    """The web chat always; the others where there is an account.

    In a trial what has no account goes into files, so that it can be looked at. A gateway's library
    is loaded only where it is used: each takes memory.
    """
    channels: dict[str, Channel] = {WEB: WebChannel(settings.bell_port)}
    if settings.demo:
        for name in (SMS, MAIL, GROUP):
            channels[name] = FileChannel(settings.letters_folder, name, utc_now)
    if settings.telegram_token:
        from delivery.telegram import TelegramChannel  # noqa: PLC0415

        channels["telegram"] = TelegramChannel(settings.telegram_token, settings.telegram_api_url)
    if settings.sms:
        from delivery.sms import SmsChannel  # noqa: PLC0415

        channels[SMS] = SmsChannel(settings.sms)
    if settings.mail:
        from delivery.mail import MailChannel  # noqa: PLC0415

        channels[MAIL] = MailChannel(settings.mail, settings.public_url, utc_now)
    if settings.groups:
        from delivery.group import GroupChannel  # noqa: PLC0415

        channels[GROUP] = GroupChannel(settings.groups)
    return channels
