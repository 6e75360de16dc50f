"""``zhibu knowledge import``, run as a person runs it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.answers import cards
from library.keeping import passages
from library.reading import read
from library.splitting import split
from office.database import Database
from tests.cli.test_commands import zhibu
from tests.library.files import LINES, NAME, pdf, word, word_body
from texts import say

RULES = ["第一条 甲。", "第二条 乙。", "第四条 丁。"]


@pytest.fixture
def data(sqlite_database: Database, tmp_path: Path) -> Path:
    """A data folder with an empty database in it."""
    assert (tmp_path / "zhibu.db").exists()
    return tmp_path


def written(file: Path, *lines: str) -> str:
    file.write_text("\n".join(lines), encoding="utf-8")
    return str(file)


def kept(database: Database, day: date) -> list[str]:
    with database.reading() as session:
        return [f"{one.document.title} {one.number}" for one in passages(session, day)]


def test_a_file_of_each_kind_gives_the_same(data: Path, sqlite_database: Database) -> None:
    text = written(data / "a.txt", *LINES)
    page = "".join(f"<p>{line}</p>" for line in LINES if " | " not in line)
    rows = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in line.split(" | ")) + "</tr>"
        for line in LINES
        if " | " in line
    )
    page = page.replace("<p>第三条之一", f"<table>{rows}</table><p>第三条之一")
    files = [
        text,
        written(data / "a.md", *(f"| {line} |" if " | " in line else line for line in LINES)),
        written(data / "a.html", f"<html><body>{page}</body></html>"),
        str(word(data / "a.docx", word_body(LINES))),
        str(pdf(data / "a.pdf", [LINES])),
    ]
    done = zhibu("knowledge", "import", "--json", *files, data=data)
    assert done.returncode == 0, done.stderr
    rows_told: list[dict[str, Any]] = json.loads(done.stdout)
    assert [one["outcome"] for one in rows_told] == ["added", *["replaced"] * 4]
    for one in rows_told:
        assert (one["title"], one["issuer"]) == (NAME, "云岭社区委员会")
        assert (one["effective"], one["count"], one["gaps"]) == ("2024-04-01", 5, [])
    with sqlite_database.reading() as session:
        found = [one.text for one in passages(session, date(2025, 1, 1))]
    for file in files:
        assert [part.text for part in split(read(Path(file))).parts] == found


def test_what_was_imported_and_what_is_missing_is_told(data: Path) -> None:
    file = written(data / "a.txt", "值班办法", *RULES)
    given = ("--date", "2025-03-01", "--issuer", "云岭社区[党]委")
    done = zhibu("knowledge", "import", file, *given, data=data)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "✓ 值班办法（云岭社区[党]委，2025-03-01）：3 条，新文件。",
        f"· {say('cli.import_gaps', numbers='3', unit='条')}",
        say("cli.indexed", added=1, removed=0, documents=1, chunks=3),
    ]
    newer = ("--date", "2026-03-01", "--issuer", "云岭社区党委")
    done = zhibu("knowledge", "import", file, *newer, data=data)
    assert "新版本，2025-03-01 的旧版到 2026-03-01 为止" in done.stdout
    again = zhibu("knowledge", "index", data=data)
    assert again.stdout.strip() == say("cli.indexed", added=0, removed=0, documents=2, chunks=6)


def test_a_new_version_names_the_cards_that_cite_the_old_one(data: Path) -> None:
    """Our own text under the name of a document that cards cite."""
    title = "中国共产党支部工作条例"
    file = written(data / "a.txt", title, *RULES, "第五条 本条例自2040年1月1日起施行。")
    done = zhibu("knowledge", "import", file, "--issuer", "中共中央", "--json", data=data)
    told = json.loads(done.stdout)[0]
    citing = {
        card.id
        for card in cards.load().cards.values()
        if any(citation.document == "zhibu-2018" for citation in card.citations)
    }
    assert len(citing) > 50
    assert set(told["cards"]) == citing
    again = zhibu("knowledge", "import", file, "--issuer", "中共中央", data=data)
    assert say("cli.import_replaced") in again.stdout
    assert "zhibu" not in again.stdout
    later = zhibu(
        "knowledge", "import", file, "--issuer", "某会", "--date", "2041-01-01", data=data
    )
    assert say("cli.import_review", n=len(citing)) in later.stdout
    assert all(card in later.stdout for card in citing)


def test_the_issuer_and_the_end_of_a_known_document_come_from_its_list(
    data: Path, sqlite_database: Database
) -> None:
    file = written(data / "a.txt", "中国共产党发展党员工作细则", "2014年5月28日", *RULES)
    told = json.loads(zhibu("knowledge", "import", "--json", file, data=data).stdout)[0]
    assert told["issuer"] == "中共中央办公厅"
    assert told["valid_until"] == "2026-05-11"
    assert kept(sqlite_database, date(2026, 5, 11)) == []


@pytest.mark.parametrize(
    ("lines", "arguments", "code"),
    [
        (RULES, ("--date", "2025-03-01", "--issuer", "某会"), "import_no_title"),
        (["值班办法", *RULES], ("--issuer", "某会"), "import_no_date"),
        (["值班办法", *RULES], ("--date", "2025-03-01"), "import_no_issuer"),
        (["值班办法", "请按时值班。"], (), "import_no_numbering"),
    ],
)
def test_what_cannot_be_found_is_asked_for(
    data: Path, sqlite_database: Database, lines: list[str], arguments: tuple[str, ...], code: str
) -> None:
    file = written(data / "[a].txt", *lines)
    done = zhibu("knowledge", "import", file, *arguments, data=data)
    assert done.returncode == 1
    assert done.stderr.strip() == f"✗ {say(f'cli.{code}', file='[a].txt')}"
    assert kept(sqlite_database, date(2030, 1, 1)) == []


def test_one_bad_file_and_nothing_is_kept(data: Path, sqlite_database: Database) -> None:
    good = written(data / "good.txt", *LINES)
    bad = data / "bad.docx"
    pdf(bad, [LINES])
    done = zhibu("knowledge", "import", good, str(bad), data=data)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.strip() == f"✗ {say('cli.import_is_pdf', file='bad.docx')}"
    assert kept(sqlite_database, date(2030, 1, 1)) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("a.txt", "b.txt", "--title", "甲办法"), say("cli.import_options")),
        (("a.txt", "--date", "去年"), say("cli.date_wrong")),
        (("nowhere.txt",), say("cli.import_missing", file="nowhere.txt")),
    ],
)
def test_a_mistake_gets_one_clear_line(
    data: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    done = zhibu("knowledge", "import", *arguments, data=data)
    assert done.returncode == 1
    assert done.stderr.strip() == f"✗ {sentence}"


def test_every_refusal_has_its_sentence() -> None:
    codes = "missing suffix too_large too_heavy broken encoding encrypted scanned harmful too_long"
    kinds = "is_pdf is_zip is_ole is_rtf is_html is_text no_numbering no_title no_date no_issuer"
    for code in f"{codes} {kinds}".split():
        assert "甲.txt" in say(f"cli.import_{code}", file="甲.txt", limit=50, known=".txt")
