"""Leave one word out: a probe's score without each single word of its word lists, from the trained vectors alone."""

from collections.abc import Iterator, Sequence
from itertools import compress

import numpy as np
import torch

from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.outcome import LeftOutWord
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.probes.kinds import resolve
from skipgram_audit.probes.protocol import Score, Unmeasurable
from skipgram_audit.training.trajectory import Trajectory


def leave_words_out(
    probe: ProbeDefinition, corpus: EncodedCorpus, trajectories: Sequence[Trajectory]
) -> list[LeftOutWord]:
    """The score without each word of the probe that is in the vocabulary, list by list in the probe's order.

    Spellings that the corpus counts as one word are left out together. A word of two lists is left out of one at a
    time.
    """
    results = []
    for role, set_name, form in _places(probe, corpus):
        outcome = resolve(_without(probe, role, set_name, form, corpus), corpus)
        if isinstance(outcome, Unmeasurable):
            results.append(LeftOutWord(set_name, role, form, None, 0.0, outcome.reason))
            continue
        scores = np.array([score_of(outcome, item) for item in trajectories])
        if np.isfinite(scores).all():
            spread = float(scores.std(ddof=1)) if len(scores) > 1 else 0.0
            results.append(LeftOutWord(set_name, role, form, float(scores.mean()), spread))
        else:
            results.append(
                LeftOutWord(set_name, role, form, None, 0.0, f"Without it there is no score. {outcome.no_value}")
            )
    return results


def score_of(score: Score, trajectory: Trajectory) -> float:
    """A score of one seed's trained vectors, in double precision."""
    return float(score(torch.as_tensor(trajectory.inputs[score.words].astype(np.float64))))


def _places(probe: ProbeDefinition, corpus: EncodedCorpus) -> Iterator[tuple[str, str, str]]:
    """Role, list and word, as the corpus counts it, of every word of the probe that is in the vocabulary."""
    for role, sets in (("target", probe.targets), ("attribute", probe.attributes)):
        for set_name, words in sets.items():
            for form in dict.fromkeys(map(corpus.form, words)):
                if form in corpus.index:
                    yield role, set_name, form


def _without(probe: ProbeDefinition, role: str, set_name: str, form: str, corpus: EncodedCorpus) -> ProbeDefinition:
    sets = probe.targets if role == "target" else probe.attributes
    kept = [corpus.form(word) != form for word in sets[set_name]]
    # A word of a pair is removed with its partner.
    shortened = list(sets) if role == "target" and probe.kind_description.paired else [set_name]
    changed = {**sets, **{name: list(compress(sets[name], kept)) for name in shortened}}
    return probe.model_copy(update={f"{role}s": changed})
