"""The commands about bases and bookings. Like ``cli.main`` this loads nothing before it is run."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.ledgers import export_ledgers
from cli.options import DryRun, ImportFile, Json, Month, OutFile, Template
from cli.screen import clear_errors, fail, loaded, out, print_json, write_file
from delivery.clock import utc_now
from texts import say

Quarter = Annotated[str | None, typer.Option("--quarter", help=say("cli.opt_quarter"))]
Revoke = Annotated[bool, typer.Option("--revoke", help=say("cli.opt_revoke"))]
Code = Annotated[str, typer.Argument(help=say("cli.arg_feed"))]


def add_to(app: typer.Typer) -> None:
    """Add the commands to ``zhibu``."""
    from cli.meetings import export_meetings, import_meetings

    groups: dict[str, typer.Typer] = {}
    for name, command, run in (
        ("import", "bases", import_bases),
        ("import", "meetings", import_meetings),
        ("export", "bookings", export_bookings),
        ("export", "meetings", export_meetings),
        ("export", "ledger", export_ledgers),
        ("report", "bases", report_bases),
    ):
        if name not in groups:
            groups[name] = typer.Typer(help=say(f"cli.help_{name}"), no_args_is_help=True)
            groups[name].callback()(_group)
            app.add_typer(groups[name], name=name)
        groups[name].command(command, help=say(f"cli.help_{name}_{command}"))(run)
    app.command("feed", help=say("cli.help_feed"))(feed)


def _group() -> None:
    """A group of commands, even while it has only one."""


def import_bases(
    file: ImportFile = None,
    template: Template = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Import bases, or write the template."""
    from cli.import_bases import run
    from sheets.template import write

    if template is not None:
        write_file(template, write)
        return
    if file is None:
        fail(say("cli.bases_no_file"))
    run(file, dry_run=dry_run, as_json=as_json)


def export_bookings(file: OutFile, month: Month) -> None:
    """Write the bookings of a month."""
    import functools
    import re

    from console.desk import month_at
    from office.bookings import lists
    from office.schema import open_current
    from sheets.bookings import write

    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month, re.ASCII):
        fail(say("cli.month_wrong"))
    with clear_errors(), open_current(loaded().database_url).reading() as session:
        found = lists.between(session, *month_at(month, utc_now()))
        write_file(file, functools.partial(write, found, month))
    out.print(say("cli.exported", n=len(found), file=file.name))


def report_bases(quarter: Quarter = None, as_json: Json = False) -> None:
    """Report how the bases were used."""
    from rich.table import Table

    from office import bases
    from office.bookings import quarters
    from office.schema import open_current

    chosen = quarters.parse(quarter) if quarter else quarters.of(utc_now())
    if chosen is None:
        fail(say("cli.quarter_wrong"))
    with clear_errors(), open_current(loaded().database_url).reading() as session:
        rows = [
            {
                "base": one.base.code,
                "name": one.base.name,
                "quarter": str(chosen),
                "orders": one.orders,
                "activities": one.activities,
                "attendance": one.attendance,
                "rating": one.rating,
                "ratings": one.ratings,
                "cancelled": one.cancelled,
                "no_shows": one.no_shows,
            }
            for one in quarters.usage_of(session, bases.all_bases(session), chosen)
        ]
    if as_json:
        print_json(rows)
        return
    figures = ("orders", "activities", "attendance", "rating", "ratings", "cancelled", "no_shows")
    table = Table(title=say("desk.quarter", year=chosen.year, number=chosen.number))
    table.add_column(say("desk.base"))
    for name in figures:
        table.add_column(say(f"desk.report_{name}"), justify="right")
    for row in rows:
        shown = ("—" if row[name] is None else str(row[name]) for name in figures)
        table.add_row(str(row["name"]), *shown)
    out.print(table)


def feed(code: Code, revoke: Revoke = False) -> None:
    """Make an address of a calendar feed, or take all of them back."""
    from sqlalchemy import select

    from office import bases, feeds
    from office.errors import NotFoundError
    from office.models import Organisation, OrganisationKind
    from office.schema import open_current

    settings = loaded()
    with clear_errors(), open_current(settings.database_url).writing() as session:
        subject = bases.by_code(session, code) or session.scalar(
            select(Organisation).where(
                Organisation.code == code, Organisation.kind == OrganisationKind.BRANCH
            )
        )
        if subject is None:
            raise NotFoundError("no_such_subject", subject=code)
        name = subject.name
        if revoke:
            revoked = feeds.revoke(session, None, subject, now=utc_now())
        else:
            token = feeds.make(session, None, subject, now=utc_now())
    if revoke:
        out.print(say("cli.feeds_revoked", name=name, n=revoked))
    else:
        out.print(say("cli.feed_of", name=name))
        out.print(f"{settings.public_url}/feeds/{token}.ics")
