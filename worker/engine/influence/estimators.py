"""The estimators by name."""

from worker.engine.influence.protocol import Estimator
from worker.engine.influence.replay import ReplayEstimator
from worker.engine.influence.unrolled import UnrolledEstimator

ESTIMATORS: dict[str, Estimator] = {estimator.name: estimator for estimator in (ReplayEstimator(), UnrolledEstimator())}
