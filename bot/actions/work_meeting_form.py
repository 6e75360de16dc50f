"""The work meeting form: planned in a sentence or part by part, shown on a card, then settled."""

from __future__ import annotations

from rasa_sdk import Action
from rasa_sdk.events import EventType, SlotSet
from sqlalchemy.orm import Session

from bot.actions.turn import (
    Dispatcher,
    Events,
    Tracker,
    button,
    entity,
    intent,
    now,
    number,
    said,
    services,
    speaker,
    today,
)
from bot.actions.work_meeting_draft import (
    Slots,
    aim_of,
    card,
    cleared,
    kept,
    leave,
    local_now,
    named,
    organisation_of,
    slots_from,
    slots_of,
    sorry,
    starts_at,
    take,
)
from bot.actions.work_meetings import ask_call_off, convened, pick
from bot.meeting_wish import read
from bot.wish import is_question
from delivery.meeting_notices import tell_changed
from delivery.meeting_words import word
from delivery.times import moment_text
from office import access, work_meetings
from office.errors import InvalidMeetingError, ZhibuError
from office.models import Meeting, Member
from texts import say

YES = {"就这样定", "就这么定", "就这样改", "定了", "定吧", "改吧", "确认", "没问题"}
YES |= {"对", "对的", "好", "好的", "可以", "行", "是", "是的"}
LEAVE = {"取消", "算了", "不定了", "先不定", "不开了", "不安排了", "先不安排", "不改了", "先不改"}
"""What is typed instead of a press."""
ASIDE = {"help", "thanks", "next_meeting", "work_meeting", "acknowledge_meeting", "none_of_these"}
"""Answered in the middle; the form then asks on. A question about policy too, if it is one."""


class ValidateWorkMeetingForm(Action):
    """Reads every message while a work meeting is planned or changed."""

    def name(self) -> str:
        """The name by which Rasa finds the form's validation."""
        return "validate_work_meeting_form"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> list[EventType]:
        """Return the new values of the slots; nothing at all hands the turn to other rules."""
        with services().database.reading() as session:
            member = speaker(session, tracker)
            if member is None:
                dispatcher.utter_message(text=say("bot.only_members"))
                return leave()
            if not access.convenes(session, member):
                dispatcher.utter_message(text=word("not_convener"))
                return leave()
            return Reading(session, dispatcher, tracker, member).events()


class Reading:
    """One message read against what is known of the meeting."""

    def __init__(
        self, session: Session, dispatcher: Dispatcher, tracker: Tracker, member: Member
    ) -> None:
        self.session = session
        self.dispatcher = dispatcher
        self.tracker = tracker
        self.member = member
        self.text = said(tracker)
        self.intent = intent(tracker)
        self.asked = (tracker.get_slot("requested_slot") or "").removeprefix("meeting_") or None
        self.slots: Slots = slots_of(tracker)

    def events(self) -> list[EventType]:
        """What the message changes."""
        first = self.asked is None
        words = self.text.strip(" ，。！？,.!?~～")
        pressed = self.text.startswith("/")
        if self.intent == "leave_work_meeting" or (not first and words in LEAVE):
            return self._left()
        if self.intent == "change_work_meeting" and (first or number(self.tracker, "meeting_id")):
            return self._change()
        if first or (pressed and self.intent == "plan_work_meeting"):
            self.slots = dict.fromkeys(self.slots)
            return self._take()
        if self.asked == "confirmed" and (self.intent == "affirm" or words in YES):
            return [SlotSet("meeting_confirmed", "yes")]
        if self.intent == "call_off_work_meeting" and pressed:
            ask_call_off(
                self.dispatcher, self.session, self.member, number(self.tracker, "meeting_id")
            )
            return leave()
        if self.intent in ASIDE and (pressed or self.asked not in {"place", "theme"}):
            return []
        if self.intent == "ask_policy" and is_question(self.text):
            return []
        if pressed and entity(self.tracker, "say") is None:
            self._say("finish_meeting")
            return [SlotSet("meeting_confirmed", None)]
        return self._take()

    def _left(self) -> list[EventType]:
        self._say("left_change" if aim_of(self.slots) else "left")
        return leave()

    def _change(self) -> list[EventType]:
        """Fill the form with a meeting that is planned; of several it is asked which."""
        meetings = convened(self.session, self.member)
        place, _ = named(self.session, self.member, self.text)
        picked = number(self.tracker, "meeting_id")
        if picked:
            meetings = [one for one in meetings if one.id == picked]
        elif place is not None:
            meetings = [one for one in meetings if one.organisation_id == place.id]
        if not meetings:
            self._say("none_to_change", button(word("button_plan"), "plan_work_meeting"))
            return leave()
        if len({one.organisation_id for one in meetings}) > 1:
            self._say("which_meeting", *(pick(one, "change_work_meeting") for one in meetings))
            return leave()
        self.slots = slots_from(meetings[0])
        return self._take()

    def _take(self) -> list[EventType]:
        """Keep what was said, and say what of it cannot be."""
        place, rest = named(self.session, self.member, self.text)
        own = access.convenes(self.session, self.member)
        if place is None and self.slots["meeting_organisation"] is None and len(own) == 1:
            place = own[0]
        if place is not None and aim_of(self.slots) is None:
            self.slots["meeting_organisation"] = str(place.id)
        before = dict(self.slots)
        parts = read(rest, now=local_now(), asked=self.asked)
        take(self.slots, parts)
        if parts.unreal_day:
            self.dispatcher.utter_message(text=say("bot.no_such_day"))
        elif self.asked is not None and not parts and before == slots_of(self.tracker):
            self._say(f"not_understood_{self.asked}")
        self._look_at_time()
        self._look_at_month()
        return kept(self.slots)

    def _look_at_time(self) -> None:
        """A time that has passed is asked for again."""
        at = starts_at(self.slots)
        day = self.slots["meeting_day"]
        late = at is not None and at <= now()
        if late or (at is None and day is not None and day < today().isoformat()):
            self._say("meeting_past")
        elif at is not None and at - now() > work_meetings.FARTHEST:
            self._say("meeting_too_far")
        else:
            return
        self.slots["meeting_day"] = self.slots["meeting_start"] = None

    def _look_at_month(self) -> None:
        """One a month: where one is planned, it is that one which is changed."""
        organisation, day = organisation_of(self.session, self.slots), self.slots["meeting_day"]
        if organisation is None or day is None or aim_of(self.slots) is not None:
            return
        at = local_now().fromisoformat(f"{day}T12:00:00+08:00")
        there = work_meetings.in_month(self.session, organisation.id, at)
        if there is None or there.starts_at <= now():
            return
        when = moment_text(there.starts_at, today())
        self.dispatcher.utter_message(text=word("there_already", when=when))
        wished = {slot: value for slot, value in self.slots.items() if value is not None}
        self.slots = {**slots_from(there), **wished}

    def _say(self, key: str, *buttons: dict[str, str]) -> None:
        self.dispatcher.utter_message(text=word(key), buttons=list(buttons))


class AskMeetingOrganisation(Action):
    """Whose meeting is it?"""

    def name(self) -> str:
        """The name by which Rasa finds the question for a slot."""
        return "action_ask_meeting_organisation"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Offer those that the member convenes."""
        with services().database.reading() as session:
            names = [one.name for one in access.convenes(session, speaker(session, tracker))]
        buttons = [button(name, "inform", say=name) for name in names]
        dispatcher.utter_message(text=word("ask_organisation"), buttons=buttons)
        return []


class AskMeetingConfirmed(Action):
    """Is it right so?"""

    def name(self) -> str:
        """The name by which Rasa finds the question for a slot."""
        return "action_ask_meeting_confirmed"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Show the whole meeting: everybody will be told."""
        with services().database.reading() as session:
            text, buttons = card(session, slots_of(tracker))
        dispatcher.utter_message(text=text, buttons=buttons)
        return []


class ActionSettleWorkMeeting(Action):
    """Plan or change the meeting as it was confirmed."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_settle_work_meeting"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> list[EventType]:
        """A form that was left has nothing confirmed and only clears the slots."""
        if tracker.get_slot("meeting_confirmed") != "yes":
            return cleared()
        reached: list[tuple[str, str]] = []
        try:
            with services().database.writing() as session:
                text, reached = settle(session, speaker(session, tracker), slots_of(tracker))
        except ZhibuError as error:
            text = sorry(error)
        for way in reached:
            services().queue.put(*way)
        dispatcher.utter_message(text=text, buttons=[button(word("button_see"), "work_meeting")])
        return cleared()


def settle(
    session: Session, member: Member | None, slots: Slots
) -> tuple[str, list[tuple[str, str]]]:
    """Plan or change; what became of it, and who is to be reached. Raises what the office does."""
    organisation, at, aim = organisation_of(session, slots), starts_at(slots), aim_of(slots)
    if member is None or organisation is None or at is None:
        raise InvalidMeetingError("meeting_not_found")
    place, theme = slots["meeting_place"] or "", slots["meeting_theme"] or ""
    if aim is None:
        meeting = work_meetings.plan(
            session, member, organisation, starts_at=at, place=place, theme=theme, now=now()
        )
        return word("planned", when=moment_text(meeting.starts_at, today())), []
    before = work_meetings.change(
        session,
        member,
        aim[0],
        version=aim[1],
        starts_at=at,
        place=place,
        theme=theme,
        now=now(),
    )
    if before is None:
        return word("unchanged"), []
    meeting = session.get_one(Meeting, aim[0])
    reached = tell_changed(session, meeting, before, member, now=now())
    key = "changed_done" if reached else "changed_alone"
    return word(key, n=len(reached), when=moment_text(meeting.starts_at, today())), reached
