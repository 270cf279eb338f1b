"""What a job will take on this machine: first guesses, corrected by what earlier runs here took.

A measured phase is kept with the guess that there was of it. Their ratio says how far guesses of this kind of phase are
off here. Recent runs weigh most, and so do runs of like size, since a short one is mostly set-up.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from skipgram_audit.model.cost_laws import Guess

FORGETTING = 0.5
"""The weight of a run against that of the next one after it."""

FIRST_GUESS = 0.05
"""The weight of the first guess against that of a run of the same size just now."""


@dataclass(frozen=True)
class MeasuredPhase:
    """A phase that ran here: its kind, the seconds that were guessed, and those that it took."""

    kind: str
    guess: float
    seconds: float


@dataclass(frozen=True)
class PhaseForecast:
    """A phase to come.

    Attributes:
        guess: seconds before anything is measured.
        seconds: on this machine.
        runs: how many earlier runs of this kind of phase say so.
    """

    kind: str
    guess: float
    seconds: float
    runs: int


@dataclass(frozen=True)
class Forecast:
    """A job to come, phase by phase."""

    phases: tuple[PhaseForecast, ...]

    @property
    def seconds(self) -> float:
        """Of the whole job."""
        return sum(phase.seconds for phase in self.phases)

    @property
    def runs(self) -> int:
        """How many earlier runs its longest phase is known from; 0: it is a first guess."""
        return max(self.phases, key=lambda phase: phase.seconds).runs


class MachineCosts:
    """What phases took on this machine.

    Args:
        measured: the newest first.
    """

    def __init__(self, measured: Sequence[MeasuredPhase]) -> None:
        self._by_kind: dict[str, list[MeasuredPhase]] = {}
        for one in measured:
            self._by_kind.setdefault(one.kind, []).append(one)

    def forecast(self, guesses: Sequence[Guess]) -> Forecast:
        """Of a job of these phases."""
        return Forecast(tuple(self._phase(guess) for guess in guesses))

    def _phase(self, guess: Guess) -> PhaseForecast:
        """The weighted mean of the logarithms of ratios; without a run of this kind, what all kinds say."""
        runs = self._by_kind.get(guess.kind, [])
        total, weights = FIRST_GUESS * self._usual(guess.seconds), FIRST_GUESS
        for age, run in enumerate(runs):
            weight = FORGETTING**age / (1.0 + math.log2(guess.seconds / run.guess) ** 2)
            total += weight * math.log(run.seconds / run.guess)
            weights += weight
        return PhaseForecast(guess.kind, guess.seconds, guess.seconds * math.exp(total / weights), len(runs))

    def _usual(self, guess: float) -> float:
        """The logarithm of how many times longer than guessed phases take here, by the newest run of every kind; little
        of it for a guess that is longer than all of these together."""
        newest = [runs[0] for runs in self._by_kind.values()]
        if not newest:
            return 0.0
        guessed = sum(run.guess for run in newest)
        return guessed / (guessed + guess) * math.log(sum(run.seconds for run in newest) / guessed)
