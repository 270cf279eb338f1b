"""Bars of influences."""

import pytest
from lxml import etree

from skipgram_audit.report.bars import influence_bar


@pytest.mark.parametrize(
    ("value", "name", "left", "width"),
    [(0.5, "amplifying", 80.0, 40.0), (-1.0, "mitigating", 0.0, 80.0), (3.0, "amplifying", 80.0, 80.0)],
)
def test_a_bar_stands_on_its_side_and_ends_with_the_picture(value: float, name: str, left: float, width: float) -> None:
    bar = etree.fromstring(influence_bar(value, 1.0))
    assert bar.get("aria-label") == name
    [rect] = bar.xpath(f"*[@class='bar-{name}']")
    assert (float(rect.get("x")), float(rect.get("width"))) == (left, width)
    assert not bar.xpath("*[@class='bar-error']")


def test_no_influence_and_no_scale_have_no_bar() -> None:
    for bar in (influence_bar(0.0, 1.0), influence_bar(0.0, 0.0, error=0.5)):
        assert [one.get("class") for one in etree.fromstring(bar)] == ["bar-track", "bar-axis"]


def test_an_error_is_drawn_around_the_end_of_the_bar() -> None:
    [line] = etree.fromstring(influence_bar(0.5, 1.0, error=0.25)).xpath("*[@class='bar-error']")
    assert line.get("d").startswith("M100.00 7H140.00")
    [line] = etree.fromstring(influence_bar(0.9, 1.0, error=0.5)).xpath("*[@class='bar-error']")
    assert "H160.00" in line.get("d"), "it ends with the picture"
