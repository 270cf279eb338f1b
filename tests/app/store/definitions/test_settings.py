"""Settings that do not go together are refused, with what to do."""

import pytest
from pydantic import ValidationError

from app.store.definitions.problems import problems_of, told
from app.store.definitions.settings import FOLLOWS_UPDATES, AuditSettings


@pytest.mark.parametrize("estimator", FOLLOWS_UPDATES)
def test_an_estimator_that_follows_updates_needs_them_one_by_one(estimator: str) -> None:
    assert AuditSettings(estimator=estimator).batch_tokens == 0
    with pytest.raises(ValidationError, match="choose 0 tokens a batch or another estimator"):
        AuditSettings(estimator=estimator, batch_tokens=2048)


def test_other_estimators_explain_training_in_batches() -> None:
    assert AuditSettings(estimator="replay", batch_tokens=2048).batch_tokens == 2048


def test_problems_are_told_by_field_or_as_a_whole() -> None:
    with pytest.raises(ValidationError) as of_all:
        AuditSettings(estimator="unrolled", batch_tokens=8)
    assert told(of_all.value).startswith("unrolled follows a training update by update")
    with pytest.raises(ValidationError) as of_two:
        AuditSettings(window=0, seeds=[1, 1])
    assert [name for name, _ in problems_of(of_two.value)] == ["window", "seeds"]
    assert "seeds: each seed may be given once" in told(of_two.value)
