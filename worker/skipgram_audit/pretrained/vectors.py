"""Models in the place of training: the corpus in their vocabulary, and their vectors as trajectories without a course.

The vocabulary is the words of all models that occur in the corpus, and the probes' words that the models have even if
the corpus has not. Tokens of other words are dropped before windows are laid, as word2vec does with words that it does
not know. Several models count as several seeds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.progress import Progress, part_of
from skipgram_audit.corpus.cooccurrence import Cooccurrences, cooccurrences
from skipgram_audit.corpus.encoding import EncodedCorpus, drop_unknown
from skipgram_audit.model.engine_errors import UnusableCorpus
from skipgram_audit.model.pretrained import ModelFacts
from skipgram_audit.model.settings import TrainingSettings
from skipgram_audit.model.tokens import is_one_word
from skipgram_audit.pretrained.contexts import fit_contexts
from skipgram_audit.pretrained.errors import UnusableModel
from skipgram_audit.pretrained.evidence import evidence
from skipgram_audit.pretrained.model import ImportedModel
from skipgram_audit.training.distribution import keep_probabilities, noise_probabilities
from skipgram_audit.training.sgd import train
from skipgram_audit.training.trajectory import Trajectory

EXAMPLES_SHOWN = 50
REFERENCE_SHARE = 0.5
"""Of the progress: one training, to know what is usual for a model that was trained on the corpus."""

FEWEST_SHARED_WORDS = 2


@dataclass(frozen=True)
class ModelFile:
    """A model that was read and kept by ImportedModel.save."""

    path: Path
    facts: ModelFacts


class PretrainedVectors:
    """Models that take the place of training.

    Args:
        files: one a seed, numbered from 1 in this order; of one dimension.
        with_outputs: whether the estimator needs output vectors, so that those which a model lacks must be fitted.
    """

    def __init__(self, files: Sequence[ModelFile], with_outputs: bool) -> None:
        self._files = tuple(files)
        self._with_outputs = with_outputs

    @cached_property
    def models(self) -> list[ImportedModel]:
        """Read when first asked for."""
        return [ImportedModel.load(file.path, file.facts) for file in self._files]

    def vocabulary(self, corpus: EncodedCorpus, probe_words: Iterable[str]) -> tuple[EncodedCorpus, dict[str, Any]]:
        """The corpus in the models' words, and what of either the other does not have.

        Args:
            corpus: with all its words, however rare.
            probe_words: as the corpus would count them.

        Raises:
            UnusableCorpus: it shares fewer than two words with the models.
        """
        known = [model.rows_by_form(corpus.form) for model in self.models]
        shared = set(known[0]).intersection(*known[1:])
        somewhere = set().union(*known)
        kept = [word for word in corpus.words if word in shared]
        if len(kept) < FEWEST_SHARED_WORDS:
            raise UnusableCorpus(
                f"Only {len(kept)} of the corpus' {len(corpus.words):,} words are among the {len(shared):,} words of "
                "the model, so it was hardly trained on this corpus.",
                "If the model's words are written in capitals, turn off Fold case; else choose the corpus it was "
                "trained on.",
            )
        # Words that texts are read as several words of are missing in every audit, whatever the model calls a word.
        unseen = [
            word
            for word in dict.fromkeys(probe_words)
            if word in shared and word not in corpus.index and is_one_word(word)
        ]
        missing = [word for word in corpus.words if word not in shared]
        absent = [word for word in known[0] if word in shared and word not in corpus.index]
        coverage = {
            "model_words": len(shared),
            "shared_words": len(kept),
            "words_in_some_models_only": len(somewhere) - len(shared),
            "model_words_not_in_corpus": len(absent),
            "model_words_not_in_corpus_first": absent[:EXAMPLES_SHOWN],
            "corpus_words_not_in_model": len(missing),
            "corpus_words_not_in_model_first": missing[:EXAMPLES_SHOWN],
            "corpus_tokens": len(corpus.tokens),
            "corpus_tokens_not_in_model": int(sum(corpus.counts[corpus.index[word]] for word in missing)),
            "probe_words_not_in_corpus": unseen,
        }
        return limited(corpus, kept, unseen), coverage

    def trajectories(
        self, corpus: EncodedCorpus, settings: TrainingSettings, progress: Progress
    ) -> tuple[list[Trajectory], list[dict[str, Any]]]:
        """One a model: its vectors, output vectors fitted where needed, and what is known of each.

        Returns:
            trajectories whose one interval is the end of the training; and for each the evidence that it was trained
            on the corpus, and how well output vectors were fitted.
        """
        counts = cooccurrences(corpus, keep_probabilities(corpus.counts, settings.subsample), settings.window)
        reference = train(corpus, settings, 1, part_of(progress, 0.0, REFERENCE_SHARE))
        made, facts_of_models = [], []
        for number, model in enumerate(self.models, start=1):
            share = (1.0 - REFERENCE_SHARE) / len(self.models)
            part = part_of(progress, REFERENCE_SHARE + (number - 1) * share, share)
            trajectory, facts = self._trajectory(number, model, corpus, counts, settings, reference, part)
            made.append(trajectory)
            facts_of_models.append(facts)
        return made, facts_of_models

    def _trajectory(
        self,
        number: int,
        model: ImportedModel,
        corpus: EncodedCorpus,
        counts: Cooccurrences,
        settings: TrainingSettings,
        reference: Trajectory,
        progress: Progress,
    ) -> tuple[Trajectory, dict[str, Any]]:
        row_of = model.rows_by_form(corpus.form)
        rows = np.array([row_of[word] for word in corpus.words])
        noise = noise_probabilities(corpus.counts, settings.noise_power)
        skip_gram = model.facts.architecture != "cbow"
        inputs = model.inputs[rows]
        outputs = model.outputs[rows] if model.outputs is not None and skip_gram else None
        stated = model.counts[rows] if model.counts is not None else None
        compared = reference.outputs if outputs is not None else None
        usual = evidence(counts, noise, corpus.counts, reference.inputs, compared, None).correlation
        found = replace(evidence(counts, noise, corpus.counts, inputs, outputs, stated), usual=usual)
        facts: dict[str, Any] = {"evidence": found.as_dict()}
        if outputs is None and self._with_outputs:
            if not skip_gram or "hierarchical" in model.facts.objective or model.facts.objective == "both":
                raise UnusableModel(
                    "Output vectors cannot be fitted: the model was not trained by skip-gram with negative sampling.",
                    "Choose an estimator that recounts.",
                )
            fitted = fit_contexts(inputs, counts, noise, settings.negatives, settings.time, progress)
            outputs = fitted.outputs
            facts["fitted_outputs"] = {"residual": fitted.residual, "unfinished": fitted.unfinished}
        # No estimator that is let through reads what is not there; one that did would get no finite number.
        known = outputs if outputs is not None else np.full_like(inputs, np.nan)
        trajectory = Trajectory(
            seed=number,
            inputs=inputs,
            outputs=known,
            contexts=known[None],
            step_sizes=np.array([settings.mean_step_size]),
            shares=np.array([float(settings.epochs)]),
            pairs=0,
        )
        return trajectory, facts


def limited(corpus: EncodedCorpus, kept: Sequence[str], unseen: Sequence[str]) -> EncodedCorpus:
    """The corpus with a given vocabulary.

    Args:
        kept: words of the corpus.
        unseen: words that do not occur in it; they come last, with a count of zero.
    """
    old = np.array([corpus.index[word] for word in kept])
    order = sorted(range(len(kept)), key=lambda place: (-corpus.counts[old[place]], kept[place]))
    chosen: npt.NDArray[np.int64] = old[order]
    new_ids = np.full(len(corpus.words), -1, np.int32)
    new_ids[chosen] = np.arange(len(chosen), dtype=np.int32)
    tokens, offsets = drop_unknown(new_ids[corpus.tokens], corpus.sentence_offsets)
    return replace(
        corpus,
        words=(*(corpus.words[word] for word in chosen.tolist()), *unseen),
        counts=np.concatenate([corpus.counts[chosen], np.zeros(len(unseen), np.int64)]),
        tokens=tokens,
        sentence_offsets=offsets,
        dropped_tokens=corpus.dropped_tokens + len(corpus.tokens) - len(tokens),
    )


def require_own_training(pretrained: PretrainedVectors | None) -> None:
    """Raises:
    UnusableModel: the vectors were trained elsewhere, so that training anew would not repeat their training.
    """
    if pretrained is not None:
        raise UnusableModel(
            "These vectors were trained elsewhere, so nothing can be retrained: another training here would not be "
            "theirs.",
            "Audit the corpus without the model to train, and retrain, here.",
        )
