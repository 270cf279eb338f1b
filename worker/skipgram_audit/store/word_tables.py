"""The word tables of a finished audit, as the worker wrote them (skipgram_audit.auditing.words), mapped into memory.

Shapes: V words, P measured probes.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.corpus.encoding import offsets_of
from skipgram_audit.model.errors import NotFound
from skipgram_audit.model.tokens import word_form
from skipgram_audit.settings import Settings
from skipgram_audit.store.columns import audit_identity
from skipgram_audit.store.models import AuditRow

WORDS_FOLDER = "words"
WORDS_FILE = "words.json"
OCCURRENCES, TOKENS_AT_ONCE = 20_000, 2**20
AUDIT_AGAIN = "Audit the corpus again with the same settings."


class WordOrder(StrEnum):
    """How a list of words is sorted."""

    STRENGTH = "strength"
    AMPLIFYING = "amplifying"
    MITIGATING = "mitigating"
    COUNT = "count"
    EACH = "each"
    WORD = "word"


@dataclass(frozen=True)
class WordRow:
    """A word.

    Attributes:
        count: its tokens that were trained on.
        influence: of all of them on a probe; a pair's is split between its two tokens.
    """

    word: str
    count: int
    influence: float

    @property
    def each(self) -> float:
        """Influence of one token, on average."""
        return self.influence / self.count if self.count else 0.0


@dataclass(frozen=True)
class Partner:
    """A word beside another one.

    Attributes:
        number: the row of the word.
        influence: of all pairs of the two, the half that counts as the first word's.
        updates: expected updates of the pair in an epoch of training.
    """

    number: int
    word: str
    influence: float
    updates: float


@dataclass(frozen=True)
class Neighbour:
    """A word of like vectors: mean cosine over seeds, and the smallest and largest of a seed."""

    word: str
    cosine: float
    lowest: float
    highest: float


@dataclass(frozen=True)
class Example:
    """A sentence in which a word weighs much: position of the document, number of the sentence in it, from 0."""

    position: int
    sentence: int


class WordTables:
    """The tables of one audit.

    Args:
        folder: that of the audit's words.

    Raises:
        NotFound: the audit measured nothing, or its folder is incomplete.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / WORDS_FILE
        if not path.is_file():
            raise NotFound("This audit has no tables of words.", AUDIT_AGAIN)
        content = json.loads(path.read_text(encoding="utf-8"))
        self.words: list[str] = content["words"]
        self._probes: list[str] = content["probes"]
        self.window: int = content["window"]
        self._language: str = content["language"]
        self.made_from: str = content["made_from"]
        self._folder = folder

    @classmethod
    def of_audit(cls, settings: Settings, audit: AuditRow) -> "WordTables":
        """Those that the worker wrote for an audit of the store, from its documents.

        Raises:
            NotFound: there are none, or they are of other documents.
        """
        found = cls(words_folder(settings, audit))
        if found.made_from != audit_identity(audit):
            raise NotFound("The tables of words in this audit's folder are of another one.", AUDIT_AGAIN)
        return found

    @property
    def has_pairs(self) -> bool:
        """Whether the audit's estimator has influences of pairs of words, and so of the pairs behind a token."""
        return has_pairs(self._folder)

    @cached_property
    def counts(self) -> npt.NDArray[np.int64]:
        """Tokens of each word, [V]."""
        return self.array("counts")

    def counts_without(self, positions: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Tokens of each word outside some documents, [V]; needs the tables of pairs, beside which tokens are kept."""
        offsets = self.array("sentence_offsets")[self.array("document_sentences")]
        lengths, starts = np.diff(offsets)[positions], offsets[positions]
        # All tokens of the documents, as places: a stretch for each.
        places = np.arange(int(lengths.sum())) + np.repeat(starts - offsets_of(lengths)[:-1], lengths)
        gone = np.bincount(self.array("tokens")[places], minlength=len(self.words))
        left: npt.NDArray[np.int64] = self.counts - gone
        return left

    def influence(self, probe: str) -> npt.NDArray[np.float64]:
        """Influence of all tokens of each word, [V]."""
        return np.asarray(self.array("influence")[self.row(probe)])

    def index(self, word: str) -> int:
        """Raises:
        NotFound: the vocabulary has no such word.
        """
        try:
            return self.words.index(word)
        except ValueError:
            raise NotFound(
                f"The vocabulary of this audit has no word {word[:80]!r}.",
                "Words seen less often than the minimum count are left out; search the list of words.",
            ) from None

    def ordered(
        self, probe: str, order: WordOrder, direction: int, search: str = "", left_out: int = 0
    ) -> npt.NDArray[np.int64]:
        """Numbers of the words whose form holds the search text, in an order.

        Args:
            direction: +1 when positive influence amplifies. Amplifying and mitigating words are listed alone.
            left_out: so many of the most frequent words are not listed: mostly words of grammar, in any language.
        """
        keys = self._keys(order, self.influence(probe) * direction)
        chosen = np.arange(len(self.words))
        if search:
            wanted = word_form(search, True, self._language)
            folded = (word_form(word, True, self._language) for word in self.words)
            chosen = np.array([number for number, word in enumerate(folded) if wanted in word], np.int64)
        if order in (WordOrder.AMPLIFYING, WordOrder.MITIGATING):
            chosen = chosen[keys[chosen] > 0]
        if left_out:
            chosen = chosen[~np.isin(chosen, np.argsort(-self.counts, kind="stable")[:left_out])]
        return chosen[np.argsort(-keys[chosen], kind="stable")]

    def _keys(self, order: WordOrder, influence: npt.NDArray[np.float64]) -> npt.NDArray[Any]:
        """What words are sorted by, the largest first, [V]."""
        match order:
            case WordOrder.STRENGTH:
                return np.abs(influence)
            case WordOrder.AMPLIFYING:
                return influence
            case WordOrder.MITIGATING:
                return -influence
            case WordOrder.COUNT:
                return self.counts
            case WordOrder.EACH:
                return np.abs(influence) / np.maximum(self.counts, 1)
            case WordOrder.WORD:
                places = np.empty(len(self.words), np.int64)
                places[sorted(range(len(self.words)), key=self.words.__getitem__)] = np.arange(len(self.words))
                return -places

    def rows(self, probe: str, numbers: npt.NDArray[np.int64]) -> list[WordRow]:
        """Some words."""
        influence = self.influence(probe)
        return [WordRow(self.words[one], int(self.counts[one]), float(influence[one])) for one in numbers.tolist()]

    def partners(self, probe: str, word: int, direction: int, most: int) -> tuple[list[Partner], list[Partner], int]:
        """The partners of a word that amplify and those that mitigate, the strongest first, and how many it has; none
        where there are no pairs."""
        if not self.has_pairs:
            return [], [], 0
        offsets = self.array("offsets")
        entries = slice(int(offsets[word]), int(offsets[word + 1]))
        partners, influence = self.array("partners")[entries], self.array("pairs")[self.row(probe), entries]
        updates = self.array("pair_counts")[entries]
        found = []
        for sign in (direction, -direction):
            order = np.argsort(-sign * influence, kind="stable")[:most]
            order = order[sign * influence[order] > 0]
            found.append(
                [
                    Partner(number, self.words[number], float(influence[one]), float(updates[one]))
                    for one, number in zip(order.tolist(), partners[order].tolist(), strict=True)
                ]
            )
        return found[0], found[1], len(partners)

    def neighbours(self, word: int, most: int) -> list[Neighbour]:
        """The words of the most similar vectors, by mean cosine over seeds."""
        vectors = self.array("vectors")
        cosines = np.stack([seed @ seed[word] for seed in vectors])
        mean = cosines.mean(axis=0)
        mean[word] = -np.inf
        nearest = np.argsort(-mean, kind="stable")[: min(most, len(mean) - 1)]
        return [
            Neighbour(self.words[one], float(mean[one]), float(cosines[:, one].min()), float(cosines[:, one].max()))
            for one in nearest.tolist()
        ]

    def examples(self, probe: str, word: int) -> list[Example]:
        """Where the word weighs most, the strongest first."""
        found = self.array("examples")[self.row(probe), word].tolist()
        return [Example(position=position, sentence=sentence) for position, sentence in found if position >= 0]

    def shared_sentences(self, word: int, others: Sequence[int]) -> dict[int, Example]:
        """For each other word, a sentence in which it is nearest to the word; none where it is nowhere beside it.

        Beside: within the window, in counted words. The first OCCURRENCES tokens of the word are looked at.
        """
        if not self.has_pairs:
            return {}
        tokens, offsets = self.array("tokens"), self.array("sentence_offsets")
        places = _first_places(tokens, word, OCCURRENCES)
        sentences = np.searchsorted(offsets, places, side="right") - 1
        found: dict[int, int] = {}
        for distance in (sign * steps for steps in range(1, self.window + 1) for sign in (-1, 1)):
            beside = places + distance
            inside = (beside >= offsets[sentences]) & (beside < offsets[sentences + 1])
            near = tokens[beside[inside]]
            for other in others:
                if other not in found:
                    hits = np.flatnonzero(near == other)
                    if len(hits):
                        found[other] = int(sentences[inside][hits[0]])
        documents = self.array("document_sentences")
        positions = {other: int(np.searchsorted(documents, one, side="right")) - 1 for other, one in found.items()}
        return {
            other: Example(positions[other], one - int(documents[positions[other]])) for other, one in found.items()
        }

    def row(self, probe: str) -> int:
        """The row of a measured probe."""
        return self._probes.index(probe)

    def array(self, name: str) -> npt.NDArray[Any]:
        """A table by the name of its file; see skipgram_audit.auditing.words."""
        return np.asarray(np.load(self._folder / f"{name}.npy", mmap_mode="r", allow_pickle=False))


def _first_places(tokens: npt.NDArray[np.int32], word: int, most: int) -> npt.NDArray[np.int64]:
    """Where a word occurs, up to so many times; tokens are read in parts, no further than needed."""
    found: list[npt.NDArray[np.int64]] = []
    for first in range(0, len(tokens), TOKENS_AT_ONCE):
        found.append(first + np.flatnonzero(tokens[first : first + TOKENS_AT_ONCE] == word))
        if sum(map(len, found)) >= most:
            break
    return np.concatenate([np.zeros(0, np.int64), *found])[:most]


def words_folder(settings: Settings, audit: AuditRow) -> Path:
    """Where an audit's tables lie."""
    return settings.audit_folder(audit.storage_name) / WORDS_FOLDER


def has_pairs(folder: Path) -> bool:
    """Whether the tables in a folder hold influences of pairs of words."""
    return (folder / "pairs.npy").is_file()
