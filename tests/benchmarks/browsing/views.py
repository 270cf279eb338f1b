"""The views that are timed, each with addresses that differ from request to request.

A new page or listing is one more line of VIEWS.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import numpy as np
from sqlalchemy import select

from skipgram_audit.store import corpora
from skipgram_audit.store.database import Database
from skipgram_audit.store.document_map import SIDE
from skipgram_audit.store.models import AuditProbe, AuditRow, CorpusRow, Document
from skipgram_audit.store.near_duplicates import GroupedRanking

SIDES = ("amplifying", "mitigating")
COMMON_WORDS, RARE_WORDS = 200, 20_000
"""The most frequent words, and from which place on a word is rare."""


@dataclass(frozen=True)
class Facts:
    """What addresses are made of."""

    audits: list[int]
    corpora: list[int]
    probes: list[str]
    document_count: int
    first_document: int
    sentence_ranks: int
    common: list[str]
    usual: list[str]
    rare: list[str]
    works: list[str]
    duplicate_groups: list[int]

    @classmethod
    def of(cls, database: Database) -> "Facts":
        with database.session() as session:
            audits = list(session.scalars(select(AuditRow).order_by(AuditRow.id)))
            corpus = session.scalars(select(CorpusRow).order_by(CorpusRow.id)).first()
            assert corpus is not None
            words = [word for word, _ in corpora.frequent_words(session, corpus.id, 60_000)]
            probe: AuditProbe = audits[0].probes[0]
            own = Document.corpus_id == corpus.id
            some = select(Document.fields).where(own, Document.position < 200)
            return cls(
                [audit.id for audit in audits],
                list(session.scalars(select(CorpusRow.id).order_by(CorpusRow.id))),
                [probe.name for probe in audits[0].probes],
                corpus.document_count,
                session.scalars(select(Document.id).where(own, Document.position == 0)).one(),
                corpus.sentence_count - probe.zero_sentences,
                words[:COMMON_WORDS],
                words[COMMON_WORDS:RARE_WORDS],
                words[RARE_WORDS:],
                sorted({fields["work"] for fields in session.scalars(some)}),
                [group.id for group in GroupedRanking(session, probe).groups(by_size=True, first=0, count=1_000)],
            )


Random = np.random.Generator
Maker = Callable[[Facts, Random], tuple[str, dict[str, object]]]


def one_of(values: list[str], random: Random) -> str:
    return values[int(random.integers(len(values)))]


def ranked(kind: str, **filters: Callable[[Facts, Random], object]) -> Maker:
    """A page of a ranking of the first audit: any probe, either side, narrowed by what ``filters`` draw."""

    def make(facts: Facts, random: Random) -> tuple[str, dict[str, object]]:
        drawn = {name: draw(facts, random) for name, draw in filters.items()}
        side = {"probe": one_of(facts.probes, random), "view": one_of(list(SIDES), random)}
        return f"/audits/{facts.audits[0]}/{kind}", {**side, **drawn}

    return make


def first_audit(path: str, **parameters: Callable[[Facts, Random], object]) -> Maker:
    return lambda facts, random: (
        f"/audits/{facts.audits[0]}{path}",
        {"probe": one_of(facts.probes, random), **{name: draw(facts, random) for name, draw in parameters.items()}},
    )


def first_corpus(path: str, **parameters: Callable[[Facts, Random], object]) -> Maker:
    return lambda facts, random: (
        f"/corpora/{facts.corpora[0]}{path}",
        {name: draw(facts, random) for name, draw in parameters.items()},
    )


def compared(second: int) -> Maker:
    return lambda facts, random: (
        "/audits/compare",
        {
            "first": facts.audits[0],
            "second": facts.audits[second],
            "probe": facts.probes[0],
            "order": one_of(["rank", "influence"], random),
        },
    )


def document(**filters: Callable[[Facts, Random], object]) -> Maker:
    """A document's page, reached from a ranking that ``filters`` narrow."""

    def make(facts: Facts, random: Random) -> tuple[str, dict[str, object]]:
        drawn = {name: draw(facts, random) for name, draw in filters.items()}
        place = int(random.integers(facts.document_count))
        return f"/audits/{facts.audits[0]}/documents/{facts.first_document + place}", {
            "probe": one_of(facts.probes, random),
            **drawn,
        }

    return make


def corpus_document(facts: Facts, random: Random) -> tuple[str, dict[str, object]]:
    place = int(random.integers(facts.document_count))
    return f"/corpora/{facts.corpora[0]}/documents/{facts.first_document + place}", {}


def any_rank(facts: Facts, random: Random) -> str:
    """A cursor anywhere in the ranking; it may lie on the other side, whose end is then shown."""
    return f"{one_of(['after', 'before'], random)}.{int(random.integers(1, facts.document_count))}"


def any_sentence_rank(facts: Facts, random: Random) -> str:
    return f"after.{int(random.integers(1, facts.sentence_ranks))}"


def rare(facts: Facts, random: Random) -> str:
    return one_of(facts.rare, random)


def usual(facts: Facts, random: Random) -> str:
    return one_of(facts.usual, random)


def common(facts: Facts, random: Random) -> str:
    return one_of(facts.common, random)


def two_words(facts: Facts, random: Random) -> str:
    return f"{common(facts, random)} {one_of(facts.usual, random)}"


def two_common(facts: Facts, random: Random) -> str:
    return f"{common(facts, random)} {common(facts, random)}"


def phrase(facts: Facts, random: Random) -> str:
    return f'"{common(facts, random)} {common(facts, random)}"'


def work(facts: Facts, random: Random) -> str:
    return one_of(facts.works, random)


def year(_facts: Facts, random: Random) -> str:
    return str(2024 - min(int(random.exponential(30)), 200))


def address(facts: Facts, random: Random) -> str:
    return f"https://example.org/texts/{int(random.integers(facts.document_count))}"


def length(_facts: Facts, random: Random) -> int:
    return int(random.integers(20, 400))


def always(value: object) -> Callable[[Facts, Random], object]:
    return lambda _facts, _random: value


def field_of_any(_facts: Facts, random: Random) -> str:
    return one_of(["work", "year", "address"], random)


def order_of_any(_facts: Facts, random: Random) -> str:
    return one_of(["influence", "mean", "documents"], random)


def group_of_duplicates(facts: Facts, random: Random) -> tuple[str, dict[str, object]]:
    group = facts.duplicate_groups[int(random.integers(len(facts.duplicate_groups)))]
    return f"/audits/{facts.audits[0]}/near-duplicates/{group}", {"probe": one_of(facts.probes, random)}


def map_part(side: int) -> Maker:
    """A square of the map of at most this side."""

    def make(facts: Facts, random: Random) -> tuple[str, dict[str, object]]:
        length = int(random.integers(side // 2, side + 1))
        left, top = (int(one) for one in random.integers(0, SIDE - length + 1, 2))
        edges = {"left": left, "top": top, "right": left + length, "bottom": top + length}
        return f"/audits/{facts.audits[0]}/map", {"probe": one_of(facts.probes, random), **edges}

    return make


def check_set(facts: Facts, random: Random) -> tuple[str, dict[str, object]]:
    return f"/audits/{facts.audits[0]}/checks/1/sets/{int(random.integers(1, 11))}", {}


PAGES: dict[str, Maker] = {
    "report as PDF": first_audit("/report.pdf"),
    "preview of the report": first_audit("/report/preview"),
    "start": lambda _facts, _random: ("/", {}),
    "audits": lambda _facts, _random: ("/audits", {}),
    "new audit": lambda _facts, _random: ("/audits/new", {}),
    "corpora": lambda _facts, _random: ("/corpora", {}),
    "corpus": first_corpus(""),
    "corpus: documents": first_corpus("/documents", cursor=any_rank),
    "corpus: document": corpus_document,
    "audit": first_audit(""),
    "ranking: first page": ranked("documents"),
    "ranking: deep page": ranked("documents", cursor=any_rank),
    "ranking: no influence": ranked("documents", view=always("neutral")),
    "ranking: same sign in every seed": ranked("documents", stable=always("on")),
    "ranking: length": ranked("documents", minimum_words=length, maximum_words=lambda f, r: 400 + length(f, r)),
    "ranking: longest": ranked("documents", minimum_words=always(1_500)),
    "ranking: work": ranked("documents", field=always("work"), value=work),
    "ranking: year": ranked("documents", field=always("year"), value=year),
    "ranking: year absent": ranked("documents", field=always("year"), absent=always("on")),
    "ranking: address of one document": ranked("documents", field=always("address"), value=address),
    "search: rare word": ranked("documents", search=rare),
    "search: usual word": ranked("documents", search=usual),
    "search: common word": ranked("documents", search=common),
    "search: common word, deep page": ranked("documents", search=common, cursor=any_rank),
    "search: common and usual word": ranked("documents", search=two_words),
    "search: two common words": ranked("documents", search=two_common),
    "search: phrase": ranked("documents", search=phrase),
    "search, year, length, same sign": ranked(
        "documents", search=usual, field=always("year"), value=year, minimum_words=length, stable=always("on")
    ),
    "sentences: first page": ranked("sentences"),
    "sentences: deep page": ranked("sentences", cursor=any_sentence_rank),
    "sentences: usual word": ranked("sentences", search=usual),
    "sentences: common word": ranked("sentences", search=common),
    "sentences: year, same sign": ranked("sentences", field=always("year"), value=year, stable=always("on")),
    "document": document(),
    "document, from a search": document(search=usual, view=always("amplifying")),
    "document, from a common search": document(search=common),
    "document, from a year": document(field=always("year"), value=year),
    "groups": first_audit("/groups", field=field_of_any, order=order_of_any),
    "marked documents": first_audit("/marked"),
    "folded ranking: first page": ranked("documents", group_duplicates=always("on")),
    "folded ranking: deep page": ranked("documents", group_duplicates=always("on"), cursor=any_rank),
    "folded ranking: common word": ranked("documents", group_duplicates=always("on"), search=common),
    "document, from a folded ranking": document(group_duplicates=always("on"), view=always("amplifying")),
    "near-duplicates": first_audit("/near-duplicates", order=lambda _f, r: one_of(["influence", "documents"], r)),
    "group of near-duplicates": group_of_duplicates,
    "map": first_audit("/map"),
    "map: small part": map_part(60),
    "map: large part": map_part(800),
    "map: whole": map_part(SIDE),
    "words": first_audit("/words", order=lambda _, random: one_of(["strength", "amplifying", "count"], random)),
    "words: search": first_audit("/words", search=lambda facts, random: usual(facts, random)[:3]),
    "word": first_audit("/word", word=usual),
    "word: common": first_audit("/word", word=common),
    "check": first_audit("/checks/1"),
    "set of a check": check_set,
    "new check": first_audit("/checks/new"),
    "comparison, one corpus": compared(1),
    "comparison, two corpora": compared(2),
    "choice of a comparison": lambda _facts, _random: ("/audits/compare", {}),
    "probes": lambda _facts, _random: ("/probes", {}),
}
"""HTML pages."""

LISTED = (
    "audits", "corpora", "corpus: documents", "corpus: document", "ranking: first page", "ranking: deep page",
    "ranking: year", "search: rare word", "search: common word", "search: two common words", "sentences: first page",
    "sentences: usual word", "document, from a search", "groups", "folded ranking: first page", "near-duplicates",
    "group of near-duplicates", "map: large part", "comparison, one corpus", "comparison, two corpora",
)  # fmt: skip
"""Pages whose addresses the API has, too."""


def _of_api(make: Maker) -> Maker:
    def made(facts: Facts, random: Random) -> tuple[str, dict[str, object]]:
        path, parameters = make(facts, random)
        return f"/api/v1{path}", parameters

    return made


VIEWS: dict[str, Maker] = {
    **PAGES,
    **{f"API: {name}": _of_api(PAGES[name]) for name in LISTED},
    "API: audit": lambda facts, _random: (f"/api/v1/audits/{facts.audits[0]}", {}),
    "API: words of a corpus": _of_api(first_corpus("/words")),
    "API: 500 ranked documents": _of_api(ranked("documents", limit=always(500), cursor=any_rank)),
}


def address_of(make: Maker, facts: Facts, random: Random) -> str:
    path, parameters = make(facts, random)
    return f"{path}?{urlencode(parameters)}" if parameters else path
