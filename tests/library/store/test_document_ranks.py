import itertools

import pytest
from sqlalchemy import select

from skipgram_audit.model.errors import NotFound
from skipgram_audit.store import audits, ranking
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import AuditProbe, CorpusRow, Document, DocumentInfluence, Status
from skipgram_audit.store.packing import pack_bounds
from skipgram_audit.store.ranking_filter import Filters, RankRange
from tests.audit_sample import make_audit, sentence_bounds_of


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
            assert ranking.document_influences(session, [probe_id], document_id) == {
                probe_id: (place.rank, place.influence)
            }


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
