"""Importing bases: read, check all, then keep all or nothing, then list what clashes."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer
from rich.markup import escape
from rich.table import Table

from cli.imports import about
from cli.screen import clear_errors, err, loaded, out, print_json
from delivery.booking_notices import tell
from delivery.clock import utc_now
from delivery.times import when_text
from office.bookings import imports
from office.bookings.clashes import Clash
from office.bookings.imports import Applied
from office.errors import InvalidRuleError
from office.schema import open_current
from sheets.bases import known, parse
from sheets.columns import name_of
from sheets.reading import read
from sheets.tables import Fault
from texts import has, say

MOST_SHOWN = 50


def run(file: Path, *, dry_run: bool, as_json: bool) -> None:
    """Import the file, or only say what it would do."""
    with clear_errors():
        with about(file):
            sheets = read(file)
        database = open_current(loaded().database_url)
        now = utc_now()
        with database.trying() if dry_run else database.writing() as session:
            with about(file):
                rows, faults = parse(sheets, known(session))
            if faults:
                _refuse(faults, as_json=as_json)
            try:
                applied = imports.apply(session, None, rows, now=now)
            except InvalidRuleError as error:
                error.code = "bases_rule"
                error.detail = {"what": name_of(str(error.detail.get("rule")))}
                raise
            tell(session, now=now)
            told = _as_json(applied, dry_run=dry_run)
    if as_json:
        print_json(told)
    else:
        _print(told)


def _refuse(faults: list[Fault], *, as_json: bool) -> None:
    """Say everything that is wrong; nothing is changed."""
    if as_json:
        print_json({"faults": [asdict(fault) for fault in faults]})
    else:
        for fault in faults[:MOST_SHOWN]:
            line = say("cli.bases_fault", **asdict(fault))
            err.print(f"[bold red]✗[/] {escape(line)}")
        err.print(say("cli.bases_refused", n=len(faults)))
    raise typer.Exit(1)


def _as_json(applied: Applied, *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "created": applied.created,
        "changed": {code: applied.what[code] for code in applied.changed},
        "unchanged": applied.unchanged,
        "clashes": [_clash(clash) for clash in applied.clashes],
    }


def _clash(clash: Clash) -> dict[str, Any]:
    booking = clash.booking
    key = f"booking_notices.clash_{clash.code}"
    return {
        "booking": booking.id,
        "base": booking.base.code,
        "branch": booking.organisation.name,
        "when": when_text(booking.starts_at, booking.ends_at),
        "code": clash.code,
        "why": say(key if has(key) else "booking_notices.clash_other"),
    }


def _print(told: dict[str, Any]) -> None:
    kind = "would" if told["dry_run"] else "did"
    if told["created"]:
        out.print(
            f"[green]+[/] {say(f'cli.bases_{kind}_create', codes='、'.join(told['created']))}"
        )
    for code, names in told["changed"].items():
        what = "、".join(name_of(name) for name in names)
        out.print(f"[yellow]~[/] {escape(say(f'cli.bases_{kind}_change', code=code, what=what))}")
    if told["unchanged"]:
        out.print(f"[dim]·[/] {say('cli.bases_unchanged', n=len(told['unchanged']))}")
    if not told["clashes"]:
        out.print(say("cli.bases_no_clash"))
        return
    out.print(say(f"cli.bases_{kind}_clash", n=len(told["clashes"])))
    table = Table(*(say(f"cli.clash_{name}") for name in ("booking", "base", "branch", "when")))
    table.add_column(say("cli.clash_why"), overflow="fold")
    for one in told["clashes"]:
        table.add_row(
            *(escape(str(one[name])) for name in ("booking", "base", "branch", "when", "why"))
        )
    out.print(table)
