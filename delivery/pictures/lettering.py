"""Chinese lettering for pictures: which of our fonts has a character, how wide a line is.

The fonts (Noto Serif SC and Noto Sans SC) come with the package pylopdf-fonts-zh-cn.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from PIL import Image, ImageDraw, ImageFont

FONTS = ("NotoSerifSC-Regular.otf", "NotoSansSC-Regular.otf")
"""The first one that has a character writes it: rare characters of names fall back."""
NOWHERE = "\U0010ffff"
"""A character that no font has: what is drawn for it marks a missing glyph."""


@lru_cache(maxsize=64)
def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """One of our fonts in a size in pixels."""
    return ImageFont.truetype(str(files("pylopdf_fonts_zh_cn") / name), size)


@lru_cache(maxsize=4096)
def font_name_of(character: str) -> str | None:
    """The font that has this character; None if none has it."""
    for name in FONTS:
        face = font(name, 40)
        if character.isspace() or bytes(face.getmask(character)) != _box_of(name):
            return name
    return None


@lru_cache
def _box_of(name: str) -> bytes:
    """What the font draws for a glyph that it does not have."""
    return bytes(font(name, 40).getmask(NOWHERE))


def drawable(text: str) -> bool:
    """Whether every character of the text can be drawn."""
    return all(font_name_of(character) is not None for character in text)


def width_of(text: str, size: int, spacing: float = 0) -> float:
    """How many pixels a line takes; ``spacing`` is what stands between its characters."""
    return sum(_advance(one, size) for one in text) + spacing * max(0, len(text) - 1)


def _advance(character: str, size: int) -> float:
    return font(font_name_of(character) or FONTS[0], size).getlength(character)


def write(
    mask: Image.Image, text: str, size: int, middle: float, baseline: float, spacing: float = 0
) -> None:
    """Write a line into a mask (mode L), centred on ``middle``, standing on ``baseline``."""
    pen, left = ImageDraw.Draw(mask), middle - width_of(text, size, spacing) / 2
    for character in text:
        face = font(font_name_of(character) or FONTS[0], size)
        pen.text((left, baseline), character, fill=255, font=face, anchor="ls")
        left += face.getlength(character) + spacing
