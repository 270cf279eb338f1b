"""What a check by retraining is to find out: which sets of documents go, and how what is left is trained."""

from dataclasses import dataclass
from enum import StrEnum


class PlanKind(StrEnum):
    """Which sets of documents are removed.

    HALVES, TENTHS: random sets of half and of a tenth of the documents.
    EXTREMES: the most amplifying and the most mitigating documents of a probe, each with random controls.
    SINGLES: the documents of largest influence, whatever its sign, one at a time (leave-one-out).
    TURNING: the fewest of the most amplifying documents that are predicted to turn the score's sign, or to carry it to
        the other side of its neutral value (brittleness).
    CHOSEN: a set that was given, with random controls.
    """

    HALVES = "halves"
    TENTHS = "tenths"
    EXTREMES = "extremes"
    SINGLES = "singles"
    TURNING = "turning"
    CHOSEN = "chosen"


SHARES = {PlanKind.HALVES: 0.5, PlanKind.TENTHS: 0.1}
"""What share of the documents a random set holds."""


@dataclass(frozen=True)
class WarmStart:
    """Training on what is left goes on from the trained vectors for so many epochs; the step size falls linearly."""

    epochs: int
    step_size: float


@dataclass(frozen=True)
class CheckPlan:
    """A check by retraining.

    Attributes:
        kind: which sets.
        probe: whose ranking picks the documents; every probe is measured whichever is chosen.
        sets: random sets, or random controls of each chosen set; SINGLES has none.
        documents: how many documents a chosen set holds (EXTREMES) or how many go one by one (SINGLES).
        seeds: one training of each set for each seed.
        same_run: True: this run; False: runs like it (see skipgram_audit.retraining.retrained).
        warm: None for a training from the beginning.
        draw_seed: all random sets follow from it.
        chosen: positions of the documents of CHOSEN, ascending.
        neutral: the score of the plan's probe that means no bias; amplifying documents push away from it.
        rankings: of TURNING, how often documents are ranked: 1 takes them in the order of the audit's ranking.
    """

    kind: PlanKind
    probe: str
    sets: int
    documents: int
    seeds: tuple[int, ...]
    same_run: bool
    warm: WarmStart | None
    draw_seed: int
    chosen: tuple[int, ...] = ()
    neutral: float = 0.0
    rankings: int = 1
