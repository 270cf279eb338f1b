import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import Conflict, NotFound
from skipgram_audit.model.outcome import ProbeOutcome, RankedPlace
from skipgram_audit.model.probe import built_in_probes
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.store import audits, ranking
from skipgram_audit.store import sentence_texts as sentence_texts_module
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import (
    AuditProbe,
    AuditRow,
    CorpusRow,
    Document,
    DocumentInfluence,
    SentenceInfluence,
    Status,
)
from skipgram_audit.store.packing import pack_bounds, pack_tokens
from skipgram_audit.store.paging import Cursor
from skipgram_audit.store.ranking import Side, document_page, document_range, sentence_page, sentence_range
from skipgram_audit.store.ranking_filter import Filters, RankRange
from skipgram_audit.store.sentence_texts import LONGEST_SENTENCE, sentence_texts
from tests.audit_sample import make_audit, sentence_bounds_of


def probe_named(session: Session, audit_id: int, name: str) -> tuple[AuditProbe, CorpusRow]:
    audit: AuditRow = audits.get(session, audit_id)
    return next(probe for probe in audit.probes if probe.name == name), audit.corpus


@pytest.mark.parametrize("side", list(Side))
def test_the_pages_of_a_side_hold_each_document_once_and_lead_back(database: Database, side: Side) -> None:
    sample = make_audit(database, copies=7)
    influences = dict(zip(sample.document_ids, sample.influences["weat-6"], strict=True))
    expected = {
        Side.POSITIVE: sorted((i for i in influences if influences[i] > 0), key=lambda i: -influences[i]),
        Side.NEGATIVE: sorted((i for i in influences if influences[i] < 0), key=lambda i: influences[i]),
        Side.ZERO: [i for i in influences if influences[i] == 0],
    }[side]
    with database.session() as session:
        probe, corpus = probe_named(session, sample.audit_id, "weat-6")
        ranks = document_range(probe, corpus, side)
        assert len(ranks) == len(expected)
        pages = [document_page(session, probe, ranks, size=4)]
        assert pages[0].previous is None
        while pages[-1].next:
            pages.append(document_page(session, probe, ranks, Cursor.parse(pages[-1].next), size=4))
        assert [row.document_id for page in pages for row in page.items] == expected
        for earlier, later in itertools.pairwise(pages):
            back = document_page(session, probe, ranks, Cursor.parse(later.previous), size=4)
            assert [row.rank for row in back.items] == [row.rank for row in earlier.items]
        for page in pages:
            for row in page.items:
                assert row.influence == pytest.approx(influences[row.document_id])


def test_a_rank_without_a_row_is_an_error_and_not_left_out(database: Database) -> None:
    sample = make_audit(database, copies=7)
    with database.session() as session:
        probe, corpus = probe_named(session, sample.audit_id, "weat-6")
        gone = delete(DocumentInfluence).where(
            DocumentInfluence.audit_probe_id == probe.id, DocumentInfluence.rank == 2
        )
        session.execute(gone)
        with pytest.raises(Conflict, match="1 of 4 ranked texts are not there, rank 2 first"):
            document_page(session, probe, document_range(probe, corpus, Side.POSITIVE), size=4)


def test_sentences_carry_their_own_text(database: Database) -> None:
    sample = make_audit(database)
    with database.session() as session:
        probe, corpus = probe_named(session, sample.audit_id, "weat-6")
        rows = [
            row
            for side in (Side.POSITIVE, Side.NEGATIVE)
            for row in sentence_page(session, probe, sentence_range(probe, corpus, side)).items
        ]
        total = session.scalar(
            select(func.count()).select_from(SentenceInfluence).where(SentenceInfluence.audit_probe_id == probe.id)
        )
    assert len(rows) == total == corpus.sentence_count - probe.zero_sentences
    texts = {(row.external_id, row.sentence_index): row.text for row in rows}
    assert texts["größe", 1] == "She saw his office 😀 from her home."
    assert texts["alice", 1] == "Her career began there."


def test_a_very_long_sentence_is_cut(database: Database) -> None:
    sample = make_audit(database)
    with database.session() as session:
        document = session.get_one(Document, sample.document_ids[0])
        document.text = "word " * 1000
        document.sentence_bounds = pack_bounds(np.array([[0, 4999], [10, 14]], dtype=np.uint32))
        session.flush()
        long, short = sentence_texts(session, [(document.id, 0), (document.id, 1)])
    assert len(long) == LONGEST_SENTENCE + 1
    assert long.endswith("…")
    assert short == "word"


def test_sentences_of_long_documents_are_cut_by_the_database(database: Database) -> None:
    sample = make_audit(database)
    with database.session() as session:
        places = [(document_id, 0) for document_id in sample.document_ids]
        whole = sentence_texts(session, places)
        assert all(whole)
        with patch.object(sentence_texts_module, "READ_AT_ONCE", 12):
            assert sentence_texts(session, places) == whole


@pytest.mark.parametrize("analyzed", [False, True])
def test_no_ranking_page_scans_or_sorts(database: Database, analyzed: bool) -> None:
    if not database.is_sqlite:
        pytest.skip("reads SQLite's query plans")
    sample = make_audit(database, copies=40)
    with database.session() as session:
        probe, _ = probe_named(session, sample.audit_id, "weat-6")
        if analyzed:
            session.execute(text("ANALYZE"))
        for statement in (
            ranking.document_statement(probe.id, range(30, 81)),
            ranking.sentence_statement(probe.id, range(30, 81)),
        ):
            plan = plan_of(session, statement)
            assert "influences_1 (audit_probe_id=? AND rank" in plan[0], plan
            assert plan[1].startswith("SEARCH documents USING INTEGER PRIMARY KEY"), plan
            assert len(plan) == 2, plan


def plan_of(session: Session, statement: Any) -> list[str]:
    """SQLite's plan of a query, a line a step."""
    query = str(statement.compile(session.get_bind(), compile_kwargs={"literal_binds": True})).replace(":", "")
    return [row.detail for row in session.execute(text("EXPLAIN QUERY PLAN " + query))]


@contextmanager
def counted(session: Session) -> Iterator[list[int]]:
    """The work of the statements inside, known after the block: rows that Postgres reads, or instructions of SQLite."""
    found: list[int] = []
    if session.get_bind().dialect.name == "postgresql":
        read = text("SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables")
        before = session.scalar(read) or 0
        yield found
        found.append(int((session.scalar(read) or 0) - before))
        return
    connection: Any = session.connection().connection.driver_connection
    instructions = itertools.count()
    connection.set_progress_handler(lambda: next(instructions) < 0, 1)
    yield found
    connection.set_progress_handler(None, 0)
    found.append(next(instructions))


def test_a_page_of_many_documents_reads_hardly_more_than_its_rows(database: Database) -> None:
    count = 20_000
    with database.session() as session:
        corpus = CorpusRow(name="large", status=Status.DONE, filename="", reader_options={}, document_count=count)
        session.add(corpus)
        session.flush()
        bounds = pack_bounds(np.array([[0, 4]], dtype=np.uint32))
        session.execute(
            insert(Document),
            [
                {
                    "corpus_id": corpus.id,
                    "position": n,
                    "external_id": str(n),
                    "text": "text",
                    "sentence_bounds": bounds,
                }
                for n in range(count)
            ],
        )
        audit = audits.create(session, corpus.id, "", AuditSettings(), [built_in_probes()["weat-6"]])
        probe_id = audit.probes[0].id
        ids = list(session.scalars(select(Document.id).order_by(Document.position)))
        none = np.array([], np.uint32)
        tokens = pack_tokens(none, none.astype(np.uint16), none.astype(np.float32))
        audits.add_ranked_documents(
            session,
            probe_id,
            [
                {
                    "rank": n + 1,
                    "document_id": ids[(n * 7919) % count],
                    "influence": float(count // 2 - n),
                    "spread": 0.0,
                    "sign_stability": 1.0,
                    "tokens": tokens,
                }
                for n in range(count)
            ],
        )
        outcome = ProbeOutcome("weat-6", "weat", {}, measured=True, positive_documents=count // 2, zero_documents=1)
        audits.save_outcome(session, probe_id, outcome)
        audit_id = audit.id
    with database.session() as session:
        probe, corpus = probe_named(session, audit_id, "weat-6")
        assert session.scalar(select(func.count()).select_from(DocumentInfluence)) == count
        session.execute(text("ANALYZE"))  # as databases do by themselves after a while
        for side, cursor in (
            (Side.POSITIVE, None),
            (Side.POSITIVE, Cursor(9_000)),
            (Side.NEGATIVE, Cursor(12_000, before=True)),
        ):
            ranks = document_range(probe, corpus, side)
            with counted(session) as work:
                page = document_page(session, probe, ranks, cursor)
            assert len(page.items) == 50
            # A few rows, or some dozens of instructions, for each document; the whole ranking has 20,000.
            assert 50 <= work[0] < (500 if database.engine.dialect.name == "postgresql" else 10_000)


def test_document_is_the_sum_of_its_sentences_and_of_its_tokens(database: Database) -> None:
    sample = make_audit(database)
    with database.session() as session:
        for name in ("weat-6", "he and she"):
            for document_id, influence in zip(sample.document_ids, sample.influences[name], strict=True):
                place = ranking.document_place(session, sample.probe_ids[name], document_id)
                assert place is not None
                assert place.influence == pytest.approx(influence)
                sentences = ranking.sentence_places(session, sample.probe_ids[name], document_id)
                assert sum(item.influence for item in sentences.values()) == pytest.approx(influence, abs=1e-9)
                assert sum(token.influence for token in place.tokens) == pytest.approx(influence, abs=1e-8)


def test_neighbours_follow_the_ranking(database: Database) -> None:
    sample = make_audit(database)
    probe_id = sample.probe_ids["weat-6"]
    with database.session() as session:
        by_rank = {}
        for document_id in sample.document_ids:
            place = ranking.document_place(session, probe_id, document_id)
            assert place is not None
            by_rank[place.rank] = (document_id, place)
        order = [by_rank[rank][0] for rank in sorted(by_rank)]
        assert sorted(by_rank) == [1, 2, 3, 4, 5]
        for index, document_id in enumerate(order):
            place = by_rank[index + 1][1]
            there = ranking.document_places(session, [probe_id], document_id)
            assert there == {probe_id: RankedPlace(place.rank, place.influence, place.spread, place.sign_stability)}


def test_neighbours_are_the_nearest_that_pass_the_filters(database: Database) -> None:
    sample = make_audit(database, copies=3)
    with database.session() as session:
        probe = session.get_one(AuditProbe, sample.probe_ids["weat-6"])
        rows = select(DocumentInfluence.rank, Document.id, Document.token_count).join(Document)
        documents = {row[0]: row for row in session.execute(rows.where(DocumentInfluence.audit_probe_id == probe.id))}
        sides = [RankRange(1, 15), RankRange(9, 15, backwards=True), RankRange(4, 8)]
        for ranks, least in itertools.product(sides, (None, 10, 99)):
            inside = range(ranks.first, ranks.last + 1)
            walk = [rank for rank in inside if documents[rank][2] >= (least or 0)]
            for rank in inside:
                lower = max((one for one in walk if one < rank), default=None)
                higher = min((one for one in walk if one > rank), default=None)
                found = ranking.neighbours(session, probe, ranks, rank, Filters(minimum_words=least))
                expected = (higher, lower) if ranks.backwards else (lower, higher)
                assert tuple(one and one.rank for one in found) == expected
                assert all(one is None or one.document_id == documents[one.rank][1] for one in found)


def test_an_unmeasured_probe_ranks_no_document(database: Database) -> None:
    sample = make_audit(database)
    with database.session() as session:
        assert ranking.document_place(session, sample.probe_ids["weat-1"], sample.document_ids[0]) is None


def test_a_document_of_another_corpus_is_not_found(database: Database) -> None:
    sample = make_audit(database)
    with database.session() as session:
        other = CorpusRow(name="other", status=Status.DONE, filename="", reader_options={})
        session.add(other)
        session.flush()
        document = Document(
            corpus_id=other.id,
            position=0,
            external_id="x",
            text="A.",
            sentence_bounds=pack_bounds(sentence_bounds_of("A.")),
        )
        session.add(document)
        session.flush()
        audit = audits.get(session, sample.audit_id)
        assert ranking.document_of(session, audit, sample.document_ids[0]).external_id == "alice"
        with pytest.raises(NotFound, match="has no document"):
            ranking.document_of(session, audit, document.id)
