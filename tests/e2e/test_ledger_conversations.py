"""Ledgers and tasks with the whole running assistant: a message, a card, a tap, a row."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from office import members
from office.models import Ledger, Organisation, Task, TaskState
from tests.e2e.stack import Stack
from tests.e2e.test_conversations import chat, texts

pytestmark = pytest.mark.e2e
SECRETARY, OWNER = "M0025", "M0027"
BRANCH = "晨光社区第二网格党支部"


def name_of(stack: Stack, number: str) -> str:
    with stack.database().reading() as session:
        member = members.by_number(session, number)
        assert member is not None
        return member.name


def ledgers_of(stack: Stack) -> list[Ledger]:
    with stack.database().reading() as session:
        return list(
            session.scalars(
                select(Ledger)
                .join(Organisation, Organisation.id == Ledger.organisation_id)
                .where(Organisation.name == BRANCH)
                .order_by(Ledger.recorded_at)
            )
        )


def test_one_message_is_shown_back_confirmed_and_recorded(stack: Stack) -> None:
    before = len(ledgers_of(stack))
    owner = name_of(stack, OWNER)
    long = "走访了独居老人，逐户登记需求。" * 20
    said = (
        f"工作例会台账 时间：今天上午9点 地点：党员活动室 参加：应到10人，实到8人"
        f" 主题：冬季走访 进展：{long}"
        f" 问题：还有6户没走到 原因：白天家里没人 任务：1、走完剩下6户，{owner}，12月30日前"
    )
    card, changed, saved = chat(stack, said, "人数改成9人", "确认", number=SECRETARY)
    assert f"【{BRANCH}工作例会台账】" in texts(card)
    assert "到会：8 人" in texts(card)
    assert f"1. 走完剩下6户（{owner}，12月30日" in texts(card)
    assert "到会：9 人" in texts(changed)
    assert "台账记下了，任务 1 项" in texts(saved)
    found = ledgers_of(stack)
    assert len(found) == before + 1
    assert (found[-1].present, found[-1].place) == (9, "党员活动室")
    assert found[-1].progress.startswith("走访了独居老人")

    mine, done = chat(stack, "我的任务", "已完成", number=OWNER)
    assert "走完剩下6户" in texts(mine)
    assert "已记为完成" in texts(done)
    with stack.database().reading() as session:
        task = session.scalars(select(Task).where(Task.ledger_id == found[-1].id)).one()
        assert task.state == TaskState.DONE
    (board,) = chat(stack, "看看各支部的进度", number=SECRETARY)
    assert f"{BRANCH}：完成" in texts(board)


def test_step_by_step_with_a_question_in_the_middle(stack: Stack) -> None:
    number = "M0043"
    replies = chat(
        stack,
        "记台账",
        "时间改成今天",
        "支委会多久开一次？",
        "查了5栋楼",
        "没有",
        "没有",
        "主题改成消防排查",
        "先不记",
        number=number,
    )
    assert "已按计划填好" in texts(replies[0])
    assert "依据" in texts(replies[2])
    assert "请看一遍" in texts(replies[5])
    assert "主题：消防排查" in texts(replies[6])
    assert "先不记" in texts(replies[7])


def test_who_keeps_no_ledger_is_told_whom_to_ask(stack: Stack) -> None:
    member, guest = chat(stack, "记台账", number=OWNER), chat(stack, "记台账", number=None)
    assert "由支部书记来记" in texts(member[0])
    assert "不认识您" in texts(guest[0])
