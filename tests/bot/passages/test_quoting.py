"""What the assistant says from an imported document, and when it says nothing of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.answers.answer import Outcome
from bot.answers.passages.update import update
from bot.answers.service import SURE_QUOTE, WEAK_CARD, AnswerService
from office.database import Database
from tests.bot.passages.conftest import DAY, Shelf
from texts import say

TITLE = "云岭社区党群服务中心使用办法"
HALL = "使用二楼会议室应当提前3个工作日向中心值班员登记，一次使用一般不超过3小时。"
BOOKS = "党员凭身份证借阅图书，每人每次不超过3册，借期30天。损坏或者丢失图书的，按照原价赔偿。"
DEPOSIT = "投影仪、音响可以外借，借用人应当交纳200元押金，3天内归还。"
BEFORE = DEPOSIT.replace("200", "100")
DEPOSIT_ASKED = "借音响要交押金吗"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, AnswerService]:
    """A service over a folder in which nothing is yet."""
    folder = tmp_path_factory.mktemp("index") / "passages"
    return folder, AnswerService.open(passages=folder)


@pytest.fixture
def shelf(sqlite_database: Database, empty: tuple[Path, AnswerService]) -> Shelf:
    return Shelf(sqlite_database, empty[0])


@pytest.fixture
def service(empty: tuple[Path, AnswerService], shelf: Shelf) -> AnswerService:
    """The same service, after two versions were imported and really embedded."""
    shelf.keep(TITLE, "2024-01-01", HALL, BOOKS, BEFORE)
    shelf.keep(TITLE, "2025-04-01", HALL, BOOKS, DEPOSIT)
    with shelf.database.reading() as session:
        update(session, shelf.folder)
    return empty[1]


def test_the_answer_quotes_the_article_and_says_where_it_stands(service: AnswerService) -> None:
    answer = service.ask(DEPOSIT_ASKED, as_of=DAY)
    assert answer.outcome == Outcome.ANSWER
    assert answer.text.splitlines() == [
        f"【摘自导入的文件《{TITLE}》】",
        f"“{DEPOSIT}”",
        f"依据：《{TITLE}》第3条（2025-04-01 起施行）",
    ]
    (source,) = answer.citations
    assert (source.document, source.article, source.effective) == (TITLE, 3, "2025-04-01")
    assert answer.card is None
    assert 0.5 < answer.confidence <= 1


def test_a_card_that_answers_goes_first(service: AnswerService) -> None:
    answer = service.ask("支部党员大会多久开一次", as_of=DAY)
    assert answer.card is not None


def test_a_card_that_is_hardly_sure_gives_way_to_an_article_that_is_sure(
    service: AnswerService,
) -> None:
    question = "会议室要提前几天登记"
    without = AnswerService.open().ask(question, as_of=DAY)
    assert without.outcome != Outcome.ANSWER or without.confidence < WEAK_CARD
    answer = service.ask(question, as_of=DAY)
    assert HALL in answer.text
    assert answer.confidence >= SURE_QUOTE


def test_on_a_former_day_the_former_version_answers(service: AnswerService) -> None:
    answer = service.ask(DEPOSIT_ASKED, as_of=date(2025, 3, 31))
    assert BEFORE in answer.text
    assert say("bot.replaced") not in answer.text
    assert answer.citations[0].effective == "2024-01-01"


def test_a_replaced_version_is_given_where_it_is_asked_for_and_says_so(
    service: AnswerService,
) -> None:
    answer = service.ask("以前的规定，借音响要交押金吗", as_of=DAY)
    assert answer.text.startswith(say("bot.replaced"))
    assert BEFORE in answer.text


def test_two_documents_that_say_the_same_are_both_named(
    service: AnswerService, shelf: Shelf
) -> None:
    shelf.keep("清溪社区党群服务中心使用办法", "2025-06-01", HALL, BOOKS, DEPOSIT)
    with shelf.database.reading() as session:
        update(session, shelf.folder)
    answer = service.ask(DEPOSIT_ASKED, as_of=DAY)
    assert [one.effective for one in answer.citations] == ["2025-06-01", "2025-04-01"]
    assert answer.text.count("第3条") == 2


@pytest.mark.parametrize(
    "question",
    ["中心停车收费吗", "食堂几点开饭", "张三借的书还了吗", "今天天气怎么样", "音响多少钱一台"],
)
def test_what_no_document_says_is_not_answered(service: AnswerService, question: str) -> None:
    assert service.ask(question, as_of=DAY).outcome != Outcome.ANSWER


def test_with_nothing_imported_all_is_as_without(
    empty: tuple[Path, AnswerService], shelf: Shelf
) -> None:
    shelf.index()  # an index of nothing
    for question in (DEPOSIT_ASKED, "党费怎么交", "支部大会谁主持", "呵呵"):
        assert empty[1].ask(question, as_of=DAY) == AnswerService.open().ask(question, as_of=DAY)


def test_damage_leaves_the_cards(service: AnswerService, shelf: Shelf) -> None:
    for file in [one for one in shelf.folder.rglob("*.*") if one.is_file()]:
        if file.suffix != ".f32":  # it is mapped
            file.write_bytes(b"")
    assert service.ask(DEPOSIT_ASKED, as_of=DAY).outcome != Outcome.ANSWER
    assert service.ask("支部党员大会多久开一次", as_of=DAY).card is not None
