"""Document vectors and typical words by hand, and maps: like documents together, the same again, nothing left out."""

import numpy as np
import pytest

from skipgram_audit.auditing import document_map
from skipgram_audit.auditing.document_map import NO_WORD, SIDE, document_places, document_vectors, typical_words
from skipgram_audit.corpus.encoding import EncodedCorpus, TextDocument, encode_documents
from tests.library.samples import silent


def corpus_of(*texts: str) -> EncodedCorpus:
    documents = [TextDocument(text, np.array([[0, len(text)]], np.uint32)) for text in texts]
    return encode_documents(documents, len(texts), True, 1, silent)


def two_clouds(documents: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors around two opposite directions, and which of the two each is near."""
    generator = np.random.default_rng(seed)
    near = np.arange(documents) % 2
    centres = np.eye(8)[:2][near]
    vectors = centres + generator.normal(0, 0.1, (documents, 8))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), near


def test_a_document_is_the_weighted_mean_of_its_words_without_what_all_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_map, "TOKENS_AT_ONCE", 2)
    corpus = corpus_of("a a b", "c", "a c c d", "b d")
    inputs = np.random.default_rng(1).normal(size=(4, 3)).astype(np.float32)
    share = corpus.counts / 10
    weighted = (0.001 / (0.001 + share))[:, None] * inputs
    index = corpus.index
    texts = [["a", "a", "b"], ["c"], ["a", "c", "c", "d"], ["b", "d"]]
    means = np.array([np.mean([weighted[index[word]] for word in words], axis=0) for words in texts])
    common = np.linalg.svd(means)[2][0]
    expected = means - np.outer(means @ common, common)
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(document_vectors(corpus, inputs), expected, atol=1e-5)


def test_a_document_without_known_words_has_no_vector_and_no_place() -> None:
    corpus = corpus_of("a b c", "!", "b c d", "c d a", *["a b d"] * 9)
    vectors = document_vectors(corpus, np.random.default_rng(1).normal(size=(4, 6)).astype(np.float32))
    assert not vectors[1].any()
    places = document_places(vectors, 1, silent)
    assert np.isnan(places[1]).all()
    assert np.isfinite(np.delete(places, 1, axis=0)).all()


def test_typical_words_are_those_of_the_largest_tf_idf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_map, "TYPICAL_WORDS", 2)
    corpus = corpus_of("all all all rare", "all both both", "all both other third", "all")
    words = [[corpus.words[one] for one in row if one != NO_WORD] for row in typical_words(corpus).tolist()]
    # "all" is in every document; "both" is in two: twice ln 2 is as much as once ln 4, and its number is lower.
    assert words == [["rare"], ["both"], ["other", "third"], []]


def test_like_documents_lie_together_and_the_same_seed_gives_the_same_map() -> None:
    vectors, near = two_clouds(200)
    fractions: list[float] = []
    places = document_places(vectors, 1, fractions.append)
    assert places.dtype == np.float32
    assert places.min() == 0
    assert places.max() == SIDE
    assert (fractions[-1], fractions) == (1.0, sorted(fractions))
    apart = np.linalg.norm(places[:, None] - places[None], axis=2) + np.diag(np.full(200, np.inf))
    nearest = np.argsort(apart, axis=1)[:, :5]
    assert (near[nearest] == near[:, None]).mean() > 0.99
    assert np.array_equal(places, document_places(vectors, 1, silent))


def test_of_very_many_documents_the_others_lie_among_their_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_map, "MOST_FITTED", 60)
    monkeypatch.setattr(document_map, "PLACED_AT_ONCE", 50)
    vectors, near = two_clouds(200)
    places = document_places(vectors, 3, silent)
    assert np.isfinite(places).all()
    middles = np.array([np.median(places[near == one], axis=0) for one in (0, 1)])
    nearer = np.linalg.norm(places[:, None] - middles, axis=2).argmin(axis=1)
    assert (nearer == near).mean() > 0.95


@pytest.mark.parametrize("documents", [0, 1, 2, 5, 11])
def test_few_documents_have_places_too(documents: int) -> None:
    places = document_places(two_clouds(documents)[0].reshape(documents, 8), 1, silent)
    assert places.shape == (documents, 2)
    assert np.isfinite(places).all()
    assert documents < 2 or len(np.unique(places, axis=0)) == documents


@pytest.mark.parametrize("different", [1, 3])
def test_copies_of_few_documents_have_places(different: int) -> None:
    vectors = np.tile(two_clouds(different)[0], (20, 1))
    assert np.isfinite(document_places(vectors, 1, silent)).all()


def test_a_map_stops_when_progress_raises() -> None:
    class Stop(Exception): ...

    def stop(fraction: float) -> None:
        if fraction > 0.5:
            raise Stop

    with pytest.raises(Stop):
        document_places(two_clouds(100)[0], 1, stop)
