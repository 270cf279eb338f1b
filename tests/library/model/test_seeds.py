"""Seeds: which are taken where none are named."""

import pytest

from skipgram_audit.model.check_plan import CheckPlan
from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.seeds import first_seeds, require_seeds, usual_seeds


def test_the_audits_seeds_come_first_and_then_the_numbers_after_them() -> None:
    assert first_seeds([3, 1], 1) == [3]
    assert first_seeds([3, 1], 4) == [3, 1, 4, 5]
    assert first_seeds([2**63 - 1, 0], 4) == [2**63 - 1, 0, 1, 2]
    with pytest.raises(InvalidInput, match="0 seeds"):
        first_seeds([1], 0)
    assert usual_seeds([7]) == [7, 8, 9, 10]
    assert usual_seeds([1, 2, 3, 4, 5]) == [1, 2, 3, 4, 5]
    assert require_seeds(usual_seeds([2**63 - 1]))


@pytest.mark.parametrize(
    ("values", "audited", "seeds"),
    [
        ({"plan": "chosen"}, [1, 2], [1, 2, 3, 4]),
        ({"plan": "extremes"}, [5], [5, 6, 7, 8]),
        ({"plan": "halves"}, [1], [1, 2]),
        ({"plan": "tenths"}, [1, 2, 3], [1, 2, 3]),
        ({"plan": "chosen", "same_run": True}, [1, 2], [1, 2]),
        ({"plan": "extremes", "warm": True}, [4], [4]),
        ({"plan": "chosen", "seeds": [9]}, [1, 2], [9]),
    ],
)
def test_a_plan_without_seeds_gets_those_that_can_be_trained(
    values: dict[str, object], audited: list[int], seeds: list[int]
) -> None:
    plan = CheckPlan.model_validate(values).with_usual_seeds(audited)
    assert plan.seeds == seeds
    assert plan.with_usual_seeds([77]).seeds == seeds
