"""A rewritten corpus as training sees it, in the words of the audited one."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from skipgram_audit.corpus.encoding import EncodedCorpus, drop_unknown, occurrences, offsets_of
from skipgram_audit.mitigation.rewriting import Bounds
from skipgram_audit.mitigation.rewritten_corpus import Fate, RewrittenDocument
from skipgram_audit.model.tokens import tokenize

Document = TypeVar("Document")


def in_vocabulary(corpus: EncodedCorpus, documents: Iterable[RewrittenDocument]) -> EncodedCorpus:
    """A rewritten corpus in the words of the audited one: what estimators predict from.

    Words that the audited corpus does not count are dropped, as its own rare words are. Counts are those of the result.
    Sentences keep their keys, and so their random draws; those of copies and of new texts get new ones.

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
        if one.fate is Fate.ADDED:
            own, own_lengths = _encoded(corpus, one.source.text, one.source.bounds)
            add(own, own_lengths, np.arange(next_key, next_key + len(own_lengths), dtype=np.int64))
            next_key += len(own_lengths)
            continue
        first, last = corpus.document_sentences[one.position : one.position + 2].tolist()
        own_keys = corpus.sentence_keys[first:last]
        if one.fate in (Fate.KEPT, Fate.COPIED):
            add(corpus.tokens[corpus.document_tokens(one.position)], sentence_lengths[first:last], own_keys)
        if one.fate in (Fate.CHANGED, Fate.COPIED):
            assert one.rewritten is not None
            own, own_lengths = _encoded(corpus, one.rewritten.text, one.rewritten.bounds)
            if one.fate is Fate.CHANGED:
                add(own, own_lengths, own_keys[one.rewritten.kept])
            for _ in one.copy_ids:
                add(own, own_lengths, np.arange(next_key, next_key + len(own_lengths), dtype=np.int64))
                next_key += len(own_lengths)
    joined = np.concatenate([np.zeros(0, np.int32), *tokens])
    return replace(
        corpus,
        counts=occurrences(joined, len(corpus.words)),
        tokens=joined,
        sentence_offsets=offsets_of(np.concatenate([np.zeros(0, np.int64), *lengths])),
        document_sentences=offsets_of(np.array(sentences, np.int64)),
        sentence_keys=np.concatenate([np.zeros(0, np.int64), *keys]),
    )


def _encoded(corpus: EncodedCorpus, text: str, bounds: Bounds) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """Word ids of a text's sentences, one after the other, and the lengths of these sentences."""
    index = corpus.index
    found = [
        [index.get(word, -1) for word in tokenize(text[first:last], corpus.casefold, corpus.language)]
        for first, last in bounds.tolist()
    ]
    offsets = offsets_of(np.array([len(sentence) for sentence in found], np.int64))
    numbers = np.array([word for sentence in found for word in sentence], np.int32)
    tokens, offsets = drop_unknown(numbers, offsets)
    return tokens, np.diff(offsets)


def watched(documents: Iterable[Document], total: int, progress: Callable[[float], None]) -> Iterator[Document]:
    """The documents, while their share that has passed is told; the call may raise to cancel."""
    for number, document in enumerate(documents, start=1):
        yield document
        progress(min(1.0, number / max(1, total)))
