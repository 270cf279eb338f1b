"""Several files in an archive: tables row by row, each file accounted for."""

import gzip
import io
import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from skipgram_audit.corpus.readers import MissingField, OverLimit, ReaderLimits, RowAccount, preview, read_documents
from skipgram_audit.corpus.readers.options import SourceDocument
from skipgram_audit.model.reader_options import ReaderOptions
from tests.library.corpus.readers.files import LIMITS

ZIP = ReaderOptions(format="zip", metadata_fields=("year", "file", "folder"))


def archive(path: Path, files: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    return path


def parquet(rows: list[dict[str, object]]) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), stream)
    return stream.getvalue()


def read(
    path: Path, options: ReaderOptions = ZIP, limits: ReaderLimits = LIMITS
) -> tuple[list[SourceDocument], list[tuple[str, str]], RowAccount]:
    skipped: list[tuple[str, str]] = []
    accounts: list[RowAccount] = []
    found = list(read_documents(path, options, limits, lambda *row: skipped.append(row), on_account=accounts.append))
    return found, skipped, accounts[0]


def test_every_row_of_every_file_is_a_document_or_is_skipped_with_its_place(tmp_path: Path) -> None:
    path = archive(
        tmp_path / "a.zip",
        {
            "one.csv": "id;text;year\n1;First.;1990\n2;;1991\n3;Third.;1992\n",
            "sub/two.jsonl": '{"id": 1, "text": "Fourth."}\nnonsense\n',
            "sub/three.tsv": "text\tid\nFifth.\t1\n",
            "four.parquet": parquet([{"text": "Sixth.", "year": 1999}, {"text": "Seventh.", "year": None}]),
            "five.csv.gz": gzip.compress(b"text\nEighth.\n"),
            "six.txt": "Ninth.",
            "seven.csv": "body,year\nTenth.,1990\n",
            "eight.exe": "no",
            "nine.csv": "",
            ".DS_Store": "no",
        },
    )
    found, skipped, account = read(path)
    assert [(one.id, one.text) for one in found] == [
        ("one.csv#1", "First."), ("one.csv#3", "Third."), ("sub/two.jsonl#1", "Fourth."), ("sub/three.tsv#1", "Fifth."),
        ("four.parquet#1", "Sixth."), ("four.parquet#2", "Seventh."), ("five.csv.gz#1", "Eighth."),
        ("six.txt", "Ninth."),
    ]  # fmt: skip
    assert skipped == [
        ("entry one.csv, line 3", "empty text"),
        ("entry sub/two.jsonl, line 2", "not valid JSON"),
        ("entry seven.csv", "no text field"),
        ("entry eight.exe", "not a file that can be read inside an archive"),
        ("entry nine.csv", "damaged: the rest of this file is not read"),
    ]
    assert [tuple(file) for file in account.files] == [
        ("one.csv", 3, 2), ("sub/two.jsonl", 2, 1), ("sub/three.tsv", 1, 1), ("four.parquet", 2, 2),
        ("five.csv.gz", 1, 1), ("six.txt", 1, 1), ("seven.csv", 1, 0), ("eight.exe", 1, 0), ("nine.csv", 1, 0),
    ]  # fmt: skip
    assert sum(file.rows for file in account.files) == account.in_file == len(found) + len(skipped)
    assert RowAccount.from_dict(json.loads(json.dumps(account.as_dict()))) == account
    assert found[0].fields == {"year": "1990", "file": "one.csv"}
    assert found[2].fields == {"file": "sub/two.jsonl", "folder": "sub"}
    assert found[7].fields == {}


def test_a_file_that_cannot_be_read_to_its_end_says_so_and_the_others_are_read(tmp_path: Path) -> None:
    path = archive(
        tmp_path / "a.zip",
        {
            "a.csv": b"text\nGood.\n" + "caf\u00e9\n".encode("latin-1") + b"After.\n",
            "b.parquet": parquet([{"text": "Lost."}])[:-20],
            "c.csv.gz": gzip.compress(b"text\nWords.\n" * 9)[:-9],
            "d.csv": "text,text\nOne.,Two.\n",
            "e.csv": "text\nLast.\n",
        },
    )
    found, skipped, account = read(path)
    assert [one.text for one in found if one.id.startswith("e")] == ["Last."]
    reasons = {place.split(",")[0]: reason for place, reason in skipped}
    assert len(reasons) == 4 == account.in_file - account.documents
    assert reasons["entry a.csv"] == "not valid in the chosen encoding: the rest of this file is not read"
    assert reasons["entry d.csv"] == "several columns of this file have the name of a chosen field"


def test_fields_of_all_tables_and_places_are_suggested(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        "x/a.csv": "id;body;year\n1;Some long words.;1990\n",
        "y/b.jsonl": '{"id": 2, "body": "More long words.", "place": "here"}\n',
        "y/c.txt": "A text.",
    }
    found = preview(archive(tmp_path / "a.zip", files), "a.zip", None, LIMITS)
    assert found.fields == ("id", "body", "year", "place", "file", "folder")
    assert (found.options.text_field, found.options.id_field) == ("body", "id")
    assert found.options.metadata_fields == ("year", "place", "file", "folder")
    assert [one.fields for one in found.documents] == [
        {"year": "1990", "file": "x/a.csv", "folder": "x"},
        {"place": "here", "file": "y/b.jsonl", "folder": "y"},
        {"folder": "y"},
    ]
    texts = archive(tmp_path / "b.zip", {"x/a.txt": "One.", "y/b.txt": "Two."})
    only = preview(texts, "b.zip", None, LIMITS)
    assert (only.fields, only.options.metadata_fields, only.problem) == (("folder",), ("folder",), "")
    flat = archive(tmp_path / "c.zip", {"a.txt": "One.", "b.txt": "Two."})
    assert preview(flat, "c.zip", None, LIMITS).fields == ()


def test_an_id_that_was_chosen_must_be_in_one_table(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"a.csv": "text,key\nOne.,k\n", "b.csv": "text\nTwo.\n"})
    found, _, _ = read(path, ZIP.model_copy(update={"id_field": "key"}))
    assert [one.id for one in found] == ["a.csv#k", "b.csv#1"]
    with pytest.raises(MissingField, match="'other'"):
        read(path, ZIP.model_copy(update={"id_field": "other"}))


@pytest.mark.parametrize("compressed", [False, True])
def test_a_bomb_of_a_table_is_stopped(tmp_path: Path, compressed: bool) -> None:
    content = b"text\n" + b"words " * 2_000_000
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.csv.gz" if compressed else "a.csv", gzip.compress(content) if compressed else content)
    with pytest.raises(OverLimit):
        read(path, limits=ReaderLimits(maximum_ratio=20))
