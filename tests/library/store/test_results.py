from dataclasses import replace

from sqlalchemy import select

from skipgram_audit.model.outcome import Association, ProbeOutcome, SolverOutcome
from skipgram_audit.store import audits
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import DocumentInfluence, SentenceInfluence
from tests.audit_sample import make_audit


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
