"""The picture of a political-birthday greeting: name, day of admission, years."""

from __future__ import annotations

import io
from datetime import date

from PIL import Image

from delivery.pictures.backdrop import HEIGHT, MIDDLE, WIDTH, backdrop, gild
from delivery.pictures.lettering import drawable, width_of, write
from texts import say

CREAM = (255, 246, 226)
WIDEST = 820
"""Pixels that a line may take: the frame keeps its distance."""
NAME_MIDDLE = 975
NAME_LARGEST, NAME_SMALLEST = 132, 36
SPACING = {2: 0.62, 3: 0.24, 4: 0.12}
"""Between the characters of a name of so many, in parts of their size."""
LONG = 8
"""A longer name is written in two lines, parted at the dot nearest to its middle."""


def draw(name: str, admitted_on: date, years: int) -> bytes:
    """A PNG of 1080 x 1440 pixels; the same values give the same bytes.

    A name with a character that our fonts lack is left out of the picture: it stands in the text.
    """
    picture = backdrop().copy()
    x, y = MIDDLE
    day = say(
        "greetings.picture_day", year=admitted_on.year, month=admitted_on.month, day=admitted_on.day
    )
    for text, size, baseline, spacing in (
        (say("greetings.picture_title"), 84, 222, 44),
        (str(years), 190 if years < 100 else 150, y + 46, 2),
        (say("greetings.picture_years"), 46, y + 122, 18),
        (day, 46, 1142, 3),
        (say("greetings.picture_wish"), 34, 1344, 8),
    ):
        line = _mask()
        write(line, text, size, x, baseline, spacing)
        gild(picture, line)
    picture.paste(Image.new("RGB", picture.size, CREAM), (0, 0), _name(name))
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=6)
    return out.getvalue()


def lines_of(name: str) -> list[tuple[str, int, float]]:
    """The lines of a name, each with its size and spacing in pixels."""
    lines = _parted(name)
    size = NAME_LARGEST if len(lines) == 1 else 84
    spacing = SPACING.get(len(name), 0.06)
    while size > NAME_SMALLEST and any(_width(line, size, spacing) > WIDEST for line in lines):
        size -= 2
    return [(line, size, spacing * size) for line in lines]


def _width(line: str, size: int, spacing: float) -> float:
    return width_of(line, size, spacing * size)


def _parted(name: str) -> list[str]:
    if len(name) <= LONG:
        return [name]
    dots = [n for n, character in enumerate(name) if character in "·•・ "]
    cut = min(dots, key=lambda n: abs(n + 1 - len(name) / 2)) + 1 if dots else (len(name) + 1) // 2
    return [name[:cut], name[cut:]] if 0 < cut < len(name) else [name]


def _name(name: str) -> Image.Image:
    """The name as a mask; a polite address where it cannot be drawn."""
    mask = _mask()
    lines = lines_of(name if drawable(name) else say("greetings.picture_nameless"))
    step = lines[0][1] * 1.22
    first = NAME_MIDDLE - step * (len(lines) - 1) * 0.62
    for number, (line, size, spacing) in enumerate(lines):
        write(mask, line, size, WIDTH / 2, first + step * number + size * 0.36, spacing)
    return mask


def _mask() -> Image.Image:
    return Image.new("L", (WIDTH, HEIGHT))
