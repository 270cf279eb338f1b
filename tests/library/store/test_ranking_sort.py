"""Rankings in other orders: each row once, as sorted one by one, pages by key."""

from typing import Any

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.store import audits
from skipgram_audit.store.database import Database
from skipgram_audit.store.document_columns import corpus_columns, frequent_values
from skipgram_audit.store.models import AuditProbe, Document, DocumentInfluence, SentenceInfluence
from skipgram_audit.store.natural_order import natural_key
from skipgram_audit.store.near_duplicates import GroupedRanking
from skipgram_audit.store.paging import Cursor
from skipgram_audit.store.ranking import NO_FILTERS, Side, document_page, document_range, sentence_page, sentence_range
from skipgram_audit.store.ranking_filter import Filters
from skipgram_audit.store.ranking_sort import Sort
from tests.audit_sample import ODD_FIELD, Sample, make_audit
from tests.duplicates_sample import find_duplicates

KEYS = ["influence", "spread", "stability", "words", "sentences", "title", "id", "field:source", f"field:{ODD_FIELD}"]


@pytest.fixture
def sample(database: Database) -> Sample:
    return make_audit(database, copies=4)


def walked(session: Session, probe: AuditProbe, kind: str, side: Side, sort: Sort, filters: Filters) -> list[int]:
    """The ranks of all pages; each page leads back to the one before."""
    found: list[int] = []
    cursor: Cursor | None = None
    before: list[int] = []
    while True:
        page: Any
        back: Any
        if kind == "documents":
            ranks = document_range(probe, probe.audit.corpus, side)
            page = document_page(session, probe, ranks, cursor, filters, 3, sort)
            back = before and document_page(session, probe, ranks, Cursor.parse(page.previous), filters, 3, sort)
        else:
            ranks = sentence_range(probe, probe.audit.corpus, side)
            page = sentence_page(session, probe, ranks, cursor, filters, 3, sort)
            back = before and sentence_page(session, probe, ranks, Cursor.parse(page.previous), filters, 3, sort)
        assert (page.previous is None) == (not before)
        assert not before or [row.rank for row in back.items] == before
        before = [row.rank for row in page.items]
        found += before
        cursor = Cursor.parse(page.next)
        if cursor is None:
            return found


def expected(session: Session, probe: AuditProbe, kind: str, side: Side, sort: Sort, filters: Filters) -> list[int]:
    """The same, sorted one by one."""
    table: Any = DocumentInfluence if kind == "documents" else SentenceInfluence
    rows = session.execute(
        select(table.rank, table.influence, table.spread, table.sign_stability, Document)
        .join(Document, Document.id == table.document_id)
        .where(table.audit_probe_id == probe.id)
        .order_by(table.rank if side is Side.POSITIVE else table.rank.desc())
    ).all()
    sign = 1 if side is Side.POSITIVE else -1
    own = [row for row in rows if sign * row.influence > 0 and filters.search in row.Document.text.casefold()]

    def key(row: Any) -> Any:
        document = row.Document
        return {
            "influence": sign * row.influence,
            "spread": np.float32(row.spread),
            "stability": np.float32(row.sign_stability),
            "words": document.token_count,
            "sentences": document.sentence_count,
            "title": (natural_key(document.title), document.title),
            "id": (natural_key(document.external_id), document.external_id),
        }.get(sort.key, document.fields.get(sort.field))

    there = [row for row in own if key(row) not in ("", None)]
    absent = [row.rank for row in own if key(row) in ("", None)]
    return [row.rank for row in sorted(there, key=key, reverse=sort.descending)] + absent


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("kind", ["documents", "sentences"])
def test_pages_hold_each_row_once_as_sorted_one_by_one(database: Database, sample: Sample, key: str, kind: str) -> None:
    with database.session() as session:
        probe = audits.get(session, sample.audit_id).probes[0]
        for descending in (True, False):
            sort = Sort(key, descending)
            for side in (Side.POSITIVE, Side.NEGATIVE):
                for filters in (NO_FILTERS, Filters(search="office")):
                    ranks = walked(session, probe, kind, side, sort, filters)
                    assert len(ranks) > 2
                    # Python's sort keeps equal ones in their order also when it is turned round, as ours does.
                    assert ranks == expected(session, probe, kind, side, sort, filters)


def test_grouped_rows_are_sorted_by_the_document_that_stands_for_them(database: Database, sample: Sample) -> None:
    find_duplicates(database, sample.corpus_id)
    with database.session() as session:
        probe = audits.get(session, sample.audit_id).probes[0]
        grouped = GroupedRanking(session, probe)
        places = grouped.range(Side.POSITIVE)
        by_words = grouped.page(places, sort=Sort("words")).items
        assert len(by_words) == len(places) > 1
        assert [row.token_count for row in by_words] == sorted((row.token_count for row in by_words), reverse=True)
        first = grouped.page(places, size=1, sort=Sort("words"))
        second = grouped.page(places, Cursor.parse(first.next), 1, Sort("words"))
        assert [row.rank for row in (*first.items, *second.items)] == [row.rank for row in by_words[:2]]
        weakest = grouped.page(places, sort=Sort("influence", descending=False)).items
        assert [row.rank for row in weakest] == [row.rank for row in grouped.page(places).items][::-1]


def test_a_cursor_that_names_no_row_leads_to_nothing(database: Database, sample: Sample) -> None:
    with database.session() as session:
        probe = audits.get(session, sample.audit_id).probes[0]
        ranks = document_range(probe, probe.audit.corpus, Side.POSITIVE)
        page = document_page(session, probe, ranks, Cursor(10**9), sort=Sort("words"))
        assert (list(page.items), page.next, page.previous) == ([], None, None)


def test_an_order_is_written_as_it_is_read() -> None:
    for key in KEYS:
        for descending in (True, False):
            sort = Sort(key, descending)
            assert Sort.parse(str(sort)) == sort
            assert sort.by(key) == Sort(key, not descending)
    assert not Sort.parse("")
    assert not Sort.parse("-influence")
    assert Sort().by("title") == Sort("title", descending=False)
    assert Sort().by("words") == Sort("words")
    with pytest.raises(InvalidInput, match="colour"):
        Sort.parse("-colour")


def test_the_values_that_most_documents_have(database: Database, sample: Sample) -> None:
    with database.session() as session:
        corpus = audits.get(session, sample.audit_id).corpus
        assert frequent_values(session, corpus, "source", 5) == ([("<i>here</i>", 12)], 1)
        assert frequent_values(session, corpus, ODD_FIELD, 5) == ([("odd", 4)], 1)
        assert frequent_values(session, corpus, ODD_FIELD, 0) == ([], 1)
        assert len(corpus_columns(session, corpus)["order 0"]) == 20
