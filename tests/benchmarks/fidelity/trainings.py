"""Moved to tests.benchmarks.accuracy.trainings."""

from tests.benchmarks.accuracy.trainings import SETTINGS, Trainings

__all__ = ["SETTINGS", "Trainings"]
