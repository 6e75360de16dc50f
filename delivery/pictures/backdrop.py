"""What stands behind a greeting: red ground, wreath, ripples, hills and frame, all drawn here."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1080, 1440
FINE = 2
"""Shapes are drawn so many times larger and reduced, so that their edges are smooth."""
MIDDLE = (540, 555)
RADIUS = 205
"""Of the medallion in which the years stand."""
RIPPLES = range(370, 1400, 92)
"""Radii of the rings that spread from it."""
RED_TOP, RED_BOTTOM = (164, 22, 27), (112, 9, 16)
GOLD_LIGHT, GOLD_DARK = (250, 231, 178), (214, 164, 82)
HILLS = (
    (1216, 28, 0.0061, 0.4, (126, 12, 18)),
    (1250, 30, 0.0047, 2.3, (108, 8, 14)),
    (1276, 14, 0.0072, 4.1, (90, 6, 11)),
)
"""Height of a row of hills, how far it swings, how fast, from where, and its colour."""
Point = tuple[float, float]


def gradient(top: Sequence[int], bottom: Sequence[int], size: tuple[int, int]) -> Image.Image:
    """A plain change of colour from top to bottom."""
    column = Image.new("RGB", (1, size[1]))
    for y in range(size[1]):
        part = y / max(1, size[1] - 1)
        mixed = tuple(round(a + (b - a) * part) for a, b in zip(top, bottom, strict=True))
        column.putpixel((0, y), mixed)
    return column.resize(size)


def gild(picture: Image.Image, mask: Image.Image, strength: float = 1.0) -> None:
    """Lay gold where the mask is; lighter at its top than at its bottom."""
    box = mask.getbbox()
    if box is None:
        return
    part = mask.crop(box)
    if strength < 1:
        part = part.point([round(level * strength) for level in range(256)])
    picture.paste(gradient(GOLD_LIGHT, GOLD_DARK, part.size), box, part)


@lru_cache(maxsize=1)
def backdrop() -> Image.Image:
    """The picture without words; the same every time, so drawn once. Copy before drawing on it."""
    picture = gradient(RED_TOP, RED_BOTTOM, (WIDTH, HEIGHT))
    gild(picture, _circles([(radius, 2) for radius in RIPPLES]), 0.13)
    for number, (height, swing, pace, start, colour) in enumerate(HILLS):
        edge = [
            (x, height + swing * math.sin(pace * x + start) + 9 * math.sin(3.1 * pace * x + number))
            for x in range(0, WIDTH + 1, 4)
        ]
        land = [*edge, (WIDTH, HEIGHT), (0, HEIGHT)]
        ImageDraw.Draw(picture).polygon(land, fill=colour)  # the gold line smooths its edge
        gild(picture, _line(edge, 2), 0.55)
    gild(picture, _circles([(RADIUS, 5), (RADIUS - 16, 2)]))
    gild(picture, _drawn(_wreath()))
    gild(picture, _frame(), 0.8)
    return picture


def _mask() -> Image.Image:
    return Image.new("L", (WIDTH * FINE, HEIGHT * FINE))


def _reduced(mask: Image.Image) -> Image.Image:
    return mask.reduce(FINE)


def _drawn(polygons: Sequence[Sequence[Point]]) -> Image.Image:
    mask = _mask()
    pen = ImageDraw.Draw(mask)
    for polygon in polygons:
        pen.polygon([(x * FINE, y * FINE) for x, y in polygon], fill=255)
    return _reduced(mask)


def _line(points: Sequence[Point], width: int) -> Image.Image:
    mask = _mask()
    scaled = [(x * FINE, y * FINE) for x, y in points]
    ImageDraw.Draw(mask).line(scaled, fill=255, width=width * FINE, joint="curve")
    return _reduced(mask)


def _circles(rings: Sequence[tuple[int, int]]) -> Image.Image:
    """Rings around the medallion's middle, each a radius and the width of its line."""
    mask = _mask()
    pen, (x, y) = ImageDraw.Draw(mask), MIDDLE
    for radius, width in rings:
        box = [(x - radius) * FINE, (y - radius) * FINE, (x + radius) * FINE, (y + radius) * FINE]
        pen.ellipse(box, outline=255, width=width * FINE)
    return _reduced(mask)


def _wreath() -> list[list[Point]]:
    """Two branches of leaves around the medallion, open at the top."""
    return [*_branch(1), *_branch(-1)]


def _branch(side: int) -> Iterator[list[Point]]:
    """Leaves in pairs from the foot of the wreath up one side."""
    x, y = MIDDLE
    for number in range(13):
        turn = math.radians(90 - side * (8 + 11.2 * number))
        size = 62 - 2.1 * number
        for inner in (True, False):
            radius = RADIUS + (34 if inner else 48)
            foot = (x + radius * math.cos(turn), y + radius * math.sin(turn))
            lean = turn - side * math.radians(90 + (24 if inner else -28))
            yield _leaf(foot, lean, size * (0.82 if inner else 1))


def _leaf(foot: Point, lean: float, size: float) -> list[Point]:
    """A pointed leaf that begins at its foot."""
    outline = []
    for step in range(25):
        part = step / 12 if step <= 12 else (24 - step) / 12
        wide = 0.17 * size * math.sin(math.pi * part**0.8) * (1 if step <= 12 else -1)
        along = size * part
        outline.append(
            (
                foot[0] + along * math.cos(lean) - wide * math.sin(lean),
                foot[1] + along * math.sin(lean) + wide * math.cos(lean),
            )
        )
    return outline


def _frame() -> Image.Image:
    """A double line with its corners cut in."""
    mask = Image.new("L", (WIDTH, HEIGHT))
    pen, notch = ImageDraw.Draw(mask), 34
    for inset, width in ((40, 3), (54, 1)):
        left, top, right, bottom = inset, inset, WIDTH - inset, HEIGHT - inset
        points = [
            (left + notch, top), (right - notch, top), (right - notch, top + notch),
            (right, top + notch), (right, bottom - notch), (right - notch, bottom - notch),
            (right - notch, bottom), (left + notch, bottom), (left + notch, bottom - notch),
            (left, bottom - notch), (left, top + notch), (left + notch, top + notch),
            (left + notch, top),
        ]  # fmt: skip
        pen.line(points, fill=255, width=width)
    return mask
