"""Student's t: how many standard errors over few seeds make an interval of 95%."""

import math

TAIL = 0.975
"""Of either side: intervals of 95%."""


def t_quantile(degrees_of_freedom: float) -> float:
    """Student's t for TAIL; of the normal distribution for infinite degrees of freedom."""
    from scipy.special import ndtri, stdtrit  # Here, since loading it takes longer than starting the web server.

    return float(ndtri(TAIL) if math.isinf(degrees_of_freedom) else stdtrit(degrees_of_freedom, TAIL))
