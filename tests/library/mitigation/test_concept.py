"""The direction of a concept by hand, where it comes from, and what cannot be one."""

import numpy as np
import pytest

from skipgram_audit.mitigation.concept import NoDirection, TooFewWords, concept_of, of_lists, of_pairs
from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.probe import built_in_probes
from skipgram_audit.model.word_pairs import built_in_pairs
from tests.library.mitigation.samples import biased_space, vocabulary
from tests.probes import any_probe

WORDS = ["he", "she", "man", "woman", "nurse", "judge"]


def test_the_direction_of_pairs_is_the_axis_of_their_differences() -> None:
    """Differences (2, 0) and (1.6, 0) of unit vectors: the first axis, towards the first words."""
    vectors = np.array([[5.0, 0.0], [-1.0, 0.0], [0.8, 0.6], [-0.8, 0.6], [0.0, 1.0], [1.0, 1.0]])
    concept = of_pairs("gender", [("he", "she"), ("man", "woman")], vocabulary(WORDS))
    np.testing.assert_allclose(concept.direction(vectors), [1.0, 0.0], atol=1e-12)
    turned = of_pairs("gender", [("she", "he"), ("woman", "man")], vocabulary(WORDS))
    np.testing.assert_allclose(turned.direction(vectors), [-1.0, 0.0], atol=1e-12)
    np.testing.assert_allclose(concept.projected(vectors)[4:], [0.0, np.sqrt(0.5)], atol=1e-12)


def test_the_direction_of_lists_is_the_difference_of_their_means() -> None:
    """Means (0.5, 0.5) and (0, 0): along (1, 1)."""
    vectors = np.array([[2.0, 0.0], [0.0, 0.3], [0.0, 4.0], [0.0, -1.0]])
    concept = of_lists("two lists", ["he", "she"], ["man", "woman"], vocabulary(WORDS[:4]))
    np.testing.assert_allclose(concept.direction(vectors), np.sqrt([0.5, 0.5]), atol=1e-12)


def test_words_without_a_common_direction_are_an_error() -> None:
    concept = of_pairs("gender", [("he", "she"), ("man", "woman")], vocabulary(WORDS))
    same = np.ones((6, 3))
    opposed = np.array([[1.0, 0.0], [-1.0, 0.0], [-1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    for vectors in (same, opposed):
        with pytest.raises(NoDirection, match="no direction in common"):
            concept.direction(vectors)


def test_a_probe_takes_the_pair_list_that_it_shares_words_with_or_its_own_lists() -> None:
    probes = built_in_probes()
    pairs = built_in_pairs()["en-gender-definitional"].pairs
    definitional = vocabulary([*(word for pair in pairs for word in pair), "extra"])
    assert concept_of(probes["weat-7"], definitional).paired
    assert "en-gender-definitional" in concept_of(probes["weat-8"], definitional).title
    names = vocabulary([word.lower() for words in probes["weat-6"].targets.values() for word in words])
    found = concept_of(probes["weat-6"], names)
    assert not found.paired
    assert len(found.defining) == 16


def test_pairs_that_the_vocabulary_lacks_are_left_out_and_too_few_are_an_error() -> None:
    corpus = vocabulary(["he", "she", "man", "mother", "father"])
    concept = concept_of(built_in_probes()["weat-7"], corpus, "en-gender-definitional")
    assert [
        (corpus.words[one], corpus.words[other]) for one, other in zip(concept.first, concept.second, strict=True)
    ] == [
        ("he", "she"),
        ("father", "mother"),
    ]
    with pytest.raises(TooFewWords, match="1 of the 10 pairs"):
        concept_of(built_in_probes()["weat-7"], vocabulary(["he", "she", "man"]), "en-gender-definitional")
    with pytest.raises(TooFewWords, match="0 and 1 words"):
        of_lists("two lists", ["him"], ["she"], corpus)


def test_a_probe_without_two_lists_and_an_unknown_list_are_errors() -> None:
    probe = any_probe(
        name="one list", kind="sc-weat", targets={"x": ("he", "she")}, attributes={"a": ("man",), "b": ("woman",)}
    )
    corpus = vocabulary(WORDS)
    with pytest.raises(InvalidInput, match="has 1 list of targets"):
        concept_of(probe, corpus, "targets")
    with pytest.raises(InvalidInput, match="no concept 'en-colour'"):
        concept_of(probe, corpus, "en-colour")


def test_the_most_biased_words_are_the_ends_without_the_defining_words() -> None:
    _, vectors, concept = biased_space(words=100)
    found = concept.most_biased(vectors, 1000)
    cosines = concept.projected(vectors)
    assert len(found.words) == 2 * (100 // 4)
    assert not set(found.words.tolist()) & set(concept.defining.tolist())
    first, second = found.words[found.sides == 1], found.words[found.sides == 0]
    middle = np.setdiff1d(np.arange(4, 104), found.words)
    assert cosines[first].min() >= cosines[middle].max()
    assert cosines[second].max() <= cosines[middle].min()
    assert len(concept.most_biased(vectors, 12).words) == 24
    with pytest.raises(TooFewWords, match="fewest for clusters"):
        concept.most_biased(vectors[:30], 10)
