"""The kinds of probes by the names that probe files give them, and what becomes of a probe in a corpus.

skipgram_audit.model.kinds describes the same names to users; a test keeps the two alike.
"""

from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.engine_errors import UnknownProbeKind
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.probes.cosines import MeanAverageCosine, Membership
from skipgram_audit.probes.directions import DirectBias, RelationalInnerProduct
from skipgram_audit.probes.protocol import TOO_FEW_WORDS, Unmeasurable
from skipgram_audit.probes.relative_norm import RelativeNormDistance
from skipgram_audit.probes.weat import SingleCategoryWeat, Weat
from skipgram_audit.probes.word_lists import WordListScore

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


def resolve(probe: ProbeDefinition, corpus: EncodedCorpus) -> WordListScore | Unmeasurable:
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
    score = kind(probe, corpus)
    lacking = _lacking(probe, score)
    if lacking:
        return Unmeasurable(lacking, TOO_FEW_WORDS)
    obstacle = score.obstacle()
    return Unmeasurable(obstacle) if obstacle else score


def _lacking(probe: ProbeDefinition, score: WordListScore) -> str:
    """Which lists have too few words in the corpus, with the numbers found and needed; empty when none has."""
    minima = probe.minima
    found = [
        (repr(name), len(ids), minima.targets if number < len(probe.targets) else minima.attributes)
        for number, (name, ids) in enumerate(zip(score.names, score.sets, strict=True))
    ]
    if probe.kind_description.paired:
        found[:2] = [(f"the pairs of {' and '.join(map(repr, probe.targets))}", len(score.sets[0]), minima.targets)]
    few = [f"{name} {number} of the {least} needed" for name, number, least in found if number < least]
    if not few:
        return ""
    often = f"at least {minima.occurrences} times " if minima.occurrences > 1 else ""
    return f"Too few words occur {often}beside other words of the vocabulary: of {', of '.join(few)}."
