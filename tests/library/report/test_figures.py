import pytest

from skipgram_audit.model.outcome import Association, Concentration, Histogram
from skipgram_audit.report.figures import concentration_plot, dot_plot, histogram_plot, nice_step, shorten


def association(set_name: str, word: str, value: float, spread: float = 0.0) -> Association:
    return Association(set_name, "target", word, value, spread, 7)


@pytest.mark.parametrize(
    ("span", "steps", "expected"), [(1.0, 2, 0.5), (0.9, 2, 0.5), (0.04, 2, 0.02), (7, 2, 5), (1.2e-5, 2, 1e-5)]
)
def test_ticks_fall_on_round_numbers(span: float, steps: int, expected: float) -> None:
    assert nice_step(span, steps) == pytest.approx(expected)


def test_dots_stand_where_their_values_are() -> None:
    items = [association("X", "he", 0.4, 0.1), association("X", "his", 0.2), association("Y", "she", -0.4)]
    plot = dot_plot(items, ("X", "Y"))
    assert plot is not None
    first, second = plot.groups
    assert [dot.association.word for dot in first.dots] == ["he", "his"]
    assert (first.number, second.number) == (1, 2)
    he, his = first.dots
    she = second.dots[0]
    assert he.x - plot.zero == pytest.approx(plot.zero - she.x)
    assert his.x - plot.zero == pytest.approx((he.x - plot.zero) / 2)
    assert he.high - he.x == pytest.approx((he.x - plot.zero) / 4)
    assert first.mean == pytest.approx(0.3)
    assert plot.left <= she.x < he.high <= plot.right
    assert he.y < his.y < she.y < plot.bottom < plot.height
    assert [tick.label for tick in plot.ticks] == ["−0.50", "−0.25", "0", "0.25", "0.50"] or plot.ticks[2].label == "0"
    assert len(plot.ticks) % 2 == 1


def test_a_set_without_words_leaves_no_gap() -> None:
    plot = dot_plot([association("X", "he", 0.4)], ("X", "Y"))
    assert plot is not None
    assert [group.name for group in plot.groups] == ["X"]


def test_nothing_measured_is_no_plot() -> None:
    assert dot_plot([], ("X", "Y")) is None
    assert histogram_plot(Histogram()) is None
    assert histogram_plot(Histogram([-1.0, 0.0, 1.0], [0, 0])) is None


def test_associations_that_are_all_zero_can_be_drawn() -> None:
    plot = dot_plot([association("X", "he", 0.0)], ("X", "Y"))
    assert plot is not None
    assert plot.groups[0].dots[0].x == plot.zero


def test_bars_are_as_high_as_the_logarithm_of_their_counts() -> None:
    plot = histogram_plot(Histogram([-0.2, -0.1, 0.0, 0.1, 0.2], [1, 10, 100, 0]))
    assert plot is not None
    one, ten, hundred = plot.bars
    assert hundred.height - ten.height == pytest.approx(ten.height - one.height)
    assert [bar.positive for bar in plot.bars] == [False, False, True]
    assert hundred.y == pytest.approx(plot.top)
    assert [tick.label for tick in plot.count_ticks] == ["1", "10", "100"]
    assert one.height > 0


def test_long_labels_are_cut() -> None:
    assert shorten("a" * 30) == "a" * 21 + "…"
    assert shorten("short") == "short"


def test_the_curve_of_concentration_runs_from_corner_to_corner() -> None:
    assert concentration_plot(Concentration()) is None
    plot = concentration_plot(Concentration(0.4, 0.8, [2, 20, 200], [0.4, 0.8, 1.0]))
    assert plot is not None
    points = [tuple(map(float, point.split(","))) for point in plot.points.split()]
    assert points[0] == (plot.left, plot.bottom)
    assert points[-1] == (plot.right, plot.top)
    first, tenth = plot.marks
    assert (first.documents, first.share) == (0.01, 0.4)
    assert (tenth.x, tenth.y) == pytest.approx(points[2], abs=0.06)
