"""The kinds of probes by the names that probe files give them, and what becomes of a probe in a corpus.

app.store.definitions.kinds describes the same names to users; a test keeps the two alike.
"""

from worker.engine.corpus.encoding import EncodedCorpus
from worker.engine.errors import UnknownProbeKind
from worker.engine.probes.cosines import MeanAverageCosine, Membership
from worker.engine.probes.directions import DirectBias, RelationalInnerProduct
from worker.engine.probes.protocol import Unmeasurable, WordSetProbe
from worker.engine.probes.relative_norm import RelativeNormDistance
from worker.engine.probes.weat import SingleCategoryWeat, Weat
from worker.engine.probes.word_lists import WordListScore, word_ids

KINDS: dict[str, type[WordListScore]] = {
    one.kind: one
    for one in (
        Weat,
        SingleCategoryWeat,
        Membership,
        RelativeNormDistance,
        RelationalInnerProduct,
        DirectBias,
        MeanAverageCosine,
    )
}


def resolve(probe: WordSetProbe, corpus: EncodedCorpus) -> WordListScore | Unmeasurable:
    """The probe over a corpus' vocabulary, or why it cannot be measured there.

    Raises:
        UnknownProbeKind: no class has the probe's kind.
    """
    kind = KINDS.get(probe.kind)
    if kind is None:
        raise UnknownProbeKind(
            f"The probe {probe.name!r} is of the kind {probe.kind!r}, which is not known.",
            f"The kinds are {', '.join(KINDS)}.",
        )
    sets = {**probe.targets, **probe.attributes}
    empty = [name for name, words in sets.items() if len(word_ids(words, corpus)) == 0]
    if empty:
        listed = " and ".join(repr(name) for name in empty)
        return Unmeasurable(f"No word of {listed} is in the vocabulary of this corpus.")
    score = kind(probe, corpus)
    obstacle = score.obstacle()
    return Unmeasurable(obstacle) if obstacle else score
