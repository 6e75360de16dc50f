"""The activity bases of the demonstration district: invented, and between them every feature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from office.bases import SHANGHAI
from office.bookings.checkin import hash_of
from office.models import (
    ActivityBase,
    Approval,
    BaseKeeper,
    Closure,
    Escalation,
    Member,
    OnSilence,
    OpeningHours,
    Organisation,
    Room,
    SpecialDay,
    TeachingItem,
)

POSTER = "demo-poster-J5"
"""The code on the poster of 晨光科技展厅."""
OWN_KEEPER_FROM = "D3B4"
"""青松老兵之家 has a keeper of its own, out of this branch."""


@dataclass(frozen=True)
class DemoBase:
    """An invented activity base; rooms are (name, capacity, name of the hall it is part of)."""

    name: str
    aliases: str
    committee: int
    address: str
    introduction: str
    days: tuple[int, ...]
    hours: tuple[tuple[int, int], ...]
    rooms: tuple[tuple[str, int, str | None], ...]
    rules: Mapping[str, object] = field(default_factory=dict)
    menu: tuple[tuple[str, int, str], ...] = ()


EVERY_DAY, NO_MONDAY, WEEKDAYS = tuple(range(7)), tuple(range(1, 7)), tuple(range(5))
BASES = (
    DemoBase(
        "红星纪念馆",
        "红星馆",
        0,
        "晨光街道红星路1号",
        "展出本地革命历史，可重温入党誓词。",
        NO_MONDAY,
        ((9, 17),),
        (("宣誓大厅", 60, None), ("宣誓厅东区", 30, "宣誓大厅"), ("宣誓厅西区", 30, "宣誓大厅")),
        {
            "has_guide": True,
            "equipment": ["扩音器"],
            "contact_name": "红星馆值班室",
            "contact_phone": "10000000101",
        },
        (("重温入党誓词", 20, "在宣誓大厅面向党旗宣誓"), ("馆藏故事", 45, "讲解员讲三件馆藏")),
    ),
    DemoBase(
        "星火党群服务中心",
        "星火中心 党群服务中心",
        0,
        "晨光街道星火街8号",
        "有投影和音响，适合党课和座谈。",
        EVERY_DAY,
        ((8, 20),),
        (("一楼报告厅", 120, None), ("二楼会议室", 25, None)),
        {"equipment": ["投影仪", "音响", "白板"]},
        (),
    ),
    DemoBase(
        "清溪村史馆",
        "村史馆",
        1,
        "清溪镇清溪村中路3号",
        "讲述村庄变迁，有志愿讲解。",
        NO_MONDAY,
        ((9, 12), (14, 17)),
        (("展厅", 40, None),),
        {"has_guide": True, "contact_name": "村史馆", "contact_phone": "10000000103"},
        (),
    ),
    DemoBase(
        "青松老兵之家",
        "老兵之家",
        2,
        "望江街道码头路22号",
        "退役军人讲战斗故事。",
        WEEKDAYS,
        ((9, 12), (14, 17)),
        (("故事厅", 30, None),),
        {
            "has_guide": True,
            "approval": Approval.KEEPER,
            "on_silence": OnSilence.DECLINE,
            "offer_minutes": 60,
            "contact_name": "老兵之家",
            "contact_phone": "10000000104",
        },
        (("老兵讲故事", 60, "两位老兵讲战斗经历"),),
    ),
    DemoBase(
        "晨光科技展厅",
        "科技展厅",
        0,
        "晨光街道科技园A座",
        "看科技创新成果。",
        WEEKDAYS,
        ((9, 17),),
        (("展厅", 50, None), ("路演室", 20, None)),
        {
            "equipment": ["投影仪", "互动屏"],
            "buffer_before": 15,
            "buffer_after": 15,
            "uses_check_in": True,
        },
        (),
    ),
    DemoBase(
        "望江廉政教育基地",
        "廉政基地 廉政教育基地",
        2,
        "望江街道清风巷6号",
        "廉政警示教育展。",
        WEEKDAYS,
        ((9, 17),),
        (("教育厅", 80, None),),
        {
            "has_guide": True,
            "approval": Approval.KEEPER,
            "on_silence": OnSilence.APPROVE,
            "escalation": Escalation.SECRETARY,
            "quota_per_month": 2,
            "cancel_hours": 24,
            "contact_name": "廉政基地",
            "contact_phone": "10000000106",
        },
        (("警示教育", 50, "参观展览并座谈"),),
    ),
    DemoBase(
        "石榴民族团结馆",
        "民族团结馆 石榴馆",
        1,
        "清溪镇石榴村1号",
        "民族团结主题展览和手工体验。",
        NO_MONDAY,
        ((9, 17),),
        (("团结厅", 45, None), ("手工坊", 15, None)),
        {"has_guide": True},
        (("手工体验", 60, "做一件民族手工艺品"),),
    ),
    DemoBase(
        "长桥社区党校",
        "社区党校",
        0,
        "晨光街道长桥路15号",
        "常年开设微党课。",
        EVERY_DAY,
        ((8, 21),),
        (("大教室", 70, None), ("小教室", 20, None)),
        {"equipment": ["投影仪", "音响"], "buffer_after": 30},
        (("微党课", 30, "社区讲师主讲"),),
    ),
)


def load(session: Session, committees: Sequence[Organisation], *, today: date) -> None:
    """The eight bases; special days and closures lie some days after ``today``."""
    made = {demo.name: _base(session, n, demo, committees) for n, demo in enumerate(BASES, 1)}
    hall = made["晨光科技展厅"]
    hall.checkin_hash = hash_of(POSTER)
    hall.special_days.append(SpecialDay(day=today + timedelta(days=20), note="设备检修"))
    museum = made["石榴民族团结馆"]
    museum.special_days.append(
        SpecialDay(day=today + timedelta(days=21), opens=time(9), closes=time(20), note="延时开放")
    )
    begins = datetime.combine(today + timedelta(days=14), time(9), SHANGHAI)
    museum.closures.append(
        Closure(
            room_id=museum.rooms[1].id,
            starts_at=begins,
            ends_at=begins + timedelta(hours=8),
            reason="手工坊换展",
        )
    )
    keeper = session.scalars(
        select(Member)
        .join(Organisation, Organisation.id == Member.organisation_id)
        .where(Organisation.code == OWN_KEEPER_FROM)
        .order_by(Member.number)
        .offset(1)
        .limit(1)
    ).one()
    session.add(BaseKeeper(base_id=made["青松老兵之家"].id, member_id=keeper.id))
    session.flush()


def _base(
    session: Session, n: int, demo: DemoBase, committees: Sequence[Organisation]
) -> ActivityBase:
    base = ActivityBase(
        code=f"J{n}",
        name=demo.name,
        aliases=demo.aliases,
        address=demo.address,
        introduction=demo.introduction,
        organisation_id=committees[demo.committee].id,
        **demo.rules,
    )
    session.add(base)
    session.flush()
    made: dict[str, Room] = {}
    for name, capacity, hall in demo.rooms:
        made[name] = Room(
            base_id=base.id,
            name=name,
            capacity=capacity,
            parent_id=made[hall].id if hall else None,
        )
        session.add(made[name])
        session.flush()
    session.add_all(
        OpeningHours(base_id=base.id, weekday=day, opens=time(opens), closes=time(closes))
        for day in demo.days
        for opens, closes in demo.hours
    )
    session.add_all(
        TeachingItem(base_id=base.id, title=title, minutes=minutes, description=text)
        for title, minutes, text in demo.menu
    )
    session.flush()
    return base
