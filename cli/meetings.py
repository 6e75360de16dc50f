"""The commands about meetings of organisation life. Nothing is loaded before one is run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.options import DryRun, ImportFile, Json, OutFile, Template
from cli.screen import clear_errors, err, fail, loaded, out, print_json, write_file
from delivery.clock import utc_now
from texts import say

Year = Annotated[int | None, typer.Option("--year", help=say("cli.opt_year"))]
Code = Annotated[str | None, typer.Option("--branch", help=say("cli.opt_branch"))]
MOST_SHOWN = 50


def import_meetings(
    file: ImportFile = None,
    template: Template = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Import meetings that were held, or write the template."""
    from sheets.meetings import write_template

    if template is not None:
        write_file(template, write_template)
        return
    if file is None:
        fail(say("cli.meetings_no_file"))
    _import(file, dry_run=dry_run, as_json=as_json)


def export_meetings(file: OutFile, year: Year = None, branch: Code = None) -> None:
    """Write the meetings of a year, of all branches or one."""
    import functools

    from office.errors import NotFoundError
    from office.organisation_life.reading import meetings_of_year
    from office.organisations import by_code, descendants
    from office.schema import open_current
    from sheets.meetings import write

    with clear_errors(), open_current(loaded().database_url).reading() as session:
        places = None
        if branch is not None:
            found = by_code(session, branch)
            if found is None:
                raise NotFoundError("no_such_subject", subject=branch)
            places = descendants(session, found.id)
        meetings = meetings_of_year(session, year or utc_now().year, places)
        write_file(file, functools.partial(write, meetings))
    out.print(say("cli.meetings_exported", n=len(meetings), file=file.name))


def _import(file: Path, *, dry_run: bool, as_json: bool) -> None:
    from dataclasses import asdict

    from rich.markup import escape

    from cli.imports import about
    from office.bases import SHANGHAI
    from office.schema import open_current
    from sheets.meetings import keep, parse
    from sheets.reading import read

    with clear_errors():
        with about(file):
            sheets = read(file)
        database, now = open_current(loaded().database_url), utc_now()
        with database.trying() if dry_run else database.writing() as session:
            with about(file):
                rows, faults = parse(session, sheets, today=now.astimezone(SHANGHAI).date())
            kept = keep(session, rows, now=now)
    if faults:
        if as_json:
            print_json({"faults": [asdict(fault) for fault in faults]})
        else:
            for fault in faults[:MOST_SHOWN]:
                err.print(f"[bold red]✗[/] {escape(say('cli.bases_fault', **asdict(fault)))}")
            err.print(say("cli.bases_refused", n=len(faults)))
        raise typer.Exit(1)
    told = {"dry_run": dry_run, **asdict(kept)}
    if as_json:
        print_json(told)
    else:
        out.print(say("cli.meetings_would" if dry_run else "cli.meetings_did", **told))
