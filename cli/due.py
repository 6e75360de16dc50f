"""``zhibu due``: every reminder that would be sent, to whom, on which channel, and why."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from cli.options import Json
from cli.screen import clear_errors, day, loaded, out, print_json, today
from texts import say


def due(
    first: Annotated[str | None, typer.Option("--from", help=say("cli.opt_from"))] = None,
    last: Annotated[str | None, typer.Option("--to", help=say("cli.opt_to"))] = None,
    as_json: Json = False,
) -> None:
    """List what will be sent."""
    from delivery.channels import GROUP
    from delivery.still_true.groups import RULE
    from office import members
    from office.bases import SHANGHAI
    from office.schema import open_current
    from scheduler.due import reminders_between
    from scheduler.group_notices import notices_between

    settings = loaded()
    begin = day(first, today())
    end = day(last, begin + timedelta(days=31)) + timedelta(days=1)
    rows = []
    with clear_errors(), open_current(settings.database_url).reading() as session:
        bounds = [datetime.combine(d, time(), SHANGHAI).astimezone(UTC) for d in (begin, end)]
        for reminder in reminders_between(session, *bounds):
            channel, _ = members.reach(session, reminder.member)
            rows.append(
                {
                    "at": reminder.due_at.astimezone(SHANGHAI).isoformat(timespec="minutes"),
                    "member": reminder.member.number,
                    "name": reminder.member.name,
                    "channel": channel,
                    "rule": reminder.rule,
                    "reason": reminder.reason,
                    "text": reminder.text,
                }
            )
        for notice in notices_between(session, settings.groups, *bounds):
            rows.append(
                {
                    "at": notice.due_at.astimezone(SHANGHAI).isoformat(timespec="minutes"),
                    "member": notice.organisation.code,
                    "name": say("groups.due_who", name=notice.organisation.name),
                    "channel": GROUP,
                    "rule": RULE,
                    "reason": notice.reason,
                    "text": notice.text,
                }
            )
    rows.sort(key=lambda row: (row["at"], row["member"]))
    if as_json:
        print_json(rows)
        return
    if not rows:
        out.print(say("cli.due_none"))
        return
    table = Table(*(say(f"cli.due_{name}") for name in ("time", "member", "channel", "reason")))
    for row in rows:
        who = f"{row['member']} {row['name']}"
        table.add_row(row["at"][:16].replace("T", " "), who, row["channel"], escape(row["reason"]))
    out.print(table)
