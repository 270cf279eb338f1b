"""The time left of a job, by clocks that are made up."""

from itertools import pairwise

import pytest

from skipgram_audit.jobs.time_left import TimeLeft

FORECAST = [2.0, 20.0, 20.0, 50.0, 8.0]
STEP = 0.25
"""Seconds between two reports."""


def run(taken: list[float], left: TimeLeft, first: int = 1) -> list[tuple[float, float, float | None]]:
    """The share of the job's time that has passed, the fraction and the seconds left told, at every report."""
    total, moment, told = sum(taken[first - 1 :]), 0.0, []
    for number, seconds in enumerate(taken[first - 1 :], start=first):
        left.begin(number, 1000.0 + moment)
        for report in range(int(seconds / STEP) + 1):
            here = report * STEP
            done = here / seconds
            told.append(((moment + here) / total, left.fraction(done), left.seconds(done, 1000.0 + moment + here)))
        moment += seconds
    return told


def factors(taken: list[float], left: TimeLeft, since: float, until: float = 0.95) -> list[float]:
    """Told over true seconds left, between two shares of the job's time."""
    found = [
        told / ((1.0 - share) * sum(taken))
        for share, _, told in run(taken, left)
        if since <= share <= until and told is not None
    ]
    assert found
    return found


def test_a_job_that_goes_as_foreseen_tells_what_is_left_exactly() -> None:
    found = factors(FORECAST, TimeLeft(FORECAST), 0.0)
    assert found == pytest.approx([1.0] * len(found))


def test_what_is_left_is_the_rest_of_the_phase_and_those_to_come() -> None:
    """10 s instead of 2 for the first phase; then a tenth of the second in 4 s. Of 100 s, 5 weigh as the forecast."""
    left = TimeLeft(FORECAST)
    left.begin(1, 0.0)
    left.begin(2, 10.0)
    usual = 20.0 * 5.0 ** (2.0 / 7.0)
    phase = usual * (4.0 / (0.1 * usual)) ** 0.5
    later = 78.0 * (14.0 / 4.0) ** (4.0 / 9.0)
    assert left.seconds(0.1, 14.0) == pytest.approx(0.9 * phase + later)
    assert left.fraction(0.1) == pytest.approx(0.04)
    left.begin(3, 30.0)
    assert left.taken == {1: 10.0, 2: 20.0}


@pytest.mark.parametrize("speed", [1 / 3, 0.5, 2.0, 3.0])
def test_a_job_on_another_machine_is_told_within_half_after_a_tenth(speed: float) -> None:
    found = factors([speed * seconds for seconds in FORECAST], TimeLeft(FORECAST), 0.1)
    assert max(found) < 1.5
    assert min(found) > 1 / 1.5


@pytest.mark.parametrize(
    "taken",
    [
        [6.0, 20.0, 20.0, 50.0, 8.0],
        [2.0, 30.0, 30.0, 50.0, 8.0],
        [2.0, 20.0, 26.0, 70.0, 12.0],
        [1.5, 16.0, 17.0, 60.0, 6.0],
        [3.0, 26.0, 20.0, 42.0, 10.0],
    ],
)
def test_phases_that_take_other_times_are_told_within_half_after_a_tenth(taken: list[float]) -> None:
    found = factors(taken, TimeLeft(FORECAST), 0.1, 0.9)
    assert max(found) < 1.5
    assert min(found) > 1 / 1.5


def test_a_phase_far_longer_than_foreseen_is_told_within_half_when_half_of_it_is_done() -> None:
    left = TimeLeft([1.0, 10.0])
    left.begin(1, 0.0)
    left.begin(2, 1.0)
    told = left.seconds(0.5, 31.0)
    assert told is not None
    assert 1 / 1.5 < told / 30.0 < 1.5


def test_the_bar_neither_stands_still_nor_jumps() -> None:
    taken = [2.0, 26.0, 16.0, 70.0, 5.0]
    fractions = [fraction for _, fraction, _ in run(taken, TimeLeft(FORECAST))]
    steps = [after - before for before, after in pairwise(fractions)]
    assert len(steps) > 400
    assert min(steps) >= 0
    assert max(steps) < 2 * STEP / sum(FORECAST) * 1.1
    assert fractions[-1] == pytest.approx(1.0)


def test_a_job_that_is_taken_up_again_counts_its_own_time_alone() -> None:
    """Two phases were done by an earlier run, however long ago: what is left is that of the other three."""
    left = TimeLeft(FORECAST)
    told = run(FORECAST, left, first=3)
    assert told[0][1] == pytest.approx(0.22)
    assert told[0][2] == pytest.approx(78.0)
    assert [seconds for _, _, seconds in told] == pytest.approx([(1 - share) * 78.0 for share, _, _ in told], abs=1e-6)


def test_without_a_forecast_the_speed_tells_after_two_seconds() -> None:
    left = TimeLeft([1.0], known=False)
    left.begin(1, 0.0)
    assert left.seconds(0.0, 0.0) is None
    assert left.seconds(0.1, 1.9) is None
    assert left.seconds(0.0, 5.0) is None
    assert left.seconds(0.25, 5.0) == pytest.approx(15.0)
    two = TimeLeft([1.0, 1.0], known=False)
    two.begin(1, 0.0)
    assert two.seconds(0.5, 4.0) == pytest.approx(4.0 + 8.0)
    two.begin(2, 8.0)
    assert two.seconds(0.5, 12.0) == pytest.approx(4.0)
