"""The ledger form: one message or step by step, shown back, corrected, recorded."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot.actions.ledger_asks import AskLedgerComplete, AskLedgerConfirmed, AskLedgerOrganisation
from bot.actions.ledger_draft import SLOT, SLOTS, LedgerDraft
from bot.actions.ledger_end import SaveLedger
from bot.actions.ledger_form import ValidateLedgerForm
from office import inbox, members
from office.bases import SHANGHAI
from office.models import InboxKind, Ledger, Meeting, MeetingKind, Organisation, Role, RoleKind
from tests.bot.conftest import Talk, Turn
from tests.conftest import NOW

WHOLE = """时间：11月20日上午9点
地点：党员活动室
参加：8人
主题：冬季走访
进展：走访了32户
问题：还有6户没走到
原因：白天家里没人
任务：
1、走完剩下6户，{name}，11月30日前
2、更新台账"""


class Form:
    """The form as Rasa runs it: validate, then ask for the first required slot that is empty."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        talk.slots |= dict.fromkeys(SLOTS) | {"requested_slot": None}

    def hears(self, text: str, intent: str = "inform", **entities: str) -> str:
        turn = self.turn(text, intent, **entities)
        return turn.text

    def turn(self, text: str, intent: str = "inform", **entities: str) -> Turn:
        slots = self.talk.slots
        said = self.talk.says(text, intent, **entities).run(ValidateLedgerForm())
        if "requested_slot" in said.set:
            return said
        asks: dict[str, Any] = {
            "ledger_organisation": AskLedgerOrganisation,
            "ledger_complete": AskLedgerComplete,
            "ledger_confirmed": AskLedgerConfirmed,
        }
        wanted = next((slot for slot in asks if slots.get(slot) is None), None)
        slots["requested_slot"] = wanted
        after = self.talk.run(asks[wanted]() if wanted else SaveLedger())
        after.messages = said.messages + after.messages
        return after

    @property
    def draft(self) -> LedgerDraft:
        return LedgerDraft.of(self.talk.slots[SLOT])


@pytest.fixture
def form(talk: Talk) -> Form:
    """The secretary of D1B1; no planned meeting waits for its ledger."""
    with talk.database.writing() as session:
        for meeting in session.scalars(select(Meeting).where(Meeting.kind == MeetingKind.WORK)):
            if meeting.starts_at < NOW:
                meeting.state = "cancelled"  # type: ignore[assignment]
    return Form(talk.as_member("M0001"))


def name_of(talk: Talk, number: str = "M0003") -> str:
    with talk.database.reading() as session:
        member = members.by_number(session, number)
        assert member is not None
        return member.name


def recorded(talk: Talk) -> list[Ledger]:
    with talk.database.reading() as session:
        found = list(session.scalars(select(Ledger)))
        for ledger in found:
            assert ledger.meeting.kind == MeetingKind.WORK
            list(ledger.tasks)
        return found


def test_one_message_a_card_and_a_tap(form: Form) -> None:
    name = name_of(form.talk)
    turn = form.turn(WHOLE.format(name=name), "record_ledger")
    assert "晨光社区第一网格党支部工作例会台账" in turn.text
    for line in (
        "时间：11月20日（周五）",
        "地点：党员活动室",
        "到会：8 人",
        "主题：冬季走访",
        "问题：还有6户没走到",
        "原因：白天家里没人",
        f"1. 走完剩下6户（{name}，11月30日（周一）前）",
        "2. 更新台账（谁办还没定，日期还没定）",
    ):
        assert line in turn.text
    assert list(turn.buttons) == ["确认", "改一改", "先不记"]
    assert recorded(form.talk) == []
    assert "台账记下了，任务 2 项" in form.hears("/save_ledger", "save_ledger")
    (ledger,) = recorded(form.talk)
    assert (ledger.held_on, ledger.present) == (date(2026, 11, 20), 8)
    assert ledger.meeting.starts_at.astimezone(SHANGHAI).hour == 9
    assert ledger.tasks[0].owner_id is not None
    assert form.talk.slots[SLOT] is None


def test_step_by_step_only_what_is_missing(form: Form) -> None:
    assert "哪天开的" in form.hears("记台账", "record_ledger")
    assert "在哪里" in form.hears("昨天")
    assert "主题" in form.hears("二楼会议室")
    assert "多少人" in form.hears("消防排查")
    assert "没看懂人数" in form.hears("很多")
    assert "进展" in form.hears("九个人")
    assert "问题" in form.hears("查了5栋楼，整改3处")
    assert "派了哪些任务" in form.hears("楼道堆物，原因是没有库房")
    text = form.hears("清理楼道，由第二党小组负责，下周五前")
    assert "原因：没有库房" in text
    assert "1. 清理楼道（第二党小组，12月4日（周五）前）" in text
    assert "记下了" in form.hears("确认", "affirm")
    assert recorded(form.talk)[0].held_on == date(2026, 11, 22)


def test_what_was_planned_is_not_typed_again(form: Form) -> None:
    with form.talk.database.writing() as session:
        branch = session.scalars(select(Organisation).where(Organisation.code == "D1B1")).one()
        meeting = Meeting(
            organisation_id=branch.id,
            kind=MeetingKind.WORK,
            starts_at=datetime(2026, 11, 20, 15, tzinfo=SHANGHAI),
            place="党群服务中心",
            theme="民生实事",
        )
        session.add(meeting)
    text = form.hears("记台账", "record_ledger")
    assert "已按计划填好：11月20日（周五），党群服务中心，主题“民生实事”" in text
    assert "到会多少人" in text
    assert "进展" in form.hears("12人")
    for _ in range(3):
        form.hears("/inform", "inform", say="没有")
    form.hears("/save_ledger", "save_ledger")
    (ledger,) = recorded(form.talk)
    assert (ledger.meeting_id, ledger.place, ledger.problems) == (meeting.id, "党群服务中心", "无")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("人数改成9人", "到会：9 人"),
        ("主题改成消防排查", "主题：消防排查"),
        ("时间不对，是11月19号", "时间：11月19日（周四）"),
        ("任务2由李芳负责，12月5日前", "2. 更新台账（李芳，12月5日（周六）前）"),
        ("进展加一句：路灯修好了", "走访了32户\n路灯修好了"),
        ("再加一个任务：清理楼道，下周五前", "3. 清理楼道（谁办还没定，12月4日（周五）前）"),
        ("时间改成11月31日", "没有这一天"),
        ("时间改成12月20日", "这一天还没到"),
        ("人数改成0", "到会人数至少是 1 人"),
        ("删掉任务9", "没有这项任务"),
        ("嗯嗯这个那个", "没看懂要改哪一项"),
    ],
)
def test_each_part_is_corrected_by_saying_so(form: Form, said: str, shown: str) -> None:
    form.hears(WHOLE.format(name="李芳"), "record_ledger")
    assert shown in form.hears(said, "inform")


def test_a_task_is_taken_away(form: Form) -> None:
    form.hears(WHOLE.format(name="李芳"), "record_ledger")
    assert "更新台账" not in form.hears("任务2不要了", "task_done")
    assert "派了哪些任务" not in form.hears("任务1不要了", "deny")
    assert form.draft.tasks == ()


def test_a_recorded_ledger_is_corrected_not_doubled(form: Form) -> None:
    form.hears(WHOLE.format(name=name_of(form.talk)), "record_ledger")
    form.hears("/save_ledger", "save_ledger")
    assert "到会：8 人" in form.hears("改台账", "change_ledger")
    form.hears("人数改成10人", "change_ledger")
    assert "改好了" in form.hears("/save_ledger", "save_ledger")
    (ledger,) = recorded(form.talk)
    assert ledger.present == 10
    assert len(ledger.tasks) == 2
    again = form.hears("11月20日开了工作例会，到会11人", "record_ledger")
    assert "已经记过" in again
    assert "到会：11 人" in again


def test_a_secretary_of_two_branches_is_asked_which_and_types_nothing_twice(form: Form) -> None:
    with form.talk.database.writing() as session:
        me = members.by_number(session, "M0001")
        other = session.scalars(select(Organisation).where(Organisation.code == "D1B2")).one()
        assert me is not None
        session.add(Role(member_id=me.id, organisation_id=other.id, kind=RoleKind.SECRETARY))
    turn = form.turn(WHOLE.format(name="李芳"), "record_ledger")
    assert "哪个支部" in turn.text
    assert len(turn.buttons) == 2
    shown = form.hears("/record_ledger", "record_ledger", organisation="D1B2")
    assert "晨光社区第二网格党支部工作例会台账" in shown
    assert "主题：冬季走访" in shown


def test_who_keeps_no_ledger_is_told_so(talk: Talk) -> None:
    assert "由支部书记来记" in Form(talk.as_member("M0003")).hears("记台账", "record_ledger")
    guest = Form(talk)
    talk.sender = "web:guest"
    assert "不认识您" in guest.hears("记台账", "record_ledger")


def test_the_form_is_left_and_lets_go(form: Form) -> None:
    form.hears("记台账", "record_ledger")
    assert "先不记" in form.hears("算了", "deny")
    form.hears("记台账", "record_ledger")
    for said in ("嗯嗯", "这个", "那个"):
        text = form.hears(said, "nlu_fallback")
    assert "没能帮您记好" in text
    assert form.talk.slots[SLOT] is None


def test_a_question_in_the_middle_is_left_to_others(form: Form) -> None:
    form.hears("记台账", "record_ledger")
    turn = form.talk.says("支委会多久开一次？", "ask_policy").run(ValidateLedgerForm())
    assert turn.events == []


def test_buttons_of_something_else_wait(form: Form) -> None:
    form.hears("记台账", "record_ledger")
    assert "请先记完" in form.hears("/my_bookings", "my_bookings")


def test_lines_come_from_the_inbox(form: Form) -> None:
    """Rasa hears a message without its lines, or a long one not at all; the form reads the row."""
    text = WHOLE.format(name="李芳") + "\n3. " + "长" * 180
    with form.talk.database.writing() as session:
        row = inbox.store(
            session,
            channel="web",
            update_id="1",
            address="M0001",
            kind=InboxKind.TEXT,
            text=text,
            now=NOW,
        )
    assert row is not None
    assert "3. 长长长" in form.hears("/record_ledger", "record_ledger")
