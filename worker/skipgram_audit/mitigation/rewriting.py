"""Rewriting of texts: which words of a document are replaced, by what, and the text that results.

A rewriting is a list of changes of one text, each a stretch of code points that is replaced. Without a change the text
is as it was, byte for byte; so any of them can be undone, and the changes with the original give the result. They
depend on the plan, the document's id and its text alone: they are made again whenever they are needed, and never kept.

Words are found as corpora count them (skipgram_audit.model.tokens), case-folded by the rules of the corpus' language,
and a replacement is written as the word was: in lower case, with a first capital, or in capitals.

Sources: Hall Maudslay, Gonen, Cotterell and Teufel 2019 (arXiv 1909.00871) for substitution and names; Lu, Mardziel,
Wu, Amancharla and Datta 2018 (arXiv 1807.11714) for augmentation.
"""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from skipgram_audit.mitigation.english import Tagger, counterpart, goes_on, is_ambiguous, is_determiner
from skipgram_audit.model.rewriting import RewritePlan
from skipgram_audit.model.tokens import DEFAULT_LANGUAGE, token_spans, tokenize
from skipgram_audit.model.word_pairs import PairTable, pair_table

Bounds = npt.NDArray[np.uint32]

_DOTLESS_LANGUAGES = ("tr", "tur", "az", "aze")
"""Whose capital of i is İ."""


@dataclass(frozen=True)
class Change:
    """A stretch of a text that is replaced.

    Attributes:
        start, end: in the original text, in code points.
        before, after: what is there, and what takes its place.
        sentence: its number, from 0.
        why: the pair and its list, in words.
    """

    start: int
    end: int
    before: str
    after: str
    sentence: int
    why: str


@dataclass(frozen=True)
class RewrittenText:
    """A text with changes made in it.

    Attributes:
        text: the result.
        bounds: uint32 [sentences left, 2], of its sentences: those of the original, moved; without those deleted.
        kept: int64 [sentences left], their numbers in the original.
    """

    text: str
    bounds: Bounds
    kept: npt.NDArray[np.int64]


class Rewriter:
    """Finds the changes that a plan makes.

    Args:
        plan: see there; positions and removed documents are the caller's.
        language: of the corpus.

    Raises:
        InvalidPairs: the lists contradict each other.
        InvalidInput: the plan names nothing to do, or asks for a tagger that is not installed.
    """

    def __init__(self, plan: RewritePlan, language: str = DEFAULT_LANGUAGE) -> None:
        plan.require_something()
        self.plan = plan
        self.language = language
        self.table: PairTable | None = pair_table(plan.lists, language) if plan.lists else None
        swaps = self.table and self.table.possessives and plan.method in ("substitute", "augment")
        self._tagger = Tagger() if swaps and plan.grammar == "tagger" else None

    def is_drawn(self, identifier: str) -> bool:
        """Whether the document of this id is taken, by the plan's seed and probability."""
        share = self.plan.share
        if share >= 1:
            return True
        digest = hashlib.blake2b(f"{self.plan.seed}:{identifier}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") < share * 2**64

    def changes(self, identifier: str, text: str, bounds: Bounds) -> list[Change]:
        """The changes of a document, in the order of its text; none where it is not drawn.

        Args:
            bounds: uint32 [sentences, 2].
        """
        if self.table is None or not self.is_drawn(identifier):
            return []
        if self.plan.method == "delete":
            return list(self._deletions(text, bounds, self.table))
        return [
            change
            for number, (first, last) in enumerate(bounds.tolist())
            for change in self._of_sentence(text, first, last, number, self.table)
        ]

    def _deletions(self, text: str, bounds: Bounds, table: PairTable) -> Iterator[Change]:
        """Sentences with a word of the lists."""
        for number, (first, last) in enumerate(bounds.tolist()):
            found = [word for word, _, _, _ in self._found(text[first:last], table)]
            if found:
                yield deletion(text, bounds, number, f"holds {', '.join(dict.fromkeys(found))}")

    def _of_sentence(self, text: str, first: int, last: int, number: int, table: PairTable) -> Iterator[Change]:
        sentence = text[first:last]
        for written, start, place, form in self._found(sentence, table):
            if self.plan.method == "mask":
                after, why = self.plan.mask, f"{form} is in {self._list_of(form, table)}"
            elif form in table.partners:
                pair, side = table.partners[form]
                after = written_like(written, pair.words[1 - side], self.language)
                why = f"{pair.words[0]}–{pair.words[1]} ({pair.name})"
            else:
                partner, how = self._possessive(sentence, form, place)
                after = written_like(written, partner, self.language)
                why = f"{form}–{partner} ({table.possessives}{how})"
            if after != written:
                yield Change(first + start, first + start + len(written), written, after, number, why)

    def _found(self, sentence: str, table: PairTable) -> Iterator[tuple[str, int, int, str]]:
        """Words of the lists in a sentence: as written, where, the number of the word, and its form."""
        forms = tokenize(sentence, True, self.language)
        if not any(form in table for form in forms):
            return
        for place, ((start, end), form) in enumerate(zip(token_spans(sentence), forms, strict=True)):
            if form not in table:
                continue
            written = sentence[start:end]
            pair = table.partners.get(form)
            if pair is not None and pair[0].capitalised and not written[0].isupper():
                continue
            yield written, start, place, form

    def _possessive(self, sentence: str, form: str, place: int) -> tuple[str, str]:
        """The counterpart of her, hers, his or him at a place of a sentence, and how it was decided."""
        if not is_ambiguous(form):
            return counterpart(form, False), ""
        spans = list(token_spans(sentence))
        stops = [*(start for start, _ in spans[1:]), len(sentence)]
        gaps = [sentence[end:stop] for (_, end), stop in zip(spans, stops, strict=True)]
        if self._tagger is not None and form == "her" and goes_on(gaps[place]):
            words, number = with_punctuation(sentence, spans, place)
            return counterpart(form, self._tagger.is_determiner(words, number)), ", by part of speech"
        forms = tokenize(sentence, True, self.language)
        return counterpart(form, is_determiner(forms, gaps, place)), ", by what follows"

    def _list_of(self, form: str, table: PairTable) -> str:
        return table.partners[form][0].name if form in table.partners else table.possessives


def deletion(text: str, bounds: Bounds, number: int, why: str) -> Change:
    """A sentence that goes, with the white space behind it, up to the next sentence.

    Args:
        number: of the sentence, from 0.
    """
    first = int(bounds[number, 0])
    stop = int(bounds[number + 1, 0] if number + 1 < len(bounds) else bounds[number, 1])
    return Change(first, stop, text[first:stop], "", number, why)


def with_punctuation(sentence: str, spans: Sequence[tuple[int, int]], place: int) -> tuple[list[str], int]:
    """The words of a sentence with the punctuation between them, and which of them is the word of this number."""
    words: list[str] = []
    position = number = 0
    for count, (start, end) in enumerate(spans):
        words += sentence[position:start].split()
        if count == place:
            number = len(words)
        words.append(sentence[start:end])
        position = end
    return words + sentence[position:].split(), number


def written_like(written: str, word: str, language: str) -> str:
    """A word in the case of another: capitals, a first capital, or lower case; else as it is listed."""
    cased = [letter for letter in written if letter.isupper() or letter.islower()]
    if not cased:
        return word
    if len(cased) > 1 and written.isupper():
        return _upper(word, language)
    if written.islower():
        return _lower(word, language)
    if cased[0].isupper() and all(letter.islower() for letter in cased[1:]):
        return _upper(word[0], language) + _lower(word[1:], language)
    return _upper(word[0], language) + word[1:] if cased[0].isupper() else word


def _upper(text: str, language: str) -> str:
    return (text.replace("i", "İ") if _is_dotless(language) else text).upper()


def _lower(text: str, language: str) -> str:
    return (text.replace("İ", "i").replace("I", "ı") if _is_dotless(language) else text).lower()


def _is_dotless(language: str) -> bool:
    return language.lower().replace("_", "-").split("-")[0] in _DOTLESS_LANGUAGES


def without_undone(changes: Sequence[Change], undone: Collection[int]) -> list[Change]:
    """The changes but for those that begin at one of some places."""
    return [change for change in changes if change.start not in undone] if undone else list(changes)


def apply_changes(text: str, bounds: Bounds, changes: Sequence[Change]) -> RewrittenText:
    """A text with its changes made.

    Args:
        bounds: uint32 [sentences, 2], of the original.
        changes: in the order of the text; none overlaps another, and each lies in one sentence, or holds it whole.
    """
    pieces, position = [], 0
    for change in changes:
        pieces += [text[position : change.start], change.after]
        position = change.end
    pieces.append(text[position:])
    starts = np.array([change.start for change in changes], np.int64)
    ends = np.array([change.end for change in changes], np.int64)
    grown = np.concatenate([[0], np.cumsum([len(one.after) - (one.end - one.start) for one in changes])])
    edges = bounds.astype(np.int64)
    moved = np.empty_like(edges)
    # A change at a sentence's first letter lies behind its start; one that ends with the sentence, before its end.
    moved[:, 0] = edges[:, 0] + grown[np.searchsorted(ends, edges[:, 0], side="right")]
    moved[:, 1] = edges[:, 1] + grown[np.searchsorted(starts, edges[:, 1], side="left")]
    gone = {change.sentence for change in changes if _holds(change, edges)}
    kept = np.array([number for number in range(len(edges)) if number not in gone], np.int64)
    return RewrittenText("".join(pieces), moved[kept].astype(np.uint32).reshape(-1, 2), kept)


def _holds(change: Change, edges: npt.NDArray[np.int64]) -> bool:
    """Whether a change deletes its sentence."""
    first, last = edges[change.sentence]
    return not change.after and change.start <= first and change.end >= last
