"""The accounts at gateways that carry messages out, as the environment gives them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from settings.reading import SettingError, read_flag, read_port, read_secret

ANY_RULE = "*"


@dataclass(frozen=True)
class SmsAccount:
    """An account for text messages at Aliyun, and what was approved for it."""

    key_id: str
    key_secret: str = field(repr=False)
    signature: str
    """签名: the sender's name in front of a message."""
    templates: Mapping[str, str]
    """Template code by rule; ``*`` for every other rule."""
    endpoint: str = "https://dysmsapi.aliyuncs.com"


@dataclass(frozen=True)
class MailAccount:
    """The server that takes our mail, and who it is from."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = True
    """TLS from the first byte on port 465, by STARTTLS on any other; never without, unless off."""


def sms(env: Mapping[str, str]) -> SmsAccount | None:
    """The account for text messages; None where no key is set."""
    key_id = env.get("ALIYUN_ACCESS_KEY_ID") or ""
    key_secret = read_secret(env, "ALIYUN_ACCESS_KEY_SECRET") or ""
    if not key_id and not key_secret:
        return None
    signature = env.get("ALIYUN_SMS_SIGNATURE") or ""
    for name, value in (
        ("ALIYUN_ACCESS_KEY_ID", key_id),
        ("ALIYUN_ACCESS_KEY_SECRET", key_secret),
        ("ALIYUN_SMS_SIGNATURE", signature),
    ):
        if not value:
            raise SettingError(f"{name}: must be set for text messages")
    templates = _pairs(env, "ALIYUN_SMS_TEMPLATES", env.get("ALIYUN_SMS_TEMPLATES") or "")
    if ANY_RULE not in templates:
        raise SettingError("ALIYUN_SMS_TEMPLATES: must name a template for any rule, as *=SMS_123")
    endpoint = env.get("ALIYUN_SMS_ENDPOINT") or SmsAccount.endpoint
    return SmsAccount(key_id, key_secret, signature, templates, endpoint)


def mail(env: Mapping[str, str]) -> MailAccount | None:
    """The server for e-mail; None where none is set."""
    host = env.get("SMTP_HOST")
    if not host:
        return None
    sender = env.get("SMTP_SENDER") or ""
    if not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", sender):
        raise SettingError("SMTP_SENDER: must be the address that mails come from")
    return MailAccount(
        host=host,
        port=read_port(env, "SMTP_PORT", 465, lowest=1),
        sender=sender,
        user=env.get("SMTP_USER") or None,
        password=read_secret(env, "SMTP_PASSWORD"),
        tls=read_flag(env, "SMTP_TLS", default=True),
    )


def groups(env: Mapping[str, str]) -> Mapping[str, str]:
    """The robot's address, in Apprise's form, by the code of the organisation whose group it is."""
    robots = _pairs(env, "GROUP_ROBOTS", read_secret(env, "GROUP_ROBOTS") or "")
    for code, robot in robots.items():
        if not re.match(r"(wecombot|dingtalk|feishu)://[\w-]", robot, re.ASCII):
            message = "must be wecombot://KEY, dingtalk://TOKEN or feishu://TOKEN"
            raise SettingError(f"GROUP_ROBOTS: the robot of {code} {message}")
    return robots


def _pairs(env: Mapping[str, str], name: str, text: str) -> Mapping[str, str]:
    """``key=value`` parted by spaces, commas at the end of a value or new lines."""
    pairs: dict[str, str] = {}
    for part in re.split(r"[\s;]+|,(?=[^\s=,]+=)", text):
        if not part:
            continue
        key, equals, value = part.strip(",").partition("=")
        if not (key and equals and value):
            raise SettingError(f"{name}: must be written as key=value, with spaces between them")
        pairs[key] = value
    return pairs
