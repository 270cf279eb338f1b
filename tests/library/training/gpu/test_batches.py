"""Training in batches: against training update by update, over seeds, over sets, and where it diverges."""

import numpy as np
import pytest

from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.engine_errors import DivergedTraining
from skipgram_audit.model.settings import TrainingSettings
from skipgram_audit.training.distribution import sampling
from skipgram_audit.training.document_order import DocumentOrder
from skipgram_audit.training.gpu import batches
from skipgram_audit.training.gpu.batch_vectors import CompiledVectors, DrawnBatches
from skipgram_audit.training.gpu.batches import batch_capacity, draw, train_batches
from skipgram_audit.training.sgd import train
from skipgram_audit.training.trajectory import Trajectory
from tests.library.samples import in_another_order, news_corpus, small_settings, zipf_corpus

CORPUS = zipf_corpus()
SETTINGS = small_settings(batch_tokens=8)


def silent(_fraction: float) -> None:
    pass


def trained(settings: TrainingSettings, *seeds: int) -> list[Trajectory]:
    return train_batches(CORPUS, settings, seeds, silent, "cpu")


def drawn(corpus: EncodedCorpus, full_corpus: EncodedCorpus | None = None, capacity: int = 10**6) -> DrawnBatches:
    reading = DocumentOrder.of(corpus, SETTINGS, 1, full_corpus)
    everything = slice(0, corpus.sentence_count)
    draws = sampling(corpus.counts, SETTINGS, 1)
    return draw(reading, reading.steps(0), 0, everything, draws, capacity)


def test_batches_of_one_token_train_update_by_update() -> None:
    settings = SETTINGS.model_copy(update={"batch_tokens": 1})
    (found,), expected = trained(settings, 1), train(CORPUS, settings, 1, silent)
    assert found.pairs == expected.pairs
    for name in ("inputs", "outputs", "contexts", "step_sizes", "shares"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), atol=2e-5)
    assert np.abs(expected.inputs).max() > 1


def test_seeds_side_by_side_are_trained_as_each_alone() -> None:
    for together, seed in zip(trained(SETTINGS, 1, 7), (1, 7), strict=True):
        (alone,) = trained(SETTINGS, seed)
        assert together.pairs == alone.pairs
        assert together.inputs.tobytes() == alone.inputs.tobytes()
        assert together.contexts.tobytes() == alone.contexts.tobytes()


def test_no_token_is_in_two_pairs_of_a_batch_and_none_is_lost() -> None:
    found, settings = drawn(CORPUS), SETTINGS.model_copy(update={"epochs": 1})
    assert len(found.contexts) == train(CORPUS, settings, 1, silent).pairs
    assert len(found.starts) > 2
    for start, end in zip(found.starts[:-1], found.starts[1:], strict=True):
        # A block of eight tokens has eight centres at most, each with one context at the batch's distance.
        assert 0 < end - start <= SETTINGS.batch_tokens
    cut = drawn(CORPUS, capacity=3)
    np.testing.assert_array_equal(cut.contexts, found.contexts)
    assert np.diff(cut.starts).max() == 3
    assert set(found.starts.tolist()) <= set(cut.starts.tolist())


def test_documents_left_out_of_this_run_leave_the_other_updates_in_their_batches() -> None:
    removed = np.zeros(CORPUS.document_count, np.bool_)
    removed[[1, 2]] = True
    full_corpus, left = drawn(CORPUS), drawn(CORPUS.without(removed), CORPUS)

    def pairs(found: DrawnBatches) -> list[set[tuple[int, ...]]]:
        rows = np.column_stack([found.contexts, found.chosen])
        return [
            {tuple(row) for row in rows[start:end].tolist()}
            for start, end in zip(found.starts[:-1], found.starts[1:], strict=True)
        ]

    batches_of_whole = pairs(full_corpus)
    assert 0 < len(left.contexts) < len(full_corpus.contexts)
    assert all(any(batch <= other for other in batches_of_whole) for batch in pairs(left))


def test_the_order_of_changes_does_not_matter() -> None:
    start = np.random.default_rng(1).uniform(-0.5, 0.5, (1, 6, 5)).astype(np.float32)
    contexts, chosen = np.array([0, 1, 0, 2], np.int32), np.array([[1, 2], [1, 3], [4, 5], [4, 6]], np.int32)
    steps = np.full(4, 0.1, np.float32)

    def moved(order: list[int]) -> np.ndarray:
        vectors = CompiledVectors(start, 1, 4)
        one = DrawnBatches(contexts[order], chosen[order], steps[order], np.array([0, 4]))
        vectors.train([one])
        vectors.train([one])
        return np.concatenate([*vectors.inputs(), *vectors.outputs()])

    first = moved([0, 1, 2, 3])
    assert first.tobytes() == moved([3, 1, 0, 2]).tobytes()
    assert np.abs(first[6:]).max() > 0.01
    # The sixth number of chosen stands for the spare row, and the first output row is nobody's.
    np.testing.assert_array_equal(first[6], 0.0)


def test_it_is_as_near_to_a_run_as_the_run_itself() -> None:
    """News text: nearer than the same run with its texts in another order, and vectors as long."""
    corpus = news_corpus()
    settings = small_settings(
        dimension=50, window=5, negatives=5, subsample=1e-3, epochs=5, step_size=0.025, minimum_step_size=1e-4
    )
    one, other = (train(text, settings, 1, silent).inputs for text in (corpus, in_another_order(corpus, 0)))
    (found,) = train_batches(corpus, settings.model_copy(update={"batch_tokens": 256}), [1], silent, "cpu")
    frequent = corpus.counts >= 20
    assert cosine(found.inputs, one)[frequent].mean() > 0.98
    assert cosine(other, one)[frequent].mean() < 0.9
    lengths = np.linalg.norm(found.inputs, axis=1) / np.linalg.norm(one, axis=1)
    assert lengths[frequent].mean() == pytest.approx(1.0, abs=0.02)


def test_a_diverging_training_says_so() -> None:
    with pytest.raises(DivergedTraining, match="fewer tokens a batch"):
        trained(SETTINGS.model_copy(update={"batch_tokens": 5000, "step_size": 2.0, "minimum_step_size": 2.0}), 1)


def test_little_room_cuts_batches_without_losing_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    (expected,) = trained(SETTINGS, 1)
    assert batch_capacity(CORPUS, SETTINGS) > 3
    monkeypatch.setattr(batches, "batch_capacity", lambda *_: 3)
    (cut,) = trained(SETTINGS, 1)
    assert cut.pairs == expected.pairs
    assert np.abs(cut.inputs - expected.inputs).max() > 0


def cosine(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    return np.asarray((first * second).sum(1) / lengths)
