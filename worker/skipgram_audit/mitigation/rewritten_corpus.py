"""What a rewriting makes of a corpus, document by document."""

import enum
import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from skipgram_audit.corpus.sentences import sentence_bounds
from skipgram_audit.mitigation.rewriting import (
    Bounds,
    Change,
    Rewriter,
    RewrittenText,
    apply_changes,
    deletion,
    without_undone,
)
from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.rewriting import RewritePlan
from skipgram_audit.model.tokens import has_word
from skipgram_audit.report.corpus_file import WritableDocument

COPY_MARK, SAME_MARK, ADDED_MARK = "counterfactual", "copy", "added"
"""In the ids of copies that augmentation adds, of copies that stay as they are, and of new texts."""


def adds_documents(plan: RewritePlan) -> bool:
    """Whether documents join the corpus, which need ids that are free."""
    return plan.method in ("augment", "add")


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
    ADDED = "added"


@dataclass(frozen=True)
class RewrittenDocument:
    """A document of the original corpus, and what stands in its place; or a new one.

    Attributes:
        position: its place in the corpus, from 0; new ones follow the others.
        changes: that are made in it, or in its copy.
        rewritten: the text with these changes; of a copy that stays as it is, the text itself.
        copy_ids: of the copies that were added.
    """

    position: int
    source: AnyDocument
    fate: Fate
    changes: list[Change] = field(default_factory=list)
    rewritten: RewrittenText | None = None
    copy_ids: tuple[str, ...] = ()

    @property
    def results(self) -> list[Original]:
        """The documents of the new corpus in its place: none, one, or it and its copies."""
        one, rewritten = self.source, self.rewritten
        if self.fate in (Fate.REMOVED, Fate.EMPTIED):
            return []
        same = Original(one.text, one.bounds, one.id, one.title, one.fields)
        if rewritten is None:
            return [same]
        changed = [
            Original(rewritten.text, rewritten.bounds, identifier, one.title, one.fields)
            for identifier in self.copy_ids or (one.id,)
        ]
        return [same, *changed] if self.fate is Fate.COPIED else changed


class CorpusRewriting:
    """A plan carried out on the documents of a corpus, in their order.

    Args:
        rewriter: of the plan.
        undone: changes that are not made.
        taken_ids: of the corpus, so that nothing that is added gets one of them; needed where adds_documents says so.
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
        self._sentences: dict[int, list[int]] = defaultdict(list)
        for position, number in plan.removed_sentences:
            self._sentences[position].append(number)

    def documents(self, documents: Iterable[AnyDocument]) -> Iterator[RewrittenDocument]:
        """What becomes of each document, and then what is new.

        Args:
            documents: of the whole corpus.
        """
        position = -1
        for position, document in enumerate(documents):
            yield self.document(position, document)
        for number, text in enumerate(self._rewriter.plan.added, start=1):
            bounds = np.asarray(sentence_bounds(text, self._rewriter.language), np.uint32).reshape(-1, 2)
            [identifier] = self._free_ids(f"{ADDED_MARK}-{number}", 1)
            yield RewrittenDocument(position + number, Original(text, bounds, identifier), Fate.ADDED)

    def document(self, position: int, document: AnyDocument) -> RewrittenDocument:
        """What becomes of one."""
        if position in self._removed:
            return RewrittenDocument(position, document, Fate.REMOVED)
        plan = self._rewriter.plan
        if plan.method == "add" and position in (self._positions or ()):
            same = RewrittenText(document.text, document.bounds, np.arange(len(document.bounds)))
            copies = self._free_ids(f"{document.id}-{SAME_MARK}", plan.copies)
            return RewrittenDocument(position, document, Fate.COPIED, [], same, copies)
        changes = without_undone(self.proposed(position, document), self._undone.get(position, ()))
        if not changes:
            return RewrittenDocument(position, document, Fate.KEPT)
        rewritten = apply_changes(document.text, document.bounds, changes)
        if plan.method == "augment":
            copies = self._free_ids(f"{document.id}-{COPY_MARK}", 1)
            return RewrittenDocument(position, document, Fate.COPIED, changes, rewritten, copies)
        # No reader would take a text without a word.
        fate = Fate.CHANGED if has_word(rewritten.text) else Fate.EMPTIED
        return RewrittenDocument(position, document, fate, changes, rewritten)

    def proposed(self, position: int, document: AnyDocument) -> list[Change]:
        """All changes that the plan makes in a document, those that were undone as well.

        Raises:
            InvalidInput: the document lacks a sentence that is to go.
        """
        if position in self._removed or (self._positions is not None and position not in self._positions):
            return []
        numbers = self._sentences.get(position, [])
        if numbers and numbers[-1] >= len(document.bounds):
            raise InvalidInput(
                f"The document {document.id[:80]!r} has no sentence {numbers[-1] + 1:,}.",
                f"It has {len(document.bounds):,}.",
            )
        why = self._rewriter.plan.removed_why
        found = [deletion(document.text, document.bounds, number, why) for number in numbers]
        return found or self._rewriter.changes(document.id, document.text, document.bounds)

    def _free_ids(self, wanted: str, count: int) -> tuple[str, ...]:
        """So many ids that the corpus does not have: this one, and it with numbers from 2."""
        numbered = (wanted if number == 1 else f"{wanted}-{number}" for number in itertools.count(1))
        return tuple(itertools.islice((one for one in numbered if one not in self._taken), count))
