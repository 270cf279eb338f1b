"""How numbers are written."""

from datetime import UTC, datetime

import pytest

from skipgram_audit.report import formatting
from skipgram_audit.report.formatting import MINUS


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (formatting.thousands(1234567), "1,234,567"),
        (formatting.thousands(None), "–"),
        (formatting.decimal(-1.005), f"{MINUS}1.00"),
        (formatting.decimal(-0.001), "0.00"),
        (formatting.signed(1.5), "+1.50"),
        (formatting.signed(-1.5), f"{MINUS}1.50"),
        (formatting.signed(0.001), "0.00"),
        (formatting.signed(None), "–"),
        (formatting.change(0.42), "+0.420"),
        (formatting.change(-0.0058), f"{MINUS}0.0058"),
        (formatting.change(0.0058, 0.00123), "+0.0058 ± 0.0012"),
        (formatting.change(None, 0.1), "–"),
        (formatting.fixed(0.00012345), "0.00012"),
        (formatting.fixed(8.24e-5), "0.000082"),
        (formatting.fixed(-1.2e-7), f"> {MINUS}0.000001"),
        (formatting.fixed(1.2e-7), "< 0.000001"),
        (formatting.fixed(0.0), "0"),
        (formatting.fixed(123.4), "123"),
        (formatting.influence(0.041, 4), "+0.0410"),
        (formatting.influence(-0.045, 4), f"{MINUS}0.0450"),
        (formatting.influence(0.0, 4), "0.0000"),
        (formatting.influence(0.00005, 4), "+0.0001"),
        (formatting.influence(0.0000499, 4), "< 0.0001"),
        (formatting.influence(-0.0000499, 4), f"> {MINUS}0.0001"),
        (formatting.influence(8.24e-5, 6), "+0.000082"),
        (formatting.influence(None, 4), "–"),
        (formatting.probability(0.0004), "< 0.001"),
        (formatting.probability(0.05), "0.050"),
        (formatting.percent(0.256), "26%"),
        (formatting.byte_size(512), "512 bytes"),
        (formatting.byte_size(1536), "1.5 KiB"),
        (formatting.byte_size(5 * 1024**3), "5.0 GiB"),
        (formatting.duration(8.4), "8 s"),
        (formatting.duration(200), "3 min 20 s"),
        (formatting.duration(3600 * 2 + 300), "2 h 5 min"),
        (formatting.duration(None), "–"),
        (formatting.moment(datetime(2026, 1, 2, 3, 4, tzinfo=UTC)), "2026-01-02 03:04 UTC"),
        (formatting.plural(1, "word"), "1 word"),
        (formatting.plural(2, "corpus", "corpora"), "2 corpora"),
    ],
)
def test_written_as_expected(written: str, expected: str) -> None:
    assert written == expected


def test_tints_have_five_levels_either_way_and_none_near_zero() -> None:
    assert formatting.tint(1.0, 1.0) == "tint-amplifying-5"
    assert formatting.tint(-0.3, 1.0) == "tint-mitigating-2"
    assert formatting.tint(0.001, 1.0) == ""
    assert formatting.tint(0.0, 0.0) == ""


@pytest.mark.parametrize(
    ("values", "errors", "digits"),
    [
        ([0.0586, 0.041, -0.045], [0.0011, 0.0014, 0.0008], 4),
        ([0.0586, 0.041], [0.011, 0.02], 3),
        ([0.0586, 0.041], [0.0, None], 4),
        ([0.0586, 0.0000824], [], 4),
        ([0.00012, None], [], 6),
        ([1e-9], [1e-10], formatting.MOST_DECIMALS),
        ([123.0], [12.0], formatting.FEWEST_DECIMALS),
        ([0.0, 0.0], [], formatting.USUAL_DECIMALS),
        ([], [], formatting.USUAL_DECIMALS),
    ],
)
def test_influences_of_a_table_share_the_decimals_that_their_errors_allow(
    values: list[float | None], errors: list[float | None], digits: int
) -> None:
    assert formatting.influence_digits(values, errors) == digits


@pytest.mark.parametrize(
    ("share", "seeds", "expected"),
    [
        (1.0, 1, "one seed, so its stability is unknown"),
        (1.0, 2, "same sign in both seeds"),
        (1.0, 4, "same sign in all 4 seeds"),
        (0.75, 4, "this sign in 3 of 4 seeds"),
    ],
)
def test_stability_in_words(share: float, seeds: int, expected: str) -> None:
    assert formatting.stability(share, seeds) == expected
