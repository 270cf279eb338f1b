"""A written corpus, read again as it was read, has the same documents."""

import gzip
from pathlib import Path

import pytest
import zstandard

from skipgram_audit.corpus.readers import ReaderLimits, SourceDocument, read_documents
from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.reader_options import ReaderOptions
from skipgram_audit.report.corpus_file import corpus_file, form_of

DOCUMENTS = [
    SourceDocument("a-1", "A, title", 'He said "no", and\nleft.', {"year": "1999", "place": "Köln; Rhein"}, ""),
    SourceDocument("2", "", "Zweite\tZeile 😀 ends in \\", {"year": "", "place": "=1+1"}, ""),
    SourceDocument("<b>", "T", "<script>alert(1)</script> text", {"year": "7", "place": "\\N or not"}, ""),
]
LINES = [SourceDocument(str(number), "", f"line {number} of text", {}, "") for number in (1, 3, 4, 9)]
COLUMNS = {"id_field": "key", "title_field": "head", "text_field": "body", "metadata_fields": ("year", "place")}


def read_again(path: Path, options: ReaderOptions) -> list[SourceDocument]:
    return list(read_documents(path, options, ReaderLimits(), lambda place, reason: pytest.fail(f"{place}: {reason}")))


def values(documents: list[SourceDocument]) -> list[tuple[object, ...]]:
    return [(one.id, one.title, one.text, one.fields) for one in documents]


@pytest.mark.parametrize(
    "options",
    [
        ReaderOptions(format="jsonl", **COLUMNS),
        ReaderOptions(format="jsonl", **{**COLUMNS, "text_field": "content.body"}),
        ReaderOptions(format="jsonl", **COLUMNS, encoding="utf-16"),
        ReaderOptions(format="csv", **COLUMNS),
        ReaderOptions(format="csv", **COLUMNS, delimiter=";"),
        ReaderOptions(format="csv", **COLUMNS, delimiter="|", escape="backslash"),
        ReaderOptions(format="tsv", **COLUMNS),
        ReaderOptions(format="parquet", **COLUMNS),
    ],
    ids=lambda one: f"{one.format}{one.delimiter}{one.escape}{one.encoding}{one.text_field}",
)
@pytest.mark.parametrize("compression", ["", ".gz", ".zst"])
def test_rows_come_back(tmp_path: Path, options: ReaderOptions, compression: str) -> None:
    filename = f"corpus.{options.format}{compression}"
    path = tmp_path / "written"
    path.write_bytes(b"".join(corpus_file(DOCUMENTS, options, filename, ("year", "place"), True)))
    assert values(read_again(path, options)) == values(DOCUMENTS)
    compressed = form_of(options, filename).compression
    assert compressed == ("" if options.format == "parquet" else compression.removeprefix("."))


def test_lines_keep_their_numbers(tmp_path: Path) -> None:
    options, path = ReaderOptions(format="txt"), tmp_path / "written"
    path.write_bytes(b"".join(corpus_file(LINES, options, "c.txt", (), False)))
    found = list(read_documents(path, options, ReaderLimits(), lambda place, reason: None))
    assert values(found) == values(LINES)
    assert path.read_text().count("\n") == 9


def test_a_file_of_one_document_comes_back(tmp_path: Path) -> None:
    options = ReaderOptions(format="txt", document_per="file", encoding="latin-1")
    path = tmp_path / "corpus.txt"
    path.write_bytes(b"".join(corpus_file([SourceDocument("1", "x", "Größe\n\nzwei", {}, "")], options, "c", (), True)))
    assert path.read_bytes() == "Größe\n\nzwei".encode("latin-1")


def test_an_archive_comes_back_with_its_names(tmp_path: Path) -> None:
    documents = [SourceDocument(f"folder/{name}", name, f"text of {name}", {}, "") for name in ("a.txt", "b.html")]
    options, path = ReaderOptions(format="zip"), tmp_path / "written.zip"
    path.write_bytes(b"".join(corpus_file(documents, options, "c.zip", (), True)))
    found = read_again(path, options)
    assert [(one.id, one.text) for one in found] == [
        ("folder/a.txt", "text of a.txt"),
        ("folder/b.html.txt", "text of b.html"),
    ]


def test_a_page_becomes_plain_text() -> None:
    form = form_of(ReaderOptions(format="html"), "page.html.gz")
    assert (form.format, form.name("page.html.gz", "rewritten")) == ("txt", "page-rewritten.txt.gz")
    assert any("markup" in note for note in form.notes)


def test_compression_is_that_of_the_file() -> None:
    options = ReaderOptions(format="jsonl")
    written = b"".join(corpus_file(DOCUMENTS, options, "c.jsonl.gz", (), False))
    assert b"He said" in gzip.decompress(written)
    written = b"".join(corpus_file(DOCUMENTS, options, "c.jsonl.zst", (), False))
    assert b"He said" in zstandard.ZstdDecompressor().decompressobj().decompress(written)


def test_a_word_that_the_encoding_cannot_hold_is_named() -> None:
    options = ReaderOptions(format="txt", encoding="latin-1")
    with pytest.raises(InvalidInput, match="latin-1"):
        list(corpus_file([SourceDocument("1", "", "ein Ł", {}, "")], options, "c.txt", (), False))
    unquoted = ReaderOptions(format="csv", quoted=False, id_field="id", title_field=None)
    with pytest.raises(InvalidInput, match="quotation marks"):
        list(corpus_file([SourceDocument("1", "", "a, b", {}, "")], unquoted, "c.csv", (), False))
