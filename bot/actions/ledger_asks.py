"""What the ledger form asks next: the branch, what is missing, and whether it is right so."""

from __future__ import annotations

from datetime import timedelta

from rasa_sdk import Action

from bot.actions.ledger_begin import branches_of
from bot.actions.ledger_card import card
from bot.actions.ledger_draft import SLOT, LedgerDraft
from bot.actions.turn import Button, Dispatcher, Events, Tracker, button, services, speaker, today
from delivery.times import day_text
from office.models import Organisation
from texts import say

MOST_BUTTONS = 12


class AskLedgerOrganisation(Action):
    """Of which branch?"""

    def name(self) -> str:
        """The name by which Rasa finds the question for a slot."""
        return "action_ask_ledger_organisation"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """A button for each branch that the person leads."""
        kind = LedgerDraft.of(tracker.get_slot(SLOT)).kind
        with services().database.reading() as session:
            member = speaker(session, tracker)
            branches = branches_of(session, member) if member else []
        dispatcher.utter_message(
            text=say("ledger.which_branch"),
            buttons=[
                button(one.name, f"{kind}_ledger", organisation=one.code)
                for one in branches[:MOST_BUTTONS]
            ],
        )
        return []


class AskLedgerComplete(Action):
    """The first part that is missing."""

    def name(self) -> str:
        """The name by which Rasa finds the question for a slot."""
        return "action_ask_ledger_complete"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """One part at a time."""
        draft = LedgerDraft.of(tracker.get_slot(SLOT))
        part = draft.missing or "tasks"
        with services().database.reading() as session:
            branch = session.get_one(Organisation, draft.organisation_id)
        dispatcher.utter_message(
            text=say(f"ledger.ask_{part}", branch=branch.name), buttons=[*_offers(part), leave_it()]
        )
        return []


class AskLedgerConfirmed(Action):
    """Is it right so?"""

    def name(self) -> str:
        """The name by which Rasa finds the question for a slot."""
        return "action_ask_ledger_confirmed"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Everything is shown before it is kept."""
        draft = LedgerDraft.of(tracker.get_slot(SLOT))
        with services().database.reading() as session:
            branch = session.get_one(Organisation, draft.organisation_id)
        dispatcher.utter_message(
            text="\n".join([card(draft, branch.name), say("ledger.card_hint")]),
            buttons=[
                button(say("ledger.button_save"), "save_ledger"),
                button(say("ledger.button_change"), "change_ledger"),
                leave_it(),
            ],
        )
        return []


def leave_it() -> Button:
    """The way out of the form."""
    return button(say("ledger.button_leave"), "leave_ledger")


def _offers(part: str) -> list[Button]:
    """Likely answers."""
    if part == "day":
        days = {"today": today(), "yesterday": today() - timedelta(days=1)}
        return [
            button(f"{say(f'ledger.button_{key}')} {day_text(day)}", "inform", say=str(day))
            for key, day in days.items()
        ]
    if part in {"progress", "problems", "tasks"}:
        none = say("ledger.button_none")
        return [button(none, "inform", say=none)]
    return []
