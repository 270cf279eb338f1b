"""The methods that change the corpus, by name: what is left to train on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from skipgram_audit.corpus.encoding import EncodedCorpus, sums_between
from skipgram_audit.mitigation.strongest_texts import strongest_within
from skipgram_audit.model.engine_errors import NotEnoughDocuments
from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.mitigations import MitigationPlan
from skipgram_audit.model.rewriting import MethodName as RewriteMethod
from skipgram_audit.model.settings import TrainingSettings
from skipgram_audit.model.what_if import EVERYTHING_GOES
from skipgram_audit.model.word_pairs import WordPairs, load_built_in
from skipgram_audit.retraining.retrained import left_over
from skipgram_audit.retraining.sets import matched_control

GENDER, NAMES = "en-gender", "en-names"
"""Pair lists that ship, whose words are rewritten where a plan names none."""


@dataclass(frozen=True)
class ChangedCorpus:
    """A corpus to train on, a few words on what was changed, and which share of the tokens that is."""

    corpus: EncodedCorpus
    detail: str
    text_share: float


@dataclass(frozen=True)
class AuditedCorpus:
    """What methods on texts work from.

    Attributes:
        influence: float64 [sentences], on the plan's probe, mean over the audit's seeds.
        direction: +1 where positive influence amplifies.
        rewritten: the corpus after a method of rewriting by some lists of word pairs.
    """

    corpus: EncodedCorpus
    settings: TrainingSettings
    influence: npt.NDArray[np.float64]
    direction: int
    rewritten: "Callable[[RewriteMethod, Sequence[WordPairs]], ChangedCorpus]"

    def amplifying(self, share: float) -> npt.NDArray[np.int64]:
        """The most amplifying documents that hold a share of the text: ascending positions."""
        influence = sums_between(self.influence, self.corpus.document_sentences)
        chosen = strongest_within(influence, np.diff(self.corpus.document_offsets), self.direction, share)
        if not len(chosen):
            raise NotEnoughDocuments("No document amplifies this score, so there is none to remove.")
        return np.sort(chosen)

    def without(self, documents: npt.NDArray[np.int64]) -> ChangedCorpus:
        """What is left without some documents, its vocabulary counted anew."""
        removed = np.zeros(self.corpus.document_count, np.bool_)
        removed[documents] = True
        lengths = np.diff(self.corpus.document_offsets)
        share = float(lengths[documents].sum() / max(1, lengths.sum()))
        word = "document" if len(documents) == 1 else "documents"
        return ChangedCorpus(
            left_over(self.corpus, self.settings, removed, same_run=False), f"{len(documents):,} {word}", share
        )


def _remove(audited: AuditedCorpus, plan: MitigationPlan) -> ChangedCorpus:
    return audited.without(audited.amplifying(plan.share))


def _random(audited: AuditedCorpus, plan: MitigationPlan) -> ChangedCorpus:
    lengths = np.diff(audited.corpus.document_offsets)
    return audited.without(matched_control(audited.amplifying(plan.share), lengths, plan.draw_seed, 1, 1))


def _chosen(audited: AuditedCorpus, plan: MitigationPlan) -> ChangedCorpus:
    count = audited.corpus.document_count
    if plan.positions[-1] >= count:
        raise InvalidInput(
            f"Position {plan.positions[-1]} is not in the corpus.", f"It has {count:,} documents, from 0."
        )
    if len(plan.positions) == count:
        raise InvalidInput(*EVERYTHING_GOES)
    return audited.without(np.array(plan.positions, np.int64))


def _pairs(plan: MitigationPlan) -> list[WordPairs]:
    return plan.lists or [load_built_in(GENDER)]


def _rewriting(method: RewriteMethod) -> "Callable[[AuditedCorpus, MitigationPlan], ChangedCorpus]":
    return lambda audited, plan: audited.rewritten(method, _pairs(plan))


def _names(audited: AuditedCorpus, plan: MitigationPlan) -> ChangedCorpus:
    return audited.rewritten("substitute", [*_pairs(plan), load_built_in(NAMES)])


ON_TEXTS: dict[str, Callable[[AuditedCorpus, MitigationPlan], ChangedCorpus]] = {
    "remove": _remove,
    "random": _random,
    "chosen": _chosen,
    "substitute": _rewriting("substitute"),
    "names": _names,
    "augment": _rewriting("augment"),
    "mask": _rewriting("mask"),
    "delete": _rewriting("delete"),
}
