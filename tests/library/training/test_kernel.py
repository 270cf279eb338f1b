"""The compiled training loop against the same algorithm written plainly, with the same draws."""

import numpy as np
import pytest

from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.settings import TrainingSettings
from skipgram_audit.training.distribution import keep_probabilities, noise_probabilities, sampling
from skipgram_audit.training.document_order import DocumentOrder
from skipgram_audit.training.randomness import alias_table, initial_rows
from skipgram_audit.training.sgd import train
from skipgram_audit.training.vectors import padded_rows, sigmoids
from tests.library.samples import silent, small_settings, zipf_corpus

MASK = 2**64 - 1
GOLDEN = 0x9E3779B97F4A7C15


def mix(value: int) -> int:
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


class Draws:
    """SplitMix64 in whole numbers."""

    def __init__(self, seed: int, epoch: int, key: int) -> None:
        self.state = mix((seed + GOLDEN) & MASK)
        self.state = mix(self.state ^ ((epoch + GOLDEN) & MASK))
        self.state = mix(self.state ^ ((key + GOLDEN) & MASK))

    def next(self) -> int:
        self.state = (self.state + GOLDEN) & MASK
        return mix(self.state)


def plain_training(corpus: EncodedCorpus, settings: TrainingSettings, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """word2vec's algorithm as one would write it on paper."""
    draws = sampling(corpus.counts, settings, seed)
    inputs = initial_rows(corpus.words, settings.dimension, seed).astype(float)
    outputs = np.zeros_like(inputs)
    schedule = DocumentOrder.of(corpus, settings, seed)
    for epoch in range(settings.epochs):
        steps = schedule.steps(epoch)
        for sentence in range(corpus.sentence_count):
            words = corpus.tokens[corpus.sentence_offsets[sentence] : corpus.sentence_offsets[sentence + 1]]
            random = Draws(seed, epoch, int(corpus.sentence_keys[sentence]))
            kept = [int(word) for word in words if random.next() >> 32 <= int(draws.keep[word])]
            for place, centre in enumerate(kept):
                radius = 1 + ((random.next() >> 32) * settings.window >> 32)
                for other in range(max(0, place - radius), min(len(kept), place + radius + 1)):
                    if other == place:
                        continue
                    chosen = [centre]
                    for _ in range(settings.negatives):
                        bits = random.next()
                        slot = (bits >> 32) * len(corpus.words) >> 32
                        low = bits & 0xFFFFFFFF
                        word = int(draws.aliases[slot]) if low > int(draws.thresholds[slot]) else slot
                        if word not in chosen:
                            chosen.append(word)
                    row = inputs[kept[other]].copy()
                    errors = 1 / (1 + np.exp(-outputs[chosen] @ row))
                    errors[0] -= 1
                    inputs[kept[other]] -= steps[sentence] * errors @ outputs[chosen]
                    outputs[chosen] -= steps[sentence] * np.outer(errors, row)
    return inputs, outputs


def test_training_is_word2vecs_algorithm() -> None:
    corpus, settings = zipf_corpus(), small_settings()
    inputs, outputs = plain_training(corpus, settings, seed=7)
    trained = train(corpus, settings, 7, silent, dtype=np.float64)
    np.testing.assert_allclose(trained.inputs, inputs, rtol=1e-10)
    np.testing.assert_allclose(trained.outputs, outputs, rtol=1e-10, atol=1e-14)


def test_single_precision_follows_double_precision() -> None:
    corpus, settings = zipf_corpus(), small_settings()
    single = train(corpus, settings, 1, silent)
    double = train(corpus, settings, 1, silent, dtype=np.float64)
    assert single.inputs.dtype == np.float32
    np.testing.assert_allclose(single.inputs, double.inputs, atol=2e-5)


def test_two_runs_give_the_same_bytes_and_two_seeds_do_not() -> None:
    corpus, settings = zipf_corpus(), small_settings()
    first, second, other = (train(corpus, settings, seed, silent) for seed in (1, 1, 2))
    assert first.inputs.tobytes() == second.inputs.tobytes()
    assert first.contexts.tobytes() == second.contexts.tobytes()
    assert first.inputs.tobytes() != other.inputs.tobytes()


@pytest.mark.parametrize("shuffle", [False, True])
def test_leaving_documents_out_of_a_run_is_training_them_with_step_size_zero(
    monkeypatch: pytest.MonkeyPatch, shuffle: bool
) -> None:
    """So every sentence that stays has the draws, the place, and the step size, that it had."""
    corpus, settings = zipf_corpus(documents=10), small_settings(shuffle_documents=shuffle)
    removed = np.arange(10) % 3 == 1
    left = train(corpus.without(removed), settings, 1, silent, full_corpus=corpus)
    plain = DocumentOrder.steps
    stays = np.repeat(~removed, np.diff(corpus.document_sentences))
    monkeypatch.setattr(
        DocumentOrder, "steps", lambda self, epoch: plain(self, epoch) * stays[self.corpus.sentence_keys]
    )
    stilled = train(corpus, settings, 1, silent)
    assert left.inputs.tobytes() == stilled.inputs.tobytes()
    assert left.outputs.tobytes() == stilled.outputs.tobytes()


def test_contexts_are_means_over_intervals() -> None:
    corpus, settings = zipf_corpus(), small_settings(epochs=1)
    trajectory = train(corpus, settings, 1, silent)
    middle = 2 * trajectory.contexts[0]
    np.testing.assert_allclose(trajectory.contexts[1], 0.5 * (middle + trajectory.outputs), atol=1e-6)
    np.testing.assert_allclose(trajectory.shares, [0.5, 0.5])
    np.testing.assert_allclose(trajectory.step_sizes, [0.3 - 0.25 * 0.25, 0.3 - 0.25 * 0.75])


def test_initial_rows_depend_on_the_word_and_the_seed_alone() -> None:
    alone = initial_rows(["physics"], 8, 3)
    np.testing.assert_array_equal(initial_rows(["poetry", "physics"], 8, 3)[1], alone[0])
    assert (initial_rows(["physics"], 8, 4) != alone).all()
    many = initial_rows([str(number) for number in range(5000)], 10, 1) * 10
    assert many.min() >= -1
    assert many.max() <= 1
    assert abs(many.mean()) < 0.01
    assert abs(many.std() - 1 / np.sqrt(3)) < 0.01


def test_alias_table_has_exactly_the_noise_distribution() -> None:
    wanted = noise_probabilities(np.array([1000, 300, 20, 20, 1]), 0.75)
    thresholds, aliases = alias_table(wanted)
    share = (thresholds.astype(float) + 1) / 2**32
    found = np.zeros(5)
    np.add.at(found, np.arange(5), share / 5)
    np.add.at(found, aliases, (1 - share) / 5)
    np.testing.assert_allclose(found, wanted, atol=1e-9)


def test_keep_probabilities_are_gensims() -> None:
    keep = keep_probabilities(np.array([900, 99, 1]), 0.01)
    expected = [(np.sqrt(f / 0.01) + 1) * 0.01 / f for f in (0.9, 0.099)]
    np.testing.assert_allclose(keep, [*expected, 1.0])
    np.testing.assert_array_equal(keep_probabilities(np.array([9, 1]), 0), [1.0, 1.0])


def test_sigmoid_in_single_precision() -> None:
    values = np.linspace(-20, 20, 10_001)
    exact = 1 / (1 + np.exp(-values))
    np.testing.assert_allclose(sigmoids(values.astype(np.float32)), exact, atol=3e-7, rtol=0)
    np.testing.assert_allclose(sigmoids(values), exact, rtol=1e-12)


def test_padded_rows_fill_cache_lines() -> None:
    rows = np.arange(21, dtype=np.float32).reshape(3, 7)
    padded = padded_rows(rows, spare=1)
    assert padded.shape == (4, 16)
    assert padded.ctypes.data % 64 == 0
    np.testing.assert_array_equal(padded[:3, :7], rows)
    assert (padded[:, 7:] == 0).all()
    assert (padded[3] == 0).all()
