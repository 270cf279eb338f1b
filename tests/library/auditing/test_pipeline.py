"""An audit's phases over a folder, on real news text."""

from pathlib import Path

import numpy as np
import pytest

from skipgram_audit.auditing.pipeline import AuditPipeline
from skipgram_audit.model.engine_errors import NothingToMeasure, UnusableCorpus
from skipgram_audit.model.settings import AuditSettings
from tests.library.samples import NEWS_SETTINGS, news_audit, news_documents, news_probe, silent, small_settings
from tests.probes import any_probe

SETTINGS = small_settings(**NEWS_SETTINGS)
WITHOUT_PAIRS = {"unrolled", "implicit", "implicit-hessian", "lissa", "turn-over"}
UNMEASURABLE = any_probe("unicorns", "weat", {"X": ("unicorn",), "Y": ("she",)}, {"A": ("he",), "B": ("man",)})


def run(folder: Path, estimator: str = "replay", settings: AuditSettings = SETTINGS) -> AuditPipeline:
    return news_audit(folder, estimator, settings, UNMEASURABLE)


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> AuditPipeline:
    return run(tmp_path_factory.mktemp("replay"))


@pytest.mark.parametrize("estimator", ["replay", "unrolled"])
def test_document_is_the_sum_of_its_sentences_and_of_its_tokens(tmp_path: Path, estimator: str) -> None:
    pipeline = run(tmp_path, estimator)
    unmeasured, result = pipeline.results()
    assert not unmeasured.outcome.measured
    assert "of 'X' 0 of the 1 needed" in unmeasured.outcome.reason
    assert unmeasured.outcome.missing["X"] == ["unicorn"]
    assert unmeasured.outcome.score is None
    assert unmeasured.outcome.histogram.counts == []
    assert unmeasured.attribution is None
    assert result.outcome.measured
    assert result.attribution is not None
    corpus, attribution = pipeline.corpus, result.attribution
    documents = attribution.documents.influence
    largest = np.abs(documents).max()
    assert largest > 0
    for number in range(corpus.document_count):
        sentences = slice(corpus.document_sentences[number], corpus.document_sentences[number + 1])
        assert abs(attribution.sentences.influence[sentences].sum() - documents[number]) < 1e-6 * largest
        tokens = attribution.tokens[corpus.document_tokens(number)]
        assert abs(tokens.sum(dtype=np.float64) - documents[number]) < 1e-6 * largest
    pairs = pipeline.pairs
    assert (pairs is None) == (estimator in WITHOUT_PAIRS)
    if pairs is not None:
        by_word = np.bincount(corpus.tokens, attribution.tokens, len(corpus.words))
        np.testing.assert_allclose(pairs.by_word()[0], by_word, atol=1e-5 * np.abs(by_word).max())
        assert pairs.counts.min() > 0


def test_how_systems_were_solved_is_kept_for_every_seed(tmp_path: Path) -> None:
    solved = [one.solver for one in run(tmp_path, "per-word").results()[1].outcome.by_seed]
    assert [one.damping for one in solved if one] == [SETTINGS.damping] * 2
    assert all(one and one.iterations == 1 and one.residual < 1e-9 and one.sampling_error is None for one in solved)


def test_the_same_settings_give_the_same_bytes(replayed: AuditPipeline, tmp_path: Path) -> None:
    run(tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    kept = ["pairs.npz", "probe-counts.npz", "replay-1-float32.npz", "replay-2-float32.npz"]
    assert names == ["corpus.npz", "influences.npz", *kept, "seed-1.npz", "seed-2.npz"]
    for name in names:
        assert (tmp_path / name).read_bytes() == (replayed._folder / name).read_bytes(), name


def test_finished_phases_are_not_done_again(replayed: AuditPipeline) -> None:
    before = {path: path.stat().st_mtime_ns for path in replayed._folder.iterdir()}
    again = AuditPipeline(replayed._folder, SETTINGS, replayed.probes, "cpu")
    again.encode(iter(()), 0, silent)
    again.train(silent)
    again.influence(silent)
    assert {path: path.stat().st_mtime_ns for path in replayed._folder.iterdir()} == before
    assert again.results()[1].outcome == replayed.results()[1].outcome


def test_scores_are_means_over_seeds_with_their_spread(replayed: AuditPipeline) -> None:
    result = replayed.results()[1].outcome
    effects = [one.score for one in result.by_seed]
    assert [one.seed for one in result.by_seed] == [1, 2]
    assert result.score == pytest.approx(np.mean(effects))
    assert result.score_spread == pytest.approx(abs(effects[0] - effects[1]) / np.sqrt(2))
    np.testing.assert_allclose(replayed.trained_scores()[0], effects)
    assert {item.word: item.count for item in result.associations}["government"] == 145
    assert len(result.associations) == 10


def test_removing_nothing_changes_nothing(replayed: AuditPipeline) -> None:
    nothing = np.zeros(300, bool)
    np.testing.assert_allclose(replayed.predict([nothing], silent)[0], replayed.trained_scores(), atol=1e-5)
    for same_run in (True, False):
        (after,) = replayed.retrain(nothing, same_run, silent)
        np.testing.assert_array_equal(after, replayed.trained_scores()[0])


def test_training_in_batches_is_scored_and_retrained_as_it_was_trained(replayed: AuditPipeline, tmp_path: Path) -> None:
    in_batches = run(tmp_path, settings=SETTINGS.model_copy(update={"batch_tokens": 64}))
    trained = in_batches.trained_scores()[0]
    (after,) = in_batches.retrain(np.zeros(300, bool), True, silent)
    np.testing.assert_array_equal(after, trained)
    assert (trained != replayed.trained_scores()[0]).all()
    np.testing.assert_allclose(trained, replayed.trained_scores()[0], atol=0.15)
    attribution = in_batches.results()[1].attribution
    assert attribution is not None
    other = replayed.results()[1].attribution
    assert other is not None
    assert np.corrcoef(attribution.documents.influence, other.documents.influence)[0, 1] > 0.95


def test_small_removals_are_predicted_by_influences(replayed: AuditPipeline) -> None:
    """For one document, the replayed set and the derivative must agree: the derivative is the limit of small sets."""
    attribution = replayed.results()[1].attribution
    assert attribution is not None
    influence = attribution.documents.influence
    chosen = np.argsort(-np.abs(influence))[20:40]
    removals = [np.arange(300) == number for number in chosen]
    changes = replayed.predict(removals, silent)[:, 0].mean(1) - replayed.trained_scores()[0].mean()
    assert np.corrcoef(changes, -influence[chosen])[0, 1] > 0.95


def test_retraining_without_a_probes_words_says_so(replayed: AuditPipeline) -> None:
    corpus = replayed.corpus
    mentions = np.isin(corpus.tokens, [corpus.index[word] for word in ("she", "her", "woman")])
    documents = np.add.reduceat(mentions, corpus.document_offsets[:-1]) > 0
    (after,) = replayed.retrain(documents, False, silent)
    assert "of 'She' 0 of the 1 needed" in after.reason  # type: ignore[union-attr]


def test_a_vocabulary_of_one_is_an_error(tmp_path: Path) -> None:
    documents = news_documents()[:1]
    settings = small_settings(minimum_count=15)
    with pytest.raises(UnusableCorpus, match="Lower the minimum count"):
        AuditPipeline(tmp_path, settings, [news_probe()], "cpu").encode(documents, 1, silent)
    assert list(tmp_path.iterdir()) == []


def test_when_nothing_can_be_measured_the_audit_stops_before_training(tmp_path: Path) -> None:
    pipeline = AuditPipeline(tmp_path, SETTINGS, [UNMEASURABLE], "cpu")
    documents = news_documents()
    with pytest.raises(NothingToMeasure, match="of 'X' 0 of the 1 needed") as caught:
        pipeline.encode(documents, len(documents), silent)
    assert list(caught.value.details["reasons"]) == ["unicorns"]
    assert [path.name for path in tmp_path.iterdir()] == ["corpus.npz"]
