"""Every estimator that users are offered exists in the engine, and none is hidden."""

from typing import get_args

from app.store.definitions.estimators import DESCRIPTIONS, EstimatorName
from worker.engine.influence.estimators import ESTIMATORS


def test_descriptions_settings_and_engine_name_the_same_estimators() -> None:
    assert list(DESCRIPTIONS) == list(get_args(EstimatorName)) == list(ESTIMATORS)
