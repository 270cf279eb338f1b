"""Rows of the file = documents + skipped rows, in every format; a reader that loses one is found out."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from skipgram_audit.corpus.readers import NoDocuments, RowAccount, SourceDocument, read_documents, reading
from skipgram_audit.corpus.readers.delimited import DelimitedTable
from skipgram_audit.corpus.readers.errors import LostRows
from skipgram_audit.corpus.readers.inflation import open_source
from skipgram_audit.model.reader_options import ReaderOptions
from tests.library.corpus.readers.files import LIMITS, write


def parquet(rows: list[dict[str, Any]]) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), stream)
    return stream.getvalue()


def archive(entries: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for name, text in entries.items():
            file.writestr(name, text)
    return stream.getvalue()


ROWS: list[dict[str, Any]] = [
    {"id": "1", "text": "one"},
    {"id": "1", "text": "again"},
    {"id": "2", "text": "two"},
    {"id": "3", "text": None},
]
LINES = [*map(json.dumps, ROWS), "nonsense", "", "[]"]
TABLE = 'id,text\n1,one\n\n2\n3,"a"b\n4,"c\nd"\n1,e\n'
CASES: dict[str, tuple[dict[str, Any], bytes, tuple[int, int, int]]] = {
    "txt": ({"format": "txt"}, b"one\n\n\r\n--\rtwo", (5, 2, 3)),
    "whole txt": ({"format": "txt", "document_per": "file"}, b"one\n\ntwo", (1, 1, 0)),
    "csv": ({"format": "csv"}, TABLE.encode(), (6, 2, 4)),
    "tsv": ({"format": "tsv"}, b"id\ttext\n1\tone\n1\ttwo", (2, 1, 1)),
    "jsonl": ({"format": "jsonl"}, "\n".join(LINES).encode(), (7, 2, 5)),
    "array": ({"format": "jsonl"}, json.dumps([*ROWS, 5]).encode(), (5, 2, 3)),
    "parquet": ({"format": "parquet"}, parquet(ROWS), (4, 2, 2)),
    "zip": ({"format": "zip"}, archive({"a.txt": "one", "b.txt": "", "c.png": "x"}), (3, 1, 2)),
}
"""Options, content, and how many rows, documents and skipped rows there are."""


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("compression", ["", ".gz", ".zst"])
def test_rows_add_up(tmp_path: Path, case: str, compression: str) -> None:
    options, content, expected = CASES[case]
    path = write(tmp_path / f"a{compression}", content)
    accounts: list[RowAccount] = []
    skipped: list[tuple[str, str]] = []
    documents = list(
        read_documents(path, ReaderOptions(**options), LIMITS, lambda *row: skipped.append(row), None, accounts.append)
    )
    (account,) = accounts
    assert (account.in_file, account.documents, sum(account.skipped.values())) == expected
    assert (len(documents), len(skipped)) == expected[1:]
    assert RowAccount.from_dict(json.loads(json.dumps(account.as_dict()))) == account


def test_a_file_without_documents_is_accounted_for_as_well(tmp_path: Path) -> None:
    accounts: list[RowAccount] = []
    reading_it = read_documents(
        write(tmp_path / "a.txt", "\n\n"), ReaderOptions(format="txt"), LIMITS, lambda *_: None, None, accounts.append
    )
    with pytest.raises(NoDocuments):
        list(reading_it)
    assert (accounts[0].in_file, accounts[0].skipped) == (2, {"empty line": 2})


def test_a_reader_that_loses_a_row_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_txt = reading._READERS["txt"]

    def losing(*arguments: Any) -> Iterator[SourceDocument]:
        yield from list(read_txt(*arguments))[1:]

    monkeypatch.setitem(reading._READERS, "txt", losing)
    with pytest.raises(LostRows, match="3 rows, but 2 became documents and 0 were skipped"):
        list(
            read_documents(write(tmp_path / "a.txt", "a\nb\nc\n"), ReaderOptions(format="txt"), LIMITS, lambda *_: None)
        )


def test_a_line_in_no_record_is_found_out(tmp_path: Path) -> None:
    with open_source(write(tmp_path / "a.csv", 'text\none\n"two\nlines"\n'), LIMITS) as source:
        table = DelimitedTable(source, ReaderOptions(format="csv"), LIMITS)
        assert len(list(table)) == 2
        assert table.finish() == []
        table._records.lines -= 1
        with pytest.raises(LostRows, match="4 lines were read, but the rows have 3"):
            table.finish()
