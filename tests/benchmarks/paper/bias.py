"""T3: do four bias probes tell a corpus that was sorted towards the bias from one that was sorted against it?

    python -m tests.benchmarks.paper --only bias

The documents of contemporary-mix are sorted by a lexical measure of stereotype and halved. For every probe, a sentence
counts (words of the first target list - words of the second) x (words of the first attribute list - words of the
second), summed over the sentences of a document; each probe's counts are divided by the sum of their sizes, so that the
four weigh alike, and added. Documents of equal measure, most of which have none, are in random order. Beside the two
halves stand two random ones. Each half is audited as a user audits it: several seeds, shuffled text, permutation test,
and intervals over documents.
"""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.auditing.pipeline import AuditPipeline
from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.corpus.sources import CorpusDocument
from skipgram_audit.model.outcome import ProbeOutcome
from skipgram_audit.model.probe import ProbeDefinition, built_in_probes
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.probes.kinds import resolve
from skipgram_audit.probes.word_lists import WordListScore
from skipgram_audit.report.formatting import decimal
from skipgram_audit.report.sentences import coverage
from skipgram_audit.report.verdict import interval_of, probe_verdict
from skipgram_audit.retraining.smallest import lexical_counts
from tests.benchmarks.paper.corpora import documents_of, encoded, unwatched

CORPUS = "contemporary-mix.jsonl.zst"
RESULTS = Path(__file__).parent / "results"
SEEDS, SHUFFLES = [1, 2, 3, 4], 10
DRAW = 1
"""Of the random order of documents that count alike, and of the random halves."""

SORTED, RANDOM = ("towards", "against"), ("random, one half", "random, the other half")
Rows = list[dict[str, Any]]


def probes() -> list[ProbeDefinition]:
    """The paper's four: names with career and family, gender terms with mathematics and with science against arts, and
    names with pleasantness. Lists are those of Caliskan, Bryson and Narayanan 2017; WEAT 7 and 8 have the gender terms
    as attributes, which are targets here."""
    names, mathematics, science, race = (built_in_probes()[f"weat-{number}"] for number in (6, 7, 8, 3))
    return [
        ProbeDefinition(name="career", targets=names.targets, attributes=names.attributes),
        ProbeDefinition(name="mathematics", targets=mathematics.attributes, attributes=mathematics.targets),
        ProbeDefinition(name="science", targets=science.attributes, attributes=science.targets),
        ProbeDefinition(name="race", targets=race.targets, attributes=race.attributes),
    ]


def stereotype(counts: Sequence[npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
    """The measure of every document, [documents]: the probes' lexical counts, each over the sum of their sizes."""
    shares = [one / np.abs(one).sum() for one in counts if one.any()]
    return np.asarray(np.sum(shares, axis=0), np.float64)


def halves(measure: npt.NDArray[np.float64], seed: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Positions of the documents of the larger measure and of the others, each ascending; ties in random order."""
    shuffled = np.random.default_rng(seed).permutation(len(measure))
    order = shuffled[np.argsort(-measure[shuffled], kind="stable")]
    middle = len(order) // 2
    return np.sort(order[:middle]), np.sort(order[middle:])


def counts_of(corpus: EncodedCorpus) -> list[npt.NDArray[np.float64]]:
    """Lexical counts of every probe that the corpus has words for."""
    found = [resolve(probe, corpus) for probe in probes()]
    return [lexical_counts(corpus, score, 2) for score in found if isinstance(score, WordListScore)]


def audited(folder: Path, documents: list[CorpusDocument], shuffles: int) -> list[ProbeOutcome]:
    """Every probe of a part of the corpus; what an interrupted run left in the folder is used."""
    settings = AuditSettings(estimator="replay", seeds=SEEDS, null_shuffles=shuffles)
    pipeline = AuditPipeline(folder, settings, probes(), "cpu")
    pipeline.encode(documents, len(documents), unwatched)
    pipeline.train(unwatched)
    pipeline.null(unwatched)
    pipeline.influence(unwatched)
    return [one.outcome for one in pipeline.results()]


def row_of(part: str, outcome: ProbeOutcome) -> dict[str, Any]:
    """What the table says of a probe on a part of the corpus."""
    interval = interval_of(outcome)
    return {
        "part": part,
        "probe": outcome.name,
        "score": outcome.score,
        "spread": outcome.score_spread,
        "standard error": outcome.standard_error,
        "interval": list(interval) if interval else None,
        "p": outcome.p_value_two_sided,
        "null": list(outcome.null_scores),
        "found": [[len(one.found), one.word_count] for one in coverage(outcome)],
        "sentence": probe_verdict(outcome).sentence,
    }


def difference(rows: Rows) -> tuple[float, float] | None:
    """The first part's score minus the second's, with its standard error: that of either over documents, and of either
    mean over seeds, squared and added. None where a part has no score or no standard error."""
    if any(row["score"] is None or row["standard error"] is None for row in rows):
        return None
    squares = [row["standard error"] ** 2 + row["spread"] ** 2 / len(SEEDS) for row in rows]
    return rows[0]["score"] - rows[1]["score"], math.sqrt(sum(squares))


def table(rows: Rows, sizes: dict[str, list[int]]) -> str:
    """The halves' scores with everything that says how sure they are, and their differences."""
    lines = [
        "# Four probes on two halves of contemporary-mix",
        "",
        f"{len(SEEDS)} seeds; {SHUFFLES} trainings on shuffled text for the sorted halves, and none for the random "
        "ones, so that these have no verdict. Interval: 95%, over documents, by replay. p: two-sided, of the "
        "permutation test. Words: found of those in the lists, targets first.",
        "",
        "| half | documents | words of text | lexical counts for, against |",
        "|---|---|---|---|",
        *(f"| {part} | {a:,} | {b:,} | {c:,}, {d:,} |" for part, (a, b, c, d) in sizes.items()),
        "",
        "| probe | half | score ± spread over seeds | interval | p | shuffled text | words | what the audit says |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        found = ", ".join(f"{one} of {whole}" for one, whole in row["found"])
        said = row["sentence"] if row["part"] in SORTED or row["score"] is None else "–"
        lines.append(f"| {row['probe']} | {row['part']} | {numbers_of(row)} | {found} | {said} |")
    lines += [
        "",
        "| probe | towards − against ± standard error | random half − random half ± standard error |",
        "|---|---|---|",
    ]
    for probe in dict.fromkeys(row["probe"] for row in rows):
        cells = []
        for parts in (SORTED, RANDOM):
            pair = [row for part in parts for row in rows if (row["probe"], row["part"]) == (probe, part)]
            apart = difference(pair)
            cells.append("no score" if apart is None else f"{decimal(apart[0])} ± {decimal(apart[1])}")
        lines.append(f"| {probe} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def numbers_of(row: dict[str, Any]) -> str:
    """Score, interval, p and shuffled text as cells."""
    if row["score"] is None:
        return "no score | – | – | –"
    interval = " to ".join(map(decimal, row["interval"])) if row["interval"] else "–"
    null = f"{decimal(min(row['null']))} to {decimal(max(row['null']))}" if row["null"] else "–"
    return f"{decimal(row['score'])} ± {decimal(row['spread'])} | {interval} | {row['p']:.3f} | {null}"


def main(cache: Path, corpora: Path) -> None:
    """Audits what is not there yet, and writes the table.

    Args:
        cache: a folder for what is found on the way.
        corpora: their folder.
    """
    kept = cache / "bias.json"
    rows: Rows = []
    if kept.exists():
        found = json.loads(kept.read_text())
    else:
        documents = documents_of(corpora / CORPUS)
        corpus = encoded(documents, AuditSettings().minimum_count, cache / "bias-corpus.npz")
        counts = counts_of(corpus)
        drawn = np.random.default_rng(DRAW).random(corpus.document_count)
        parts = dict(zip(SORTED, halves(stereotype(counts), DRAW), strict=True))
        parts |= dict(zip(RANDOM, halves(drawn, DRAW), strict=True))
        sizes = {}
        for part, chosen in parts.items():
            folder = cache / f"bias-{part.replace(', ', '-').replace(' ', '-')}"
            outcomes = audited(folder, [documents[one] for one in chosen], SHUFFLES if part in SORTED else 0)
            rows += [row_of(part, one) for one in outcomes]
            words = int(np.diff(corpus.document_offsets)[chosen].sum())
            both = [sum(float(np.maximum(0, side * one[chosen]).sum()) for one in counts) for side in (1, -1)]
            sizes[part] = [len(chosen), words, *(round(one) for one in both)]
            print(f"{part}: audited", flush=True)
        rows.sort(key=lambda row: [probe.name for probe in probes()].index(row["probe"]))
        found = {"rows": rows, "sizes": sizes}
        kept.write_text(json.dumps(found))
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "bias.md").write_text(table(found["rows"], found["sizes"]), encoding="utf-8")
