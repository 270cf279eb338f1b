"""From texts to token arrays and back to places in the text."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from skipgram_audit.corpus.encoding import EncodedCorpus, TextDocument, encode_documents
from skipgram_audit.corpus.sentences import sentence_bounds
from skipgram_audit.model.engine_errors import UnusableCorpus
from tests.library.samples import silent, zipf_corpus

TEXTS = [
    "She studied physics. He studied poetry!",
    "",
    "Physics, physics and physics — she said 😀. Straße and STRASSE are one word when folded.",
]


def encode(texts: list[str], minimum_count: int = 1, casefold: bool = True) -> EncodedCorpus:
    documents = (TextDocument(text, sentence_bounds(text, "en")) for text in texts)
    return encode_documents(documents, len(texts), casefold, minimum_count, silent)


def test_tokens_are_word_ids_by_sentence_and_document() -> None:
    corpus = encode(TEXTS)
    sentences = [
        [corpus.words[token] for token in corpus.tokens[first:last]]
        for first, last in zip(corpus.sentence_offsets, corpus.sentence_offsets[1:], strict=False)
    ]
    assert sentences[:3] == [
        ["she", "studied", "physics"],
        ["he", "studied", "poetry"],
        ["physics", "physics", "and", "physics", "she", "said"],
    ]
    assert corpus.document_sentences.tolist() == [0, 2, 2, 4]
    assert corpus.words[0] == "physics"
    assert corpus.counts[0] == 4
    assert corpus.counts[corpus.index["strasse"]] == 2


def test_case_is_kept_when_not_folded() -> None:
    corpus = encode(TEXTS, casefold=False)
    assert "She" in corpus.index
    assert "she" in corpus.index


def test_rare_words_are_dropped_and_counted() -> None:
    corpus, whole = encode(TEXTS, minimum_count=2), encode(TEXTS)
    assert set(corpus.words) == {"physics", "she", "studied", "and", "strasse"}
    assert len(corpus.tokens) + corpus.dropped_tokens == len(whole.tokens)
    assert corpus.sentence_count == whole.sentence_count


@pytest.mark.parametrize("minimum_count", [1, 2])
def test_tokens_are_found_again_in_the_text(minimum_count: int) -> None:
    corpus = encode(TEXTS, minimum_count)
    for number, text in enumerate(TEXTS):
        starts, lengths = corpus.locate(text, sentence_bounds(text, "en"))
        found = [text[start : start + length].casefold() for start, length in zip(starts, lengths, strict=True)]
        assert found == [corpus.words[token] for token in corpus.tokens[corpus.document_tokens(number)]]


def test_without_keeps_identities_and_recounted_counts_anew() -> None:
    corpus = encode(TEXTS)
    left = corpus.without(np.array([False, True, True]))
    assert left.document_sentences.tolist() == [0, 2]
    assert left.sentence_keys.tolist() == [0, 1]
    assert left.words == corpus.words
    assert left.counts is corpus.counts
    anew = left.recounted(1)
    assert sorted(anew.words) == ["he", "physics", "poetry", "she", "studied"]
    assert anew.words[0] == "studied"
    assert anew.counts.tolist() == [2, 1, 1, 1, 1]


def test_saving_loses_nothing(tmp_path: Path) -> None:
    corpus = encode(TEXTS, 2)
    corpus.save(tmp_path / "corpus.npz")
    again = EncodedCorpus.load(tmp_path / "corpus.npz")
    assert again.words == corpus.words
    assert again.dropped_tokens == corpus.dropped_tokens
    np.testing.assert_array_equal(again.tokens, corpus.tokens)
    corpus.save(tmp_path / "again.npz")
    assert (tmp_path / "corpus.npz").read_bytes() == (tmp_path / "again.npz").read_bytes()


@pytest.mark.parametrize("texts", [[], [""], ["physics physics physics"], ["one two three four"]])
def test_a_vocabulary_too_small_is_an_error_that_says_what_to_do(texts: list[str]) -> None:
    with pytest.raises(UnusableCorpus, match="Lower the minimum count"):
        encode(texts, minimum_count=2)


def test_case_follows_the_language_and_is_kept_with_the_corpus(tmp_path: Path) -> None:
    texts = ["İş iş KADIN kadın", "İSTANBUL i\u0307stanbul ISPARTA"]
    documents = [TextDocument(text, sentence_bounds(text, "tr")) for text in texts]
    encode_documents(documents, 2, True, 1, silent, "tr").save(tmp_path / "corpus.npz")
    corpus = EncodedCorpus.load(tmp_path / "corpus.npz")
    counts = dict(zip(corpus.words, corpus.counts.tolist(), strict=True))
    assert counts == {"iş": 2, "kadın": 2, "istanbul": 2, "ısparta": 1}
    assert corpus.form("İSTANBUL") == "istanbul"
    assert corpus.locate(texts[1], documents[1].bounds)[1].tolist() == [8, 9, 7]


def test_without_sentences_each_other_one_stays_in_its_document() -> None:
    corpus = zipf_corpus()
    removed = np.random.default_rng(2).random(corpus.sentence_count) < 0.4
    left = corpus.without_sentences(removed)
    assert left.document_count == corpus.document_count
    assert left.sentence_keys.tolist() == corpus.sentence_keys[~removed].tolist()
    lost = [int(removed[first:last].sum()) for first, last in itertools.pairwise(corpus.document_sentences.tolist())]
    assert np.diff(left.document_sentences).tolist() == (np.diff(corpus.document_sentences) - lost).tolist()
    offsets, kept = corpus.sentence_offsets, np.flatnonzero(~removed)
    for number, sentence in enumerate(kept.tolist()):
        tokens = left.tokens[left.sentence_offsets[number] : left.sentence_offsets[number + 1]]
        assert tokens.tolist() == corpus.tokens[offsets[sentence] : offsets[sentence + 1]].tolist()
    whole = corpus.without_sentences(corpus.by_sentence(np.arange(corpus.document_count) == 3))
    assert whole.tokens.tolist() == corpus.without(np.arange(corpus.document_count) == 3).tokens.tolist()
