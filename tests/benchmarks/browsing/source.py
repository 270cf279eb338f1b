"""Documents cut anew from a real corpus: as many as wanted, with its words as often as there."""

import io
import json
import re
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import zstandard

from skipgram_audit.model.tokens import token_spans

SOURCE_WORDS = 5_000_000
"""Of the real corpus: enough for a vocabulary of a hundred thousand words."""

MEDIAN_WORDS, LOG_DEVIATION, MOST_WORDS = 90, 0.75, 3_000
"""Lengths are log-normal, with a mean of about 120 words: reviews, articles, sections."""

SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
PERSONS = {"he", "him", "his", "she", "her", "hers"}


@dataclass(frozen=True)
class Source:
    """The sentences of a corpus.

    Attributes:
        sentences, names: texts, and the name of what each was taken from.
        starts, lengths: of every word in its sentence; ``first_word[i]`` to ``first_word[i + 1]`` are those of i.
        personal: whether the sentence names a person by a pronoun: those drive a probe of gender.
    """

    sentences: list[str]
    names: list[str]
    starts: np.ndarray
    lengths: np.ndarray
    first_word: np.ndarray
    personal: np.ndarray

    def word_counts(self, used: np.ndarray) -> Counter[str]:
        """How often each word occurs when sentence i is used ``used[i]`` times."""
        counts: Counter[str] = Counter()
        for sentence, times in zip(self.sentences, used.tolist(), strict=True):
            if times:
                for start, end in token_spans(sentence):
                    counts[sentence[start:end]] += times
        return counts


def read_source(path: Path) -> Source:
    """The first SOURCE_WORDS words of a .jsonl.zst file of objects with a text, and a book or source."""
    sentences, names, personal = [], [], []
    starts, lengths, first_word = array("I"), array("H"), array("Q", [0])
    for row in read_rows(path):
        for sentence in SENTENCE_END.split(row["text"]):
            spans = [span for span in token_spans(sentence) if span[1] - span[0] < 2**16]
            if not spans:
                continue
            sentences.append(sentence)
            names.append(row.get("book") or row.get("source") or "")
            personal.append(any(sentence[start:end].lower() in PERSONS for start, end in spans))
            starts.extend(start for start, _ in spans)
            lengths.extend(end - start for start, end in spans)
            first_word.append(len(starts))
        if len(starts) >= SOURCE_WORDS:
            break
    return Source(
        sentences,
        names,
        np.array(starts, np.uint32),
        np.array(lengths, np.uint16),
        np.array(first_word, np.int64),
        np.array(personal),
    )


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        reader = zstandard.ZstdDecompressor().stream_reader(file)
        for line in io.TextIOWrapper(reader, encoding="utf-8"):
            yield json.loads(line)


@dataclass(frozen=True)
class CutDocument:
    """A made document: the numbers of its sentences, its text, and where they and its words stand in it."""

    sentences: np.ndarray
    text: str
    bounds: np.ndarray
    starts: np.ndarray
    lengths: np.ndarray


def cut_documents(source: Source, count: int, seed: int) -> Iterator[CutDocument]:
    """Documents of a few runs of neighbouring sentences each, from random places."""
    generator = np.random.default_rng(seed)
    total = len(source.sentences)
    words = np.minimum(np.exp(generator.normal(np.log(MEDIAN_WORDS), LOG_DEVIATION, count)), MOST_WORDS)
    sentence_words = np.diff(source.first_word)
    for wanted in words.tolist():
        numbers: list[int] = []
        held = 0
        while held < wanted:
            place = int(generator.integers(total))
            for number in range(place, min(place + 6, total)):
                numbers.append(number)
                held += int(sentence_words[number])
                if held >= wanted:
                    break
        yield _document(source, np.array(numbers))


def _document(source: Source, numbers: np.ndarray) -> CutDocument:
    texts = [source.sentences[number] for number in numbers.tolist()]
    ends = np.cumsum([len(text) + 1 for text in texts])
    begins = ends - [len(text) + 1 for text in texts]
    words = [slice(*pair) for pair in zip(source.first_word[numbers], source.first_word[numbers + 1], strict=True)]
    return CutDocument(
        numbers,
        " ".join(texts),
        np.column_stack([begins, ends - 1]).astype(np.uint32),
        np.concatenate([source.starts[part] + begin for part, begin in zip(words, begins, strict=True)]),
        np.concatenate([source.lengths[part] for part in words]),
    )
