"""Articles are cut so that each piece fits and can be read alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.answers.passages.chunks import GOES_ON, LONGEST, cut

SHORT = "值班每天两人。"
LONG = "值班员应当登记来访。" * 15


def test_a_short_article_stays_whole() -> None:
    assert list(cut(f"{SHORT}\n\n会议室提前登记。")) == [f"{SHORT}\n会议室提前登记。"]


def test_a_long_article_is_cut_by_paragraph() -> None:
    assert list(cut(f"{LONG}\n\n{SHORT}\n\n{LONG}")) == [LONG, SHORT, LONG]


def test_items_keep_the_line_that_they_hang_on() -> None:
    items = [f"（{n}）{'不得外借的物品' * 8}；" for n in "一二三四五六"]
    pieces = list(cut("\n".join(["下列物品不外借：", *items])))
    assert len(pieces) > 1
    assert all(piece.startswith("下列物品不外借：\n（") for piece in pieces)
    assert [piece.endswith(GOES_ON) for piece in pieces] == [True] * (len(pieces) - 1) + [False]


def test_a_long_paragraph_is_cut_at_the_end_of_a_sentence() -> None:
    pieces = list(cut(LONG * 3))
    assert all(piece.removesuffix(GOES_ON).endswith("。") for piece in pieces)


@given(st.text(alphabet="一二三。；：\n（）", max_size=1500))
def test_no_piece_is_too_long_and_nothing_is_lost(text: str) -> None:
    pieces = list(cut(text))
    assert all(len(piece) <= LONGEST + len(GOES_ON) for piece in pieces)
    said = set("".join(pieces))
    assert set(text) - set("\n") <= said
