"""Small files of each kind, made here: nothing of a real regulation is kept in the project."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

NAME = "云岭社区议事办法（试行）"
"""A text of our own, with everything that a regulation has."""

LINES = [
    NAME,
    "（2024年3月5日云岭社区委员会会议通过 2024年3月8日云岭社区委员会发布）",
    "第一章 总则",
    "第一条 为了把事情商量好，制定本办法。",
    "第二条 议事应当遵循以下原则：",
    "（一）先听后说；",
    "（二）一事一议。",
    "违反第一条规定的，重新商量。",
    "第二章 会议",
    "第三条 议事会每月召开1次，各组的时间如下：",
    "组别 | 时间",
    "东组 | 每月5日",
    "西组 | 每月15日",
    "第三条之一 急事可以随时召开。",
    "第四条 本办法自2024年4月1日起施行。",
]

WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"


def paragraph(text: str, properties: str = "") -> str:
    """A paragraph of a Word file."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def table(rows: Sequence[str]) -> str:
    """A table of a Word file; cells are parted by a bar."""
    cells = "".join(
        "<w:tr>"
        + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row.split(" | "))
        + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl>{cells}</w:tbl>"


def word_body(lines: Sequence[str]) -> str:
    """The lines as paragraphs, those with bars as tables."""
    body, rows = "", []
    for line in [*lines, ""]:
        if " | " in line:
            rows.append(line)
            continue
        body += table(rows) if rows else ""
        rows = []
        body += paragraph(line) if line else ""
    return body


def word(file: Path, body: str, *, before: str = "", **parts: str) -> Path:
    """A Word file with this body; ``parts`` are further parts, such as numbering."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        relation = f'<Relationship Id="r1" Type="{OFFICE}" Target="word/document.xml"/>'
        archive.writestr("_rels/.rels", f"<Relationships>{relation}</Relationships>")
        document = f'<w:document xmlns:w="{WORDS}"><w:body>{body}</w:body></w:document>'
        archive.writestr("word/document.xml", before + document)
        for name, part in parts.items():
            archive.writestr(f"word/{name}.xml", part)
    return file


def pdf(file: Path, pages: Sequence[Sequence[str]], *, extra: str = "") -> Path:
    """A PDF file: 30 characters a line, paragraphs indented by two, the page number below.

    A paragraph after a backspace is not indented: it goes on from the page before.
    """
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "",
        "<</Type/Font/Subtype/Type0/BaseFont/Song/Encoding/Identity-H"
        "/DescendantFonts[4 0 R]/ToUnicode 5 0 R>>",
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/Song/DW 1000"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
        _stream(
            "begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
            "1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap"
        ),
    ]
    kids = []
    for number, paragraphs in enumerate(pages, 1):
        kids.append(len(objects) + 1)
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {len(objects) + 2} 0 R"
            "/Resources<</Font<</F 3 0 R>>>>>>",
            _stream(_printed(paragraphs, number)),
        ]
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(f'{k} 0 R' for k in kids)}]>>"
    _write(file, objects, extra)
    return file


def _printed(paragraphs: Sequence[str], number: int) -> str:
    said, height = "", 780
    for text in paragraphs:
        rest, left = text[1:] if text.startswith("\b") else "\u3000\u3000" + text, 72
        while rest:
            line, rest = rest[:30], rest[30:]
            shift = len(line) - len(line.lstrip("\u3000"))
            said += _show(line[shift:], left + 14 * shift, height)
            height -= 22
    return said + _show(f"— {number} —", 280, 40) if paragraphs else "0 0 100 100 re f"


def _show(text: str, left: int, height: int) -> str:
    coded = text.encode("utf-16-be").hex()
    return f"BT /F 14 Tf 1 0 0 1 {left} {height} Tm <{coded}> Tj ET\n"


def _stream(content: str) -> str:
    return f"<</Length {len(content)}>>stream\n{content}\nendstream"


def _write(file: Path, objects: Sequence[str], extra: str) -> None:
    out = io.BytesIO(b"")
    out.write(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1"))
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    out.write("".join(f"{place:010} 00000 n \n" for place in places).encode())
    trailer = f"<</Size {len(objects) + 1}/Root 1 0 R{extra}>>"
    out.write(f"trailer\n{trailer}\nstartxref\n{start}\n%%EOF".encode("latin-1"))
    file.write_bytes(out.getvalue())
