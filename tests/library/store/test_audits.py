from dataclasses import replace

import pytest
from sqlalchemy import select

from skipgram_audit.model.errors import Conflict, InvalidInput, NotFound
from skipgram_audit.model.outcome import Association, ProbeOutcome, SolverOutcome
from skipgram_audit.model.probe import built_in_probes
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.store import audits
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import (
    AuditProbe,
    Check,
    CorpusRow,
    DocumentInfluence,
    MitigationComparison,
    RewritingRow,
    SentenceInfluence,
    Status,
    WordAssociation,
)
from skipgram_audit.store.paging import Cursor
from tests.audit_sample import make_audit, make_corpus

WEAT_6 = built_in_probes()["weat-6"]


def test_create_freezes_settings_and_probes(database: Database) -> None:
    corpus_id, _ = make_corpus(database)
    with database.session() as session:
        audit_id = audits.create(session, corpus_id, "  ", AuditSettings(epochs=7), [WEAT_6]).id
    with database.session() as session:
        audit = audits.get(session, audit_id)
        assert audit.name == "Small <b>corpus</b>: weat-6"
        assert audit.status == Status.WAITING
        assert AuditSettings.model_validate(audit.settings) == AuditSettings(epochs=7)
        assert audit.probes[0].definition == WEAT_6.model_dump(mode="json")


def test_create_refuses_what_cannot_be_run(database: Database) -> None:
    corpus_id, _ = make_corpus(database)
    with database.session() as session:
        with pytest.raises(NotFound, match="no corpus 999"):
            audits.create(session, 999, "", AuditSettings(), [WEAT_6])
        with pytest.raises(InvalidInput, match="at least one probe"):
            audits.create(session, corpus_id, "", AuditSettings(), [])
        with pytest.raises(InvalidInput, match="the name weat-6"):
            audits.create(session, corpus_id, "", AuditSettings(), [WEAT_6, WEAT_6])
        session.get_one(CorpusRow, corpus_id).status = Status.RUNNING
        with pytest.raises(Conflict, match="is running"):
            audits.create(session, corpus_id, "", AuditSettings(), [WEAT_6])


def test_page_lists_the_newest_first(database: Database) -> None:
    corpus_id, _ = make_corpus(database)
    with database.session() as session:
        ids = [audits.create(session, corpus_id, str(n), AuditSettings(), [WEAT_6]).id for n in range(60)]
        first = audits.page(session)
        assert [audit.id for audit in first.items] == ids[:9:-1]
        assert first.items[0].probes[0].name == "weat-6"
        second = audits.page(session, Cursor.parse(first.next))
        assert [audit.id for audit in second.items] == ids[9::-1]
        assert second.next is None


def test_remove_takes_every_result_along(database: Database) -> None:
    sample = make_audit(database)
    with database.session() as session:
        audits.remove(session, sample.audit_id)
    with database.session() as session:
        for table in (AuditProbe, DocumentInfluence, SentenceInfluence, WordAssociation):
            assert session.query(table).count() == 0
        assert session.get(CorpusRow, sample.corpus_id) is not None
        with pytest.raises(NotFound):
            audits.get(session, sample.audit_id)


def test_a_running_audit_is_not_removed(database: Database) -> None:
    corpus_id, _ = make_corpus(database)
    with database.session() as session:
        audit_id = audits.create(session, corpus_id, "", AuditSettings(), [WEAT_6]).id
        with pytest.raises(Conflict, match="Cancel it first"):
            audits.remove(session, audit_id)


@pytest.mark.parametrize("table", [Check, MitigationComparison, RewritingRow])
def test_an_audit_is_not_removed_while_something_of_it_runs(
    database: Database, table: type[Check | MitigationComparison | RewritingRow]
) -> None:
    sample = make_audit(database)
    with database.session() as session:
        session.add(part := table(audit_id=sample.audit_id, plan={}, status=Status.RUNNING))
        session.flush()
        with pytest.raises(Conflict, match="has not ended"):
            audits.remove(session, sample.audit_id)
        part.status = Status.FAILED
        session.flush()
        audits.remove(session, sample.audit_id)
        with pytest.raises(NotFound):
            audits.get(session, sample.audit_id)


def test_an_outcome_comes_back_as_it_was_written(database: Database) -> None:
    sample = make_audit(database)
    with database.session() as session:
        probe = audits.get(session, sample.audit_id).probes[0]
        stored = audits.outcome_of(session, probe)
        solved = [replace(seed, solver=SolverOutcome(100.0, 26, 9e-4, None)) for seed in stored.by_seed]
        outcome = replace(stored, by_seed=solved)
        audits.save_outcome(session, probe.id, outcome)
    with database.session() as session:
        again = audits.outcome_of(session, audits.get(session, sample.audit_id).probes[0])
    assert again == outcome
    assert outcome.by_seed[1].seed == 2
    assert len(outcome.associations) == 32
    assert sum(outcome.histogram.counts) + outcome.zero_documents == 5


def test_saving_again_replaces_the_associations(database: Database) -> None:
    sample = make_audit(database)
    with database.session() as session:
        probe = audits.get(session, sample.audit_id).probes[0]
        only = Association("Career", "attribute", "office", 0.5, 0.0, 3)
        audits.save_outcome(
            session, probe.id, ProbeOutcome(probe.name, "weat", probe.definition, measured=True, associations=[only])
        )
    with database.session() as session:
        probe = audits.get(session, sample.audit_id).probes[0]
        assert audits.outcome_of(session, probe).associations == [only]


def test_clearing_removes_the_rankings_of_the_named_probes_only(database: Database) -> None:
    sample = make_audit(database)
    with database.session() as session:
        audits.clear_rankings(session, [sample.probe_ids["weat-6"]])
    with database.session() as session:
        for probe in (DocumentInfluence.audit_probe_id, SentenceInfluence.audit_probe_id):
            left = set(session.scalars(select(probe)))
            assert left == {sample.probe_ids["he and she"]}


def test_rows_can_be_written_again_after_clearing(database: Database) -> None:
    sample = make_audit(database)
    probe_id = sample.probe_ids["weat-6"]
    row: audits.DocumentRow = {
        "rank": 1,
        "document_id": sample.document_ids[0],
        "influence": 0.5,
        "spread": 0.0,
        "sign_stability": 1.0,
        "tokens": b"",
    }
    for _ in range(2):
        with database.session() as session:
            audits.clear_rankings(session, [probe_id])
            audits.add_ranked_documents(session, probe_id, [row])
            audits.add_ranked_documents(session, probe_id, [])
    with database.session() as session:
        assert session.query(DocumentInfluence).filter_by(audit_probe_id=probe_id).count() == 1
