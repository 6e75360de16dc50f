"""The command that writes ledgers out. Like ``cli.main`` this loads nothing before it is run."""

from __future__ import annotations

import functools
import re
from typing import Annotated

import typer

from cli.options import Month, OutFile
from cli.screen import clear_errors, fail, loaded, out, write_file
from delivery.clock import utc_now
from texts import say

Organisation = Annotated[
    str | None, typer.Option("--organisation", help=say("ledger.opt_organisation"))
]


def export_ledgers(file: OutFile, month: Month, organisation: Organisation = None) -> None:
    """Write the ledgers of a month: as a Word document for .docx, else as a spreadsheet."""
    from sqlalchemy import select

    from console.desk import month_at
    from office import ledgers, models
    from office.bases import SHANGHAI
    from office.errors import NotFoundError
    from office.organisations import descendants
    from office.schema import open_current

    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month, re.ASCII):
        fail(say("cli.month_wrong"))
    if file.suffix not in {".xlsx", ".docx"}:
        fail(say("ledger.wrong_suffix"))
    today = utc_now().astimezone(SHANGHAI).date()
    with clear_errors(), open_current(loaded().database_url).reading() as session:
        start, end = (moment.date() for moment in month_at(month, utc_now()))
        ids = list(session.scalars(select(models.Organisation.id)))
        if organisation is not None:
            top = session.scalar(
                select(models.Organisation).where(models.Organisation.code == organisation)
            )
            if top is None:
                raise NotFoundError("no_such_subject", subject=organisation)
            ids = descendants(session, top.id)
        found = ledgers.between(session, ids, start, end)
        if file.suffix == ".docx":
            from sheets.ledger_document import write as write_document

            write_file(file, functools.partial(write_document, found, today))
        else:
            from sheets.ledgers import write

            period = say("ledger.period_month", year=start.year, month=start.month)
            write_file(file, functools.partial(write, found, period, today))
    out.print(say("ledger.exported", n=len(found), file=file.name))
