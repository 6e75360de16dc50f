"""What a greeting on the political birthday (政治生日) says and shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from delivery.pictures import of_greeting
from delivery.times import full_day_text
from office.outbox import Button
from texts import say


@dataclass(frozen=True)
class Greeting:
    """The content of one greeting, ready for a row of the outbox."""

    text: str
    reason: str
    picture: dict[str, Any]
    buttons: Sequence[Button] = ()


def greeting(name: str, admitted_on: date, years: int) -> Greeting:
    """To somebody admitted so many years ago today; the picture is drawn when it is sent."""
    day = full_day_text(admitted_on)
    return Greeting(
        text=say("greetings.birthday", name=name, years=years, date=day),
        reason=say("greetings.birthday_reason", date=day, years=years),
        picture=of_greeting(name, admitted_on, years),
        buttons=(Button(say("greetings.button_stop_greetings"), "/stop_greetings"),),
    )
