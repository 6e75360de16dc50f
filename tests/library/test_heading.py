"""Finding the title, the date and the issuer."""

from __future__ import annotations

from datetime import date

import pytest

from library.heading import find_heading, key_of


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (["云岭社区议事办法（试行）"], "云岭社区议事办法（试行）"),
        (["云 岭 社 区 章 程"], "云岭社区章程"),
        (["《云岭社区议事规则》"], "云岭社区议事规则"),
        (
            ["云岭社区委员会关于加强值班工作", "和夜间巡查的通知"],
            "云岭社区委员会关于加强值班工作和夜间巡查的通知",
        ),
        (["云岭社区居民议事", "工作条例"], "云岭社区居民议事工作条例"),
        (["关于印发《值班办法》的通知", "各组：", "值班办法"], "值班办法"),
        (["云岭社区印发《值班管理条例》", "《值班管理条例》全文如下。"], "值班管理条例"),
        (["值班办法（云社发〔2024〕3号）"], "值班办法"),
        (["本办法由社区制定。"], None),
        ([], None),
    ],
)
def test_the_title(head: list[str], title: str | None) -> None:
    assert find_heading(head, [], []).title == title


@pytest.mark.parametrize(
    ("head", "body", "closing", "day"),
    [
        ([], ["本办法自2024年4月1日起施行。"], [], date(2024, 4, 1)),
        ([], ["本办法自 ２０２４ 年 4 月 1 日 起施行。"], [], date(2024, 4, 1)),
        ([], ["本办法自二〇二四年四月一日起施行。"], [], date(2024, 4, 1)),
        ([], ["自2024年4月1日起执行。"], [], date(2024, 4, 1)),
        ([], ["《旧办法》自2001年1月1日起施行，现已废止。"], [], None),
        ([], [], ["云岭社区委员会", "2024年3月8日"], date(2024, 3, 8)),
        (["（2020年1月1日某会发布 2024年3月5日某会修订）"], [], [], date(2024, 3, 5)),
        (["云岭社区委员会", "2024年3月8日", "值班办法"], [], [], date(2024, 3, 8)),
        (["（2020年1月1日某会发布）"], ["本办法自2024年4月1日起施行。"], [], date(2024, 4, 1)),
        (["发布时间：2025年6月6日"], [], [], None),
        ([], ["本办法自2024年2月30日起施行。"], [], None),
    ],
)
def test_the_date(head: list[str], body: list[str], closing: list[str], day: date | None) -> None:
    assert find_heading(head, body, closing).effective == day


@pytest.mark.parametrize(
    ("head", "closing", "issuer"),
    [
        (["（2024年3月5日云岭社区委员会发布）"], [], "云岭社区委员会"),
        (["云岭社区第三次居民代表大会修订，2024年3月5日通过"], [], "云岭社区第三次居民代表大会"),
        (["云岭社区党委", "2024年3月8日", "值班办法"], [], "云岭社区党委"),
        (["云岭社区委员会关于值班的通知"], [], "云岭社区委员会"),
        (["近日，云岭街道党工委印发了《值班办法》。"], [], "云岭街道党工委"),
        ([], ["云岭社区委员会"], "云岭社区委员会"),
        (["值班办法"], [], None),
    ],
)
def test_the_issuer(head: list[str], closing: list[str], issuer: str | None) -> None:
    assert find_heading(head, [], closing).issuer == issuer


def test_the_year_of_the_number() -> None:
    assert find_heading(["值班通知", "（云社发〔2024〕3 号）"], [], []).year == 2024


@pytest.mark.parametrize(
    "title",
    [
        "云岭社区议事办法",
        "《云岭社区议事办法》",
        "云岭社区议事办法（试行）",
        "云岭社区 议事办法(2024年修订)",
        "云岭社区议事办法（云社发〔2024〕3号）",
    ],
)
def test_versions_of_a_document_have_one_key(title: str) -> None:
    assert key_of(title) == "云岭社区议事办法"


def test_the_issuer_before_the_subject_is_no_part_of_the_key() -> None:
    assert key_of("云岭社区委员会关于值班的通知") == key_of("关于值班的通知")
    assert key_of("关于修改值班办法的决定") != key_of("值班办法")
