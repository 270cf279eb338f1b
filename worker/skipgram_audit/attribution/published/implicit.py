"""Implicit: the cross-loss influence function over all parameters, by conjugate gradients.

The formula is in skipgram_audit.attribution.published.parameters. H is one of

    implicit            the Gauss-Newton matrix of the expected loss, positive semi-definite
    implicit-hessian    its Hessian, which is indefinite where training stopped: where conjugate gradients meet a
                        direction that curves down further than the damping, they begin again with twice what would
                        have made it flat. The damping that was used is reported.

Cost: 8 V^2 d operations (12 with the Hessian) for each score, seed and iteration, then one pass over the token pairs.
"""

from dataclasses import replace
from typing import ClassVar

from torch import Tensor

from skipgram_audit.attribution.protocol import InfluenceProblem
from skipgram_audit.attribution.published.expected_loss import ExpectedLoss
from skipgram_audit.attribution.published.parameters import ParameterEstimator, Watch
from skipgram_audit.attribution.solvers import Solution, SolverSettings, conjugate_gradients
from skipgram_audit.corpus.cooccurrence import Cooccurrences
from skipgram_audit.model.engine_errors import NotPositiveDefinite
from skipgram_audit.training.trajectory import Trajectory

RAISE, MOST_RAISES = 2.0, 12
"""How far damping is raised above what is known to be too little, and how often before that is an error."""


class ImplicitEstimator(ParameterEstimator):
    """Influence by the damped Gauss-Newton matrix."""

    name: ClassVar[str] = "implicit"

    def solve(
        self,
        problem: InfluenceProblem,
        loss: ExpectedLoss,
        counts: Cooccurrences,
        trajectory: Trajectory,
        right: Tensor,
        watch: Watch,
    ) -> Solution:
        settings = SolverSettings.of(problem.settings)
        return conjugate_gradients(loss.gauss_newton, right, loss.diagonal(), settings, watch.reached)


class ImplicitHessianEstimator(ParameterEstimator):
    """Influence by the damped Hessian; the damping is raised where the Hessian curves down further."""

    name: ClassVar[str] = "implicit-hessian"

    def solve(
        self,
        problem: InfluenceProblem,
        loss: ExpectedLoss,
        counts: Cooccurrences,
        trajectory: Trajectory,
        right: Tensor,
        watch: Watch,
    ) -> Solution:
        settings, diagonal = SolverSettings.of(problem.settings), loss.diagonal()
        for _ in range(MOST_RAISES):
            try:
                return conjugate_gradients(loss.hessian, right, diagonal, settings, watch.reached)
            except NotPositiveDefinite as curved:
                settings = replace(settings, damping=RAISE * curved.details["needed"])
        return conjugate_gradients(loss.hessian, right, diagonal, settings, watch.reached)
