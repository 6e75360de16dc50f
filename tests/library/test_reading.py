"""Reading each kind of file, made here."""

from __future__ import annotations

from pathlib import Path

import pytest

from library.errors import DocumentRefusedError
from library.numerals import chinese
from library.reading import read
from tests.library.files import LINES, WORDS, paragraph, pdf, table, word, word_body


def refusal(file: Path) -> str:
    """The code with which a file is refused."""
    with pytest.raises(DocumentRefusedError) as raised:
        read(file)
    return raised.value.code


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "gb2312", "utf-16", "utf-16-be"]
)
def test_plain_text_in_the_encodings_that_are_used(tmp_path: Path, encoding: str) -> None:
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    text = "\r\n".join(["", *LINES, ""])
    (tmp_path / "a.txt").write_bytes(mark + text.encode(encoding))
    assert read(tmp_path / "a.txt") == LINES


def test_blanks_and_invisible_characters_of_plain_text(tmp_path: Path) -> None:
    text = "\ufeff## 第一条\u3000\u3000甲\u200b乙\t丙 。\n\n \n⼀、⽀部\x1a"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    assert read(tmp_path / "a.txt") == ["第一条 甲乙 丙 。", "一、支部"]


def test_markdown(tmp_path: Path) -> None:
    text = """---
title: 某某
---
# 某某办法

**第一条**　见[附录](a.md)和*重点*。<!-- 不要 -->
> - 甲
1. 乙\\*

| 组 | 时间 |
|----|:----:|
| 东 | 5日 |

---
"""
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    assert read(tmp_path / "a.md") == [
        *("某某办法", "第一条 见附录和重点。", "甲", "1. 乙*", "组 | 时间", "东 | 5日"),
    ]


def page(body: str, title: str = "某某办法_某网站") -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_web_page_without_what_stands_around_the_text(tmp_path: Path, encoding: str) -> None:
    text = page(
        """<div id=top><a href=x>首页</a><li><a href=x>第一条 新闻</a></div>
        <div><h1>别的</h1><div class=text><p>某某办法</p>
        <p>（2024年3月8日<strong>　</strong>某会发布）</p>
        <p><span>　　第一条&nbsp;　</span>甲<b>乙</b>
        丙。<br/>第二条 丁。</p><script>第九条()</script>
        <table><tr><th>组</th><td>时间</td></tr><tr><td>东</td><td><p>5</p><p>日</p></td></tr></table>
        <p>第三条 戊。</p><p><a href=x>一条广告</a></p>
        <p><strong>延伸阅读</strong></p><p>第四条 广告</p></div></div><p>版权所有</p>"""
    )
    (tmp_path / "a.html").write_bytes(
        text.replace("<li><a href=x>第一条 新闻</a>", "").encode(encoding)
    )
    assert read(tmp_path / "a.html") == [
        *("某某办法", "某某办法", "（2024年3月8日 某会发布）", "第一条 甲乙 丙。", "第二条 丁。"),
        *("组 | 时间", "东 | 5 日", "第三条 戊。"),
    ]


def test_a_table_that_lays_out_a_page_is_no_table(tmp_path: Path) -> None:
    text = page("<table><tr><td>左</td><td><p>第一条 甲。</p><p>第二条 乙。</p></td></tr></table>")
    (tmp_path / "a.htm").write_text(text, encoding="utf-8")
    assert read(tmp_path / "a.htm") == ["某某办法", "第一条 甲。", "第二条 乙。"]


def test_a_word_file(tmp_path: Path) -> None:
    assert read(word(tmp_path / "a.docx", word_body(LINES))) == LINES


def test_a_word_file_reads_as_with_all_changes_accepted(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>第一条</w:t><w:tab/><w:t>甲</w:t></w:r>"
        "<w:del><w:r><w:delText>乙</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>丙</w:t></w:r></w:ins>"
        "<w:hyperlink><w:r><w:t>丁</w:t><w:br/><w:t>戊</w:t></w:r></w:hyperlink></w:p>"
        f"<w:sdt><w:sdtContent>{paragraph('己')}{table(['庚 | 辛'])}</w:sdtContent></w:sdt>"
    )
    assert read(word(tmp_path / "a.docx", body)) == ["第一条 甲丙丁", "戊", "己", "庚 | 辛"]


def test_numbers_that_word_only_shows_are_written_out(tmp_path: Path) -> None:
    def level(depth: int, form: str, text: str, more: str = "") -> str:
        return (
            f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
            f'<w:lvlText w:val="{text}"/>{more}</w:lvl>'
        )

    numbering = (
        f'<w:numbering xmlns:w="{WORDS}"><w:abstractNum w:abstractNumId="7">'
        + level(0, "chineseCountingThousand", "第%1章")
        + level(1, "decimal", "%1.%2", "<w:isLgl/>")
        + '</w:abstractNum><w:abstractNum w:abstractNumId="8">'
        + level(0, "chineseCounting", "第%1条")
        + level(1, "decimalEnclosedCircle", "%2")
        + level(2, "bullet", "*")
        + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="8"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="21"/></w:lvlOverride></w:num></w:numbering>'
    )
    styles = (
        f'<w:styles xmlns:w="{WORDS}"><w:style w:styleId="chapter"><w:pPr><w:numPr>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="mine"><w:basedOn w:val="chapter"/></w:style></w:styles>'
    )

    def item(number: int, depth: int, text: str) -> str:
        return paragraph(
            text,
            f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>',
        )

    body = (
        paragraph("总则", '<w:pStyle w:val="mine"/>')
        + item(2, 0, "甲")
        + item(2, 1, "子")
        + item(2, 1, "丑")
        + item(2, 2, "点")
        + paragraph("会议", '<w:pStyle w:val="chapter"/>')
        + item(1, 1, "小节")
        + item(2, 0, "乙")
        + item(2, 1, "寅")
        + item(3, 0, "丙")
    )
    file = word(tmp_path / "a.docx", body, numbering=numbering, styles=styles)
    assert read(file) == [
        *("第一章 总则", "第一条 甲", "① 子", "② 丑", "点", "第二章 会议", "2.1 小节"),
        *("第二条 乙", "① 寅", "第二十一条 丙"),
    ]


def test_a_pdf_becomes_paragraphs_again_without_page_numbers(tmp_path: Path) -> None:
    long = "第五条 这一款很长，" + "、".join(f"其{chinese(n)}" for n in range(1, 40)) + "。"
    pages = [LINES[:7], [*LINES[7:9], long], LINES[9:], [long]]
    assert read(pdf(tmp_path / "a.pdf", pages)) == [*LINES[:9], long, *LINES[9:], long]


def test_a_paragraph_goes_on_over_the_page(tmp_path: Path) -> None:
    text = "第一条 " + "、".join(f"其{chinese(n)}" for n in range(1, 40)) + "。"
    first, rest = text[: 28 + 30], text[28 + 30 :]
    file = pdf(tmp_path / "a.pdf", [["某某办法", first], [f"\b{rest}", "第二条 乙。"]])
    assert read(file) == ["某某办法", text, "第二条 乙。"]


@pytest.mark.parametrize("suffix", ["txt", "md", "html", "docx", "pdf"])
def test_what_is_not_there(tmp_path: Path, suffix: str) -> None:
    assert refusal(tmp_path / f"a.{suffix}") == "import_missing"
    (tmp_path / f"b.{suffix}").mkdir()
    assert refusal(tmp_path / f"b.{suffix}") == "import_missing"


def test_a_kind_that_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04")
    assert refusal(tmp_path / "a.xlsx") == "import_suffix"


def test_a_scanned_pdf_and_one_with_a_password(tmp_path: Path) -> None:
    assert refusal(pdf(tmp_path / "a.pdf", [[], []])) == "import_scanned"
    lock = f"/Encrypt<</Filter/Standard/V 1/R 2/O<{'ab' * 32}>/U<{'cd' * 32}>/P -4>>/ID[<00><00>]"
    assert refusal(pdf(tmp_path / "b.pdf", [LINES], extra=lock)) == "import_encrypted"


def test_empty_files(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    assert read(tmp_path / "a.txt") == []
    for suffix, code in (("docx", "text"), ("pdf", "text")):
        (tmp_path / f"a.{suffix}").touch()
        assert refusal(tmp_path / f"a.{suffix}") == f"import_is_{code}"
    (tmp_path / "a.html").touch()
    assert refusal(tmp_path / "a.html") == "import_broken"
