"""Passing a question on to the secretary of the member's branch, who replies here."""

from __future__ import annotations

import re

from rasa_sdk import Action

from bot.actions.letter import Way, write
from bot.actions.open_questions import no_reply, reply
from bot.actions.turn import (
    Button,
    Dispatcher,
    Events,
    Tracker,
    button,
    conversation,
    entity,
    inbox_id,
    now,
    said,
    services,
    speaker,
)
from office import questions
from office.errors import NotPassedOnError
from office.models import Cause
from office.questions import Asked
from texts import say

DELICATE = re.compile(
    "举报|检举|控告|揭发|投诉|申诉|告状|信访|上访|纪委|纪检|监委|巡视|巡察|书记|领导|处分|违纪|违法|违规|犯罪|"
    "贪|贿|腐败|拉票|退党|吸毒|赌|嫖|外遇|离婚|抑郁|得病|残疾"
)
"""Words about which a member may not want his secretary to hear unasked: he is asked first."""


class ActionAskSecretary(Action):
    """Pass on the question that the button 转给书记 names."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_ask_secretary"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """The member has chosen it, so it is passed on whatever it is about."""
        try:
            dispatcher.utter_message(
                text=say("bot.passed_on" if pass_on(tracker, Cause.CHOSEN) else "bot.handoff_guest")
            )
        except NotPassedOnError as error:
            dispatcher.utter_message(text=say(f"bot.{error.code}"))
        return []


def decline(dispatcher: Dispatcher, tracker: Tracker) -> None:
    """Say that we have no answer; a member's question goes to the secretary of his branch."""
    text, buttons = "bot.decline_passed_on", []
    try:
        if DELICATE.search(said(tracker)):
            text, buttons = "bot.decline", [to_secretary(said(tracker))]
        elif not pass_on(tracker, Cause.DECLINED):
            text = "bot.decline_guest"
    except NotPassedOnError as error:
        if error.code == "too_many_questions":
            text, buttons = "bot.decline", [to_secretary(said(tracker))]
        else:
            known = error.code == "already_asked"
            text = "bot.decline_already_asked" if known else "bot.decline_guest"
    dispatcher.utter_message(
        text=say(text), buttons=[*buttons, button(say("bot.button_help"), "help")]
    )


def to_secretary(question: str) -> Button:
    """The button that passes a question on."""
    return button(say("bot.button_ask_secretary"), "ask_secretary", say=question)


def pass_on(tracker: Tracker, cause: Cause) -> bool:
    """Open the question and tell the secretaries; False for a guest, who has none.

    Raises NotPassedOnError. What is said to the member is for the caller.
    """
    reached: list[Way] = []
    channel, address = conversation(tracker)
    with services().database.writing() as session:
        member = speaker(session, tracker)
        if member is None:
            return False
        asked = Asked(
            text=said(tracker),
            cause=cause,
            channel=channel,
            address=address,
            request_key=f"question:{inbox_id(tracker)}",
            card=entity(tracker, "card") or None,
        )
        question = questions.ask(session, member, asked, now=now())
        text = say(f"bot.question_{cause}", name=member.name, text=question.asked)
        reached = [
            write(
                session,
                secretary,
                rule="question",
                cause=str(question.id),
                text=text,
                buttons=[reply(question.id), no_reply(question.id)],
            )
            for secretary in questions.hearers(session, member)
        ]
    for way in reached:
        services().queue.put(*way)
    return True
