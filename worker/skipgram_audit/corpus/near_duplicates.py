"""Near-duplicates: documents whose sets of five successive words overlap in at least four fifths.

Two documents are linked when the Jaccard index of their sets of 5-word shingles, |A and B| / |A or B|, is at least
THRESHOLD, or when all their words are the same, which is all that can be asked of texts of fewer than five words. A
group is a connected part of that graph, so that its members form a chain of such likenesses.

Pairs are looked for by MinHash (Broder 1997; the library datasketch): 125 minima of a document's shingles in 25 bands
of 5. Two documents of Jaccard index s share a whole band with probability 1 - (1 - s^5)^25, which is 0.99995 at 0.8 and
0.02 at 0.25. Every pair that shares one is then compared exactly. Bands are joined by sorting a number for each, and
not in the library's index, whose sets take kilobytes a document: here a document takes BYTES_A_DOCUMENT in memory,
however long it is, and texts are read again for the pairs that are compared.
"""

import zlib
from array import array
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
from datasketch import MinHash
from scipy.cluster.hierarchy import DisjointSet

from skipgram_audit.computing.progress import Progress, part_of
from skipgram_audit.model.near_duplicates import DuplicateCounts
from skipgram_audit.model.tokens import tokenize

WORDS = 5
THRESHOLD = 0.8
BANDS, ROWS = 25, 5
SEED = 1
SCHEME = "affine32"
BYTES_A_DOCUMENT = 8 * (BANDS + 1) + 4
SHINGLES_AT_ONCE = 20_000
"""Of one document, whose 125 hashes each are in memory at once: 10 MB."""

CACHED_SHINGLES = 500_000
"""Of documents being compared, in memory: about 60 MB."""

MOST_COMPARED = 20
"""Shorter documents of one band that a document is compared with. More than this many that all differ and yet share a
band hold much the same phrases, a form or a licence; where there are more, that is counted."""

MOST_REMEMBERED = 1_000_000
"""Pairs found different, so that they are not compared again for each band that they share."""

SKETCHING_SHARE = 0.9
"""Of the time that a search takes, for reading and sketching."""

ALONE = -1
WordsOf = Callable[[int], Sequence[str]]


@dataclass(frozen=True)
class DuplicateGroups:
    """int32 [documents]: the number of the first document of each one's group, ALONE for those in none."""

    first: npt.NDArray[np.int32]
    counts: DuplicateCounts


def repeated(first: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """The documents that go when one of each group is kept, the first: bool [documents]."""
    goes: npt.NDArray[np.bool_] = (first != ALONE) & (first != np.arange(len(first)))
    return goes


class Sketches:
    """What is kept of each document, added in order: a digest of its words, and one of each band of its minima."""

    def __init__(self) -> None:
        self._permutations = MinHash(BANDS * ROWS, SEED, hashfunc=zlib.crc32, scheme=SCHEME).permutations
        self._mixers = np.random.default_rng(SEED).integers(1, 2**63, ROWS, dtype=np.uint64) * 2 + 1
        self._words = array("Q")
        self._shingles = array("i")
        self._bands = array("Q")

    def add(self, words: Sequence[str]) -> None:
        """The next document, as its words are to be compared (case-folded)."""
        self._words.append(int.from_bytes(blake2b("\n".join(words).encode(), digest_size=8).digest(), "little"))
        found = shingles(words)
        self._shingles.append(len(found) if words else ALONE)
        self._bands.frombytes(self._digests(found).tobytes() if found else bytes(8 * BANDS))

    def _digests(self, found: frozenset[bytes]) -> npt.NDArray[np.uint64]:
        """uint64 [BANDS]: equal where all minima of a band are."""
        sketch = MinHash(BANDS * ROWS, SEED, hashfunc=zlib.crc32, scheme=SCHEME, permutations=self._permutations)
        ordered = list(found)
        for first in range(0, len(ordered), SHINGLES_AT_ONCE):
            sketch.update_batch(ordered[first : first + SHINGLES_AT_ONCE])
        minima = np.asarray(sketch.hashvalues, np.uint64).reshape(BANDS, ROWS)
        mixed: npt.NDArray[np.uint64] = (minima * self._mixers).sum(axis=1, dtype=np.uint64)
        return mixed

    def groups(self, words_of: WordsOf, progress: Progress) -> DuplicateGroups:
        """The groups of all documents that were added.

        Args:
            words_of: gives a document's words again, by its number from 0.
            progress: called with 0..1.
        """
        lengths = np.array(self._shingles, np.int32)
        linked = _Links(lengths, words_of)
        repeated = np.zeros(len(lengths), np.bool_)
        for run in _runs(np.array(self._words, np.uint64), np.flatnonzero(lengths >= 0)):
            linked.equal(run)
            repeated[run[1:]] = True
        compared = np.flatnonzero((lengths > 0) & ~repeated)
        bands = np.frombuffer(self._bands, np.uint64).reshape(-1, BANDS)
        for number in range(BANDS):
            for run in _runs(bands[:, number], compared):
                linked.compare(run, lambda: progress(number / BANDS))  # noqa: B023
            progress((number + 1) / BANDS)
        return linked.found()


def groups_of_texts(
    texts: Iterable[str], text_of: Callable[[int], str], language: str, total: int, progress: Progress
) -> DuplicateGroups:
    """The groups of texts, which are read once in order, and again where they are compared.

    Words are compared case-folded: a text set in capitals is a duplicate.

    Args:
        text_of: gives a text again, by its number from 0.
        language: decides about case.
        total: words of all texts, for the progress.
        progress: called with 0..1; may raise to cancel.
    """

    def words_of(text: str) -> list[str]:
        return tokenize(text, casefold=True, language=language)

    sketches, seen = Sketches(), 0
    sketching = part_of(progress, 0.0, SKETCHING_SHARE)
    for text in texts:
        words = words_of(text)
        sketches.add(words)
        seen += len(words)
        sketching(seen / max(1, total))
    comparing = part_of(progress, SKETCHING_SHARE, 1 - SKETCHING_SHARE)
    return sketches.groups(lambda number: words_of(text_of(number)), comparing)


def shingles(words: Sequence[str]) -> frozenset[bytes]:
    """The different runs of five successive words; none when there are fewer."""
    encoded = [word.encode() for word in words]
    return frozenset(map(b" ".join, zip(*(encoded[first:] for first in range(WORDS)), strict=False)))


def jaccard(one: frozenset[bytes], other: frozenset[bytes]) -> float:
    """|A and B| / |A or B| of two sets that are not both empty."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)


def _runs(digests: npt.NDArray[np.uint64], numbers: npt.NDArray[np.int64]) -> Iterator[npt.NDArray[np.int64]]:
    """The numbers, ascending, of two documents or more that have one digest."""
    if not len(numbers):
        return
    order = numbers[np.argsort(digests[numbers], kind="stable")]
    bounds = np.flatnonzero(np.diff(digests[order], prepend=digests[order[:1]] + np.uint64(1)))
    for first, last in zip(bounds, np.append(bounds[1:], len(order)), strict=True):
        if last - first > 1:
            yield order[first:last]


class _Links:
    """Documents that were found alike, and what was compared to find them."""

    def __init__(self, lengths: npt.NDArray[np.int32], words_of: WordsOf) -> None:
        self._lengths = lengths
        self._words_of = words_of
        self._sets = DisjointSet()
        self._different: set[tuple[int, int]] = set()
        self._cached: OrderedDict[int, frozenset[bytes]] = OrderedDict()
        self._cached_shingles = 0
        self._pairs = 0
        self._passed_over = 0

    def equal(self, run: npt.NDArray[np.int64]) -> None:
        """Links documents of the same words."""
        first, *others = run.tolist()
        for other in others:
            self._add(first)
            self._add(other)
            self._sets.merge(first, other)

    def compare(self, run: npt.NDArray[np.int64], progress: Callable[[], None]) -> None:
        """Links those documents of a run that are alike enough.

        By rising length: then groups are in the order of their longest member, and those whose longest is too short
        to be alike are done with.
        """
        groups: dict[int, list[int]] = {}
        for number in run[np.argsort(self._lengths[run], kind="stable")].tolist():
            progress()
            self._add(number)
            least = THRESHOLD * self._lengths[number]
            while groups and self._lengths[groups[first := next(iter(groups))][-1]] < least:
                del groups[first]
            alike = [groups.pop(root) for root in list(self._roots_of_alike(groups, number, least))]
            members = groups.pop(self._sets[number], [])
            for others in alike:
                self._sets.merge(others[-1], number)
                members = sorted([*members, *others], key=self._lengths.__getitem__) if members else others
            members.append(number)
            groups[self._sets[number]] = members

    def _roots_of_alike(self, groups: dict[int, list[int]], number: int, least: float) -> Iterator[int]:
        """The groups of a run that hold a document like this one, the nearest in length compared first."""
        tries = MOST_COMPARED
        for root in reversed(groups):
            if root == self._sets[number]:
                continue
            for member in reversed(groups[root]):
                if self._lengths[member] < least:
                    break
                if tries == 0:
                    self._passed_over += 1
                    return
                tries -= 1
                if self._alike(member, number):
                    yield root
                    break

    def found(self) -> DuplicateGroups:
        first = np.full(len(self._lengths), ALONE, np.int32)
        sizes = Counter[int]()
        for members in self._sets.subsets():
            if len(members) > 1:
                smallest = min(members)
                first[list(members)] = smallest
                sizes[smallest] = len(members)
        return DuplicateGroups(
            first,
            DuplicateCounts(
                groups=len(sizes),
                documents=sum(sizes.values()),
                largest=max(sizes.values(), default=0),
                by_shingles=int(np.count_nonzero(self._lengths > 0)),
                by_equality=int(np.count_nonzero(self._lengths == 0)),
                without_words=int(np.count_nonzero(self._lengths < 0)),
                pairs=self._pairs,
                passed_over=self._passed_over,
            ),
        )

    def _add(self, number: int) -> None:
        if number not in self._sets:
            self._sets.add(number)

    def _alike(self, one: int, other: int) -> bool:
        """Whether two documents are near-duplicates; those that share several bands are compared once."""
        if (one, other) in self._different:
            return False
        self._pairs += 1
        if jaccard(self._shingles_of(one), self._shingles_of(other)) >= THRESHOLD:
            return True
        if len(self._different) == MOST_REMEMBERED:
            self._different.clear()
        self._different.add((one, other))
        return False

    def _shingles_of(self, number: int) -> frozenset[bytes]:
        if number in self._cached:
            self._cached.move_to_end(number)
            return self._cached[number]
        made = self._cached[number] = shingles(self._words_of(number))
        self._cached_shingles += len(made)
        while self._cached_shingles > CACHED_SHINGLES and len(self._cached) > 2:
            self._cached_shingles -= len(self._cached.popitem(last=False)[1])
        return made
