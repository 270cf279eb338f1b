"""Trainings by gensim and by us, each kept on disk: vectors of the whole vocabulary.

Those of halves are kept in half precision, which moves an effect size by less than 0.001; those of this run's small
removals, whose changes of score are small themselves, in single precision.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from gensim.models import Word2Vec

from tests.benchmarks.fidelity.corpus import RemovalSet
from worker.engine.corpus.encoding import EncodedCorpus
from worker.engine.probes.weat import Weat
from worker.engine.skipgram.settings import TrainingSettings
from worker.engine.skipgram.training import train

SETTINGS = TrainingSettings(
    casefold=True, dimension=100, window=5, negatives=5, minimum_count=20, subsample=1e-3, epochs=5,
    step_size=0.025, minimum_step_size=0.0001, noise_power=0.75, seeds=(1, 2),
)  # fmt: skip


@dataclass(frozen=True)
class Trainings:
    """Vectors by trainer, set and seed.

    Attributes:
        corpus: the whole corpus; the vocabulary is that of the whole corpus in every training.
        scores: probes over it.
        folder: the cache of this corpus.
    """

    corpus: EncodedCorpus
    scores: list[Weat]
    folder: Path

    def gensim(self, removal: RemovalSet, seed: int) -> npt.NDArray[np.float64]:
        """Scores of stock gensim with one worker on what is left."""
        return self._scores("gensim", removal, seed, lambda: self._train_gensim(removal, seed))

    def ours(self, removal: RemovalSet, seed: int) -> npt.NDArray[np.float64]:
        """Scores of our training of what is left, as a run of its own: counts, steps and noise are those of what is
        left."""
        return self._scores("ours", removal, seed, lambda: self._train_ours(removal, seed))

    def same_run(self, removal: RemovalSet, seed: int) -> npt.NDArray[np.float64]:
        """Scores of the very run on the whole corpus with some documents left out."""
        return self._scores("same-run", removal, seed, lambda: self._train_same_run(removal, seed))

    def _scores(
        self, trainer: str, removal: RemovalSet, seed: int, run: Callable[[], npt.NDArray[np.float32]]
    ) -> npt.NDArray[np.float64]:
        path = self.folder / trainer / f"{removal.name}-{seed}.npy"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            started = time.perf_counter()
            temporary = path.with_suffix(".part")
            with temporary.open("wb") as file:
                np.save(file, run().astype(np.float32 if trainer == "same-run" else np.float16))
            temporary.replace(path)
            print(f"{trainer} {removal.name} seed {seed}: {time.perf_counter() - started:.0f} s", flush=True)
        vectors = np.load(path, mmap_mode="r")
        return np.array([score.effect_size(vectors[score.words].astype(np.float64)) for score in self.scores])

    def _left(self, removal: RemovalSet) -> EncodedCorpus:
        return self.corpus.without(removal.removed(self.corpus.document_count))

    def _train_gensim(self, removal: RemovalSet, seed: int) -> npt.NDArray[np.float32]:
        left, words = self._left(removal), self.corpus.words
        sentences = [
            [words[token] for token in left.tokens[left.document_tokens(number)]]
            for number in range(left.document_count)
        ]
        model = Word2Vec(
            sentences, vector_size=SETTINGS.dimension, window=SETTINGS.window, negative=SETTINGS.negatives,
            epochs=SETTINGS.epochs, sample=SETTINGS.subsample, sg=1, min_count=1, workers=1, seed=seed,
        )  # fmt: skip
        vectors = np.full((len(words), SETTINGS.dimension), np.nan, np.float32)
        for number, word in enumerate(words):
            if word in model.wv.key_to_index:
                vectors[number] = model.wv[word]
        return vectors

    def _train_ours(self, removal: RemovalSet, seed: int) -> npt.NDArray[np.float32]:
        left = self._left(removal).recounted(1)
        vectors = np.full((len(self.corpus.words), SETTINGS.dimension), np.nan, np.float32)
        vectors[[self.corpus.index[word] for word in left.words]] = train(left, SETTINGS, seed, _silent).inputs
        return vectors

    def _train_same_run(self, removal: RemovalSet, seed: int) -> npt.NDArray[np.float32]:
        return train(self._left(removal), SETTINGS, seed, _silent, whole=self.corpus).inputs


def _silent(_fraction: float) -> None:
    """A progress that nobody watches."""
