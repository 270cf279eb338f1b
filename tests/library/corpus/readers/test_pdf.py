"""PDFs: the text of their pages, alone and in an archive; pages without text are counted."""

import builtins
import io
import zipfile
from pathlib import Path
from typing import Any

import pypdf
import pytest

from skipgram_audit.corpus.readers import (
    NoDocuments,
    RowAccount,
    UnreadableFile,
    detect_format,
    preview,
    read_documents,
)
from skipgram_audit.model.reader_options import ReaderOptions
from tests.library.corpus.readers.files import LIMITS, write

PDF = ReaderOptions(format="pdf")


def pdf(pages: list[list[str]], title: str = "") -> bytes:
    """A PDF of pages with these lines; a page without any is blank."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for lines in pages:
        shown = " T* ".join(f"({line}) Tj" for line in lines)
        content = f"BT /F1 12 Tf 14 TL 72 720 Td {shown} ET" if lines else ""
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {len(objects)} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    objects.append(f"<< /Title ({title}) >>")
    made, places = b"%PDF-1.4\n", []
    for number, item in enumerate(objects, start=1):
        places.append(len(made))
        made += f"{number} 0 obj\n{item}\nendobj\n".encode("latin-1")
    start = len(made)
    made += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    made += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    made += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>\n".encode()
    return made + f"startxref\n{start}\n%%EOF\n".encode()


def read(path: Path, options: ReaderOptions = PDF) -> tuple[list[tuple[str, str, str]], RowAccount]:
    accounts: list[RowAccount] = []
    found = [
        (one.id, one.title, one.text)
        for one in read_documents(path, options, LIMITS, lambda *_: None, on_account=accounts.append)
    ]
    return found, accounts[0]


def test_the_text_of_all_pages_is_a_document_and_what_is_missing_is_said(tmp_path: Path) -> None:
    path = write(tmp_path / "a", pdf([["Alice went to the of-", "fice."], [], ["She came home."]], "The report"))
    assert detect_format(path, "a.txt") == "pdf"
    [(identifier, title, text)], account = read(path)
    assert (identifier, title) == ("1", "The report")
    assert text.split() == ["Alice", "went", "to", "the", "of-", "fice.", "She", "came", "home."]
    assert "\n\nShe came" in text
    assert account.notes == (
        ("the whole file", "1 page has no text, of 3: pictures of text are not read"),
        ("the whole file", "1 word is cut by a hyphen at the end of a line, and counted as two"),
    )
    assert preview(path, "a.pdf", None, LIMITS).notes == account.notes


def test_a_pdf_without_text_is_skipped_for_that(tmp_path: Path) -> None:
    with pytest.raises(NoDocuments, match="no text on any page") as refused:
        read(write(tmp_path / "a", pdf([[], []])))
    assert "OCR" in refused.value.remedy


def encrypted() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf([["Secret."]])))
    writer.encrypt("password", algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def test_pdfs_in_an_archive_are_documents_or_say_why_not(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr("a.pdf", pdf([["First."], []]))
        made.writestr("b.pdf", pdf([[]]))
        made.writestr("c.pdf", encrypted())
        made.writestr("d.pdf", b"%PDF-1.4 nothing")
    found, account = read(tmp_path / "a.zip", ReaderOptions(format="zip"))
    assert found == [("a.pdf", "a", "First.")]
    assert account.skipped == {"no text on any page of the PDF: it may be scanned": 1, "encrypted": 1, "damaged": 1}
    assert account.notes == (("entry a.pdf", "1 page has no text, of 2: pictures of text are not read"),)


def test_without_the_library_a_pdf_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "pypdf":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UnreadableFile, match="pypdf") as refused:
        read(write(tmp_path / "a", pdf([["Words."]])))
    assert "pip install" in refused.value.remedy
    assert "pdftotext" in refused.value.remedy
