"""How each seed's linear system was solved is shown where an estimator solved one, and only there."""

from types import SimpleNamespace

from skipgram_audit.model.outcome import SeedOutcome, SolverOutcome
from skipgram_audit.report.templating import make_environment


def table(seed: SeedOutcome) -> str:
    parts = make_environment().get_template("audits/parts.html").make_module()
    card = SimpleNamespace(outcome=SimpleNamespace(by_seed=[seed]))
    return str(parts.solver_table(card))  # type: ignore[attr-defined]


def test_a_solved_system_is_shown() -> None:
    html = table(SeedOutcome(2, 1.2, 0.1, 0.01, 1.2, SolverOutcome(100.0, 1392, 0.069, 0.0163)))
    for number in (">100<", "1,392", ">0.069<", "1.6"):
        assert number in html


def test_nothing_is_shown_where_nothing_was_solved() -> None:
    assert not table(SeedOutcome(1, 1.2, 0.1, 0.01, 1.2)).strip()
