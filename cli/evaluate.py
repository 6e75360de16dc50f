"""``zhibu eval answers``: how often the answer service is right, on questions from a file."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.answers.answer import Answer, Outcome
from bot.answers.service import AnswerService
from bot.numerals import RUN, arabic, number
from office.errors import ZhibuError


class Cite(BaseModel):
    """An acceptable citation; the article may be given as 11, "11" or 第十一条."""

    document: str
    article: int | str | None = None


class Question(BaseModel):
    """A line of the file; other fields are ignored."""

    question: str
    outcome: str
    must_contain: list[list[str]] = []
    cites: list[Cite] = []
    as_of: date | None = None


@dataclass
class Report:
    """The figures of one run."""

    n: int = 0
    correct: int = 0
    declined_expected: int = 0
    answered_wrongly: int = 0
    wrong: int = 0
    cited: int = 0
    cited_right: int = 0
    ms: list[float] = field(default_factory=list)
    failures: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The form of ``eval answers --json``."""
        ordered = sorted(self.ms) or [0.0]
        return {
            "n": self.n,
            "correct": self.correct,
            "accuracy": round(self.correct / max(self.n, 1), 4),
            "false_answer_rate": round(self.answered_wrongly / max(self.declined_expected, 1), 4),
            "wrong_answer_rate": round(self.wrong / max(self.n - self.declined_expected, 1), 4),
            "citation_accuracy": round(self.cited_right / max(self.cited, 1), 4),
            "p50_ms": round(statistics.median(ordered), 1),
            "p95_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 1),
            "failures": self.failures,
        }


def read_questions(file: Path) -> list[Question]:
    """The questions of a file of JSON lines; raise ZhibuError naming a line that is none."""
    questions = []
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ZhibuError("file_unreadable", file=file) from error
    for n, line in enumerate(lines, 1):
        if line.strip():
            try:
                questions.append(Question.model_validate_json(line))
            except ValidationError as error:
                raise ZhibuError("line_unreadable", file=file, line=n) from error
    return questions


def evaluate(
    service: AnswerService,
    questions: list[Question],
    today: date,
    progress: Callable[[int, int], None],
) -> Report:
    """Ask every question and compare the answers with what is expected."""
    report = Report()
    for n, question in enumerate(questions, 1):
        began = time.perf_counter()
        answer = service.ask(question.question, as_of=question.as_of or today)
        report.ms.append((time.perf_counter() - began) * 1000)
        judge(report, question, answer)
        progress(n, len(questions))
    return report


def judge(report: Report, question: Question, answer: Answer) -> None:
    """Count one answer."""
    report.n += 1
    answered = answer.outcome == Outcome.ANSWER
    if question.outcome == "decline":
        report.declined_expected += 1
        report.correct += not answered
        report.answered_wrongly += answered
        if answered:
            _fail(report, question, answer, "answered")
        return
    if not answered:
        _fail(report, question, answer, answer.outcome.value)
        return
    text = comparable(answer.text)
    missing = [
        group
        for group in question.must_contain
        if not any(comparable(alternative) in text for alternative in group)
    ]
    cited = not question.cites or any(matches(cite, answer) for cite in question.cites)
    if question.cites:
        report.cited += 1
        report.cited_right += cited
    if missing or not cited:
        report.wrong += 1
        _fail(report, question, answer, "misses " + str(missing) if missing else "citation")
    else:
        report.correct += 1


def _fail(report: Report, question: Question, answer: Answer, why: str) -> None:
    report.failures.append(
        {
            "question": question.question,
            "expected": question.outcome,
            "why": why,
            "card": answer.card,
            "confidence": round(answer.confidence, 3),
            "answer": answer.text,
        }
    )


def comparable(text: str) -> str:
    """NFKC, no white space, and every numeral in Arabic digits."""
    plain = "".join(arabic(text).split())
    return RUN.sub(lambda found: str(number(found[0])), plain)


def matches(cite: Cite, answer: Answer) -> bool:
    """Whether the answer cites this document and, if one is given, this article."""
    wanted = _article(cite.article)
    return any(
        _is_named(cite.document, source.document) and (wanted is None or wanted == source.article)
        for source in answer.citations
    )


def _is_named(name: str, title: str) -> bool:
    """Whether a name, as people write it, means this title: its number 〔2015〕33号 will do."""
    return name in title or _title(name) == _title(title)


def _article(value: int | str | None) -> int | None:
    if value is None or isinstance(value, int):
        return value
    digits = re.search(r"\d+", comparable(value))
    return int(digits[0]) if digits else None


def _title(text: str) -> str:
    """A title without brackets, year, and the words that people leave out."""
    plain = re.sub(r"[《》〈〉\s]|[〔\[].*?[〕\]]", "", text)
    plain = re.sub(r"[（(].*?[）)]|\d{4}年?(?:修订|版)?", "", plain)
    return re.sub(r"中国共产党|(?:中共)?中央组织部|^关于", "", plain).removeprefix("关于")
