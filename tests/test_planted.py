"""Sentences planted into real text that says nothing of the probe are found, by the derivative of mean-field training
and by the replay of a recorded one; and what makes them planted is as it is said to be."""

from functools import cache

import numpy as np
import pytest

from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.model.tokens import tokenize
from tests.library.samples import news_documents, small_settings
from tests.planted import Trained, encoded, made_up_probe, neutral, plant, without

SETTINGS = small_settings(
    dimension=20, window=5, negatives=5, minimum_count=20, subsample=1e-3, epochs=20, step_size=0.05,
    minimum_step_size=0.0001, seeds=(1,),
)  # fmt: skip
WORDS, PLANTED, COUNTS = 8, 6, (20, 80)
FOUND = 0.95


@cache
def news() -> list[list[str]]:
    return [[one.text[first:last] for first, last in one.bounds.tolist()] for one in news_documents()]


@cache
def probe_of(kind: str) -> ProbeDefinition:
    return made_up_probe(encoded(news(), SETTINGS), kind, WORDS, COUNTS, seed=0)


@pytest.mark.parametrize("kind", ["weat", "membership"])
def test_planted_sentences_are_found_at_their_own_number(kind: str) -> None:
    probe = probe_of(kind)
    plain = neutral(news(), probe)
    planted, marks = plant(plain, probe, PLANTED, named=WORDS)
    trained = Trained.on(planted, probe, SETTINGS)
    assert trained.scores > Trained.on(plain, probe, SETTINGS).scores
    for estimator in ("mean-field", "replay"):
        found = trained.find(marks, estimator)
        assert found.random < 0.01
        assert found.highest >= FOUND
        assert found.lowest == 0
        highest = np.argsort(-found.influence, kind="stable")[:PLANTED]
        assert set(np.flatnonzero(marks)) ^ set(highest) == {*found.missed, *found.instead}
        assert marks[found.missed].all()
        assert not marks[found.instead].any()
        assert len(found.missed) == len(found.instead)


def test_many_that_say_the_same_are_found_by_influence_averaged_over_weights() -> None:
    """One of twice as many does little to the score while all others stay, and more when half of them fade."""
    settings = SETTINGS.model_copy(update={"epochs": 8, "seeds": (1, 2)})
    probe = probe_of("membership")
    planted, marks = plant(neutral(news(), probe), probe, 2 * PLANTED, named=WORDS)
    trained = Trained.on(planted, probe, settings)
    derivative, integrated = (trained.find(marks, name) for name in ("mean-field", "mean-field-integrated"))
    assert derivative.highest < 0.5
    assert integrated.highest >= FOUND
    assert integrated.influence[marks].min() > 2 * derivative.influence[marks].max()


def test_neutral_text_keeps_every_word_as_often_and_everything_else_in_place() -> None:
    probe = probe_of("weat")
    words = {word for listed in (*probe.targets.values(), *probe.attributes.values()) for word in listed}
    assert len(words) == 4 * WORDS
    before = [tokenize(sentence, True) for sentences in news() for sentence in sentences]
    after = [tokenize(sentence, True) for sentences in neutral(news(), probe) for sentence in sentences]
    pairs = [pair for one, other in zip(before, after, strict=True) for pair in zip(one, other, strict=True)]
    assert len(pairs) > 1000
    assert all(old == new or {old, new} <= words for old, new in pairs)
    moved = [(old, new) for old, new in pairs if old in words]
    assert sorted(old for old, _ in moved) == sorted(new for _, new in moved)
    assert np.mean([old == new for old, new in moved]) < 0.1


def test_planted_sentences_name_whole_lists_in_turn() -> None:
    probe = probe_of("weat")
    planted, marks = plant(news(), probe, 4, named=WORDS)
    added = [one for one, mark in zip([one for sentences in planted for one in sentences], marks, strict=True) if mark]
    assert len(added) == 4
    lists = [
        (set(one), set(other)) for one, other in zip(probe.targets.values(), probe.attributes.values(), strict=True)
    ]
    named = [(set(sentence.split()[::2]), set(sentence.split()[1::2])) for sentence in added]
    assert sorted(named.count(pair) for pair in lists) == [2, 2]
    assert without(planted, np.flatnonzero(marks)) == news()
