"""The end of the ledger form: what was confirmed is recorded."""

from __future__ import annotations

from rasa_sdk import Action
from rasa_sdk.events import EventType, FollowupAction, SlotSet

from bot.actions.ledger_draft import SLOT, LedgerDraft, cleared
from bot.actions.ledger_taking import AT_FAULT
from bot.actions.turn import Dispatcher, Tracker, button, now, services, speaker, today
from delivery.times import day_text
from office import ledgers
from office.errors import InvalidLedgerError, ZhibuError
from texts import say


class SaveLedger(Action):
    """Record or correct the ledger that was confirmed."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_save_ledger"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> list[EventType]:
        """A form that was left has nothing confirmed and only clears the slots."""
        if tracker.get_slot("ledger_confirmed") != "yes":
            return cleared()
        draft = LedgerDraft.of(tracker.get_slot(SLOT))
        assert draft.organisation_id is not None
        try:
            with services().database.writing() as session:
                by = speaker(session, tracker)
                if draft.ledger_id is not None:
                    ledger = ledgers.correct(session, by, draft.ledger_id, draft.entry(), now=now())
                else:
                    ledger = ledgers.record(
                        session,
                        by,
                        draft.organisation_id,
                        draft.entry(),
                        now=now(),
                        meeting_id=draft.meeting_id,
                    )
                text = say(
                    "ledger.corrected" if draft.ledger_id is not None else "ledger.saved",
                    branch=ledger.meeting.organisation.name,
                    day=day_text(ledger.held_on, today()),
                    tasks=len(draft.tasks or ()),
                )
        except InvalidLedgerError as error:
            dispatcher.utter_message(text=say(f"ledger.{error.code}", **error.detail))
            part = AT_FAULT.get(error.code, "day")
            return [
                SlotSet(SLOT, draft.but(**{part: None}).as_slot()),
                SlotSet("ledger_complete", None),
                SlotSet("ledger_confirmed", None),
                FollowupAction("ledger_form"),
            ]
        except ZhibuError as error:
            key = "ledger.not_yours" if error.code == "not_allowed" else f"ledger.{error.code}"
            dispatcher.utter_message(text=say(key, **error.detail))
            return cleared()
        dispatcher.utter_message(
            text=text,
            buttons=[
                button(say("ledger.button_correct"), "change_ledger", ledger_id=ledger.id),
                button(say("ledger.button_board"), "progress_board"),
            ],
        )
        return cleared()
