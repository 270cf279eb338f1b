"""Estimators that know a score only as a function of vectors answer for every kind of probe, on real news text."""

import numpy as np
import pytest
import torch

from skipgram_audit.attribution.estimators import ESTIMATORS
from skipgram_audit.attribution.protocol import InfluenceProblem
from skipgram_audit.attribution.published import turnover
from skipgram_audit.attribution.published.masked_training import random_masks
from skipgram_audit.attribution.published.turnover import differences_between_halves
from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.probes.kinds import KINDS, resolve
from skipgram_audit.probes.word_lists import WordListScore
from skipgram_audit.training.sgd import train
from tests.library.samples import news_corpus, silent, small_settings
from tests.probes import any_probe

GROUPS: dict[str, tuple[str, ...]] = {"He": ("he", "man", "his"), "She": ("she", "woman", "her")}
STATE: dict[str, tuple[str, ...]] = {"State": ("government", "minister")}
FAMILY: dict[str, tuple[str, ...]] = {"Family": ("family", "children")}
PROBES = (
    any_probe("weat", "weat", GROUPS, {**STATE, **FAMILY}),
    any_probe("single category", "sc-weat", STATE, GROUPS),
    any_probe("group", "membership", STATE, {**GROUPS, **FAMILY}),
    any_probe("norms", "rnd", GROUPS, STATE),
    any_probe("products", "ripa", GROUPS, STATE),
    any_probe("direct", "direct-bias", GROUPS, STATE, {"exponent": 1.0}),
    any_probe("cosines", "mac", GROUPS, {**STATE, **FAMILY}),
)


@pytest.fixture(scope="module")
def problem() -> InfluenceProblem:
    corpus: EncodedCorpus = news_corpus().without(np.arange(300) >= 100)
    settings = small_settings(
        dimension=10, subsample=1e-3, epochs=2, step_size=0.025, minimum_step_size=1e-4, seeds=(1,)
    )
    scores = [resolve(probe, corpus) for probe in PROBES]
    assert {probe.kind for probe in PROBES} == set(KINDS)
    assert all(isinstance(score, WordListScore) for score in scores)
    return InfluenceProblem(corpus, settings, [train(corpus, settings, 1, silent)], scores, "cpu", 1)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["gradient", "mirrored", "turn-over", "recount-ppmi"])
def test_every_kind_has_influences_that_add_up(
    problem: InfluenceProblem, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turnover, "MASKS", 1)
    influences = ESTIMATORS[name].influences(problem, silent)
    assert np.isfinite(influences.scores).all()
    largest = np.abs(influences.sentences).max(axis=(1, 2))
    assert (largest > 0).all()
    sentences = np.add.reduceat(influences.tokens.astype(float), problem.corpus.sentence_offsets[:-1], axis=1)
    empty = np.diff(problem.corpus.sentence_offsets) == 0
    sentences[:, empty] = 0.0
    np.testing.assert_allclose(sentences / largest[:, None], influences.sentences[:, 0] / largest[:, None], atol=1e-5)


def test_every_kind_is_taken_in_both_halves_alone(problem: InfluenceProblem) -> None:
    masks = random_masks(5, 10, 3)
    for score in problem.scores:
        rows = torch.tensor(problem.trajectories[0].inputs[score.words]).double() * 10
        found = differences_between_halves(score, rows, torch.from_numpy(masks), silent)
        scaled = rows * np.sqrt(2)
        expected = [float(score(scaled * torch.tensor(mask)) - score(scaled * torch.tensor(~mask))) for mask in masks]
        np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-12)
