"""Corpora from which little or nothing can be learnt: every estimator gives finite numbers or an error that says what
is missing, in every phase; never a crash, and never a number that is not one."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from skipgram_audit.attribution.estimators import ESTIMATORS
from skipgram_audit.auditing.pipeline import AuditPipeline
from skipgram_audit.corpus.encoding import TextDocument
from skipgram_audit.model.engine_errors import EngineError, NothingToMeasure, UnusableCorpus
from skipgram_audit.model.kind_description import Minima
from skipgram_audit.probes.protocol import Unmeasurable
from tests.library.samples import silent, small_settings
from tests.probes import any_probe

X, Y, A, B = ("she", "her", "woman"), ("he", "his", "man"), ("home", "family"), ("work", "career")
WORDS = (*X, *Y, *A, *B)
PROBES = (
    any_probe("weat", "weat", {"X": X, "Y": Y}, {"A": A, "B": B}, {}, Minima(3, 2, 1)),
    any_probe("direction", "ripa", {"X": X, "Y": Y}, {"A": A}, {}, Minima(2, 1, 1)),
    any_probe("absent", "mac", {"X": ("unicorn", "yeti")}, {"A": A}, {}, Minima(2, 1, 1)),
)
SENTENCES = [" ".join(pair) for pair in pairwise((*WORDS, "she"))]

CORPORA: dict[str, tuple[list[list[str]], dict[str, object]]] = {
    "nothing": ([], {}),
    "documents without sentences": ([[], [], []], {}),
    "one token a line": ([[word] for word in WORDS * 5], {}),
    "a vocabulary of one": ([["she she she", "she"]] * 3, {}),
    "no probe word beside another": ([["a b c a b", *WORDS]] * 3, {}),
    "a minimum count that leaves nothing": ([SENTENCES], {"minimum_count": 1000}),
    "a minimum count that parts the pairs": (
        [[f"{word} rare{number}x{place}" for place, word in enumerate(WORDS)] for number in range(3)],
        {"minimum_count": 3},
    ),
    "subsampling that drops everything": ([SENTENCES] * 3, {"subsample": 1e-30}),
    "subsampling that drops nearly everything": ([SENTENCES] * 20, {"subsample": 1e-7}),
    "one document": ([SENTENCES * 3], {}),
    "one sentence": ([[" ".join(WORDS)]], {}),
    "a ring of pairs": ([[sentence] for sentence in SENTENCES], {"window": 1}),
    "each word twice beside itself": ([[f"{word} {word}"] for word in WORDS] * 2, {}),
    "one sentence many times": ([[" ".join(WORDS)]] * 12, {}),
    "empty documents between others": ([[], SENTENCES, [], ["", "!"], SENTENCES, []], {}),
    "more dimensions than words": ([SENTENCES] * 4, {"dimension": 40}),
    "one dimension": ([SENTENCES] * 4, {"dimension": 1}),
    "steps that diverge": ([SENTENCES] * 40, {"step_size": 1e30, "minimum_step_size": 1e30, "epochs": 5}),
}

SOLVER = {"damping": 1.0, "solver_iterations": 2000, "solver_tolerance": 1e-2}


def documents_of(texts: list[list[str]]) -> list[TextDocument]:
    made = []
    for sentences in texts:
        text, bounds = "", []
        for sentence in sentences:
            bounds.append((len(text), len(text) + len(sentence)))
            text += sentence + " "
        made.append(TextDocument(text, np.array(bounds, np.uint32).reshape(-1, 2)))
    return made


def carry_out(folder: Path, estimator: str, corpus: str, batch_tokens: int = 0) -> list[float]:
    """Every phase and every what-if; all numbers that a user could read."""
    texts, changes = CORPORA[corpus]
    usual = {"epochs": 2, "seeds": (1,), "batch_tokens": batch_tokens, "null_shuffles": 1, "estimator": estimator}
    pipeline = AuditPipeline(folder, small_settings(**{**usual, **SOLVER, **changes}), PROBES, "cpu")
    documents = documents_of(texts)
    pipeline.encode(documents, len(documents), silent)
    pipeline.train(silent)
    pipeline.null(silent)
    pipeline.influence(silent)
    numbers: list[float] = []
    results = pipeline.results()
    assert len(results) == len(PROBES)
    for result in results:
        outcome = result.outcome
        if not outcome.measured:
            assert outcome.reason
            assert outcome.verdict in ("too_few_words", "not_measurable")
            assert outcome.score is None
            continue
        assert result.attribution is not None
        numbers += [float(outcome.score or 0.0), *outcome.null_scores]
        numbers += result.attribution.documents.influence.tolist() + result.attribution.tokens.tolist()
        numbers += [one.score for one in outcome.left_out if one.score is not None]
    removed = np.arange(len(documents)) == 0
    if len(documents) > 1:
        scores = pipeline.predicted_scores(removed, silent)
        for same_run in (True, False):
            scores += pipeline.retrain(removed, same_run, silent)
        for score in scores:
            numbers += [] if isinstance(score, Unmeasurable) else score.tolist()
    return numbers


def numbers_or_error(folder: Path, estimator: str, corpus: str, batch_tokens: int = 0) -> list[float]:
    """What carry_out gives; nothing where it raises an error with a message and a remedy."""
    failure: EngineError | None = None
    try:
        return carry_out(folder, estimator, corpus, batch_tokens)
    except EngineError as error:
        failure = error
    assert failure.message
    assert failure.remedy
    return []


@pytest.mark.parametrize("estimator", list(ESTIMATORS))
@pytest.mark.parametrize("corpus", list(CORPORA))
def test_results_are_finite_or_an_error_says_what_is_missing(tmp_path: Path, estimator: str, corpus: str) -> None:
    assert np.isfinite(numbers_or_error(tmp_path, estimator, corpus)).all()


@pytest.mark.parametrize("corpus", list(CORPORA))
def test_training_in_batches_is_no_different(tmp_path: Path, corpus: str) -> None:
    assert np.isfinite(numbers_or_error(tmp_path, "replay", corpus, batch_tokens=8)).all()


@pytest.mark.parametrize(
    ("corpus", "error", "message"),
    [
        ("nothing", UnusableCorpus, "Only 0 words"),
        ("one token a line", UnusableCorpus, "In no sentence of this corpus do two words"),
        ("a vocabulary of one", UnusableCorpus, "Only 1 word"),
        ("a minimum count that leaves nothing", UnusableCorpus, "Lower the minimum count"),
        ("a minimum count that parts the pairs", UnusableCorpus, "In no sentence of this corpus do two words"),
        ("subsampling that drops everything", UnusableCorpus, "Subsampling leaves at most"),
        ("no probe word beside another", NothingToMeasure, "of 'X' 0 of the 3 needed"),
    ],
)
def test_what_cannot_work_is_told_before_anything_is_trained(
    tmp_path: Path, corpus: str, error: type[EngineError], message: str
) -> None:
    texts, changes = CORPORA[corpus]
    pipeline = AuditPipeline(tmp_path, small_settings(estimator="mean-field", **changes), PROBES, "cpu")
    with pytest.raises(error, match=message):
        pipeline.encode(documents_of(texts), len(texts), silent)
    assert not list(tmp_path.glob("seed-*"))
