"""The text of a PDF, page by page, by the library pypdf, which is an optional extra."""

import io
import logging
from dataclasses import dataclass
from itertools import pairwise

from skipgram_audit.corpus.readers.errors import UnreadableFile

CONVERT = "Save its text as .txt: your PDF reader's 'Save as text' does that, or the program pdftotext."


class EncryptedPdf(UnreadableFile):
    """A PDF that opens with a password only."""


class NoPdfReader(UnreadableFile):
    """pypdf is not installed."""


@dataclass(frozen=True)
class PdfText:
    """What a PDF holds.

    Attributes:
        text: of all pages that have any, with a blank line between them.
        pages, empty: how many pages it has, and how many of them hold no text.
        cut_words: how many lines end with a hyphen that a small letter follows: words that are counted as two.
    """

    title: str
    text: str
    pages: int
    empty: int
    cut_words: int

    def notes(self) -> list[str]:
        """What should be known of a PDF whose text is read."""
        found = []
        if self.empty:
            pages = "1 page has" if self.empty == 1 else f"{self.empty:,} pages have"
            found.append(f"{pages} no text, of {self.pages:,}: pictures of text are not read")
        if self.cut_words:
            words = "1 word is" if self.cut_words == 1 else f"{self.cut_words:,} words are"
            found.append(f"{words} cut by a hyphen at the end of a line, and counted as two")
        return found


def pdf_text(data: bytes) -> PdfText:
    """Title and text of a PDF in the order of its content streams, which is mostly that of reading.

    Raises:
        NoPdfReader: the optional extra is not installed.
        EncryptedPdf: it needs a password.
        UnreadableFile: it is damaged.
    """
    try:
        import pypdf
    except ImportError as error:
        raise NoPdfReader(
            "Reading PDFs needs the library pypdf, which is not installed.",
            f"Install it with pip install 'skipgram-audit[pdf]'. Or convert the file: {CONVERT}",
        ) from error
    logging.getLogger("pypdf").setLevel(logging.ERROR)  # it warns of what it mends
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise EncryptedPdf("The PDF needs a password.", "Save it without one, or save its text as .txt.")
        pages = [_clean(page.extract_text()) for page in reader.pages]
        title = (reader.metadata.title if reader.metadata else None) or ""
    except EncryptedPdf:
        raise
    except Exception as error:  # the library raises whatever a damaged file leads it to
        raise UnreadableFile("The PDF is damaged, or is none.", CONVERT) from error
    written = [page for page in pages if page]
    return PdfText(
        _clean(title), "\n\n".join(written), len(pages), len(pages) - len(written), sum(map(_cut_words, written))
    )


def _clean(text: str) -> str:
    """Without what no database can hold: fonts without a table of letters give NULs and halves of surrogate pairs."""
    return text.encode("utf-8", "ignore").decode().replace("\0", "").strip()


def _cut_words(page: str) -> int:
    lines = page.splitlines()
    return sum(
        len(line) > 1 and line[-1] in "-\u2010" and line[-2].isalpha() and following[:1].islower()
        for line, following in pairwise(lines)
    )
