"""How far a job is, and how long it will take: from the forecast of its phases, and from how it has gone so far."""

import math
from collections.abc import Sequence

CONFIDENCE_IN_PHASE = 0.1
"""The forecast of a phase counts as much as this share of it that has been seen."""

CONFIDENCE_IN_JOB = 0.05
"""The forecast of the whole job counts as much as this share of it that has been seen."""

SECONDS_SEEN = 2.0
"""Of a job without a forecast, before its time left is told at all."""


class TimeLeft:
    """The time left of one run of a job. It knows no clock: moments are seconds since any one moment.

    What is left of the present phase follows from its own speed, blended with its forecast while little of it is done.
    Phases to come take what was forecast, times how much longer than forecast this run has taken so far. A job that is
    taken up again begins at the phase where it stood; what an earlier run did counts as done, and not for the speed.

    Args:
        forecast: seconds of every phase; without a forecast only their proportions are meant.
        known: whether it is a forecast.
    """

    def __init__(self, forecast: Sequence[float], known: bool = True) -> None:
        self._forecast = list(forecast)
        self._whole = sum(self._forecast)
        self._known = known
        self._number, self._begun = 0, 0.0
        self._worked = 0.0
        self.taken: dict[int, float] = {}
        """Seconds of the phases that this run has ended, by number."""

    def begin(self, number: int, moment: float) -> None:
        """Phase 1, 2, ... begins, and with it the one before ends."""
        self.end(moment)
        self._number, self._begun = number, moment

    def end(self, moment: float) -> None:
        """The present phase ends."""
        if self._number:
            self.taken[self._number] = moment - self._begun
            self._worked += self._forecast[self._number - 1]
            self._number = 0

    def fraction(self, done: float) -> float:
        """Of the whole job, when so much of the present phase is done, 0 to 1."""
        before, present, _ = self._parts()
        return (before + done * present) / self._whole

    def seconds(self, done: float, moment: float) -> float | None:
        """What is left, when so much of the present phase is done; None where nothing is known yet."""
        _, present, after = self._parts()
        spent, here = sum(self.taken.values()), moment - self._begun
        if not self._known and (spent + here < SECONDS_SEEN or done <= 0):
            return None
        usual = present * self._slowness(spent, self._worked, CONFIDENCE_IN_JOB * self._whole)
        phase = usual * self._slowness(here, done * usual, CONFIDENCE_IN_PHASE * usual)
        later = after * self._slowness(spent + here, self._worked + done * present, CONFIDENCE_IN_JOB * self._whole)
        return (1.0 - done) * phase + later

    def _slowness(self, spent: float, foreseen: float, confidence: float) -> float:
        """How many times longer than foreseen something takes, of which so much has been seen: between once and what
        was seen, by their logarithms. Confidence is what weighs as much as the forecast."""
        if spent <= 0 or foreseen <= 0:
            return 1.0
        weight = foreseen / (foreseen + confidence) if self._known else 1.0
        return math.exp(weight * math.log(spent / foreseen))

    def _parts(self) -> tuple[float, float, float]:
        """Forecasts of what was before the present phase, of the phase, and of what comes after it."""
        place = self._number - 1
        return sum(self._forecast[:place]), self._forecast[place], sum(self._forecast[self._number :])
