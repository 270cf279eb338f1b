"""The benchmark's corpus: lower-cased runs of a-z, words seen at least 20 times, a document taken as one sentence; its
probes; and the sets of documents that are removed from it."""

import hashlib
import io
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import zstandard

from skipgram_audit.corpus.encoding import EncodedCorpus, offsets_of
from skipgram_audit.model.probe import ProbeDefinition, built_in_probes
from skipgram_audit.probes.kinds import resolve
from skipgram_audit.probes.word_lists import WordListScore
from tests.probes import any_probe

MINIMUM_COUNT = 20
WORD = re.compile("[a-z]+")
SHARE_REMOVED = {"half": 0.5, "tenth": 0.1, "hundredth": 0.01}


class Removal(Protocol):
    """Documents to remove, under a name that stands for exactly these."""

    @property
    def name(self) -> str: ...

    def removed(self, documents: int) -> npt.NDArray[np.bool_]:
        """bool [documents]."""
        ...


@dataclass(frozen=True)
class ChosenSet:
    """Documents by position, ascending."""

    positions: tuple[int, ...]

    @property
    def name(self) -> str:
        return f"chosen-{hashlib.sha256(repr(self.positions).encode()).hexdigest()[:16]}"

    def removed(self, documents: int) -> npt.NDArray[np.bool_]:
        mask = np.zeros(documents, np.bool_)
        mask[list(self.positions)] = True
        return mask

    @classmethod
    def of(cls, positions: npt.NDArray[np.int64]) -> "ChosenSet":
        return cls(tuple(np.sort(positions).tolist()))


@dataclass(frozen=True)
class RemovalSet:
    """A random set of documents to remove: half-3, tenth-0, hundredth-7; full-0 removes nothing."""

    kind: str
    number: int

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.number}"

    def removed(self, documents: int) -> npt.NDArray[np.bool_]:
        """bool [documents]; drawn from the set's own seed."""
        mask = np.zeros(documents, np.bool_)
        if self.kind != "full":
            share = SHARE_REMOVED[self.kind]
            generator = np.random.default_rng([round(100 * share), self.number])
            mask[generator.permutation(documents)[: int(documents * share)]] = True
        return mask


def read_corpus(path: Path, minimum_count: int = MINIMUM_COUNT) -> EncodedCorpus:
    """Encodes a .jsonl.zst file of objects with a text."""
    texts: list[list[str]] = []
    with path.open("rb") as file:
        stream = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8")
        texts = [WORD.findall(json.loads(line)["text"].lower()) for line in stream]
    occurrences = Counter(word for words in texts for word in words)
    kept = [word for word in occurrences if occurrences[word] >= minimum_count]
    kept.sort(key=lambda word: (-occurrences[word], word))
    index = {word: number for number, word in enumerate(kept)}
    sentences = [np.array([index[word] for word in words if word in index], np.int32) for words in texts]
    return EncodedCorpus(
        words=tuple(kept),
        counts=np.array([occurrences[word] for word in kept], np.int64),
        tokens=np.concatenate(sentences),
        sentence_offsets=offsets_of(np.array([len(words) for words in sentences], np.int64)),
        document_sentences=np.arange(len(sentences) + 1, dtype=np.int64),
        sentence_keys=np.arange(len(sentences), dtype=np.int64),
        casefold=True,
        dropped_tokens=0,
    )


def measurable_scores(corpus: EncodedCorpus) -> dict[str, WordListScore]:
    """The scores of the probes that the corpus has words for, by name."""
    resolved = [(probe.name, resolve(probe, corpus)) for probe in probes()]
    return {name: score for name, score in resolved if isinstance(score, WordListScore)}


def probes() -> list[ProbeDefinition]:
    """Science and arts (WEAT-8) by gender terms (WEAT-7); career and family (WEAT-6) by gender terms, both ways round;
    and WEAT-6."""
    names, terms, science = (built_in_probes()[name] for name in ("weat-6", "weat-7", "weat-8"))

    return [
        any_probe("science/arts x gender terms", "weat", science.targets, terms.attributes),
        any_probe("career/family x gender terms", "weat", names.attributes, terms.attributes),
        any_probe("gender terms x career/family", "weat", terms.attributes, names.attributes),
        any_probe("WEAT-6", "weat", names.targets, names.attributes),
    ]
