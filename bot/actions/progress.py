"""How far the branches are with their tasks (赛进度), and the last ledger of one's own."""

from __future__ import annotations

from rasa_sdk import Action

from bot.actions.ledger_begin import RECENT, branches_of
from bot.actions.ledger_card import card
from bot.actions.ledger_draft import LedgerDraft
from bot.actions.turn import Dispatcher, Events, Tracker, button, now, services, speaker, today
from delivery.times import day_text
from office import ledgers, progress
from office.bases import SHANGHAI
from texts import say

SHOWN = 12
"""Branches in one message."""


class ActionProgressBoard(Action):
    """Done, open and late tasks of each branch; never of a person."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_progress_board"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """For those who keep a ledger."""
        with services().database.reading() as session:
            member = speaker(session, tracker)
            rows = progress.board(session, member, now=now()) if member else []
        if member is None or not rows:
            key = "bot.only_members" if member is None else "ledger.board_not_yours"
            buttons = [button(say("ledger.button_my_tasks"), "my_tasks")] if member else []
            dispatcher.utter_message(text=say(key), buttons=buttons)
            return []
        if not any(row.counts.all for row in rows):
            dispatcher.utter_message(text=say("ledger.board_none"))
            return []
        lines = [
            say(
                "ledger.board_line",
                branch=row.organisation.name,
                done=row.counts.done,
                open=row.counts.open,
                late=row.counts.late,
            )
            for row in rows[:SHOWN]
        ]
        if len(rows) > SHOWN:
            lines.append(say("ledger.board_more"))
        dispatcher.utter_message(text="\n".join([say("ledger.board_title"), *lines]))
        return []


class ActionShowLedger(Action):
    """The last ledger of each branch that one leads, and which is missing."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_show_ledger"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """One message a branch, of the first few."""
        with services().database.reading() as session:
            member = speaker(session, tracker)
            branches = branches_of(session, member) if member else []
            if member is None or not branches:
                key = "bot.only_members" if member is None else "ledger.not_yours"
                dispatcher.utter_message(text=say(key))
                return []
            for branch in branches[:3]:
                buttons = []
                lines = []
                for meeting in ledgers.missing(session, [branch.id], now() - RECENT, now())[-1:]:
                    day = day_text(meeting.starts_at.astimezone(SHANGHAI).date(), today())
                    lines.append(say("ledger.shown_missing", branch=branch.name, day=day))
                    buttons.append(
                        button(
                            say("ledger.button_record"),
                            "record_ledger",
                            organisation=branch.code,
                            meeting_id=meeting.id,
                        )
                    )
                latest = ledgers.latest(session, branch.id)
                if latest is not None:
                    title = say("ledger.shown_title", branch=branch.name)
                    lines.append(card(LedgerDraft.from_ledger(latest), branch.name, title=title))
                    buttons.append(
                        button(
                            say("ledger.button_correct"),
                            "change_ledger",
                            organisation=branch.code,
                            ledger_id=latest.id,
                        )
                    )
                if not lines:
                    lines = [say("ledger.none_recorded")]
                dispatcher.utter_message(text="\n".join(lines), buttons=buttons)
        return []
