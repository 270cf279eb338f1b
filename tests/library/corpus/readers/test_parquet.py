"""Parquet of every type, as pyarrow and pandas write it, is read text by text."""

import datetime
import io
import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pandas
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from skipgram_audit.corpus.readers import RepeatedField, UnreadableFile, preview
from tests.library.corpus.readers.files import LIMITS, read, reasons

TEXTS = ["Grüße, 😀 «quoted» text.", "Second\nline, with\ttab", "third\u2028one", "a" * 3000, "third\u2028one"]
BINARY = [text.encode() for text in TEXTS]
TEXT_ARRAYS = {
    "string": pa.array(TEXTS),
    "large_string": pa.array(TEXTS, pa.large_string()),
    "string_view": pa.array(TEXTS, pa.string_view()),
    "binary": pa.array(BINARY, pa.binary()),
    "large_binary": pa.array(BINARY, pa.large_binary()),
    "binary_view": pa.array(BINARY, pa.binary_view()),
    "dictionary": pa.array(TEXTS).dictionary_encode(),
    "dictionary of binary": pa.array(BINARY).dictionary_encode(),
    "dictionary of large strings": pa.array(TEXTS, pa.large_string()).dictionary_encode(),
}
UUIDS = [uuid.UUID(int=number) for number in (0, 2**127, 5)]
BERLIN = "Europe/Berlin"
ID_ARRAYS: dict[str, tuple[Any, list[str]]] = {
    "binary": (pa.array([b"ab", b"\x00\xff", b" "]), ["6162", "00ff", "20"]),
    "large_binary": (pa.array([b"ab", b"\x00\xff", b" "], pa.large_binary()), ["6162", "00ff", "20"]),
    "fixed": (pa.array([b"\0\0", b"\0\1", b"zz"], pa.binary(2)), ["0000", "0001", "7a7a"]),
    "uuid": (pa.array([one.bytes for one in UUIDS], pa.uuid()), [one.hex for one in UUIDS]),
    "binary dictionary": (pa.array([b"a", b"b", b"c"]).dictionary_encode(), ["61", "62", "63"]),
    "strings": (pa.array([" a", "b\u2028", "007"], pa.string_view()), [" a", "b\u2028", "007"]),
    "dictionary": (pa.array([" a", "b\n", "007"]).dictionary_encode(), [" a", "b\n", "007"]),
    "int64": (pa.array([-(2**63), 0, 2**63 - 1]), [str(-(2**63)), "0", str(2**63 - 1)]),
    "uint64": (pa.array([2**64 - 1, 0, 1], pa.uint64()), [str(2**64 - 1), "0", "1"]),
    "double": (pa.array([1.0, 0.1, 1e22]), ["1.0", "0.1", "1e+22"]),
    "decimal": (pa.array([Decimal("1.50"), Decimal("-0.01"), Decimal("1000.00")]), ["1.50", "-0.01", "1000.00"]),
    "decimal256": (pa.array([Decimal(10**50), Decimal(1), Decimal(2)], pa.decimal256(60, 0)), [str(10**50), "1", "2"]),
    "timestamp[ns]": (
        pa.array([1, 2, 10**9], pa.timestamp("ns")),
        ["1970-01-01 00:00:00.000000001", "1970-01-01 00:00:00.000000002", "1970-01-01 00:00:01.000000000"],
    ),
    "timestamp with zone": (
        pa.array([0, 1, 2], pa.timestamp("ms", BERLIN)),
        ["1970-01-01 00:00:00.000Z", "1970-01-01 00:00:00.001Z", "1970-01-01 00:00:00.002Z"],
    ),
    "date": (pa.array([datetime.date(2020, 1, day) for day in (1, 2, 3)]), ["2020-01-01", "2020-01-02", "2020-01-03"]),
    "time": (pa.array([1, 2, 3], pa.time64("ns")), [f"00:00:00.00000000{n}" for n in (1, 2, 3)]),
}


def write_parquet(path: Path, table: pa.Table, **options: Any) -> Path:
    pq.write_table(table, path, **options)
    return path


@pytest.mark.parametrize("kind", TEXT_ARRAYS)
@pytest.mark.parametrize("dictionary", [True, False])
def test_text_of_every_type(tmp_path: Path, kind: str, dictionary: bool) -> None:
    table = pa.table({"text": TEXT_ARRAYS[kind]})
    path = write_parquet(tmp_path / "a.parquet", table, use_dictionary=dictionary, row_group_size=2)
    documents, skipped = read(path, format="parquet")
    assert [document.text for document in documents] == TEXTS
    assert [document.id for document in documents] == ["1", "2", "3", "4", "5"]
    assert skipped == []
    assert preview(path, "a.parquet", None, LIMITS).options.text_field == "text"


@pytest.mark.parametrize("kind", ID_ARRAYS)
def test_ids_of_every_type(tmp_path: Path, kind: str) -> None:
    array, expected = ID_ARRAYS[kind]
    table = pa.table({"id": array, "text": TEXTS[:3], "when": array})
    documents, skipped = read(write_parquet(tmp_path / "a", table), format="parquet", metadata_fields=("when",))
    assert [document.id for document in documents] == expected
    assert skipped == []


@pytest.mark.parametrize("compression", ["none", "snappy", "gzip", "brotli", "lz4", "zstd"])
@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_compressions_and_empty_row_groups(tmp_path: Path, compression: str, version: str) -> None:
    table = pa.table({"id": ["a", "b", None], "text": [TEXTS[0], None, TEXTS[2]], "nothing": pa.nulls(3)})
    with pq.ParquetWriter(tmp_path / "a", table.schema, compression=compression, data_page_version=version) as writer:
        for part in (table.slice(0, 0), table.slice(0, 1), table.slice(0, 0), table.slice(1)):
            writer.write_table(part)
    documents, skipped = read(tmp_path / "a", format="parquet", metadata_fields=("nothing",))
    assert [(document.id, document.text, document.fields) for document in documents] == [
        ("a", TEXTS[0], {}),
        ("row 3", TEXTS[2], {}),
    ]
    assert skipped == [("row 2", "no text field")]


@pytest.mark.parametrize("kind", ["str", "category", "object"])
def test_what_pandas_writes(tmp_path: Path, kind: Literal["str", "category", "object"]) -> None:
    frame = pandas.DataFrame({"id": [3.0, None, 1.0], "text": TEXTS[:3]}, index=[5, 6, 7])
    frame["text"] = frame["text"].astype(kind)
    frame.to_parquet(tmp_path / "a")
    documents, _ = read(tmp_path / "a", format="parquet")
    assert [(document.id, document.text) for document in documents] == list(
        zip(["3.0", "row 2", "1.0"], TEXTS, strict=False)
    )


def test_fields_of_structs(tmp_path: Path) -> None:
    rows = [
        {"a": {"b": {"text": "Deep words.", "n": 1}, "id": "x"}, "a.id": "top"},
        {"a": {"b": None, "id": "y"}, "a.id": "t"},
    ]
    path = write_parquet(tmp_path / "a", pa.Table.from_pylist([rows[0], {"a": None, "a.id": "none"}, rows[1]]))
    found = preview(path, "a.parquet", None, LIMITS)
    assert found.fields == ("a", "a.id", "a.b", "a.b.text", "a.b.n")
    documents, skipped = read(
        path, format="parquet", text_field="a.b.text", id_field="a.id", metadata_fields=("a.b.n", "a")
    )
    assert [(document.id, document.text, document.fields["a.b.n"]) for document in documents] == [
        ("top", "Deep words.", "1")
    ]
    assert reasons(skipped) == {"no text field": 2}


def test_text_that_is_none(tmp_path: Path) -> None:
    for array in (pa.array([1, 2]), pa.array([["a"], ["b"]]), pa.array([1, 2], pa.timestamp("ns"))):
        table = pa.table({"text": array, "other": ["words", "words"]})
        path = write_parquet(tmp_path / "a", table)
        assert preview(path, "a", None, LIMITS).skipped[0] == ("row 1", "text is not a string")


def test_binary_text_of_another_encoding_is_an_error(tmp_path: Path) -> None:
    table = pa.table({"text": [b"fine", b"na\xefve"]})
    with pytest.raises(UnreadableFile, match=r"Column 'text' .* row group 2, row 2"):
        read(write_parquet(tmp_path / "a", table, row_group_size=1), format="parquet")


def repeated(names: list[str]) -> bytes:
    stream = io.BytesIO()
    pq.write_table(
        pa.table([pa.array([f"words {name} {place}"]) for place, name in enumerate(names)], names=names), stream
    )
    return stream.getvalue()


def test_repeated_columns(tmp_path: Path) -> None:
    """Unused ones are in nobody's way; a chosen one must be told apart."""
    path = tmp_path / "a.parquet"
    path.write_bytes(repeated(["x", "text", "x", "id", ""]))
    assert [(document.id, document.text) for document in read(path, format="parquet")[0]] == [
        ("words id 3", "words text 1")
    ]
    found = preview(path, "a.parquet", None, LIMITS)
    assert found.fields == ("x (1)", "text", "x (3)", "id", "column 5")
    assert found.problem == ""
    for names in (["text", "n", "text"], ["id", "text", "id"]):
        path.write_bytes(repeated(names))
        with pytest.raises(RepeatedField, match="2 columns are called"):
            read(path, format="parquet")
        found = preview(path, "a.parquet", None, LIMITS)
        assert "2 columns are called" in found.problem
    path.write_bytes(repeated(["text", "n", "text"]))
    documents, _ = read(path, format="parquet", text_field="text (3)")
    assert [document.text for document in documents] == ["words text 2"]


def test_repeated_columns_of_csv(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,text,x,x\n1,words here,a,b\n")
    assert [document.text for document in read(path, format="csv")[0]] == ["words here"]
    path.write_text("id,text,text\n1,words here,more\n")
    with pytest.raises(RepeatedField, match="2 columns are called 'text'"):
        read(path, format="csv")
    assert "'text (3)'" in preview(path, "a.csv", None, LIMITS).remedy
