"""The card of a meeting that was told: what it says, and the buttons that carry it on."""

from __future__ import annotations

from bot.actions.turn import Button, button, today
from bot.meeting_report import Said
from delivery.organisation_life_words import kind_text
from delivery.times import clock_text, day_text
from office.bases import SHANGHAI
from office.models import Meeting, MeetingKind
from office.organisation_life.duties import Branch, Kind
from texts import say

ALL = "all"


def choices(branch: Branch, known: Said) -> list[Button]:
    """Buttons that say what is missing; one may type it too."""
    if known.asked == "kind":
        titles = [kind_text(kind) for kind in _kinds(branch)]
    elif known.asked == "day":
        titles = [say("organisation_life.today"), say("organisation_life.yesterday")]
    else:
        titles = [group.name for group in branch.groups]
        titles.append(say("organisation_life.all_groups"))
    draft = known.as_draft()
    return [button(title, "record_meeting", draft=draft, note=title) for title in titles]


def _kinds(branch: Branch) -> list[Kind]:
    """The kinds that this branch holds."""
    found: list[Kind] = [MeetingKind.GENERAL]
    found += [MeetingKind.COMMITTEE] if branch.has_committee else []
    found += [MeetingKind.GROUP] if branch.groups else []
    found += [MeetingKind.THEME_DAY, MeetingKind.LESSON, MeetingKind.ORGANISATION_LIFE]
    return [*found, MeetingKind.APPRAISAL, MeetingKind.TALKS]


def card(branch: Branch, known: Said) -> str:
    """What would be written down."""
    kinds = "、".join(map(kind_text, known.kinds))
    if MeetingKind.GROUP in known.kinds and known.group and known.group != ALL:
        kinds += say("organisation_life.of_group", group=known.group)
    lines = [
        say("organisation_life.card", branch=branch.name),
        say("organisation_life.card_kind", kinds=kinds),
        say("organisation_life.card_day", day=day_of(known)),
    ]
    numbers = [
        say(f"organisation_life.card_{name}", n=value)
        for name, value in (("expected", known.expected), ("present", known.present))
        if value
    ]
    if numbers:
        lines.append(say("organisation_life.card_people", numbers="，".join(numbers)))
    for name, text in (("theme", known.theme), ("place", known.place)):
        if text:
            lines.append(say(f"organisation_life.card_{name}", text=text))
    lines.append(say("organisation_life.card_how"))
    return "\n".join(lines)


def day_of(known: Said) -> str:
    """12月5日（周六）, with the hour where it was said."""
    day = day_text(known.day or today(), today())
    return say("times.moment", day=day, clock=clock_text(known.at)) if known.at else day


def buttons(known: Said) -> list[Button]:
    """Save, change, leave."""
    return [
        button(say("organisation_life.button_save"), "save_meeting", draft=known.as_draft()),
        listening(known),
        button(say("organisation_life.button_leave"), "leave_meeting"),
    ]


def listening(known: Said) -> Button:
    """The button that asks for a correction; what is typed next is it."""
    title = say("organisation_life.button_change")
    return button(title, "record_meeting", draft=known.as_draft(), note="")


def what(meeting: Meeting) -> str:
    """12月5日（周六）的支部党员大会."""
    day = meeting.starts_at.astimezone(SHANGHAI).date()
    return say("organisation_life.what", day=day_text(day, today()), kind=kind_text(meeting.kind))
