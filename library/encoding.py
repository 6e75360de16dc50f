"""What the bytes of a file are, and the text in them."""

from __future__ import annotations

import codecs
import re
import unicodedata

from library.errors import DocumentRefusedError

CHARACTERS = 10_000_000
"""Most characters of a text, the tags of a web page among them."""

MAGIC = {b"%PDF-": "pdf", b"PK\x03\x04": "zip", b"\xd0\xcf\x11\xe0": "ole", b"{\\rtf": "rtf"}
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\ufffe\uffff\ud800-\udfff]"
)
BLANKS = re.compile(r"[\s\u00a0\u3000]+")
RADICALS = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
"""Some PDF files write the radical ⽀ where the character 支 is meant."""


def kind_of(data: bytes) -> str:
    """What the bytes are, whatever the file is called: pdf, zip, ole, rtf, html or text."""
    for magic, kind in MAGIC.items():
        if data.startswith(magic) or (kind == "pdf" and magic in data[:1024]):
            return kind
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "html" if start.startswith((b"<!doctype html", b"<html")) else "text"


def decode(data: bytes) -> str:
    """Text in UTF-8, UTF-16 with its mark, or GB18030 (and so GBK and GB 2312).

    Raises DocumentRefusedError for anything else. Almost any bytes can be taken for GB18030, so
    what was gained by it must consist of characters that people use.
    """
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            text = _in_use(data.decode("utf-16"))
        else:
            text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = _in_use(data.decode("gb18030"))
        except UnicodeDecodeError as error:
            raise DocumentRefusedError("import_encoding") from error
    if len(text) > CHARACTERS:
        raise DocumentRefusedError("import_too_heavy")
    text = text.rstrip("\x1a")
    if CONTROLS.search(text):
        raise DocumentRefusedError("import_encoding")
    return text


def _in_use(text: str) -> str:
    seen = [char for char in text[:200_000] if not char.isascii()][:20_000]
    if not seen or sum(map(_is_common, seen)) < 0.85 * len(seen):
        raise DocumentRefusedError("import_encoding")
    return text


def _is_common(char: str) -> bool:
    """Whether it is one of the 3755 characters of the first level of GB 2312, or a sign of it."""
    try:
        return char.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return False


def clean(line: str) -> str:
    """A line without invisible characters, its blanks single, radicals as the characters meant."""
    return BLANKS.sub(" ", INVISIBLE.sub("", line).translate(RADICALS)).strip()
