"""What a rewriting makes of a corpus: document by document, and as training sees it."""

import enum
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from skipgram_audit.corpus.encoding import EncodedCorpus, drop_unknown, occurrences, offsets_of
from skipgram_audit.corpus.sources import CorpusDocument
from skipgram_audit.mitigation.rewriting import (
    Change,
    Rewriter,
    RewrittenText,
    apply_changes,
    has_nothing_left,
    without_undone,
)
from skipgram_audit.model.tokens import tokenize

Undone = Mapping[int, Collection[int]]
"""Place of a document in the corpus -> where the changes begin that are not made in it."""

COPY_MARK = "counterfactual"
"""In the id of a copy that augmentation adds."""


class Fate(enum.StrEnum):
    """What becomes of a document."""

    KEPT = "kept"
    CHANGED = "changed"
    COPIED = "copied"
    REMOVED = "removed"
    EMPTIED = "emptied"


@dataclass(frozen=True)
class RewrittenDocument:
    """A document of the original corpus, and what stands in its place.

    Attributes:
        position: its place in the corpus, from 0.
        changes: that are made in it, or in its copy.
        rewritten: the text with these changes.
        copy_id: of the copy that was added; empty without one.
    """

    position: int
    source: CorpusDocument
    fate: Fate
    changes: list[Change] = field(default_factory=list)
    rewritten: RewrittenText | None = None
    copy_id: str = ""

    @property
    def results(self) -> list[CorpusDocument]:
        """The documents of the new corpus in its place: none, one, or two."""
        if self.fate in (Fate.REMOVED, Fate.EMPTIED):
            return []
        if self.rewritten is None:
            return [self.source]
        changed = replace(
            self.source, text=self.rewritten.text, bounds=self.rewritten.bounds, id=self.copy_id or self.source.id
        )
        return [self.source, changed] if self.fate is Fate.COPIED else [changed]


class CorpusRewriting:
    """A plan carried out on the documents of a corpus, in their order.

    Args:
        rewriter: of the plan.
        undone: changes that are not made.
        taken_ids: of the corpus, so that no copy gets one of them; needed for augmentation alone.
    """

    def __init__(
        self, rewriter: Rewriter, undone: Undone | None = None, taken_ids: Collection[str] = frozenset()
    ) -> None:
        self._rewriter = rewriter
        self._undone = undone or {}
        self._taken = taken_ids
        plan = rewriter.plan
        self._positions = None if plan.positions is None else frozenset(plan.positions)
        self._removed = frozenset(plan.removed)

    def documents(self, documents: Iterable[CorpusDocument]) -> Iterator[RewrittenDocument]:
        """What becomes of each document.

        Args:
            documents: of the whole corpus.
        """
        for position, document in enumerate(documents):
            yield self.document(position, document)

    def document(self, position: int, document: CorpusDocument) -> RewrittenDocument:
        """What becomes of one."""
        if position in self._removed:
            return RewrittenDocument(position, document, Fate.REMOVED)
        changes = without_undone(self.proposed(position, document), self._undone.get(position, ()))
        if not changes:
            return RewrittenDocument(position, document, Fate.KEPT)
        rewritten = apply_changes(document.text, document.bounds, changes)
        if self._rewriter.plan.method == "augment":
            return RewrittenDocument(position, document, Fate.COPIED, changes, rewritten, self._copy_id(document.id))
        fate = Fate.EMPTIED if has_nothing_left(rewritten) else Fate.CHANGED
        return RewrittenDocument(position, document, fate, changes, rewritten)

    def proposed(self, position: int, document: CorpusDocument) -> list[Change]:
        """All changes that the plan makes in a document, those that were undone as well."""
        if position in self._removed or (self._positions is not None and position not in self._positions):
            return []
        return self._rewriter.changes(document.id, document.text, document.bounds)

    def _copy_id(self, identifier: str) -> str:
        wanted, number = f"{identifier}-{COPY_MARK}", 1
        while wanted in self._taken:
            number += 1
            wanted = f"{identifier}-{COPY_MARK}-{number}"
        return wanted


def in_vocabulary(corpus: EncodedCorpus, documents: Iterable[RewrittenDocument]) -> EncodedCorpus:
    """A rewritten corpus in the words of the audited one: what estimators predict from.

    Words that the audited corpus does not count are dropped, as its own rare words are. Counts are those of the result.
    Sentences keep their keys, and so their random draws; those of copies get new ones.

    Args:
        documents: of the whole corpus, in its order.
    """
    tokens: list[npt.NDArray[np.int32]] = []
    lengths: list[npt.NDArray[np.int64]] = []
    keys: list[npt.NDArray[np.int64]] = []
    sentences: list[int] = []
    next_key = int(corpus.sentence_keys.max(initial=-1)) + 1
    sentence_lengths = np.diff(corpus.sentence_offsets)

    def add(own: npt.NDArray[np.int32], own_lengths: npt.NDArray[np.int64], own_keys: npt.NDArray[np.int64]) -> None:
        tokens.append(own)
        lengths.append(own_lengths)
        keys.append(own_keys)
        sentences.append(len(own_lengths))

    for one in documents:
        first, last = corpus.document_sentences[one.position : one.position + 2].tolist()
        own_keys = corpus.sentence_keys[first:last]
        if one.fate in (Fate.KEPT, Fate.COPIED):
            add(corpus.tokens[corpus.document_tokens(one.position)], sentence_lengths[first:last], own_keys)
        if one.fate in (Fate.CHANGED, Fate.COPIED):
            assert one.rewritten is not None
            own, own_lengths = _encoded(corpus, one.rewritten)
            if one.fate is Fate.COPIED:
                own_keys = np.arange(next_key, next_key + len(own_lengths), dtype=np.int64)
                next_key += len(own_lengths)
                add(own, own_lengths, own_keys)
            else:
                add(own, own_lengths, own_keys[one.rewritten.kept])
    joined = np.concatenate([np.zeros(0, np.int32), *tokens])
    return replace(
        corpus,
        counts=occurrences(joined, len(corpus.words)),
        tokens=joined,
        sentence_offsets=offsets_of(np.concatenate([np.zeros(0, np.int64), *lengths])),
        document_sentences=offsets_of(np.array(sentences, np.int64)),
        sentence_keys=np.concatenate([np.zeros(0, np.int64), *keys]),
    )


def _encoded(corpus: EncodedCorpus, text: RewrittenText) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """Word ids of a text's sentences, one after the other, and the lengths of these sentences."""
    index = corpus.index
    found = [
        [index.get(word, -1) for word in tokenize(text.text[first:last], corpus.casefold, corpus.language)]
        for first, last in text.bounds.tolist()
    ]
    offsets = offsets_of(np.array([len(sentence) for sentence in found], np.int64))
    numbers = np.array([word for sentence in found for word in sentence], np.int32)
    tokens, offsets = drop_unknown(numbers, offsets)
    return tokens, np.diff(offsets)


def watched(
    documents: Iterable[CorpusDocument], total: int, progress: Callable[[float], None]
) -> Iterator[CorpusDocument]:
    """The documents, while their share that has passed is told; the call may raise to cancel."""
    for number, document in enumerate(documents, start=1):
        yield document
        progress(min(1.0, number / max(1, total)))
