"""What the environment sets, read once. A secret may also come from a file: NAME_FILE."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from settings import gateways
from settings.gateways import MailAccount, SmsAccount
from settings.reading import (
    SettingError,
    read_count,
    read_flag,
    read_port,
    read_secret,
)

__all__ = ["ROOT", "MailAccount", "SettingError", "Settings", "SmsAccount", "load"]

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Settings:
    """The settings of one assistant. Everything listens on loopback unless told otherwise."""

    data_folder: Path
    database_url: str
    queue_url: str | None
    host: str
    port: int
    rasa_port: int
    actions_port: int
    bell_port: int
    """First of two neighbouring UDP ports on loopback on which processes wake each other."""
    senders: int
    """How many processes of the worker send, each one message at a time."""
    demo: bool
    """Invented people, as whom anybody may enter: never beside real ones."""
    secret: str
    """Known to our own processes only: it opens Rasa's channel."""
    public_url: str
    telegram_token: str | None
    telegram_api_url: str | None
    webhook_url: str | None
    webhook_secret: str
    """What Telegram must show us; never the secret of our own processes."""
    sms: SmsAccount | None
    mail: MailAccount | None
    lease_seconds: int
    """How long a scheduler leads without renewing: so long after its death another takes over."""
    groups: Mapping[str, str]
    """The robot of an organisation's own group, by the organisation's code."""

    @property
    def passages_folder(self) -> Path:
        """Where the index of imported documents lies; built, and built again if it is gone."""
        return self.data_folder / "passages"

    @property
    def letters_folder(self) -> Path:
        """Where letters go in a trial for gateways that are not set up."""
        return self.data_folder / "letters"

    @property
    def rasa_url(self) -> str:
        """Where the Rasa server answers."""
        return f"http://127.0.0.1:{self.rasa_port}"


def load(environment: dict[str, str] | None = None) -> Settings:
    """Read the settings from the environment; raise SettingError where one cannot be used."""
    env = dict(os.environ if environment is None else environment)
    data = Path(env.get("ZHIBU_DATA") or ROOT / "var").resolve()
    os.umask(0o077)  # names, phones and conversations are for nobody else on this machine
    data.mkdir(parents=True, exist_ok=True)
    port = read_port(env, "ZHIBU_PORT", 8080)
    host = env.get("ZHIBU_HOST") or "127.0.0.1"
    secret = read_secret(env, "ZHIBU_SECRET") or _kept_secret(data / "secret")
    return Settings(
        data_folder=data,
        database_url=read_secret(env, "DATABASE_URL") or f"sqlite:///{data / 'zhibu.db'}",
        queue_url=read_secret(env, "QUEUE_URL"),
        host=host,
        port=port,
        rasa_port=read_port(env, "ZHIBU_RASA_PORT", port + 1),
        actions_port=read_port(env, "ZHIBU_ACTIONS_PORT", port + 2),
        bell_port=read_port(env, "ZHIBU_BELL_PORT", port + 3),
        senders=read_count(env, "ZHIBU_SENDERS", 1, most=16),
        demo=read_flag(env, "ZHIBU_DEMO", default=_is_a_trial(env, host)),
        secret=secret,
        public_url=(env.get("ZHIBU_PUBLIC_URL") or f"http://{host}:{port}").rstrip("/"),
        telegram_token=read_secret(env, "TELEGRAM_BOT_TOKEN"),
        telegram_api_url=env.get("TELEGRAM_API_URL") or None,
        webhook_url=env.get("WEBHOOK_URL") or None,
        webhook_secret=_webhook_secret(env, secret),
        sms=gateways.sms(env),
        mail=gateways.mail(env),
        lease_seconds=read_count(env, "ZHIBU_LEASE_SECONDS", 45, most=3600),
        groups=gateways.groups(env),
    )


def _webhook_secret(env: dict[str, str], secret: str) -> str:
    given = read_secret(env, "WEBHOOK_SECRET")
    if given is None:
        return hmac.new(secret.encode(), b"telegram webhook", hashlib.sha256).hexdigest()
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", given):
        raise SettingError("WEBHOOK_SECRET: must be 16 to 256 characters of A-Z a-z 0-9 _ -")
    return given


def _is_a_trial(env: dict[str, str], host: str) -> bool:
    """On this machine alone, with our own database file: what somebody has who tries it out."""
    real = ("DATABASE_URL", "DATABASE_URL_FILE", "ZHIBU_PUBLIC_URL", "WEBHOOK_URL")
    return host in {"127.0.0.1", "localhost"} and not any(env.get(name) for name in real)


def _kept_secret(file: Path) -> str:
    """A secret of this installation, made on first start, readable by its owner only."""
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_urlsafe(32))
    return file.read_text(encoding="utf-8")
