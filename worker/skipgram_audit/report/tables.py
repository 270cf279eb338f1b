"""documents.csv and sentences.parquet, written in one pass over the documents."""

import csv
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from skipgram_audit.model.influence_table import InfluenceTable
from skipgram_audit.report.spreadsheets import safe_cell
from skipgram_audit.report.values import Report, ReportDocument, ranks

ROWS_A_GROUP = 50_000
SEED_COLUMNS = ("influence", "spread", "sign_stability")
SENTENCE_COLUMNS = [
    ("document", pa.string()),
    ("document_number", pa.int32()),
    ("sentence", pa.int32()),
    ("start", pa.uint32()),
    ("end", pa.uint32()),
    ("text", pa.string()),
]


def seed_columns(report: Report, table: InfluenceTable) -> list[tuple[str, np.ndarray[Any, Any]]]:
    """Influence, spread and sign stability of texts; one seed has no spread, which is written as a missing value."""
    spread = table.spread if len(report.settings["seeds"]) > 1 else np.full_like(table.spread, np.nan)
    return list(zip(SEED_COLUMNS, (table.influence, spread, table.sign_stability), strict=True))


class DocumentTable:
    """documents.csv: a row a document, and for each measured probe its rank, influence, spread and sign stability.

    Documents of a group of near-duplicates have the id of its first one in the column near_duplicates_of, that one too.
    """

    def __init__(self, path: Path, report: Report) -> None:
        self._fields = report.metadata_fields
        self._duplicates = report.duplicates
        self._first_ids: dict[int, str] = {}
        self._columns: list[tuple[str, np.ndarray[Any, Any]]] = []
        for probe in report.probes:
            if probe.attribution is not None:
                name, table = probe.outcome.name, probe.attribution.documents
                self._columns.append((f"{name} rank", ranks(table, leave_out_zero=False)))
                self._columns += [(f"{name} {column}", values) for column, values in seed_columns(report, table)]
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, lineterminator="\n")
        fields = [f"field {name}" for name in self._fields]
        grouped = [] if self._duplicates is None else ["near_duplicates_of"]
        header = ["id", "title", "sentences", *grouped, *fields, *(name for name, _ in self._columns)]
        self._writer.writerow([safe_cell(name) for name in header])

    def add(self, number: int, document: ReportDocument) -> None:
        """Writes the document of this number."""
        texts = [document.external_id, document.title]
        fields = [document.fields.get(name, "") for name in self._fields]
        values = ["" if np.isnan(column[number]) else column[number].item() for _, column in self._columns]
        fields = [*self._group(number, document), *fields]
        self._writer.writerow([*map(safe_cell, texts), len(document.bounds), *map(safe_cell, fields), *values])

    def _group(self, number: int, document: ReportDocument) -> list[str]:
        if self._duplicates is None:
            return []
        first = int(self._duplicates[number])
        if first == number:
            self._first_ids[first] = document.external_id
        return [self._first_ids.get(first, "")]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


class SentenceTable:
    """sentences.parquet: a row a sentence with its document, place and text, and for each measured probe its influence.

    A sentence of influence zero has no rank.
    """

    def __init__(self, path: Path, report: Report) -> None:
        self._influences: list[tuple[np.ndarray[Any, Any], bool]] = []
        columns = list(SENTENCE_COLUMNS)
        for probe in report.probes:
            if probe.attribution is not None:
                name, table = probe.outcome.name, probe.attribution.sentences
                columns.append((f"{name} rank", pa.int64()))
                self._influences.append((ranks(table, leave_out_zero=True), True))
                columns += [(f"{name} {column}", pa.float64()) for column in SEED_COLUMNS]
                self._influences += [(values, False) for _, values in seed_columns(report, table)]
        self._schema = pa.schema(columns)
        self._rows: list[tuple[Any, ...]] = []
        self._written = 0
        self._file = pq.ParquetWriter(path, self._schema, compression="zstd")

    def add(self, number: int, document: ReportDocument) -> None:
        """Adds the sentences of the document of this number."""
        for index, (start, end) in enumerate(document.bounds.tolist()):
            self._rows.append((document.external_id, number, index, start, end, document.text[start:end]))
        if len(self._rows) >= ROWS_A_GROUP:
            self._flush()

    def _flush(self) -> None:
        part = slice(self._written, self._written + len(self._rows))
        texts = list(zip(*self._rows, strict=True)) or [() for _ in SENTENCE_COLUMNS]
        arrays = [pa.array(values, kind) for values, (_, kind) in zip(texts, SENTENCE_COLUMNS, strict=True)]
        for values, zero_is_none in self._influences:
            arrays.append(pa.array(values[part], mask=values[part] == 0 if zero_is_none else np.isnan(values[part])))
        self._file.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self._written = part.stop
        self._rows = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._flush()
        self._file.close()
