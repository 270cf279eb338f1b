"""The sentence that a list shows of a document."""

import pytest
from sqlalchemy import select, text

from skipgram_audit.store import audits
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Document, SentenceInfluence
from skipgram_audit.store.packing import unpack_bounds
from skipgram_audit.store.ranking import Side
from skipgram_audit.store.sentence_texts import cut_statement
from skipgram_audit.store.strongest_sentences import strongest_sentences, strongest_statement
from tests.audit_sample import make_audit
from tests.library.store.test_ranking import plan_of


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("name", ["weat-6", "he and she"])
def test_the_sentence_pushes_most_to_the_side(database: Database, name: str, side: Side) -> None:
    sample = make_audit(database, copies=7)
    sign = {Side.POSITIVE: 1, Side.NEGATIVE: -1, Side.ZERO: 0}[side]
    with database.session() as session:
        probe = next(one for one in audits.get(session, sample.audit_id).probes if one.name == name)
        best: dict[int, tuple[float, str]] = {}
        for row in session.scalars(select(SentenceInfluence).where(SentenceInfluence.audit_probe_id == probe.id)):
            document = session.get_one(Document, row.document_id)
            start, end = unpack_bounds(document.sentence_bounds)[row.sentence_index].tolist()
            if row.influence * sign > best.get(document.id, (0.0, ""))[0]:
                best[document.id] = (row.influence * sign, document.text[start:end])
        found = strongest_sentences(session, probe, [(one, side) for one in sample.document_ids])
    assert found == {document_id: sentence for document_id, (_, sentence) in best.items()}
    assert bool(found) == (side is not Side.ZERO)


@pytest.mark.parametrize("analyzed", [False, True])
def test_it_is_found_without_a_scan(database: Database, analyzed: bool) -> None:
    if not database.is_sqlite:
        pytest.skip("reads SQLite's query plans")
    sample = make_audit(database, copies=40)
    with database.session() as session:
        if analyzed:
            session.execute(text("ANALYZE"))
        plan = plan_of(session, strongest_statement(sample.probe_ids["weat-6"], range(30, 81)))
        assert len(plan) == 2, plan
        assert plan[0].startswith("SEARCH"), plan
        assert "influences_1 (audit_probe_id=? AND rank" in plan[0], plan
        by_id = "SEARCH documents USING INTEGER PRIMARY KEY (rowid=?)"
        assert plan[1] == by_id, plan
        assert plan_of(session, cut_statement(1, 0, 10)) == [by_id]
