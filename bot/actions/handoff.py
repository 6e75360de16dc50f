"""Handing over to a person: the secretary of the member's branch."""

from __future__ import annotations

from rasa_sdk import Action

from bot.actions.letter import Way, write
from bot.actions.turn import Dispatcher, Events, Tracker, inbox_id, services, speaker
from office.models import RoleKind
from office.organisations import branch_of, holders
from texts import say


class ActionHandoff(Action):
    """Tell the secretary that a member asks for him, with the last question."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_handoff"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Somebody unknown is told whom to ask and learns nothing about anybody."""
        reached: list[Way] = []
        with services().database.writing() as session:
            member = speaker(session, tracker)
            if member is None:
                dispatcher.utter_message(text=say("bot.handoff_guest"))
                return []
            branch = branch_of(session, member.organisation_id)
            question = last_question(tracker)
            told = (
                say("bot.handoff_question", text=question)
                if question
                else say("bot.handoff_no_question")
            )
            for secretary in holders(session, branch.id, RoleKind.SECRETARY):
                text = say("bot.handoff_to_secretary", name=member.name, question=told)
                reached.append(
                    write(session, secretary, rule="handoff", cause=inbox_id(tracker), text=text)
                )
        for channel, address in reached:
            services().queue.put(channel, address)
        dispatcher.utter_message(text=reply(bool(reached), question))
        return []


def reply(reached: bool, question: str | None) -> str:
    """What the member is told: whether somebody knows, and in which words."""
    if not reached:
        return say("bot.handed_over_nobody")
    words = [say("bot.handed_over_words", text=question)] if question else []
    return "\n".join([say("bot.handed_over"), *words])


def last_question(tracker: Tracker) -> str | None:
    """What the member asked before he asked for a person; never a button's code."""
    turns = 0
    for event in reversed(tracker.events):
        if event.get("event") != "user":
            continue
        turns += 1
        asked = (event.get("parse_data") or {}).get("intent", {}).get("name")
        if turns > 1 and asked in {"ask_policy", "nlu_fallback", "out_of_scope"}:
            text = str(event.get("text") or "")
            entities = (event.get("parse_data") or {}).get("entities") or []
            spoken = next((e["value"] for e in entities if e.get("entity") == "say"), None)
            return str(spoken or text)[:200] if spoken or not text.startswith("/") else None
        if turns > 4:
            return None
    return None
