"""Expected co-occurrence counts against the definition, and shares of tokens against their sums."""

import numpy as np

from skipgram_audit.corpus.counts import count_pairs, spread_over_tokens
from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.training.distribution import keep_probabilities
from tests.library.samples import zipf_corpus


def counts_by_definition(
    corpus: EncodedCorpus, words: np.ndarray, keep: np.ndarray, window: int, weights: np.ndarray
) -> np.ndarray:
    """Every subset of the words between is drawn or not, and every radius is as likely as any other."""
    counts = np.zeros((len(words), len(corpus.words)))
    for sentence in range(corpus.sentence_count):
        tokens = corpus.tokens[corpus.sentence_offsets[sentence] : corpus.sentence_offsets[sentence + 1]]
        for place, word in enumerate(tokens):
            for other, context in enumerate(tokens):
                if word in words and other != place:
                    between = keep[tokens[min(place, other) + 1 : max(place, other)]]
                    share = keep[word] * keep[context] * expected_share(between, window)
                    counts[list(words).index(word), context] += weights[sentence] * share
    return counts


def expected_share(between: np.ndarray, window: int) -> float:
    chances = np.array([1.0])
    for probability in between:
        chances = np.convolve(chances, [1 - probability, probability])
    shares = np.maximum(0, window - np.arange(len(chances))) / window
    return float((chances * shares).sum())


def test_counts_are_the_definitions_sum() -> None:
    corpus = zipf_corpus()
    words = np.array([0, 3, 11])
    keep = keep_probabilities(corpus.counts, 0.05)
    weights = np.random.default_rng(0).random(corpus.sentence_count)
    expected = counts_by_definition(corpus, words, keep, 4, weights)
    # Walks end where a pair's probability falls below a thousandth, so a little of the definition's sum is left out.
    np.testing.assert_allclose(count_pairs(corpus, words, keep, 4, weights), expected, rtol=2e-3, atol=2e-3)
    assert expected.sum() > 10


def test_a_corpus_counts_are_the_sum_over_its_documents() -> None:
    corpus = zipf_corpus()
    words, keep = np.array([1, 2]), keep_probabilities(corpus.counts, 0.05)
    parts = []
    for document in range(corpus.document_count):
        removed = np.ones(corpus.document_count, bool)
        removed[document] = False
        parts.append(count_pairs(corpus.without(removed), words, keep, 3))
    np.testing.assert_allclose(np.sum(parts, axis=0), count_pairs(corpus, words, keep, 3), rtol=1e-12)


def test_shares_of_tokens_and_sentences_sum_to_counts_times_table() -> None:
    corpus = zipf_corpus()
    words, keep = np.array([0, 3, 11]), keep_probabilities(corpus.counts, 0.05)
    table = np.random.default_rng(0).standard_normal((3, len(corpus.words)))
    tokens, sentences = np.zeros(len(corpus.tokens)), np.zeros(corpus.sentence_count)
    spread_over_tokens(corpus, words, keep, 4, table, tokens, sentences)
    total = (count_pairs(corpus, words, keep, 4) * table).sum()
    np.testing.assert_allclose([tokens.sum(), sentences.sum()], [total, total], rtol=1e-10)
    by_sentence = np.add.reduceat(tokens, corpus.sentence_offsets[:-1])
    np.testing.assert_allclose(by_sentence, sentences, atol=1e-10)
    for sentence in range(3):
        weights = np.zeros(corpus.sentence_count)
        weights[sentence] = 1
        alone = (count_pairs(corpus, words, keep, 4, weights) * table).sum()
        assert abs(alone - sentences[sentence]) < 1e-10


def test_a_pair_is_split_evenly_between_its_tokens() -> None:
    corpus = zipf_corpus()
    first, second = corpus.tokens[0], corpus.tokens[1]
    keep = np.ones(len(corpus.words))
    table = np.zeros((1, len(corpus.words)))
    table[0, second] = 2.0
    left = corpus.without(np.arange(corpus.document_count) > 0)
    tokens, sentences = np.zeros(len(left.tokens)), np.zeros(left.sentence_count)
    spread_over_tokens(left, np.array([first]), keep, 1, table, tokens, sentences)
    assert first != second
    assert tokens[0] == 1.0
    assert tokens[1] >= 1.0
