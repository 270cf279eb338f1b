"""The terms of docs/glossary.md, explained wherever a label of a page has one: on hover, for keyboards, in one place.

A term becomes a link into the glossary with its explanation as title; static/terms.js shows that beside the term when
it is pointed at or has the focus.
"""

import re
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup, escape

from skipgram_audit.resources import docs_folder
from skipgram_audit_web.common.markdown import plain_text, slug

SECTION = re.compile(r"^## (.+)\n+((?:.+\n?)+)", re.MULTILINE)

OTHER_NAMES = {
    "amplify": "Amplifying",
    "amplifies": "Amplifying",
    "mitigate": "Mitigating",
    "mitigates": "Mitigating",
    "retrained": "Retraining",
    "controls": "Control",
    "without random ones": "Control",
    "documents": "Document",
    "lds (spearman)": "LDS",
    "mean-field score": "Surrogate",
    "neighbours shared": "Neighbours shared",
    "p": "Permutation p-value",
    "p, two-sided": "Permutation p-value",
    "probes": "Probe",
    "scores": "Score",
    "score before": "Score",
    "seeds": "Seed",
    "seeds ±": "Spread",
    "shuffled text": "Null, shuffled null",
    "summed influence": "Influence",
    "standard error": "Standard error over documents",
    "95% interval": "Interval",
    "words trained on": "Vocabulary",
}
"""How labels say a term that has another name in the glossary; in lower case."""


@dataclass(frozen=True)
class Term:
    """A term of the glossary.

    Attributes:
        anchor: of its place in the glossary.
        explanation: plain text.
    """

    name: str
    anchor: str
    explanation: str


@cache
def terms() -> dict[str, Term]:
    """Name in lower case -> term; a term with several names has several entries."""
    text = (docs_folder() / "glossary.md").read_text(encoding="utf-8")
    found: dict[str, Term] = {}
    for heading, paragraph in SECTION.findall(text):
        term = Term(heading, slug(heading), plain_text(paragraph))
        found |= {name.lower(): term for name in (heading, *heading.split(", "))}
    return found | {name: found[own.lower()] for name, own in OTHER_NAMES.items()}


@cache
def _pattern() -> re.Pattern[str]:
    """Any term as whole words, the longest first; "p" and other single letters only as a whole label."""
    names = sorted((name for name in terms() if len(name) > 1), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, names))})(?![\w-])", re.IGNORECASE)


def explained(label: str) -> Markup:
    """A label with the first term in it linked to its explanation; one that holds HTML already stays as it is."""
    if isinstance(label, Markup) and "<" in label:
        return label
    text = str(label)
    if term := terms().get(text.lower()):
        return _linked(text, term)
    found = _pattern().search(text)
    if found is None:
        return escape(label)
    return escape(text[: found.start()]) + _linked(found[0], terms()[found[0].lower()]) + escape(text[found.end() :])


def _linked(text: str, term: Term) -> Markup:
    return Markup('<a class="term" href="/help/glossary#{}" title="{}" data-term="{}">{}</a>').format(
        term.anchor, term.explanation, term.anchor, text
    )
