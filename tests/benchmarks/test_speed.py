"""The benchmark of speed: what its rows and exponents make of measurements."""

import json
from pathlib import Path

import pytest

from tests.benchmarks.speed.measured import Measurements, Run, task
from tests.benchmarks.speed.rows import ROWS, as_table
from tests.benchmarks.speed.scaling import SWEEPS, USUAL, as_figure, as_scaling_table, exponent, points


def run(clock: float, processor: float, **said: float) -> Run:
    return Run(clock, processor, 7 * 10**9, 0.5, dict(said))


@pytest.fixture
def measured(tmp_path: Path) -> Measurements:
    found = Measurements(tmp_path / "found.json")
    for processor in (10.0, 30.0, 20.0):
        found.add("audit by replay", run(50.0, processor))
    found.add("gensim, two workers", run(10.0, 5.0))
    found.add("reading", run(9.0, 4.0, tokens=2_000_000, documents=3))
    return found


def test_rows_are_ratios_of_medians_and_what_is_missing_is_told(measured: Measurements, tmp_path: Path) -> None:
    rows = {row.name: row for row in ROWS}
    again = Measurements(tmp_path / "found.json")
    for kept in (measured, again):
        assert rows["audit-replay"].value(kept, "processor") == 4.0
        assert rows["audit-replay"].value(kept, "clock") == 5.0
        assert rows["reading"].value(kept, "processor") == 2.0
        assert rows["memory"].value(kept, "processor") == 7.0
        assert rows["audit-unrolled"].value(kept, "processor") is None
    lines = {line.split(" |")[0]: line for line in as_table("corpus", again).splitlines() if line.startswith("| ")}
    assert "| 4.00 x | 5.00 x | **missed** |" in lines["| " + rows["audit-replay"].what]
    assert "| 2.00 s | 4.50 s | held |" in lines["| " + rows["reading"].what]
    assert "| not run | not run |  |" in lines["| " + rows["probes"].what]


def test_exponents_are_slopes_of_logarithms() -> None:
    assert exponent([(1.0, 3.0), (2.0, 12.0), (4.0, 48.0)]) == pytest.approx(2.0)
    assert exponent([(1.0, 3.0), (2.0, 12.0)]) is None
    assert exponent([(1.0, 0.0), (2.0, 3.0), (4.0, 6.0), (8.0, 12.0)]) == pytest.approx(1.0)


def test_every_point_of_a_sweep_is_drawn(tmp_path: Path) -> None:
    found = Measurements(tmp_path / "scaling.json")
    for arguments in points():
        size = arguments["tokens"]
        sizes = {"vocabulary": arguments["words"], "steps": 4 * arguments["epochs"]}
        found.add(
            json.dumps(arguments),
            run(1.0, 1.0, **arguments, **sizes, training=size / 1e5, influence=size / 1e6, memory=1e3 * size),
        )
    assert len(found.pieces) == len({tuple({**USUAL, name: v}.items()) for name, vs in SWEEPS.items() for v in vs})
    table = as_scaling_table("corpus", found)
    assert table.count("| 1.00 |") >= 3
    figure = as_figure("corpus", found)
    assert figure.count("<circle") == 3 * sum(map(len, SWEEPS.values()))


def test_a_piece_that_fails_says_why() -> None:
    with pytest.raises(RuntimeError, match="no_such_task"):
        task("no_such_task")
