"""Related methods in one table, judged by retraining without the documents that each ranks first.

    python -m tests.benchmarks.paper --only related

On gap-wikipedia, for WEAT 6, and for the gender terms of WEAT 8 with the career and family of WEAT 6. The quantile
measure: a training without the hundredth of the documents that a method ranks first, those that push the score away
from neutral. From its change of the score that of random hundredths is taken away. Beside it stands how a method's sums
over random tenths rank what retraining without them does (LDS). Influences are means over SEEDS; trainings that judge
them are new, by JUDGES.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.attribution.estimators import ESTIMATORS
from skipgram_audit.attribution.mean_field.estimator import MeanFieldEstimator
from skipgram_audit.attribution.protocol import InfluenceProblem
from skipgram_audit.model.probe import ProbeDefinition, built_in_probes
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.probes.kinds import resolve
from skipgram_audit.probes.word_lists import WordListScore
from skipgram_audit.report.formatting import decimal
from skipgram_audit.retraining.agreement import set_agreement
from skipgram_audit.retraining.sets import pushing, ranked_again
from skipgram_audit.retraining.smallest import TextLimit, allowed, lexical_counts
from tests.benchmarks.accuracy.budget import Budget
from tests.benchmarks.accuracy.corpus import MINIMUM_COUNT, ChosenSet, RemovalSet
from tests.benchmarks.accuracy.fingerprint import code_key, digest
from tests.benchmarks.accuracy.judging import changes_of, scores_of
from tests.benchmarks.accuracy.predictions import Predictions
from tests.benchmarks.accuracy.trainings import FULL, SETTINGS, Trainings
from tests.benchmarks.mitigations.__main__ import GENDER_CAREER
from tests.benchmarks.paper.corpora import documents_of, encoded, unwatched

CORPUS = "gap-wikipedia.jsonl.zst"
RESULTS = Path(__file__).parent / "results"
PROBES = (built_in_probes()["weat-6"], ProbeDefinition(**GENDER_CAREER))
SEEDS, JUDGES = (1, 2), (11, 12, 13, 14)
SHARE = 0.01
RANDOM_HUNDREDTHS, RANDOM_TENTHS = 20, 60
RANKINGS = 4
PERMUTATIONS = AuditSettings().exact_permutations
AGAIN, LEXICAL = "mean-field, ranked again", "lexical counts"
NAMES = {
    "mean-field": "mean-field",
    "replay": "replay",
    "unrolled": "unrolled",
    "implicit": "implicit",
    "lissa": "LiSSA",
    "gradient": "gradient (TracIn)",
    "mirrored": "mirrored",
    "turn-over": "turn-over dropout",
}
"""Estimator -> as the table calls it."""

Values = npt.NDArray[np.float64]
Documents = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Quantile:
    """What retraining without the documents that a method ranks first does.

    Attributes:
        gained: mean over seeds of the score's change, less that of random removals.
        error: its standard error over seeds.
        spreads: gained, in standard deviations of the random removals.
    """

    gained: float
    error: float
    spreads: float


def quantile(changes: Values, random: Values) -> Quantile:
    """The quantile measure.

    Args:
        changes: [seeds], the score without a method's first documents, minus the score with them.
        random: [sets, seeds], the same without random ones.
    """
    by_seed = changes - random.mean(axis=0)
    spread = float(random.mean(axis=1).std(ddof=1))
    gained = float(by_seed.mean())
    return Quantile(gained, float(by_seed.std(ddof=1) / math.sqrt(len(by_seed))), gained / spread)


def material(cache: Path, corpora: Path) -> Trainings:
    """The corpus by sentences, its two probes, and their trainings, which a folder keeps."""
    folder = cache / "gap-wikipedia"
    folder.mkdir(exist_ok=True)
    path = folder / "corpus.npz"
    corpus = encoded([] if path.exists() else documents_of(corpora / CORPUS), MINIMUM_COUNT, path)
    found = [resolve(probe, corpus) for probe in PROBES]
    scores = [score for score in found if isinstance(score, WordListScore)]
    assert len(scores) == len(PROBES)
    settings = SETTINGS.model_copy(update={"shuffle_documents": True})
    return Trainings(corpus, scores, folder, Budget(math.inf, math.inf), settings)


def influences_of(trainings: Trainings) -> tuple[dict[str, Values], dict[str, float]]:
    """By method: [probes, documents], mean over seeds, lexical counts among them; and processor seconds a seed."""
    assert trainings.budget is not None
    found, seconds = {}, {}
    for name in NAMES:
        predictions = Predictions(ESTIMATORS[name], trainings, SEEDS, trainings.budget)
        found[name] = predictions.documents_by_seed().mean(axis=0)
        seconds[name] = float(np.median([predictions.influences(seed).processor for seed in SEEDS]))
    found[LEXICAL] = np.stack([lexical_counts(trainings.corpus, score, 2) for score in trainings.scores])
    return found, seconds


def first_documents(trainings: Trainings, order: Documents) -> Documents:
    """The first hundredth of an order; documents that hold the last occurrence of a probe's word are passed over."""
    size = int(trainings.corpus.document_count * SHARE)
    return allowed(order, [TextLimit(trainings.corpus, trainings.scores, [], 1.0)])[:size]


def order_again(trainings: Trainings, probe: int, direction: int, ranking: Documents, size: int) -> Documents:
    """The mean field's order where what is left is ranked anew after each part of those taken."""
    key = digest(code_key(MeanFieldEstimator.__module__), trainings.key, SEEDS, size, RANKINGS, probe)
    path = trainings.folder / f"ranked-again-{key}.json"
    if not path.exists():
        trajectories = [trainings.trajectory(seed) for seed in SEEDS]
        problem = InfluenceProblem(
            trainings.corpus, trainings.settings, trajectories, [trainings.scores[probe]], "cpu", 1
        )

        def rank(gone: Documents) -> Documents:
            removed = ChosenSet.of(gone).removed(trainings.corpus.document_count)
            left = MeanFieldEstimator().influences_after_removal(problem, removed, unwatched)
            return pushing(left[0].mean(axis=0), direction)

        path.write_text(json.dumps(ranked_again(ranking, size, RANKINGS, rank)[:size].tolist()))
    return np.array(json.loads(path.read_text()), np.int64)


def judged(trainings: Trainings, influences: dict[str, Values]) -> list[dict[str, Any]]:
    """Probe by probe: scores, what random removals do, and every method's measures."""
    size = int(trainings.corpus.document_count * SHARE)
    lengths = np.diff(trainings.corpus.document_offsets)
    hundredths = [RemovalSet("hundredth", number) for number in range(RANDOM_HUNDREDTHS)]
    tenths = [RemovalSet("tenth", number) for number in range(RANDOM_TENTHS)]
    whole = scores_of(trainings, "ours", [FULL], JUDGES)[0]
    random, shares = (changes_of(trainings, "ours", sets, JUDGES) for sets in (hundredths, tenths))
    masks = np.array([one.removed(trainings.corpus.document_count) for one in tenths], np.float64)
    random_share = np.mean([lengths[one.removed(len(lengths))].sum() for one in hundredths]) / lengths.sum()
    result = []
    for probe, definition in enumerate(PROBES):
        direction = 1 if whole[probe].mean() > 0 else -1
        rows = []
        orders = {method: pushing(values[probe], direction) for method, values in influences.items()}
        orders[AGAIN] = order_again(trainings, probe, direction, orders["mean-field"], size)
        for method, order in orders.items():
            taken = first_documents(trainings, order)
            changes = changes_of(trainings, "ours", [ChosenSet.of(taken)], JUDGES)[0, probe]
            row: dict[str, Any] = {
                "method": method,
                "documents": len(taken),
                "share of text": float(lengths[taken].sum() / lengths.sum()),
                "quantile": vars(quantile(changes, random[:, probe])),
                "changes": changes.tolist(),
            }
            if method in influences:
                predicted = -masks @ influences[method][probe]
                found = set_agreement(predicted[:, None], shares[:, probe]).spearman
                row["lds"] = [found.value, found.low, found.high]
            rows.append(row)
        ceiling = set_agreement(shares[:, probe], shares[:, probe]).ceiling.value
        means = random[:, probe].mean(axis=1)
        score = trainings.scores[probe]
        tests = [score.measure(trainings.trajectory(seed).inputs[score.words], PERMUTATIONS).test for seed in SEEDS]
        result.append(
            {
                "probe": definition.name,
                "score": float(whole[probe].mean()),
                "spread": float(whole[probe].std(ddof=1)),
                "random mean": float(means.mean()),
                "random spread": float(means.std(ddof=1)),
                "random share": float(random_share),
                "ceiling": ceiling,
                "p": float(np.mean([one.p_value_two_sided for one in tests if one])),
                "rows": rows,
            }
        )
    return result


def table(found: list[dict[str, Any]], seconds: dict[str, float], size: int) -> str:
    """A table a probe: the methods, the largest gain first."""
    lines = [
        "# Related methods on gap-wikipedia",
        "",
        f"Words seen at least {MINIMUM_COUNT} times, {SETTINGS.dimension} dimensions, {SETTINGS.epochs} epochs, "
        f"documents in random order. Influences: means of {len(SEEDS)} seeds, at the registered settings of each "
        f"estimator. Judged by {len(JUDGES)} other seeds: without the {size} documents (1%) that a method ranks "
        f"first, less the mean of {RANDOM_HUNDREDTHS} random sets of as many; LDS over {RANDOM_TENTHS} random tenths. "
        "A mean over so few seeds holds their noise, so no prediction without noise can reach an LDS of 1. "
        "Time: processor seconds of a seed's influences on both probes.",
    ]
    for one in found:
        lines += [
            "",
            f"## {one['probe']}: score {decimal(one['score'])} ± {one['spread']:.2f} over seeds",
            "",
            f"Two-sided p of the permutation test: {one['p']:.3f}. Random removals of 1% change the score by "
            f"{decimal(one['random mean'], 3)} on average, with a standard deviation of {one['random spread']:.3f}. "
            "Noise ceiling of Pearson's r over tenths: "
            + (f"{one['ceiling']:.2f}." if one["ceiling"] is not None else "not known; the seeds do not agree."),
            "",
            "| method | change of the score without its first 1%, over random ± standard error | the same in standard "
            "deviations of random removals | share of the text | LDS (95% interval) | time |",
            "|---|---|---|---|---|---|",
        ]
        for row in by_gain(one["rows"], one["score"]):
            measured, method = row["quantile"], row["method"]
            lds = "{} ({} to {})".format(*map(decimal, row["lds"])) if "lds" in row else "–"
            time = f"{seconds[method]:.1f} s" if method in seconds else "–"
            short = "" if row["documents"] == size else f" ({row['documents']} documents)"
            gained = f"{decimal(measured['gained'])} ± {decimal(measured['error'])}"
            lines.append(
                f"| {NAMES.get(method, method)}{short} | {gained} | "
                f"{decimal(measured['spreads'], 1)} | {row['share of text']:.1%} | {lds} | {time} |"
            )
        lines.append(f"| random removal | 0 | 0 | {one['random share']:.1%} | – | – |")
        again, once = (
            np.array(next(row["changes"] for row in one["rows"] if row["method"] == name))
            for name in (AGAIN, "mean-field")
        )
        more, error = (again - once).mean(), (again - once).std(ddof=1) / math.sqrt(len(again))
        lines += [
            "",
            f"Ranked again less ranked once, seed by seed: {decimal(float(more))} ± {decimal(float(error))}.",
        ]
    return "\n".join(lines) + "\n"


def by_gain(rows: list[dict[str, Any]], score: float) -> list[dict[str, Any]]:
    """The methods, those first whose documents hold most of the score."""
    return sorted(rows, key=lambda row: math.copysign(1.0, score) * float(row["quantile"]["gained"]))


def main(cache: Path, corpora: Path) -> None:
    """Computes what is not there yet, and writes the table.

    Args:
        cache: a folder for what is found on the way.
        corpora: their folder.
    """
    trainings = material(cache, corpora)
    influences, seconds = influences_of(trainings)
    found = judged(trainings, influences)
    RESULTS.mkdir(exist_ok=True)
    size = int(trainings.corpus.document_count * SHARE)
    (RESULTS / "related.md").write_text(table(found, seconds, size), encoding="utf-8")
