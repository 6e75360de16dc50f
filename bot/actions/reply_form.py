"""The secretary's reply to a question: written, shown to him once more, then sent."""

from __future__ import annotations

from rasa_sdk import Action
from rasa_sdk.events import EventType, SlotSet
from sqlalchemy.orm import Session

from bot.actions.letter import Way, write
from bot.actions.open_questions import drop, known, more, no_reply, way_back
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
)
from office import questions
from office.errors import ZhibuError
from office.models import Member, OpenQuestion, RoleKind
from office.organisations import holders
from texts import say

SLOTS = ("reply_question", "reply_text", "reply_confirmed")
SEND = {"发出去", "发", "发吧", "好", "好的", "可以", "行", "是", "是的", "对", "确认"}
CHANGE = {"改一改", "改", "改一下", "修改"}
LEAVE = {"取消", "算了", "先不回复", "先不回", "不回了", "不发了"}
"""What is typed instead of a press; any other words are the reply itself."""


class ValidateReplyForm(Action):
    """Reads every message while a reply is being written."""

    def name(self) -> str:
        """The name by which Rasa finds the form's validation."""
        return "validate_reply_form"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> list[EventType]:
        """What is typed is the reply; buttons begin, change, confirm or leave it."""
        wish = wish_of(tracker)
        if wish == "answer_question":
            return begin(dispatcher, tracker)
        if wish == "cancel_reply":
            dispatcher.utter_message(text=say("bot.reply_left"))
            return leave()
        if wish == "drop_question":
            drop(dispatcher, tracker)
            this_one = number(tracker, "question_id") == tracker.get_slot("reply_question")
            return leave() if this_one else [SlotSet("reply_confirmed", None)]
        if wish == "send_reply" and tracker.get_slot("reply_text"):
            return [SlotSet("reply_confirmed", "yes")]
        if wish == "change_reply":
            dispatcher.utter_message(text=say("bot.change_reply"))
            return [SlotSet("reply_text", None), SlotSet("reply_confirmed", None)]
        if wish == "write":
            return [SlotSet("reply_text", said(tracker)), SlotSet("reply_confirmed", None)]
        return finish_first(dispatcher, tracker)


class AskReplyText(Action):
    """What shall be replied?"""

    def name(self) -> str:
        """The name by which Rasa finds the question for a slot."""
        return "action_ask_reply_text"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Show the question and wait for words."""
        with services().database.reading() as session:
            question = session.get_one(OpenQuestion, tracker.get_slot("reply_question"))
            text = say("bot.ask_reply", name=question.member.name, text=question.asked)
        dispatcher.utter_message(
            text=text,
            buttons=[
                no_reply(question.id),
                button(say("bot.button_not_now"), "cancel_reply"),
            ],
        )
        return []


class AskReplyConfirmed(Action):
    """Shall it be sent so?"""

    def name(self) -> str:
        """The name by which Rasa finds the question for a slot."""
        return "action_ask_reply_confirmed"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Show the reply once more: what was sent cannot be taken back."""
        with services().database.reading() as session:
            question = session.get_one(OpenQuestion, tracker.get_slot("reply_question"))
            text = say(
                "bot.confirm_reply",
                name=question.member.name,
                question=question.asked,
                text=tracker.get_slot("reply_text"),
            )
        dispatcher.utter_message(
            text=text,
            buttons=[
                button(say("bot.button_send_reply"), "send_reply"),
                button(say("bot.button_change_reply"), "change_reply"),
                button(say("bot.button_cancel_reply"), "cancel_reply"),
            ],
        )
        return []


class ActionSendReply(Action):
    """Send the reply that was confirmed."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_send_reply"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> list[EventType]:
        """A form that was left has nothing confirmed and only clears the slots."""
        if tracker.get_slot("reply_confirmed") != "yes":
            return cleared()
        question_id, buttons = tracker.get_slot("reply_question"), []
        try:
            with services().database.writing() as session:
                by = known(session, tracker)
                question, way = send(session, by, question_id, tracker.get_slot("reply_text"))
                text = say("bot.reply_sent", name=question.member.name)
                buttons = [
                    button(say("bot.button_save_draft"), "save_draft", question_id=question_id)
                ]
                buttons += more(session, by)
            services().queue.put(*way)
        except ZhibuError as error:
            text = say(f"bot.{error.code}", **error.detail)
            if error.code == "asker_left":
                buttons = [no_reply(question_id)]
        dispatcher.utter_message(text=text, buttons=buttons)
        return cleared()


def wish_of(tracker: Tracker) -> str:
    """What the message is to the form: a button's intent, or words to "write"."""
    text = said(tracker)
    if text.startswith("/") or entity(tracker, "say") is not None:
        return intent(tracker)
    words = text.strip(" ，。！？,.!?")
    if words in LEAVE:
        return "cancel_reply"
    if tracker.get_slot("reply_text"):
        return "send_reply" if words in SEND else "change_reply" if words in CHANGE else "write"
    return "write"


def begin(dispatcher: Dispatcher, tracker: Tracker) -> list[EventType]:
    """Begin with the question that the button names, if it is still open."""
    question_id = number(tracker, "question_id")
    try:
        with services().database.reading() as session:
            questions.find(session, speaker(session, tracker), question_id)
    except ZhibuError as error:
        dispatcher.utter_message(text=say(f"bot.{error.code}", **error.detail))
        return leave()
    empty = [SlotSet("reply_text", None), SlotSet("reply_confirmed", None)]
    return [SlotSet("reply_question", question_id), *empty]


def finish_first(dispatcher: Dispatcher, tracker: Tracker) -> list[EventType]:
    """A button of something else was pressed: one thing after the other."""
    with services().database.reading() as session:
        question = session.get_one(OpenQuestion, tracker.get_slot("reply_question"))
        name = question.member.name
    dispatcher.utter_message(text=say("bot.finish_reply", name=name))
    return [SlotSet("reply_confirmed", None)]


def send(session: Session, by: Member, question_id: int, reply: str) -> tuple[OpenQuestion, Way]:
    """Close the question and queue the reply, marked as the secretary's.

    It goes where the question was asked, if that is still the member's. Raises ZhibuError.
    """
    question = questions.answer(session, by, question_id, reply, now=now())
    secretary = by in holders(session, question.organisation_id, RoleKind.SECRETARY)
    role = "secretary" if secretary else "administrator"
    text = say(
        "bot.reply_to_member",
        question=question.asked,
        who=say(f"bot.who_{role}", name=by.name),
        text=reply,
        role=say(f"bot.role_{role}"),
    )
    way = way_back(session, question)
    write(session, question.member, rule="answer", cause=str(question.id), text=text, way=way)
    return question, way


def cleared() -> list[EventType]:
    """Forget the reply."""
    return [SlotSet(slot, None) for slot in SLOTS]


def leave() -> list[EventType]:
    """Forget the reply and end the form."""
    return [*cleared(), SlotSet("requested_slot", None)]
