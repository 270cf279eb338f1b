"""How an audit is cited: a BibTeX entry and a line of text, both with the hash of the corpus."""

import re
import unicodedata
from datetime import date
from typing import Any

from skipgram_audit import __version__
from skipgram_audit.report.document.characters import without_controls
from skipgram_audit.report.formatting import joined

SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
}  # fmt: skip
PROGRAM = "Skip-gram Audit"

WHOLE_LETTERS = str.maketrans(
    {
        "æ": "ae", "ð": "d", "đ": "d", "ɖ": "d", "ɗ": "d", "ɓ": "b", "ə": "e", "ɛ": "e", "ƒ": "f", "ɣ": "g", "ħ": "h",
        "ı": "i", "ɨ": "i", "ƙ": "k", "ĸ": "k", "ł": "l", "ɲ": "n", "ŋ": "n", "ø": "o", "œ": "oe", "ɔ": "o", "ß": "ss",
        "ŧ": "t", "þ": "th", "ʉ": "u", "ƴ": "y", "ƶ": "z",
    }
)  # fmt: skip
"""Small Latin letters that Unicode does not decompose (NFKD), as they are written without their marks."""


def citation_text(title: str, authors: tuple[str, ...], day: date, corpus: dict[str, Any], software: str = "") -> str:
    """One line for a list of references.

    Args:
        corpus: the part of the manifest.
        software: version that made the audit; this one when left out.
    """
    by = f"{joined(authors)} ({day.year}). " if authors else ""
    year = "" if authors else f" ({day.year})"
    return without_controls(
        f"{by}{title}{year}. Audit of the corpus “{corpus.get('name', '')}” (SHA-256 of its content "
        f"{corpus.get('content_sha256') or 'not known'}), made with {PROGRAM} {software or __version__}."
    )


def bibtex(title: str, authors: tuple[str, ...], day: date, corpus: dict[str, Any], software: str = "") -> str:
    """An entry of the kind misc. Characters that mean something to TeX are written so that it shows them."""
    digest = str(corpus.get("content_sha256") or "")
    note = (
        f"Audit of the corpus {corpus.get('name', '')} with {PROGRAM} {software or __version__}; SHA-256 of its "
        f"content: {digest or 'not known'}"
    )
    fields = [("title", title)]
    fields += [("author", " and ".join(f"{{{_tex(one)}}}" for one in authors))] if authors else []
    fields += [("year", str(day.year)), ("month", str(day.month)), ("note", note)]
    lines = [f"  {name} = {{{value if name == 'author' else _tex(value)}}}," for name, value in fields]
    return "\n".join([f"@misc{{{_key(title, authors, day, digest)},", *lines, "}"])


def _key(title: str, authors: tuple[str, ...], day: date, digest: str) -> str:
    """Letters and digits of ASCII, whatever the names are written in."""
    name = authors[0].split()[-1] if authors else title.split()[0] if title.split() else ""
    plain = unicodedata.normalize("NFKD", name.lower().translate(WHOLE_LETTERS)).encode("ascii", "ignore").decode()
    return f"{re.sub('[^a-z0-9]', '', plain.lower()) or 'audit'}{day.year}{digest[:8]}"


def _tex(text: str) -> str:
    return "".join(SPECIAL.get(character, character) for character in " ".join(without_controls(text).split()))
