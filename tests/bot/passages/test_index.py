"""The index follows the documents, one by one; what is damaged is noticed and made anew."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.answers.passages import manifest, update
from bot.answers.passages.index import Candidate, PassageIndex
from office.database import Database
from tests.bot.passages.conftest import Shelf, embed, found

RULES = ("值班每天两人。", "会议室提前登记。")
OTHER = ("图书借期三十天。", "押金二百元。")


def texts(candidates: list[Candidate]) -> set[str]:
    return {one.chunk.text for one in candidates}


def test_what_is_added_is_found_and_what_is_removed_is_not(shelf: Shelf) -> None:
    shelf.keep("值班办法", "2025-01-01", *RULES)
    assert shelf.index() == update.Update(added=1, removed=0, documents=1, chunks=2)
    other = shelf.keep("图书办法", "2025-02-01", *OTHER)
    assert shelf.index() == update.Update(added=1, removed=0, documents=2, chunks=4)
    assert texts(shelf.found("图书")) == {*RULES, *OTHER}
    shelf.remove(other)
    assert shelf.index() == update.Update(added=0, removed=1, documents=1, chunks=2)
    assert texts(shelf.found("图书")) == set(RULES)
    assert shelf.index() == update.Update(added=0, removed=0, documents=1, chunks=2)


def test_an_import_of_the_same_version_replaces_it(shelf: Shelf) -> None:
    shelf.keep("值班办法", "2025-01-01", *RULES)
    shelf.index()
    shelf.keep("值班办法", "2025-01-01", "值班每天三人。", RULES[1])
    assert shelf.index() == update.Update(added=1, removed=1, documents=1, chunks=2)
    assert texts(shelf.found("值班")) == {"值班每天三人。", RULES[1]}


def test_only_texts_that_are_new_are_embedded(shelf: Shelf, database_of: Callable[[], int]) -> None:
    shelf.keep("值班办法", "2025-01-01", *RULES)
    assert database_of() == 2
    shelf.keep("值班办法", "2025-01-01", "值班每天三人。", RULES[1])
    assert database_of() == 1


@pytest.fixture
def database_of(shelf: Shelf) -> Callable[[], int]:
    """Index, and say how many texts were embedded."""

    def index() -> int:
        asked: list[str] = []
        with shelf.database.reading() as session:
            update.update(
                session, shelf.folder, embed=lambda some: (asked.extend(some), embed(some))[1]
            )
        return len(asked)

    return index


def test_on_each_day_the_version_that_was_in_force_is_found(shelf: Shelf) -> None:
    shelf.keep("值班办法", "2024-01-01", "值班每天一人。")
    shelf.index()
    shelf.keep("值班办法", "2025-01-01", "值班每天两人。")
    assert shelf.index().added == 1
    assert texts(shelf.found("值班", date(2024, 12, 31))) == {"值班每天一人。"}
    assert texts(shelf.found("值班", date(2025, 1, 1))) == {"值班每天两人。"}
    assert shelf.found("值班", date(2023, 1, 1)) == []


@pytest.mark.parametrize("seed", range(4))
def test_an_index_that_grew_finds_what_a_new_one_finds(shelf: Shelf, seed: int) -> None:
    chance = random.Random(seed)
    kept: list[int] = []
    for _ in range(12):
        if kept and chance.random() < 0.3:
            shelf.remove(kept.pop(chance.randrange(len(kept))))
        else:
            said = [f"第{chance.randrange(9)}组每月{chance.randrange(28)}日开会。" for _ in "ab"]
            title, year = f"{chance.choice('甲乙丙')}组办法", chance.randrange(2020, 2024)
            number = shelf.keep(title, f"{year}-01-01", *said)
            kept = [one for one in kept if one != number] + [number]
        if chance.random() < 0.6:
            shelf.index()
    shelf.index()
    anew = Shelf(shelf.database, shelf.folder.with_name("anew"))
    anew.index()

    def seen(one: Shelf, day: date) -> set[tuple[object, ...]]:
        return {(c.version, c.chunk, round(c.likeness, 5)) for c in one.found("每月开会", day)}

    for year in range(2019, 2025):
        assert seen(shelf, date(year, 6, 1)) == seen(anew, date(year, 6, 1))


def test_a_reader_notices_a_newer_index(shelf: Shelf) -> None:
    index = PassageIndex(shelf.folder)
    assert found(index, "值班") == []
    shelf.keep("值班办法", "2025-01-01", *RULES)
    shelf.index()
    assert texts(found(index, "值班")) == set(RULES)
    shelf.keep("图书办法", "2025-02-01", *OTHER)
    shelf.index()
    assert texts(found(index, "值班")) == {*RULES, *OTHER}


def test_a_reader_goes_on_while_the_index_is_written_anew(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(update, "WASTE", 1)
    shelf.keep("值班办法", "2025-01-01", *RULES)
    index = PassageIndex(shelf.folder)
    shelf.index()
    for n in range(6):  # each leaves rows of nobody, until they are too many
        shelf.keep("值班办法", "2025-01-01", f"值班每天{n + 2}人。", RULES[1])
        assert len(found(index, "值班")) == 2
        shelf.index()
        assert texts(found(index, "值班")) == {f"值班每天{n + 2}人。", RULES[1]}
    kept = manifest.read(shelf.folder)
    assert kept is not None
    assert kept.folder != "1"
    assert [one.name for one in shelf.folder.iterdir() if one.is_dir()] == [kept.folder]


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def scratched(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 0xFF
    file.write_bytes(content)


@pytest.mark.parametrize("harm", [cut_short, scratched, Path.unlink])
@pytest.mark.parametrize("name", ["manifest.json", "1/vectors.f32", "1/keys", "1/words/meta.json"])
def test_what_is_damaged_finds_nothing_wrong_and_is_made_anew(
    shelf: Shelf, name: str, harm: Callable[[Path], None]
) -> None:
    shelf.keep("值班办法", "2025-01-01", *RULES)
    shelf.keep("图书办法", "2025-02-01", *OTHER)
    shelf.index()
    harm(shelf.folder / name)
    assert texts(shelf.found("值班")) <= {*RULES, *OTHER}
    shelf.keep("停车办法", "2025-03-01", "停车不收费。")
    assert shelf.index().chunks == 5
    assert texts(shelf.found("值班")) == {*RULES, *OTHER, "停车不收费。"}


@pytest.mark.parametrize("harm", [cut_short, scratched, Path.unlink])
def test_damaged_words_are_no_crash(shelf: Shelf, harm: Callable[[Path], None]) -> None:
    shelf.keep("值班办法", "2025-01-01", *RULES)
    shelf.index()
    for file in (shelf.folder / "1" / "words").glob("*.*"):
        if file.suffix not in {".json", ".lock"} and file.stat().st_size:
            harm(file)
    assert texts(shelf.found("值班")) <= set(RULES)
    shelf.index()
    assert texts(shelf.found("值班")) == set(RULES)


def test_an_update_that_was_cut_off_is_finished_by_the_next(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.keep("值班办法", "2025-01-01", *RULES)
    shelf.index()
    shelf.keep("值班办法", "2025-01-01", "值班每天三人。")
    shelf.keep("图书办法", "2025-02-01", *OTHER)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(manifest, "write", killed)
        with pytest.raises(KeyboardInterrupt):
            shelf.index()
    assert texts(shelf.found("值班")) == set(RULES)
    shelf.index()
    assert texts(shelf.found("值班")) == {"值班每天三人。", *OTHER}


def test_two_updates_at_once_wait_for_each_other(shelf: Shelf) -> None:
    for n in range(5):
        shelf.keep(f"{'甲乙丙丁戊'[n]}组办法", "2025-01-01", *RULES)
    threads = [threading.Thread(target=shelf.index) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shelf.index() == update.Update(added=0, removed=0, documents=5, chunks=10)


def test_documents_of_a_postgresql_database_are_indexed_too(
    database: Database, tmp_path: Path
) -> None:
    shelf = Shelf(database, tmp_path / "passages")
    shelf.keep("值班办法", "2025-01-01", *RULES)
    assert shelf.index().added == 1
    assert shelf.index().added == 0
    assert texts(shelf.found("值班")) == set(RULES)
