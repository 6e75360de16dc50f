"""What a cell of each kind may hold, and what it means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from typing import Any

from sheets.reading import Cell
from texts import say

Reader = Callable[[Cell], Any]
DAY = re.compile(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})(?::00)?", re.ASCII)
BETWEEN = re.compile(r"[、，,;；\s]+")


class WrongCellError(Exception):
    """The cell cannot be taken; ``key`` names the sentence that says what would do."""

    def __init__(self, key: str, **detail: object) -> None:
        self.key = key
        self.detail = detail
        super().__init__(key)


def shown(value: Cell) -> str:
    """A cell's value as its writer knows it."""
    if isinstance(value, dict):
        value = next(iter(value.values()))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)[:30]


def text(most: int) -> Reader:
    """A text; a number is one too, since phones and codes are written so."""

    def read(value: Cell) -> str:
        if isinstance(value, (dict, bool)):
            raise WrongCellError("not_text")
        written = shown(value) if not isinstance(value, str) else value
        if len(written) > most:
            raise WrongCellError("too_long", most=most)
        return "".join(char for char in written if char.isprintable() or char == "\n")

    return read


def https(value: Cell) -> str:
    """An address of a page."""
    written: str = text(300)(value)
    if not written.startswith("https://"):
        raise WrongCellError("not_https")
    return written


def whole(span: range, *, none: str | None = None) -> Reader:
    """A whole number; the word ``none`` stands for no number."""

    def read(value: Cell) -> int | None:
        if none is not None and value == none:
            return None
        number = value
        if isinstance(value, str) and re.fullmatch(r"\d{1,9}", value, re.ASCII):
            number = int(value)
        if isinstance(number, float) and number.is_integer():
            number = int(number)
        if type(number) is not int or number not in span:
            raise WrongCellError(
                "not_whole", least=span.start, most=span.stop - 1, value=shown(value)
            )
        return number

    return read


def choice(prefix: str, values: Iterable[str]) -> Reader:
    """One of some words."""
    meant = {say(f"sheets.{prefix}_{value}"): value for value in values}

    def read(value: Cell) -> str:
        if value not in meant:
            raise WrongCellError("not_choice", choices="、".join(meant), value=shown(value))
        return meant[value]

    return read


def yes_no(value: Cell) -> bool:
    """是 or 否."""
    if isinstance(value, bool):
        return value
    words = {say("sheets.word_yes"): True, say("sheets.word_no"): False}
    if not isinstance(value, str) or value not in words:
        raise WrongCellError("not_choice", choices="、".join(words), value=shown(value))
    return words[value]


def things(value: Cell) -> list[str]:
    """Several things in a cell, parted by commas or blanks."""
    return [one[:40] for one in BETWEEN.split(text(600)(value)) if one][:30]


def clock(value: Cell) -> time:
    """A time of the day; 24:00 is midnight."""
    written = value.get("time", "")[:5] if isinstance(value, dict) else value
    if isinstance(value, dict) and "date" in value:
        written = value["date"][11:16]
    found = CLOCK.fullmatch(written) if isinstance(written, str) else None
    if found and int(found[1]) <= 24 and int(found[2]) <= 59:
        hour, minute = int(found[1]), int(found[2])
        if hour < 24 or minute == 0:
            return time(hour % 24, minute)
    raise WrongCellError("not_clock", value=shown(value))


def day(value: Cell) -> date:
    """A day."""
    try:
        if isinstance(value, dict) and "date" in value:
            return datetime.fromisoformat(value["date"]).date()
        found = DAY.fullmatch(value) if isinstance(value, str) else None
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise WrongCellError("not_day", value=shown(value))


def weekdays(value: Cell) -> list[int]:
    """周一 to 周日, or 每天; 0 is Monday."""
    if value == say("sheets.every_day"):
        return list(range(7))
    names = say("sheets.weekdays")
    written = value[-1:] if isinstance(value, str) and len(value) in {2, 3} else ""
    found = names.find("日" if written == "天" else written) if written else -1
    if found < 0 or str(value)[:-1] not in {"周", "星期"}:
        raise WrongCellError("not_weekday", value=shown(value))
    return [found]
