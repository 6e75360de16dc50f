"""``zhibu calendar``: the working days of an organisation, and those that it sets itself."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import Json
from cli.screen import clear_errors, fail, loaded, out, print_json
from delivery.clock import utc_now
from texts import say

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from office.models import Organisation

calendar = typer.Typer(help=say("calendar.help"), no_args_is_help=True)
Code = Annotated[str, typer.Argument(help=say("calendar.arg_code"))]
Day = Annotated[str, typer.Argument(help=say("calendar.arg_day"))]
Worked = Annotated[bool | None, typer.Option("--work/--off", help=say("calendar.opt_work"))]
Note = Annotated[str, typer.Option("--note", help=say("calendar.opt_note"))]
Month = Annotated[str | None, typer.Option("--month", help=say("calendar.opt_month"))]


@calendar.command("set", help=say("calendar.help_set"))
def set_day(code: Code, day: Day, work: Worked = None, note: Note = "") -> None:
    """Make a day worked on or free."""
    from office import calendar_days
    from office.schema import open_current

    if work is None:
        fail(say("calendar.say_which"))
    when = _day(day)
    with clear_errors(), open_current(loaded().database_url).writing() as session:
        place = _organisation(session, code)
        calendar_days.set_day(session, None, place, when, worked=work, note=note, now=utc_now())
        name = place.name
    kind = say("calendar.worked" if work else "calendar.free")
    out.print(say("calendar.was_set", name=name, day=when.isoformat(), kind=kind))


@calendar.command("unset", help=say("calendar.help_unset"))
def unset_day(code: Code, day: Day) -> None:
    """Take back a day that was set."""
    from office import calendar_days
    from office.schema import open_current

    when = _day(day)
    with clear_errors(), open_current(loaded().database_url).writing() as session:
        place = _organisation(session, code)
        was_set = calendar_days.unset_day(session, None, place, when, now=utc_now())
        name = place.name
    key = "calendar.was_unset" if was_set else "calendar.was_not_set"
    out.print(say(key, name=name, day=when.isoformat()))


@calendar.command("list", help=say("calendar.help_list"))
def list_days(code: Code, month: Month = None, as_json: Json = False) -> None:
    """Show the days of a month."""
    from rich.table import Table

    from office.bases import SHANGHAI
    from office.calendar_days import month_of
    from office.schema import open_current

    first = _day(f"{month}-01") if month else utc_now().astimezone(SHANGHAI).date()
    with clear_errors(), open_current(loaded().database_url).reading() as session:
        days = month_of(session, _organisation(session, code).id, first.year, first.month)
    if as_json:
        print_json([one.as_json() for one in days])
        return
    table = Table(*(say(f"calendar.column_{name}") for name in ("day", "kind", "why")))
    for one in days:
        kind = say("calendar.worked" if one.worked else "calendar.free")
        why = say("calendar.provisional") if one.provisional else one.note
        if one.set_here is not None:
            why = say("calendar.set_here" if one.set_here else "calendar.set_above", note=one.note)
        weekday = say("calendar.weekdays").split()[one.day.weekday()]
        table.add_row(f"{one.day.isoformat()} {weekday}", kind, why.strip())
    out.print(table)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(say("cli.date_wrong"))


def _organisation(session: Session, code: str) -> Organisation:
    from office.errors import NotFoundError
    from office.organisations import by_code

    place = by_code(session, code)
    if place is None:
        raise NotFoundError("no_such_organisation")
    return place
