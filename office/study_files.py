"""Files that may be sent as study content: their kinds, sizes and names."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from office.errors import InvalidStudyError

MOST_MB = 10
LONGEST_NAME = 120
OFFICE = "application/vnd.openxmlformats-officedocument."
ZIP = b"PK\x03\x04"
KINDS: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "docx": (f"{OFFICE}wordprocessingml.document", (ZIP,)),
    "xlsx": (f"{OFFICE}spreadsheetml.sheet", (ZIP,)),
    "pptx": (f"{OFFICE}presentationml.presentation", (ZIP,)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "mp3": ("audio/mpeg", (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    "mp4": ("video/mp4", (b"ftyp",)),
    "txt": ("text/plain; charset=utf-8", ()),
}
"""What a name may end in: the media type, and how such a file begins (of mp4: after 4 bytes)."""
NAMES = ", ".join(KINDS)


@dataclass(frozen=True)
class StudyFile:
    """A file that was looked at: a plain name, its media type, its bytes."""

    name: str
    media_type: str
    content: bytes


def accept(name: str, content: bytes) -> StudyFile:
    """The file with a plain name. Raises InvalidStudyError for what we do not send on.

    The name says nothing that the content does not bear out; a text is turned into UTF-8.
    """
    plain = plain_name(name)
    suffix = plain.rpartition(".")[2].lower()
    suffix = "jpg" if suffix == "jpeg" else suffix
    if suffix not in KINDS:
        raise InvalidStudyError("study_file_kind", kinds=NAMES)
    if len(content) > MOST_MB << 20:
        raise InvalidStudyError("study_file_large", most=MOST_MB)
    media_type, beginnings = KINDS[suffix]
    if suffix == "txt":
        content = _text(content)
    elif not content[4 if suffix == "mp4" else 0 :].startswith(beginnings):
        raise InvalidStudyError("study_file_content", suffix=suffix)
    return StudyFile(plain, media_type, content)


def plain_name(name: str) -> str:
    """The last part of a path, without control, direction or reserved characters, not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(
        one for one in unicodedata.normalize("NFC", last) if unicodedata.category(one)[0] != "C"
    )
    kept = "".join("_" if one in '<>:"|?*%;' else one for one in kept).strip(" .")
    stem, dot, suffix = kept.rpartition(".")
    if not dot or not stem:
        return kept[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(suffix) - 1]}.{suffix}"


def _text(content: bytes) -> bytes:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text.encode()
    raise InvalidStudyError("study_file_content", suffix="txt")
