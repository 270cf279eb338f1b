"""In which order documents are read."""

from dataclasses import replace

import numpy as np
import pytest

from skipgram_audit.attribution.published.masked_training import document_masks, train_masked
from skipgram_audit.training.checkpoints import checkpoints
from skipgram_audit.training.document_order import DocumentOrder, document_order
from skipgram_audit.training.gpu.batches import train_batches
from skipgram_audit.training.sgd import train
from tests.library.samples import small_settings, zipf_corpus

CORPUS = zipf_corpus(documents=30)
FILE, SHUFFLED = small_settings(), small_settings(shuffle_documents=True)


def silent(_fraction: float) -> None:
    pass


def test_documents_are_read_in_the_order_of_the_corpus_unless_shuffled() -> None:
    reading = DocumentOrder.of(CORPUS, FILE, 1)
    assert reading.corpus is CORPUS
    assert reading.documents.tolist() == list(range(30))
    assert reading.positions.tolist() == CORPUS.sentence_offsets[:-1].tolist()


def test_each_seed_reads_all_documents_in_an_order_of_its_own() -> None:
    orders = [document_order(CORPUS, SHUFFLED, seed) for seed in (1, 2, 1)]
    assert all(sorted(order.tolist()) == list(range(30)) for order in orders)
    assert orders[0].tolist() == orders[2].tolist() != orders[1].tolist()
    reading = DocumentOrder.of(CORPUS, SHUFFLED, 1)
    for place, document in enumerate(orders[0].tolist()):
        read = reading.corpus.tokens[reading.corpus.document_tokens(place)]
        assert read.tolist() == CORPUS.tokens[CORPUS.document_tokens(document)].tolist()
    assert reading.corpus.sentence_keys[0] == 2 * orders[0][0]


def test_orders_are_even() -> None:
    """Over many seeds a document stands anywhere: its mean place is the middle, its places spread as uniform ones."""
    places = np.array([np.argsort(document_order(CORPUS, SHUFFLED, seed)) for seed in range(2000)])
    deviation = np.sqrt((30**2 - 1) / 12)
    assert np.abs(places.mean(axis=0) - 14.5).max() < 4 * deviation / np.sqrt(2000)
    assert places.std(axis=0) == pytest.approx(np.full(30, deviation), rel=0.05)


def test_what_is_left_keeps_its_order_and_in_the_same_run_its_places() -> None:
    removed = np.arange(30) % 4 == 1
    full_corpus, left = DocumentOrder.of(CORPUS, SHUFFLED, 1), CORPUS.without(removed)
    stays = ~removed[full_corpus.documents]
    kept = np.flatnonzero(~removed)
    assert kept[DocumentOrder.of(left, SHUFFLED, 1).documents].tolist() == full_corpus.documents[stays].tolist()
    same_run = DocumentOrder.of(left, SHUFFLED, 1, CORPUS)
    assert same_run.positions.tolist() == full_corpus.positions[np.repeat(stays, 2)].tolist()
    assert same_run.epoch_tokens == len(CORPUS.tokens)
    assert (np.diff(same_run.positions) > 0).all()


def test_values_go_back_to_the_order_of_the_corpus() -> None:
    reading = DocumentOrder.of(CORPUS, SHUFFLED, 3)
    keys = np.stack([reading.corpus.sentence_keys, -reading.corpus.sentence_keys])
    assert reading.sentences_in_corpus_order(keys)[0].tolist() == list(range(60))
    assert reading.sentences_in_corpus_order(keys)[1].tolist() == [-key for key in range(60)]
    assert reading.tokens_in_corpus_order(reading.corpus.tokens).tolist() == CORPUS.tokens.tolist()


def test_documents_without_sentences_are_read_too() -> None:
    sentences = np.array([0, 0, 2, 2, 60])
    corpus = replace(CORPUS, document_sentences=sentences)
    reading = DocumentOrder.of(corpus, SHUFFLED, 1)
    assert sorted(reading.documents.tolist()) == [0, 1, 2, 3]
    assert reading.tokens_in_corpus_order(reading.corpus.tokens).tolist() == CORPUS.tokens.tolist()


def test_a_shuffled_training_is_that_of_the_corpus_in_its_order() -> None:
    in_order = CORPUS.of_documents(document_order(CORPUS, SHUFFLED, 1))
    expected, found = train(in_order, FILE, 1, silent), train(CORPUS, SHUFFLED, 1, silent)
    assert found.inputs.tobytes() == expected.inputs.tobytes()
    assert found.contexts.tobytes() == expected.contexts.tobytes()
    assert found.inputs.tobytes() != train(CORPUS, FILE, 1, silent).inputs.tobytes()


def test_checkpoints_and_masked_training_read_in_the_same_order() -> None:
    in_order = CORPUS.of_documents(document_order(CORPUS, SHUFFLED, 1))
    *_, last = checkpoints(CORPUS, SHUFFLED, 1, 2, silent)
    assert last.inputs.tobytes() == train(CORPUS, SHUFFLED, 1, silent).inputs.tobytes()
    masked = train_masked(CORPUS, SHUFFLED, 1, document_masks(CORPUS, 8, 1), silent)
    expected = train_masked(in_order, FILE, 1, document_masks(in_order, 8, 1), silent)
    assert [one.tobytes() for one in masked] == [one.tobytes() for one in expected]


def test_batches_read_each_seed_in_its_own_order_whatever_trains_beside() -> None:
    settings = SHUFFLED.model_copy(update={"batch_tokens": 8})
    together = train_batches(CORPUS, settings, (1, 2, 3), silent, "cpu")
    for seed, one in zip((1, 2, 3), together, strict=True):
        (alone,) = train_batches(CORPUS, settings, [seed], silent, "cpu")
        in_order = CORPUS.of_documents(document_order(CORPUS, SHUFFLED, seed))
        (expected,) = train_batches(in_order, FILE.model_copy(update={"batch_tokens": 8}), [seed], silent, "cpu")
        assert one.inputs.tobytes() == alone.inputs.tobytes() == expected.inputs.tobytes()
        assert one.pairs == alone.pairs == expected.pairs
