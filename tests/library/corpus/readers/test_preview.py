"""What a file is taken for, and what its preview offers."""

import io
import json
import os
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from skipgram_audit.corpus.readers import detect_format, preview
from skipgram_audit.model.reader_options import ReaderOptions
from tests.library.corpus.readers.files import LIMITS, write

JSON_LINES = '{"doc_id": 1, "headline": "A", "body": "Long words here."}\n{"doc_id": 2, "body": "More words here."}\n'


@pytest.mark.parametrize(
    ("filename", "content", "expected"),
    [
        ("a.txt", "a,b\n1,2\n", "txt"),
        ("a.TXT.gz", "words", "txt"),
        ("a.csv.zst", "words", "csv"),
        ("a.tsv", "a\tb\n", "tsv"),
        ("a.ndjson", "words", "jsonl"),
        ("a", JSON_LINES, "jsonl"),
        ("a.dat", "a\tb\n1\t2\n", "tsv"),
        ("a.dat", 'a,b\n1,"2, 3"\n', "csv"),
        ("a.dat", "Words, and words.\nAnd words.\n", "txt"),
        ("a.dat", JSON_LINES.encode("utf-16"), "jsonl"),
    ],
)
def test_detection_by_name_then_content(tmp_path: Path, filename: str, content: str | bytes, expected: str) -> None:
    path = write(tmp_path / f"upload{Path(filename).suffix}", content)
    assert detect_format(path, filename) == expected


def test_detection_of_binary_formats_believes_the_content(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "words")
    assert detect_format(write(tmp_path / "a.gz", stream.getvalue()), "a.csv.gz") == "zip"
    pq.write_table(pa.table({"text": ["words"]}), tmp_path / "b")
    assert detect_format(tmp_path / "b", "b.txt") == "parquet"


def test_fields_are_suggested_by_name_and_by_length(tmp_path: Path) -> None:
    found = preview(write(tmp_path / "a", JSON_LINES), "a.jsonl", None, LIMITS)
    assert found.options == ReaderOptions(format="jsonl", text_field="body", id_field="doc_id", title_field="headline")
    assert found.fields == ("doc_id", "headline", "body")
    assert [(document.id, document.title, document.text) for document in found.documents] == [
        ("1", "A", "Long words here."),
        ("2", "", "More words here."),
    ]
    assert (found.problem, found.encodings) == ("", ())
    rows = '{"n": 1, "label": "x", "utterance": "The longest of all."}\n'
    assert preview(write(tmp_path / "a", rows), "a.jsonl", None, LIMITS).options.text_field == "utterance"


def test_short_fields_are_kept_as_metadata_unless_somebody_chooses_otherwise(tmp_path: Path) -> None:
    rows = [
        {
            "id": n,
            "text": "Words.",
            "year": 1990 + n,
            "source": "news",
            "notes": "word " * 100,
            "about": {"place": "here"},
        }
        for n in range(5)
    ]
    path = write(tmp_path / "a", "".join(json.dumps(row) + "\n" for row in rows))
    found = preview(path, "a.jsonl", None, LIMITS)
    assert found.options.metadata_fields == ("year", "source", "about.place")
    assert found.documents[1].fields == {"year": "1991", "source": "news", "about.place": "here"}
    chosen = found.options.model_copy(update={"metadata_fields": ("source", "gone"), "text_field": "notes"})
    offered = ["year", "source", "notes", "about", "about.place"]
    assert preview(path, "a.jsonl", chosen, LIMITS).options == chosen
    again = preview(path, "a.jsonl", chosen, LIMITS, offered=offered).options
    assert again.metadata_fields == ("text", "source")


def test_fields_that_appear_with_another_delimiter_are_ticked(tmp_path: Path) -> None:
    path = write(tmp_path / "a", "text,a;b\nOne word,1;2\n")
    comma = ReaderOptions(format="csv", id_field=None, title_field=None, metadata_fields=("a;b",))
    semicolon = comma.model_copy(update={"delimiter": ";", "text_field": "text,a"})
    assert preview(path, "a.csv", semicolon, LIMITS, offered=["a;b"]).options.metadata_fields == ("b",)


def test_columns_are_suggested(tmp_path: Path) -> None:
    found = preview(write(tmp_path / "a", "id;Text\n1;Comma, inside\n2;More\n"), "a.csv", None, LIMITS)
    assert found.options == ReaderOptions(format="csv", text_field="Text", title_field=None, delimiter=";")
    found = preview(write(tmp_path / "a", 'id\ttext\n1\t"Open\n2\t"Open\n'), "a.tsv", None, LIMITS)
    assert not found.options.quoted
    assert len(found.documents) == 2


def test_a_ragged_row_or_another_encoding_does_not_hide_the_columns(tmp_path: Path) -> None:
    content = "id;title;text\n1;Un café;Le garçon.\n2;B;Il part.\n3;C\n".encode("cp1252")
    found = preview(write(tmp_path / "a", content), "a.csv", None, LIMITS)
    assert found.options == ReaderOptions(format="csv", delimiter=";")
    assert found.fields == ("id", "title", "text")
    assert "is not valid utf-8" in found.problem
    chosen = preview(tmp_path / "a", "a.csv", ReaderOptions(format="csv", delimiter=";", encoding="cp1252"), LIMITS)
    assert [document.title for document in chosen.documents] == ["Un café", "B"]
    assert chosen.skipped == (("line 4", "wrong number of columns"),)


def test_parquet_columns(tmp_path: Path) -> None:
    pq.write_table(pa.table({"n": [1, 2], "body": ["Some words.", "More words."], "id": ["x", "y"]}), tmp_path / "a")
    found = preview(tmp_path / "a", "a.parquet", None, LIMITS)
    assert found.fields == ("n", "body", "id")
    assert (found.options.text_field, found.options.id_field) == ("body", "id")
    assert [document.id for document in found.documents] == ["x", "y"]


@pytest.mark.parametrize(
    ("encoding", "word"),
    [("cp1252", "naïve"), ("cp1251", "чтение"), ("cp932", "読み方"), ("gb18030", "阅读文本"), ("koi8-r", "чтение")],
)
def test_the_right_encoding_is_among_the_samples(tmp_path: Path, encoding: str, word: str) -> None:
    content = ("plain words\n" * 20_000 + f"first {word} and more words\n" + "plain words\n" * 10).encode(encoding)
    path = write(tmp_path / "a.txt", content)
    found = preview(path, "a.txt", None, LIMITS)
    assert found.options.encoding == "utf-8"
    assert "Line 20,001" in found.problem
    assert "encoding" in found.remedy
    samples = {sample.encoding: sample.sample for sample in found.encodings}
    assert f"first {word} and more" in samples[encoding]
    assert samples["utf-8"] == ""
    chosen = preview(path, "a.txt", ReaderOptions(format="txt", encoding=encoding), LIMITS)
    assert (chosen.problem, len(chosen.documents)) == ("", 10)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_recognised(tmp_path: Path, encoding: str) -> None:
    found = preview(write(tmp_path / "a.txt", "Naïve words.\nMore.\n".encode(encoding)), "a.txt", None, LIMITS)
    assert found.options.encoding == encoding
    assert [document.text for document in found.documents] == ["Naïve words.", "More."]


def test_samples_of_a_zip(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "words")
        archive.writestr("b.txt", "some naïve words".encode("cp1252"))
    found = preview(write(tmp_path / "a.zip", stream.getvalue()), "a.zip", None, LIMITS)
    assert {sample.encoding: sample.sample for sample in found.encodings}["cp1252"] == "some naïve words"
    assert found.skipped == (("entry b.txt, line 1, byte 7", "not valid in the chosen encoding"),)


def test_a_preview_is_short_and_survives_json(tmp_path: Path) -> None:
    content = "".join(
        json.dumps({"text": f"é{n} " + os.urandom(1000).hex(" ")}, ensure_ascii=False) + "\n" for n in range(500)
    )
    found = preview(write(tmp_path / "a.jsonl.gz", content), "a.jsonl.gz", None, LIMITS)
    assert len(found.documents) == 10
    assert all(len(document.text) == 1000 for document in found.documents)
    assert found.compression == "gz"
    assert ReaderOptions.unchecked(json.loads(json.dumps(found.as_dict()))["options"]) == found.options


def test_a_preview_stops_at_a_hundred_useless_rows(tmp_path: Path) -> None:
    found = preview(write(tmp_path / "a.jsonl", '{"text": ""}\n' * 10_000), "a.jsonl", None, LIMITS)
    assert (len(found.documents), len(found.skipped)) == (0, 100)
