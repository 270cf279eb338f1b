"""Ids: given ones are kept as they are, and rows without one get none that was given."""

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skipgram_audit.corpus.readers import MissingField, ReaderLimits, preview, read_documents
from skipgram_audit.corpus.readers.preview import ROWS_CHECKED
from skipgram_audit.model.reader_options import ReaderOptions
from tests.library.corpus.readers.files import LIMITS, read, reasons, write

EXACT = [
    " lead",
    "\ttab",
    "trail ",
    "u\u2028s",
    "p\u2029",
    "n\nl",
    '"q"',
    "'x",
    "x",
    "e\u0301",
    "\u00e9",
    "007",
    "7",
    "=1+1",
    "a,b;c|d",
]

POSSIBLE = st.one_of(
    st.none(),
    st.just(""),
    st.integers(min_value=1, max_value=8).map(str),
    st.integers(min_value=1, max_value=8).map(lambda number: f"row {number}"),
    st.integers(min_value=1, max_value=8).map(lambda number: f"row {number} (2)"),
)


@pytest.mark.parametrize("file_format", ["jsonl", "csv", "tsv"])
def test_given_ids_are_kept_exactly(tmp_path: Path, file_format: str) -> None:
    rows = [{"id": identifier, "text": "words here"} for identifier in EXACT]
    if file_format == "jsonl":
        content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    else:
        stream = io.StringIO()
        writer = csv.DictWriter(stream, ["id", "text"], delimiter="," if file_format == "csv" else "\t")
        writer.writeheader()
        writer.writerows(rows)
        content = stream.getvalue()
    documents, skipped = read(write(tmp_path / "a", content), format=file_format)
    assert skipped == []
    assert [document.id for document in documents] == EXACT


def test_numbers_are_kept_as_they_are_written(tmp_path: Path) -> None:
    written = ["1", "1.0", "1.10", "1.1", "1e3", "-0.0", "123456789012345678901234567890", "0.1234567890123456789012"]
    content = "".join(f'{{"id": {number}, "text": "words"}}\n' for number in written)
    assert [document.id for document in read(write(tmp_path / "a", content), format="jsonl")[0]] == written


@settings(max_examples=150, deadline=None)
@given(st.lists(POSSIBLE, min_size=1, max_size=8))
def test_rows_without_ids_never_take_a_given_one(
    tmp_path_factory: pytest.TempPathFactory, given_ids: list[str | None]
) -> None:
    """Whatever is given before or after; only what was given twice is skipped, and the first of them is not."""
    path = tmp_path_factory.getbasetemp() / "identity.jsonl"
    rows = [{"text": f"words {place}"} | ({} if one is None else {"id": one}) for place, one in enumerate(given_ids)]
    documents, skipped = read(write(path, "".join(json.dumps(row) + "\n" for row in rows)), format="jsonl")
    proper = [one for one in given_ids if one]
    assert reasons(skipped) == (
        {"id of an earlier document": len(proper) - len(set(proper))} if len(set(proper)) < len(proper) else {}
    )
    ids = {document.text: document.id for document in documents}
    assert len(set(ids.values())) == len(documents)
    made = {ids[f"words {place}"] for place, one in enumerate(given_ids) if not one}
    assert not made & set(proper)
    for place, one in enumerate(given_ids):
        if one and one not in given_ids[:place]:
            assert ids[f"words {place}"] == one


def test_without_any_id_rows_are_called_by_their_numbers(tmp_path: Path) -> None:
    content = 'id,text\n"",one here\n"",two here\n'
    assert [document.id for document in read(write(tmp_path / "a", content), format="csv")[0]] == ["1", "2"]
    content = '{"id": NaN, "text": "one"}\n{"id": null, "text": "two"}\n{"text": "three"}\n'
    assert [document.id for document in read(write(tmp_path / "a", content), format="jsonl")[0]] == ["1", "2", "3"]


def test_an_id_far_down_the_file(tmp_path: Path) -> None:
    lines = [
        '{"text": "first"}',
        *(f'{{"id": "{n}", "text": "words"}}' for n in range(1, ROWS_CHECKED + 10)),
        '{"id": "row 1", "text": "x"}',
    ]
    documents, skipped = read(write(tmp_path / "a.gz", "\n".join(lines)), format="jsonl")
    assert (documents[0].id, documents[-1].id, skipped) == ("row 1 (2)", "row 1", [])
    assert preview(tmp_path / "a.gz", "a.jsonl.gz", ReaderOptions(format="jsonl"), LIMITS).documents[0].id == "row 1"


def test_fields_within_objects(tmp_path: Path) -> None:
    content = '{"meta": {"key": "k1", "body": {"text": "Long words here."}}, "a.b": "literal"}\n'
    found = preview(write(tmp_path / "a", content), "a.jsonl", None, LIMITS)
    assert found.options.text_field == "meta.body.text"
    assert "meta.key" in found.fields
    documents, _ = read(
        tmp_path / "a", format="jsonl", text_field="meta.body.text", id_field="meta.key", metadata_fields=("a.b",)
    )
    assert [(document.id, document.text, document.fields) for document in documents] == [
        ("k1", "Long words here.", {"a.b": "literal"})
    ]


@pytest.mark.parametrize("options", [{"id_field": "nope"}, {"title_field": "nix"}])
@pytest.mark.parametrize(
    ("name", "content"), [("a.csv", "id,text\n1,some words\n"), ("a.jsonl", '{"id": "1", "text": "some words"}\n')]
)
def test_a_column_that_was_chosen_must_be_there(
    tmp_path: Path, name: str, content: str, options: dict[str, str]
) -> None:
    path = tmp_path / name
    path.write_text(content)
    chosen = ReaderOptions(format=name.partition(".")[2], **options)
    with pytest.raises(MissingField, match=r"No row of the file"):
        list(read_documents(path, chosen, ReaderLimits(), lambda *_: None))


def test_the_usual_columns_may_be_missing(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text\nsome words\n")
    (document,) = read_documents(path, ReaderOptions(format="csv"), ReaderLimits(), lambda *_: None)
    assert (document.id, document.title) == ("1", "")
