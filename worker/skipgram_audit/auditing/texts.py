"""texts.parquet of an audit's folder: the documents as they were audited, so that nothing is read or cut twice."""

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from skipgram_audit.computing.files import Writer
from skipgram_audit.corpus.sources import CorpusDocument

CHARACTERS_A_GROUP = 4_000_000
GROUPS_KEPT = 16
SCHEMA = pa.schema(
    [
        ("document", pa.string()),
        ("title", pa.string()),
        ("text", pa.string()),
        ("sentence_bounds", pa.list_(pa.uint32())),
        ("fields", pa.string()),
    ]
)
"""sentence_bounds are start and end of each sentence in code points, one after the other; fields is a JSON object."""


class TextWriter(Writer):
    """Writes documents in order; the file appears whole or not at all."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._unfinished = path.with_name(path.name + ".part")
        self._file = pq.ParquetWriter(self._unfinished, SCHEMA, compression="zstd")
        self._rows: list[dict[str, Any]] = []
        self._characters = 0

    def add(self, document: CorpusDocument) -> None:
        """The next document."""
        self._rows.append(
            {
                "document": document.id,
                "title": document.title,
                "text": document.text,
                "sentence_bounds": document.bounds.ravel(),
                "fields": json.dumps(document.fields, ensure_ascii=False),
            }
        )
        self._characters += len(document.text)
        if self._characters >= CHARACTERS_A_GROUP:
            self._flush()

    def _flush(self) -> None:
        self._file.write_table(pa.Table.from_pylist(self._rows, SCHEMA))
        self._rows, self._characters = [], 0

    def close(self, whole: bool) -> None:
        if whole:
            self._flush()
        self._file.close()
        if whole:
            self._unfinished.replace(self._path)


def read_texts(path: Path) -> Iterator[CorpusDocument]:
    """All documents in order, a row group in memory at a time."""
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            yield from map(_document, file.read_row_group(group).to_pylist())


def read_text(path: Path, number: int) -> CorpusDocument:
    """The document of this number, from 0."""
    return _document(read_rows(path, [number])[number])


def read_rows(path: Path, numbers: list[int], columns: list[str] | None = None) -> dict[int, dict[str, Any]]:
    """Number of a row of a Parquet file, from 0 -> its values; only the row groups that hold one are read.

    Args:
        numbers: ascending.
        columns: all when left out.
    """
    found: dict[int, dict[str, Any]] = {}
    with pq.ParquetFile(path) as file:
        first = 0
        for group in range(file.num_row_groups):
            size = file.metadata.row_group(group).num_rows
            here = [number for number in numbers if first <= number < first + size]
            if here:
                rows = file.read_row_group(group, columns).take([number - first for number in here]).to_pylist()
                found |= dict(zip(here, rows, strict=True))
            first += size
    return found


class TextReader:
    """Reads single texts by the documents' numbers, from 0; the latest row groups stay in memory, about 64 MB."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with pq.ParquetFile(path) as file:
            rows = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
        self._ends = np.cumsum(rows)
        self._texts = lru_cache(GROUPS_KEPT)(self._read_group)

    def text(self, number: int) -> str:
        """The text of a document."""
        group = int(np.searchsorted(self._ends, number, side="right"))
        begin = int(self._ends[group - 1]) if group else 0
        text: str = self._texts(group)[number - begin].as_py()
        return text

    def _read_group(self, group: int) -> pa.ChunkedArray:
        with pq.ParquetFile(self._path) as file:
            return file.read_row_group(group, columns=["text"]).column(0)


def read_identifiers(path: Path) -> list[str]:
    """The documents' ids in order."""
    with pq.ParquetFile(path) as file:
        identifiers: list[str] = file.read(["document"]).column(0).to_pylist()
    return identifiers


def _document(row: dict[str, Any]) -> CorpusDocument:
    bounds = np.array(row["sentence_bounds"], np.uint32).reshape(-1, 2)
    return CorpusDocument(row["text"], bounds, row["document"], row["title"], json.loads(row["fields"]))
