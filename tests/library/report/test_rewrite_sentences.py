"""What is said of a rewriting's scores: how few seeds bear on what can be told from their noise."""

import pytest
from scipy import stats

from skipgram_audit.model.rewriting import RewriteOutcome, RewrittenScore
from skipgram_audit.report.rewrite_sentences import ScoreRow, score_rows, score_sentence


def row(changes: list[float], predicted: list[float]) -> ScoreRow:
    """Of a probe whose score is 1 with every seed."""
    score = RewrittenScore(
        probe="weat-6",
        kind="weat",
        before=[1.0] * len(predicted),
        predicted=[1.0 + one for one in predicted],
        trained_before=[1.0] * len(changes),
        trained=[1.0 + one for one in changes],
    )
    return score_rows(RewriteOutcome(tally={}, scores=[score], seeds=list(range(len(predicted)))))[0]


@pytest.mark.parametrize("seeds", [2, 3, 8])
def test_a_change_is_told_from_noise_when_student_s_t_tells_it(seeds: int) -> None:
    """The changes 1 and 1 + d have mean m and standard error e; told when m / e passes the quantile, not two."""
    for factor, told in ((0.97, False), (1.03, True)):
        spread = [(-1.0) ** place for place in range(seeds)]
        spread = [one - sum(spread) / seeds for one in spread]
        error = float(stats.sem(spread))
        mean = factor * float(stats.t.ppf(0.975, seeds - 1)) * error
        found = row([mean + one for one in spread], [mean] * seeds)
        assert found.trained_change == pytest.approx(mean)
        assert found.trained_error == pytest.approx(error)
        assert found.told is told
        assert ("not told from the noise" in score_sentence(found, seeds, seeds)) is not told


def test_a_prediction_is_not_refuted_by_two_seeds_that_differ_from_it_by_three_errors() -> None:
    """Two seeds have one degree of freedom: the quantile is 12.7."""
    few = row([0.3, 0.5], [0.1, 0.1])
    assert few.difference == pytest.approx(3.0)
    assert few.agrees
    assert "more than" not in score_sentence(few, 2, 2)
    many = row([0.3, 0.5] * 6, [0.1, 0.1])
    assert many.difference is not None
    assert many.difference > stats.t.ppf(0.975, 11)
    assert many.agrees is False
    assert "more than the noise of seeds" in score_sentence(many, 2, 12)


def test_the_freedom_of_two_noises_is_welch_s() -> None:
    """Both parts alike, two seeds each: 2 degrees of freedom, quantile 4.30."""
    for distance, agrees in ((4.2, True), (4.4, False)):
        error = 2**0.5 * 0.1
        found = row([distance * error - 0.1, distance * error + 0.1], [-0.1, 0.1])
        assert found.difference == pytest.approx(distance)
        assert found.agrees is agrees


def test_one_seed_tells_nothing() -> None:
    alone = row([0.5], [0.1])
    assert (alone.told, alone.agrees, alone.difference) == (None, None, None)
    assert "One seed" in score_sentence(alone, 1, 1)
