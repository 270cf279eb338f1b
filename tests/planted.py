"""Sentences with a known association, planted into a corpus that says nothing of it: what an audit must find.

The probe's words are real ones, drawn from the corpus by frequency alone. Their places in the text are dealt out anew
among them, at random, each word getting as many as it had: the text around stays real, but all words of the probe stand
in the same mixture of contexts, so that no list is nearer to another than by chance. A planted sentence names words of
one target list and of one attribute list in turn, each in random order, and goes to the end of a random document.
"""

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from skipgram_audit.attribution.estimators import ESTIMATORS
from skipgram_audit.attribution.protocol import InfluenceProblem
from skipgram_audit.computing.execution import LocalExecutor
from skipgram_audit.corpus.encoding import EncodedCorpus, TextDocument, encode_documents
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.model.tokens import token_spans, tokenize, word_form
from skipgram_audit.probes.kinds import resolve
from skipgram_audit.probes.protocol import Unmeasurable
from skipgram_audit.probes.word_lists import WordListScore
from skipgram_audit.training.seeds import train_seeds
from skipgram_audit.training.trajectory import Trajectory
from tests.probes import any_probe

Texts = Sequence[Sequence[str]]
"""The sentences of every document."""


@dataclass(frozen=True)
class Finding:
    """How well an estimator tells planted sentences from all others.

    Attributes:
        scores: float64 [seeds], trained.
        random: precision of a random ranking: the share of planted sentences.
        highest, lowest: share of planted ones among as many sentences of highest, of lowest influence.
        influence: float64 [sentences], mean over seeds.
        missed: the planted sentences that are not among as many of highest influence.
        instead: those that stand there in their place.
        found: as many planted ones that do, of the highest influence; fewer where fewer do.
    """

    scores: npt.NDArray[np.float64]
    random: float
    highest: float
    lowest: float
    influence: npt.NDArray[np.float64]
    missed: npt.NDArray[np.int64]
    instead: npt.NDArray[np.int64]
    found: npt.NDArray[np.int64]


def encoded(texts: Texts, settings: AuditSettings) -> EncodedCorpus:
    """The corpus, words and sentences as an import makes them."""
    documents = []
    for sentences in texts:
        ends = np.cumsum([len(sentence) + 1 for sentence in sentences], dtype=np.uint32) - 1
        starts = ends - np.array([len(sentence) for sentence in sentences], np.uint32)
        documents.append(TextDocument(" ".join(sentences), np.stack([starts, ends], axis=1)))
    return encode_documents(documents, len(documents), settings.casefold, settings.minimum_count, _silent)


def made_up_probe(corpus: EncodedCorpus, kind: str, words: int, counts: tuple[int, int], seed: int) -> ProbeDefinition:
    """A probe whose lists hold ``words`` random words each, of a frequency within counts."""
    usual = [
        word
        for word, count in zip(corpus.words, corpus.counts.tolist(), strict=True)
        if counts[0] <= count <= counts[1] and word.isalpha() and len(word) > 3
    ]
    generator = np.random.default_rng(seed)
    drawn = generator.choice(usual, 4 * words, replace=False).tolist()
    x, y, a, b = (tuple(drawn[part * words : (part + 1) * words]) for part in range(4))
    return any_probe("made up", kind, {"X": x, "Y": y} if kind == "weat" else {"X": x}, {"A": a, "B": b})


def neutral(texts: Texts, probe: ProbeDefinition, seed: int = 0) -> list[list[str]]:
    """The texts with the places of the probe's words dealt out anew among them."""
    words = {word for lists in (probe.targets, probe.attributes) for listed in lists.values() for word in listed}
    standing = [word for sentences in texts for one in sentences for word in tokenize(one, True) if word in words]
    dealt = iter(np.random.default_rng([seed, 0]).permutation(standing).tolist())
    return [[_with_words_replaced(sentence, words, dealt) for sentence in sentences] for sentences in texts]


def _with_words_replaced(sentence: str, words: Collection[str], dealt: Iterator[str]) -> str:
    pieces, last = [], 0
    for start, end in token_spans(sentence):
        if word_form(sentence[start:end], casefold=True) in words:
            pieces += [sentence[last:start], next(dealt)]
            last = end
    return "".join([*pieces, sentence[last:]])


def plant(
    texts: Texts, probe: ProbeDefinition, count: int, named: int, seed: int = 0
) -> tuple[list[list[str]], npt.NDArray[np.bool_]]:
    """The texts with planted sentences, and which of all sentences are planted: X beside A and, where there are two
    target lists, Y beside B in turn.

    Args:
        named: words of either list in a sentence.
    """
    generator = np.random.default_rng([seed, 1])
    pairs = list(zip(probe.targets.values(), probe.attributes.values(), strict=False))
    changed = [list(sentences) for sentences in texts]
    for number in range(count):
        lists = [generator.choice(listed, named, replace=False).tolist() for listed in pairs[number % len(pairs)]]
        words = [word for both in zip(*lists, strict=True) for word in both]
        changed[int(generator.integers(len(changed)))].append(" ".join(words))
    marks = [
        number >= len(before) for before, after in zip(texts, changed, strict=True) for number in range(len(after))
    ]
    return changed, np.array(marks)


def without(texts: Texts, sentences: Collection[int]) -> list[list[str]]:
    """The texts without some sentences, by their number in the corpus."""
    numbers = itertools.count()
    return [[one for one in listed if next(numbers) not in sentences] for listed in texts]


@dataclass(frozen=True)
class Trained:
    """A corpus that was trained on, and a score over it."""

    corpus: EncodedCorpus
    score: WordListScore
    trajectories: list[Trajectory]
    settings: AuditSettings
    workers: int

    @classmethod
    def on(cls, texts: Texts, probe: ProbeDefinition, settings: AuditSettings, workers: int = 2) -> "Trained":
        corpus = encoded(texts, settings)
        score = resolve(probe, corpus)
        assert not isinstance(score, Unmeasurable), score.reason
        trajectories = train_seeds(corpus, settings, settings.seeds, _silent, LocalExecutor(workers))
        return cls(corpus, score, trajectories, settings, workers)

    @property
    def scores(self) -> npt.NDArray[np.float64]:
        """float64 [seeds]."""
        return np.array([self.score.value(item.inputs[self.score.words]) for item in self.trajectories])

    def find(self, marks: npt.NDArray[np.bool_], estimator: str) -> Finding:
        """Where the planted sentences are in an estimator's ranking."""
        problem = InfluenceProblem(self.corpus, self.settings, self.trajectories, [self.score], "cpu", self.workers)
        influence = ESTIMATORS[estimator].influences(problem, _silent).sentences[0].mean(axis=0)
        order, count = np.argsort(-influence, kind="stable"), int(marks.sum())
        highest = order[:count]
        missed = np.setdiff1d(np.flatnonzero(marks), highest)
        return Finding(
            scores=self.scores,
            random=count / len(marks),
            highest=float(marks[highest].mean()),
            lowest=float(marks[order[-count:]].mean()),
            influence=influence,
            missed=missed,
            instead=highest[~marks[highest]],
            found=highest[marks[highest]][: len(missed)],
        )


def _silent(_fraction: float) -> None:
    """A progress that nobody watches."""
