"""Settings that do not go together are refused, with what to do."""

import pytest
from pydantic import ValidationError

from skipgram_audit.model.check_plan import CheckPlan
from skipgram_audit.model.settings import FOLLOWS_UPDATES, AuditSettings
from skipgram_audit.model.validation import format_problems, problems_of


@pytest.mark.parametrize("estimator", FOLLOWS_UPDATES)
def test_an_estimator_that_follows_updates_needs_them_one_by_one(estimator: str) -> None:
    assert AuditSettings(estimator=estimator).batch_tokens == 0
    with pytest.raises(ValidationError, match="choose 0 tokens a batch or another estimator"):
        AuditSettings(estimator=estimator, batch_tokens=2048)


def test_other_estimators_explain_training_in_batches() -> None:
    assert AuditSettings(estimator="replay", batch_tokens=2048).batch_tokens == 2048


def test_a_first_step_size_below_the_last_ones_default_is_refused() -> None:
    with pytest.raises(ValidationError, match="the last step size is larger than the first"):
        AuditSettings(step_size=0.00005)


def test_problems_are_told_by_field_or_as_a_whole() -> None:
    with pytest.raises(ValidationError) as of_all:
        CheckPlan(plan="halves", positions=[3])
    assert format_problems(of_all.value).startswith("the plan halves draws its sets")
    with pytest.raises(ValidationError) as of_several:
        AuditSettings(estimator="unrolled", batch_tokens=8, step_size=0.1, minimum_step_size=0.2)
    assert [name for name, _ in problems_of(of_several.value)] == ["minimum_step_size", "estimator"]
    with pytest.raises(ValidationError) as of_two:
        AuditSettings(window=0, seeds=[1, 1])
    assert [name for name, _ in problems_of(of_two.value)] == ["window", "seeds"]
    assert "seeds: each seed may be given once" in format_problems(of_two.value)
