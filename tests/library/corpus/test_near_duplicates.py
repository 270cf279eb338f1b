"""Groups of near-duplicates: by hand on small texts, against all pairs on many, and what is counted."""

from collections.abc import Sequence

import numpy as np
import pytest

from skipgram_audit.corpus import near_duplicates
from skipgram_audit.corpus.near_duplicates import ALONE, THRESHOLD, DuplicateGroups, Sketches, jaccard, shingles


def found(documents: Sequence[Sequence[str]]) -> DuplicateGroups:
    sketches = Sketches()
    for words in documents:
        sketches.add(words)
    return sketches.groups(lambda number: documents[number], lambda _: None)


def numbered(first: int, last: int) -> list[str]:
    return [f"w{number}" for number in range(first, last)]


def test_shingles_and_their_jaccard_index() -> None:
    assert shingles(["a", "b", "c", "d"]) == frozenset()
    assert shingles(["a", "b", "c", "d", "e", "f"]) == {b"a b c d e", b"b c d e f"}
    # 16 shingles each, of which 15 are shared: 15 / 17
    assert jaccard(shingles(numbered(0, 20)), shingles(numbered(1, 21))) == pytest.approx(15 / 17)


def test_documents_just_alike_enough_are_linked_and_those_just_not_are_left_alone() -> None:
    # 40 shingles each. Moved by 4: 36 / 44 = 0.82. Moved by 5: 35 / 45 = 0.78.
    groups = found([numbered(0, 44), ["x", *numbered(100, 143)], numbered(4, 48), numbered(105, 149)])
    assert groups.first.tolist() == [0, ALONE, 0, ALONE]
    assert (groups.counts.groups, groups.counts.documents, groups.counts.largest) == (1, 2, 2)


def test_a_group_is_all_that_likenesses_connect() -> None:
    moved = [numbered(first, first + 44) for first in (8, 4, 0)]
    assert jaccard(shingles(moved[0]), shingles(moved[2])) < THRESHOLD
    assert found([["other"] * 6, *moved]).first.tolist() == [ALONE, 1, 1, 1]


def test_short_documents_are_duplicates_only_when_all_their_words_are_the_same() -> None:
    groups = found([["he", "left"], [], ["he", "left"], ["she", "left"], [], ["he", "he", "left"]])
    assert groups.first.tolist() == [0, ALONE, 0, ALONE, ALONE, ALONE]
    counts = groups.counts
    assert (counts.by_shingles, counts.by_equality, counts.without_words, counts.pairs) == (0, 4, 2, 0)


def test_documents_without_words_and_no_documents_at_all_are_no_groups() -> None:
    assert found([[], []]).first.tolist() == [ALONE, ALONE]
    assert found([]).first.tolist() == []


def test_the_same_groups_as_from_comparing_all_pairs() -> None:
    generator = np.random.default_rng(3)
    documents = []
    for _ in range(60):
        text = [f"w{word}" for word in generator.integers(0, 3_000, int(generator.integers(20, 200)))]
        documents.append(text)
        for _ in range(int(generator.integers(0, 3))):
            copy = list(text)
            for place in generator.integers(0, len(copy), int(generator.integers(0, 1 + len(copy) // 40))):
                copy[place] = "changed"
            documents.append(copy[int(generator.integers(0, 3)) :])
    order = generator.permutation(len(documents))
    documents = [documents[number] for number in order]
    sets = [shingles(words) for words in documents]
    expected = np.arange(len(documents))
    for one in range(len(documents)):
        for other in range(one):
            if jaccard(sets[one], sets[other]) >= THRESHOLD:
                expected[expected == expected[one]] = expected[other]
    groups = found(documents).first
    assert len(set(groups[groups != ALONE].tolist())) > 20
    for one in range(len(documents)):
        alike = np.flatnonzero(expected == expected[one])
        assert groups[one] == (alike.min() if len(alike) > 1 else ALONE)


def test_many_copies_are_compared_once_each_and_what_is_passed_over_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    base = numbered(0, 300)
    copies = [[*base[:place], "x", *base[place + 1 :]] for place in range(100, 200, 2)]
    counts = found(copies).counts
    assert (counts.groups, counts.documents, counts.pairs, counts.passed_over) == (1, 50, 49, 0)
    monkeypatch.setattr(near_duplicates, "MOST_COMPARED", 3)
    # Half of each is the same: they share bands, and are not alike.
    forms = [[*numbered(0, 150), *(f"v{number}-{place}" for place in range(80))] for number in range(30)]
    counts = found(forms).counts
    assert counts.groups == 0
    assert counts.passed_over > 0
