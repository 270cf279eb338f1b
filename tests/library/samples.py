"""Small corpora with the shape of text: words by Zipf's law, sentences of different lengths, each with a topic."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from gensim.test.utils import datapath

from skipgram_audit.auditing.pipeline import AuditPipeline
from skipgram_audit.corpus.encoding import EncodedCorpus, TextDocument, encode_documents, offsets_of
from skipgram_audit.corpus.sentences import sentence_bounds
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.model.settings import AuditSettings
from tests.probes import any_probe

TOPICS = 3


def zipf_corpus(words: int = 30, documents: int = 20, sentences: int = 2, seed: int = 0) -> EncodedCorpus:
    """Documents of a few sentences each; every word occurs, two of three words belong to their sentence's topic."""
    generator = np.random.default_rng(seed)
    lengths = generator.integers(3, 25, documents * sentences)
    tokens = (generator.zipf(1.3, lengths.sum()) % words).astype(np.int32)
    topics = np.repeat(generator.integers(0, TOPICS, len(lengths)), lengths)
    on_topic = generator.random(len(tokens)) < 2 / 3
    tokens[on_topic] = (tokens // TOPICS * TOPICS + topics)[on_topic] % words
    tokens[:words] = generator.permutation(words)
    counts = np.bincount(tokens, minlength=words).astype(np.int64)
    order = np.argsort(-counts, kind="stable")
    rank = np.empty(words, np.int32)
    rank[order] = np.arange(words, dtype=np.int32)
    return EncodedCorpus(
        words=tuple(f"word{number:03d}" for number in range(words)),
        counts=counts[order],
        tokens=rank[tokens],
        sentence_offsets=offsets_of(lengths),
        document_sentences=offsets_of(np.full(documents, sentences)),
        sentence_keys=np.arange(documents * sentences, dtype=np.int64),
        casefold=True,
        dropped_tokens=0,
    )


def small_settings(**changes: object) -> AuditSettings:
    """Few dimensions and epochs, large steps: every effect is far above rounding. Ranges are not checked."""
    values: dict[str, object] = {
        "casefold": True, "dimension": 8, "window": 3, "negatives": 4, "minimum_count": 1, "subsample": 0.1,
        "epochs": 3, "step_size": 0.3, "minimum_step_size": 0.05, "noise_power": 0.75, "seeds": (1, 2),
        "shuffle_documents": False, "null_shuffles": 0, "estimator": "replay",
    }  # fmt: skip
    return AuditSettings().model_copy(update={**values, **changes})


def small_probe(name: str = "small") -> ProbeDefinition:
    """A WEAT over eight words of zipf_corpus, frequent and rare ones."""
    return any_probe(
        name=name,
        kind="weat",
        targets={"X": ("word001", "word007"), "Y": ("word002", "word009")},
        attributes={"A": ("word000", "word012"), "B": ("word003", "word015")},
    )


@cache
def news_texts() -> tuple[str, ...]:
    """300 Australian news reports that gensim ships, 60,000 words."""
    return tuple(Path(datapath("lee_background.cor")).read_text(encoding="utf-8").splitlines())


@cache
def news_corpus() -> EncodedCorpus:
    """The news reports, words seen at least five times."""
    return encode_documents(news_documents(), len(news_texts()), True, 5, silent)


def news_documents() -> list[TextDocument]:
    """The news reports and their sentences."""
    return [TextDocument(text, sentence_bounds(text, "en")) for text in news_texts()]


def news_probe() -> ProbeDefinition:
    """A probe all of whose words are in the news reports at least five times."""
    return any_probe(
        name="news",
        kind="weat",
        targets={"He": ("he", "man", "his"), "She": ("she", "woman", "her")},
        attributes={"State": ("government", "minister"), "Family": ("family", "children")},
    )


def silent(_fraction: float) -> None:
    """A progress that nobody watches."""


NEWS_SETTINGS: dict[str, Any] = {
    "dimension": 25, "window": 5, "negatives": 5, "minimum_count": 5, "subsample": 1e-3, "epochs": 3,
    "step_size": 0.025, "minimum_step_size": 1e-4,
}  # fmt: skip
"""Small, and as word2vec trains otherwise."""


def news_audit(
    folder: Path, estimator: str, settings: AuditSettings, *probes: ProbeDefinition, device: str = "cpu"
) -> AuditPipeline:
    """An audit of the news reports up to their influences, on news_probe() after any other probes."""
    settings = settings.model_copy(update={"estimator": estimator})
    pipeline = AuditPipeline(folder, settings, [*probes, news_probe()], device)
    documents = news_documents()
    pipeline.encode(documents, len(documents), silent)
    pipeline.train(silent)
    pipeline.influence(silent)
    return pipeline


def in_another_order(corpus: EncodedCorpus, seed: int) -> EncodedCorpus:
    """The corpus with its sentences in another order; documents' bounds are left as they were."""
    order = np.random.default_rng(seed).permutation(corpus.sentence_count)
    bounds = corpus.sentence_offsets
    tokens = np.concatenate([corpus.tokens[bounds[one] : bounds[one + 1]] for one in order])
    return replace(corpus, tokens=tokens, sentence_offsets=offsets_of(np.diff(bounds)[order]))
