"""How organisation life is spoken of: kinds, periods, and the messages of what is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from delivery.times import day_text, full_day_text, short_day_text
from office.models import MeetingKind
from office.organisation_life import END_OF_TERM, Branch, Due
from office.organisation_life.duties import REMEMBERED
from office.organisation_life.reminding import Stage, kinds_of
from texts import say

MOST_LISTED = 20
"""Branches in one message to the superior."""
LONGEST_REASON = 200


def kind_text(kind: str) -> str:
    """支部党员大会."""
    return say(f"organisation_life.kind_{kind}")


def period_text(due: Due, today: date) -> str:
    """11月, 第四季度, 下半年 or 2026年度, with the year where the period is long over."""
    months = (due.until.year - due.since.year) * 12 + due.until.month - due.since.month + 1
    year, number = due.since.year, (due.since.month - 1) // months
    if months == 12:
        return say("organisation_life.period_year", year=year)
    if months == 1:
        text = say("organisation_life.period_month", month=due.since.month)
    elif months == 3:
        numbers = say("organisation_life.numbers")
        text = say("organisation_life.period_quarter", number=numbers[number])
    else:
        text = say(f"organisation_life.period_{('first', 'second')[number]}_half")
    if year != today.year and today - due.until > REMEMBERED:
        text = say("organisation_life.period_of_year", year=year, period=text)
    return text


def lines(dues: Sequence[Due], today: date) -> list[str]:
    """A line for each kind and period, with the groups where it is theirs."""
    found = []
    for due, groups in kinds_of(dues):
        if due.kind == END_OF_TERM:
            found.append(say("organisation_life.line_term", day=full_day_text(due.until)))
            continue
        named = say("organisation_life.groups", names="、".join(groups)) if groups else ""
        found.append(
            say(
                "organisation_life.line",
                kind=kind_text(due.kind),
                period=period_text(due, today),
                groups=named,
            )
        )
    return found


def done_lines(dues: Sequence[Due], today: date) -> list[str]:
    """A line for each kind and period that was held, with its days."""
    days: dict[tuple[str, str], list[date]] = {}
    for due in dues:
        days.setdefault((str(due.kind), due.period), []).extend(due.held)
    return [
        say(
            "organisation_life.line_done",
            kind=kind_text(due.kind),
            period=period_text(due, today),
            days="、".join(
                short_day_text(day) for day in sorted(set(days[str(due.kind), due.period]))
            ),
            groups=say("organisation_life.groups", names="、".join(groups)) if groups else "",
        )
        for due, groups in kinds_of(dues)
    ]


def kinds_text(dues: Sequence[Due]) -> str:
    """支部党员大会、主题党日."""
    return "、".join(kind_text(due.kind) for due, _ in kinds_of(dues))


def to_secretary(branch: Branch, stage: Stage, dues: Sequence[Due], today: date) -> str:
    """What is still to be held, or what was left out, in one message."""
    late = [due for due in dues if due.overdue]
    still = [due for due in dues if not due.overdue]
    text = []
    if stage == Stage.END:
        last = max(due.until for due in still)
        text += [say("organisation_life.remind_end", branch=branch.name, day=day_text(last))]
        text += lines(still, today)
    else:
        if late:
            text += [say("organisation_life.remind_begin", branch=branch.name), *lines(late, today)]
            text.append(say("organisation_life.how_to_catch_up"))
        if still:
            key = "and_yearly" if late else "remind_yearly"
            text += [say(f"organisation_life.{key}", branch=branch.name), *lines(still, today)]
    if dues[0].kind != END_OF_TERM:
        day = min(dues[0].until, today)
        text.append(
            say(
                "organisation_life.how_to_record",
                day=short_day_text(day),
                kind=kind_text(dues[0].kind),
            )
        )
    return "\n".join(text)


def to_superior(organisation: str, month: int, found: Mapping[str, Sequence[Due]]) -> str:
    """Branches, by name, and what they left out by the end of a month; no person is named."""
    text = [
        say("organisation_life.above", organisation=organisation, count=len(found), month=month)
    ]
    for branch, dues in list(found.items())[:MOST_LISTED]:
        kinds = kinds_text(dues)
        text.append(say("organisation_life.above_line", branch=branch, kinds=kinds))
    if len(found) > MOST_LISTED:
        text.append(say("organisation_life.above_more", count=len(found) - MOST_LISTED))
    text.append(say("organisation_life.above_note"))
    return "\n".join(text)


def term_to_secretary(branch: Branch, until: date) -> str:
    """That the term ends, and what may be moved."""
    return say("organisation_life.end_of_term", branch=branch.name, day=full_day_text(until))


def term_to_superior(organisation: str, ends: Mapping[str, date]) -> str:
    """The branches, by name, whose term ends."""
    rows = [
        say("organisation_life.end_of_term_line", branch=branch, day=full_day_text(until))
        for branch, until in ends.items()
    ]
    return say(
        "organisation_life.end_of_term_above", organisation=organisation, lines="\n".join(rows)
    )


def reason(branch: Branch, dues: Sequence[Due], today: date) -> str:
    """Why, with the article of each."""
    parts = []
    for due, _ in kinds_of(dues):
        local = due.kind == MeetingKind.LESSON
        key = "reason_kind_local" if local else "reason_kind"
        period = "" if due.kind == END_OF_TERM else period_text(due, today)
        parts.append(
            say(
                f"organisation_life.{key}",
                period=period,
                kind=kind_text(due.kind),
                article=due.article,
            )
        )
    what = "、".join(parts)
    return say("organisation_life.remind_reason", branch=branch.name, what=what)[:LONGEST_REASON]
