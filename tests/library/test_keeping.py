"""Documents in versions, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from library.errors import DocumentRefusedError
from library.heading import Heading
from library.keeping import Outcome, Source, keep, passages
from library.splitting import Document, split
from office import models
from office.database import Database
from tests.conftest import NOW
from tests.library.files import LINES

SOURCE = Source("a.txt", "0" * 64)


def issued(day: date, *lines: str, title: str = "云岭议事办法") -> Document:
    return replace(split(lines or LINES), heading=Heading(title, day, "云岭社区委员会"))


def store(
    database: Database, document: Document, until: date | None = None
) -> tuple[Outcome, date | None]:
    with database.writing() as session:
        kept = keep(session, document, SOURCE, until=until, now=NOW)
        return kept.outcome, kept.previous.effective if kept.previous else None


def texts(database: Database, day: date) -> list[str]:
    with database.reading() as session:
        return [passage.text for passage in passages(session, day)]


OLD = issued(date(2020, 1, 1), "第一条 旧一。", "第二条 旧二。")
NEW = issued(date(2024, 4, 1), "第一条 新一。", title="《云岭议事办法（试行）》")


def test_a_document_is_kept_with_everything_in_it(database: Database) -> None:
    assert store(database, issued(date(2024, 4, 1))) == (Outcome.ADDED, None)
    with database.reading() as session:
        found = passages(session, date(2024, 4, 1))
        assert [(one.unit, one.number, one.inserted) for one in found] == [
            *(("article", 1, 0), ("article", 2, 0), ("article", 3, 0)),
            *(("article", 3, 1), ("article", 4, 0)),
        ]
        assert found[2].chapter == "第二章 会议"
        assert found[2].text.endswith("西组 | 每月15日")
        assert found[0].document.issuer == "云岭社区委员会"
        assert found[0].document.imported_at == NOW
        entry = session.query(models.AuditEntry).one()
        assert (entry.action, entry.detail) == ("import", {"outcome": "added"})


def test_the_same_date_replaces(database: Database) -> None:
    store(database, OLD)
    corrected = issued(date(2020, 1, 1), "第一条 旧一，改正。")
    assert store(database, corrected) == (Outcome.REPLACED, None)
    assert texts(database, date(2020, 1, 1)) == ["旧一，改正。"]
    with database.reading() as session:
        assert session.query(models.Document).count() == 1
        assert session.query(models.Passage).count() == 1


def test_another_date_is_a_new_version_and_the_old_one_stays(database: Database) -> None:
    store(database, OLD)
    assert store(database, NEW) == (Outcome.NEW_VERSION, date(2020, 1, 1))
    assert texts(database, date(2019, 12, 31)) == []
    assert texts(database, date(2024, 3, 31)) == ["旧一。", "旧二。"]
    assert texts(database, date(2024, 4, 1)) == ["新一。"]
    with database.reading() as session:
        ends = session.query(models.Document.effective, models.Document.valid_until)
        assert dict(ends.all()) == {
            date(2020, 1, 1): date(2024, 4, 1),
            date(2024, 4, 1): None,
        }


def test_an_earlier_version_may_come_later(database: Database) -> None:
    store(database, NEW)
    assert store(database, OLD) == (Outcome.EARLIER_VERSION, None)
    assert texts(database, date(2022, 1, 1)) == ["旧一。", "旧二。"]
    middle = issued(date(2022, 1, 1), "第一条 中。")
    assert store(database, middle) == (Outcome.EARLIER_VERSION, date(2020, 1, 1))
    assert texts(database, date(2021, 12, 31)) == ["旧一。", "旧二。"]
    assert texts(database, date(2022, 1, 1)) == ["中。"]
    assert texts(database, date(2025, 1, 1)) == ["新一。"]


def test_a_known_end_is_kept_and_replacing_leaves_it(database: Database) -> None:
    store(database, OLD, until=date(2023, 1, 1))
    store(database, OLD)
    assert texts(database, date(2022, 12, 31)) == ["旧一。", "旧二。"]
    assert texts(database, date(2023, 1, 1)) == []


def test_documents_with_other_titles_are_left_alone(database: Database) -> None:
    store(database, OLD)
    other = issued(date(2024, 4, 1), "第一条 别的。", title="值班办法")
    assert store(database, other) == (Outcome.ADDED, None)
    assert texts(database, date(2025, 1, 1)) == ["旧一。", "旧二。", "别的。"]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (replace(OLD, heading=replace(OLD.heading, title=None)), "import_no_title"),
        (replace(OLD, heading=replace(OLD.heading, title="《 》")), "import_no_title"),
        (replace(OLD, heading=replace(OLD.heading, effective=None)), "import_no_date"),
        (replace(OLD, heading=replace(OLD.heading, issuer=None)), "import_no_issuer"),
        (replace(OLD, heading=replace(OLD.heading, issuer="某" * 201)), "import_too_long"),
        (replace(OLD, parts=()), "import_no_numbering"),
    ],
)
def test_what_is_not_known_is_named_and_nothing_is_kept(
    sqlite_database: Database, document: Document, code: str
) -> None:
    with pytest.raises(DocumentRefusedError) as raised:
        store(sqlite_database, document)
    assert raised.value.code == code
    with sqlite_database.reading() as session:
        assert session.query(models.Document).count() == 0
