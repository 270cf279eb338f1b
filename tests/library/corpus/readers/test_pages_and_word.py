"""HTML and Word documents: the text that a person sees, alone and in a zip; other files say how to convert them."""

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml

from skipgram_audit.corpus.readers import (
    NoDocuments,
    ReaderLimits,
    UnreadableFile,
    WrongEncoding,
    detect_format,
    preview,
    read_documents,
)
from skipgram_audit.model.reader_options import ReaderOptions
from skipgram_audit.model.tokens import tokenize
from tests.library.corpus.readers.files import LIMITS, read, write

PAGE = """<!DOCTYPE html><html><head><title>On &amp; off</title><style>p {color: red}</style></head>
<body class="she"><!-- hidden --><h1>Heading</h1><p class='he'>un<b>bold</b>ed caf&eacute;
wrapped<br>next</p><ul><li>one<li>two</ul><table><tr><td>1<td>2</table>soft<wbr>ware
<script>var she = 1;</script><noscript>enable</noscript><p>&lt;end&gt;&nbsp;here</body></html>"""
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word_document() -> bytes:
    document = docx.Document()
    document.core_properties.title = "The report"
    document.add_heading("Heading", 1)
    document.add_paragraph("Plain and ").add_run("bold").bold = True
    table = document.add_table(2, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "first", "second"
    table.cell(1, 0).merge(table.cell(1, 1)).text = "merged"
    changed = f"""<w:p {W}><w:r><w:t xml:space="preserve">kept </w:t></w:r><w:ins w:id="1"><w:r><w:t>inserted</w:t>
    </w:r></w:ins><w:del w:id="2"><w:r><w:delText>deleted</w:delText></w:r></w:del><w:moveFrom w:id="3"><w:r>
    <w:t>moved</w:t></w:r></w:moveFrom><w:sdt><w:sdtContent><w:r><w:tab/><w:t>control</w:t></w:r></w:sdtContent></w:sdt></w:p>"""
    document.element.body.insert(0, parse_xml(changed))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


WORD_TEXT = "kept inserted\tcontrol\n\nHeading\n\nPlain and bold\n\nfirst\n\nsecond\n\nmerged"


def archive_of(entries: dict[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return stream.getvalue()


def test_a_page_is_its_text(tmp_path: Path) -> None:
    path = write(tmp_path / "a.html", PAGE)
    assert detect_format(path, "a.htm") == detect_format(path, "a") == "html"
    (document,), skipped = read(path, format="html")
    assert document.title == "On & off"
    assert (
        document.text == "Heading\n\nunbolded café wrapped\nnext\n\none\n\ntwo\n\n1\n\n2\n\nsoftware\n\n<end>\u00a0here"
    )
    assert skipped == []
    assert "Heading" in preview(path, "a.html", None, LIMITS).documents[0].text


@pytest.mark.parametrize("encoding", ["cp1252", "koi8-r", "utf-8", "utf-16"])
def test_a_page_says_its_encoding(tmp_path: Path, encoding: str) -> None:
    words = "чтение" if encoding == "koi8-r" else "naïve"
    page = f'<html><meta http-equiv="content-type" content="text/html; charset={encoding}"><p>{words}'
    data = page.encode(encoding)
    found = preview(write(tmp_path / "a", data), "a.html", None, LIMITS)
    assert [document.text for document in found.documents] == [words]
    with pytest.raises(WrongEncoding):
        read(write(tmp_path / "a", b"<p>na\xefve"), format="html")


def test_a_page_is_read_to_its_end_or_refused(tmp_path: Path) -> None:
    """The parser drops what lies too deep: that must not go unsaid."""

    def nested(depth: int) -> str:
        return "<div>" * depth + "inner" + "</div>" * depth + "<p>outer"

    (document,), _ = read(write(tmp_path / "a", nested(1_000)), format="html")
    assert document.text == "inner\n\nouter"
    with pytest.raises(UnreadableFile, match="deep"):
        read(write(tmp_path / "a", nested(20_000)), format="html")


@pytest.mark.parametrize("compression", ["", ".gz"])
def test_a_word_document_is_its_text(tmp_path: Path, compression: str) -> None:
    path = write(tmp_path / f"a{compression}", word_document())
    assert detect_format(path, "whatever.zip") == "docx"
    (document,), skipped = read(path, format="docx")
    assert (document.title, document.text) == ("The report", WORD_TEXT)
    assert skipped == []
    assert preview(path, "a.docx", None, LIMITS).options.format == "docx"


def test_a_word_document_that_is_none_says_what_to_do(tmp_path: Path) -> None:
    path = write(tmp_path / "a", archive_of({"[Content_Types].xml": "abc", "word/document.xml": "<w:t>words</w:t>"}))
    found = preview(path, "report.docx", None, LIMITS)
    assert "Word document is damaged" in found.problem
    assert ".docx" in found.remedy


def test_a_word_document_that_is_too_large(tmp_path: Path) -> None:
    path = write(tmp_path / "a", word_document())
    with pytest.raises(NoDocuments, match="text longer"):
        read(path, ReaderLimits(maximum_document_bytes=10_000), format="docx")


def test_pages_and_word_documents_in_a_zip(tmp_path: Path) -> None:
    entries: dict[str, str | bytes] = {
        "a/one.txt": "plain text",
        "b/one.txt": "other text",
        "b/one.html": PAGE,
        "c/report.docx": word_document(),
        "d/old.doc": b"\xd0\xcf\x11\xe0",
        "d/bad.docx": b"no zip",
        "d/latin.html": b"<meta charset=latin-1><p>na\xefve",
    }
    documents, skipped = read(write(tmp_path / "a.zip", archive_of(entries)), format="zip")
    assert [document.id for document in documents] == [
        "a/one.txt",
        "b/one.txt",
        "b/one.html",
        "c/report.docx",
        "d/latin.html",
    ]
    assert [document.title for document in documents] == ["one", "one", "On & off", "The report", "latin"]
    assert (documents[3].text, documents[4].text) == (WORD_TEXT, "naïve")
    assert skipped == [
        ("entry d/old.doc", "not a file that can be read inside an archive"),
        ("entry d/bad.docx", "damaged"),
    ]


def test_what_systems_add_to_a_zip_is_no_row(tmp_path: Path) -> None:
    entries: dict[str, str | bytes] = {
        "a.txt": "words",
        "__MACOSX/._a.txt": b"\0\5\x16\7 companion",
        "deep/._b.txt": b"\0\5\x16\7 companion",
        "deep/._mine.txt": "mine",
        "deep/.DS_Store": b"\0",
        "Thumbs.db": b"\0",
        "desktop.ini": "x",
        "__MACOSX/real.txt": "real words",
    }
    path = write(tmp_path / "a.zip", archive_of(entries))
    skipped: list[tuple[str, str]] = []
    notes: list[str] = []
    documents = read_documents(
        path, ReaderOptions(format="zip"), LIMITS, lambda *row: skipped.append(row), on_remark=notes.append
    )
    assert [document.id for document in documents] == ["a.txt", "deep/._mine.txt", "__MACOSX/real.txt"]
    assert skipped == []
    assert len(notes) == 1
    assert notes[0].startswith("5 files are not documents")
    assert preview(path, "a.zip", None, LIMITS).remarks == tuple(notes)


def entry_named(raw: bytes, extra: bytes = b"") -> bytes:
    """A zip with a name in these bytes, without the mark of UTF-8."""
    entry = zipfile.ZipInfo("x" * len(raw))
    entry.extra = extra
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(entry, "words")
    return stream.getvalue().replace(b"x" * len(raw), raw)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Grüße.txt".encode(), "Grüße.txt"),
        ("Größe.txt".encode("cp437"), "Größe.txt"),
        ("文章.txt".encode(), "文章.txt"),
        (b"folder\\plain.txt", "folder\\plain.txt"),
    ],
)
def test_names_in_a_zip(tmp_path: Path, raw: bytes, expected: str) -> None:
    (document,), skipped = read(write(tmp_path / "a.zip", entry_named(raw)), format="zip")
    assert document.id == expected
    assert document.title == expected.split("\\")[-1].removesuffix(".txt")
    assert skipped == []


@pytest.mark.parametrize(
    ("content", "kind", "remedy"),
    [
        (b"{\\rtf1 words}", "RTF", ".docx"),
        (b"\xd0\xcf\x11\xe0 abc", "old Office", ".docx"),
        (archive_of({"xl/workbook.xml": "x"}), "Excel", "CSV"),
        (archive_of({"ppt/presentation.xml": "x"}), "PowerPoint", ".txt"),
        (archive_of({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "x"}), "odt", ".docx"),
        (archive_of({"mimetype": "application/epub+zip", "a.html": "x"}), "EPUB", ".txt"),
    ],
)
@pytest.mark.parametrize("name", ["a", "a.txt", "a.zip"])
def test_other_files_say_how_to_convert_them(tmp_path: Path, content: bytes, kind: str, remedy: str, name: str) -> None:
    with pytest.raises(UnreadableFile, match=kind) as caught:
        preview(write(tmp_path / "a", content), name, None, LIMITS)
    assert remedy in caught.value.remedy


def test_markup_in_texts_is_told(tmp_path: Path) -> None:
    content = "id,text\n1,<p>She</p> works\n2,He works & rests if 1 < 2\n3,caf&eacute;\n4,AT&amp;T\n"
    path = write(tmp_path / "a.csv", content)
    notes = preview(path, "a.csv", None, LIMITS).remarks
    assert len(notes) == 1
    assert notes[0].startswith("2 texts look like HTML, of 4")
    plain = write(tmp_path / "b.csv", "id,text\n1,She works & he <3 it\n")
    assert preview(plain, "b.csv", None, LIMITS).remarks == ()


def test_no_tag_is_a_word(tmp_path: Path) -> None:
    (document,), _ = read(write(tmp_path / "a.html", PAGE), format="html")
    assert not {"p", "class", "script", "she", "nbsp", "he"} & set(tokenize(document.text, casefold=True))
