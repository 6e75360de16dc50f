"""The examiner of the answer service must itself be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.answers.answer import Answer, Outcome, Source
from cli.evaluate import Question, Report, comparable, judge, read_questions
from office.errors import ZhibuError

TITLE = "中国共产党支部工作条例（试行）"


def answer(text: str, article: int | None = 11) -> Answer:
    return Answer(Outcome.ANSWER, text, (Source(TITLE, article, "2018-10-28"),))


def question(outcome: str = "answer", **more: object) -> Question:
    return Question.model_validate({"question": "?", "outcome": outcome, **more})


def judged(asked: Question, given: Answer) -> dict[str, object]:
    report = Report()
    judge(report, asked, given)
    return report.as_json()


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("每季度一次", "每季度 1 次"),
        ("１０日", "10日"),
        ("十五个工作日", "15个工作日"),
        ("二十四学时", "24学时"),
        ("0.5％", "0.5%"),
    ],
)
def test_numerals_and_widths_are_alike(text: str, other: str) -> None:
    assert comparable(text) == comparable(other)


def test_one_of_each_group_must_be_in_the_answer() -> None:
    asked = question(must_contain=[["每季度", "三个月"], ["1次", "一回"]])
    assert judged(asked, answer("一般每 3 个月 1 次"))["correct"] == 1
    assert judged(asked, answer("一般每月 1 次"))["wrong_answer_rate"] == 1


@pytest.mark.parametrize("article", [11, "11", "第十一条", "第11条", None])
@pytest.mark.parametrize("title", [TITLE, "《支部工作条例》", "支部工作条例（试行）2018"])
def test_a_citation_is_recognised_however_it_is_written(
    article: int | str | None, title: str
) -> None:
    asked = question(cites=[{"document": title, "article": article}])
    assert judged(asked, answer("x"))["citation_accuracy"] == 1


@pytest.mark.parametrize(
    "cite", [{"document": TITLE, "article": 12}, {"document": "中国共产党章程", "article": 11}]
)
def test_another_article_or_document_is_wrong(cite: dict[str, object]) -> None:
    figures = judged(question(cites=[cite]), answer("x"))
    assert (figures["citation_accuracy"], figures["correct"]) == (0, 0)


def test_one_of_the_cites_suffices() -> None:
    cites = [{"document": TITLE, "article": 12}, {"document": TITLE, "article": 11}]
    assert judged(question(cites=cites), answer("x"))["correct"] == 1


def test_answering_what_should_be_declined_is_counted_apart() -> None:
    figures = judged(question("decline"), answer("x"))
    assert (figures["false_answer_rate"], figures["wrong_answer_rate"]) == (1, 0)
    assert judged(question("decline"), Answer(Outcome.CLARIFY, "?"))["correct"] == 1


def test_declining_what_should_be_answered_is_not_correct_but_not_wrong() -> None:
    figures = judged(question(), Answer(Outcome.DECLINE, "?"))
    assert (figures["correct"], figures["wrong_answer_rate"]) == (0, 0)


def test_a_line_that_is_no_question_is_named(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text('{"question": "a", "outcome": "answer", "more": 1}\n\n{"outcome": 3}\n')
    with pytest.raises(ZhibuError) as raised:
        read_questions(file)
    assert raised.value.detail["line"] == 3
