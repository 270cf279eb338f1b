"""What a rewriting makes of a corpus, document by document."""

import enum
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from skipgram_audit.mitigation.rewriting import (
    Bounds,
    Change,
    Rewriter,
    RewrittenText,
    apply_changes,
    without_undone,
)
from skipgram_audit.model.tokens import has_word
from skipgram_audit.report.corpus_file import WritableDocument

COPY_MARK = "counterfactual"
"""In the id of a copy that augmentation adds."""

Undone = Mapping[int, Collection[int]]
"""Place of a document in the corpus -> where the changes begin that are not made in it."""


def undone_of(stored: Mapping[str, Sequence[int]]) -> dict[int, frozenset[int]]:
    """The same out of JSON, whose keys are strings."""
    return {int(position): frozenset(starts) for position, starts in stored.items()}


@dataclass(frozen=True)
class Original:
    """A document as a rewriting takes it, and gives it back: bounds are those of its sentences."""

    text: str
    bounds: Bounds
    id: str
    title: str = ""
    fields: dict[str, str] = field(default_factory=dict)


class AnyDocument(WritableDocument, Protocol):
    """What a rewriting reads of a document. Those of a corpus are such, and Original is."""

    @property
    def bounds(self) -> Bounds: ...


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
    source: AnyDocument
    fate: Fate
    changes: list[Change] = field(default_factory=list)
    rewritten: RewrittenText | None = None
    copy_id: str = ""

    @property
    def results(self) -> list[Original]:
        """The documents of the new corpus in its place: none, one, or two."""
        one, rewritten = self.source, self.rewritten
        if self.fate in (Fate.REMOVED, Fate.EMPTIED):
            return []
        same = Original(one.text, one.bounds, one.id, one.title, one.fields)
        if rewritten is None:
            return [same]
        changed = Original(rewritten.text, rewritten.bounds, self.copy_id or one.id, one.title, one.fields)
        return [same, changed] if self.fate is Fate.COPIED else [changed]


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

    def documents(self, documents: Iterable[AnyDocument]) -> Iterator[RewrittenDocument]:
        """What becomes of each document.

        Args:
            documents: of the whole corpus.
        """
        for position, document in enumerate(documents):
            yield self.document(position, document)

    def document(self, position: int, document: AnyDocument) -> RewrittenDocument:
        """What becomes of one."""
        if position in self._removed:
            return RewrittenDocument(position, document, Fate.REMOVED)
        changes = without_undone(self.proposed(position, document), self._undone.get(position, ()))
        if not changes:
            return RewrittenDocument(position, document, Fate.KEPT)
        rewritten = apply_changes(document.text, document.bounds, changes)
        if self._rewriter.plan.method == "augment":
            return RewrittenDocument(position, document, Fate.COPIED, changes, rewritten, self._copy_id(document.id))
        # No reader would take a text without a word.
        fate = Fate.CHANGED if has_word(rewritten.text) else Fate.EMPTIED
        return RewrittenDocument(position, document, fate, changes, rewritten)

    def proposed(self, position: int, document: AnyDocument) -> list[Change]:
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
