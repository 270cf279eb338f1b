"""The text of a Word document (.docx)."""

import re
from typing import IO

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from lxml import etree

from skipgram_audit.corpus.readers.errors import UnreadableFile

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_GONE = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}rPr", f"{_W}pPr", _FALLBACK})
"""Deleted text, text at the place that it was moved from, a second copy for old versions of Word; and properties."""

_CHARACTERS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "\u2011"}
_PARAGRAPH = f"{_W}p"
_NOTES = (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES)
_MANY_BREAKS = re.compile(r"\n{3,}")


def word_text(stream: IO[bytes]) -> tuple[str, str]:
    """Title and text: headings, paragraphs, lists, tables and text boxes in their order, then foot- and endnotes.

    A blank line is put between paragraphs and between cells. Headers, footers, comments and deletions are left out,
    insertions are read. The caller limits what the file inflates to.

    Raises:
        UnreadableFile: it is damaged, or no Word document.
    """
    try:
        document = docx.Document(stream)
        roots = [document.element.body]
        for relation in document.part.rels.values():
            if relation.reltype in _NOTES and not relation.is_external:
                roots.append(etree.fromstring(relation.target_part.blob, _parser()))
        text = "\n\n".join(_text(root) for root in roots)
        title = document.core_properties.title or ""
    except Exception as error:  # the library raises whatever a damaged file leads it to
        raise UnreadableFile(
            "The Word document is damaged, or is none.",
            "Open it in Word or LibreOffice and save it again as .docx, or as plain text (.txt).",
        ) from error
    return title, _MANY_BREAKS.sub("\n\n", text).strip()


def _text(root: "etree._Element") -> str:
    parts: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if element.tag in _GONE:
            if event == "start":
                walk.skip_subtree()
        elif element.tag == _PARAGRAPH:
            parts.append("\n\n")
        elif event == "start":
            parts.append((element.text or "") if element.tag == f"{_W}t" else _CHARACTERS.get(element.tag, ""))
    return "".join(parts)


def _parser() -> "etree.XMLParser":
    return etree.XMLParser(resolve_entities=False, no_network=True)
