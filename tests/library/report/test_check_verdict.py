"""What is said of a check: the answer, and the sentence with its numbers. Scores are made by tests/check_sample.py."""

import math
from typing import Any

import numpy as np
import pytest

from skipgram_audit.model.check_plan import CheckPlan, Measure, ProbeJudgement
from skipgram_audit.report.check_sentences import comparison_sentence, plan_sentence, set_measures
from skipgram_audit.report.check_verdict import COUNTED, NOT_ADDED, TITLES, Verdict, together, verdict
from skipgram_audit.report.set_findings import misleading, random_documents
from skipgram_audit.retraining.agreement import NO_CONTROLS, comparison
from tests.check_sample import judged

ERRORS = np.array([-1.0, 0.0, 1.0]) * math.sqrt(3)
"""Three values whose mean is 0, with the standard error 1."""


def judgements(noise: float = 0.05, **plan: Any) -> tuple[CheckPlan, list[ProbeJudgement]]:
    made = CheckPlan(**{"probe": "weat-6", "seeds": [1, 2, 3], **plan})
    return made, judged(made, noise=noise).probes


@pytest.mark.parametrize(
    ("plan", "noise", "answer", "said"),
    [
        ({"plan": "halves", "sets": 14}, 0.02, "yes", "which would hide a difference of up to 0.0"),
        ({"plan": "halves", "sets": 14}, 0.05, "partly", "correlate at 0.97, where the seeds' noise allows 0.98"),
        ({"plan": "halves", "sets": 14}, 0.5, "no", "they say little of what happens when such sets go"),
        ({"plan": "tenths", "sets": 3}, 0.05, "unknown", "3 sets are too few"),
        ({"plan": "tenths", "sets": 5}, 0.05, "unknown", "5 sets are too few to trust a correlation"),
        ({"plan": "extremes", "documents": 3, "sets": 4}, 0.001, "yes", "−0.642 where −0.641 was predicted"),
        ({"plan": "extremes", "documents": 3, "sets": 4}, 0.02, "yes", "not told apart from the prediction by 3 seeds"),
        ({"plan": "extremes", "documents": 3, "sets": 4}, 0.05, "partly", "Of one of the two sets, 3 seeds would hide"),
        (
            {"plan": "extremes", "documents": 3, "sets": 4},
            0.2,
            "unknown",
            "hide a difference of up to 0.245. Take four",
        ),
        ({"plan": "turning", "sets": 2}, 0.05, "yes", "from 1.25 to −0.24 ± 0.01; −0.19 was predicted"),
        ({"plan": "chosen", "positions": [1, 5, 6], "sets": 4}, 0.001, "yes", "far from what random documents"),
        (
            {"plan": "chosen", "positions": [1, 5, 6], "sets": 4},
            0.05,
            "yes",
            "not told apart from the prediction by 3 seeds",
        ),
    ],
)
def test_the_answer_and_its_reason(plan: dict[str, Any], noise: float, answer: str, said: str) -> None:
    made, found = judgements(noise, **plan)
    one = verdict(made, found[0], 0.0)
    assert (one.answer, one.title) == (answer, TITLES[answer])
    assert said in one.sentence


def test_no_check_hides_another() -> None:
    """The newest first, as reports have them; their order makes no difference."""
    answers = ["yes", "no", "unknown", "no"]
    found = [Verdict(answer, "Why.") for answer in answers]
    told = together(found)
    assert together(found[::-1]) == told
    for answer, count in (("yes", 1), ("no", 2), ("unknown", 1)):
        assert f"{COUNTED[answer]} {count}" in told
    assert COUNTED["partly"] not in told
    assert "4 times" in told
    assert TITLES["yes"] not in told
    assert together(found[:1]).endswith(TITLES["yes"])
    assert "2 times" in together([found[1], found[3]])
    assert "No check" in together([])


@pytest.mark.parametrize("plan", ["chosen", "extremes"])
def test_a_check_that_knows_no_sums_says_that_it_does_not_warn(plan: str) -> None:
    """Of version 0.2.0."""
    named = {"positions": [1, 5, 6]} if plan == "chosen" else {"documents": 3}
    made, found = judgements(0.001, plan=plan, sets=4, **named)
    assert NOT_ADDED not in verdict(made, found[0], 0.0).sentence
    earlier = [one.model_copy(update={"added": None}) for one in found[0].comparisons]
    told = verdict(made, found[0].model_copy(update={"comparisons": earlier}), 0.0)
    assert NOT_ADDED in told.sentence
    assert told.answer == verdict(made, found[0], 0.0).answer


@pytest.mark.parametrize(
    ("error", "distance", "answer"),
    [
        (0.005, -5.0, "yes"), (0.005, -1.0, "partly"), (0.005, None, "yes"),
        (0.2, -1.6, "unknown"), (0.2, -5.0, "unknown"),
    ],
)  # fmt: skip
def test_noise_that_hides_any_change_confirms_nothing(error: float, distance: float | None, answer: str) -> None:
    """A change of -0.13 where -0.12 was predicted; with an error of 0.2 nothing at all would fit as well."""
    made, found = judgements(0.001, plan="chosen", positions=[1, 5, 6], sets=4)
    one = (
        found[0]
        .comparisons[0]
        .model_copy(
            update={
                "predicted": Measure(value=-0.12, error=0.001),
                "actual": Measure(value=-0.13, error=error),
                "distance": Measure(value=distance),
                "bound": 4.3,
                "within": True,
            }
        )
    )
    told = verdict(made, found[0].model_copy(update={"comparisons": [one]}), 0.0)
    assert told.answer == answer
    assert ("no change at all" in told.sentence) == (answer == "unknown")


@pytest.mark.parametrize("plan", ["chosen", "extremes"])
@pytest.mark.parametrize(("apart", "answer"), [(0.9, "yes"), (1.1, "no")])
def test_a_change_beyond_the_noise_of_the_seeds_is_not_as_predicted(plan: str, apart: float, answer: str) -> None:
    """Predicted exactly and found with an error of 0.01 by three seeds: 2 degrees of freedom, of which t is 4.303."""
    named = {"positions": [1, 5, 6]} if plan == "chosen" else {"documents": 3}
    made, found = judgements(plan=plan, sets=0, **named)
    compared = [
        comparison(
            one.number, np.array([0.5]), 0.0, np.zeros(3), 0.5 + (ERRORS + apart * 4.302653) * 0.01, []
        )
        for one in found[0].comparisons
    ]  # fmt: skip
    told = verdict(made, found[0].model_copy(update={"comparisons": compared}), 0.0)
    assert told.answer == answer
    assert ("not as predicted" in told.sentence) == (answer == "no")


@pytest.mark.parametrize("plan", ["chosen", "extremes"])
def test_changes_that_the_noise_hides_confirm_nothing(plan: str) -> None:
    """0.04 with an error of 0.01 by three seeds is 4 errors from 0; 4.303 are needed. Differences of 0.043 are hidden,
    a third of 0.129."""
    named = {"positions": [1, 5, 6]} if plan == "chosen" else {"documents": 3}
    for size, answer in ((0.04, "unknown"), (0.05, "unknown"), (0.128, "unknown"), (0.13, "yes")):
        made, found = judgements(plan=plan, sets=0, **named)
        compared = [
            comparison(one.number, np.array([size]), 0.0, np.zeros(3), size + ERRORS * 0.01, [])
            for one in found[0].comparisons
        ]
        assert verdict(made, found[0].model_copy(update={"comparisons": compared}), 0.0).answer == answer


def test_of_two_sets_the_one_without_controls_is_named() -> None:
    made, found = judgements(0.001, plan="extremes", documents=3, sets=4)
    first, second = found[0].comparisons
    values = np.array([0.5]), 0.0, np.zeros(3), 0.5 + ERRORS * 0.01
    alone = comparison(first.number, *values, [], "It is too large.")
    told = verdict(made, found[0].model_copy(update={"comparisons": [alone, second]}), 0.0)
    assert told.answer == "partly"
    assert "It is too large. The other set lies far" in told.sentence


@pytest.mark.parametrize("plan", ["chosen", "extremes"])
def test_a_set_without_controls_says_why(plan: str) -> None:
    named = {"positions": [1, 5, 6]} if plan == "chosen" else {"documents": 3}
    made, found = judgements(plan=plan, sets=0, **named)
    values = np.array([0.5]), 0.0, np.zeros(3), 0.5 + ERRORS * 0.01
    for reason, said in (("It is too large.", "It is too large."), (NO_CONTROLS, NO_CONTROLS)):
        compared = [comparison(one.number, *values, [], reason) for one in found[0].comparisons]
        told = verdict(made, found[0].model_copy(update={"comparisons": compared}), 0.0)
        assert told.sentence.count(said) == 1


@pytest.mark.parametrize(
    ("seeds", "error", "target", "answer"),
    [
        (4, 0.07, 0.0, "yes"), (4, 0.08, 0.0, "partly"), (2, 0.01, 0.0, "yes"), (2, 0.07, 0.0, "partly"),
        (4, 0.14, 0.2, "partly"), (4, 0.13, 0.2, "yes"), (2, 0.13, 0.2, "partly"),
    ],
)  # fmt: skip
def test_a_target_is_reached_for_sure_by_students_t(seeds: int, error: float, target: float, answer: str) -> None:
    """The score comes to -0.24; t is 12.706 for two seeds and 3.182 for four."""
    made, found = judgements(plan="turning", sets=2, seeds=list(range(1, seeds + 1)))
    one = found[0].comparisons[0]
    after = Measure(value=-0.24, error=error)
    told = found[0].model_copy(
        update={"target": target, "comparisons": [one.model_copy(update={"score_actual": after})]}
    )
    assert verdict(made, told, 0.0).answer == answer


@pytest.mark.parametrize(("plan", "answer"), [("extremes", "yes"), ("turning", "unknown")])
def test_of_another_probe_it_is_said_for_which_the_documents_were_chosen(plan: str, answer: str) -> None:
    made, found = judgements(plan=plan, sets=2)
    other = verdict(made, found[1], 0.0)
    assert other.answer == answer
    assert "chosen for weat-6" in other.sentence


def test_measures_are_named_and_the_lds_is_that_of_random_sets() -> None:
    for plan, name in (("halves", "LDS (Spearman)"), ("singles", "Spearman")):
        made, found = judgements(plan=plan, sets=14, documents=14)
        agreement = found[0].agreement
        assert agreement is not None
        measures = {one.name: one for one in set_measures(agreement, made)}
        assert next(iter(measures)) == name
        assert measures["Pearson"].value.startswith("0.97")
        assert len(measures) == 7
        assert all(one.note for one in measures.values())


def test_a_set_is_held_against_its_controls() -> None:
    made, found = judgements(plan="extremes", documents=3, sets=4)
    amplifying, mitigating = found[0].comparisons
    for one in (amplifying, mitigating):
        assert f"explains up to {one.bound:.1f}: " in comparison_sentence(one, made)[0]
    for one, side in ((amplifying, "below"), (mitigating, "above")):
        last = comparison_sentence(one, made)[-1]
        assert last.startswith("4 random controls")
        assert f"standard deviations {side}; another random set would lie within 3.6." in last


@pytest.mark.parametrize("warm", [False, True])
@pytest.mark.parametrize("same_run", [False, True])
@pytest.mark.parametrize("unit", ["documents", "sentences"])
def test_how_it_was_trained_names_what_goes(unit: str, same_run: bool, warm: bool) -> None:
    plan = CheckPlan(plan="turning", probe="weat-6", unit=unit, same_run=same_run, warm=warm)
    told = plan_sentence(plan, 5)
    assert not {"{", "}"} & set(told)
    assert ("Warm start" in told) == warm
    if warm:
        assert f"What the {unit} taught" in told


def extremes_of(*sets: tuple[float, float, float, float | None], seeds: int = 2) -> tuple[CheckPlan, ProbeJudgement]:
    """A check of extremes with sets of (predicted, actual, standard error of either, minus the summed influences)."""
    made, found = judgements(plan="extremes", documents=3, sets=0, seeds=list(range(1, seeds + 1)))
    spread = np.linspace(-1, 1, seeds)
    spread /= spread.std(ddof=1) / math.sqrt(seeds)
    compared = [
        comparison(number, predicted + spread * error, 0.0, np.zeros(seeds), actual + spread * error, [], added=added)
        for number, (predicted, actual, error, added) in enumerate(sets, start=1)
    ]
    return made, found[0].model_copy(update={"comparisons": compared})


@pytest.mark.parametrize(("seeds", "answer"), [(2, "unknown"), (4, "no")])
def test_a_third_too_large_is_no_success_of_two_seeds(seeds: int, answer: str) -> None:
    """+0.42 for +0.55, 4.2 standard errors apart: two seeds explain 4.3 of them, and four 2.4."""
    made, found = extremes_of((0.55, 0.42, 0.13 / 4.2 / math.sqrt(2), None), seeds=seeds)
    one = found.comparisons[0]
    assert one.difference.value == pytest.approx(-4.2)
    told = verdict(made, found, 0.0)
    assert (one.within, told.answer) == (seeds == 2, answer)
    assert ("Take four seeds" in told.sentence) == (seeds == 2)


@pytest.mark.parametrize(("error", "answer"), [(0.001, "partly"), (0.05, "unknown")])
def test_a_set_that_misses_its_target_is_no_success(error: float, answer: str) -> None:
    """Predicted to go from 1.25 to 1.05, as four seeds find; no document more may go."""
    made, found = judgements(plan="turning", sets=0, seeds=[1, 2, 3, 4])
    after = 1.05 + np.array([-1.0, 1.0, -1.0, 1.0]) * math.sqrt(3) * error
    one = comparison(1, np.array([-0.2]), 1.25, np.full(4, 1.25), after, [])
    told = verdict(made, found[0].model_copy(update={"comparisons": [one]}), 0.0)
    assert told.answer == answer


@pytest.mark.parametrize(
    ("predicted", "error", "answer"), [(-0.56, 0.45 / 8.5, "partly"), (-0.11, 0.0001, "yes"), (-0.11, 0.01, "partly")]
)
def test_a_mean_change_that_two_seeds_hide_is_not_called_equal(predicted: float, error: float, answer: str) -> None:
    """Fourteen halves in the right order; on average -0.11, where -0.56 is 8.5 standard errors away and 11.9 pass."""
    made, found = judgements(0.001, plan="halves", sets=14, seeds=[1, 2])
    assert found[0].agreement is not None
    changed = {
        "mean_actual": -0.11, "mean_predicted": predicted, "size_predicted": abs(predicted),
        "shift": Measure(value=-0.11 - predicted, error=error), "shift_bound": 11.9,
    }  # fmt: skip
    agreement = found[0].agreement.model_copy(update=changed)
    told = verdict(made, found[0].model_copy(update={"agreement": agreement}), 0.0)
    assert told.answer == answer
    assert "equal" not in told.sentence
    assert ("Take four seeds" in told.sentence) == (answer == "partly")


@pytest.mark.parametrize(
    ("added", "predicted", "actual", "error", "answer", "against"),
    [
        (0.9, -1.96, -1.96, 0.001, "partly", 2), (-0.9, -1.96, -1.96, 0.001, "yes", 0),
        (-0.01, -0.2, 0.2, 0.001, "no", 1), (-0.01, -0.2, 0.2, 0.9, "unknown", 0),
    ],
)  # fmt: skip
def test_a_set_that_does_the_opposite_of_its_influences_is_told(
    added: float, predicted: float, actual: float, error: float, answer: str, against: int
) -> None:
    """Minus the summed influences beside the change of the set: predicted, and found where it is told from none."""
    made, found = extremes_of((predicted, actual, error, added), seeds=4)
    told = verdict(made, found, 0.0)
    assert told.answer == answer
    said = misleading(found.comparisons[0], made)
    assert said.count("predicted") + said.count("retraining") == against
    assert said in told.sentence
    assert not said or said in comparison_sentence(found.comparisons[0], made)


@pytest.mark.parametrize(("words", "told"), [(1.04, "number and length"), (0.7, "30% fewer"), (1.25, "25% more")])
def test_controls_of_another_length_are_not_said_to_be_as_long(words: float, told: str) -> None:
    values = np.array([-0.4, -0.5]), 1.0, np.zeros(3), np.array([-0.4, -0.5, -0.45])
    one, two = (comparison(number, *values, [np.zeros(3)], control_words=words) for number in (1, 2))
    assert told in random_documents([one])
    assert told in random_documents([one, two.model_copy(update={"control_words": 1.0})])
