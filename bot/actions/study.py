"""Study content in the chat: the latest items, opening one, having read it."""

from __future__ import annotations

from rasa_sdk import Action
from sqlalchemy.orm import Session

import settings
from bot.actions.turn import (
    Button,
    Dispatcher,
    Events,
    Tracker,
    button,
    now,
    number,
    services,
    speaker,
    today,
)
from delivery.times import day_text
from office import study, study_receipts
from office.bases import SHANGHAI
from office.errors import NotFoundError
from office.models import Member, StudyItem
from texts import say


class ActionStudyItems(Action):
    """The latest items that were sent to the member's organisations."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_study_items"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Each with a button that opens it; a guest learns nothing."""
        with services().database.reading() as session:
            member = speaker(session, tracker)
            if member is None:
                dispatcher.utter_message(text=say("bot.only_members"))
                return []
            items = study.for_member(session, member, now=now())
            lines = [_line(n, item) for n, item in enumerate(items, 1)]
            buttons = [_open(item) for item in items]
        heading = say("study.latest" if lines else "study.latest_none")
        dispatcher.utter_message(text="\n".join([heading, *lines]), buttons=buttons)
        return []


class ActionStudyOpen(Action):
    """One item: what it is and where it is read."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_study_open"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """The address of its page; opening that is what counts."""
        links = services().links
        with services().database.reading() as session:
            try:
                item, member = _asked_for(session, tracker)
            except NotFoundError:
                dispatcher.utter_message(text=say("study.withdrawn"))
                return []
            lines = [say("study.heading", title=item.title)]
            lines += [item.text] if item.text else []
            lines += [say("study.link", link=item.link)] if item.link else []
            if links is not None:
                lines.append(say("study.page", page=links.study_of(item.id, member.id)))
            read = button(say("study.button_study_read"), "study_read", study_id=item.id)
        dispatcher.utter_message(text="\n".join(lines), buttons=[read])
        return []


class ActionStudyRead(Action):
    """The member has read an item."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_study_read"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Counted once, under his branch."""
        with services().database.writing() as session:
            try:
                item, member = _asked_for(session, tracker)
            except NotFoundError:
                dispatcher.utter_message(text=say("study.withdrawn"))
                return []
            study_receipts.note_read(session, item, member, secret=_secret(), now=now())
        dispatcher.utter_message(text=say("study.chat_read"))
        return []


def _asked_for(session: Session, tracker: Tracker) -> tuple[StudyItem, Member]:
    """The item that a button names, if it was sent to who speaks."""
    member = speaker(session, tracker)
    item = study.readable(session, member, number(tracker, "study_id"), now=now())
    if member is None:
        raise NotFoundError("no_such_study")
    return item, member


def _secret() -> str:
    """What keeps readers unknown: the same secret as that of the pages."""
    links = services().links
    return links.secret if links else settings.load().secret


def _line(n: int, item: StudyItem) -> str:
    sent = item.send_at.astimezone(SHANGHAI).date()
    return say("study.line", n=n, title=item.title, day=day_text(sent, today()))


def _open(item: StudyItem) -> Button:
    title = item.title if len(item.title) <= 14 else f"{item.title[:13]}…"
    return button(say("study.button_open_title", title=title), "study_open", study_id=item.id)
