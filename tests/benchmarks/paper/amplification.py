"""T5: what happens to a bias when its documents count twice or three times?

    python -m tests.benchmarks.paper --corpora FOLDER --only amplification

The most amplifying documents of a probe, the most mitigating ones, and random ones as long as the former are left out,
or stand in the corpus two or three times. Predicted is the change by the audit's estimator with those weights, actual
that of training anew by four seeds, every copy with random draws of its own.
"""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.auditing.audit import Audit
from skipgram_audit.corpus.encoding import EncodedCorpus, sums_between
from skipgram_audit.corpus.weighted import weighted_corpus
from skipgram_audit.probes.protocol import Unmeasurable
from skipgram_audit.retraining.retrained import scores_of
from skipgram_audit.retraining.sets import matched_control, strongest
from tests.benchmarks.machine import processor
from tests.benchmarks.paper.audits import AUDITED_SEEDS, SEEDS, Findings, interval, silent
from tests.benchmarks.paper.halves import PROBES, audit_of_halves

SHARE = 0.01
"""Of the documents."""

WEIGHTS = (0, 2, 3)
RANDOM_SETS = 2
DRAW_SEED = 1
RESULTS = Path(__file__).parent / "results" / "amplification.md"
Documents = npt.NDArray[np.int64]


def with_copies(corpus: EncodedCorpus, documents: Documents, weight: int, minimum_count: int) -> EncodedCorpus:
    """The corpus with some documents left out (weight 0) or as often as the weight, the vocabulary counted anew.

    Copies stand at the end, with draws of their own.
    """
    if weight == 0:
        removed = np.zeros(corpus.document_count, np.bool_)
        removed[documents] = True
        return corpus.without(removed).recounted(minimum_count)
    copied = [
        [
            corpus.tokens[corpus.sentence_offsets[one] : corpus.sentence_offsets[one + 1]].tolist()
            for one in range(*corpus.document_sentences[document : document + 2].tolist())
        ]
        for document in documents.tolist()
    ]
    return corpus.extended(copied * (weight - 1)).recounted(minimum_count)


class Experiment:
    """The audit of gap-wikipedia, and what weights of documents do."""

    def __init__(self, cache: Path, corpora: Path) -> None:
        self.audit: Audit = audit_of_halves(cache, corpora)
        self.findings = Findings(cache / "amplification.jsonl")
        self._pipeline = self.audit._pipeline
        self._corpus = self._pipeline.corpus
        names = [probe.name for probe in self._pipeline.measurable_probes]
        self._rows = {probe.name: names.index(probe.name) for probe in PROBES}
        self._influence = {
            name: sums_between(self._pipeline.influences.sentences[row].mean(axis=0), self._corpus.document_sentences)
            for name, row in self._rows.items()
        }
        self.lengths = np.diff(self._corpus.document_offsets)

    def sets(self, name: str) -> dict[str, Documents]:
        """Title -> documents."""
        direction = 1 if self._pipeline.trained_scores()[self._rows[name]].mean() >= 0 else -1
        count = round(SHARE * self._corpus.document_count)
        amplifying = strongest(self._influence[name], direction, count)
        random = {
            f"random {number}": matched_control(amplifying, self.lengths, DRAW_SEED, 1, number)
            for number in range(1, RANDOM_SETS + 1)
        }
        mitigating = strongest(self._influence[name], -direction, count)
        return {"amplifying": amplifying, "mitigating": mitigating, **random}

    def before(self, name: str) -> npt.NDArray[np.float64]:
        """Scores of the whole corpus, [seeds]."""
        train = partial(self._trained, self._corpus)
        return np.array(self.findings.of("trained: whole", train)[name])

    def outcome(self, name: str, title: str, documents: Documents, weight: int) -> dict[str, Any]:
        """Changes of the score: the sum of influences, the prediction, and those of each seed trained anew."""
        key = f"{name}, {title}, {weight}"
        corpus = partial(with_copies, self._corpus, documents, weight, self._pipeline.settings.minimum_count)
        trained = self.findings.of(f"trained: {key}", lambda: self._trained(corpus()))
        return {
            "sum": (weight - 1) * float(self._influence[name][documents].sum()),
            "predicted": self.findings.of(f"predicted: {key}", lambda: self._predicted(documents, weight))[name],
            "changes": np.array(trained[name]) - self.before(name),
        }

    def _predicted(self, documents: Documents, weight: int) -> dict[str, float]:
        weights = np.ones(self._corpus.document_count)
        weights[documents] = weight
        after = self._pipeline.predict_corpora([weighted_corpus(self._corpus, weights)], silent)[0]
        change = after - self._pipeline.trained_scores()
        return {name: float(change[row].mean()) for name, row in self._rows.items()}

    def _trained(self, corpus: EncodedCorpus) -> dict[str, list[float]]:
        vectors = self._pipeline.train_corpus(corpus, SEEDS, silent)
        found = {}
        for probe, score in zip(PROBES, scores_of(PROBES, corpus, vectors), strict=True):
            if isinstance(score, Unmeasurable):
                raise ValueError(f"{probe.name}: {score.reason}")
            found[probe.name] = [float(one) for one in score]
        return found


def table(experiment: Experiment) -> str:
    """A row a set of documents and weight."""
    rows = []
    for name in (probe.name for probe in PROBES):
        rows += ["", f"## {name}", "", f"Score of the whole corpus: {interval(experiment.before(name))}.", ""]
        rows += [
            "| documents | share of the text | weight | sum of influences | predicted | retrained |",
            "|---" * 6 + "|",
        ]
        for title, documents in experiment.sets(name).items():
            share = experiment.lengths[documents].sum() / experiment.lengths.sum()
            for weight in WEIGHTS:
                one = experiment.outcome(name, title, documents, weight)
                cells = [title, f"{share:.1%}", f"{weight}", f"{one['sum']:+.2f}", f"{one['predicted']:+.2f}"]
                rows.append("| " + " | ".join([*cells, interval(one["changes"])]) + " |")
    lines = [
        "# Documents weighted up",
        "",
        f"gap-wikipedia; {SHARE:.0%} of the documents in each set. Weight 0 leaves them out, 2 and 3 copy them. "
        f"Influences and predictions are means of seeds {' and '.join(map(str, AUDITED_SEEDS))}; {len(SEEDS)} seeds "
        "were trained, and intervals are 95% over them. Predictions and trainings took "
        f"{experiment.findings.seconds:.0f} s of one core ({processor()}).",
    ]
    return "\n".join([*lines, *rows]) + "\n"


def main(cache: Path, corpora: Path) -> None:
    """Runs what is not there yet, and writes the table."""
    RESULTS.write_text(table(Experiment(cache, corpora)), encoding="utf-8")
