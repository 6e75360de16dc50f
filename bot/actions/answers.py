"""Answering questions, and asking back when we did not understand."""

from __future__ import annotations

from rasa_sdk import Action
from rasa_sdk.events import SlotSet

from bot.actions.handoff import last_question
from bot.actions.pass_on import decline, to_secretary
from bot.actions.thumbs import thumbs
from bot.actions.turn import (
    Dispatcher,
    Events,
    Tracker,
    button,
    intent,
    is_member,
    said,
    services,
    today,
)
from bot.answers.answer import Answer, Outcome
from texts import has, say


class ActionAnswer(Action):
    """Answer a question of policy with its source, or say that we cannot."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_answer"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Remember the question, so that the next one may lean on it."""
        question = said(tracker)
        answer = services().answers.ask(question, as_of=today(), about=tracker.get_slot("topic"))
        speak(dispatcher, tracker, answer)
        return [SlotSet("topic", question)] if answer.outcome == Outcome.ANSWER else []


class ActionClarify(Action):
    """Not understood: try to answer; ask back with buttons; the second time offer a person."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_clarify"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """What was taken for small talk may still be a question that we know."""
        question = said(tracker)
        answer = services().answers.ask(question, as_of=today(), about=tracker.get_slot("topic"))
        if answer.outcome == Outcome.ANSWER or answer.refused:
            speak(dispatcher, tracker, answer)
            return [] if answer.refused else [SlotSet("topic", question)]
        if intent(tracker) == "out_of_scope":
            dispatcher.utter_message(response="utter_out_of_scope")
        elif misunderstood_before(tracker):
            dispatcher.utter_message(
                text=say("bot.still_not_understood"), buttons=person_or_help(tracker)
            )
        else:
            dispatcher.utter_message(text=say("bot.which_of_these"), buttons=guesses(tracker))
        return []


class ActionAskOtherWords(Action):
    """None of the questions that we offered was meant: ask for other words, or the secretary."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_ask_other_words"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Nobody is told of it: the member decides whether his secretary shall hear it."""
        question = last_question(tracker) if is_member(tracker) else None
        buttons = [to_secretary(question)] if question else []
        buttons.append(button(say("bot.button_help"), "help"))
        dispatcher.utter_message(text=say("bot.other_words"), buttons=buttons)
        return []


def speak(dispatcher: Dispatcher, tracker: Tracker, answer: Answer) -> None:
    """Say an answer with the buttons that go with it."""
    if answer.refused:
        help_button = button(say("bot.button_help"), "help")
        dispatcher.utter_message(text=answer.text, buttons=[help_button])
        return
    if answer.outcome == Outcome.DECLINE:
        decline(dispatcher, tracker)
        return
    buttons = [button(question, "ask_policy", say=question) for question in answer.related]
    if answer.outcome == Outcome.CLARIFY:
        buttons.append(button(say("bot.button_none_of_these"), "none_of_these"))
    else:
        buttons += thumbs(answer.card, said(tracker))
    dispatcher.utter_message(text=answer.text, buttons=buttons)


def person_or_help(tracker: Tracker) -> list[dict[str, str]]:
    """The ways on when we cannot help; a guest has no secretary that we could tell."""
    person = [button(say("bot.button_handoff"), "human_handoff")] if is_member(tracker) else []
    return [*person, button(say("bot.button_help"), "help")]


def guesses(tracker: Tracker) -> list[dict[str, str]]:
    """The two likeliest things that the member wanted, and a way out."""
    ranking = [row.get("name") for row in tracker.latest_message.get("intent_ranking") or []]
    likely = [name for name in ranking if name and has(f"bot.intent_{name}")][:2]
    buttons = [
        button(
            say(f"bot.intent_{name}"),
            name,
            **({"say": said(tracker)[:100]} if name == "ask_policy" else {}),
        )
        for name in likely
    ]
    return [*buttons, button(say("bot.button_help"), "help")]


def misunderstood_before(tracker: Tracker) -> bool:
    """Whether the turn before this one ended in asking back as well."""
    turns = 0
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            turns += 1
            if turns == 2:
                return False
        elif turns == 1 and event.get("event") == "action" and event["name"] == "action_clarify":
            return True
    return False
