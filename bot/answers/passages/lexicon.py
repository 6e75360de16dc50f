"""Words and pairs of characters of every chunk, in an index of tantivy, with the chunks."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import tantivy
from tantivy import FieldType, Occur, Query

from bot.answers.passages.chunks import Chunk
from bot.answers.words import bare, words

WRITER_MEMORY = 30_000_000


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("words", "pairs"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    builder.add_unsigned_field("row", indexed=True, fast=True)
    builder.add_unsigned_field("document", indexed=True, fast=True)
    builder.add_bytes_field("chunk", stored=True)
    return builder.build()


SCHEMA = _schema()


def pairs(text: str) -> list[str]:
    """Neighbouring characters."""
    chars = bare(text)
    return [chars[at : at + 2] for at in range(len(chars) - 1)]


class Lexicon:
    """The index in a folder. Whatever is wrong with its files is raised as an OSError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with _as_os_error():
            self._index = tantivy.Index.open(str(folder))
            self._index.config_reader("manual")
            self._renew()

    @classmethod
    def make(cls, folder: Path) -> Lexicon:
        """An empty one in a folder that is made for it."""
        folder.mkdir(parents=True)
        with _as_os_error():
            tantivy.Index(SCHEMA, str(folder))
        return cls(folder)

    def _renew(self) -> None:
        self._index.reload()
        self._searcher = self._index.searcher()

    def checksum(self) -> int:
        """CRC-32 of its files, which are only changed by ``change``."""
        found = 0
        for file in sorted(self._folder.glob("[!.]*")):
            found = zlib.crc32(file.read_bytes(), zlib.crc32(file.name.encode(), found))
        return found

    @property
    def size(self) -> int:
        """How many chunks there are, those of replaced versions among them."""
        return self._searcher.num_docs

    def change(
        self, add: Iterable[tuple[int, int, Chunk]], remove: Sequence[tuple[int, int]] = ()
    ) -> None:
        """Add (document, row, chunk); remove the rows from first to last, both included."""
        with _as_os_error():
            writer = self._index.writer(WRITER_MEMORY, 1)
            for first, last in remove:
                rows = Query.range_query(SCHEMA, "row", FieldType.Unsigned, first, last)
                writer.delete_documents_by_query(rows)
            for document, row, chunk in add:
                writer.add_document(_kept(document, row, chunk))
            writer.commit()
            writer.wait_merging_threads()
            self._renew()

    def best(self, question: str, count: int, without: Sequence[int] = ()) -> list[int]:
        """The rows that score best by BM25, except those of some documents."""
        terms = [("words", term) for term in set(words(question))]
        terms += [("pairs", term) for term in set(pairs(question))]
        parts = [(Occur.Should, Query.term_query(SCHEMA, *term, "freq")) for term in terms]
        if not parts:
            return []
        if without:
            parts.append((Occur.MustNot, Query.term_set_query(SCHEMA, "document", without)))
        return self._rows(Query.boolean_query(parts), count)

    def chunks(self, rows: Sequence[int]) -> dict[int, Chunk]:
        """The chunks in these rows, as far as they are there."""
        if not rows:
            return {}
        query = Query.term_set_query(SCHEMA, "row", rows)
        with _as_os_error():
            places = [place for _, place in self._searcher.search(query, len(rows)).hits]
            found = self._searcher.fast_field_values("row", places)
            kept = [self._searcher.doc(place).get_first("chunk") for place in places]
        return {
            int(row): Chunk(**json.loads(bytes(text)))
            for row, text in zip(found, kept, strict=True)
            if row is not None and text is not None
        }

    def _rows(self, query: Query, count: int) -> list[int]:
        with _as_os_error():
            places = [place for _, place in self._searcher.search(query, count, count=False).hits]
            found = self._searcher.fast_field_values("row", places)
        return [int(row) for row in found if row is not None]


@contextmanager
def _as_os_error() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise OSError(str(error)) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # what tantivy makes of a damaged file
            raise OSError(str(error)) from error
        raise


def _kept(document: int, row: int, chunk: Chunk) -> tantivy.Document:
    kept = tantivy.Document()
    whole = f"{chunk.chapter}\n{chunk.text}"
    kept.add_text("words", " ".join(words(whole)))
    kept.add_text("pairs", " ".join(pairs(whole)))
    kept.add_unsigned("row", row)
    kept.add_unsigned("document", document)
    kept.add_bytes("chunk", json.dumps(chunk.as_json(), ensure_ascii=False).encode())
    return kept
