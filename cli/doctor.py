"""``zhibu doctor``: what is installed, reachable, migrated, trained, and what to do where not."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from importlib.metadata import version

import psutil
from sqlalchemy import func, select
from telegram.error import TelegramError

from bot.answers import cards, confidence
from cli import training
from cli.run import NAMES
from cli.supervisor import is_listening
from delivery.clock import utc_now
from delivery.queue import open_huey
from delivery.telegram import make_bot
from office import leadership
from office.database import Database
from office.errors import ZhibuError
from office.models import Member
from office.schema import is_current
from scheduler.leader import SCHEDULER
from settings import Settings
from texts import say


class Health(StrEnum):
    """The state of one thing."""

    OK = "ok"
    IDLE = "idle"  # not running: no fault while the assistant is stopped
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report."""

    what: str
    health: Health
    detail: str
    remedy: str = ""

    def as_json(self) -> dict[str, str]:
        """The form of ``doctor --json``."""
        return {key: str(value) for key, value in asdict(self).items()}


def examine(settings: Settings, today: date) -> Iterator[Finding]:
    """Look at everything in the order in which a start needs it."""
    yield Finding(say("cli.doc_python"), Health.OK, f"Python {platform.python_version()}")
    yield _rasa()
    yield from _database(settings)
    yield _queue(settings)
    yield _check("model", training.is_current, training.model_file().name)
    yield _cards(today)
    yield from _processes(settings)
    yield _telegram(settings)
    yield from _gateways(settings)


def _check(name: str, works: Callable[[], bool], detail: str) -> Finding:
    good = works()
    remedy = "" if good else say(f"cli.doc_{name}_remedy")
    return Finding(say(f"cli.doc_{name}"), Health.OK if good else Health.BAD, detail, remedy)


def _rasa() -> Finding:
    return _check("rasa", training.RASA.exists, "rasa-server/.venv")


def _database(settings: Settings) -> Iterator[Finding]:
    what = say("cli.doc_database")
    try:
        database = Database(settings.database_url)
        database.check()
    except ZhibuError as error:
        yield Finding(what, Health.BAD, error.code, say(f"cli.{error.code}"))
        return
    yield Finding(what, Health.OK, database.engine.dialect.name)
    current = is_current(database)
    yield _check("migrated", lambda: current, f"SQLAlchemy {version('sqlalchemy')}")
    if current:
        with database.reading() as session:
            count = session.scalar(select(func.count()).select_from(Member))
            lease = leadership.current(session, SCHEDULER)
        yield Finding(say("cli.doc_demo"), Health.OK, f"{count}")
        leads = lease is not None and lease.until > utc_now()
        detail = lease.holder if leads and lease else say("calendar.doc_nobody")
        remedy = "" if leads else say("calendar.doc_leader_remedy")
        health = Health.OK if leads else Health.IDLE
        yield Finding(say("calendar.doc_leader"), health, detail, remedy)
    database.close()


def _queue(settings: Settings) -> Finding:
    what = say("cli.doc_queue")
    try:
        huey = open_huey(settings.queue_url, settings.data_folder)
        detail = f"{type(huey).__name__}, {huey.pending_count()}"
    except Exception as error:  # noqa: BLE001 - three libraries, each with errors of its own
        return Finding(what, Health.BAD, type(error).__name__, say("cli.doc_queue_remedy"))
    return Finding(what, Health.OK, detail)


def _cards(today: date) -> Finding:
    try:
        knowledge = cards.load()
        confidence.load()
    except (ZhibuError, OSError, ValueError) as error:
        remedy = say("cli.doc_cards_remedy")
        return Finding(say("cli.doc_cards"), Health.BAD, type(error).__name__, remedy)
    sound = not any(True for _ in cards.problems(knowledge, today=today))
    return _check("cards", lambda: sound, f"{len(knowledge.cards)}")


def _processes(settings: Settings) -> Iterator[Finding]:
    """Which processes of this installation run, and how much memory they hold."""
    memory: dict[str, int] = {}
    for process in psutil.process_iter(["cmdline", "environ", "memory_info"]):
        environment = process.info["environ"] or {}
        name = _name_of(process.info["cmdline"] or [])
        if name and environment.get("ZHIBU_DATA_IN_USE") == str(settings.data_folder):
            memory[name] = memory.get(name, 0) + process.info["memory_info"].rss
    ports = {
        "rasa": settings.rasa_port,
        "actions": settings.actions_port,
        "console": settings.port,
    }
    for name in NAMES:
        what = say("cli.doc_process", name=name)
        if name not in memory:
            health = Health.BAD if memory else Health.IDLE
            yield Finding(
                what, health, say("cli.doc_idle"), say("cli.doc_process_remedy", name=name)
            )
        elif name in ports and not is_listening(ports[name]):
            remedy = say("cli.doc_process_remedy", name=name)
            yield Finding(what, Health.BAD, f":{ports[name]}", remedy)
        else:
            yield Finding(what, Health.OK, f"{memory[name] // 2**20} MB")
    if memory:
        total = sum(memory.values()) // 2**20
        yield Finding(say("cli.doc_memory"), Health.OK, f"{total} MB")


def _name_of(line: list[str]) -> str | None:
    if "cli.run" in line[:-1]:
        return line[-1] if line[-1] in NAMES else None
    if str(training.RASA) in line:
        return "rasa"
    return None


def _telegram(settings: Settings) -> Finding:
    what = say("cli.doc_telegram")
    if not settings.telegram_token:
        return Finding(what, Health.OK, say("cli.doc_telegram_off"))
    try:
        name = asyncio.run(bot_name(settings))
    except TelegramError as error:
        remedy = say("cli.doc_telegram_remedy")
        return Finding(what, Health.BAD, type(error).__name__, remedy)
    return Finding(what, Health.OK, f"@{name}")


def _gateways(settings: Settings) -> Iterator[Finding]:
    """Which gateways have an account; nothing is sent to find out whether it is good."""
    accounts = {
        "sms": settings.sms and settings.sms.signature,
        "mail": settings.mail and f"{settings.mail.host}:{settings.mail.port}",
        "groups": ", ".join(settings.groups),
    }
    none = say("cli.doc_gateway_file" if settings.demo else "cli.doc_gateway_off")
    for name, detail in accounts.items():
        yield Finding(say(f"cli.doc_{name}"), Health.OK, detail or none)


async def bot_name(settings: Settings) -> str:
    """The bot's username; raises TelegramError if Telegram cannot be asked."""
    async with make_bot(settings.telegram_token or "", settings.telegram_api_url) as bot:
        return bot.username
