"""What of organisation life is done, due and left out in the branch that one keeps records for."""

from __future__ import annotations

from rasa_sdk import Action

from bot.actions.turn import Dispatcher, Events, Tracker, button, services, speaker, today
from delivery.organisation_life_words import done_lines, lines
from office.errors import NotAllowedError
from office.organisation_life import State, branches_at, due_on, year_of
from office.organisation_life.recording import recorded_by
from texts import say


class ActionOrganisationLifeDue(Action):
    """How it stands this month, this quarter and this year."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_organisation_life_due"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Only for who keeps the records; others are shown the way to the next meeting."""
        day = today()
        try:
            with services().database.reading() as session:
                place = recorded_by(session, speaker(session, tracker))
                (branch,) = branches_at(session, day, ids=[place.id])
        except NotAllowedError:
            dispatcher.utter_message(
                text=say("organisation_life.not_shown"),
                buttons=[button(say("organisation_life.button_next_meeting"), "next_meeting")],
            )
            return []
        dues = due_on(branch, day)
        done = [
            due
            for due in year_of(branch, day.year, day)
            if due.state == State.HELD and due.since <= day <= due.until
        ]
        text = [say("organisation_life.stands", branch=branch.name, month=day.month)]
        for key, some in (
            ("stands_done", done_lines(done, day)),
            ("stands_due", lines([due for due in dues if not due.overdue], day)),
            ("stands_overdue", lines([due for due in dues if due.overdue], day)),
        ):
            if some:
                text += [say(f"organisation_life.{key}"), *some]
        if not dues:
            text.append(say("organisation_life.stands_nothing"))
        else:
            text.append(say("organisation_life.stands_how"))
        dispatcher.utter_message(text="\n".join(text))
        return []
