"""A meeting that was held, told in a sentence: shown as a card, put right, written down.

What was said so far is carried by the buttons of the card, so that nothing is held in between. A
typed correction reaches us as the note that the card's button asks for (``bot.shortcuts``).
"""

from __future__ import annotations

from rasa_sdk import Action
from sqlalchemy.orm import Session

from bot import meeting_report
from bot.actions.meeting_card import ALL, buttons, card, choices, day_of, listening, what
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
from bot.meeting_report import Said
from delivery.organisation_life_words import kind_text, kinds_text
from delivery.times import day_text
from office.bases import SHANGHAI
from office.errors import InvalidReportError, MeetingTwiceError, NotAllowedError, ZhibuError
from office.models import Meeting, MeetingKind, Organisation
from office.organisation_life import END_OF_TERM, branches_at, due_on
from office.organisation_life.duties import Branch
from office.organisation_life.recording import (
    Again,
    Report,
    check,
    record,
    recorded_by,
    take_back,
)
from texts import say


class ActionRecordMeeting(Action):
    """Read what was said, ask for what is missing, show the card."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_record_meeting"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """A correction is read against what was said before; 好 saves, 算了 leaves.

        In the middle of a booking 开党员大会 is what the base is booked for.
        """
        if (tracker.active_loop or {}).get("name") and entity(tracker, "draft") is None:
            return []
        known, note = Said.of(entity(tracker, "draft") or ""), entity(tracker, "note")
        words = (note if note is not None else said(tracker)).strip(" ，。！,.!")
        if note == "":
            dispatcher.utter_message(
                text=say("organisation_life.what_to_change"), buttons=[listening(known)]
            )
            return []
        if note is not None and words in meeting_report.NO:
            dispatcher.utter_message(text=say("organisation_life.left"))
            return []
        if note is not None and words in meeting_report.YES and not known.asked:
            _save(dispatcher, tracker, known, Again.ASK)
            return []
        try:
            with services().database.reading() as session:
                branch = _branch(session, tracker)
        except NotAllowedError as error:
            dispatcher.utter_message(text=say(f"organisation_life.{error.code}"))
            return []
        names = [group.name for group in branch.groups]
        read = meeting_report.read(words, now().astimezone(SHANGHAI), names, asked=known.asked)
        if note is not None and read == Said():
            dispatcher.utter_message(
                text=say("organisation_life.not_understood"), buttons=buttons(known)
            )
            return []
        _show(dispatcher, branch, known.with_(read))
        return []


class ActionSaveMeeting(Action):
    """Write down what the card shows."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_save_meeting"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Pressed twice it is written once."""
        try:
            again = Again(entity(tracker, "again") or Again.ASK)
        except ValueError:
            again = Again.ASK
        _save(dispatcher, tracker, Said.of(entity(tracker, "draft") or ""), again)
        return []


class ActionLeaveMeeting(Action):
    """Forget what the card shows."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_leave_meeting"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Nothing was kept."""
        dispatcher.utter_message(text=say("organisation_life.left"))
        return []


class ActionTakeBackMeeting(Action):
    """Strike the records that the button names."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_take_back_meeting"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Only of the speaker's own branch."""
        try:
            with services().database.writing() as session:
                member = speaker(session, tracker)
                if member is None:
                    raise NotAllowedError("not_recorder")
                gone = take_back(session, member, number(tracker, "meeting_id"), now=now())
                text = say("organisation_life.taken_back", what=what(gone))
        except ZhibuError as error:
            text = say(f"organisation_life.{error.code}", **error.detail)
        dispatcher.utter_message(text=text)
        return []


def _show(dispatcher: Dispatcher, branch: Branch, known: Said) -> None:
    """Ask for what is missing, or show the card."""
    if MeetingKind.WORK in known.kinds:
        dispatcher.utter_message(text=say("organisation_life.meeting_is_work"))
        return
    missing = _missing(branch, known)
    if missing:
        asking = Said(**{**known.__dict__, "asked": missing})
        dispatcher.utter_message(
            text=say(f"organisation_life.ask_{missing}"), buttons=choices(branch, asking)
        )
        return
    known = Said(**{**known.__dict__, "asked": ""})
    try:
        check(_report(branch, known), today())
    except InvalidReportError as error:
        dispatcher.utter_message(text=_sorry(error), buttons=[listening(known)])
        return
    dispatcher.utter_message(text=card(branch, known), buttons=buttons(known))


def _save(dispatcher: Dispatcher, tracker: Tracker, known: Said, again: Again) -> None:
    try:
        with services().database.writing() as session:
            member = speaker(session, tracker)
            place = recorded_by(session, member)
            (branch,) = branches_at(session, today(), ids=[place.id])
            if _missing(branch, known):
                _show(dispatcher, branch, known)
                return
            report = _report(branch, known)
            made = record(session, member, place, report, now=now(), again=again)
            text, offered = _saved(session, place, made)
    except MeetingTwiceError as error:
        kind, day = str(error.detail["kind"]), day_of(known)
        text = say("organisation_life.meeting_twice", day=day, kind=kind_text(kind))
        draft = known.as_draft()
        offered = [
            button(say(f"organisation_life.button_{one}"), "save_meeting", draft=draft, again=one)
            for one in (Again.SAME, Again.OTHER)
        ] + [button(say("organisation_life.button_leave"), "leave_meeting")]
    except ZhibuError as error:
        text, offered = _sorry(error), []
    dispatcher.utter_message(text=text, buttons=offered)


def _saved(session: Session, place: Organisation, made: list[Meeting]) -> tuple[str, list[Button]]:
    """What was written down, and what of this month is still to be held."""
    session.flush()
    (branch,) = branches_at(session, today(), ids=[place.id])
    month_end = [
        due
        for due in due_on(branch, today())
        if not due.overdue and due.kind != END_OF_TERM and (due.until - today()).days <= 31
    ]
    lines = [say("organisation_life.saved", what="、".join(dict.fromkeys(map(what, made))))]
    if month_end:
        lines.append(say("organisation_life.still_due", kinds=kinds_text(month_end)))
    offered = [button(say("organisation_life.button_due"), "organisation_life_due")]
    offered += [
        button(
            say("organisation_life.button_take_back", kind=kind_text(one.kind))
            if len(made) > 1
            else say("organisation_life.button_take_back_it"),
            "take_back_meeting",
            meeting_id=one.id,
        )
        for one in made
    ]
    return "\n".join(lines), offered


def _branch(session: Session, tracker: Tracker) -> Branch:
    """The branch that the speaker keeps records for. Raises NotAllowedError."""
    place = recorded_by(session, speaker(session, tracker))
    (branch,) = branches_at(session, today(), ids=[place.id])
    return branch


def _missing(branch: Branch, known: Said) -> str:
    """The part that has to be asked for: kind, day or group."""
    if not known.kinds:
        return "kind"
    if known.day is None:
        return "day"
    if MeetingKind.GROUP in known.kinds and len(branch.groups) > 1 and not known.group:
        return "group"
    return ""


def _report(branch: Branch, known: Said) -> Report:
    groups = {group.name: group.id for group in branch.groups}
    group = groups.get(known.group)
    if group is None and len(groups) == 1 and known.group != ALL:
        group = next(iter(groups.values()))
    return Report(
        kinds=[MeetingKind(kind) for kind in known.kinds],
        day=known.day or today(),
        at=known.at,
        expected=known.expected,
        present=known.present,
        theme=known.theme,
        place=known.place,
        group_id=group if MeetingKind.GROUP in known.kinds else None,
    )


def _sorry(error: ZhibuError) -> str:
    detail = dict(error.detail)
    if "day" in detail:
        detail["day"] = day_text(detail["day"], today())  # type: ignore[arg-type]
    return say(f"organisation_life.{error.code}", **detail)
