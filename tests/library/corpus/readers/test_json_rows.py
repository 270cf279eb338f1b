"""JSON Lines and arrays of objects: what does not fit is told, and nothing is lost in it."""

import json
from pathlib import Path

import pytest

from skipgram_audit.corpus.readers import OverLimit, ReaderLimits, UnreadableFile, detect_format, preview
from skipgram_audit.model.reader_options import ReaderOptions
from tests.library.corpus.readers.files import LIMITS, read, write
from tests.library.corpus.readers.test_written_files import Read


def test_each_blank_line_is_accounted_for() -> None:
    found = Read('\ufeff{"text": "one"}\r\n\r\n  \r\n{"text": "two"}\r\n\r\n'.encode(), None, "a.jsonl")
    assert [text for _, text in found.rows] == ["one", "two"]
    assert found.account.as_dict() == {
        "in_file": 5,
        "documents": 2,
        "skipped": {"empty line": 3},
        "notes": [],
        "remarks": [],
    }


def test_a_field_that_occurs_twice_is_not_lost_silently() -> None:
    lines = [
        '{"id": "1", "text": "first", "text": "second"}',
        '{"id": "2", "text": "words", "unused": 1, "unused": 2}',
        '{"id": "3", "text": "words", "nested": {"text": 1, "text": 2}}',
    ]
    found = Read("\n".join(lines).encode(), ReaderOptions(format="jsonl"), "a.jsonl")
    assert [key for key, _ in found.rows] == ["2", "3"]
    assert found.skipped == [("line 1", "a field that occurs twice in the row")]


def test_values_that_json_does_not_have_are_missing() -> None:
    found = Read(b'{"id": NaN, "title": Infinity, "text": "words"}\n{"id": 1, "text": NaN}\n', None, "a.jsonl")
    assert [(document.id, document.title) for document in found.documents] == [("row 1", "")]
    assert found.skipped == [("line 2", "no text field")]


@pytest.mark.parametrize("filename", ["a.json", "a.dat", "a.json.gz"])
def test_an_array_is_read_item_by_item(tmp_path: Path, filename: str) -> None:
    rows = [{"id": n, "body": f"The words of number {n}."} for n in range(3000)]
    content = json.dumps([*rows, "no object", None, {"id": 5}], indent=2)
    path = write(tmp_path / filename, content)
    assert detect_format(path, filename) == "jsonl"
    found = preview(path, filename, None, LIMITS)
    assert (found.options.text_field, found.fields, found.problem) == ("body", ("id", "body"), "")
    documents, skipped = read(path, format="jsonl", text_field="body")
    assert [(document.id, document.text) for document in documents] == [(str(row["id"]), row["body"]) for row in rows]
    assert skipped == [
        ("item 3001", "not a JSON object"),
        ("item 3002", "not a JSON object"),
        ("item 3003", "no text field"),
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('[{"text": "one"}, {"text": "tw', "item 2, line 1"),
        ('[{"text": "one"},\n {"text": two}]', "item 2, line 2"),
        ('[{"text": "one"}\n {"text": "two"}]', "item 1, line 2"),
        ('[{"text": "one"}]\n{"text": "two"}', "Line 2 has more"),
        ('[{"text": "one"}', "item 1"),
        ("[" * 100_000, "item 1"),
    ],
)
def test_a_damaged_array_is_told_with_its_place(tmp_path: Path, content: str, told: str) -> None:
    with pytest.raises(UnreadableFile, match=told):
        read(write(tmp_path / "a.json", content), format="jsonl")


def test_an_item_of_many_megabytes_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", json.dumps([{"text": "words " * 100_000}]))
    with pytest.raises(OverLimit, match="Item 1"):
        read(path, ReaderLimits(maximum_document_bytes=50_000), format="jsonl")


def test_an_empty_array_has_no_documents() -> None:
    with pytest.raises(Exception, match="No document could be read"):
        Read(b" [ ] ", ReaderOptions(format="jsonl"), "a.json")
