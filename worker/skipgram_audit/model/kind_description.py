"""How a kind of probe is described to users, so that forms, pages, reports and the command line need know no kind.

Sentences may name the word lists: {x}, {y}, {a}, {b} are the first and second target and attribute list, {targets} and
{attributes} all of a role, {others} the attribute lists after the first.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

MOST_LISTS = 6
"""Of one role, for kinds that take any number."""

FEWEST_OCCURRENCES = 5
"""Of a word of a probe, in sentences that hold another word: a rarer one counts as missing. Its vector is
hardly more than the random one that training began with. It is the default minimum count of word2vec, too."""

Permuted = Literal["target", "attribute", ""]


@dataclass(frozen=True)
class Minima:
    """What a probe needs before it is scored.

    Attributes:
        targets, attributes: different words found, in each list of that role; whole pairs where lists are paired.
        occurrences: of a word, in sentences that hold another word of the vocabulary; a rarer word counts as
            not found. 0 for vectors that were trained elsewhere.
    """

    targets: int
    attributes: int
    occurrences: int


@dataclass(frozen=True)
class ListRole:
    """The word lists of one role.

    Attributes:
        title: over the lists.
        note: what they are for.
        labels: of the lists that are required, in order.
        more: label of the further lists that may follow, up to MOST_LISTS in all; empty when none may.
        fewest_words: that each list needs, in a definition and among the words found in a corpus; pairs where the
            lists are paired. With fewer the probe has no score.
    """

    title: str
    note: str
    labels: tuple[str, ...]
    more: str = ""
    fewest_words: int = 1

    @property
    def fewest(self) -> int:
        return len(self.labels)

    @property
    def most(self) -> int:
        return MOST_LISTS if self.more else len(self.labels)


@dataclass(frozen=True)
class WordChart:
    """A chart of what the probe says of the words of one role: its heading, and what lies to either side of zero."""

    role: Literal["target", "attribute"]
    note: str
    low: str
    high: str


@dataclass(frozen=True)
class KindParameter:
    """A number that a kind takes beside its lists."""

    name: str
    label: str
    help: str
    default: float
    minimum: float
    maximum: float


@dataclass(frozen=True)
class KindDescription:
    """A kind of probe in words.

    Attributes:
        name: as probe files write it.
        title: a few words.
        score: what the score is called, in lower case.
        note: of the score, a few words shown beside it.
        measures: the question, honestly, and what a positive score says.
        above, below: what a score above and below neutral claims of the lists, a clause without a full stop.
        influence: what positive influence does.
        standardised: the score is a difference of means in sample standard deviations.
        bounds: the least and the largest score there can be, where they do not depend on the lists.
        signed: scores have a sign about zero.
        neutral: the score that means no bias; amplifying texts push away from it.
        paired: the words of the two target lists belong together by place.
        disjoint: no word may be in a target and an attribute list at once.
        permuted: whose words the permutation test deals out; empty when there is no test.
        no_test: why there is none.
    """

    name: str
    title: str
    score: str
    note: str
    measures: str
    source: str
    targets: ListRole
    attributes: ListRole
    above: str
    below: str
    influence: str
    charts: tuple[WordChart, ...]
    standardised: bool = False
    bounds: tuple[float, float] = (-math.inf, math.inf)
    signed: bool = True
    neutral: float = 0.0
    paired: bool = False
    disjoint: bool = True
    permuted: Permuted = ""
    no_test: str = ""
    parameters: tuple[KindParameter, ...] = ()

    @property
    def digits(self) -> int:
        """Decimals of the score that are worth showing: cosines are small, standardised differences are not."""
        return 2 if self.standardised else 3

    def role(self, name: str) -> ListRole:
        """The lists of ``targets`` or ``attributes``."""
        return self.targets if name == "targets" else self.attributes

    @property
    def minima(self) -> Minima:
        """What a probe of this kind needs before it is scored."""
        return Minima(self.targets.fewest_words, self.attributes.fewest_words, FEWEST_OCCURRENCES)

    @property
    def needs(self) -> str:
        """The minimum numbers in one sentence."""
        targets, attributes = self.targets.fewest_words, self.attributes.fewest_words
        things = "pair" if self.paired else "word"
        if targets == attributes and not self.paired:
            needed = f"{_counted(targets, things)} in each list"
        else:
            needed = (
                f"{_counted(targets, things)} in {'all' if self.paired else 'each target list'} and "
                f"{_counted(attributes, 'word')} in each attribute list"
            )
        return f"It needs at least {needed}, each word found at least {FEWEST_OCCURRENCES} times."

    def limits(self, found: Mapping[str, int]) -> tuple[float, float]:
        """The least and the largest score there can be.

        A difference of the means of n and m numbers is largest in sample standard deviations of all N = n + m where the
        numbers of each list are all the same: sqrt(N (N - 1) / (n m)), less than 2 for lists of equal length.

        Args:
            found: list -> words of it that were measured, of the lists whose means are compared.
        """
        if not self.standardised:
            return self.bounds
        first, second = found.values()
        largest = math.sqrt((first + second) * (first + second - 1) / (first * second))
        return -largest, largest

    def direction(self, score: float | None) -> int:
        """+1 when positive influence pushes the score away from neutral (amplifies it), -1 when negative does."""
        return -1 if score is not None and score < self.neutral else 1


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
