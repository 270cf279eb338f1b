"""The estimators by name."""

from skipgram_audit.attribution.mean_field.estimator import MeanFieldEstimator
from skipgram_audit.attribution.mean_field.integrated import MeanFieldIntegratedEstimator
from skipgram_audit.attribution.protocol import Estimator
from skipgram_audit.attribution.published.gradient import GradientEstimator
from skipgram_audit.attribution.published.implicit import ImplicitEstimator, ImplicitHessianEstimator
from skipgram_audit.attribution.published.lissa import LissaEstimator
from skipgram_audit.attribution.published.mirrored import MirroredEstimator
from skipgram_audit.attribution.published.per_word import PerWordEstimator
from skipgram_audit.attribution.published.recount import RecountEstimator
from skipgram_audit.attribution.published.turnover import TurnOverEstimator
from skipgram_audit.attribution.replay.estimator import ReplayEstimator
from skipgram_audit.attribution.unrolled.estimator import UnrolledEstimator

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
    RecountEstimator(),
)
ESTIMATORS: dict[str, Estimator] = {estimator.name: estimator for estimator in _ALL}
