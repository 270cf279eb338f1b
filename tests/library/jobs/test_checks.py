"""Checks by retraining end to end on real news text: what is kept, what is found, and what an interruption leaves."""

import shutil
from typing import Any

import numpy as np
import pytest

import skipgram_audit as sga
from skipgram_audit.auditing.folder import CHECK_VECTORS
from skipgram_audit.auditing.pipeline import AuditPipeline
from skipgram_audit.auditing.run import open_pipeline
from skipgram_audit.computing.execution import LocalExecutor
from skipgram_audit.corpus.encoding import sums_between
from skipgram_audit.jobs.checks import carry_out_check
from skipgram_audit.jobs.context import Cancelled
from skipgram_audit.model.check_plan import WHOLE_CORPUS, CheckOutcome, CheckPlan
from skipgram_audit.model.errors import AuditError
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.model.tokens import tokenize
from skipgram_audit.report.vector_files import kept_actions, read_vectors, vectors_file
from skipgram_audit.retraining.check import RetrainingCheck, Training
from skipgram_audit.retraining.retrained import TrainedVectors, retrain, retrained, scores_of
from skipgram_audit.retraining.sets import strongest
from skipgram_audit.retraining.smallest import standard_errors
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, check_sets, checks
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Check, Job, JobKind
from skipgram_audit.store.packing import unpack_positions
from skipgram_audit.training.seeds import train_seed
from tests.conftest import on_sqlite
from tests.library.jobs.direct import job_context
from tests.library.jobs.test_audits import NEWS, add_audit, add_corpus, carry_out
from tests.library.samples import news_texts, silent
from tests.stored_files import audit_folder

pytestmark = on_sqlite
DOCUMENTS = 100


@pytest.fixture
def audit_id(settings: Settings, database: Database) -> int:
    corpus_id = add_corpus(database, list(news_texts()[:DOCUMENTS]))
    quick = {"minimum_count": 1, "null_shuffles": 0, "estimator": "replay", "seeds": [1, 2]}
    made = add_audit(database, corpus_id, NEWS, **quick)
    carry_out(settings, database, made)
    with database.session() as session:
        audits.get(session, made).status = "done"  # type: ignore[assignment]
    return made


def pipeline_of(settings: Settings, database: Database, audit_id: int) -> AuditPipeline:
    with database.session() as session:
        audited = AuditSettings.model_validate(audits.get(session, audit_id).settings)
    return open_pipeline(audit_folder(settings, database, audit_id) / "artifacts", audited, [NEWS], "cpu")


def add_check(database: Database, audit_id: int, **plan: Any) -> int:
    with database.session() as session:
        return checks.create(session, audits.get(session, audit_id), CheckPlan(**plan)).id


def check(settings: Settings, database: Database, check_id: int) -> CheckOutcome:
    with job_context(settings, database, JobKind.CHECK, str(check_id)) as context:
        carry_out_check(context, str(check_id))
    with database.session() as session:
        return CheckOutcome.model_validate(checks.by_id(session, check_id).outcome)


def test_what_is_kept_is_what_training_without_a_set_gives(
    settings: Settings, database: Database, audit_id: int
) -> None:
    """The last set of a check, trained again by itself and predicted by itself, for an audited seed and a new one."""
    check_id = add_check(database, audit_id, plan="halves", sets=4, seeds=[2, 7])
    outcome = check(settings, database, check_id)
    pipeline = pipeline_of(settings, database, audit_id)
    with database.session() as session:
        last = checks.sets(session, check_id, with_documents=True)[-1]
        found = checks.scores(session, check_id)
        assert session.get_one(Check, check_id).trainings == 4 * 2 + 1
    assert len(found) == 5 * 2
    removed = np.zeros(DOCUMENTS, bool)
    removed[unpack_positions(last.documents)] = True
    assert removed.sum() == last.document_count == DOCUMENTS // 2
    assert last.token_count == np.diff(pipeline.corpus.document_offsets)[removed].sum()
    left = retrain(pipeline.corpus, pipeline.settings, removed, (2, 7), False, silent, LocalExecutor(2))
    (scores,) = scores_of(pipeline.measurable_probes, left.corpus, [one.inputs for one in left.trajectories])
    assert [found[last.number, seed].scores["news"] for seed in (2, 7)] == scores.tolist()  # type: ignore[union-attr]
    trained = pipeline.trained_scores()
    assert found[WHOLE_CORPUS, 2].scores["news"] == trained[0, 1]
    predicted = pipeline.predict([removed], silent)[0] - trained
    np.testing.assert_allclose(last.predicted["news"], predicted[0], atol=1e-6)
    judged = outcome.probes[0]
    assert judged.agreement is not None
    assert judged.agreement.sets == 4
    assert judged.agreement.spearman.value is not None
    assert outcome.prediction_seeds == [1, 2]


def test_a_check_that_was_cancelled_trains_only_what_is_missing(
    settings: Settings, database: Database, audit_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skipgram_audit.jobs.context.REPORT_PERIOD", 0.0)
    plan: dict[str, Any] = {"plan": "tenths", "sets": 6, "seeds": [1, 2], "same_run": True}
    undisturbed, disturbed = (add_check(database, audit_id, **plan) for _ in range(2))
    expected = check(settings, database, undisturbed)
    carried_out: list[tuple[bytes, int]] = []
    again: list[bool] = []

    def noted(material: Any, documents: Any, seed: int, with_vectors: bool, progress: Any) -> Any:
        of_second_run = bool(again)
        found = retrained(material, documents, seed, with_vectors, progress)
        # A training of the first run may end after the run has, and is not kept.
        if of_second_run or not again:
            carried_out.append((documents.tobytes(), seed))
        if len(carried_out) == 5 and not again:
            with database.session() as session:
                for job in session.query(Job).filter_by(kind=JobKind.CHECK, subject=str(disturbed)):
                    job.cancel_requested = True
        return found

    monkeypatch.setattr("skipgram_audit.retraining.check.retrained", noted)
    with pytest.raises(Cancelled):
        check(settings, database, disturbed)
    with database.session() as session:
        kept = [key for key in checks.scores(session, disturbed) if key[0] != WHOLE_CORPUS]
        rows = checks.sets(session, disturbed, with_documents=True)
        numbers = {unpack_positions(row.documents).tobytes(): row.number for row in rows}
        for job in session.query(Job):
            session.delete(job)
    assert 3 <= len(kept) < 12
    carried_out.clear()
    again.append(True)
    found = check(settings, database, disturbed)
    trained = [(numbers[documents], seed) for documents, seed in carried_out]
    assert sorted([*trained, *kept]) == [(number, seed) for number in range(1, 7) for seed in (1, 2)]
    assert found.probes == expected.probes


def test_every_plan_removes_what_it_says(settings: Settings, database: Database, audit_id: int) -> None:
    pipeline = pipeline_of(settings, database, audit_id)
    influence = pipeline.results()[0].attribution.documents.influence  # type: ignore[union-attr]
    direction = np.sign(pipeline.trained_scores().mean())
    order = np.argsort(-direction * influence, kind="stable")

    def sets_of(**plan: Any) -> tuple[CheckOutcome, list[Any]]:
        check_id = add_check(database, audit_id, **plan)
        outcome = check(settings, database, check_id)
        with database.session() as session:
            rows = checks.sets(session, check_id, with_documents=True)[1:]
        return outcome, [(row.kind, row.control_of, unpack_positions(row.documents).tolist()) for row in rows]

    outcome, rows = sets_of(plan="extremes", documents=10, sets=2, seeds=[1, 2], warm=True)
    assert [(kind, of) for kind, of, _ in rows] == [
        ("amplifying", None), ("mitigating", None), ("control", 1), ("control", 1), ("control", 2), ("control", 2),
    ]  # fmt: skip
    assert rows[0][2] == sorted(order[:10].tolist())
    assert rows[1][2] == sorted(order[-10:].tolist())
    assert all(len(documents) == 10 for _, _, documents in rows)
    assert not set(rows[2][2]) & set(rows[0][2])
    amplifying, mitigating = outcome.probes[0].comparisons
    assert direction * amplifying.predicted.value < 0 < direction * mitigating.predicted.value
    assert amplifying.distance.value is not None
    assert outcome.probes[0].before.value != pytest.approx(pipeline.trained_scores().mean())

    outcome, rows = sets_of(plan="singles", documents=5, seeds=[1], same_run=True)
    assert [documents[0] for _, _, documents in rows] == np.argsort(-np.abs(influence), kind="stable")[:5].tolist()
    agreement = outcome.probes[0].agreement
    assert agreement is not None
    assert "One seed" in agreement.ceiling.reason
    assert outcome.prediction_seeds == [1]

    chosen = sorted(order[[0, 3, 5]].tolist())
    outcome, rows = sets_of(plan="chosen", positions=chosen, sets=3, seeds=[1, 2])
    assert [(kind, of) for kind, of, _ in rows] == [("chosen", None), ("control", 1), ("control", 1), ("control", 1)]
    assert rows[0][2] == chosen
    assert all(len(documents) == 3 and not set(documents) & set(chosen) for _, _, documents in rows[1:])
    (comparison,) = outcome.probes[0].comparisons
    removed = np.isin(np.arange(pipeline.corpus.document_count), chosen)
    predicted = pipeline.predict([removed], silent)[0, 0].mean() - pipeline.trained_scores()[0].mean()
    assert comparison.predicted.value == pytest.approx(predicted)
    assert comparison.added == pytest.approx(-influence[chosen].sum(), rel=1e-5)
    assert comparison.controls == 3

    check_id = add_check(database, audit_id, plan="chosen", positions=chosen, sets=3, seeds=[1, 2], predict_only=True)
    assert check(settings, database, check_id).probes == []
    with database.session() as session:
        told = checks.by_id(session, check_id)
        assert told.trainings == 0
        assert {number for number, _ in checks.scores(session, check_id)} == {WHOLE_CORPUS}
        told.status = "done"  # type: ignore[assignment]
        checks.train_too(session, told)
        for job in session.query(Job):
            session.delete(job)
    assert check(settings, database, check_id).probes == outcome.probes

    outcome, rows = sets_of(plan="turning", sets=1, seeds=[1])
    size = len(rows[0][2])
    assert rows[0][2] == sorted(order[:size].tolist())
    if rows[0][0] == "turning":
        assert outcome.probes[0].comparisons[0].score_predicted * direction < 0
        assert {len(documents) for kind, _, documents in rows if kind == "prefix"} >= {-(-size // 2)} - {size}


def test_a_turning_point_is_looked_for_again_in_what_is_left(
    settings: Settings, database: Database, audit_id: int
) -> None:
    """The target is put halfway to what is predicted without all amplifying documents."""
    pipeline = pipeline_of(settings, database, audit_id)
    plan = CheckPlan(plan="turning", probe="news", sets=0)
    # A target far below the score: no removal turns it, so the one set is that of all amplifying documents.
    check = RetrainingCheck(pipeline, plan)
    check.audit.neutral = check.target = -100.0
    (everything,) = check.sets(silent)
    before, change = pipeline.trained_scores()[0].mean(), everything.predicted[0].mean()
    neutral = float(before + change / 2)
    found = {}
    for rankings in (1, 3):
        turning = RetrainingCheck(pipeline, plan.model_copy(update={"rankings": rankings}))
        turning.audit.neutral = turning.target = neutral
        first, half, twice = turning.sets(silent)
        assert first.removal.kind == "turning"
        assert (before - neutral) * (before + first.predicted[0].mean() - neutral) < 0
        assert (before - neutral) * (before + half.predicted[0].mean() - neutral) > 0
        assert set(half.removal.documents) < set(first.removal.documents) < set(twice.removal.documents)
        found[rankings] = set(first.removal.documents.tolist())
    assert len(found[3]) <= len(found[1])
    part = -(-len(found[1]) // 3)
    influence = sums_between(pipeline.influences.sentences[0].mean(axis=0), pipeline.corpus.document_sentences)
    first_part = strongest(influence, -int(np.sign(change)), part)
    assert set(first_part.tolist()) <= found[3]


def test_vectors_are_kept_of_a_chosen_set_also_after_an_interruption(
    settings: Settings, database: Database, audit_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan: dict[str, Any] = {"plan": "chosen", "positions": [1, 5], "sets": 1, "seeds": [1, 3], "keep_vectors": True}
    check_id = add_check(database, audit_id, **plan)
    outcome = check(settings, database, check_id)
    folder = audit_folder(settings, database, audit_id) / CHECK_VECTORS / str(check_id)
    actions = [("before", 1), ("after", 1), ("before", 3), ("after", 3)]

    def require_vectors() -> None:
        """They are there, and score what the check says."""
        assert kept_actions(folder, [1, 2, 3]) == actions
        with database.session() as session:
            kept = checks.scores(session, check_id)
        for when, seed in actions:
            found = sga.score(read_vectors(vectors_file(folder, when, seed)), NEWS)["score"][0]
            wanted = kept[WHOLE_CORPUS if when == "before" else 1, seed].scores["news"]
            assert found == pytest.approx(wanted, abs=1e-6)

    require_vectors()
    # A run that was killed has scores of a training without its vectors, and half of the vectors of another one.
    shutil.rmtree(folder)
    trained: list[tuple[int, int]] = []

    def noted(material: Any, documents: Any, seed: int, with_vectors: bool, progress: Any) -> Any:
        trained.append((len(documents), seed))
        return retrained(material, documents, seed, with_vectors, progress)

    monkeypatch.setattr("skipgram_audit.retraining.check.retrained", noted)
    with database.session() as session:
        for job in session.query(Job):
            session.delete(job)
    assert check(settings, database, check_id).probes == outcome.probes
    # The controls are not trained again, nor what the audit has trained.
    assert sorted(trained) == [(0, 3), (2, 1), (2, 3)]
    require_vectors()

    without = add_check(database, audit_id, **{**plan, "keep_vectors": False, "seeds": [1]})
    check(settings, database, without)
    assert not folder.with_name(str(without)).exists()


def test_words_that_are_gone_have_no_vector(settings: Settings, database: Database, audit_id: int) -> None:
    """This run keeps the vocabulary of the whole corpus, so they would have the numbers that training began with."""
    pipeline = pipeline_of(settings, database, audit_id)
    plan = CheckPlan(plan="chosen", probe="news", positions=[1], sets=0, seeds=[1], same_run=True, keep_vectors=True)
    run = RetrainingCheck(pipeline, plan)
    removals = [one.removal for one in run.sets(silent)]
    found: dict[int, TrainedVectors] = {}

    def keep(training: Training, one: TrainedVectors) -> None:
        found[training.number] = one

    run.retrain(removals, run.trainings(removals), lambda *_: None, silent, keep)
    corpus = pipeline.corpus
    left = corpus.without(removals[0].mask(DOCUMENTS)).tokens
    gone = set(corpus.words) - {corpus.words[word] for word in np.unique(left)}
    assert gone
    assert set(found[1].words) == set(corpus.words) - gone
    assert found[1].vectors.shape == (len(corpus.words) - len(gone), pipeline.settings.dimension)


def test_a_set_of_more_than_half_is_checked_without_controls(
    settings: Settings, database: Database, audit_id: int
) -> None:
    """The target is out of reach, so the set is all that may go: more than half, in a random order."""
    pipeline = pipeline_of(settings, database, audit_id)
    turning = RetrainingCheck(pipeline, CheckPlan(plan="turning", probe="news", ranking="random", sets=2))
    turning.audit.neutral = turning.target = -100.0
    (found,) = turning.sets(silent)
    size = len(found.removal.documents)
    assert DOCUMENTS < 2 * size < 2 * DOCUMENTS
    (why,) = turning.no_controls([found.removal]).values()
    assert "no control of its size" in why
    assert len(turning.trainings([found.removal])) == len(turning.plan.seeds)

    corpus = pipeline.corpus
    words = sums_between(
        np.isin(corpus.tokens, pipeline.word_list_scores[0].words).astype(float), corpus.document_offsets
    )
    positions = np.sort(np.argsort(words, kind="stable")[: DOCUMENTS // 2 + 1]).tolist()
    check_id = add_check(database, audit_id, plan="chosen", positions=positions, sets=3, seeds=[1])
    outcome = check(settings, database, check_id)
    (comparison,) = outcome.probes[0].comparisons
    assert comparison.actual.value is not None
    assert comparison.controls == 0
    assert outcome.no_controls == {1: why}
    assert comparison.control_mean.reason == why
    with database.session() as session:
        assert checks.by_id(session, check_id).trainings == 1

    half = positions[: DOCUMENTS // 2]
    for chosen, asked, controls in ((half, 1, 1), (positions, 0, 0)):
        plan = CheckPlan(plan="chosen", probe="news", positions=chosen, sets=asked)
        drawn = RetrainingCheck(pipeline, plan)
        removals = [one.removal for one in drawn.sets(silent)]
        assert [one.kind for one in removals] == ["chosen", *["control"] * controls]
        assert drawn.no_controls(removals) == {}


def test_no_set_of_a_smallest_set_is_predicted_twice(
    settings: Settings, database: Database, audit_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = pipeline_of(settings, database, audit_id)
    predict = pipeline.predict
    asked: list[bytes] = []

    def noted(removals: Any, progress: Any, **options: Any) -> Any:
        asked.extend(one.tobytes() for one in removals)
        return predict(removals, progress, **options)

    monkeypatch.setattr(pipeline, "predict", noted)
    sets = RetrainingCheck(pipeline, CheckPlan(plan="turning", probe="news", target="half", sets=0)).sets(silent)
    wanted = {one.removal.mask(pipeline.corpus.document_count).tobytes() for one in sets}
    assert wanted <= set(asked)
    assert len(asked) == len(set(asked))


def test_a_smallest_set_of_sentences_is_trained_without_them_in_their_documents(
    settings: Settings, database: Database, audit_id: int
) -> None:
    check_id = add_check(database, audit_id, plan="turning", target="half", sets=0, seeds=[1], unit="sentences")
    outcome = check(settings, database, check_id)
    pipeline = pipeline_of(settings, database, audit_id)
    corpus = pipeline.corpus
    removed = np.zeros(corpus.sentence_count, bool)
    with database.session() as session:
        first = checks.sets(session, check_id, with_documents=True)[1]
        found = checks.scores(session, check_id)[1, 1].scores["news"]
        positions = unpack_positions(first.documents)
        removed[positions] = True
        names = check_sets.identifiers_of(session, audits.get(session, audit_id).corpus, first, "sentences")
        texts = check_sets.sentences_of(session, audits.get(session, audit_id).corpus, first, 0, 10**6)
    assert first.token_count == np.diff(corpus.sentence_offsets)[removed].sum()
    left = corpus.without_sentences(removed).recounted(1)
    trained = train_seed(left, pipeline.settings, 1, silent)
    (score,) = scores_of(pipeline.measurable_probes, left, [trained.inputs])
    assert isinstance(score, np.ndarray)
    assert found == pytest.approx(float(score[0]))
    assert outcome.probes[0].comparisons[0].score_actual.value == pytest.approx(found)
    assert [name.rsplit(":", 1) for name in names] == [[one.external_id, str(one.index + 1)] for one in texts]
    for position, one in zip(positions.tolist(), texts, strict=True):
        words = corpus.tokens[corpus.sentence_offsets[position] : corpus.sentence_offsets[position + 1]]
        counted = [word for word in tokenize(one.text, corpus.casefold, corpus.language) if word in corpus.index]
        assert [corpus.words[word] for word in words] == counted


def test_intervals_are_over_documents_where_sentences_go(settings: Settings, database: Database, audit_id: int) -> None:
    pipeline = pipeline_of(settings, database, audit_id)
    plan = CheckPlan(plan="turning", probe="news", target="half", sets=0)
    of_documents = RetrainingCheck(pipeline, plan).audit
    of_sentences = RetrainingCheck(pipeline.by_sentence(), plan.model_copy(update={"unit": "sentences"})).audit
    np.testing.assert_array_equal(of_sentences.standard_errors, standard_errors(of_documents.by_document))
    assert (of_sentences.standard_errors != standard_errors(of_sentences.by_document)).all()


def test_without_the_audits_files_a_check_says_what_to_do(
    settings: Settings, database: Database, audit_id: int
) -> None:
    (audit_folder(settings, database, audit_id) / "artifacts" / "corpus.npz").unlink()
    check_id = add_check(database, audit_id, sets=2)
    with pytest.raises(AuditError, match="no longer in the data folder") as caught:
        check(settings, database, check_id)
    assert "Run the audit again" in caught.value.remedy
