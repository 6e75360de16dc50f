"""Files that mean harm, or are not what they say: one clear answer, soon and in little memory."""

from __future__ import annotations

import random
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from library import reading
from library.errors import DocumentRefusedError
from library.reading import read
from tests.library.files import LINES, WORDS, paragraph, pdf, word, word_body
from tests.library.test_reading import refusal

ENTITY = '<!DOCTYPE {} [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


def bomb(file: Path, chunk: bytes, times: int) -> Path:
    """A Word file whose document unpacks to ``times`` chunks."""
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/document.xml", "w") as stream,
    ):
        stream.write(f'<w:document xmlns:w="{WORDS}"><w:body>'.encode())
        for _ in range(times):
            stream.write(chunk)
        stream.write(b"</w:body></w:document>")
    return file


def pdf_bomb(file: Path) -> Path:
    """A PDF file of a few hundred kilobytes whose page unpacks to 300 megabytes."""
    packed = zlib.compressobj(9)
    stream = b"".join(packed.compress(b" " * (1 << 20)) for _ in range(300)) + packed.flush()
    text = f"<</Filter/FlateDecode/Length {len(stream)}>>stream\n"
    before = pdf(file, [["甲"]]).read_bytes()
    place = before.index(b"stream\nBT")
    start = before.rindex(b"<<", 0, place)
    end = before.index(b"endstream", place)
    file.write_bytes(before[:start] + text.encode() + stream + b"\n" + before[end:])
    return file


def peak_of(file: Path) -> tuple[str, float, int]:
    """The answer to a file, how long it took in seconds, and what it took at most in megabytes."""
    code = (
        "import sys, pathlib; from library.reading import read\n"
        "try: read(pathlib.Path(sys.argv[1])); print('read')\n"
        "except Exception as error: print(error)"
    )
    begun, peak = time.monotonic(), 0
    answer = file.with_suffix(".answer")
    with answer.open("w") as out:
        process = psutil.Popen([sys.executable, "-c", code, str(file)], stdout=out)
    while process.poll() is None:
        try:
            family = [process, *process.children(recursive=True)]
            peak = max(peak, sum(one.memory_info().rss for one in family))
        except psutil.Error:
            continue
        time.sleep(0.01)
    return answer.read_text().strip(), time.monotonic() - begun, peak >> 20


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("a.docx", lambda file: bomb(file, b" " * (1 << 20), 300), "import_too_heavy"),
        ("b.docx", lambda file: bomb(file, b"<w:p/>" * 10_000, 150), "import_too_heavy"),
        ("c.docx", lambda file: bomb(file, b"<w:p>" * 10_000, 100), "import_broken"),
        ("d.html", lambda file: file.write_text("<div>" * 500_000), "read"),
        ("e.html", lambda file: file.write_text("<p " + 'a="b" ' * 7_000_000), "import_too_heavy"),
        ("f.md", lambda file: file.write_text("<!--" * 2_000_000), "import_too_heavy"),
        ("g.txt", lambda file: file.write_text("第一条 " * 3_000_000), "import_too_heavy"),
        ("h.pdf", pdf_bomb, "import_too_heavy"),
    ],
)
def test_a_bomb_ends_soon_and_in_little_memory(
    tmp_path: Path, name: str, make: Callable[[Path], object], code: str
) -> None:
    make(tmp_path / name)
    answer, seconds, megabytes = peak_of(tmp_path / name)
    assert answer == code
    assert seconds < 10
    assert megabytes < 300


@pytest.mark.parametrize("suffix", ["txt", "pdf", "docx"])
def test_500_megabytes_are_refused_unread(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"a.{suffix}"
    with file.open("wb") as stream:
        stream.truncate(500 << 20)
    begun = time.monotonic()
    assert refusal(file) == "import_too_large"
    assert time.monotonic() - begun < 1


def test_entities_are_refused(tmp_path: Path) -> None:
    text = paragraph("第一条 &x;")
    laughs = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 10))
    for before in (
        ENTITY.format("d"),
        f'<!DOCTYPE d [<!ENTITY x0 "ha">{laughs}<!ENTITY x "&x9;">]>',
        '<!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd">',
    ):
        assert refusal(word(tmp_path / "a.docx", text, before=before)) == "import_harmful"
    in_wide = f'<?xml version="1.0" encoding="utf-16"?>{ENTITY.format("d")}<d>&x;</d>'
    wide = in_wide.encode("utf-16")
    with zipfile.ZipFile(tmp_path / "b.docx", "w") as archive:
        archive.writestr("word/document.xml", wide)
    assert refusal(tmp_path / "b.docx") == "import_harmful"
    page = ENTITY.format("html") + "<html><body><p>第一条 &x;</p></body></html>"
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    assert refusal(tmp_path / "a.html") == "import_harmful"


def test_a_wrong_suffix_is_named(tmp_path: Path) -> None:
    word(tmp_path / "a.docx", word_body(LINES))
    pdf(tmp_path / "a.pdf", [LINES])
    kinds = {
        "zip": (tmp_path / "a.docx").read_bytes(),
        "pdf": (tmp_path / "a.pdf").read_bytes(),
        "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
        "rtf": b"{\\rtf1 abc}",
        "html": b"\n<!DOCTYPE HTML><html></html>",
        "text": "\n".join(LINES).encode(),
    }
    for suffix, (_, fitting) in reading.FORMATS.items():
        for kind, data in kinds.items():
            file = tmp_path / f"named{suffix}"
            file.write_bytes(data)
            if kind not in fitting:
                assert refusal(file) == f"import_is_{kind}"


def test_an_archive_that_is_no_word_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert refusal(tmp_path / "a.docx") == "import_is_zip"


@pytest.mark.parametrize("size", [1, 40, 5_000, 200_000])
@pytest.mark.parametrize("suffix", ["txt", "md", "html", "docx", "pdf"])
def test_random_bytes_are_refused(tmp_path: Path, suffix: str, size: int) -> None:
    file = tmp_path / f"a.{suffix}"
    file.write_bytes(b"\x81" + random.Random(size).randbytes(size))
    assert refusal(file) in {"import_encoding", "import_is_text"}


@pytest.mark.parametrize(("suffix", "magic"), [("pdf", b"%PDF-1.7\n"), ("docx", b"PK\x03\x04")])
def test_random_bytes_after_the_right_beginning(tmp_path: Path, suffix: str, magic: bytes) -> None:
    file = tmp_path / f"a.{suffix}"
    file.write_bytes(magic + random.Random(1).randbytes(50_000))
    assert refusal(file) == "import_broken"


@pytest.mark.parametrize("cut", [slice(None, -1), slice(1, None), slice(None, -5)])
def test_broken_utf_8_is_not_taken_for_another_encoding(tmp_path: Path, cut: slice) -> None:
    (tmp_path / "a.txt").write_bytes("\n".join(LINES).encode()[cut])
    assert refusal(tmp_path / "a.txt") == "import_encoding"


def test_a_parser_that_is_killed_is_an_answer_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "SECONDS", 0.01)
    (tmp_path / "a.txt").write_text("第一条 甲。", encoding="utf-8")
    with pytest.raises(DocumentRefusedError, match="import_too_heavy"):
        read(tmp_path / "a.txt")
