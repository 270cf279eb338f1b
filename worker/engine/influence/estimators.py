"""The estimators by name."""

from worker.engine.influence.gradient import GradientEstimator
from worker.engine.influence.implicit import ImplicitEstimator, ImplicitHessianEstimator
from worker.engine.influence.lissa import LissaEstimator
from worker.engine.influence.mean_field import MeanFieldEstimator
from worker.engine.influence.mean_field_integrated import MeanFieldIntegratedEstimator
from worker.engine.influence.mirrored import MirroredEstimator
from worker.engine.influence.per_word import PerWordEstimator
from worker.engine.influence.protocol import Estimator
from worker.engine.influence.recount import RecountPpmiEstimator, RecountSvdEstimator
from worker.engine.influence.replay import ReplayEstimator
from worker.engine.influence.turnover import TurnOverEstimator
from worker.engine.influence.unrolled import UnrolledEstimator

_ALL: tuple[Estimator, ...] = (
    MeanFieldEstimator(),
    MeanFieldIntegratedEstimator(),
    ReplayEstimator(),
    UnrolledEstimator(),
    ImplicitEstimator(),
    ImplicitHessianEstimator(),
    PerWordEstimator(),
    LissaEstimator(),
    GradientEstimator(),
    MirroredEstimator(),
    TurnOverEstimator(),
    RecountPpmiEstimator(),
    RecountSvdEstimator(),
)
ESTIMATORS: dict[str, Estimator] = {estimator.name: estimator for estimator in _ALL}
