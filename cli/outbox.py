"""The commands on what is sent. Like ``cli.main`` this loads nothing before it is run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from cli.options import Json
from cli.screen import clear_errors, fail, loaded, out, print_json
from delivery.clock import utc_now
from texts import say

if TYPE_CHECKING:
    from office.dead_letters import Which
    from office.models import OutboxMessage

COLUMNS = ("id", "at", "state", "rule", "channel", "member", "attempts", "error", "reason")
Ids = Annotated[list[int] | None, typer.Argument(help=say("outbox.arg_ids"))]
States = Annotated[list[str] | None, typer.Option("--state", help=say("outbox.opt_state"))]
Rule = Annotated[str | None, typer.Option(help=say("outbox.opt_rule"))]
Error = Annotated[str | None, typer.Option(help=say("outbox.opt_error"))]
Limit = Annotated[int, typer.Option(min=1, help=say("outbox.opt_limit"))]


def add_to(app: typer.Typer) -> None:
    """Add the commands to ``zhibu``."""
    group = typer.Typer(help=say("outbox.help"), no_args_is_help=True)
    for name, run in (("list", show), ("retry", retry), ("drop", drop), ("restored", restored)):
        group.command(name, help=say(f"outbox.help_{name}"))(run)
    app.add_typer(group, name="outbox")


def show(
    state: States = None,
    rule: Rule = None,
    error: Error = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List messages; without a filter those that did not arrive, or may not have."""
    from office import dead_letters
    from office.schema import open_current

    which = _which(None, state, rule, error, default=dead_letters.DEAD)
    with clear_errors(), open_current(loaded().database_url).reading() as session:
        rows = [_row(session, one) for one in dead_letters.listed(session, which, limit=limit)]
    if as_json:
        print_json(rows)
        return
    if not rows:
        out.print(say("outbox.none"))
        return
    table = Table(*(say(f"outbox.column_{name}") for name in COLUMNS))
    for row in rows:
        shown = {**row, "at": row["at"][:16].replace("T", " ")}
        shown["state"] = say(f"outbox.state_{row['state']}")
        table.add_row(*(escape(str(shown[name] or "")) for name in COLUMNS))
    out.print(table)


def retry(
    ids: Ids = None,
    state: States = None,
    rule: Rule = None,
    error: Error = None,
    as_json: Json = False,
) -> None:
    """Queue messages again that did not arrive."""
    from office import dead_letters

    _change(dead_letters.retry, "retried", _which(ids, state, rule, error), as_json)


def drop(
    ids: Ids = None,
    state: States = None,
    rule: Rule = None,
    error: Error = None,
    as_json: Json = False,
) -> None:
    """Send messages no more."""
    from office import dead_letters

    _change(dead_letters.drop, "dropped", _which(ids, state, rule, error), as_json)


def restored(as_json: Json = False) -> None:
    """Hold back what may have been sent since the backup was made."""
    from office.schema import open_current
    from scheduler.restored import hold_back

    with clear_errors():
        outgoing, incoming = hold_back(open_current(loaded().database_url), utc_now)
    if as_json:
        print_json({"out": outgoing, "in": incoming})
    else:
        out.print(say("outbox.restored", out=outgoing, incoming=incoming))


def _which(
    ids: list[int] | None,
    states: list[str] | None,
    rule: str | None,
    error: str | None,
    default: tuple[str, ...] = (),
) -> Which:
    """What the options say; all of them left out is refused, unless there is a default state."""
    from office.dead_letters import Which
    from office.models import OutboxState

    known = [one.value for one in OutboxState]
    for name in states or ():
        if name not in known:
            fail(say("outbox.no_such_state", state=name, states=", ".join(known)))
    if not (ids or states or rule or error or default):
        fail(say("outbox.say_which"))
    chosen = states or ([] if rule or error else list(default))
    return Which(ids or (), [OutboxState(name) for name in chosen], rule, error)


def _change(change: Any, done: str, which: Which, as_json: bool) -> None:
    from office.schema import open_current

    with clear_errors(), open_current(loaded().database_url).writing() as session:
        ids = change(session, which, now=utc_now())
    if as_json:
        print_json(ids)
    else:
        out.print(say(f"outbox.{done}" if ids else "outbox.nothing", n=len(ids)))


def _row(session: Any, row: OutboxMessage) -> dict[str, Any]:
    """What is shown of a message: neither its text nor its address."""
    from office.bases import SHANGHAI
    from office.models import Member

    member = session.get(Member, row.member_id) if row.member_id else None
    return {
        "id": row.id,
        "at": row.not_before.astimezone(SHANGHAI).isoformat(timespec="minutes"),
        "state": row.state,
        "rule": row.rule,
        "channel": row.channel,
        "member": member.number if member else None,
        "attempts": row.attempts,
        "error": row.error,
        "reason": row.reason,
        "key": row.dedupe_key,
    }
