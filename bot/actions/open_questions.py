"""Questions that wait for a secretary's reply: the list, and what is done besides replying."""

from __future__ import annotations

from rasa_sdk import Action
from sqlalchemy.orm import Session

from bot.actions.letter import Way, write
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
from office import draft_cards, members, questions
from office.bases import SHANGHAI
from office.errors import NotFoundError, ZhibuError
from office.models import Member, OpenQuestion
from texts import say

SHOWN = 3
"""Questions in one message: a button each, and no more than an old eye takes in."""


class ActionOpenQuestions(Action):
    """What waits for the secretary's reply; to anybody else, his own questions that do."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_open_questions"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """The oldest first, each with a button to reply."""
        with services().database.reading() as session:
            member = speaker(session, tracker)
            if member is None:
                dispatcher.utter_message(text=say("bot.only_members"))
                return []
            waiting, own = questions.open_for(session, member), questions.own(session, member)
            first = waiting[:SHOWN]
            lines = [line("open_question_line", n, one) for n, one in enumerate(first, 1)]
            own_lines = [line("own_question_line", n, one) for n, one in enumerate(own, 1)]
            answers = questions.may_answer(session, member)
        if lines:
            lines.insert(0, say("bot.open_questions", count=len(waiting)))
            if len(waiting) > SHOWN:
                lines.append(say("bot.more_questions", shown=SHOWN))
        elif own_lines:
            lines = [say("bot.own_questions"), *own_lines]
        else:
            lines = [say("bot.no_open_questions" if answers else "bot.no_own_questions")]
        dispatcher.utter_message(
            text="\n".join(lines),
            buttons=[
                reply(one.id, n if len(first) > 1 else None) for n, one in enumerate(first, 1)
            ],
        )
        return []


class ActionDropQuestion(Action):
    """Close the question that the button names without a reply."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_drop_question"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """The member learns of it: he was told that he would hear."""
        drop(dispatcher, tracker)
        return []


class ActionSaveDraft(Action):
    """Make a draft of an answer card of the question that the button names, and of its reply."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_save_draft"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Show it as it is stored, without names and numbers."""
        try:
            with services().database.writing() as session:
                draft = draft_cards.make(
                    session, known(session, tracker), number(tracker, "question_id"), now=now()
                )
                text = say("bot.draft_saved", question=draft.question, answer=draft.answer)
        except ZhibuError as error:
            text = say(f"bot.{error.code}", **error.detail)
        dispatcher.utter_message(text=text)
        return []


def drop(dispatcher: Dispatcher, tracker: Tracker) -> None:
    """Close a question without a reply and tell the member."""
    try:
        with services().database.writing() as session:
            by = known(session, tracker)
            question = questions.drop(session, by, number(tracker, "question_id"), now=now())
            way = way_back(session, question)
            write(
                session,
                question.member,
                rule="answer",
                cause=str(question.id),
                text=say("bot.question_dropped_to_member", question=question.asked),
                way=way,
            )
            text = say("bot.question_dropped_done", name=question.member.name)
            buttons = more(session, by)
        services().queue.put(*way)
    except ZhibuError as error:
        text, buttons = say(f"bot.{error.code}", **error.detail), []
    dispatcher.utter_message(text=text, buttons=buttons)


def known(session: Session, tracker: Tracker) -> Member:
    """The member who speaks. Raises NotFoundError for a guest: to him there are no questions."""
    member = speaker(session, tracker)
    if member is None:
        raise NotFoundError("question_not_found")
    return member


def way_back(session: Session, question: OpenQuestion) -> Way:
    """Where the question was asked, if that is still the member's, else where he is reached."""
    holder = members.by_contact(session, question.channel, question.address)
    if holder is not None and holder.id == question.member_id:
        return question.channel, question.address
    return members.reach(session, question.member)


def line(text: str, number_in_list: int, question: OpenQuestion) -> str:
    """A question in a numbered list."""
    return say(
        f"bot.{text}",
        n=number_in_list,
        day=day_text(question.asked_at.astimezone(SHANGHAI).date(), today()),
        name=question.member.name,
        text=question.asked,
    )


def reply(question_id: int, place: int | None = None) -> Button:
    """The button to reply to a question, with its place in a list of several."""
    title = say("bot.button_reply_nth", n=place) if place else say("bot.button_reply")
    return button(title, "answer_question", question_id=question_id)


def no_reply(question_id: int) -> Button:
    """The button that closes a question without a reply."""
    return button(say("bot.button_no_reply"), "drop_question", question_id=question_id)


def more(session: Session, member: Member) -> list[Button]:
    """The way to the questions that still wait, if there are any."""
    waiting = questions.open_for(session, member)
    return [button(say("bot.button_open_questions"), "open_questions")] if waiting else []
