"""👍 and 👎 under an answer: counted by card; a 👎 takes the question to the secretary."""

from __future__ import annotations

from rasa_sdk import Action

from bot.actions.pass_on import DELICATE, pass_on, to_secretary
from bot.actions.turn import (
    Button,
    Dispatcher,
    Events,
    Tracker,
    button,
    entity,
    inbox_id,
    is_member,
    said,
    services,
    today,
)
from office import inbox, votes
from office.errors import NotPassedOnError
from office.models import Cause
from texts import say


class ActionThumbUp(Action):
    """The answer helped."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_thumb_up"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Count it and say thanks."""
        first = first_press(tracker, up=True)
        dispatcher.utter_message(text=say("bot.thumb_up" if first else "bot.thumb_again"))
        return []


class ActionThumbDown(Action):
    """The answer did not help."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_thumb_down"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Count it and pass the question on; pressed again, it does nothing."""
        buttons: list[Button] = []
        if not first_press(tracker, up=False):
            text = "bot.thumb_again"
        elif DELICATE.search(said(tracker)):
            text = "bot.thumb_down_guest"
            buttons = [to_secretary(said(tracker))] if is_member(tracker) else []
        else:
            try:
                passed = pass_on(tracker, Cause.THUMBS_DOWN)
                text = "bot.thumb_down" if passed else "bot.thumb_down_guest"
            except NotPassedOnError as error:
                nobody = error.code == "no_secretary"
                text = "bot.thumb_down_guest" if nobody else f"bot.{error.code}"
        dispatcher.utter_message(text=say(text), buttons=buttons)
        return []


def thumbs(card: str | None, question: str) -> list[Button]:
    """The two buttons under an answer; they name the card and the question, and nobody."""
    about = {"card": card or "", "say": question}
    return [
        button(say("bot.button_thumb_up"), "thumb_up", **about),
        button(say("bot.button_thumb_down"), "thumb_down", **about),
    ]


def first_press(tracker: Tracker, *, up: bool) -> bool:
    """Count the press under its card, unless the same button was pressed before."""
    card, key = entity(tracker, "card"), inbox_id(tracker)
    with services().database.writing() as session:
        if key.isdigit() and inbox.pressed_before(session, int(key)):
            return False
        if card:
            votes.count(session, card, up=up, day=today())
    return True
