"""A month of a secretary on the running assistant: the work meeting, from planning to 已阅."""

from __future__ import annotations

from datetime import timedelta

import pytest

from office import members
from office.models import Meeting, MeetingKind, MeetingState, OutboxMessage, Role, RoleKind
from scheduler.plan import plan_work_meetings
from tests.e2e.stack import Stack, until
from tests.e2e.test_conversations import chat, texts
from texts import say

pytestmark = pytest.mark.e2e

SECRETARY, SECOND = "M0157", "M0158"
"""Of a branch with which no other conversation has to do: its agenda is empty."""


@pytest.fixture
def branch(stack: Stack) -> int:
    """The secretary's branch: nothing is planned, and a second member administers it."""
    with stack.database().writing() as session:
        secretary, second = (members.by_number(session, one) for one in (SECRETARY, SECOND))
        assert secretary is not None
        assert second is not None
        place = session.query(Role).filter_by(member_id=secretary.id).one().organisation_id
        session.query(Meeting).filter_by(
            organisation_id=place, kind=MeetingKind.WORK, state=MeetingState.PLANNED
        ).delete()
        role = {"member_id": second.id, "organisation_id": place, "kind": RoleKind.ADMINISTRATOR}
        if session.query(Role).filter_by(**role).first() is None:
            session.add(Role(**role))
        return place


def meeting_of(stack: Stack, place: int) -> Meeting:
    with stack.database().reading() as session:
        found = session.query(Meeting).filter_by(organisation_id=place, kind=MeetingKind.WORK)
        return found.order_by(Meeting.id.desc()).limit(1).one()


def told(stack: Stack, number: str, rule: str) -> list[OutboxMessage]:
    with stack.database().reading() as session:
        member = members.by_number(session, number)
        assert member is not None
        return session.query(OutboxMessage).filter_by(member_id=member.id, rule=rule).all()


def test_planned_read_changed_and_called_off(stack: Stack, branch: int) -> None:
    planned = chat(
        stack,
        "下下周三下午两点在社区会议室开工作例会，主题是安全生产",
        "改到三点",
        say("work_meetings.button_settle"),
        "例会议程加一条：通报路灯维修",
        "看看例会谁还没看",
        number=SECRETARY,
    )
    assert "请核对工作例会" in texts(planned[0])
    assert "社区会议室" in texts(planned[0])
    assert "15:00" in texts(planned[1])
    assert "定在" in texts(planned[2])
    assert "1. 通报路灯维修" in texts(planned[3])
    assert "还没看的" in texts(planned[4])
    meeting = meeting_of(stack, branch)
    with stack.database().writing() as session:
        plan_work_meetings(session, now=meeting.starts_at - timedelta(minutes=90))
    (notice,) = told(stack, SECOND, "work_meeting_notice")
    assert "通报路灯维修" in notice.text
    read = chat(stack, "例会安排", say("work_meetings.button_read"), number=SECOND)
    assert "安全生产" in texts(read[0])
    assert "记下您看过了" in texts(read[1])

    changed = chat(
        stack,
        "工作例会地点改到党员活动室",
        say("work_meetings.button_change"),
        "谁没看例会通知",
        number=SECRETARY,
    )
    assert "原来：" in texts(changed[0])
    assert "正在通知 1 人" in texts(changed[1])
    until(lambda: told(stack, SECOND, "work_meeting_changed"), 10)
    assert "还没看的" in texts(changed[2])

    called_off = chat(
        stack,
        "这次工作例会取消",
        say("work_meetings.button_sure_to_call_off"),
        "例会安排",
        number=SECRETARY,
    )
    assert "确定取消" in texts(called_off[0])
    assert "已取消" in texts(called_off[1])
    assert texts(called_off[2]) == say("work_meetings.none_planned")
    assert meeting_of(stack, branch).state == MeetingState.CANCELLED
    assert len(told(stack, SECOND, "work_meeting_changed")) == 2


def test_a_question_in_the_middle_of_planning(stack: Stack, branch: int) -> None:
    replies = chat(
        stack,
        "安排工作例会",
        "支委会多久开一次？",
        "下下周四",
        "上午九点",
        "社区会议室",
        "冬季防火",
        "先不定",
        number=SECRETARY,
    )
    assert "哪天" in texts(replies[0])
    assert "依据" in texts(replies[1])
    assert "哪天" in texts(replies[1])
    assert "请核对工作例会" in texts(replies[5])
    assert texts(replies[6]) == say("work_meetings.left")


def test_who_convenes_nothing_cannot_plan(stack: Stack) -> None:
    (reply,) = chat(stack, "下周三上午九点在会议室开工作例会", number="M0030")
    assert texts(reply) == say("work_meetings.not_convener")
