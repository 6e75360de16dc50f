"""The real texts, where they are at hand: the variable ZHIBU_REFERENCE names their folder.

It holds ``regulations/*.txt`` and ``originals/*.html``. They are no part of the project.
"""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path

import pytest

from library.reading import read
from library.splitting import Document, split

FOLDER = os.environ.get("ZHIBU_REFERENCE")
pytestmark = pytest.mark.skipif(
    not FOLDER, reason="ZHIBU_REFERENCE is not set: the real texts are not imported"
)


def document(path: str) -> Document:
    return split(read(Path(FOLDER or "") / path))


@pytest.mark.parametrize(
    ("name", "unit", "count", "effective"),
    [
        ("zhibu-gongzuo-tiaoli-2018", "article", 37, date(2018, 10, 28)),
        ("dangyuan-jiaoyu-guanli-2019", "article", 46, date(2019, 5, 6)),
        ("fazhan-dangyuan-xize-2014", "article", 44, date(2014, 5, 28)),
        ("fazhan-dangyuan-xize-2026", "article", 44, date(2026, 5, 11)),
        ("dangzhang-2022", "article", 55, date(2022, 10, 22)),
        ("dangfei-guiding-2008", "article", 33, date(2008, 4, 1)),
        ("jiguan-jiceng-2019", "article", 43, date(2019, 11, 29)),
        ("gaoxiao-jiceng-2021", "article", 39, date(2021, 4, 16)),
        ("zutongzi-2015-33", "section", 6, None),
    ],
)
def test_every_article_is_found(name: str, unit: str, count: int, effective: date | None) -> None:
    found = document(f"regulations/{name}.txt")
    assert [(part.unit, part.number) for part in found.articles] == [
        (unit, number) for number in range(1, count + 1)
    ]
    assert found.gaps == ()
    assert found.heading.title
    assert found.heading.effective == effective


@pytest.mark.parametrize(
    "name", ["dangyuan-jiaoyu-guanli-2019", "dangzhang-2022", "fazhan-dangyuan-xize-2026"]
)
def test_a_saved_page_holds_the_same_articles_as_its_text(name: str) -> None:
    page, text = document(f"originals/{name}.html"), document(f"regulations/{name}.txt")
    assert _articles(page) == _articles(text)
    assert page.heading.title == text.heading.title
    assert page.heading.effective == text.heading.effective


def _articles(found: Document) -> list[tuple[int, str, str]]:
    return [(part.number, part.chapter, re.sub(r"\s", "", part.text)) for part in found.articles]
