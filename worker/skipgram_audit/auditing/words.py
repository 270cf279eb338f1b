"""What an audit finds of single words, as arrays that the web maps into memory: one folder of plain .npy files.

    words.json          what they were made from; the probes that were measured, by name; the window; the corpus'
                        language; the words, in the order of the rows below
    counts.npy          int64 [V], tokens of each word
    document_counts.npy int64 [V], documents that hold it
    influence.npy       float64 [P, V], influence of all tokens of a word
    examples.npy        int32 [P, V, EXAMPLES, 2], position of the document and number of its sentence: where the word's
                        tokens weigh most, strongest first; -1 where there are no more
    vectors.npy         float32 [seeds, V, d], of length 1: for neighbours
    offsets.npy, partners.npy, pairs.npy, pair_counts.npy
                        S of skipgram_audit.attribution.pair_influences
    tokens.npy, sentence_offsets.npy, document_sentences.npy
                        the encoded corpus, for the pairs behind a token
    active.npy          bool [P, tokens], whether a token has influence: the store keeps those alone
    keep.npy            float64 [V], how likely subsampling keeps a word

The tables from offsets.npy on are missing where the estimator has no pairs.

The folder appears whole or not at all.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.auditing.pipeline import AuditPipeline
from skipgram_audit.computing.compiled import compiled
from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.report.values import WordInfluences
from skipgram_audit.training.distribution import keep_probabilities

EXAMPLES = 3


def word_influences(pipeline: AuditPipeline) -> WordInfluences | None:
    """Of a finished audit; None where no probe was measured."""
    names = [probe.name for probe in pipeline.measurable_probes]
    if not names:
        return None
    corpus = pipeline.corpus
    sums = [np.bincount(corpus.tokens, one, len(corpus.words)) for one in pipeline.influences.tokens]
    return WordInfluences(corpus.words, corpus.counts, names, np.stack(sums))


def write_words(folder: Path, pipeline: AuditPipeline, found: WordInfluences | None, made_from: str = "") -> None:
    """Writes the tables of a finished audit; nothing where no probe was measured.

    Args:
        folder: replaced when it is there.
        found: what word_influences gives for it.
        made_from: see skipgram_audit.store.columns; the tables say it of themselves.
    """
    unfinished = folder.with_name(folder.name + ".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    if found is None:
        return
    unfinished.mkdir(parents=True)
    tables: dict[str, Any] = {
        "counts": found.counts,
        "document_counts": document_counts(pipeline.corpus),
        "influence": found.influences,
        "examples": np.stack([examples(pipeline.corpus, one) for one in pipeline.influences.tokens]),
        "vectors": np.stack([_unit_rows(one.inputs) for one in pipeline.trajectories]),
    }
    pairs = pipeline.pairs
    if pairs is not None:
        tables |= {
            "offsets": pairs.offsets, "partners": pairs.columns, "pairs": pairs.influences, "pair_counts": pairs.counts,
            "tokens": pipeline.corpus.tokens, "sentence_offsets": pipeline.corpus.sentence_offsets,
            "document_sentences": pipeline.corpus.document_sentences, "active": pipeline.influences.tokens != 0,
            "keep": keep_probabilities(pipeline.corpus.counts, pipeline.settings.subsample),
        }  # fmt: skip
    for name, array in tables.items():
        np.save(unfinished / f"{name}.npy", array)
    content = {
        "made_from": made_from,
        "probes": found.probes,
        "window": pipeline.settings.window,
        "language": pipeline.corpus.language,
        "words": list(found.words),
    }
    (unfinished / "words.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    unfinished.replace(folder)


def document_counts(corpus: EncodedCorpus) -> npt.NDArray[np.int64]:
    """int64 [V], how many documents hold each word."""
    counts = np.zeros(len(corpus.words), np.int64)
    _count_documents(corpus.tokens, corpus.document_offsets, counts, np.full(len(corpus.words), -1, np.int64))
    return counts


@compiled
def _count_documents(words: Any, offsets: Any, counts: Any, last: Any) -> None:
    """One pass over the tokens; last: the document in which each word was met last."""
    for document in range(offsets.size - 1):
        for token in range(offsets[document], offsets[document + 1]):
            word = words[token]
            if last[word] != document:
                last[word] = document
                counts[word] += 1


def examples(corpus: EncodedCorpus, influence: npt.NDArray[np.float32]) -> npt.NDArray[np.int32]:
    """int32 [V, EXAMPLES, 2], position of the document and number of the sentence in it of the tokens of largest
    absolute influence, each sentence once; of equal ones the earlier, -1 where a word has fewer."""
    chosen = np.full((len(corpus.words), EXAMPLES), -1, np.int64)
    _choose(corpus.tokens, corpus.sentence_offsets, influence, chosen, np.zeros(chosen.shape, np.float32))
    documents = np.searchsorted(corpus.document_sentences, chosen, side="right") - 1
    within = chosen - corpus.document_sentences[documents]
    return np.where(chosen[..., None] < 0, -1, np.stack([documents, within], axis=-1)).astype(np.int32)


@compiled
def _choose(words: Any, offsets: Any, influence: Any, chosen: Any, kept: Any) -> None:
    """One pass over the tokens that keeps the best sentences of each word so far, and how strong its token is in each.

    Places that are free have strength 0, so that tokens without influence take none.
    """
    last = chosen.shape[1] - 1
    for sentence in range(offsets.size - 1):
        for token in range(offsets[sentence], offsets[sentence + 1]):
            word, strength = words[token], abs(influence[token])
            if strength > kept[word, last]:
                place = 0
                while place < last and chosen[word, place] != sentence:
                    place += 1
                if chosen[word, place] == sentence and kept[word, place] >= strength:
                    continue
                while place > 0 and kept[word, place - 1] < strength:
                    chosen[word, place], kept[word, place] = chosen[word, place - 1], kept[word, place - 1]
                    place -= 1
                chosen[word, place], kept[word, place] = sentence, strength


def _unit_rows(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1.0), np.float32)
