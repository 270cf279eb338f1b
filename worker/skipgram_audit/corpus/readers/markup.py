"""HTML to the text that a browser shows."""

import re

from lxml import etree

from skipgram_audit.corpus.readers.errors import UnreadableFile

_BLOCK, _BREAK = "\u2029", "\u2028"
_BLOCKS = re.compile(
    "address|article|aside|blockquote|button|caption|center|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure"
    "|footer|form|h[1-6]|header|hgroup|hr|iframe|img|input|legend|li|main|menu|nav|object|ol|optgroup|option|p|pre"
    "|search|section|select|summary|svg|table|tbody|td|textarea|tfoot|th|thead|tr|ul|video"
)
"""A word ends at one of these. All other elements, also unknown ones, are within a line."""

_NO_TEXT = frozenset(("noscript", "rp", "rt", "script", "style", "template", "title"))
"""What a browser does not show in the page; of ruby, the pronunciation that is shown above the text."""

_WHITE_SPACE = re.compile(r"[ \t\n\f\r]+")
_TAG = re.compile(
    r"</(?:a|b|body|blockquote|code|div|em|font|h[1-6]|html|i|li|ol|p|pre|script|span|strong|style|table|td|tr|u|ul)\s*>"
    r"|<(?:br|hr|p)\s*/?>|<(?:a|div|font|img|p|span)\s+[a-z-]+\s*="
    r"|&(?:amp|nbsp|lt|gt|quot|#\d{2,6}|#x[0-9a-f]{2,5});",
    re.IGNORECASE,
)
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_PAGE = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_LOOKED_AT = 2048


def page_text(page: str) -> tuple[str, str]:
    """Title and text of a page.

    Entities are decoded, scripts and styles are left out. A blank line is put between paragraphs, cells and other
    blocks, so that neither words nor sentences continue beyond them.

    Raises:
        UnreadableFile: elements lie in one another too deep for the parser, which would drop the rest.
    """
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(page.replace("\0", "\ufffd").encode("utf-8", "replace"), parser)
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        raise UnreadableFile(
            "The elements of the page lie in one another more than 2,000 deep.", "Save its text as .txt in a browser."
        )
    if root is None:
        return "", ""
    title, parts = "", []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start" and tag in _NO_TEXT:
            if tag == "title" and not title:
                title = _WHITE_SPACE.sub(" ", "".join(element.itertext())).strip()
            walk.skip_subtree()
        else:
            parts.append(_BREAK if tag == "br" else _BLOCK if _BLOCKS.fullmatch(tag) else "")
            parts.append((element.text if event == "start" and tag not in _NO_TEXT else element.tail) or "")
    blocks = (_lines(block) for block in "".join(parts).split(_BLOCK))
    return title, "\n\n".join(block for block in blocks if block)


def _lines(block: str) -> str:
    lines = (_WHITE_SPACE.sub(" ", line).strip(" ") for line in block.split(_BREAK))
    return "\n".join(line for line in lines if line)


def is_page(beginning: str) -> bool:
    """Whether a text begins as a page of HTML does."""
    return _PAGE.match(beginning.lstrip("\ufeff")[:_LOOKED_AT]) is not None


def looks_like_markup(text: str) -> bool:
    """Whether a text holds tags or entities of HTML."""
    return ("<" in text or "&" in text) and _TAG.search(text) is not None


def declared_encoding(page: bytes) -> str:
    """The encoding that a page says it is in, or nothing."""
    found = _DECLARED.search(page[:_LOOKED_AT])
    return found.group(1).decode("ascii") if found else ""
