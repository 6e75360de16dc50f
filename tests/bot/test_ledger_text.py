"""Reading a ledger out of one message: labels, free sentences, days that do not exist."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from bot.ledger import deadlines, tasks
from bot.ledger.deadlines import Since
from bot.ledger.held import held
from bot.ledger.labels import is_ledger
from bot.ledger.reading import read
from bot.ledger.tasks import TaskSaid
from office.bases import SHANGHAI

NOW = datetime(2026, 12, 5, 10, 0, tzinfo=SHANGHAI)
"""A Saturday."""
SINCE = Since(date(2026, 12, 3), NOW.date())
NAMES = {"王小明", "李芳", "张三"}
THIRD = date(2026, 12, 3)


def day(month: int, number: int) -> date:
    return date(2026, month, number)


def task(title: str, owner: str = "", due: date | None = None) -> TaskSaid:
    return TaskSaid(title, owner, due)


LABELLED = {
    "lines": """时间：12月3日上午9:00
地点：党员活动室
参加：8人
主题：冬季走访
进展：已走访32户
问题：还有6户没有走到
原因：白天家里没人
任务：
1. 走完剩下6户，王小明，12月15日前
2、更新台账（李芳，月底前）
3. 开一次碰头会""",
    "one line": "时间：12月3日 地点：党员活动室 参加：8人 主题：冬季走访 进展：已走访32户"
    " 问题：还有6户没有走到 原因：白天家里没人 任务："
    "1、走完剩下6户，王小明，12月15日前 2、更新台账（李芳，月底前）3、开一次碰头会",
    "no blanks": "时间:12月3日地点:党员活动室参加:8人主题:冬季走访进展:已走访32户"
    "问题:还有6户没有走到原因:白天家里没人"
    "任务:走完剩下6户，王小明，12月15日前；更新台账，李芳，月底前；开一次碰头会",
    "another order": """任务：走完剩下6户，王小明，12月15日前；更新台账，李芳，月底前；开一次碰头会
原因：白天家里没人
问题：还有6户没有走到
进展：已走访32户
主题：冬季走访
到会：应到10人，实到8人，请假2人
会议地点：党员活动室
会议时间：2026年12月3日""",
    "brackets": "【时间】3号【地点】党员活动室【参加人数】八人【主题】冬季走访【进展】已走访32户"
    "【问题】还有6户没有走到"
    "【原因】白天家里没人【任务】王小明12月15日前走完剩下6户；李芳月底前更新台账；开一次碰头会",
    "numbered": """一、会议时间
2026.12.3
二、会议地点
党员活动室
三、参会人数
8人
四、会议主题
冬季走访
五、工作进展情况
已走访32户
六、存在问题
还有6户没有走到
七、主要原因
白天家里没人
八、下一步工作
（一）由王小明负责走完剩下6户，12月15日前完成
（二）李芳牵头更新台账，月底前
（三）开一次碰头会""",
    "both together": """工作例会台账
时间：12.3  地点：党员活动室  参加人员：张三、李四、王五、赵六、钱七、孙八、周九、吴十
议题：冬季走访
工作进展：已走访32户
存在的问题及原因：还有6户没有走到，原因是白天家里没人
任务分工：
走完剩下6户 责任人：王小明 完成时限：12月15日
更新台账 责任人：李芳 时限：12月底
开一次碰头会""",
}


@pytest.mark.parametrize("text", LABELLED.values(), ids=LABELLED)
def test_labels_in_any_order_and_any_dress(text: str) -> None:
    said = read(text, NOW, names=NAMES)
    assert is_ledger(text)
    assert said.day == THIRD
    assert said.place == "党员活动室"
    assert said.present == 8
    assert said.theme == "冬季走访"
    assert said.progress == "已走访32户"
    assert said.problems == "还有6户没有走到"
    assert said.causes == "白天家里没人"
    assert said.tasks == (
        task("走完剩下6户", "王小明", day(12, 15)),
        task("更新台账", "李芳", day(12, 31)),
        task("开一次碰头会"),
    )


def test_free_sentences() -> None:
    said = read(
        "12月3日下午在党员活动室开了工作例会，到会8人，主题是冬季走访，走访了32户，还有6户没走到，"
        "原因是白天家里没人，王小明15号前把剩下6户走完，李芳月底前交总结",
        NOW,
        names=NAMES,
    )
    assert (said.day, said.place, said.present) == (THIRD, "党员活动室", 8)
    assert (said.theme, said.progress) == ("冬季走访", "走访了32户")
    assert (said.problems, said.causes) == ("还有6户没走到", "白天家里没人")
    assert said.tasks == (
        task("把剩下6户走完", "王小明", day(12, 15)),
        task("交总结", "李芳", day(12, 31)),
    )


def test_names_that_nobody_here_has() -> None:
    said = read(
        "12月3日，8人参加，在村委会召开工作例会，研究了低保复核工作。目前复核了20户，进度过半。"
        "存在的问题是外出务工的联系不上，主要原因是留的电话旧了。会议要求：村会计老李15日前补齐电话；"
        "由第二党小组负责上门核对，12月20日前完成。",
        NOW,
    )
    assert (said.place, said.present) == ("村委会", 8)
    assert said.progress == "研究了低保复核工作。目前复核了20户，进度过半。"
    assert (said.problems, said.causes) == ("外出务工的联系不上", "留的电话旧了。")
    assert said.tasks == (
        task("补齐电话", "村会计老李", day(12, 15)),
        task("上门核对", "第二党小组", day(12, 20)),
    )


def test_no_problem_is_said_too() -> None:
    said = read("昨天九点开的例会，来了九个人，围绕垃圾分类开展讨论，没有什么问题", NOW)
    assert (said.day, said.present, said.theme) == (day(12, 4), 9, "垃圾分类")
    assert said.problems == "无"
    assert said.tasks is None
    nothing = read("时间：3号 地点：活动室 参加：8人 主题：走访 进展：好 问题：无 任务：无", NOW)
    assert (nothing.problems, nothing.tasks) == ("无", ())


def test_what_belongs_nowhere_is_said_to_be_left_over() -> None:
    said = read("时间：3号\n主持人：张三\n记录：李芳\n主题：走访\n进展：走了3户", NOW)
    assert said.left_over == "张三；李芳"
    assert said.theme == "走访"


def test_a_word_of_the_head_further_down_is_text() -> None:
    said = read("时间：3号\n主题：走访\n进展：定了上门时间：每周三\n任务：无", NOW)
    assert said.day == THIRD
    assert said.progress == "定了上门时间：每周三"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("3号", THIRD),
        ("12月3日", THIRD),
        ("12.3", THIRD),
        ("2026-12-03", THIRD),
        ("二〇二六年十二月三日", THIRD),
        ("周四", THIRD),
        ("今天", day(12, 5)),
        ("前天下午", THIRD),
        ("28号", day(11, 28)),
        ("11月30日", day(11, 30)),
        ("12月20日", day(12, 20)),  # to come: the office refuses it
        ("党员活动室", None),
    ],
)
def test_a_meeting_was_held_on_the_last_such_day(words: str, expected: date | None) -> None:
    assert held(words, NOW).day == expected


@pytest.mark.parametrize("words", ["11月31日", "2月30号", "13月1日", "2026年2月29日"])
def test_a_day_that_does_not_exist(words: str) -> None:
    said = read(f"时间：{words} 地点：活动室 主题：走访 进展：好", NOW)
    assert said.day is None
    assert said.unreal_day or words == "13月1日"
    assert said.place == "活动室"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("走访剩余户，王小明，12月15日前", task("走访剩余户", "王小明", day(12, 15))),
        ("王小明：12月15日前走访剩余户", task("走访剩余户", "王小明", day(12, 15))),
        ("12月15日前，由王小明负责走访剩余户", task("走访剩余户", "王小明", day(12, 15))),
        ("走访剩余户（王小明同志，12.15前）", task("走访剩余户", "王小明", day(12, 15))),
        ("请李芳下周五之前联系物业", task("联系物业", "李芳", day(12, 11))),
        ("联系物业 责任人：社区网格员", task("联系物业", "社区网格员")),
        ("王小明、李芳负责清理楼道，本月底", task("清理楼道", "王小明、李芳", day(12, 31))),
        ("年底前完成总结", task("完成总结", "", day(12, 31))),
        ("元旦前慰问老党员", task("慰问老党员", "", day(12, 31))),
        ("更新宣传栏", task("更新宣传栏")),
        ("十日内修好路灯", task("修好路灯", "", None)),
        ("支委会牵头，1月10日前评议", task("评议", "支委会", date(2027, 1, 10))),
    ],
)
def test_one_task(text: str, expected: TaskSaid) -> None:
    found = tasks.one(text, SINCE, NAMES)
    assert found is not None
    if text.startswith("十日内"):
        assert found.title.endswith("修好路灯")
    else:
        assert found == expected


def test_a_task_of_a_day_that_does_not_exist() -> None:
    (found,) = tasks.read("走访，王小明，11月31日前", SINCE, NAMES)
    assert (found.due_on, found.unreal_day, found.owner) == (None, True, "王小明")


def test_who_and_until_when_in_lines_of_their_own() -> None:
    found = tasks.read("清理楼道\n责任人：李芳\n12月20日前", SINCE, NAMES)
    assert found == (task("清理楼道", "李芳", day(12, 20)),)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("12月15日", day(12, 15)),
        ("15号", day(12, 15)),
        ("月底", day(12, 31)),
        ("下月底", date(2027, 1, 31)),
        ("12月中旬", day(12, 20)),
        ("下周", day(12, 13)),
        ("2月", date(2027, 2, 28)),
        ("11月31日", None),
    ],
)
def test_deadlines(words: str, expected: date | None) -> None:
    assert deadlines.value(words, NOW.date()) == expected


def test_recorded_late_a_bare_day_counts_from_the_meeting() -> None:
    late = Since(THIRD, day(12, 20))
    assert tasks.one("王小明15号前走访", late, NAMES) == task("走访", "王小明", day(12, 15))
    assert tasks.one("王小明明天走访", late, NAMES) == task("走访", "王小明", day(12, 21))


@pytest.mark.parametrize(
    "text",
    [
        "预约下周三下午的红星纪念馆，时间：两点到四点，人数：15",
        "工作例会的台账要写时间、地点、主题和任务吗？",
        "12月5日开了支部党员大会 时间：上午 地点：活动室 参加：25人 主题：选举 问题：无",
        "开了例会",
        "",
    ],
)
def test_what_is_no_ledger_by_its_labels(text: str) -> None:
    assert not is_ledger(text)
