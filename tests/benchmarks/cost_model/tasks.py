"""The phases that are measured; each runs in a process of its own and prints one JSON object."""

import io
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import zstandard

from skipgram_audit.attribution.mean_field.estimator import MeanFieldEstimator, mean_field_training
from skipgram_audit.attribution.mean_field.expected_training import step_count
from skipgram_audit.attribution.protocol import InfluenceProblem
from skipgram_audit.attribution.replay.estimator import ReplayEstimator
from skipgram_audit.attribution.tables import TableSpreading
from skipgram_audit.auditing import run as audit_run
from skipgram_audit.corpus.cooccurrence import PairCounter
from skipgram_audit.corpus.encoding import EncodedCorpus, TextDocument, encode_documents
from skipgram_audit.corpus.readers import ReaderLimits, read_documents
from skipgram_audit.corpus.sentences import sentence_bounds
from skipgram_audit.corpus.shards import shard_bounds
from skipgram_audit.corpus.sources import FileCorpus
from skipgram_audit.model.probe import load_probe
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.report.writer import write_report
from skipgram_audit.training.distribution import keep_probabilities
from skipgram_audit.training.sgd import train
from skipgram_audit.training.trajectory import Trajectory
from tests.benchmarks.accuracy.budget import Stopwatch
from tests.benchmarks.speed.tasks import OPTIONS, problem_of, silent

Answer = dict[str, Any]
AUDIT = AuditSettings()
SETTINGS = AUDIT.model_copy(update={"seeds": (1,)})


def reading(corpus: str, every: int, words: int, folder: str) -> Answer:
    """Every so many documents of a file: read, cut into sentences, encoded with at most so many words.

    The part is written to a file first, which is not measured.
    """
    part, encoded = Path(folder) / "part.jsonl", Path(folder) / "corpus.npz"
    with Path(corpus).open("rb") as file, part.open("w", encoding="utf-8") as lines:
        stream = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8")
        lines.writelines(islice(stream, 0, None, every))
    documents = read_documents(part, OPTIONS, ReaderLimits(), lambda _place, _reason: None)
    with Stopwatch() as watch:
        streamed = (TextDocument(one.text, sentence_bounds(one.text, "en")) for one in documents)
        full = encode_documents(streamed, 1, True, SETTINGS.minimum_count, silent)
    if len(full.words) > words:
        full = full.recounted(int(full.counts[words]) + 1)
    full.save(encoded)
    return timed(watch, full) | {"text bytes": part.stat().st_size}


def counting(folder: str) -> Answer:
    """N of all words, on one core."""
    corpus = load(folder)
    with Stopwatch() as watch:
        counts = counter_of(corpus).full
    return timed(watch, corpus) | {"entries": len(counts.columns)}


def training(folder: str) -> Answer:
    """One epoch of a seed; the others cost the same."""
    corpus = load(folder)
    with Stopwatch() as watch:
        trajectory = train(corpus, SETTINGS.model_copy(update={"epochs": 1}), 1, silent)
    trajectory.save(Path(folder) / "seed.npz")
    return timed(watch, corpus)


def replaying(folder: str) -> Answer:
    """Influences of one probe by replay along one seed's trajectory, without what is given out to the texts."""
    problem = problem_in(folder, 1)
    with Stopwatch() as watch:
        ReplayEstimator().influences(problem, silent)
    words = len(problem.scores[0].words)
    return timed(watch, problem.corpus) | {
        "probe words": words, "intervals": len(problem.trajectories[0].shares),
        "rows": words * len(problem.corpus.words),
    }  # fmt: skip


def mean_field(folder: str, probes: int) -> Answer:
    """Mean-field training of one seed, and all influences of so many probes: counting, training, derivatives."""
    problem = problem_in(folder, probes)
    counter = counter_of(problem.corpus)
    entries = len(counter.full.columns)
    with Stopwatch() as alone:
        mean_field_training(problem, counter.full, 1, silent)
    with Stopwatch() as watch:
        MeanFieldEstimator().influences(problem, silent)
    return timed(watch, problem.corpus) | {
        "alone": alone.processor, "entries": entries, "steps": step_count(SETTINGS.epochs),
        "probes": len(problem.scores),
    }  # fmt: skip


def spreading(folder: str) -> Answer:
    """A table given out to tokens and sentences: of one probe's words, and of all pairs."""
    problem = problem_in(folder, 1)
    counter = counter_of(problem.corpus)
    table = np.sqrt(counter.full.values)[None]
    with Stopwatch() as every_pair:
        counter.spread(table)
    rows = TableSpreading(problem)
    with Stopwatch() as watch:
        rows.add(0, [0], np.ones((len(problem.scores[0].words), len(problem.corpus.words))))
    return timed(watch, problem.corpus) | {"every pair": every_pair.processor}


def storing(folder: str) -> Answer:
    """A report's files, for one probe and one seed; the bytes of all that an audit leaves."""
    settings = AUDIT.model_copy(
        update={"seeds": [1], "epochs": 1, "estimator": "replay", "null_shuffles": 0, "dimension": 20}
    )
    out, watch = Path(folder) / "audit", Stopwatch()

    def watched(*arguments: Any) -> None:
        with watch:
            write_report(*arguments)

    corpus = FileCorpus(Path(folder) / "part.jsonl", OPTIONS, "en")
    audit = audit_run.AuditRun(corpus, settings, [load_probe("weat-6")], out, "cpu")
    with patch.object(audit_run, "write_report", watched):
        audit.run(lambda _title: silent)
    tables = sum((out / name).stat().st_size for name in ("documents.csv", "sentences.parquet", "report.html"))
    return timed(watch, load(folder)) | {"table bytes": tables}


def load(folder: str) -> EncodedCorpus:
    return EncodedCorpus.load(Path(folder) / "corpus.npz")


def counter_of(corpus: EncodedCorpus) -> PairCounter:
    return PairCounter(corpus, keep_probabilities(corpus.counts, SETTINGS.subsample), SETTINGS.window)


def problem_in(folder: str, probes: int) -> InfluenceProblem:
    """Some probes on the corpus of a folder, and the seed that was trained there, on one core."""
    problem = problem_of(load(folder), probes, (1,), SETTINGS)
    return replace(problem, trajectories=[Trajectory.load(Path(folder) / "seed.npz")], workers=1)


def timed(watch: Stopwatch, corpus: EncodedCorpus) -> Answer:
    """Seconds, and the sizes that costs depend on."""
    return {
        "clock": watch.clock,
        "processor": watch.processor,
        "tokens": len(corpus.tokens) + corpus.dropped_tokens,
        "kept": len(corpus.tokens),
        "sentences": corpus.sentence_count,
        "documents": corpus.document_count,
        "words": len(corpus.words),
        "shards": len(shard_bounds(corpus)),
    }


TASKS: dict[str, Callable[..., Answer]] = {
    function.__name__: function for function in (reading, counting, training, replaying, mean_field, spreading, storing)
}

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](**json.loads(sys.argv[2]))))
