"""The commands for imported documents. Like ``cli.main`` it loads nothing before it is run."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from cli.options import Json
from cli.screen import fail
from texts import say

Files = Annotated[list[Path], typer.Argument(help=say("cli.arg_documents"))]
Title = Annotated[str | None, typer.Option("--title", help=say("cli.opt_title"))]
Day = Annotated[str | None, typer.Option("--date", help=say("cli.opt_effective"))]
Issuer = Annotated[str | None, typer.Option("--issuer", help=say("cli.opt_issuer"))]


def import_documents(
    files: Files, title: Title = None, day: Day = None, issuer: Issuer = None, as_json: Json = False
) -> None:
    """Import documents."""
    from cli.imports import import_files
    from library.heading import Heading

    try:
        effective = date.fromisoformat(day) if day else None
    except ValueError:
        fail(say("cli.date_wrong"))
    import_files(files, Heading(title, effective, issuer), as_json=as_json)


def index() -> None:
    """Bring the index of imported documents up to date."""
    from cli import passages

    passages.index()


def calibrate_passages() -> None:
    """Fit the choice among articles anew."""
    from cli.passages import calibrate
    from delivery.clock import utc_now
    from office.bases import SHANGHAI

    calibrate(utc_now().astimezone(SHANGHAI).date())
