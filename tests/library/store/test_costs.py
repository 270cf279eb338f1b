"""What phases took, kept from run to run; the sizes that a forecast is made of."""

import pytest

from skipgram_audit.model.check_plan import CheckPlan
from skipgram_audit.model.cost_laws import CorpusSizes, Guess, audit_guesses
from skipgram_audit.model.costs import MeasuredPhase
from skipgram_audit.model.probe import built_in_probes, parse_probe
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.store import audits, corpora, costs
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import CorpusWord, PhaseCost
from tests.audit_sample import make_audit

SETTINGS = AuditSettings(minimum_count=5)
OTHERS = ("office", "career", "salary", "home", "family", "kitchen")


def add_corpus(database: Database) -> int:
    corpus_id = make_audit(database).corpus_id
    with database.session() as session:
        corpus = corpora.get(session, corpus_id)
        corpus.document_count, corpus.sentence_count, corpus.token_count = 100, 1_000, 20_000
        session.query(CorpusWord).filter_by(corpus_id=corpus_id).delete()
        counts = {"He": 4, "he": 3, "she": 900, "his": 5, "him": 4, "her": 9, "man": 6, "woman": 7}
        for word, count in (counts | dict.fromkeys(OTHERS, 8)).items():
            session.add(CorpusWord(corpus_id=corpus_id, word=word, folded=word.lower(), count=count))
    return corpus_id


def test_the_newest_runs_of_a_kind_are_kept(database: Database) -> None:
    with database.session() as session:
        for number in range(1, costs.KEPT + 4):
            costs.keep(session, [MeasuredPhase("train", 10.0, float(number)), MeasuredPhase("null", 1.0, 2.0)])
    with database.session() as session:
        rows = session.query(PhaseCost).filter_by(kind="train").order_by(PhaseCost.id).all()
        assert [row.seconds for row in rows] == [float(number) for number in range(4, costs.KEPT + 4)]
        forecast = costs.of_machine(session).forecast([Guess("train", 10.0)])
    # The newest took 13 s, the one before 12 s, and so on; each weighs half as much as the next.
    assert 11.0 < forecast.seconds < 13.0
    assert forecast.runs == costs.KEPT


def test_sizes_are_those_that_training_sees(database: Database) -> None:
    corpus_id = add_corpus(database)
    with database.session() as session:
        corpus = corpora.get(session, corpus_id)
        folded = costs.corpus_sizes(session, corpus, SETTINGS)
        cased = costs.corpus_sizes(session, corpus, AuditSettings(minimum_count=5, casefold=False))
    assert folded == CorpusSizes(100, 1_000, 20_000, words=12, kept=7 + 900 + 5 + 9 + 6 + 7 + 48)
    assert cased == CorpusSizes(100, 1_000, 20_000, words=11, kept=900 + 5 + 9 + 6 + 7 + 48)


def test_an_audit_is_forecast_for_the_probes_that_can_be_measured(database: Database) -> None:
    """Twelve words are found of one probe, too few of the other."""
    corpus_id = add_corpus(database)
    small = parse_probe(
        {
            "name": "small",
            "targets": {"X": ["he", "his", "him", "man"], "Y": ["she", "her", "woman"]},
            "attributes": {"A": list(OTHERS[:3]), "B": list(OTHERS[3:])},
        }
    )
    with database.session() as session:
        corpus = corpora.get(session, corpus_id)
        sizes = costs.corpus_sizes(session, corpus, SETTINGS)
        forecast = costs.of_audit(session, corpus, SETTINGS, [small, built_in_probes()["weat-1"]], 2)
    expected = sum(guess.seconds for guess in audit_guesses(sizes, SETTINGS, [12], 2))
    assert forecast.seconds == pytest.approx(expected)
    assert forecast.runs == 0


def test_a_check_is_forecast_by_what_trainings_took_here(database: Database) -> None:
    sample = make_audit(database)
    plan = CheckPlan(plan="halves", sets=8, seeds=[1, 2])
    with database.session() as session:
        audit = audits.get(session, sample.audit_id)
        first = costs.of_check(session, audit, plan, 2)
        costs.keep(session, [MeasuredPhase(one.kind, one.guess, 3.0 * one.guess) for one in first.phases])
        later = costs.of_check(session, audit, plan, 2)
    assert later.seconds == pytest.approx(3.0 * first.seconds, rel=0.05)  # the first guess still weighs 0.05
    assert (first.runs, later.runs) == (0, 1)
