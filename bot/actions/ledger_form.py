"""The ledger form: every message is read while a ledger is being written down."""

from __future__ import annotations

from rasa_sdk import Action
from rasa_sdk.events import EventType, SlotSet
from sqlalchemy.orm import Session

from bot.actions.ledger_begin import begin, branches_of, chosen, names_in
from bot.actions.ledger_draft import SLOT, LedgerDraft, leave
from bot.actions.ledger_taking import Taken, fitting, meeting_day, take
from bot.actions.turn import (
    Dispatcher,
    Tracker,
    button,
    conversation,
    entity,
    inbox_id,
    intent,
    now,
    said,
    services,
    speaker,
)
from bot.clean import clean_lines, spoken
from bot.wish import is_question
from office.errors import ZhibuError
from office.models import InboxKind, InboxMessage, Member
from texts import say

MISSES = 3
SAVE = {"确认", "对", "对的", "没问题", "保存", "记下", "好", "好的", "可以", "行", "是", "是的"}
CHANGE = {"改一改", "改", "改一下", "修改", "不对"}
LEAVE = {"取消", "先不记", "不记了", "先不记了", "算了", "退出", "不弄了"}
"""What is typed instead of a press; any other words are of the ledger."""
ASIDE = {"ask_policy", "help"}
"""Intents that are answered in the middle of a ledger, which then goes on."""
SEEN = "acknowledge_meeting"
"""The button of a notice: pressed in the middle, it counts, and the ledger goes on."""
BEGIN = {"record_ledger": "record", "change_ledger": "change"}


class ValidateLedgerForm(Action):
    """Reads every message while a ledger is under way."""

    def name(self) -> str:
        """The name by which Rasa finds the form's validation."""
        return "validate_ledger_form"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> list[EventType]:
        """The new values of the slots; nothing at all hands the turn to other rules."""
        with services().database.reading() as session:
            member = speaker(session, tracker)
            if member is None:
                dispatcher.utter_message(text=say("bot.only_members"))
                return leave()
            return Writing(session, dispatcher, tracker, member).events()


class Writing:
    """One message read against what is known of the ledger."""

    def __init__(
        self, session: Session, dispatcher: Dispatcher, tracker: Tracker, member: Member
    ) -> None:
        self.session = session
        self.dispatcher = dispatcher
        self.tracker = tracker
        self.member = member
        self.text = words_of(session, tracker)
        self.intent = intent(tracker)
        self.draft = LedgerDraft.of(tracker.get_slot(SLOT))
        requested = tracker.get_slot("requested_slot")
        self.first = requested is None
        self.asked = self.draft.missing if requested == "ledger_complete" else None
        self.misses = int(tracker.get_slot("ledger_misses") or 0)

    def events(self) -> list[EventType]:
        """What the message changes."""
        bare = self.text.strip(" ，。！,.!")
        if self.first:
            self.draft = LedgerDraft(kind=BEGIN.get(self.intent, "record"), text=self.text)
            return self._choose()
        if self.intent == "leave_ledger" or bare in LEAVE:
            self.dispatcher.utter_message(text=say("ledger.left"))
            return leave()
        if self.draft.organisation_id is None:
            return self._choose()
        if self.draft.missing is None:
            if self.intent == "save_ledger" or bare in SAVE:
                return [SlotSet("ledger_confirmed", "yes")]
            if (self.intent == "change_ledger" and not self.text) or bare in CHANGE:
                self.dispatcher.utter_message(text=say("ledger.change_what"))
                return self._keep()
        if self.intent in BEGIN and not self.text:  # pressed or said once more: go on
            return self._keep()
        if self.intent == SEEN:
            return []
        if not self.text:
            self.dispatcher.utter_message(text=say("ledger.finish_first"))
            return self._keep()
        if self.intent in ASIDE and is_question(self.text) and len(self.text) < 60:
            return []
        return self._take()

    def _choose(self) -> list[EventType]:
        """Of which branch; what was said meanwhile is kept."""
        branches = branches_of(self.session, self.member)
        if not branches:
            self.dispatcher.utter_message(
                text=say("ledger.not_yours"),
                buttons=[button(say("ledger.button_my_tasks"), "my_tasks")],
            )
            return leave()
        branch = chosen(branches, self.tracker, self.text)
        if branch is None:
            if not self.first and self.text:
                self.dispatcher.utter_message(text=say("ledger.missed_organisation"))
            return [SlotSet(SLOT, self.draft.as_slot()), SlotSet("ledger_organisation", None)]
        kind, text = self.draft.kind, self.draft.text
        try:
            day = meeting_day(text, now())
            self.draft = begin(self.session, self.dispatcher, self.tracker, branch, kind, day)
        except ZhibuError as error:
            self.dispatcher.utter_message(text=say(f"ledger.{error.code}", **error.detail))
            return leave()
        self.text = text
        taken = self._taken(first=True) if text else None
        return self._kept(taken) if taken else self._kept(Taken(self.draft))

    def _take(self) -> list[EventType]:
        taken = self._taken(first=False)
        if taken is None:
            return self._missed()
        return self._kept(taken)

    def _taken(self, *, first: bool) -> Taken | None:
        assert self.draft.organisation_id is not None
        names = names_in(self.session, self.draft.organisation_id)
        text = self.text.replace("我负责", f"{self.member.name}负责")
        return take(self.draft, text, now(), names, asked=self.asked, first=first)

    def _kept(self, taken: Taken) -> list[EventType]:
        """Keep what the office allows; say what it does not."""
        draft, problems = fitting(taken.draft, now())
        for problem in (*taken.problems, *problems):
            self.dispatcher.utter_message(text=problem)
        self.draft = draft
        return self._keep()

    def _keep(self) -> list[EventType]:
        return [
            SlotSet(SLOT, self.draft.as_slot()),
            SlotSet("ledger_organisation", "yes"),
            SlotSet("ledger_complete", None if self.draft.missing else "yes"),
            SlotSet("ledger_confirmed", None),
            SlotSet("ledger_misses", 0),
        ]

    def _missed(self) -> list[EventType]:
        """Not understood; after the third time in a row the form lets go."""
        if self.misses + 1 >= MISSES:
            self.dispatcher.utter_message(text=say("ledger.gave_up"))
            return leave()
        self.dispatcher.utter_message(text=say(f"ledger.missed_{self.asked or 'confirmed'}"))
        return [*self._keep()[:-1], SlotSet("ledger_misses", self.misses + 1)]


def words_of(session: Session, tracker: Tracker) -> str:
    """What was typed, with its lines, as the inbox holds it; nothing where a button was pressed."""
    pressed = entity(tracker, "say")
    if pressed is not None:
        return pressed
    given = inbox_id(tracker)
    row = session.get(InboxMessage, int(given)) if given.isdigit() else None
    if row is not None and (row.channel, row.address) == conversation(tracker):
        return spoken(clean_lines(row.text)) if row.kind == InboxKind.TEXT else ""
    text = said(tracker)
    return "" if text.startswith("/") else text
