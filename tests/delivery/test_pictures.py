"""The picture of a greeting: names of every length within its frame, no missing glyph, small."""

from __future__ import annotations

import io
from datetime import date

import pytest
from PIL import Image, ImageChops
from PIL.PngImagePlugin import PngImageFile

from delivery.pictures import alt_of, drawn, greeting, of_greeting
from delivery.pictures.backdrop import HEIGHT, WIDTH, backdrop
from delivery.pictures.lettering import drawable, font_name_of, width_of

DAY = date(1996, 11, 24)
NAMES = [
    "李梅",
    "赵立春",
    "欧阳小满",
    "买买提·艾力",
    "阿卜杜热合曼·买买提",
    "阿卜杜热合曼·买买提吐尔逊·艾力",
    "阿" * 20,
    "买" * 40,
    "㛃𬱖䶮",
    "Anna Example",
]
BESIDE_THE_NAME = 120
"""Pixels at both sides that stay as they are on every picture."""


def picture(name: str, years: int = 30) -> Image.Image:
    return Image.open(io.BytesIO(greeting.draw(name, DAY, years)))


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_any_length_stands_within_the_frame(name: str) -> None:
    shown = picture(name)
    assert isinstance(shown, PngImageFile)
    assert shown.size == (WIDTH, HEIGHT) == (1080, 1440)
    box = ImageChops.difference(shown.convert("RGB"), backdrop()).getbbox()
    assert box is not None
    assert box[0] >= BESIDE_THE_NAME
    assert box[2] <= WIDTH - BESIDE_THE_NAME
    sizes = [size for _, size, _ in greeting.lines_of(name)]
    assert min(sizes) >= (46 if len(name) <= 20 else greeting.NAME_SMALLEST)


@pytest.mark.parametrize("years", [1, 55, 100])
def test_years_stand_within_the_medallion(years: int) -> None:
    assert width_of(str(years), 190 if years < 100 else 150, 2) < 300
    assert picture("赵立春", years).size == (WIDTH, HEIGHT)


def test_lines_of_a_long_name_are_parted_at_a_dot() -> None:
    lines = [line for line, *_ in greeting.lines_of("阿卜杜热合曼·买买提吐尔逊·艾力")]
    assert lines == ["阿卜杜热合曼·", "买买提吐尔逊·艾力"]


def test_the_picture_is_small_and_the_same_every_time() -> None:
    one = greeting.draw("阿卜杜热合曼·买买提吐尔逊·艾力", DAY, 30)
    assert len(one) < 300_000
    assert one == greeting.draw("阿卜杜热合曼·买买提吐尔逊·艾力", DAY, 30)
    assert one != greeting.draw("阿卜杜热合曼·买买提吐尔逊·艾力", DAY, 31)


def test_no_character_is_drawn_as_a_box() -> None:
    assert all(drawable(name) for name in NAMES)
    assert font_name_of("\U000300ff") is None
    nameless = greeting.draw("\U000300ff某", DAY, 30)
    assert nameless == greeting.draw("\U000300fe某", DAY, 30)  # the same for all such names
    assert nameless != greeting.draw("某", DAY, 30)


def test_an_outbox_row_says_what_is_drawn() -> None:
    row = of_greeting("赵立春", DAY, 30)
    assert drawn(row) == greeting.draw("赵立春", DAY, 30)
    assert alt_of(row) == "政治生日贺卡：赵立春同志，入党 30 周年"


@pytest.mark.parametrize(
    "row",
    [
        None,
        {"kind": "unknown"},
        {"kind": "greeting"},
        {"kind": "greeting", "name": "某", "admitted_on": "never", "years": 3},
    ],
)
def test_what_cannot_be_drawn_leaves_the_text_alone(row: dict[str, object] | None) -> None:
    assert drawn(row) is None
