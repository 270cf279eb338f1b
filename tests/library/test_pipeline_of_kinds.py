"""An audit by replay of every kind of probe beside WEAT, on real news text: estimators need only the score."""

from pathlib import Path

import numpy as np
import pytest
import torch

from skipgram_audit.attribution.replay.estimator import ReplayModel
from skipgram_audit.auditing.pipeline import AuditPipeline
from tests.library.samples import news_documents, silent, small_settings
from tests.probes import any_probe

HE: dict[str, tuple[str, ...]] = {"He": ("he", "man", "his", "unicorn")}
SHE: dict[str, tuple[str, ...]] = {"She": ("she", "woman", "her", "their")}
STATE: dict[str, tuple[str, ...]] = {"State": ("government", "minister")}
FAMILY: dict[str, tuple[str, ...]] = {"Family": ("family", "children")}
PROBES = (
    any_probe("single category", "sc-weat", STATE, {**HE, **SHE}),
    any_probe("group", "membership", STATE, {**HE, **SHE, **FAMILY}),
    any_probe("norms", "rnd", {**HE, **SHE}, STATE),
    any_probe("products", "ripa", {**HE, **SHE}, STATE),
    any_probe("direct", "direct-bias", {**HE, **SHE}, STATE, {"exponent": 1.0}),
    any_probe("cosines", "mac", {**HE, **SHE}, {**STATE, **FAMILY}),
    any_probe("turned", "rnd", {**SHE, **HE}, STATE),
    any_probe("no pair", "ripa", {"He": ("he",), "It": ("unicorn",)}, STATE),
)


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> AuditPipeline:
    settings = small_settings(
        dimension=25, window=5, negatives=5, minimum_count=3, subsample=1e-3, epochs=3, step_size=0.025,
        minimum_step_size=1e-4,
    )  # fmt: skip
    folder: Path = tmp_path_factory.mktemp("kinds")
    pipeline = AuditPipeline(folder, settings, PROBES, "cpu")
    documents = news_documents()[:150]
    pipeline.encode(documents, len(documents), silent)
    pipeline.train(silent)
    pipeline.influence(silent)
    return pipeline


def test_every_kind_is_measured_and_its_influences_add_up(pipeline: AuditPipeline) -> None:
    *measured, without_pair = pipeline.results()
    assert not without_pair.outcome.measured
    for probe, result in zip(PROBES, measured, strict=False):
        outcome = result.outcome
        assert outcome.measured, outcome.reason
        assert outcome.score is not None
        assert (outcome.p_value is not None) == (outcome.mean_difference is not None) == (probe.kind == "sc-weat")
        assert result.attribution is not None
        documents = result.attribution.documents.influence
        largest = np.abs(documents).max()
        assert largest > 0
        offsets = pipeline.corpus.document_sentences
        sentences = np.add.reduceat(result.attribution.sentences.influence, offsets[:-1])
        np.testing.assert_allclose(sentences, documents, atol=1e-6 * largest)
        tokens = [result.attribution.tokens[pipeline.corpus.document_tokens(number)].sum() for number in range(150)]
        np.testing.assert_allclose(tokens, documents, atol=1e-5 * largest)


def test_exchanging_the_groups_turns_every_sign(pipeline: AuditPipeline) -> None:
    results = {result.outcome.name: result for result in pipeline.results()}
    one, other = results["norms"], results["turned"]
    assert one.outcome.score == pytest.approx(-(other.outcome.score or 0.0))
    assert one.attribution is not None
    assert other.attribution is not None
    one_way, other_way = one.attribution.documents.influence, other.attribution.documents.influence
    np.testing.assert_allclose(one_way, -other_way, atol=1e-5 * np.abs(one_way).max())


def test_influences_are_the_change_when_a_document_counts_a_little_less(pipeline: AuditPipeline) -> None:
    """The strongest document of each kind, weighted down by 2%; whole documents bend the score of a direction of three
    pairs, so the derivative is what can be checked."""
    problem = pipeline._problem()
    model = ReplayModel(problem, torch.float64)
    replay = model.replay(pipeline.trajectories[0], silent)
    before, offsets = model.values(replay.vectors), pipeline.corpus.document_sentences
    influences = np.add.reduceat(pipeline.influences.sentences[:, 0], offsets[:-1], axis=1)
    for row, by_document in enumerate(influences):
        strongest = int(np.abs(by_document).argmax())
        without = model.counts_without(np.arange(150) == strongest)
        less = model.counts + 0.02 * (without - model.counts)
        change = (model.values(replay.run(replay.tensor(less)))[row] - before[row]) / 0.02
        assert change == pytest.approx(-by_document[strongest], rel=0.04), PROBES[row].name
