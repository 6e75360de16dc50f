"""What a member may know about himself: his next meeting and his political birthday."""

from __future__ import annotations

from rasa_sdk import Action

from bot.actions.turn import Dispatcher, Events, Tracker, now, services, speaker, today
from delivery.times import clock_text, day_text, full_day_text
from office import meetings, members
from office.bases import SHANGHAI
from office.models import Meeting
from office.rules import Rules, rules_of
from texts import say


class ActionNextMeeting(Action):
    """The next meetings of the member's branch and group."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_next_meeting"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """Somebody unknown learns nothing."""
        with services().database.reading() as session:
            member = speaker(session, tracker)
            if member is None:
                dispatcher.utter_message(text=say("bot.only_members"))
                return []
            coming = meetings.coming_for(session, member, now=now())
            lines = [meeting_line(n, meeting) for n, meeting in enumerate(coming, 1)]
        if lines:
            dispatcher.utter_message(text="\n".join([say("bot.next_meeting"), *lines]))
        else:
            dispatcher.utter_message(text=say("bot.no_meetings"))
        return []


class ActionMyBirthday(Action):
    """The member's own admission date and next political birthday."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_my_birthday"

    def run(self, dispatcher: Dispatcher, tracker: Tracker, domain: object) -> Events:
        """A missing date is not guessed."""
        with services().database.reading() as session:
            member = speaker(session, tracker)
            rules = rules_of(session, member.organisation_id) if member else Rules()
        if member is None:
            dispatcher.utter_message(text=say("bot.only_members"))
        elif member.admitted_on is None:
            dispatcher.utter_message(text=say("bot.no_admission_date"))
        else:
            next_one = members.next_birthday(member.admitted_on, today(), rules.leap_birthday)
            days = (next_one - today()).days
            away = say("bot.birthday_away", days=days) if days else say("bot.birthday_today")
            years = members.full_years(member.admitted_on, today(), rules.leap_birthday)
            dispatcher.utter_message(
                text=say(
                    "bot.my_birthday" if years else "bot.my_birthday_first_year",
                    admitted=full_day_text(member.admitted_on),
                    years=years,
                    next=full_day_text(next_one),
                    away=away,
                )
            )
        return []


def meeting_line(number: int, meeting: Meeting) -> str:
    """One meeting in a numbered list."""
    start = meeting.starts_at.astimezone(SHANGHAI)
    return say(
        "bot.meeting_line",
        n=number,
        day=day_text(start.date(), today()),
        start=clock_text(start),
        kind=say(f"bot.meeting_{meeting.kind}"),
        theme=say("bot.meeting_theme", theme=meeting.theme) if meeting.theme else "",
        place=say("bot.meeting_place", place=meeting.place) if meeting.place else "",
    )
