"""Implicit: the cross-loss influence function over all parameters, by conjugate gradients.

The formula is in worker.engine.influence.parameters. H is one of

    implicit            the Gauss-Newton matrix of the expected loss, positive semi-definite
    implicit-hessian    its Hessian, which is indefinite where training stopped: the damping must exceed its lowest
                        eigenvalue's size, and a solve that meets a direction of negative curvature says so

Cost: 8 V^2 d operations (12 with the Hessian) for each score, seed and iteration, then one pass over the token pairs.
"""

from typing import ClassVar

from torch import Tensor

from worker.engine.corpus.cooccurrence import Cooccurrences
from worker.engine.influence.parameters import ParameterEstimator, Watch
from worker.engine.influence.protocol import InfluenceProblem
from worker.engine.influence.solvers import Solution, conjugate_gradients
from worker.engine.skipgram.expected_loss import ExpectedLoss
from worker.engine.skipgram.trajectory import Trajectory


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
        return conjugate_gradients(loss.gauss_newton, right, loss.diagonal(), problem.solver, watch.reached)


class ImplicitHessianEstimator(ParameterEstimator):
    """Influence by the damped Hessian."""

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
        return conjugate_gradients(loss.hessian, right, loss.diagonal(), problem.solver, watch.reached)
