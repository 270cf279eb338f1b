"""From texts to token arrays: the vocabulary, and every sentence as word ids."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.arrays import read_arrays, write_arrays
from skipgram_audit.computing.bounds import require_length, require_offsets, require_places
from skipgram_audit.computing.progress import Progress
from skipgram_audit.model.engine_errors import UnusableCorpus
from skipgram_audit.model.tokens import DEFAULT_LANGUAGE, token_spans, tokenize, word_form

SMALLEST_VOCABULARY = 2
TOKENS_AT_ONCE = 1_000_000


@dataclass(frozen=True)
class TextDocument:
    """A document's text and its sentences: uint32 [sentences, 2], start and end in code points."""

    text: str
    bounds: npt.NDArray[np.uint32]


@dataclass(frozen=True)
class EncodedCorpus:
    """A corpus as training sees it: sentences of word ids, words outside the vocabulary dropped.

    Attributes:
        words: the vocabulary, most frequent first, ties in alphabetical order.
        counts: int64 [words], occurrences.
        tokens: int32 [tokens], word ids of all sentences in order.
        sentence_offsets: int64 [sentences + 1]; sentence s is tokens[sentence_offsets[s]:sentence_offsets[s + 1]].
        document_sentences: int64 [documents + 1]; the same for the sentences of a document.
        sentence_keys: int64 [sentences], a sentence's identity for random draws: its number in the whole corpus.
        casefold: whether words were folded.
        dropped_tokens: tokens whose word is too rare for the vocabulary.
        language: whose case rules folding followed.
    """

    words: tuple[str, ...]
    counts: npt.NDArray[np.int64]
    tokens: npt.NDArray[np.int32]
    sentence_offsets: npt.NDArray[np.int64]
    document_sentences: npt.NDArray[np.int64]
    sentence_keys: npt.NDArray[np.int64]
    casefold: bool
    dropped_tokens: int
    language: str = DEFAULT_LANGUAGE

    def __post_init__(self) -> None:
        """Compiled loops take a corpus as it is, without looking at bounds: every place that they follow is checked
        here, once.

        Raises:
            DamagedArrays: words, counts, tokens and offsets do not fit each other.
        """
        require_places("The tokens", self.tokens, len(self.words))
        require_offsets("The sentences", self.sentence_offsets, len(self.tokens))
        require_offsets("The documents", self.document_sentences, self.sentence_count)
        require_length("The counts of words", self.counts, len(self.words))
        require_length("The keys of sentences", self.sentence_keys, self.sentence_count)

    @cached_property
    def index(self) -> dict[str, int]:
        """Word -> id."""
        return {word: number for number, word in enumerate(self.words)}

    @cached_property
    def accompanied(self) -> npt.NDArray[np.int64]:
        """int64 [words], occurrences in sentences of two tokens or more: only these are ever part of a pair."""
        lengths = np.diff(self.sentence_offsets)
        return occurrences(self.tokens[np.repeat(lengths > 1, lengths)], len(self.words))

    @property
    def document_count(self) -> int:
        return len(self.document_sentences) - 1

    @property
    def sentence_count(self) -> int:
        return len(self.sentence_offsets) - 1

    @cached_property
    def document_offsets(self) -> npt.NDArray[np.int64]:
        """int64 [documents + 1]: document d is tokens[document_offsets[d]:document_offsets[d + 1]]."""
        return self.sentence_offsets[self.document_sentences]

    def form(self, word: str) -> str:
        """The word as this corpus would count it."""
        return word_form(word, self.casefold, self.language)

    def document_tokens(self, document: int) -> slice:
        """Where a document's tokens lie in tokens."""
        return slice(int(self.document_offsets[document]), int(self.document_offsets[document + 1]))

    def locate(
        self, text: str, bounds: npt.NDArray[np.uint32]
    ) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint16]]:
        """Where in a document's text its encoded tokens are.

        Returns:
            starts: uint32, in code points, and lengths: uint16, one each for every encoded token of the document,
            in the order of tokens.
        """
        starts: list[int] = []
        lengths: list[int] = []
        for first, last in bounds.tolist():
            sentence = text[first:last]
            for start, end in token_spans(sentence):
                if self.form(sentence[start:end]) in self.index:
                    starts.append(first + start)
                    lengths.append(end - start)
        return np.array(starts, np.uint32), np.array(lengths, np.uint16)

    def document_keys(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The documents that have sentences, and the key of each one's first sentence, which represents it in draws."""
        filled = np.flatnonzero(np.diff(self.document_sentences))
        return filled, self.sentence_keys[self.document_sentences[filled]]

    def by_sentence(self, documents: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Each sentence's value out of its document's [documents]."""
        return np.repeat(documents, np.diff(self.document_sentences))

    def without(self, removed: npt.NDArray[np.bool_]) -> "EncodedCorpus":
        """What is left when documents go; vocabulary, counts and sentence keys stay as they are.

        Args:
            removed: bool [documents].
        """
        return self.of_documents(np.flatnonzero(~removed))

    def of_documents(self, documents: npt.NDArray[np.int64]) -> "EncodedCorpus":
        """Some documents, or all, in this order; vocabulary, counts and sentence keys stay as they are."""
        return replace(
            self,
            tokens=gathered(self.tokens, self.document_offsets, documents),
            sentence_offsets=offsets_of(gathered(np.diff(self.sentence_offsets), self.document_sentences, documents)),
            document_sentences=offsets_of(np.diff(self.document_sentences)[documents]),
            sentence_keys=gathered(self.sentence_keys, self.document_sentences, documents),
        )

    def without_sentences(self, removed: npt.NDArray[np.bool_]) -> "EncodedCorpus":
        """What is left when sentences go, bool [sentences]: each other one stays in its document."""
        kept = np.flatnonzero(~removed)
        return replace(
            self,
            tokens=gathered(self.tokens, self.sentence_offsets, kept),
            sentence_offsets=offsets_of(np.diff(self.sentence_offsets)[kept]),
            document_sentences=np.concatenate([np.zeros(1, np.int64), np.cumsum(~removed)])[self.document_sentences],
            sentence_keys=self.sentence_keys[kept],
        )

    def extended(self, documents: Sequence[Sequence[Sequence[int]]]) -> "EncodedCorpus":
        """With further documents at the end, each of sentences of word numbers; vocabulary and counts stay."""
        sentences = [sentence for document in documents for sentence in document]
        lengths = np.array([len(sentence) for sentence in sentences], np.int64)
        more = np.array([word for sentence in sentences for word in sentence], np.int32)
        first = int(self.sentence_keys.max(initial=-1)) + 1
        return replace(
            self,
            tokens=np.concatenate([self.tokens, more]),
            sentence_offsets=np.concatenate([self.sentence_offsets, self.sentence_offsets[-1] + np.cumsum(lengths)]),
            document_sentences=np.concatenate(
                [self.document_sentences, self.document_sentences[-1] + np.cumsum([len(one) for one in documents])]
            ).astype(np.int64),
            sentence_keys=np.concatenate([self.sentence_keys, first + np.arange(len(sentences), dtype=np.int64)]),
        )

    def recounted(self, minimum_count: int) -> "EncodedCorpus":
        """The corpus with its vocabulary counted anew: words that became rarer than minimum_count are dropped."""
        counts = occurrences(self.tokens, len(self.words))
        kept = np.flatnonzero(counts >= minimum_count)
        order = sorted(kept.tolist(), key=lambda word: (-counts[word], self.words[word]))
        require_vocabulary(len(order), minimum_count)
        new_ids = np.full(len(self.words), -1, np.int32)
        new_ids[order] = np.arange(len(order), dtype=np.int32)
        tokens, offsets = drop_unknown(new_ids[self.tokens], self.sentence_offsets)
        return replace(
            self,
            words=tuple(self.words[word] for word in order),
            counts=counts[order],
            tokens=tokens,
            sentence_offsets=offsets,
            dropped_tokens=self.dropped_tokens + len(self.tokens) - len(tokens),
        )

    def save(self, path: Path) -> None:
        """Writes the corpus to one .npz file, without pickle; the file appears whole or not at all."""
        arrays: dict[str, Any] = {
            "words": np.frombuffer("\n".join(self.words).encode(), np.uint8),
            "counts": self.counts,
            "tokens": self.tokens,
            "sentence_offsets": self.sentence_offsets,
            "document_sentences": self.document_sentences,
            "sentence_keys": self.sentence_keys,
            "language": np.frombuffer(self.language.encode(), np.uint8),
            "scalars": np.array([int(self.casefold), self.dropped_tokens], np.int64),
        }
        write_arrays(path, arrays)

    @classmethod
    def load(cls, path: Path) -> "EncodedCorpus":
        """Reads what save wrote."""
        arrays = read_arrays(path)
        casefold, dropped = arrays["scalars"].tolist()
        return cls(
            words=tuple(arrays["words"].tobytes().decode().split("\n")),
            counts=arrays["counts"],
            tokens=arrays["tokens"],
            sentence_offsets=arrays["sentence_offsets"],
            document_sentences=arrays["document_sentences"],
            sentence_keys=arrays["sentence_keys"],
            casefold=bool(casefold),
            dropped_tokens=dropped,
            language=arrays["language"].tobytes().decode(),
        )


class _Numbering(dict[str, int]):
    """Gives each new key the next number."""

    def __missing__(self, key: str) -> int:
        number = self[key] = len(self)
        return number


def encode_documents(
    documents: Iterable[TextDocument],
    total: int,
    casefold: bool,
    minimum_count: int,
    progress: Progress,
    language: str = DEFAULT_LANGUAGE,
) -> EncodedCorpus:
    """Reads a stream of documents once; texts are not kept.

    Args:
        documents: in corpus order.
        total: how many there are, for progress.
        casefold: count He and he as one word.
        minimum_count: words seen less often are dropped.
        progress: called with 0..1 after every document.
        language: of the texts, an ISO 639 code; it decides about case.

    Raises:
        UnusableCorpus: fewer than two words are frequent enough.
    """
    numbering = _Numbering()
    raw = array("i")
    sentence_lengths = array("q")
    sentences_of = array("q")
    for number, document in enumerate(documents, start=1):
        for first, last in document.bounds.tolist():
            words = tokenize(document.text[first:last], casefold, language)
            raw.extend(map(numbering.__getitem__, words))
            sentence_lengths.append(len(words))
        sentences_of.append(len(document.bounds))
        progress(min(1.0, number / max(1, total)))
    tokens = np.frombuffer(raw, np.int32) if raw else np.zeros(0, np.int32)
    corpus = EncodedCorpus(
        words=tuple(numbering),
        counts=occurrences(tokens, len(numbering)),
        tokens=tokens,
        sentence_offsets=offsets_of(np.array(sentence_lengths, np.int64)),
        document_sentences=offsets_of(np.array(sentences_of, np.int64)),
        sentence_keys=np.arange(len(sentence_lengths), dtype=np.int64),
        casefold=casefold,
        dropped_tokens=0,
        language=language,
    )
    return corpus.recounted(minimum_count)


def require_vocabulary(size: int, minimum_count: int) -> None:
    """Raises UnusableCorpus when there are too few words to train on."""
    if size < SMALLEST_VOCABULARY:
        raise UnusableCorpus(
            f"Only {size} word{'' if size == 1 else 's'} occur{'s' if size == 1 else ''} at least {minimum_count} "
            f"times in the corpus; training needs {SMALLEST_VOCABULARY}.",
            "Lower the minimum count, or use a larger corpus.",
            vocabulary=size,
            minimum_count=minimum_count,
        )


def require_pairs(corpus: EncodedCorpus) -> None:
    """Raises UnusableCorpus when no two words of the vocabulary are together: a vector is learnt from its word's
    neighbours only."""
    if corpus.accompanied.any():
        return
    filled = int(np.count_nonzero(np.diff(corpus.sentence_offsets)))
    raise UnusableCorpus(
        f"In no sentence of this corpus do two words of the vocabulary stand together: {filled:,} sentences hold one "
        "word each, so there is nothing to learn word vectors from.",
        "Give whole sentences: texts as they are written, not one word a line. If most words are too rare for the "
        "vocabulary, lower the minimum count.",
        vocabulary=len(corpus.words),
        sentences=corpus.sentence_count,
    )


def offsets_of(lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """[0, lengths[0], lengths[0] + lengths[1], ...]."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])


def gathered(values: npt.NDArray[Any], offsets: npt.NDArray[np.int64], numbers: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The stretches offsets[n]:offsets[n + 1] of values, one after the other for each of the numbers n."""
    stretches = [values[offsets[number] : offsets[number + 1]] for number in numbers.tolist()]
    return np.concatenate([values[:0], *stretches])


def occurrences(tokens: npt.NDArray[np.int32], words: int) -> npt.NDArray[np.int64]:
    """How often each word occurs, int64 [words]; a stretch at a time, since bincount copies what it counts."""
    counts = np.zeros(words, np.int64)
    for first in range(0, len(tokens), TOKENS_AT_ONCE):
        counts += np.bincount(tokens[first : first + TOKENS_AT_ONCE], minlength=words)
    return counts


def sums_between(values: npt.NDArray[np.float64], offsets: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Sums of values[..., offsets[i]:offsets[i + 1]] for every i, sentences to documents for instance; 0 of none."""
    filled = np.flatnonzero(np.diff(offsets))
    sums = np.zeros((*values.shape[:-1], len(offsets) - 1))
    if len(filled):
        sums[..., filled] = np.add.reduceat(values, offsets[filled], axis=-1)
    return sums


def drop_unknown(
    tokens: npt.NDArray[np.int32], offsets: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """Removes the tokens numbered -1 and moves the sentence offsets accordingly."""
    known = tokens >= 0
    lengths = np.zeros(len(offsets) - 1, np.int64)
    filled = np.flatnonzero(np.diff(offsets))
    if len(filled):
        lengths[filled] = np.add.reduceat(known, offsets[filled], dtype=np.int64)
    return tokens[known], offsets_of(lengths)
