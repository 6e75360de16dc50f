"""The demonstration district: invented organisations, people and bases, always the same.

Names are a surname and a solar term, phone numbers begin with 100 and cannot be called.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from itertools import product

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cli import demo_bases
from office.bases import SHANGHAI
from office.models import (
    Meeting,
    MeetingKind,
    MeetingState,
    Member,
    Organisation,
    OrganisationKind,
    Role,
    RoleKind,
)
from office.working_days import first_working_days, months_between

SURNAMES = "赵钱孙李周吴郑王冯陈卫蒋沈韩杨朱秦许何吕"
SOLAR_TERMS = [
    "立春",
    "雨水",
    "惊蛰",
    "春分",
    "清明",
    "谷雨",
    "立夏",
    "小满",
    "芒种",
    "夏至",
    "小暑",
    "大暑",
    "立秋",
    "处暑",
    "白露",
    "秋分",
    "寒露",
    "霜降",
    "立冬",
    "小雪",
    "大雪",
    "冬至",
    "小寒",
    "大寒",
]

COMMITTEES = ("晨光街道党工委", "清溪镇党委", "望江街道党工委")
BRANCHES = (
    ("晨光社区第一网格党支部", 24, 3, 5),
    ("晨光社区第二网格党支部", 18, 0, 5),
    ("长桥社区党支部", 26, 3, 5),
    ("晨光科技园联合党支部", 9, 0, 3),
    ("清溪村党支部", 21, 2, 5),
    ("石榴村党支部", 16, 0, 5),
    ("清溪小学党支部", 12, 0, 3),
    ("清溪供销社党支部", 5, 0, 3),
    ("望江社区第一网格党支部", 25, 3, 5),
    ("望江社区第二网格党支部", 17, 0, 5),
    ("望江医院党支部", 20, 0, 3),
    ("望江码头退役军人党支部", 6, 0, 3),
)
"""Name, members, groups, years of a term."""


THEMES = {
    MeetingKind.GENERAL: ("讨论季度工作", "表决接收预备党员", "通报党费收缴情况"),
    MeetingKind.COMMITTEE: ("研究本月工作", "研究积极分子培养", "研究主题党日安排"),
    MeetingKind.GROUP: ("集中学习", "走访独居老人分工"),
    MeetingKind.THEME_DAY: ("清洁家园志愿服务", "参观学习", "重温入党誓词"),
    MeetingKind.WORK: ("民生实事进度", "环境整治", "消防安全排查"),
}


def is_empty(session: Session) -> bool:
    """Whether there is no organisation yet."""
    return not session.scalar(select(func.count()).select_from(Organisation))


def load(session: Session, *, today: date) -> None:
    """Fill an empty database: one district, 3 committees, 12 branches, 199 members, 8 bases.

    Meetings reach from six months back to one month ahead of ``today``. The same day gives the same
    rows.
    """
    chance = random.Random(2026)  # noqa: S311 - invented data
    district = _organisation(session, "D", "云溪区委（演示）", OrganisationKind.COMMITTEE, None)
    committees = [
        _organisation(session, f"D{n}", name, OrganisationKind.COMMITTEE, district)
        for n, name in enumerate(COMMITTEES, 1)
    ]
    names = [surname + term for term, surname in product(SOLAR_TERMS, SURNAMES)]
    chance.shuffle(names)
    number = 0
    for n, (name, size, groups, term) in enumerate(BRANCHES):
        parent = committees[n // 4]
        branch = _organisation(
            session, f"{parent.code}B{n % 4 + 1}", name, OrganisationKind.BRANCH, parent
        )
        branch.term_years = term
        branch.term_began_on = date(today.year - 1 - n % term, 3 + n % 6, 15)
        seats = [branch] + [
            _organisation(
                session, f"{branch.code}G{g}", f"{g}号楼党小组", OrganisationKind.GROUP, branch
            )
            for g in range(1, groups + 1)
        ]
        people = []
        for seat in range(size):
            number += 1
            home = seats[1 + seat % groups] if groups else branch
            people.append(_member(session, number, names[number], home, seat, today, chance))
        session.flush()
        _roles(session, branch, parent, people, first=n % 4 == 0)
        _meetings(session, branch, seats[1:], size, today, chance)
    demo_bases.load(session, committees, today=today)


def _organisation(
    session: Session, code: str, name: str, kind: OrganisationKind, parent: Organisation | None
) -> Organisation:
    made = Organisation(
        code=code, name=name, kind=kind, parent_id=parent.id if parent else None, rules={}
    )
    session.add(made)
    session.flush()
    return made


def _member(
    session: Session,
    number: int,
    name: str,
    home: Organisation,
    seat: int,
    today: date,
    chance: random.Random,
) -> Member:
    """Every 13th is on probation, every 40th has no admission date; the first has his day today."""
    admitted = date(
        chance.randint(1972, today.year - 3), chance.randint(1, 12), chance.randint(1, 28)
    )
    if number == 2:
        admitted = date(today.year - 10, today.month, min(today.day, 28))
    if number == 3:
        admitted = date(2016, 2, 29)
    probation = seat % 13 == 12
    if probation:
        admitted = today - timedelta(days=chance.randint(30, 300))
    full = None if probation else date(admitted.year + 1, admitted.month, min(admitted.day, 28))
    member = Member(
        number=f"M{number:04}",
        name=name,
        phone=f"100{number:08}",
        organisation_id=home.id,
        admitted_on=None if number % 40 == 0 else admitted,
        full_since=full,
    )
    session.add(member)
    return member


def _roles(
    session: Session,
    branch: Organisation,
    committee: Organisation,
    people: list[Member],
    *,
    first: bool,
) -> None:
    """The first member is secretary; in a committee's first branch two serve the committee too."""
    held = [(people[0], branch, RoleKind.SECRETARY)]
    if first:
        held.append((people[3], committee, RoleKind.KEEPER))
        held.append((people[4], committee, RoleKind.ADMINISTRATOR))
    session.add_all(
        Role(member_id=member.id, organisation_id=place.id, kind=kind)
        for member, place, kind in held
    )


def _meetings(
    session: Session,
    branch: Organisation,
    groups: list[Organisation],
    size: int,
    today: date,
    chance: random.Random,
) -> None:
    """What a branch of this shape holds in a month (支部工作条例, 11 to 16)."""
    for year, month in months_between(today - timedelta(days=183), today + timedelta(days=31)):
        days = [worked.day for worked in first_working_days(year, month, 23)]
        planned = [
            (branch, MeetingKind.WORK, days[2], 9),
            (branch, MeetingKind.THEME_DAY, days[10], 14),
        ]
        if size >= 9:
            planned.append((branch, MeetingKind.COMMITTEE, days[5], 15))
        if month % 3 == 0:
            planned.append((branch, MeetingKind.GENERAL, days[12], 14))
        planned += [(group, MeetingKind.GROUP, days[7], 19) for group in groups]
        for place, kind, day, hour in planned:
            held = day < today
            session.add(
                Meeting(
                    organisation_id=place.id,
                    kind=kind,
                    starts_at=datetime.combine(day, time(hour), SHANGHAI).astimezone(UTC),
                    place="支部活动室",
                    theme=chance.choice(THEMES[kind]),
                    state=MeetingState.HELD if held else MeetingState.PLANNED,
                    present=max(2, size - chance.randint(0, size // 4 + 1)) if held else None,
                )
            )
