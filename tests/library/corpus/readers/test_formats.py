"""Every format, plain and compressed, gives the same documents."""

import io
import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from skipgram_audit.corpus.readers import read_documents
from skipgram_audit.model.reader_options import ReaderOptions
from tests.library.corpus.readers.files import LIMITS, read, reasons, write

ROWS = [
    {"id": "a", "title": "Erste", "text": 'Grüße, 😀 "quoted" text.', "year": 1999},
    {"id": "b", "title": "", "text": "Second, with\ttab\nand line.", "year": 2001},
]


def as_json_lines() -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS).encode()


def as_table(delimiter: str) -> bytes:
    def quote(value: object) -> str:
        return '"' + str(value).replace('"', '""') + '"'

    lines = [delimiter.join(ROWS[0]), *(delimiter.join(quote(value) for value in row.values()) for row in ROWS)]
    return "\r\n".join(lines).encode()


def as_parquet() -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), stream)
    return stream.getvalue()


CONTENTS = {"jsonl": as_json_lines(), "csv": as_table(","), "tsv": as_table("\t"), "parquet": as_parquet()}


@pytest.mark.parametrize("file_format", CONTENTS)
@pytest.mark.parametrize("compression", ["", ".gz", ".zst"])
def test_fields_become_documents(tmp_path: Path, file_format: str, compression: str) -> None:
    path = write(tmp_path / f"corpus{compression}", CONTENTS[file_format])
    documents, skipped = read(path, format=file_format, metadata_fields=("year",))
    assert skipped == []
    assert [(document.id, document.title, document.text, document.fields) for document in documents] == [
        (row["id"], row["title"], row["text"], {"year": str(row["year"])}) for row in ROWS
    ]


@pytest.mark.parametrize("compression", ["", ".gz", ".zst"])
def test_txt_with_a_document_a_line(tmp_path: Path, compression: str) -> None:
    path = write(tmp_path / f"corpus{compression}", "\ufeffOne here.\r\n\r\nTwo here.\rThree here.")
    documents, skipped = read(path, format="txt")
    assert [(document.id, document.text, document.place) for document in documents] == [
        ("1", "One here.", "line 1"),
        ("3", "Two here.", "line 3"),
        ("4", "Three here.", "line 4"),
    ]
    assert skipped == [("line 2", "empty line")]


def test_txt_as_one_document(tmp_path: Path) -> None:
    documents, _ = read(write(tmp_path / "book.txt", "One.\n\nTwo.\n"), format="txt", document_per="file")
    assert [(document.id, document.title, document.text) for document in documents] == [("1", "book", "One.\n\nTwo.\n")]


@pytest.mark.parametrize("compression", ["", ".gz", ".zst"])
def test_zip_of_txt_files(tmp_path: Path, compression: str) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/", "")
        archive.writestr("folder/first.txt", "The first text.")
        archive.writestr("../../etc/passwd.TXT", "A name is no path.")
        archive.writestr("picture.png", b"\x89PNG")
        archive.writestr("latin.txt", "line\nna\xefve".encode("latin-1"))
        archive.writestr("empty.txt", "")
    path = write(tmp_path / f"corpus{compression}", stream.getvalue())
    documents, skipped = read(path, format="zip")
    assert [(document.id, document.title, document.text) for document in documents] == [
        ("folder/first.txt", "first", "The first text."),
        ("../../etc/passwd.TXT", "passwd", "A name is no path."),
    ]
    assert skipped == [
        ("entry picture.png", "not a file that can be read inside an archive"),
        ("entry latin.txt, line 2, byte 7", "not valid in the chosen encoding"),
        ("entry empty.txt", "empty text"),
    ]
    assert [path.name for path in tmp_path.iterdir()] == [f"corpus{compression}"]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-16", "Naïve reading 😀."),
        ("cp1252", "Naïve – “reading”."),
        ("cp1251", "Наивное чтение."),
        ("cp932", "素朴な読み方。"),
        ("gb18030", "天真的阅读。"),
    ],
)
def test_a_named_encoding(tmp_path: Path, encoding: str, text: str) -> None:
    row = json.dumps({"text": text}, ensure_ascii=False)
    path = write(tmp_path / "corpus.jsonl", f"{row}\n".encode(encoding))
    documents, _ = read(path, format="jsonl", encoding=encoding)
    assert [document.text for document in documents] == [text]


def test_rows_without_ids_get_running_numbers(tmp_path: Path) -> None:
    path = write(tmp_path / "corpus.csv", "text,other\nfirst,1\n\nsecond,2\n")
    documents, skipped = read(path, format="csv")
    assert [(document.id, document.title, document.place) for document in documents] == [
        ("1", "", "line 2"),
        ("2", "", "line 4"),
    ]
    assert skipped == [("line 3", "empty line")]
    path = write(tmp_path / "corpus.jsonl", '{"text": "a", "id": 7}\n{"text": "b", "id": null}\n{"text": "c"}\n')
    assert [document.id for document in read(path, format="jsonl")[0]] == ["7", "row 2", "row 3"]


def test_columns_without_quoting_and_with_another_delimiter(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tsv", 'id\ttext\n1\t"Not closed, she said\n2\tHe said "no" twice\n')
    documents, skipped = read(path, format="tsv", quoted=False)
    assert [document.text for document in documents] == ['"Not closed, she said', 'He said "no" twice']
    assert skipped == []
    path = write(tmp_path / "b.csv", "id;text\n1;Comma, inside\n")
    assert [document.text for document in read(path, format="csv", delimiter=";")[0]] == ["Comma, inside"]


def test_unnamed_and_repeated_columns_can_be_told_apart(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "text,,text\none,two,three\n")
    documents, _ = read(path, format="csv", text_field="text (3)", metadata_fields=("column 2",))
    assert [(document.text, document.fields) for document in documents] == [("three", {"column 2": "two"})]


def test_metadata_of_any_type_is_kept_as_text(tmp_path: Path) -> None:
    row = {"text": "words", "tags": ["a", "é"], "score": 1.5, "none": None, "flag": True}
    path = write(tmp_path / "a.jsonl", json.dumps(row))
    documents, _ = read(path, format="jsonl", metadata_fields=("tags", "score", "none", "flag", "absent"))
    assert documents[0].fields == {"tags": '["a", "é"]', "score": "1.5", "flag": "true"}


def test_rows_that_cannot_be_used_are_counted_with_their_reasons(tmp_path: Path) -> None:
    lines = [
        '{"id": "1", "text": "good"}',
        '{"id": "1", "text": "again"}',
        '{"id": "3", "text": "cut off',
        "[1, 2]",
        '{"id": "5"}',
        '{"id": "6", "text": 6}',
        '{"id": "7", "text": "  "}',
        '{"id": "8", "text": "!?"}',
        '{"id": "9", "text": "half \\ud83d"}',
        '{"id": "10", "text": "nul \\u0000"}',
        '{"id": ["11"], "text": "listed"}',
        json.dumps({"id": "x" * 513, "text": "long id"}),
        json.dumps({"id": "13", "text": "long " * 100}),
        json.dumps({"id": "14", "text": "long " * 1000}),
        "[" * 100_000,
        '{"id": "16", "text": "good, too"}',
    ]
    limits = type(LIMITS)(maximum_document_bytes=400)
    documents, skipped = read(write(tmp_path / "a.jsonl", "\n".join(lines)), limits, format="jsonl")
    assert [document.id for document in documents] == ["1", "16"]
    assert reasons(skipped) == {
        "id of an earlier document": 1,
        "not valid JSON": 1,
        "not a JSON object": 1,
        "no text field": 1,
        "text is not a string": 1,
        "empty text": 1,
        "no word in the text": 1,
        "has a NUL character or half a surrogate pair": 2,
        "id is neither a string nor a number": 1,
        "id longer than 512 characters": 1,
        "text longer than a document may be": 1,
        "line longer than a document may be": 2,
    }
    assert skipped[0] == ("line 2", "id of an earlier document")


def test_broken_rows_of_a_table_do_not_swallow_their_neighbours(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", 'id,text\n1,one\n2,two,extra\n3\n4,"fo"ur\n5,five\n6,"never closed\n7,seven\n')
    documents, skipped = read(path, format="csv")
    assert [document.text for document in documents] == ["one", "five", "seven"]
    assert skipped == [
        ("line 3", "wrong number of columns"),
        ("line 4", "wrong number of columns"),
        ("line 5", "quotation marks that do not match"),
        ("line 7", "a quotation mark that is never closed"),
    ]


def test_progress_is_the_share_of_the_file(tmp_path: Path) -> None:
    for file_format, content in CONTENTS.items():
        fractions: list[float] = []
        path = write(tmp_path / file_format, content)
        options = ReaderOptions(format=file_format)
        list(read_documents(path, options, LIMITS, lambda place, reason: None, fractions.append))
        assert len(fractions) == len(ROWS)
        assert fractions[-1] == 1.0
