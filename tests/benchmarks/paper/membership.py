"""T2: which sentences put a character's name near the names of its universe?

    python -m tests.benchmarks.paper --corpora FOLDER --only membership

The paper clusters embeddings of science fiction by universe, and asks which training sentences put a character near
its cluster ("helpful") or keep it away ("harmful"). Here ten novels of five authors make eight universes of six names
each. The score of a character is the library's kind ``membership``:

    mean cosine with the other names of its universe - mean cosine with all names of other universes

One character a universe is judged, the rarest of the six. For each the most helpful sentences go, or the most harmful
ones, or random ones of the same books and about the same length, or random ones among those that hold the name. The
sentences of all eight characters go together; predicted is the change by the audit's estimator, actual that of training
anew by four seeds.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import pearsonr, spearmanr

import skipgram_audit as sga
from skipgram_audit.auditing.audit import Audit
from skipgram_audit.corpus.encoding import EncodedCorpus, offsets_of
from skipgram_audit.mitigation.concept import unit
from skipgram_audit.probes.protocol import Unmeasurable
from skipgram_audit.retraining.retrained import scores_of
from skipgram_audit.retraining.sets import matched_control, strongest
from tests.benchmarks.machine import processor
from tests.benchmarks.paper.audits import AUDITED_SEEDS, SEEDS, Findings, audited, interval, share, silent
from tests.benchmarks.paper.novels import (
    LABELS,
    NAMES,
    UNIVERSE_OF,
    UNIVERSES,
    count_names,
    documents,
    judged_names,
    membership_probe,
)

CORPUS = "classic-books-20m.jsonl.zst"

SIZES = (10, 20)
KINDS = {"helpful": 1, "harmful": -1}
CONTROLS = {"same books": "helpful", "hold the name": "helpful"}
DRAW_SEED = 1
RESULTS = Path(__file__).parent / "results" / "membership.md"
Sets = dict[str, npt.NDArray[np.int64]]
Outcome = dict[str, Any]


def purity(vectors: npt.NDArray[Any], labels: npt.NDArray[np.int64], seed: int = DRAW_SEED) -> float:
    """k-means with a cluster a label, on vectors of length one: the share that has the most frequent label there."""
    from sklearn.cluster import KMeans

    clusters = KMeans(n_clusters=len(np.unique(labels)), n_init=10, random_state=seed).fit_predict(unit(vectors))
    return sum(int(np.bincount(labels[clusters == one]).max()) for one in np.unique(clusters)) / len(labels)


def nearest_label(vectors: npt.NDArray[Any], labels: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """For each vector the label of largest mean cosine with it, the vector itself left out: int64 [n]."""
    cosines = unit(vectors) @ unit(vectors).T
    np.fill_diagonal(cosines, 0.0)
    members = (labels[:, None] == np.unique(labels)).astype(np.float64)
    counts = members.sum(0) - members
    nearest: npt.NDArray[np.int64] = np.unique(labels)[np.argmax(cosines @ members / np.maximum(counts, 1), axis=1)]
    return nearest


def without_sentences(corpus: EncodedCorpus, removed: npt.NDArray[np.bool_], minimum_count: int) -> EncodedCorpus:
    """What is left when sentences go, in their documents, the vocabulary counted anew."""
    documents_of = corpus.by_sentence(np.arange(corpus.document_count))
    left = replace(corpus, document_sentences=np.arange(corpus.sentence_count + 1)).without(removed)
    counts = np.bincount(documents_of[~removed], minlength=corpus.document_count)
    return replace(left, document_sentences=offsets_of(counts)).recounted(minimum_count)


def matched_within(
    groups: npt.NDArray[np.int64], chosen: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64], number: int
) -> npt.NDArray[np.int64]:
    """Random sentences of about the lengths of the chosen ones, as many from each group as there are chosen.

    Args:
        groups: [sentences], the group of each, below 0 of those that cannot be drawn.
    """
    drawn = []
    for group in np.unique(groups[chosen]).tolist():
        inside = np.flatnonzero(groups == group)
        own = np.flatnonzero(np.isin(inside, chosen))
        drawn.append(inside[matched_control(own, lengths[inside], DRAW_SEED, 0, number)])
    return np.sort(np.concatenate(drawn))


class Experiment:
    """The audit of the novels, and what happens without sets of sentences."""

    def __init__(self, cache: Path, corpora: Path) -> None:
        rows = list(documents(corpora / CORPUS))
        self.counts = count_names(rows)
        self.judged = judged_names(self.counts)
        corpus = sga.Corpus.from_documents(
            [row["text"] for row in rows], [row["id"] for row in rows], metadata={"book": [row["book"] for row in rows]}
        )
        self.audit: Audit = audited(corpus, [membership_probe(name) for name in self.judged], cache / "membership")
        self.findings = Findings(cache / "membership.jsonl")
        self._pipeline = self.audit._pipeline
        self._corpus = self._pipeline.corpus
        self._influence = self._pipeline.influences.sentences.mean(axis=1)
        titles = [book for one in UNIVERSES.values() for book in one.books]
        book_of = np.array([titles.index(row["book"]) for row in rows])
        self._books = self._corpus.by_sentence(book_of)
        self._lengths = np.diff(self._corpus.sentence_offsets)
        told = json.loads((self.audit.folder / "report.json").read_text(encoding="utf-8"))["corpus"]
        self.sentence_count, self.word_count = int(told["sentences"]), int(told["tokens"])

    def sets(self) -> Sets:
        """Title -> sentences of all judged characters."""
        found = {title_of(kind, size): self._joined(kind, size) for size in SIZES for kind in (*KINDS, *CONTROLS)}
        return {title: np.unique(np.concatenate(parts)) for title, parts in found.items()}

    def outcome(self, title: str, chosen: npt.NDArray[np.int64]) -> Outcome:
        """Predicted and actual scores without a set; with no sentence of the whole corpus."""
        removed = np.zeros(self._corpus.sentence_count, np.bool_)
        removed[chosen] = True
        return {
            "tokens": int(self._lengths[chosen].sum()),
            "sum": (-self._influence[:, chosen].sum(axis=1)).tolist(),
            "predicted": self.findings.of(f"predicted: {title}", lambda: self._predicted(removed))
            if len(chosen)
            else [],
            **self.findings.of(f"trained: {title}", lambda: self._trained(removed)),
        }

    def examples(self) -> list[tuple[str, str, str]]:
        """The most helpful and the most harmful sentence for each judged character."""
        found = []
        for name in self.judged:
            texts = list(self.audit.sentences(name)["text"])
            found.append((name, texts[0], texts[-1]))
        return found

    def _joined(self, kind: str, size: int) -> list[npt.NDArray[np.int64]]:
        return [self._chosen(kind, row, size) for row in range(len(self.judged))]

    def _chosen(self, kind: str, row: int, size: int) -> npt.NDArray[np.int64]:
        if kind in KINDS:
            return strongest(self._influence[row], KINDS[kind], size)
        helpful = strongest(self._influence[row], KINDS[CONTROLS[kind]], size)
        groups = self._books
        if kind == "hold the name":
            word = self._corpus.index[self.judged[row]]
            holds = np.logical_or.reduceat(np.append(self._corpus.tokens == word, False), self._corpus.sentence_offsets)
            groups = np.where(holds[:-1] & (self._lengths > 0), 0, -1)
            groups[helpful] = 0
        return matched_within(groups, helpful, self._lengths, row)

    def _predicted(self, removed: npt.NDArray[np.bool_]) -> list[float]:
        """Change of every judged character, mean over the audited seeds."""
        if not removed.any():
            return [0.0] * len(self.judged)
        after = self._pipeline.by_sentence().predict([removed], silent)[0]
        return [float(one) for one in (after - self._pipeline.trained_scores()).mean(axis=1)]

    def _trained(self, removed: npt.NDArray[np.bool_]) -> dict[str, Any]:
        """Scores [characters][seeds], purity [seeds], and for each seed which names are nearest to their universe."""
        left = without_sentences(self._corpus, removed, self._pipeline.settings.minimum_count)
        vectors = self._pipeline.train_corpus(left, SEEDS, silent)
        places = np.array([left.index[name] for name in NAMES])
        scores = scores_of(self._pipeline.measurable_probes, left, vectors)
        return {
            "scores": [self._measured(one) for one in scores],
            "purity": [purity(one[places], LABELS) for one in vectors],
            "right": [(nearest_label(one[places], LABELS) == LABELS).tolist() for one in vectors],
        }

    @staticmethod
    def _measured(scores: npt.NDArray[np.float64] | Unmeasurable) -> list[float]:
        if isinstance(scores, Unmeasurable):
            raise ValueError(scores.reason)
        return [float(one) for one in scores]


def table(experiment: Experiment) -> str:
    """What was removed, by what it did; then each character; then sentences."""
    whole = experiment.outcome("nothing", np.zeros(0, np.int64))
    outcomes = {title: experiment.outcome(title, chosen) for title, chosen in experiment.sets().items()}
    lines = [
        "# Which sentences put a name near its universe",
        "",
        f"Ten novels of five authors, {len(experiment.audit.ids):,} documents, {experiment.sentence_count:,} "
        f"sentences, {experiment.word_count:,} words. Influences and predictions are means of seeds "
        f"{' and '.join(map(str, AUDITED_SEEDS))}; {len(SEEDS)} seeds were trained, and intervals are 95% over "
        f"them. Changes are means of {len(experiment.judged)} characters. Purity is by k-means with {len(UNIVERSES)} "
        f"clusters on {len(NAMES)} names. Predictions and trainings took {experiment.findings.seconds:.0f} s of one "
        f"core ({processor()}).",
        "",
        *by_set(experiment, whole, outcomes),
        "",
        *by_character(experiment, whole, outcomes),
        "",
        "## The most helpful and the most harmful sentence",
        "",
        "| character | helpful | harmful |",
        "|---|---|---|",
        *(f"| {name.title()} | {shown(one)} | {shown(other)} |" for name, one, other in experiment.examples()),
    ]
    return "\n".join(lines) + "\n"


def by_set(experiment: Experiment, whole: Outcome, outcomes: Mapping[str, Outcome]) -> list[str]:
    """A row a set, and how far predictions agree with trainings."""
    before = np.array(whole["scores"])
    judged = [NAMES.index(name) for name in experiment.judged]
    lines = [
        "| removed for each character | tokens | sum of influences | predicted | retrained | judged names nearest to "
        "their universe | all names | purity |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for title, one in {"nothing": whole, **outcomes}.items():
        changes = ["", "", ""]
        if one is not whole:
            retrained = interval((np.array(one["scores"]) - before).mean(axis=0), 3)
            changes = [f"{np.mean(one['sum']):+.3f}", f"{np.mean(one['predicted']):+.3f}", retrained]
        right = np.array(one["right"], np.float64)
        cells = [title, f"{one['tokens']:,}", *changes, share(right[:, judged].mean(axis=1)), share(right.mean(axis=1))]
        lines.append("| " + " | ".join([*cells, share(one["purity"])]) + " |")
    predicted = np.concatenate([one["predicted"] for one in outcomes.values()])
    actual = np.concatenate([(np.array(one["scores"]) - before).mean(axis=1) for one in outcomes.values()])
    correlations = f"Pearson {pearsonr(predicted, actual).statistic:.2f}, Spearman"
    return [
        *lines,
        "",
        f"Predicted and retrained changes of {len(predicted)} pairs of character and set: {correlations} "
        f"{spearmanr(predicted, actual).statistic:.2f}; the same sign in "
        f"{np.mean(np.sign(predicted) == np.sign(actual)):.0%}.",
    ]


def by_character(experiment: Experiment, whole: Outcome, outcomes: Mapping[str, Outcome]) -> list[str]:
    """A row a judged character: its score, and the changes without the smaller sets."""
    titles = [title_of(kind, SIZES[0]) for kind in (*KINDS, *CONTROLS)]
    lines = [
        f"## By character, {SIZES[0]} sentences each",
        "",
        "| character | universe | occurrences | score | " + " | ".join(f"without {one}" for one in titles) + " |",
        "|---" * (4 + len(titles)) + "|",
    ]
    for row, name in enumerate(experiment.judged):
        before = np.array(whole["scores"][row])
        cells = [name.title(), UNIVERSE_OF[name], f"{experiment.counts[name]}", interval(before)]
        for title in titles:
            change = np.array(outcomes[title]["scores"][row]) - before
            cells.append(f"{interval(change)}; predicted {outcomes[title]['predicted'][row]:+.2f}")
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def title_of(kind: str, size: int) -> str:
    """Of a set."""
    return f"{kind}, {size}"


def shown(text: str, most: int = 200) -> str:
    """A sentence in a table's cell."""
    line = " ".join(text.split()).replace("|", "/")
    return line if len(line) <= most else line[:most].rsplit(" ", 1)[0] + " …"


def main(cache: Path, corpora: Path) -> None:
    """Runs what is not there yet, and writes the table."""
    RESULTS.write_text(table(Experiment(cache, corpora)), encoding="utf-8")
