"""documents.csv, documents.parquet and sentences.parquet, written in one pass over the documents."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from skipgram_audit.computing.files import Writer
from skipgram_audit.corpus.sources import CorpusDocument
from skipgram_audit.model.influence_table import InfluenceTable
from skipgram_audit.report.spreadsheets import safe_cell
from skipgram_audit.report.values import Report

ROWS_A_GROUP = 50_000
SEED_COLUMNS = ("influence", "spread", "sign_stability")
DOCUMENT_COLUMNS = [("document", pa.string()), ("title", pa.string()), ("sentences", pa.int32())]
SENTENCE_COLUMNS = [
    ("document", pa.string()),
    ("document_number", pa.int32()),
    ("sentence", pa.int32()),
    ("start", pa.uint32()),
    ("end", pa.uint32()),
    ("text", pa.string()),
]


def field_column(field: str) -> str:
    """The column of a metadata field of documents: no field can be taken for a column of ours."""
    return f"field {field}"


def seed_columns(report: Report, table: InfluenceTable) -> list[tuple[str, np.ndarray[Any, Any]]]:
    """Influence, spread and sign stability of texts; one seed has no spread, which is written as a missing value."""
    spread = table.spread if len(report.settings["seeds"]) > 1 else np.full_like(table.spread, np.nan)
    return list(zip(SEED_COLUMNS, (table.influence, spread, table.sign_stability), strict=True))


class DuplicateColumn:
    """Of each document, in order, the id of the first one of its group of near-duplicates; None for those in none."""

    def __init__(self, report: Report) -> None:
        self._duplicates = report.duplicates
        self._first_ids: dict[int, str] = {}
        self.names = [] if report.duplicates is None else ["near_duplicates_of"]

    def values(self, number: int, document: CorpusDocument) -> list[str | None]:
        """Of the document of this number: one, or none where near-duplicates were not looked for."""
        if self._duplicates is None:
            return []
        first = int(self._duplicates[number])
        if first == number:
            self._first_ids[first] = document.id
        return [self._first_ids.get(first)]


class DocumentTable(Writer):
    """documents.csv: a row a document, and for each measured probe its rank, influence, spread and sign stability.

    Documents of a group of near-duplicates have the id of its first one in the column near_duplicates_of, that one too.
    """

    def __init__(self, path: Path, report: Report) -> None:
        self._fields = report.metadata_fields
        self._grouped = DuplicateColumn(report)
        self._columns: list[tuple[str, np.ndarray[Any, Any]]] = []
        for probe in report.probes:
            if probe.attribution is not None:
                name, table = probe.outcome.name, probe.attribution.documents
                self._columns.append((f"{name} rank", table.ranks(leave_out_zero=False)))
                self._columns += [(f"{name} {column}", values) for column, values in seed_columns(report, table)]
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, lineterminator="\n")
        fields = [field_column(name) for name in self._fields]
        header = ["id", "title", "sentences", *self._grouped.names, *fields, *(name for name, _ in self._columns)]
        self._writer.writerow([safe_cell(name) for name in header])

    def add(self, number: int, document: CorpusDocument) -> None:
        """Writes the document of this number."""
        texts = [document.id, document.title]
        fields = [document.fields.get(name, "") for name in self._fields]
        values = ["" if np.isnan(column[number]) else column[number].item() for _, column in self._columns]
        fields = [*(one or "" for one in self._grouped.values(number, document)), *fields]
        self._writer.writerow([*map(safe_cell, texts), len(document.bounds), *map(safe_cell, fields), *values])

    def close(self, whole: bool) -> None:
        self._file.close()


class RankedTable(Writer):
    """A Parquet file with a row a text: columns of the text itself, then rank, influence, spread and sign stability for
    each measured probe.

    Args:
        path: of the file.
        report: the audit.
        texts: documents or sentences, in the order in which they will be added.
        columns: names and types of the text's own columns.
        rank_zero: whether texts of influence zero have a rank.
    """

    def __init__(
        self,
        path: Path,
        report: Report,
        texts: Literal["documents", "sentences"],
        columns: Sequence[tuple[str, pa.DataType]],
        rank_zero: bool,
    ) -> None:
        self._columns = list(columns)
        self._influences: list[tuple[np.ndarray[Any, Any], bool]] = []
        every = list(columns)
        for probe in report.probes:
            if probe.attribution is None:
                continue
            name, table = probe.outcome.name, getattr(probe.attribution, texts)
            every.append((f"{name} rank", pa.int64()))
            self._influences.append((table.ranks(leave_out_zero=not rank_zero), not rank_zero))
            every += [(f"{name} {column}", pa.float64()) for column in SEED_COLUMNS]
            self._influences += [(values, False) for _, values in seed_columns(report, table)]
        self._schema = pa.schema(every)
        self._rows: list[tuple[Any, ...]] = []
        self._written = 0
        self._file = pq.ParquetWriter(path, self._schema, compression="zstd")

    def add_row(self, *values: Any) -> None:
        """The next text's own columns."""
        self._rows.append(values)
        if len(self._rows) >= ROWS_A_GROUP:
            self._flush()

    def _flush(self) -> None:
        part = slice(self._written, self._written + len(self._rows))
        columns = list(zip(*self._rows, strict=True)) or [() for _ in self._columns]
        arrays = [pa.array(values, kind) for values, (_, kind) in zip(columns, self._columns, strict=True)]
        for values, zero_is_none in self._influences:
            arrays.append(pa.array(values[part], mask=values[part] == 0 if zero_is_none else np.isnan(values[part])))
        self._file.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self._written = part.stop
        self._rows = []

    def close(self, whole: bool) -> None:
        if whole:
            self._flush()
        self._file.close()


class SentenceTable(RankedTable):
    """sentences.parquet: a row a sentence with its document, place and text, and for each measured probe its influence.

    A sentence of influence zero has no rank.
    """

    def __init__(self, path: Path, report: Report) -> None:
        super().__init__(path, report, "sentences", SENTENCE_COLUMNS, rank_zero=False)

    def add(self, number: int, document: CorpusDocument) -> None:
        """Adds the sentences of the document of this number."""
        for index, (start, end) in enumerate(document.bounds.tolist()):
            self.add_row(document.id, number, index, start, end, document.text[start:end])


class RankedDocumentTable(RankedTable):
    """documents.parquet: documents.csv for programs, with ids and fields exactly as they were given."""

    def __init__(self, path: Path, report: Report) -> None:
        self._fields = report.metadata_fields
        self._grouped = DuplicateColumn(report)
        grouped = [(name, pa.string()) for name in self._grouped.names]
        fields = [(field_column(name), pa.string()) for name in self._fields]
        super().__init__(path, report, "documents", [*DOCUMENT_COLUMNS, *grouped, *fields], rank_zero=True)

    def add(self, number: int, document: CorpusDocument) -> None:
        """Adds the document of this number."""
        fields = [document.fields.get(name) for name in self._fields]
        grouped = self._grouped.values(number, document)
        self.add_row(document.id, document.title, len(document.bounds), *grouped, *fields)
