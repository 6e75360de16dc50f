"""The commands on what members and secretaries say of the cards: drafts of new ones, and votes.

Like ``cli.main`` it loads nothing before it is run.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from cli.options import Json
from cli.screen import clear_errors, loaded, out, print_json
from delivery.clock import utc_now
from texts import say

if TYPE_CHECKING:
    from office.models import DraftCard

AsYaml = Annotated[int | None, typer.Option("--as-yaml", help=say("cli.opt_as_yaml"))]
Taken = Annotated[int | None, typer.Option("--taken", help=say("cli.opt_taken"))]
Drop = Annotated[int | None, typer.Option("--drop", help=say("cli.opt_drop"))]


def list_drafts(
    as_yaml: AsYaml = None, taken: Taken = None, drop: Drop = None, as_json: Json = False
) -> None:
    """List the drafts that wait for review, or deal with one of them."""
    from office import draft_cards
    from office.bases import SHANGHAI
    from office.models import DraftState
    from office.schema import open_current

    now = utc_now()
    with clear_errors(), open_current(loaded().database_url).writing() as session:
        if as_yaml is not None:
            draft = draft_cards.get(session, as_yaml)
            typer.echo(skeleton(draft, now.astimezone(SHANGHAI).date()))
            return
        for chosen, state in ((taken, DraftState.TAKEN), (drop, DraftState.DROPPED)):
            if chosen is not None:
                draft_cards.settle(session, chosen, state, now=now)
        rows = [
            {
                "id": draft.id,
                "question": draft.question,
                "answer": draft.answer,
                "created": draft.created_at.astimezone(SHANGHAI).date().isoformat(),
            }
            for draft in draft_cards.waiting(session)
        ]
    if as_json:
        print_json(rows)
    elif not rows:
        out.print(say("cli.drafts_none"))
    else:
        table = Table(*(say(f"cli.draft_{name}") for name in rows[0]))
        for row in rows:
            table.add_row(*(escape(str(value)) for value in row.values()))
        out.print(table)


def skeleton(draft: DraftCard, today: date) -> str:
    """A card as knowledge/README.md wants it, with what the editor must still find out left open.

    A JSON string is a YAML string too, whatever stands in it.
    """
    return say(
        "cli.draft_skeleton",
        id=draft.id,
        question=json.dumps(draft.question, ensure_ascii=False),
        answer=json.dumps(draft.answer, ensure_ascii=False),
        today=today.isoformat(),
    )


def list_votes(as_json: Json = False) -> None:
    """How often each card helped and did not, the worst first."""
    from office import votes
    from office.schema import open_current

    with clear_errors(), open_current(loaded().database_url).reading() as session:
        rows = votes.totals(session)
    if as_json:
        print_json([{"card": card, "up": up, "down": down} for card, up, down in rows])
    elif not rows:
        out.print(say("cli.votes_none"))
    else:
        table = Table(say("cli.draft_card"), "👍", "👎")
        for card, up, down in rows:
            table.add_row(escape(card), str(up), str(down))
        out.print(table)
