"""Work meetings in the chat: what is planned, who has read it, 已阅, calling off, the agenda."""

from __future__ import annotations

from rasa_sdk import Action
from sqlalchemy.orm import Session

from bot.actions.turn import (
    Button,
    Dispatcher,
    Events,
    Tracker,
    button,
    entity,
    now,
    number,
    said,
    services,
    speaker,
    today,
)
from bot.actions.work_meeting_draft import named, sorry
from bot.meeting_wish import item_of
from delivery.meeting_notices import read_button, tell_called_off
from delivery.meeting_words import about, agenda_lines, day_of, readers_line, word
from delivery.times import moment_text
from office import access, work_meetings
from office.access import Action as Act
from office.errors import NotFoundError, ZhibuError
from office.models import Meeting, Member
from texts import say

MOST = 10


class ActionWorkMeeting(Action):
    """The next work meetings that the member convenes or is invited to."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_work_meeting"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Who convenes one sees who has acknowledged it; each stands in a message of its own."""
        with services().database.reading() as session:
            member = speaker(session, tracker)
            if member is None:
                dispatcher.utter_message(text=say("bot.only_members"))
                return []
            coming = work_meetings.coming(session, member, now=now())
            for meeting in coming:
                text, buttons = shown(session, member, meeting)
                dispatcher.utter_message(text=text, buttons=buttons)
            if not coming:
                convenes = bool(access.convenes(session, member))
                plan = [button(word("button_plan"), "plan_work_meeting")] if convenes else []
                dispatcher.utter_message(text=word("none_planned"), buttons=plan)
        return []


class ActionAcknowledgeMeeting(Action):
    """已阅: the member has seen the notice of a meeting as it stood."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_acknowledge_meeting"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Of an older notice: say what is so now, and ask again."""
        buttons: list[Button] = []
        meeting_id, version = number(tracker, "meeting_id"), number(tracker, "version")
        try:
            with services().database.writing() as session:
                member = speaker(session, tracker)
                meeting = work_meetings.acknowledge(session, member, meeting_id, version, now=now())
                text = word("read_done", when=moment_text(meeting.starts_at, today()))
        except ZhibuError as error:
            text = sorry(error)
            if error.code == "meeting_changed":
                with services().database.reading() as session:
                    meeting = session.get_one(Meeting, meeting_id)
                    text = "\n".join([word("read_anew"), about(session, meeting, today())])
                    again = read_button(meeting)
                    buttons = [{"title": again.title, "payload": again.payload}]
        dispatcher.utter_message(text=text, buttons=buttons)
        return []


class ActionCallOffWorkMeeting(Action):
    """Call off a planned meeting, once it is confirmed; everybody is told."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_call_off_work_meeting"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """The one that the button names, or the only one; of several it is asked which."""
        meeting_id = number(tracker, "meeting_id")
        reached: list[tuple[str, str]] = []
        try:
            with services().database.writing() as session:
                member = speaker(session, tracker)
                if member is None:
                    raise NotFoundError("meeting_not_found")
                if not (entity(tracker, "certain") and meeting_id):
                    which_to_call_off(dispatcher, session, member, meeting_id, said(tracker))
                    return []
                meeting = work_meetings.call_off(session, member, meeting_id, now=now())
                reached = tell_called_off(session, meeting, member, now=now())
                key = "called_off_done" if reached else "called_off_alone"
                when = moment_text(meeting.starts_at, today())
                text = word(key, n=len(reached), when=when)
        except ZhibuError as error:
            text = sorry(error)
        for way in reached:
            services().queue.put(*way)
        dispatcher.utter_message(text=text)
        return []


class ActionAddToAgenda(Action):
    """Add what was said to the agenda of the next meeting that the member convenes."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_add_to_agenda"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Show the agenda as it is then."""
        try:
            with services().database.writing() as session:
                member = speaker(session, tracker)
                if member is None:
                    raise NotFoundError("meeting_not_found")
                place, rest = named(session, member, said(tracker))
                meetings = [
                    one
                    for one in convened(session, member)
                    if place is None or one.organisation_id == place.id
                ]
                item = item_of(rest)
                if not meetings:
                    text = word("agenda_no_meeting")
                elif item is None:
                    text = word("agenda_how")
                else:
                    meeting = work_meetings.add_to_agenda(
                        session, member, meetings[0].id, item, now=now()
                    )
                    values = {"organisation": meeting.organisation.name, "day": day_of(meeting)}
                    lines = [
                        word("agenda_added", **values),
                        *agenda_lines(session, meeting, today()),
                    ]
                    text = "\n".join(lines)
        except ZhibuError as error:
            text = sorry(error)
        dispatcher.utter_message(text=text)
        return []


def convened(session: Session, member: Member) -> list[Meeting]:
    """The coming work meetings that the member may change, the next one first."""
    return [
        one
        for one in work_meetings.coming(session, member, now=now(), limit=MOST)
        if access.may(session, member, Act.CONVENE, one.organisation_id)
    ]


def shown(session: Session, member: Member, meeting: Meeting) -> tuple[str, list[Button]]:
    """A meeting as this member may see it, with what he can do."""
    lines = [word("title", organisation=meeting.organisation.name)]
    lines.append(about(session, meeting, today()))
    buttons: list[Button] = []
    if any(one.id == member.id for one in work_meetings.unread(session, meeting)):
        read = read_button(meeting)
        buttons.append({"title": read.title, "payload": read.payload})
    if access.may(session, member, Act.CONVENE, meeting.organisation_id):
        lines.append(readers_line(session, meeting))
        buttons += [
            button(word("button_move"), "change_work_meeting", meeting_id=meeting.id),
            button(word("button_call_off"), "call_off_work_meeting", meeting_id=meeting.id),
        ]
    return "\n".join(lines), buttons


def which_to_call_off(
    dispatcher: Dispatcher, session: Session, member: Member, meeting_id: int, text: str
) -> None:
    """Ask whether the meeting is to be called off, or which one."""
    place, _ = named(session, member, text)
    meetings = [
        one
        for one in convened(session, member)
        if (place is None or one.organisation_id == place.id)
        and (not meeting_id or one.id == meeting_id)
    ]
    if not meetings:
        dispatcher.utter_message(text=word("none_to_change"))
    elif len({one.organisation_id for one in meetings}) > 1:
        buttons = [pick(one, "call_off_work_meeting") for one in meetings]
        dispatcher.utter_message(text=word("which_meeting"), buttons=buttons)
    else:
        ask_call_off(dispatcher, session, member, meetings[0].id)


def ask_call_off(dispatcher: Dispatcher, session: Session, member: Member, meeting_id: int) -> None:
    """Is it really to be called off? Everybody will be told."""
    try:
        meeting = work_meetings.find(session, member, meeting_id)
    except ZhibuError as error:
        dispatcher.utter_message(text=sorry(error))
        return
    values = {"when": moment_text(meeting.starts_at, today()), "theme": meeting.theme}
    sure = {"meeting_id": meeting.id, "certain": "yes"}
    dispatcher.utter_message(
        text=word("sure_to_call_off", organisation=meeting.organisation.name, **values),
        buttons=[
            button(word("button_sure_to_call_off"), "call_off_work_meeting", **sure),
            button(word("button_keep"), "work_meeting"),
        ],
    )


def pick(meeting: Meeting, intent_name: str) -> Button:
    """The button that names one of several meetings."""
    title = f"{meeting.organisation.name} {day_of(meeting)}"
    return button(title, intent_name, meeting_id=meeting.id)
