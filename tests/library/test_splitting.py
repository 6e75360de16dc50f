"""Splitting, on small texts of our own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.numerals import chinese
from library.splitting import Document, split
from tests.library.files import LINES


def numbers(document: Document) -> list[tuple[int, int]]:
    return [(part.number, part.inserted) for part in document.articles]


def test_a_regulation_keeps_its_chapters_numbers_paragraphs_items_and_tables() -> None:
    document = split(LINES)
    assert numbers(document) == [(1, 0), (2, 0), (3, 0), (3, 1), (4, 0)]
    assert [part.chapter for part in document.articles] == ["第一章 总则"] * 2 + ["第二章 会议"] * 3
    assert document.articles[1].paragraphs == (
        "议事应当遵循以下原则：\n（一）先听后说；\n（二）一事一议。",
        "违反第一条规定的，重新商量。",
    )
    assert document.articles[2].text.endswith("组别 | 时间\n东组 | 每月5日\n西组 | 每月15日")
    assert document.articles[3].text == "急事可以随时召开。"
    assert document.gaps == ()


def test_volumes_chapters_and_sections_make_a_path() -> None:
    document = split(
        [
            *("第一编 通用规则", "第一章 总则", "第一节 目的", "第一条 甲。"),
            *("第二节 范围", "第二条 乙。", "第二章 会议", "第三条 丙。"),
            *("第二编 专门规则", "第三章 附 则", "第四条 丁。"),
        ]
    )
    assert [part.chapter for part in document.articles] == [
        "第一编 通用规则 / 第一章 总则 / 第一节 目的",
        "第一编 通用规则 / 第一章 总则 / 第二节 范围",
        "第一编 通用规则 / 第二章 会议",
        "第二编 专门规则 / 第三章 附则",
    ]


def test_a_contents_list_before_the_body_is_left_out() -> None:
    contents = ["目 录", "第一章 总则……………1", "第二章 会议……………3", "附则 5"]
    body = ["第一章 总则", "第一条 甲。", "第二章 会议", "第二条 乙。", "附则", "第三条 丙。"]
    document = split(["某某办法", *contents, *body])
    assert [part.chapter for part in document.parts] == ["第一章 总则", "第二章 会议", "附则"]


def test_a_contents_list_that_names_the_articles_is_left_out() -> None:
    contents = ["第一条 目的…1", "第二条 范围…1", "第三条 会议…2"]
    document = split([*contents, "第一条 甲。", "第二条 乙。", "第三条 丙。"])
    assert [part.text for part in document.articles] == ["甲。", "乙。", "丙。"]


@pytest.mark.parametrize(
    "line",
    [
        "第一条规定的人员不在此列。",
        "第五条 所列情形除外。",
        "第二条、第三条的规定同样适用。",
        "第三条第一款另有规定的，从其规定。",
        "第一条件是自愿。",
        "第六条 和第七条一并执行。",
    ],
)
def test_a_sentence_that_speaks_of_an_article_begins_none(line: str) -> None:
    document = split(["第一条 甲。", "第二条 乙：", line, "第三条 丙。", "第四条 丁。"])
    assert numbers(document) == [(1, 0), (2, 0), (3, 0), (4, 0)]
    assert line in document.articles[1].text


def test_a_number_out_of_turn_is_text_when_the_right_one_follows() -> None:
    lines = ["第一条 甲。", "第二条 乙：", "第九条 那样的不算。", "第三条 丙。"]
    document = split(lines)
    assert numbers(document) == [(1, 0), (2, 0), (3, 0)]
    assert "第九条 那样的不算。" in document.articles[1].text


def test_a_missing_article_is_reported() -> None:
    document = split(["第一条 甲。", "第二条 乙。", "第五条 戊。", "第六条 己。"])
    assert numbers(document) == [(1, 0), (2, 0), (5, 0), (6, 0)]
    assert document.gaps == (3, 4)


@pytest.mark.parametrize(
    "lines",
    [
        ["第１条　甲。", "第２条　乙。"],
        ["第1条 甲。", "第2条 乙。"],
        ["第 一 条 甲。", "第 二 条 乙。"],
        ["第一条：甲。", "第二条：乙。"],
        ["第一条甲。", "第二条乙。"],
        ["第一条", "甲。", "第二条", "乙。"],
        ["第一条【目的】甲。", "第二条【范围】乙。"],
    ],
)
def test_numbers_are_written_in_many_ways(lines: list[str]) -> None:
    document = split(lines)
    assert numbers(document) == [(1, 0), (2, 0)]
    assert [part.text[-2:] for part in document.articles] == ["甲。", "乙。"]


def test_a_notice_is_split_into_sections_with_items_inside() -> None:
    document = split(
        [
            *("关于做好值班工作的通知", "各小组：", "现就值班通知如下。"),
            *("一、时间。早晚各一班。", "（一）早班；", "（二）晚班。"),
            *("二、地点。值班室。", "三、要求。按时到岗。", "云岭社区委员会", "2025年3月1日"),
        ]
    )
    assert [(part.unit, part.number) for part in document.articles] == [
        ("section", 1),
        ("section", 2),
        ("section", 3),
    ]
    assert document.articles[0].text == "时间。早晚各一班。\n（一）早班；\n（二）晚班。"
    assert document.articles[2].text == "要求。按时到岗。"
    assert document.parts[0].unit == "preamble"
    assert document.parts[0].paragraphs == ("各小组：", "现就值班通知如下。")


def test_sections_go_on_counting_or_begin_anew_in_each_part() -> None:
    lines = ["第一部分 甲", "一、子", "二、丑", "第二部分 乙", "一、寅", "二、卯"]
    document = split(lines)
    assert [(part.number, part.chapter[:4]) for part in document.articles] == [
        (1, "第一部分"),
        (2, "第一部分"),
        (1, "第二部分"),
        (2, "第二部分"),
    ]


def test_the_articles_win_over_the_sections_of_the_letter_before_them() -> None:
    letter = ["关于印发《值班办法》的通知", "一、认真学习。", "二、抓好落实。"]
    document = split([*letter, "值班办法", "第一条 甲。", "第二条 乙。"])
    assert [part.unit for part in document.articles] == ["article", "article"]
    assert document.heading.title == "值班办法"


def test_a_preamble_keeps_its_own_heading() -> None:
    document = split(["某某章程", "总 纲", "我们为大家办事。", "第一章 成员", "第一条 甲。"])
    assert [(part.unit, part.chapter) for part in document.parts] == [
        ("preamble", "总纲"),
        ("article", "第一章 成员"),
    ]


def test_headings_without_numbers_are_found_above_articles() -> None:
    document = split(
        [
            *("某某规定", "为了办好食堂，作如下规定。", "饭菜供应"),
            *("第一条 甲。", "第二条 乙。", "卫生检查", "第三条 丙。"),
        ]
    )
    chapters = [part.chapter for part in document.articles]
    assert chapters == ["饭菜供应", "饭菜供应", "卫生检查"]
    assert document.articles[1].text == "乙。"


def test_the_title_of_a_chapter_may_stand_on_the_next_line() -> None:
    document = split(["第一章", "总则", "第一条 甲。", "第二章", "会 议", "第二条 乙。"])
    assert [part.chapter for part in document.articles] == ["第一章 总则", "第二章 会议"]


def test_annexes_and_signatures_are_no_part_of_the_last_article() -> None:
    document = split(
        [
            *("第一条 甲。", "第二条 乙。", "云岭社区委员会", "2025年3月1日"),
            *("附件1：登记表", "姓名 | 电话", "附件2：流程", "第一条 附件里的条。"),
        ]
    )
    assert document.articles[-1].text == "乙。"
    annexes = [part for part in document.parts if part.unit == "annex"]
    assert [(part.number, part.chapter) for part in annexes] == [
        (1, "附件1：登记表"),
        (2, "附件2：流程"),
    ]
    assert annexes[0].text == "姓名 | 电话"


def test_a_second_regulation_in_the_file_is_an_annex_of_the_first() -> None:
    document = split(["第一条 甲。", "第二条 乙。", "值班细则", "第一条 丙。", "第二条 丁。"])
    assert [part.text for part in document.articles] == ["甲。", "乙。"]
    assert document.parts[-1].unit == "annex"
    assert document.parts[-1].chapter == "值班细则"


@pytest.mark.parametrize("lines", [[], ["只是一封信。"], ["一、只有一点。"], ["第七条 孤零零的。"]])
def test_what_has_no_numbers_has_no_parts(lines: list[str]) -> None:
    assert split(lines).parts == ()


words = st.text(alphabet="甲乙丙丁戊己庚辛壬癸", min_size=1, max_size=30).map(
    lambda text: text + "。"
)
paragraphs = st.lists(
    st.tuples(words, st.lists(words, max_size=3)).map(
        lambda drawn: "\n".join(
            [drawn[0], *(f"（{chinese(n)}）{item}" for n, item in enumerate(drawn[1], 1))]
        )
    ),
    min_size=1,
    max_size=3,
)


@given(st.lists(st.lists(paragraphs, min_size=1, max_size=4), min_size=1, max_size=4))
def test_splitting_gives_back_what_was_put_together(chapters: list[list[list[str]]]) -> None:
    """Every chapter and article comes back, in order, with its paragraphs and items."""
    lines, expected, number = ["某某办法"], [], 0
    for place, articles in enumerate(chapters, 1):
        chapter = f"第{chinese(place)}章 丑寅"
        lines.append(chapter)
        for article in articles:
            number += 1
            first, *more = "\n".join(article).split("\n")
            lines += [f"第{chinese(number)}条 {first}", *more]
            expected.append((number, chapter, tuple(article)))
    document = split(lines)
    found = [(part.number, part.chapter, part.paragraphs) for part in document.articles]
    assert found == expected
    assert document.gaps == ()


@given(
    st.lists(
        st.text(alphabet="第一二十条章节、（）。： |附件年月日自起施行1关于《》的办法", max_size=40)
    )
)
def test_nothing_that_can_be_written_breaks_it(lines: list[str]) -> None:
    articles = [part for part in split(lines).articles if part.unit == "article"]
    numbered = [(part.number, part.inserted) for part in articles]
    assert numbered == sorted(set(numbered))
