from dataclasses import replace

import numpy as np
import pytest

from skipgram_audit.auditing.outcomes import concentration_of, histogram_of, standard_error_of, with_influence
from skipgram_audit.model.influence_table import Attribution, InfluenceTable
from skipgram_audit.report.verdict import interval_of
from tests.library.report.sample import OWN, attribution, measured


def table(*values: float) -> InfluenceTable:
    return InfluenceTable.of(np.array([values]))


def test_an_outcome_counts_texts_by_sign() -> None:
    outcome = with_influence(measured(), attribution(), "replay")
    assert (outcome.positive_documents, outcome.zero_documents) == (1, 2)
    assert (outcome.positive_sentences, outcome.zero_sentences) == (1, 1)
    assert outcome.influence_sum == pytest.approx(0.2)
    assert outcome.score == -0.5
    assert outcome.by_seed[1].surrogate_score == -0.5
    assert outcome.definition == OWN.model_dump(mode="json")


def test_bins_are_symmetric_about_zero_and_leave_zeros_out() -> None:
    histogram = histogram_of(table(-0.1, 0.0, 0.05, 0.4, 0.4))
    assert len(histogram.counts) == 40
    assert histogram.edges[20] == pytest.approx(0.0)
    assert histogram.edges[0] == -histogram.edges[-1] == pytest.approx(-0.4)
    assert (sum(histogram.counts[:20]), sum(histogram.counts[20:])) == (1, 3)
    assert histogram.counts[-1] == 2
    assert histogram_of(table(0.0, 0.0)).counts == []


def test_ranks_run_from_the_largest_influence() -> None:
    values = table(0.0, 0.5, -0.5, 0.0, 0.7)
    assert values.ranks(leave_out_zero=False).tolist() == [3, 2, 5, 4, 1]
    assert values.ranks(leave_out_zero=True).tolist() == [0, 2, 3, 0, 1]


def test_the_standard_error_of_a_mean_is_that_of_the_textbook() -> None:
    """The mean of n values: leaving one out moves it by (mean - x) / (n - 1), nearly the influence function over n."""
    values = np.random.default_rng(3).normal(2.0, 0.7, 400)
    influences = values.mean() - (values.sum() - values) / (len(values) - 1)
    textbook = values.std(ddof=1) / np.sqrt(len(values))
    assert standard_error_of(table(*influences), 1) == pytest.approx(textbook, rel=0.005)


def test_the_standard_error_leaves_the_noise_of_training_out() -> None:
    """Influences of two seeds (0.2, -0.1) and (0.2, 0.3): the products of the seeds sum up to 0.04 - 0.03."""
    by_seed = np.array([[0.2, -0.1], [0.2, 0.3]])
    assert standard_error_of(InfluenceTable.of(by_seed), 2) == pytest.approx(0.1)
    assert standard_error_of(InfluenceTable.of(np.array([[0.2], [-0.2]])), 2) == 0.0
    for estimator in ("mean-field-integrated", "gradient", "per-word"):
        assert with_influence(measured(), of_documents(10), estimator).standard_error is None
    generator = np.random.default_rng(0)
    true = generator.normal(0, 0.01, 5000)
    noisy = true + generator.normal(0, 0.02, (4, 5000))
    assert standard_error_of(InfluenceTable.of(noisy), 4) == pytest.approx(np.sqrt(np.square(true).sum()), rel=0.05)
    assert standard_error_of(InfluenceTable.of(noisy[:1]), 1) > 1.3 * np.sqrt(np.square(true).sum())


def of_documents(number: int) -> Attribution:
    """So many documents with an influence of 0.2 in either seed, and five without any."""
    influences = np.array([[0.2] * number + [0.0] * 5] * 2)
    return replace(attribution(), documents=InfluenceTable.of(influences))


@pytest.mark.parametrize("number", [1, 2, 9])
def test_few_documents_have_no_standard_error_and_the_reason_is_told(number: int) -> None:
    outcome = with_influence(measured(), of_documents(number), "replay")
    assert outcome.standard_error is None
    assert (
        f"at least 10 documents with influence; here {'is' if number == 1 else 'are'} {number}"
        in (outcome.as_dict()["standard_error_reason"])
    )
    assert interval_of(outcome) is None


def test_ten_documents_have_a_standard_error() -> None:
    outcome = with_influence(measured(), of_documents(10), "replay")
    assert outcome.standard_error == pytest.approx(np.sqrt(10) * 0.2)
    assert outcome.standard_error_reason == ""
    assert "estimator" in with_influence(measured(), of_documents(10), "gradient").standard_error_reason


def test_concentration_is_the_share_of_the_strongest_documents_of_either_sign() -> None:
    influences = np.zeros(200)
    influences[[5, 90]] = [0.3, -0.5]
    influences[100:120] = 0.01
    concentration = concentration_of(table(*influences))
    assert concentration.top_1_percent == pytest.approx(0.8)
    assert concentration.top_10_percent == pytest.approx(0.98)
    counts, shares = concentration.document_counts, concentration.shares
    assert len(counts) == len(shares) <= 50
    assert counts == sorted(set(counts))
    assert (counts[0], counts[-1]) == (1, 200)
    assert shares[0] == pytest.approx(0.5)
    assert shares[-1] == pytest.approx(1.0)
    assert shares == sorted(shares)
    assert shares[counts.index(2)] == pytest.approx(0.8)


def test_without_influence_there_is_no_concentration() -> None:
    assert concentration_of(table(0.0, 0.0)).top_1_percent is None
    single = concentration_of(table(-0.5))
    assert (single.document_counts, single.shares) == ([1], [1.0])
