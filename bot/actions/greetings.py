"""Whether a member wants to be greeted on his political birthday: left off, and taken up again."""

from __future__ import annotations

from rasa_sdk import Action

from bot.actions.turn import Dispatcher, Events, Tracker, button, now, services, speaker
from office import birthdays
from texts import say


class ActionStopGreetings(Action):
    """No greetings any more, with a button that takes it back."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_stop_greetings"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """The register of the branch stays as it is."""
        _choose(dispatcher, tracker, wanted=False, undo="resume_greetings")
        return []


class ActionResumeGreetings(Action):
    """Greetings again, with a button that takes it back."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_resume_greetings"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """From the next political birthday on."""
        _choose(dispatcher, tracker, wanted=True, undo="stop_greetings")
        return []


def _choose(dispatcher: Dispatcher, tracker: Tracker, *, wanted: bool, undo: str) -> None:
    """Keep the wish and say it, the same if it was so already. A guest has none to keep."""
    with services().database.writing() as session:
        member = speaker(session, tracker)
        if member is not None:
            birthdays.choose_greeting(session, member, wanted=wanted, now=now())
    if member is None:
        dispatcher.utter_message(text=say("bot.only_members"))
        return
    said = say("greetings.resumed" if wanted else "greetings.stopped")
    dispatcher.utter_message(text=said, buttons=[button(say(f"greetings.button_{undo}"), undo)])
