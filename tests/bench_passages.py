"""``make bench-passages``: the answer service over 100,000 passages, measured and printed."""

from __future__ import annotations

import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import psutil
from rich.console import Console
from sqlalchemy import insert

from bot.answers import cards
from bot.answers.answer import Outcome
from bot.answers.embeddings import SHIPPED, Vectors, embed, embed_passages
from bot.answers.passages.index import PassageIndex
from bot.answers.passages.update import update
from bot.answers.service import AnswerService
from cli.evaluate import read_questions
from cli.screen import progress
from office.database import Database
from office.models import Document, Passage
from office.schema import migrate
from settings import ROOT
from tests.bench import machine

DOCUMENTS, ARTICLES = 2000, 50
NOISE = 0.03
"""Added to each number of a real embedding: about as much as two phrasings of a card differ."""
TODAY = date(2026, 11, 24)
out = Console(width=100)


def articles(chance: random.Random, bits: Sequence[str], count: int) -> list[str]:
    """Texts of about 110 characters, no two alike: parts of the cards' sentences put together."""
    return ["，".join(chance.choices(bits, k=chance.randint(6, 14))) + "。" for _ in range(count)]


def write(database: Database, number: int, texts: Sequence[str]) -> None:
    """A document with these articles."""
    with database.writing() as session:
        row = Document(
            id=number,
            key=f"第{number}号办法",
            title=f"第{number}号办法",
            issuer="云岭社区党委",
            effective=date(2020, 1, 1) + timedelta(days=number),
            valid_until=None,
            file_name="a.txt",
            sha256=f"{number:064}",
            imported_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
        session.add(row)
        session.flush()
        session.execute(
            insert(Passage),
            [
                {"document_id": number, "position": n, "unit": "article", "number": n + 1}
                | {"inserted": 0, "chapter": "", "text": text}
                for n, text in enumerate(texts)
            ],
        )


def noisy() -> Callable[[Sequence[str]], Vectors]:
    """Stands for the embedding of texts: real vectors of phrasings, with noise."""
    with np.load(SHIPPED) as kept:
        real = kept["vectors"].astype(np.float32)
    real /= np.linalg.norm(real, axis=1, keepdims=True)
    chance = np.random.default_rng(1)

    def made_up(texts: Sequence[str]) -> Vectors:
        some = real[chance.integers(0, len(real), len(texts))]
        some = some + chance.normal(0, NOISE, some.shape).astype(np.float32)
        return some / np.linalg.norm(some, axis=1, keepdims=True)

    return made_up


def asking(service: AnswerService, questions: Sequence[str]) -> tuple[list[float], list[float]]:
    """Milliseconds of each question: on the clock, and of the processor in this thread."""
    took, worked = [], []
    for question in questions:
        embed.cache_clear()
        began, busy = time.perf_counter(), time.thread_time()
        service.ask(question, as_of=TODAY)
        took.append((time.perf_counter() - began) * 1000)
        worked.append((time.thread_time() - busy) * 1000)
    return took[5:], worked[5:]


def said(figures: tuple[list[float], list[float]]) -> str:
    """Median and 95th percentile, and the median of the processor's time."""
    took, worked = figures
    last = statistics.quantiles(took, n=20)[18]
    busy = statistics.median(worked)
    return f"p50 {statistics.median(took):.0f} ms, p95 {last:.0f} ms (processor {busy:.0f} ms)"


def main() -> None:
    """Build, ask, add a document; print what each took."""
    chance = random.Random(1)
    answers = [text for card in cards.load().cards.values() for text in (card.answer, *card.steps)]
    bits = [bit for text in answers for bit in re.split("[，。；：]", text) if len(bit) > 3]
    asked = [one.question for one in read_questions(ROOT / "tests" / "data" / "answers.jsonl")]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = Database(f"sqlite:///{folder / 'zhibu.db'}")
        migrate(database)
        for number in range(1, DOCUMENTS + 1):
            write(database, number, articles(chance, bits, ARTICLES))
        began = time.perf_counter()
        with database.reading() as session, progress("index") as shown:
            built = update(session, folder / "passages", shown, embed=noisy())
        build = time.perf_counter() - began
        size = sum(one.stat().st_size for one in (folder / "passages").rglob("*") if one.is_file())

        without = AnswerService.open()
        # What a card answers never comes to the passages.
        asked = [q for q in asked if without.ask(q, as_of=TODAY).outcome != Outcome.ANSWER]
        alone = asking(without, asked)
        before = psutil.Process().memory_info().rss
        began = time.perf_counter()
        index = PassageIndex(folder / "passages")
        opened = (time.perf_counter() - began) * 1000
        index.candidates(asked[0], embed(asked[0]), lambda version: version.holds_on(TODAY))
        memory = psutil.Process().memory_info().rss - before
        service = AnswerService.open(passages=folder / "passages")
        with_passages = asking(service, asked)

        write(database, DOCUMENTS + 1, articles(chance, bits, ARTICLES))
        began = time.perf_counter()
        with database.reading() as session:
            update(session, folder / "passages", embed=embed_passages)
        add = time.perf_counter() - began
        began = time.perf_counter()
        service.ask(asked[1], as_of=TODAY)
        after = (time.perf_counter() - began) * 1000
        database.close()
    out.print(machine())
    out.print(f"{built.chunks} passages of {built.documents} documents; vectors are phrasings with")
    out.print("noise (embedding so many texts takes half an hour on two cores)")
    out.print(f"questions that no card answers, n = {len(asked)}:")
    out.print(f"  cards alone {said(alone)};")
    out.print(f"  with the passages {said(with_passages)} (aim 60 ms)")
    out.print(f"built without embedding in {build:.0f} s; {size / 2**20:.0f} MiB on disk")
    out.print(f"memory: {memory / 2**20:.0f} MiB for the index (aim 300), mapped pages among them")
    out.print(f"opened in {opened:.0f} ms; a document of {ARTICLES} articles added, embedded:")
    out.print(f"  {add:.1f} s; the question after it {after:.0f} ms")


if __name__ == "__main__":
    main()
