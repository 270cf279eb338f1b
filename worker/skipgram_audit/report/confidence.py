"""Student's t: how many standard errors over few seeds make an interval of 95%."""

import math
from collections.abc import Iterable

TAIL = 0.975
"""Of either side: intervals of 95%."""


def t_quantile(degrees_of_freedom: float) -> float:
    """Student's t for TAIL; of the normal distribution for infinite degrees of freedom."""
    from scipy.special import ndtri, stdtrit  # Here, since loading it takes longer than starting the web server.

    return float(ndtri(TAIL) if math.isinf(degrees_of_freedom) else stdtrit(degrees_of_freedom, TAIL))


def welch_quantile(parts: Iterable[tuple[float, int]]) -> float:
    """Student's t for TAIL of a sum or difference of means.

    Its degrees of freedom are (sum of e^2)^2 / sum of e^4 / (n - 1) (Welch 1947, Biometrika 34).

    Args:
        parts: standard error e and number n of each mean; those without an error are known exactly.
    """
    known = [(error**2, count) for error, count in parts if error]
    squares = sum(square**2 / (count - 1) for square, count in known)
    return t_quantile(sum(square for square, _ in known) ** 2 / squares if squares else math.inf)


def newcomer_quantile(count: int) -> float:
    """How many of their standard deviations from the mean of so many values another one of their kind lies in 95 of
    100 cases at most: t sqrt(1 + 1 / count), with count - 1 degrees of freedom; the values are taken as normal.

    Args:
        count: 2 or more.
    """
    return t_quantile(count - 1) * math.sqrt(1 + 1 / count)
