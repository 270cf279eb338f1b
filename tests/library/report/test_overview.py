from dataclasses import replace

import pytest

from skipgram_audit.model.outcome import ProbeOutcome
from skipgram_audit.model.probe import built_in_probes
from skipgram_audit.report.overview import overview_panels
from tests.library.report.test_left_out import OUTCOME

UNMEASURED = ProbeOutcome("weat-1", "weat", built_in_probes()["weat-1"].model_dump(), False, "No word of 'Flowers'.")


def test_everything_in_the_overview_stands_on_one_axis() -> None:
    (panel,) = overview_panels([OUTCOME, UNMEASURED, replace(OUTCOME, name="other", score=-2.0)])
    first, unmeasured, last = panel.rows
    assert [row.number for row in panel.rows] == [1, 2, 3]
    assert unmeasured.score is None
    assert first.score is not None
    assert first.interval is not None
    assert first.null is not None

    def at(value: float) -> float:
        return panel.zero + value * (first.score - panel.zero)  # type: ignore[operator]

    assert first.interval == pytest.approx((at(0.51), at(1.49)))
    assert first.null == pytest.approx((at(-0.2), at(0.4)))
    assert first.seeds == pytest.approx((at(0.9), at(1.1)))
    assert last.interval is not None
    assert panel.left <= last.interval[0] < panel.zero < first.interval[1] <= panel.right
    assert first.y < unmeasured.y < last.y < panel.bottom < panel.height


def test_each_kind_of_probe_has_its_own_axis() -> None:
    other = replace(OUTCOME, kind="mac", score=0.9)
    panels = overview_panels([OUTCOME, other, OUTCOME])
    assert [[row.number for row in panel.rows] for panel in panels] == [[1, 3], [2]]
    assert all(panel.title for panel in panels)
    assert not overview_panels([OUTCOME])[0].title
    assert len(overview_panels([UNMEASURED])[0].rows) == 1
