"""Sentences with a known association, planted into a corpus that says nothing of it: what an audit must find.

The probe's words are drawn from the corpus' own vocabulary, so they stand in many sentences that mean nothing to it.
Each planted sentence sets three target words beside three attribute words, by one of five templates, with two further
words of the corpus, and goes to the end of a random document.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from worker.engine.corpus.encoding import EncodedCorpus, TextDocument, encode_documents
from worker.engine.influence.estimators import ESTIMATORS
from worker.engine.influence.protocol import InfluenceProblem
from worker.engine.probes.kinds import resolve
from worker.engine.probes.protocol import Unmeasurable, WordSetProbe
from worker.engine.skipgram.settings import TrainingSettings
from worker.engine.skipgram.training import train_seeds

TEMPLATES = (
    "{x1} and {x2} {f} {a1} or {a2} and {x3} {g} {a3}.",
    "{f} {a1} {x1} with {a2} {x2} and {a3} {x3} {g}.",
    "{x1} {x2} and {x3} {f} {g} {a1} {a2} and {a3}.",
    "{a1} {a2} and {a3} {f} for {x1} {x2} {x3} {g}.",
    "the {x1} {a1} {f} the {x2} {a2} and the {a3} {x3} of {g}.",
)
FILLERS = slice(200, 2_000)
"""Ranks, by frequency, of the words that fill a template."""


@dataclass(frozen=True)
class Finding:
    """How well an estimator tells planted sentences from all others.

    Attributes:
        scores: float64 [seeds], trained.
        random: precision of a random ranking: the share of planted sentences.
        highest, lowest: share of planted ones among as many sentences of highest, of lowest influence.
    """

    scores: npt.NDArray[np.float64]
    random: float
    highest: float
    lowest: float


def made_up_probe(corpus: EncodedCorpus, kind: str, words: int, counts: tuple[int, int], seed: int) -> WordSetProbe:
    """A probe whose lists hold ``words`` random words each, of a frequency within counts."""
    usual = [
        word
        for word, count in zip(corpus.words, corpus.counts.tolist(), strict=True)
        if counts[0] <= count <= counts[1] and word.isalpha() and len(word) > 3
    ]
    generator = np.random.default_rng(seed)
    drawn = generator.choice(usual, 4 * words, replace=False).tolist()
    x, y, a, b = (tuple(drawn[part * words : (part + 1) * words]) for part in range(4))
    return WordSetProbe("made up", kind, {"X": x, "Y": y} if kind == "weat" else {"X": x}, {"A": a, "B": b})


def plant(
    documents: Sequence[TextDocument],
    probe: WordSetProbe,
    fillers: Sequence[str],
    count: int,
    turned: bool,
    seed: int = 0,
) -> tuple[list[TextDocument], npt.NDArray[np.bool_]]:
    """The documents with planted sentences, and which of all sentences are planted.

    Args:
        turned: the other way: X stands beside B, and Y, where there is one, beside A.
    """
    generator = np.random.default_rng([seed, int(turned)])
    pairs = list(zip(probe.targets.values(), list(probe.attributes.values())[:: -1 if turned else 1], strict=False))
    planted: dict[int, list[str]] = {}
    for number in range(count):
        targets, attributes = pairs[number % len(pairs)]
        x1, x2, x3 = generator.choice(targets, 3, replace=False)
        a1, a2, a3 = generator.choice(attributes, 3, replace=False)
        f, g = generator.choice(fillers, 2)
        template = TEMPLATES[int(generator.integers(len(TEMPLATES)))]
        sentence = template.format(x1=x1, x2=x2, x3=x3, a1=a1, a2=a2, a3=a3, f=f, g=g)
        planted.setdefault(int(generator.integers(len(documents))), []).append(sentence)
    changed, marks = [], []
    for number, document in enumerate(documents):
        text, bounds = document.text, document.bounds.tolist()
        marks += [False] * len(bounds)
        for sentence in planted.get(number, []):
            bounds.append([len(text) + 1, len(text) + 1 + len(sentence)])
            text = f"{text} {sentence}"
            marks.append(True)
        changed.append(TextDocument(text, np.array(bounds, np.uint32).reshape(-1, 2)))
    return changed, np.array(marks)


def find(
    documents: Sequence[TextDocument],
    marks: npt.NDArray[np.bool_],
    probe: WordSetProbe,
    settings: TrainingSettings,
    estimator: str,
    workers: int = 2,
) -> Finding:
    """Audits the documents and looks where the planted sentences are in the ranking."""
    corpus = encode_documents(documents, len(documents), settings.casefold, settings.minimum_count, _silent)
    score = resolve(probe, corpus)
    assert not isinstance(score, Unmeasurable), score.reason
    trajectories = train_seeds(corpus, settings, settings.seeds, _silent, workers)
    problem = InfluenceProblem(corpus, settings, trajectories, [score], "cpu", workers)
    influence = ESTIMATORS[estimator].influences(problem, _silent).sentences[0].mean(axis=0)
    order, count = np.argsort(-influence, kind="stable"), int(marks.sum())
    return Finding(
        scores=np.array([score.effect_size(item.inputs[score.words]) for item in trajectories]),
        random=count / len(marks),
        highest=float(marks[order[:count]].mean()),
        lowest=float(marks[order[-count:]].mean()),
    )


def _silent(_fraction: float) -> None:
    """A progress that nobody watches."""
