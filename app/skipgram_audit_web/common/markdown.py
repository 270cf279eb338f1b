"""The documentation's Markdown as HTML, by markdown-it-py: what a page says, with the ids that links lead to.

HTML in the source is text, styles of cells are classes, and wide tables scroll, as on all of our pages.
"""

import re
import unicodedata
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

TABLE = '<div class="table-scroll" tabindex="0" role="group" aria-label="Table">'
NOT_IN_IDS = re.compile(r"[^\w\s-]")
BETWEEN_WORDS = re.compile(r"[-\s]+")

_parser = MarkdownIt("commonmark", {"html": False}).enable("table")


def slug(heading: str) -> str:
    """The id of a heading, as the site has it: lower case, words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode()
    return BETWEEN_WORDS.sub("-", NOT_IN_IDS.sub("", plain).strip().lower())


def as_html(text: str, address_of: Callable[[str], str | None]) -> Markup:
    """A page.

    Args:
        address_of: what a link or an image of the source leads to; None leaves the text of a link, and of an
            image the words in its place.
    """
    tokens = _parser.parse(text)
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", slug(_plain(tokens[place + 1])))
        elif token.type in ("th_open", "td_open") and token.attrGet("style"):
            right = "right" in str(token.attrs.pop("style"))
            if right:
                token.attrSet("class", "number")
        elif token.type == "table_open":
            token.attrSet("class", "table")
        elif token.type == "th_open":
            token.attrSet("scope", "col")
        if token.children:
            token.children = _with_addresses(token.children, address_of)
    html = str(_parser.renderer.render(tokens, _parser.options, {}))
    html = html.replace('<table class="table">', f'{TABLE}<table class="table">').replace("</table>", "</table></div>")
    # A cell without a word is no heading.
    html = re.sub(r"<th(?: [^>]*)?></th>", "<td></td>", html)
    return Markup(html.replace("<pre>", '<pre tabindex="0" role="group" aria-label="Code">'))


def plain_text(text: str) -> str:
    """The words of a paragraph, without links and marks."""
    return " ".join(" ".join(_plain(token) for token in _parser.parse(text) if token.type == "inline").split())


def _plain(inline: Token) -> str:
    return "".join(
        " " if one.type in ("softbreak", "hardbreak") else one.content
        for one in inline.children or []
        if one.type in ("text", "code_inline", "softbreak", "hardbreak")
    )


def _with_addresses(children: list[Token], address_of: Callable[[str], str | None]) -> list[Token]:
    kept, dropped = [], 0
    for one in children:
        if one.type == "image":
            source = address_of(str(one.attrGet("src")))
            if source is None:
                kept.append(Token("text", "", 0, content=one.content))
                continue
            one.attrSet("src", source)
        elif one.type == "link_open":
            address = address_of(str(one.attrGet("href")))
            if address is None:
                dropped += 1
                continue
            one.attrSet("href", address)
        elif one.type == "link_close" and dropped:
            dropped -= 1
            continue
        kept.append(one)
    return kept
