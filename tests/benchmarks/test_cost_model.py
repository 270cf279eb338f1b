"""The cost model: factors are found again, and a forecast multiplies them as the phases do."""

import numpy as np
import pytest

from tests.benchmarks.cost_model.model import Forecast, Law, costs, disk, memory

ONE = Law("T", lambda sizes: [sizes["kept"]], np.array([2.0]), 0.0, 1)
SIZES = {
    "tokens": 1200.0, "kept": 1000.0, "sentences": 50.0, "words": 30.0, "probes": 3.0, "steps": 20.0,
    "intervals": 10.0, "rows": 3 * 8 * 30.0, "shards": 4.0, "entries": 400.0,
}  # fmt: skip


def test_factors_of_a_law_are_found_and_its_error_is_the_largest() -> None:
    points = [
        ({"kept": float(kept), "words": float(words)}, 3.0 * kept + 0.5 * words)
        for kept, words in ((10, 5), (20, 7), (70, 9))
    ]
    law = Law.of("t and V", lambda sizes: [sizes["kept"], sizes["words"]], points)
    np.testing.assert_allclose(law.factors, [3.0, 0.5])
    assert law.error < 1e-12
    assert law({"kept": 1.0, "words": 2.0}) == pytest.approx(4.0)
    # Least squares of relative errors: (f - 1)^2 + (f/2 - 1)^2 is least at f = 1.2, off by a fifth and by two fifths.
    law = Law.of("t", lambda sizes: [sizes["kept"]], [({"kept": 1.0}, 1.0), ({"kept": 1.0}, 2.0)])
    np.testing.assert_allclose(law.factors, [1.2])
    assert law.error == pytest.approx(0.4)


def test_a_forecast_counts_seeds_epochs_and_probes_and_says_what_shares_the_work() -> None:
    asked = Forecast(1200, 30, seeds=2, probes=3, probe_words=8, epochs=5, workers=16)
    laws = dict.fromkeys(
        ("reading", "counting", "training", "replaying", "mean field", "derivative", "rows given out",
         "pairs given out", "storing", "memory of reading", "bytes of tables"), ONE,
    )  # fmt: skip
    found = {cost.phase: cost for cost in costs(asked, laws, SIZES)}
    assert found["training"].seconds == 2 * 5 * 2000
    assert found["training"].shared_by == 2
    assert found["replay: given out to texts"].seconds == 2 * 3 * 2000
    assert found["mean-field: counting"].seconds == 2000
    assert found["mean-field: counting"].shared_by == 4
    assert found["reading, sentences, encoding"].shared_by == 1
    assert memory(asked, laws, SIZES)["a worker, training a seed"] == 4 * 1000 + 16 * 50 + 4 * 30 * 100 * 14
    assert disk(asked, laws, SIZES)["influences"] == 4 * 1000 * 3 + 8 * 50 * 3 * 2
