"""First guesses of costs in proportion to sizes, and how earlier runs correct them: by hand."""

import math

import pytest

from skipgram_audit.model.check_plan import CheckPlan
from skipgram_audit.model.cost_laws import (
    CorpusSizes,
    Guess,
    audit_guesses,
    check_guesses,
    import_guesses,
    one_training,
)
from skipgram_audit.model.costs import MachineCosts, MeasuredPhase
from skipgram_audit.model.estimators import DESCRIPTIONS
from skipgram_audit.model.settings import AuditSettings

SIZES = CorpusSizes(documents=10_000, sentences=100_000, tokens=2_000_000, words=20_000, kept=1_900_000)


def seconds(kind: str, settings: AuditSettings, cores: int = 2, probes: int = 1) -> float:
    found = {one.kind: one.seconds for one in audit_guesses(SIZES, settings, [32] * probes, cores)}
    return found[kind]


def test_a_machine_without_runs_tells_first_guesses() -> None:
    forecast = MachineCosts([]).forecast([Guess("train", 20.0), Guess("report", 4.0)])
    assert [phase.seconds for phase in forecast.phases] == [20.0, 4.0]
    assert (forecast.seconds, forecast.runs) == (24.0, 0)


def test_a_run_of_the_same_size_corrects_the_guess() -> None:
    """Weights 1 and 0.05; the machine as a whole took three times as long, of which half counts for 20 s after 20 s."""
    costs = MachineCosts([MeasuredPhase("train", 20.0, 60.0)])
    forecast = costs.forecast([Guess("train", 20.0)])
    assert forecast.seconds == pytest.approx(20.0 * 3.0 ** ((1.0 + 0.05 / 2) / 1.05))
    assert forecast.runs == 1
    # A phase that was never measured takes longer as the others did, and says that it is a guess.
    other = costs.forecast([Guess("influence replay", 5.0)])
    assert other.seconds == pytest.approx(5.0 * 3.0 ** (20.0 / 25.0))
    assert other.runs == 0


def test_the_newest_run_weighs_most_and_so_does_one_of_like_size() -> None:
    newest_first = [MeasuredPhase("train", 20.0, 40.0), MeasuredPhase("train", 20.0, 20.0)]
    expected = 20.0 * 2.0 ** ((1.0 + 0.05 / 2) / (1.0 + 0.5 + 0.05))
    assert MachineCosts(newest_first).forecast([Guess("train", 20.0)]).seconds == pytest.approx(expected)
    # Four times as large: log2 is 2, so the weight is 1 / (1 + 4).
    sizes = [MeasuredPhase("train", 5.0, 20.0), MeasuredPhase("train", 20.0, 20.0)]
    ratio = (0.2 * math.log(4.0) + 0.05 * 0.2 * math.log(4.0)) / (0.2 + 0.5 + 0.05)
    assert MachineCosts(sizes).forecast([Guess("train", 20.0)]).seconds == pytest.approx(20.0 * math.exp(ratio))


def test_the_runs_of_a_job_are_those_of_its_longest_phase() -> None:
    costs = MachineCosts([MeasuredPhase("train", 1.0, 1.0)] * 3 + [MeasuredPhase("influence replay", 9.0, 9.0)])
    assert costs.forecast([Guess("train", 2.0), Guess("influence replay", 10.0)]).runs == 1
    assert costs.forecast([Guess("train", 20.0), Guess("influence replay", 10.0)]).runs == 3


def test_training_is_guessed_by_tokens_epochs_and_rounds() -> None:
    """1.9 million tokens five times at a microsecond, side by side on two cores; half a second to begin."""
    assert one_training(SIZES, AuditSettings()) == pytest.approx(9.5)
    assert seconds("train", AuditSettings()) == pytest.approx(10.0)
    assert seconds("train", AuditSettings(seeds=[1, 2, 3])) == pytest.approx(19.5)
    assert seconds("train", AuditSettings(seeds=[1, 2, 3]), cores=4) == pytest.approx(10.0)
    assert seconds("null", AuditSettings(null_shuffles=5)) == pytest.approx(0.5 + 3 * 9.5)
    assert seconds("null", AuditSettings(null_shuffles=0)) < 0.1


@pytest.mark.parametrize("estimator", DESCRIPTIONS)
def test_every_estimator_has_a_guess_that_grows_with_seeds(estimator: str) -> None:
    kind = f"influence {estimator}"
    one, two = (
        seconds(kind, AuditSettings.model_validate({"estimator": estimator, "seeds": seeds})) for seeds in ([1], [1, 2])
    )
    assert 0 < one < two
    more = seconds(kind, AuditSettings.model_validate({"estimator": estimator, "seeds": [1]}), probes=5)
    assert more >= one


def test_a_check_is_guessed_by_its_trainings_and_predicted_sets() -> None:
    settings = AuditSettings(estimator="replay")
    plan = CheckPlan(plan="halves", sets=12, seeds=[1, 2, 3])
    predict, retrain, _ = check_guesses(SIZES, settings, 1, plan, 2)
    # 37 trainings of a half by two cores: 19 rounds of 4.75 s.
    assert retrain.seconds == pytest.approx(0.5 + 19 * 4.75)
    warm = check_guesses(SIZES, settings, 1, plan.model_copy(update={"warm": True}), 2)[1]
    assert warm.seconds == pytest.approx(0.5 + 20 * 4.75 / 5)
    trained = check_guesses(SIZES, AuditSettings(estimator="mean-field"), 1, plan, 2)[0]
    assert trained.seconds > 5 * predict.seconds
    assert check_guesses(SIZES, settings, 1, plan.model_copy(update={"predict_only": True}), 2)[1].seconds < 0.1


def test_an_import_is_guessed_by_the_bytes_of_its_file() -> None:
    small, large = (import_guesses(size) for size in (1_000_000, 2_000_000))
    assert [one.kind for one in small] == ["import read", "import count", "import compare", "import finish"]
    assert large[0].seconds - small[0].seconds == pytest.approx(0.3)
