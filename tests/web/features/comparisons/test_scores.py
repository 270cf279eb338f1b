import math

import pytest

from skipgram_audit.store.models import AuditProbe
from skipgram_audit_web.features.comparisons.scores import score_difference, score_sentence


def probe(score: float, spread: float, seeds: int, error: float | None) -> AuditProbe:
    by_seed = [{"seed": seed, "score": score + seed} for seed in range(seeds)]
    return AuditProbe(score=score, score_spread=spread, standard_error=error, by_seed=by_seed)


def test_errors_join_as_worked_out_by_hand() -> None:
    found = score_difference(probe(1.0, 0.2, 2, 0.3), probe(2.5, 0.4, 4, 0.4))
    assert found.difference == 1.5
    # 0.2^2 / 2 + 0.4^2 / 4 = 0.02 + 0.04; 0.3^2 + 0.4^2 = 0.25.
    assert found.training_error == pytest.approx(math.sqrt(0.06))
    assert found.document_error == pytest.approx(0.5)
    assert found.combined_error == pytest.approx(math.sqrt(0.31))
    # Welch: 0.02^2 / 1 + 0.04^2 / 3 = 0.00093333; 0.31^2 and 0.06^2 over it.
    assert found.degrees_of_freedom == pytest.approx(0.31**2 / (0.0004 + 0.0016 / 3))
    # Student's t of 0.0036 / 0.00093333 = 3.857 degrees of freedom at 97.5% is 2.8185 (between 3.182 and 2.776).
    assert found.training_reach == pytest.approx(math.sqrt(0.06) * 2.818, rel=2e-3)
    assert found.reach == pytest.approx(math.sqrt(0.31) * 1.983, rel=2e-3)
    assert "and than training and the choice of documents together" in score_sentence(found, "weat")


def test_more_error_never_gives_narrower_bounds() -> None:
    """Two seeds with one degree of freedom each: bounds of 4.3 errors, which an error of documents would narrow."""
    found = score_difference(probe(1.0, 0.2, 2, None), probe(2.5, 0.2, 2, None), paired_error=0.3)
    assert found.training_reach == pytest.approx(0.2 * 4.3027, rel=1e-4)
    assert found.combined_error == pytest.approx(math.hypot(0.2, 0.3))
    assert found.reach == found.training_reach


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (probe(1.0, 0.2, 2, 0.3), probe(1.1, 0.2, 2, 0.3), "No difference can be told"),
        (probe(1.0, 0.01, 2, 0.3), probe(1.5, 0.01, 2, 0.3), "another sample of such documents may take it away"),
        (probe(1.0, 0.0, 1, 0.3), probe(1.5, 0.01, 2, 0.3), "has a single seed"),
        (probe(1.0, 0.01, 2, None), probe(1.5, 0.01, 2, 0.3), "is not known"),
        (probe(1.0, 0.1, 2, 0.3), probe(1.0, 0.1, 2, 0.2), "the same trained vectors"),
    ],
)
def test_a_difference_is_told_honestly(first: AuditProbe, second: AuditProbe, told: str) -> None:
    assert told in score_sentence(score_difference(first, second), "weat")


def test_two_audits_of_the_same_vectors_differ_by_nothing_without_any_error() -> None:
    found = score_difference(probe(1.0, 0.1, 2, 0.3), probe(1.0, 0.1, 2, 0.2))
    assert found.same_trainings
    assert (found.difference, found.training_error, found.document_error, found.combined_error) == (0.0, 0.0, 0.0, 0.0)
    assert (found.training_reach, found.reach) == (0.0, 0.0)
