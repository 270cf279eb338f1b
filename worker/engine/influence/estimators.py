"""The estimators by name."""

from worker.engine.influence.implicit import ImplicitEstimator, ImplicitHessianEstimator
from worker.engine.influence.lissa import LissaEstimator
from worker.engine.influence.per_word import PerWordEstimator
from worker.engine.influence.protocol import Estimator
from worker.engine.influence.replay import ReplayEstimator
from worker.engine.influence.unrolled import UnrolledEstimator

_ALL: tuple[Estimator, ...] = (
    ReplayEstimator(),
    UnrolledEstimator(),
    ImplicitEstimator(),
    ImplicitHessianEstimator(),
    PerWordEstimator(),
    LissaEstimator(),
)
ESTIMATORS: dict[str, Estimator] = {estimator.name: estimator for estimator in _ALL}
