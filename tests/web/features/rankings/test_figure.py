"""The time line of groups."""

import math

import pytest

from skipgram_audit.model.influence_groups import InfluenceGroup
from skipgram_audit_web.features.rankings.figure import time_line


def group(value: str | None, influence: float, error: float | None = 0.3) -> InfluenceGroup:
    return InfluenceGroup(value, 10, influence, influence / 10, error, 0.1, 0.1)


DATED = [group("1990-05-01", 1.0), group("1990", 2.0, 0.4), group("1993", -1.0), group("2001", 0.5, None)]


@pytest.mark.parametrize("direction", [1, -1])
def test_years_have_the_sum_of_their_dates(direction: int) -> None:
    line = time_line([*DATED, group(None, 5.0)], direction)
    assert line is not None
    assert [(bar.year, bar.documents) for bar in line.bars] == [(1990, 20), (1993, 10), (2001, 10)]
    assert [bar.amplification * direction for bar in line.bars] == [3.0, -1.0, 0.5]
    errors = [bar.error for bar in line.bars]
    assert errors[:2] == pytest.approx([math.hypot(0.3, 0.4), 0.3])
    assert errors[2] is None, "one of its groups has none"
    assert line.undated == 10
    for bar in line.bars:
        assert bar.height == pytest.approx(abs(bar.amplification) / 3 * line.bars[0].height)
        assert (bar.y < line.zero) == (bar.amplification > 0), "what amplifies stands above the axis"
        assert bar.high <= bar.low
    steps = [later.x - earlier.x for earlier, later in zip(line.bars, line.bars[1:], strict=False)]
    assert steps[1] / steps[0] == pytest.approx(8 / 3)


@pytest.mark.parametrize(
    "groups",
    [[], DATED[:3], [*DATED, group("spring", 1.0)], [group(year, 0.0, None) for year in ("1990", "1991", "1992")]],
)
def test_other_values_few_years_and_no_influence_have_no_time_line(groups: list[InfluenceGroup]) -> None:
    assert time_line(groups, 1) is None
