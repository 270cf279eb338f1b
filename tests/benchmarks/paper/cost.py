"""T6: what does the paper's recipe cost beside the engine's estimators, sentence for sentence?

    python -m tests.benchmarks.paper --only cost

Everything explains WEAT 6 of the vectors of one seed on gap-wikipedia. The recipe: Skip-gram as a torch module; LiSSA,
over Hessians of a few drawn sentences, gives the damped inverse Hessian times the gradient of the score; then, one
sentence at a time, the gradient of its loss over all vectors is formed, dense, and multiplied with that. Each method
runs in a process of its own, on one core, after a small part of the corpus has compiled its loops. Sums over the
documents of random tenths are compared with what retraining without them does, as in related.py.
"""

import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from skipgram_audit.attribution.cross_loss.implicit import solve_by_lissa
from skipgram_audit.attribution.cross_loss.problem import CrossLossProblem
from skipgram_audit.attribution.estimators import ESTIMATORS
from skipgram_audit.attribution.protocol import InfluenceProblem
from skipgram_audit.attribution.solvers import SolverSettings
from skipgram_audit.computing.execution import LocalExecutor
from skipgram_audit.corpus.encoding import sums_between
from skipgram_audit.report.formatting import decimal
from skipgram_audit.retraining.agreement import set_agreement, spearman
from skipgram_audit.retraining.sets import pushing
from tests.benchmarks.accuracy.budget import Stopwatch
from tests.benchmarks.accuracy.corpus import ChosenSet, RemovalSet
from tests.benchmarks.accuracy.judging import changes_of
from tests.benchmarks.accuracy.tables import times
from tests.benchmarks.accuracy.trainings import Trainings
from tests.benchmarks.machine import processor
from tests.benchmarks.paper.corpora import unwatched
from tests.benchmarks.paper.related import JUDGES, RANDOM_HUNDREDTHS, RANDOM_TENTHS, first_documents, material, quantile
from tests.benchmarks.paper.skipgram_module import SkipGram, sentence_pairs

RESULTS = Path(__file__).parent / "results"
SEED = 1
RECIPE = "the paper's recipe: LiSSA, dense gradients"
ENGINE = {"lissa": "LiSSA", "implicit": "implicit", "mean-field": "mean-field", "replay": "replay"}
"""Estimator of the engine -> as the table calls it."""

DRAWN_SENTENCES, TOLERANCE, MOST_STEPS = 8, 0.01, 20_000
SENTENCES_AT_ONCE = 64
WARMING_DOCUMENTS = 100
Values = npt.NDArray[np.float64]


def problem_of(trainings: Trainings) -> CrossLossProblem:
    """The corpus' sentences as examples of a Skip-gram module, and WEAT 6 as the test function."""
    corpus, score = trainings.corpus, trainings.scores[0]
    pairs = sentence_pairs(corpus, trainings.settings, SEED)
    words = torch.as_tensor(score.words).long()

    def weat(module: SkipGram) -> Tensor:
        return score(module.inputs[words].double()).float()

    sentences = torch.arange(corpus.sentence_count)
    trained = trainings.trajectory(SEED)
    module = SkipGram(trained.inputs, trained.outputs)
    return CrossLossProblem(module, pairs.losses, weat, (sentences,), batch_size=SENTENCES_AT_ONCE)


def one_by_one(problem: CrossLossProblem, solved: Tensor, sentences: int) -> Values:
    """-dl_i/dtheta . solved of the first so many sentences, by a dense gradient over all vectors for each."""
    found = np.zeros(sentences)
    for number in range(sentences):
        gradient = problem.loss_gradient(problem.parameters, torch.tensor([number]))
        found[number] = -float(gradient @ solved)
    return found


def recipe(trainings: Trainings) -> tuple[Values, dict[str, float]]:
    """Influences of the sentences, and seconds of the parts, damping, steps, residual and sampling error."""
    problem = problem_of(trainings)
    one_by_one(problem, problem.parameters, WARMING_DOCUMENTS)
    settings = SolverSettings(trainings.settings.damping, TOLERANCE, MOST_STEPS)
    with Stopwatch() as solving:
        right = problem.score_gradient(problem.parameters)
        solution = solve_by_lissa(problem, right, settings, DRAWN_SENTENCES, SEED)
    with Stopwatch() as reading:
        found = one_by_one(problem, solution.vectors[0], trainings.corpus.sentence_count)
    return found, {
        "solving": solving.processor,
        "sentences": reading.processor,
        "damping": solution.damping,
        "steps": float(solution.iterations[0]),
        "residual": float(solution.residuals[0]),
        "sampling error": float(solution.sampling_errors[0]),
    }


def engine(trainings: Trainings, name: str) -> tuple[Values, dict[str, float]]:
    """The same of an estimator of the engine, for the one probe."""
    problem = InfluenceProblem(
        trainings.corpus, trainings.settings, [trainings.trajectory(SEED)], trainings.scores[:1], "cpu", 1,
        LocalExecutor(1),
    )  # fmt: skip
    few = trainings.corpus.of_documents(np.arange(WARMING_DOCUMENTS))
    ESTIMATORS[name].influences(replace(problem, corpus=few), unwatched)
    with Stopwatch() as watch:
        found = ESTIMATORS[name].influences(problem, unwatched)
    return found.sentences[0, 0], {"solving": 0.0, "sentences": watch.processor}


def measure(cache: Path, corpora: Path, method: str) -> dict[str, Any]:
    """Runs a method in this process: influences of the sentences, seconds, and the memory that it took beside what was
    there before, in megabytes."""
    torch.set_num_threads(1)
    trainings = material(cache, corpora)
    trainings.trajectory(SEED)
    before = peak_memory()
    found, costs = recipe(trainings) if method == RECIPE else engine(trainings, method)
    after = peak_memory()
    return {"influences": found.tolist(), "memory": after - before, "processor": processor(), **costs}


def peak_memory() -> float:
    """Megabytes that this process has had at most; getrusage would count those of the process that began it."""
    (line,) = (one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def measured(cache: Path, corpora: Path) -> dict[str, dict[str, Any]]:
    """Every method's measurement, each kept; those of another processor are made anew, so that ratios are of one
    machine."""
    found = {}
    for method in (RECIPE, *ENGINE):
        path = cache / f"cost-{ENGINE.get(method, 'recipe').lower()}.json"
        if not path.exists() or json.loads(path.read_text())["processor"] != processor():
            # A process of its own, begun anew: its memory is that of the method alone.
            context = multiprocessing.get_context("spawn")
            with ProcessPoolExecutor(1, mp_context=context) as process:
                path.write_text(json.dumps(process.submit(measure, cache, corpora, method).result()))
        found[method] = json.loads(path.read_text())
    return found


def judged(trainings: Trainings, influences: dict[str, Values]) -> dict[str, dict[str, Any]]:
    """By method: Spearman's correlation with the recipe over sentences and over documents; LDS over random tenths, and
    the quantile measure, by sums over documents."""
    corpus = trainings.corpus
    tenths = [RemovalSet("tenth", number) for number in range(RANDOM_TENTHS)]
    hundredths = [RemovalSet("hundredth", number) for number in range(RANDOM_HUNDREDTHS)]
    actual, random = (changes_of(trainings, "ours", sets, JUDGES)[:, 0] for sets in (tenths, hundredths))
    masks = np.array([one.removed(corpus.document_count) for one in tenths], np.float64)
    by_document = {method: sums_between(one, corpus.document_sentences) for method, one in influences.items()}
    result = {}
    for method, documents in by_document.items():
        lds = set_agreement(-(masks @ documents)[:, None], actual).spearman
        first = ChosenSet.of(first_documents(trainings, pushing(documents, 1)))
        changes = changes_of(trainings, "ours", [first], JUDGES)[0, 0]
        result[method] = {
            "agreement": [spearman(found[RECIPE], found[method]) for found in (influences, by_document)],
            "lds": [lds.value, lds.low, lds.high],
            "quantile": vars(quantile(changes, random)),
        }
    return result


def table(
    found: dict[str, dict[str, Any]], judgements: dict[str, dict[str, Any]], sizes: dict[str, int], training: float
) -> str:
    """A row a method; time also as a multiple of the engine's default."""
    sentences, usual, slowest = sizes["sentences"], found["mean-field"], found[RECIPE]
    lines = [
        "# What the paper's recipe costs",
        "",
        f"WEAT 6 on gap-wikipedia: {sentences:,} sentences, {sizes['words']:,} words, {sizes['parameters']:,} "
        f"parameters, one seed. One core of {usual['processor']}. A training of the corpus takes {training:.1f} s. "
        "Time is of the processor; memory is what the process took at most beside the corpus and its vectors. "
        "Agreement: Spearman's correlation of influences with the recipe's, over sentences and over documents. LDS: "
        f"Spearman's over {RANDOM_TENTHS} random tenths of the documents, with retraining by {len(JUDGES)} other "
        "seeds. The last column is the change of the score without the first 1% of the documents, over random, as in "
        "the table of related methods.",
        "",
        "| method | whole corpus | a sentence | times mean-field | memory | agreement | LDS (95% interval) | without "
        "its first 1% |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for method, one in found.items():
        total, told = seconds_of(one), judgements[method]
        agreement = "–" if method == RECIPE else ", ".join(map(decimal, told["agreement"]))
        lds = "{} ({} to {})".format(*map(decimal, told["lds"]))
        gained = f"{decimal(told['quantile']['gained'])} ± {decimal(told['quantile']['error'])}"
        lines.append(
            f"| {ENGINE.get(method, method)} | {total:.1f} s | {1000 * total / sentences:.2f} ms | "
            f"{times(total / seconds_of(usual))} | {one['memory']:,.0f} MB | {agreement} | {lds} | {gained} |"
        )
    lines += [
        "",
        f"The recipe spends {slowest['solving']:.0f} s on LiSSA ({slowest['steps']:,.0f} steps, four times, of "
        f"{DRAWN_SENTENCES} sentences each, damping {slowest['damping']:g}) and "
        f"{1000 * slowest['sentences'] / sentences:.2f} ms on each sentence. The solution's sampling error is "
        f"{slowest['sampling error']:.0%} of its size, and its residual {slowest['residual']:.2f} of the right-hand "
        f"side. Mean-field and replay agree over sentences at {spearman(*arrays(usual, found['replay'])):.2f}.",
    ]
    return "\n".join(lines) + "\n"


def seconds_of(measurement: dict[str, Any]) -> float:
    """Of the processor, for the whole corpus."""
    return float(measurement["solving"] + measurement["sentences"])


def arrays(*measurements: dict[str, Any]) -> list[Values]:
    """Influences of the sentences, float64 [sentences] each."""
    return [np.array(one["influences"]) for one in measurements]


def main(cache: Path, corpora: Path) -> None:
    """Measures what is not there yet, and writes the table.

    Args:
        cache: a folder for what is found on the way.
        corpora: their folder.
    """
    trainings = material(cache, corpora)
    trainings.trajectory(SEED)
    found = measured(cache, corpora)
    judgements = judged(trainings, {method: arrays(one)[0] for method, one in found.items()})
    corpus = trainings.corpus
    parameters = 2 * len(corpus.words) * trainings.settings.dimension
    sizes = {"sentences": corpus.sentence_count, "words": len(corpus.words), "parameters": parameters}
    RESULTS.mkdir(exist_ok=True)
    training = trainings.seconds([SEED])[0]
    (RESULTS / "cost.md").write_text(table(found, judgements, sizes, training), encoding="utf-8")
