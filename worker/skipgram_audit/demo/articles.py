"""Real text that comes with a library: the Wikipedia articles of gensim's tests, cut into titled sections."""

import bz2
from collections import Counter
from collections.abc import Iterator

from gensim.corpora.wikicorpus import extract_pages
from gensim.test.utils import datapath

from skipgram_audit.demo.wikitext import sections

ARTICLES = "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"


def articles() -> Iterator[tuple[str, str]]:
    """Title and markup of the 106 articles; redirections are none."""
    with bz2.open(datapath(ARTICLES)) as dump:
        for article, markup, _ in extract_pages(dump, filter_namespaces=("0",)):
            if markup and not markup.lstrip().lower().startswith("#redirect"):
                yield article, markup


def documents() -> Iterator[dict[str, str]]:
    """The sections of the articles: id ``Anarchism/History``, title ``Anarchism – History``, article, text.

    Six of the articles are lists of links and have no section of prose.
    """
    for article, markup in articles():
        seen: Counter[str] = Counter()
        for section in sections(markup):
            seen[section.heading] += 1
            heading = section.heading
            if seen[section.heading] > 1:
                heading += f" ({seen[section.heading]})"
            yield {
                "id": f"{article}/{heading}" if heading else article,
                "title": f"{article} – {heading}" if heading else article,
                "article": article,
                "text": section.text,
            }
