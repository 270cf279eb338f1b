"""What is measured: each task runs in a process of its own and prints one JSON object.

clock and processor are the seconds of what the task is about; imports and the making of its input are left out.
"""

import json
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from gensim.models import Word2Vec

from skipgram_audit.attribution.estimators import ESTIMATORS
from skipgram_audit.attribution.protocol import InfluenceProblem
from skipgram_audit.attribution.replay.estimator import ReplayModel
from skipgram_audit.attribution.tables import TableSpreading
from skipgram_audit.auditing.audit import Audit
from skipgram_audit.computing.cores import core_count
from skipgram_audit.corpus.counts import count_pairs
from skipgram_audit.corpus.encoding import EncodedCorpus, TextDocument, encode_documents
from skipgram_audit.corpus.readers import ReaderLimits, read_documents
from skipgram_audit.corpus.sentences import sentence_bounds
from skipgram_audit.model.probe import load_probe
from skipgram_audit.model.reader_options import ReaderOptions
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.probes.kinds import resolve
from skipgram_audit.probes.protocol import Unmeasurable
from skipgram_audit.training.distribution import keep_probabilities
from skipgram_audit.training.sgd import train
from skipgram_audit.training.trajectory import Trajectory
from tests.benchmarks.accuracy.budget import Stopwatch

OPTIONS = ReaderOptions(
    format="jsonl",
    encoding="utf-8",
    text_field="text",
    id_field="id",
    title_field="title",
    metadata_fields=(),
    document_per="line",
)
WHAT_IFS = 5
ENOUGH_SECONDS = 10.0
"""Of the processor: what takes longer is not asked again."""
Answer = dict[str, Any]


def reading(corpus: str, words: int | None, encoded: str) -> Answer:
    """Reads a file, splits sentences, counts the vocabulary and the probe words' pairs; keeps the encoded corpus.

    Args:
        words: the largest vocabulary; the minimum count is raised above 5 until it is kept.
    """
    limits = ReaderLimits()
    documents = read_documents(Path(corpus), OPTIONS, limits, lambda _place, _reason: None)
    with Stopwatch() as watch:
        streamed = (TextDocument(one.text, sentence_bounds(one.text, "en")) for one in documents)
        whole = encode_documents(streamed, 1, True, 1, silent)
        minimum = 5 if words is None or len(whole.words) <= words else max(5, int(whole.counts[words]) + 1)
        result = whole.recounted(minimum)
        settings = AuditSettings()
        count_pairs(result, probe_words(result), keep_probabilities(result.counts, settings.subsample), settings.window)
    result.save(Path(encoded))
    return timed(watch) | {
        "tokens": len(whole.tokens), "vocabulary": len(result.words), "minimum_count": minimum,
        "documents": result.document_count, "sentences": result.sentence_count,
    }  # fmt: skip


def stock_gensim(encoded: str, workers: int, epochs: int) -> Answer:
    """gensim's own training alone: its vocabulary is built before."""
    corpus = EncodedCorpus.load(Path(encoded))
    sentences = Sentences(corpus)
    model = Word2Vec(vector_size=100, window=5, min_count=1, sg=1, negative=5, epochs=epochs, workers=workers, seed=1)
    model.build_vocab(sentences)
    with Stopwatch() as watch:
        model.train(sentences, total_examples=corpus.sentence_count, epochs=epochs)
    return timed(watch)


def our_training(encoded: str, epochs: int) -> Answer:
    """One seed on one core."""
    corpus = EncodedCorpus.load(Path(encoded))
    settings = AuditSettings().model_copy(update={"epochs": epochs})
    train(corpus.without(np.arange(corpus.document_count) >= 20), settings, 1, silent)
    with Stopwatch() as watch:
        train(corpus, settings, 1, silent)
    return timed(watch)


def what_if(folder: str, share: float) -> Answer:
    """Scores without random documents, asked of a finished audit's folder; the median of a few."""
    asked = []
    for number in range(WHAT_IFS + 1):
        with Stopwatch() as watch:
            finished = Audit(folder, "cpu", phases=quiet)
            documents = len(finished.ids)
            drawn = np.random.default_rng(number).permutation(documents)[: int(documents * share)].tolist()
            answer = finished.what_if_answer([finished.ids[one] for one in drawn])
        asked.append(watch)
        if sum(one.processor for one in asked) > ENOUGH_SECONDS:
            break
    # The first call loads compiled code.
    kept = asked[1:] or asked
    return {
        "clock": float(np.median([one.clock for one in kept])),
        "processor": float(np.median([one.processor for one in kept])),
        "probes": len(answer["probes"]), "documents": documents, "without": len(drawn),
    }  # fmt: skip


def reverse(folder: str) -> Answer:
    """The derivative of all scores, back through a replay, and one replay of all probe words; medians of three."""
    problem = Audit(Path(folder), "cpu")._pipeline._problem()
    model = ReplayModel(problem)
    replay = model.replay(problem.trajectories[0], silent)
    other = replay.tensor(model.counts * (1 + 1e-6))
    back, once = [], []
    for _ in range(3):
        with Stopwatch() as watch:
            replay.run(other)
        once.append(watch)
        with Stopwatch() as watch:
            model.tables(replay)
        back.append(watch)
    clock, processor = (float(np.median([getattr(one, name) for one in back])) for name in ("clock", "processor"))
    replayed = float(np.median([one.processor for one in once]))
    return {"clock": clock, "processor": processor, "replayed": replayed, "over": processor / replayed}


def scoring(encoded: str, probes: int) -> Answer:
    """Every sentence scored and every token's share, for two seeds, once Q is known (drawn at random here)."""
    problem = problem_of(EncodedCorpus.load(Path(encoded)), probes, (1, 2), AuditSettings())
    generator = np.random.default_rng(1)
    spreading = TableSpreading(problem)
    tables = [generator.standard_normal((len(score.words), len(problem.corpus.words))) for score in problem.scores]
    spreading.add(0, [0], tables[0])
    with Stopwatch() as watch:
        for seed in range(2):
            for number, table in enumerate(tables):
                spreading.add(number, [seed], table)
    return timed(watch) | {"tokens": len(problem.corpus.tokens) + problem.corpus.dropped_tokens}


def phases(encoded: str, tokens: int, words: int, probes: int, epochs: int) -> Answer:
    """Training, replay's influences and a set's prediction on a part of a corpus: seconds of each, for plots.

    Args:
        tokens: about how many, from the corpus' beginning.
        words: the largest vocabulary.
    """
    whole = EncodedCorpus.load(Path(encoded))
    part = whole.without(whole.document_offsets[1:] > tokens).recounted(1)
    part = part.recounted(max(1, int(part.counts[words]) + 1) if len(part.words) > words else 1)
    settings = AuditSettings().model_copy(update={"epochs": epochs, "seeds": (1,)})
    train(part.without(np.arange(part.document_count) >= 5), settings, 1, silent)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    with Stopwatch() as training:
        trajectory = train(part, settings, 1, silent)
    problem = replace(problem_of(part, probes, (1,), settings), trajectories=[trajectory])
    with Stopwatch() as influence:
        ESTIMATORS["replay"].influences(problem, silent)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return timed(influence) | {
        "training": training.processor, "influence": influence.processor,
        "memory": after - before, "tokens": len(part.tokens), "vocabulary": len(part.words),
        "probes": len(problem.scores), "steps": 2 * len(trajectory.contexts),
    }  # fmt: skip


class Sentences:
    """An encoded corpus as gensim reads it, again in every epoch."""

    def __init__(self, corpus: EncodedCorpus) -> None:
        words = np.array(corpus.words, object)
        self._tokens = words[corpus.tokens].tolist()
        self._offsets = corpus.sentence_offsets.tolist()

    def __iter__(self) -> Iterator[list[str]]:
        for first, last in zip(self._offsets, self._offsets[1:], strict=False):
            yield self._tokens[first:last]


def problem_of(corpus: EncodedCorpus, probes: int, seeds: tuple[int, ...], settings: AuditSettings) -> InfluenceProblem:
    """The first of the built-in probes that the corpus can measure; trainings that hold nothing but their seed."""
    names = ["weat-6", "weat-7", "weat-8", "weat-1", "weat-2", "weat-3", "weat-4", "weat-5", "weat-9", "weat-10"]
    resolved = [resolve(load_probe(name), corpus) for name in names]
    scores = [one for one in resolved if not isinstance(one, Unmeasurable)][:probes]
    empty = np.zeros((0, settings.dimension), np.float32)
    ends = np.zeros(0)
    trained = [Trajectory(seed, empty, empty, empty[None], ends, ends, 0) for seed in seeds]
    return InfluenceProblem(corpus, settings, trained, scores, "cpu", core_count())


def probe_words(corpus: EncodedCorpus) -> np.ndarray[Any, np.dtype[np.int64]]:
    problem = problem_of(corpus, 3, (1,), AuditSettings())
    return np.unique(np.concatenate([score.words for score in problem.scores]))


def timed(watch: Stopwatch) -> Answer:
    return {"clock": watch.clock, "processor": watch.processor}


@contextmanager
def quiet() -> Iterator[Callable[[str], Callable[[float], None]]]:
    """Shows no progress."""
    yield lambda _title: silent


def silent(_fraction: float) -> None:
    """A progress that nobody watches."""


TASKS: dict[str, Callable[..., Answer]] = {
    function.__name__: function for function in (reading, stock_gensim, our_training, what_if, reverse, scoring, phases)
}

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](**json.loads(sys.argv[2]))))
