"""Trainings by gensim and by us, each kept on disk: vectors of the whole vocabulary.

Those of runs of their own are kept in half precision, which moves an effect size by less than 0.001; those of this
run's small removals, whose changes of score are small themselves, in single precision.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from gensim.models import Word2Vec

from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.probes.word_lists import WordListScore
from skipgram_audit.training.document_order import DocumentOrder
from skipgram_audit.training.seeds import train_seed
from skipgram_audit.training.sgd import train
from skipgram_audit.training.trajectory import Trajectory
from tests.benchmarks.accuracy.budget import Budget, Stopwatch
from tests.benchmarks.accuracy.corpus import Removal, RemovalSet
from tests.benchmarks.accuracy.fingerprint import code_key, digest

SETTINGS = AuditSettings(
    casefold=True, dimension=100, window=5, negatives=5, minimum_count=20, subsample=1e-3, epochs=5,
    step_size=0.025, minimum_step_size=0.0001, noise_power=0.75, seeds=[1, 2],
    shuffle_documents=False,
)  # fmt: skip
FULL = RemovalSet("full", 0)
Scores = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Trainings:
    """Vectors by trainer, set and seed.

    Attributes:
        corpus: the whole corpus; the vocabulary is that of the whole corpus in every training.
        scores: probes over it.
        folder: the cache of this corpus.
        budget: None for as long as it takes.
        settings: of our trainings.
    """

    corpus: EncodedCorpus
    scores: list[WordListScore]
    folder: Path
    budget: Budget | None = None
    settings: AuditSettings = SETTINGS

    def gensim(self, removal: Removal, seed: int) -> Scores:
        """Scores of stock gensim with one worker on what is left, its documents in the order that the settings say."""
        return self._scores("gensim", removal, seed, lambda: self._train_gensim(removal, seed))

    def ours(self, removal: Removal, seed: int) -> Scores:
        """Scores of our training of what is left, as a run of its own: counts, steps and noise are those of what is
        left."""
        return self._scores("ours", removal, seed, lambda: self._train_ours(removal, seed))

    def same_run(self, removal: Removal, seed: int) -> Scores:
        """Scores of the very run on the whole corpus with some documents left out."""
        return self._scores("same-run", removal, seed, lambda: self._train_same_run(removal, seed))

    def gensim_seeds(self, removals: Sequence[Removal], most: int) -> list[int]:
        """The seeds, of 1 to most, that gensim has trained on the whole and on all of these sets."""
        return [
            seed
            for seed in range(1, most + 1)
            if all(self.has("gensim", removal, seed) for removal in (FULL, *removals))
        ]

    def has(self, trainer: str, removal: Removal, seed: int) -> bool:
        """Whether a training is kept."""
        return self._path(trainer, removal, seed).exists()

    def trajectory(self, seed: int) -> Trajectory:
        """Our training on the whole corpus."""
        path = self.folder / "trajectories" / self.key / f"seed-{seed}.npz"
        if not path.exists():
            self._begin(f"train seed {seed}")
            path.parent.mkdir(parents=True, exist_ok=True)
            with Stopwatch() as watch:
                trained = train(self.corpus, self.settings, seed, _silent)
            np.save(path.with_suffix(".seconds.npy"), [watch.processor, watch.clock])
            trained.save(path)
        return Trajectory.load(path)

    def seconds(self, seeds: Sequence[int]) -> tuple[float, float]:
        """Median processor and clock seconds of our training of the whole corpus."""
        folder = self.folder / "trajectories" / self.key
        measured = np.array([np.load(folder / f"seed-{seed}.seconds.npy") for seed in seeds])
        processor, clock = np.median(measured, axis=0).tolist()
        return processor, clock

    @cached_property
    def key(self) -> str:
        """Of everything that our trainings depend on."""
        corpus = self.corpus
        return digest(
            code_key("skipgram_audit.training.sgd"), self.settings,
            corpus.words, corpus.counts, corpus.tokens, corpus.sentence_offsets, corpus.document_sentences,
        )  # fmt: skip

    def discard_outdated(self) -> None:
        """Deletes our retrainings when the code has changed and does not give the same vectors any more.

        Whether it does is tried, once for each new state of the code: on this run, whole, and on a half of its own.
        """
        checked = self.folder / "checked"
        if checked.exists() and checked.read_text() == self.key:
            return
        half = RemovalSet("half", 0)
        whole_run, own_run = self._path("same-run", FULL, 1), self._path("ours", half, 1)
        if whole_run.exists() and not np.array_equal(np.load(whole_run), self.trajectory(1).inputs):
            self._discard("same-run")
        if own_run.exists():
            now = self._train_ours(half, 1).astype(np.float16)
            if not np.array_equal(np.load(own_run), now, equal_nan=True):
                self._discard("ours")
        self.folder.mkdir(parents=True, exist_ok=True)
        checked.write_text(self.key)

    def _discard(self, trainer: str) -> None:
        print(f"The training gives other vectors than those kept in {trainer}: these are deleted.", flush=True)
        shutil.rmtree(self.folder / trainer)

    def _path(self, trainer: str, removal: Removal, seed: int) -> Path:
        return self.folder / trainer / f"{removal.name}-{seed}.npy"

    def _begin(self, what: str) -> None:
        if self.budget is not None:
            self.budget.begin(what)

    def _scores(
        self, trainer: str, removal: Removal, seed: int, run: Callable[[], npt.NDArray[np.float32]]
    ) -> npt.NDArray[np.float64]:
        path = self._path(trainer, removal, seed)
        if not path.exists():
            self._begin(f"{trainer} {removal.name} seed {seed}")
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_suffix(".part")
            with temporary.open("wb") as file:
                np.save(file, run().astype(np.float32 if trainer == "same-run" else np.float16))
            temporary.replace(path)
        vectors = np.load(path, mmap_mode="r")
        return np.array([score.value(vectors[score.words].astype(np.float64)) for score in self.scores])

    def _left(self, removal: Removal) -> EncodedCorpus:
        return self.corpus.without(removal.removed(self.corpus.document_count))

    def _train_gensim(self, removal: Removal, seed: int) -> npt.NDArray[np.float32]:
        left, words = DocumentOrder.of(self._left(removal), self.settings, seed).corpus, self.corpus.words
        sentences = [
            [words[token] for token in left.tokens[left.document_tokens(number)]]
            for number in range(left.document_count)
        ]
        model = Word2Vec(
            sentences, vector_size=self.settings.dimension, window=self.settings.window,
            negative=self.settings.negatives, epochs=self.settings.epochs, sample=self.settings.subsample,
            sg=1, min_count=1, workers=1, seed=seed,
        )  # fmt: skip
        vectors = np.full((len(words), self.settings.dimension), np.nan, np.float32)
        for number, word in enumerate(words):
            if word in model.wv.key_to_index:
                vectors[number] = model.wv[word]
        return vectors

    def _train_ours(self, removal: Removal, seed: int) -> npt.NDArray[np.float32]:
        left = self._left(removal).recounted(1)
        vectors = np.full((len(self.corpus.words), self.settings.dimension), np.nan, np.float32)
        vectors[[self.corpus.index[word] for word in left.words]] = train_seed(
            left, self.settings, seed, _silent
        ).inputs
        return vectors

    def _train_same_run(self, removal: Removal, seed: int) -> npt.NDArray[np.float32]:
        return train(self._left(removal), self.settings, seed, _silent, full_corpus=self.corpus).inputs


def _silent(_fraction: float) -> None:
    """A progress that nobody watches."""
