"""Whether chosen documents can go: what is left, and whether it still holds the words of the probes."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from skipgram_audit.corpus.encoding import EncodedCorpus, occurrences
from skipgram_audit.model.engine_errors import UnusablePlan
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.model.text import listed_words
from skipgram_audit.model.what_if import EVERYTHING_GOES
from skipgram_audit.probes.kinds import resolve
from skipgram_audit.probes.protocol import Unmeasurable


def require_removable(corpus: EncodedCorpus, probes: Sequence[ProbeDefinition], chosen: Sequence[int]) -> None:
    """Raises:
    UnusablePlan: there is nothing to remove, or nothing would be left, or a document is not in the corpus, or a word
        of a probe would not occur any more: no estimator can say what becomes of a score without it.
    """
    count = corpus.document_count
    if not chosen:
        raise UnusablePlan("No document was chosen, so nothing would go.", "Choose documents to remove.")
    if chosen[-1] >= count:
        raise UnusablePlan(f"Position {chosen[-1]} is not in the corpus of {count} documents.", "Positions begin at 0.")
    if len(chosen) == count:
        raise UnusablePlan(*EVERYTHING_GOES)
    left = occurrences_left(corpus, chosen)
    if not left.any():
        raise UnusablePlan("No word would be left to train on without the chosen documents.", "Leave some out.")
    for probe, lost in rarer_words(corpus, probes, left, 1).items():
        raise UnusablePlan(
            f"Without the chosen documents no occurrence is left of {len(lost)} of the words of {probe}: "
            f"{listed_words(lost)}.",
            "Leave out some documents that hold them, or audit the corpus with a probe without these words.",
            words=lost,
        )


def dropped_words(
    corpus: EncodedCorpus, probes: Sequence[ProbeDefinition], chosen: Sequence[int], minimum_count: int
) -> dict[str, list[str]]:
    """Probe -> its words that become rarer than the minimum count of a vocabulary counted anew; none is left out."""
    return rarer_words(corpus, probes, occurrences_left(corpus, chosen), minimum_count)


def occurrences_left(corpus: EncodedCorpus, chosen: Sequence[int]) -> npt.NDArray[np.int64]:
    """How often each word occurs without some documents: int64 [words]."""
    removed = np.zeros(corpus.document_count, np.bool_)
    removed[np.asarray(chosen, np.int64)] = True
    return occurrences(corpus.without(removed).tokens, len(corpus.words))


def rarer_words(
    corpus: EncodedCorpus, probes: Sequence[ProbeDefinition], left: npt.NDArray[np.int64], least: int
) -> dict[str, list[str]]:
    """Probe -> its words of which fewer occurrences are left than the least number; none is left out.

    Args:
        left: occurrences, int64 [words].
    """
    found = {}
    for probe in probes:
        score = resolve(probe, corpus)
        if isinstance(score, Unmeasurable):
            continue
        lost = [corpus.words[word] for word in score.words.tolist() if left[word] < least]
        if lost:
            found[probe.name] = lost
    return found
