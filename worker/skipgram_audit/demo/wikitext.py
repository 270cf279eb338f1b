"""Wiki markup to prose: an article's text cut at its headings, each section cleaned until it reads as written text.

gensim's filter_wiki does the simple part (links, tags, quotes of templates); what it leaves behind, or gets wrong when
markup is nested, is taken out here first: tables, file links with links in their captions, footnotes, lists.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gensim.corpora.wikicorpus import filter_wiki

HEADING = re.compile(r"^(={2,6})[ \t]*(.+?)[ \t]*\1[ \t]*$", re.MULTILINE)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
EMPTY_FOOTNOTE = re.compile(r"<ref\b[^<>]*/>", re.IGNORECASE)
DROPPED_ELEMENT = re.compile(
    r"<(ref|math|gallery|timeline|imagemap|source|syntaxhighlight|code|pre|score|hiero|chem)\b[^<>]*>.*?</\1\s*>",
    re.DOTALL | re.IGNORECASE,
)
INNERMOST_TEMPLATE = re.compile(r"\{\{([^{}]*)\}\}")
INNERMOST_TABLE = re.compile(r"\{\|(?:(?!\{\||\|\}).)*\|\}", re.DOTALL)
LINK_TO_FILE = re.compile(r"\[\[\s*(?:file|image|media)\s*:", re.IGNORECASE)
LINK_TO_LANGUAGE = re.compile(r"\[\[[a-z]{2,3}(?:-[a-z-]+)?:[^\]|]*\]\]")
LINK_TO_CATEGORY = re.compile(r"\[\[\s*:?category\s*:[^\]]*\]\]", re.IGNORECASE)
MAGIC_WORD = re.compile(r"__[A-Z]+__")
APOSTROPHES = re.compile(r"'{2,}")
EMPTY_PARENTHESES = re.compile(r"\(\s*(?:[;,:–—-]\s*|or\s*)*\)")
PARENTHESIS_BEGINS_EMPTY = re.compile(r"\(\s*(?:[;,:]\s*)+")
PARENTHESIS_ENDS_EMPTY = re.compile(r"(?:\s*[;,:])+\s*\)")
SPACE_BEFORE_PUNCTUATION = re.compile(r"[ \t]+([,.;:!?)])")
REPEATED_COMMA = re.compile(r",(?:\s*,)+\s*")
SPACES = re.compile(r"[ \t\u00a0\u2009\u200a\u202f]+")
SENTENCE_END = (".", "!", "?", '."', ".”", ".)", '?"', '!"')

KEPT_TEMPLATES = {
    "lang": -1,
    "nowrap": -1,
    "nobr": -1,
    "quote": 0,
    "cquote": 0,
    "blockquote": 0,
    "nihongo": 0,
    "transl": -1,
    "transliteration": -1,
    "abbr": 0,
    "small": 0,
    "sm": 0,
    "sic": 0,
    "as of": 0,
    "circa": 0,
    "c.": 0,
}
"""Templates that represent words of the sentence, and which of their parameters are those words."""

MARKED_LINE = ("*", "#", ":", ";", "|", "!", "{|", "----")

SHORTEST_LINE = 60
"""Shorter lines that do not end as a sentence (captions, formulas, remains of tables) are not prose. An item of a list
is kept only when it is at least this long and ends as a sentence."""

SHORTEST_SECTION_WORDS = 25

APPENDICES = frozenset(
    {
        "see also",
        "references",
        "notes",
        "notes and references",
        "references and notes",
        "footnotes",
        "citations",
        "sources",
        "bibliography",
        "selected bibliography",
        "further reading",
        "external links",
        "works cited",
        "gallery",
        "filmography",
        "discography",
        "publications",
        "works",
        "references and further reading",
        "external links and references",
        "notes and citations",
    }
)
"""Headings of sections that are lists of titles and addresses, not text."""


@dataclass(frozen=True)
class Section:
    """A section of an article; the part before the first heading has no heading."""

    heading: str
    text: str


def sections(markup: str) -> Iterator[Section]:
    """The sections of an article that hold prose, in order, cut at headings of the second level."""
    text = _without_nested_markup(markup)
    heading, begin = "", 0
    for match in HEADING.finditer(text):
        if len(match.group(1)) > 2:
            continue
        yield from _section(heading, text[begin : match.start()])
        heading, begin = SPACES.sub(" ", APOSTROPHES.sub("", filter_wiki(match.group(2)))).strip(), match.end()
    yield from _section(heading, text[begin:])


def _section(heading: str, markup: str) -> Iterator[Section]:
    if heading.casefold() in APPENDICES:
        return
    text = clean(HEADING.sub("\n", markup))
    if len(text.split()) >= SHORTEST_SECTION_WORDS:
        yield Section(heading, text)


def clean(markup: str) -> str:
    """Markup without tables, templates and files as paragraphs of plain text, separated by empty lines."""
    lines = (_line(line) for line in _paragraphs(APOSTROPHES.sub("", filter_wiki(markup))))
    return "\n\n".join(line for line in lines if line)


def _paragraphs(text: str) -> Iterator[str]:
    """Lines joined to paragraphs: one ends at an empty line, at an item of a list, and at what is left of a table."""
    joined: list[str] = []
    for line in (*text.split("\n"), ""):
        plain = line.strip() and not line.lstrip().startswith(MARKED_LINE)
        if plain:
            joined.append(line.strip())
            continue
        if joined:
            yield " ".join(joined)
            joined = []
        yield line


def _line(line: str) -> str:
    """A line as a paragraph; empty when it is not prose."""
    text = line.strip()
    item = text.lstrip("*#:;")
    if item != text:
        text = item.strip()
        if len(text) < SHORTEST_LINE or not text.endswith(SENTENCE_END):
            return ""
    if len(text) < SHORTEST_LINE and not text.endswith(SENTENCE_END):
        return ""
    if text.startswith(MARKED_LINE):
        return ""
    text = SPACES.sub(" ", MAGIC_WORD.sub("", text.replace("|", " ")))
    text = EMPTY_PARENTHESES.sub("", text)
    text = PARENTHESIS_BEGINS_EMPTY.sub("(", text)
    text = PARENTHESIS_ENDS_EMPTY.sub(")", text)
    text = REPEATED_COMMA.sub(", ", text).replace("( ", "(")
    text = SPACE_BEFORE_PUNCTUATION.sub(r"\1", SPACES.sub(" ", text))
    text = text.strip(" ,;")
    return text if any(character.isalpha() for character in text) else ""


def _without_nested_markup(markup: str) -> str:
    """Comments, footnotes, templates, tables and file links, however deep they are nested, taken out."""
    text = COMMENT.sub("", markup)
    text = DROPPED_ELEMENT.sub("", EMPTY_FOOTNOTE.sub("", text))
    text = _until_nothing_changes(INNERMOST_TEMPLATE, lambda match: _template(match.group(1)), text)
    text = _until_nothing_changes(INNERMOST_TABLE, lambda _: "", text)
    text = _without_file_links(text)
    return LINK_TO_CATEGORY.sub("", LINK_TO_LANGUAGE.sub("", text))


def _until_nothing_changes(pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str], text: str) -> str:
    """Replaces the innermost matches, then what has become innermost."""
    count = 1
    while count:
        text, count = pattern.subn(replacement, text)
    return text


def _template(content: str) -> str:
    """The words that a template represents; nothing for all but a few."""
    name, *parameters = [part.strip() for part in content.split("|")]
    name = name.casefold()
    positional = [part for part in parameters if not re.match(r"^[a-z_ ]+=", part)]
    if name in ("convert", "cvt") and len(positional) >= 2:
        return f"{positional[0]} {positional[1]}"
    if name in ("ndash", "mdash", "spaced ndash", "snd"):
        return " – "
    if name == "frac" and len(positional) == 2:
        return f"{positional[0]}/{positional[1]}"
    if name.startswith("lang-") and positional:
        return positional[0]
    if name in KEPT_TEMPLATES and positional:
        return positional[KEPT_TEMPLATES[name]]
    return ""


def _without_file_links(text: str) -> str:
    """File links with their captions, which may hold links themselves."""
    kept, begin = [], 0
    while (match := LINK_TO_FILE.search(text, begin)) is not None:
        kept.append(text[begin : match.start()])
        begin = _end_of_link(text, match.start())
    kept.append(text[begin:])
    return "".join(kept)


def _end_of_link(text: str, begin: int) -> int:
    """The place after the brackets that close those at ``begin``; the end of the line when none do."""
    depth = 0
    for match in re.compile(r"\[\[|\]\]|\n\n").finditer(text, begin):
        if match.group() == "\n\n":
            return match.start()
        depth += 1 if match.group() == "[[" else -1
        if depth == 0:
            return match.end()
    return len(text)
