"""Turn-over training: masks, what an update may touch, and the plain kernel's model where nothing is masked."""

import numpy as np

from skipgram_audit.attribution.published.masked_training import (
    document_masks,
    random_masks,
    train_masked,
    train_masked_sentences,
)
from skipgram_audit.training.distribution import sampling
from skipgram_audit.training.kernel import train_sentences
from skipgram_audit.training.randomness import initial_rows
from skipgram_audit.training.vectors import padded_rows
from tests.library.samples import silent, small_settings, zipf_corpus


def test_masks_are_balanced_deterministic_and_a_documents_own() -> None:
    corpus = zipf_corpus(documents=200)
    masks = document_masks(corpus, 9, 1)
    assert (masks.sum(axis=1) == 4).all()
    assert np.abs(masks.mean(axis=0) - 4 / 9).max() < 0.15
    np.testing.assert_array_equal(masks, document_masks(corpus, 9, 1))
    assert (masks != document_masks(corpus, 9, 2)).any(axis=1).mean() > 0.9
    assert (masks != document_masks(corpus, 9, 1, number=1)).any(axis=1).mean() > 0.9
    removed = np.arange(200) % 3 == 0
    np.testing.assert_array_equal(document_masks(corpus.without(removed), 9, 1), masks[~removed])
    assert (random_masks(50, 9, 1).sum(axis=1) == 4).all()


def test_a_document_touches_its_own_half_only() -> None:
    corpus, settings = zipf_corpus(), small_settings()
    masks = document_masks(corpus, settings.dimension, 1)
    generator = np.random.default_rng(0)
    start = [generator.normal(size=(30, 8)).astype(np.float32) for _ in range(2)]
    inputs, outputs = padded_rows(start[0]), padded_rows(start[1], spare=1)
    documents = np.repeat(np.arange(20), 2)
    draws = sampling(corpus.counts, settings, 1)
    arrays = (corpus.tokens, corpus.sentence_offsets, corpus.sentence_keys)
    train_masked_sentences(*arrays, np.full(40, 0.3), 0, 10, 12, draws, documents, masks, inputs, outputs)
    for before, after in zip(start, (inputs[:, :8], outputs[:-1, :8]), strict=True):
        np.testing.assert_array_equal(after[:, ~masks[5]], before[:, ~masks[5]])
        assert (after[:, masks[5]] != before[:, masks[5]]).any()
    assert (inputs[:, 8:] == 0).all()
    assert (outputs[-1] == 0).all()


def test_with_two_complementary_masks_each_half_is_a_training_of_its_own() -> None:
    """So leaving out a document leaves the half that never saw it as it was, bit by bit."""
    corpus, settings = zipf_corpus(), small_settings()
    half = np.arange(8) < 4
    first = np.arange(20) % 2 == 0
    masks = np.where(first[:, None], half, ~half)
    removed = first & (np.arange(20) < 10)
    full_corpus = train_masked(corpus, settings, 1, masks, silent)
    left = train_masked(corpus.without(removed), settings, 1, masks[~removed], silent, full_corpus=corpus)
    for before, after in zip(full_corpus, left, strict=True):
        assert before[:, ~half].tobytes() == after[:, ~half].tobytes()
        assert np.abs(before[:, half] - after[:, half]).max() > 1e-3


def test_with_all_dimensions_it_is_the_plain_training_in_other_units() -> None:
    """2 w.c is the product of rows longer by the root of 2, whose steps are then twice as large."""
    corpus, settings = zipf_corpus(documents=5), small_settings()
    draws = sampling(corpus.counts, settings, 1)
    start = initial_rows(corpus.words, 8, 1)
    arrays = (corpus.tokens, corpus.sentence_offsets, corpus.sentence_keys)
    inputs, outputs = padded_rows(start), padded_rows(np.zeros_like(start), spare=1)
    longer, others = padded_rows(np.sqrt(np.float32(2)) * start), padded_rows(np.zeros_like(start), spare=1)
    documents, everything = np.repeat(np.arange(5), 2), np.ones((5, 8), np.bool_)
    train_masked_sentences(*arrays, np.full(10, 0.1), 0, 0, 10, draws, documents, everything, inputs, outputs)
    train_sentences(*arrays, np.full(10, 0.2), 0, 0, 10, draws, longer, others)
    np.testing.assert_allclose(np.sqrt(2) * inputs, longer, atol=1e-5)
    np.testing.assert_allclose(np.sqrt(2) * outputs, others, atol=1e-5)
    assert np.abs(outputs).max() > 0.1
