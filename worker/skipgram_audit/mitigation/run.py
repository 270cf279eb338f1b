"""One comparison of mitigations: trainings, debiasing of vectors, and what each did.

The command line, the worker and a notebook run it alike; they differ in where it is kept (a MitigationStore). What was
trained or measured is kept at once, and not done again.
"""

import math
import time
from collections.abc import Sequence
from functools import cache, cached_property, partial
from typing import Protocol

import numpy as np
import numpy.typing as npt

from skipgram_audit.computing.execution import unwatched
from skipgram_audit.computing.progress import Progress, part_of
from skipgram_audit.mitigation.concept import BiasedWords, Concept, concept_of
from skipgram_audit.mitigation.forgetting import sentences_to_forget
from skipgram_audit.mitigation.measuring import NEIGHBOUR_WORDS, Embedding, measure
from skipgram_audit.mitigation.on_texts import ON_TEXTS, AuditedCorpus, ChangedCorpus
from skipgram_audit.mitigation.on_vectors import ON_VECTORS, Trained
from skipgram_audit.mitigation.recovery import cluster_purity
from skipgram_audit.mitigation.rewrite_run import Documents, RewritableAudit, RewriteRun
from skipgram_audit.mitigation.table import TRAINED, mitigation_table
from skipgram_audit.model.engine_errors import UnusablePlan
from skipgram_audit.model.errors import AuditError
from skipgram_audit.model.mitigations import ActionMeasurement, MitigationPlan, MitigationTable
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.model.rewriting import MethodName as RewriteMethod
from skipgram_audit.model.rewriting import RewritePlan
from skipgram_audit.model.word_pairs import WordPairs
from skipgram_audit.training.neighbour_stability import neighbour_stability
from skipgram_audit.training.seeds import train_seeds
from skipgram_audit.training.trajectory import Trajectory

PHASES = ("Training", "Debiasing and measuring")

OF_CONCEPT = ("hard", "double-hard", "inlp", "leace")
"""Methods that cannot do without a concept."""


class MitigationStore(Protocol):
    """Where a comparison is kept."""

    def measurements(self) -> list[ActionMeasurement]:
        """What has been measured."""
        ...

    def keep_measurement(self, measured: ActionMeasurement) -> None:
        """Keeps what one action did to one seed."""
        ...

    def training(self, action: str, seed: int) -> tuple[Trajectory, float] | None:
        """A training that was made, and its seconds."""
        ...

    def keep_training(self, action: str, trained: Trajectory, seconds: float) -> None:
        """Keeps a training."""
        ...

    def keep_vectors(self, action: str, seed: int, words: Sequence[str], vectors: npt.NDArray[np.float32]) -> None:
        """Keeps the vectors [V, d] that an action gives, to be taken away."""
        ...

    def keep_table(self, table: MitigationTable) -> None:
        """Keeps the table; nothing more is trained."""
        ...


class MitigationRun:
    """One plan on one audit.

    Args:
        pipeline: a finished audit.
        plan: with its probe named.
        store: where it is kept.
        documents: of the audited corpus, for methods that rewrite them.

    Raises:
        UnusablePlan: the probe was not measured, or trainings are asked for of vectors that were trained elsewhere.
        InvalidInput, TooFewWords: the concept cannot be used, and a method of the plan needs it.
    """

    def __init__(
        self, pipeline: RewritableAudit, plan: MitigationPlan, store: MitigationStore, documents: Documents
    ) -> None:
        self._pipeline = pipeline
        self.plan = plan
        self._store = store
        self._documents = documents
        self._changed_corpora: dict[str, ChangedCorpus] = {}
        self.probe = self._probe()
        new = [seed for seed in plan.seeds if seed not in pipeline.settings.seeds]
        if new:
            pipeline.require_own_training()
        if any(name in OF_CONCEPT for name in plan.methods):
            self.concept()

    def train(self, progress: Progress) -> None:
        """Trains the seeds that the audit lacks, and every method on texts by every seed; what is there is kept."""
        wanted = [(TRAINED, [seed for seed in self.plan.seeds if seed not in self._pipeline.settings.seeds])]
        wanted += [(name, self.plan.seeds) for name in self.plan.methods if name in ON_TEXTS]
        known = {(one.action, one.seed) for one in self._store.measurements()}
        missing = [
            (action, [seed for seed in seeds if not self._is_trained(action, seed, known)]) for action, seeds in wanted
        ]
        missing = [(action, seeds) for action, seeds in missing if seeds]
        for number, (action, seeds) in enumerate(missing):
            part = part_of(progress, number / len(missing), 1 / len(missing))
            try:
                self._train(action, seeds, part)
            except AuditError as error:
                for seed in seeds:
                    self._store.keep_measurement(ActionMeasurement(action=action, seed=seed, failure=_said(error)))
        progress(1.0)

    def measure(self, progress: Progress) -> None:
        """Changes vectors by every method of the plan, and measures what each action did to every seed."""
        known = {(one.action, one.seed) for one in self._store.measurements()}
        wanted = [(seed, name) for seed in self.plan.seeds for name in self.plan.methods if (name, seed) not in known]
        for number, (seed, name) in enumerate(wanted):
            part = part_of(progress, number / len(wanted), 1 / len(wanted))
            part(0.0)
            try:
                measured = self._carry_out(name, seed, part)
            except AuditError as error:
                measured = ActionMeasurement(action=name, seed=seed, failure=_said(error))
            self._store.keep_measurement(measured)
        progress(1.0)

    def table(self) -> MitigationTable:
        """The table, from what was measured; it is kept."""
        wanted = {(name, seed) for seed in self.plan.seeds for name in self.plan.methods}
        found = {(one.action, one.seed): one for one in self._store.measurements() if (one.action, one.seed) in wanted}
        measured = [
            found[name, seed] for name in self.plan.methods for seed in self.plan.seeds if (name, seed) in found
        ]
        table = mitigation_table(
            self.plan,
            {probe.name: probe.kind for probe in self._pipeline.measurable_probes},
            self._concept_title(),
            len(self._pipeline.corpus.words),
            self._seed_neighbours(),
            self._seed_purity(),
            measured,
        )
        self._store.keep_table(table)
        return table

    @cache  # noqa: B019  # as long as the run
    def concept(self) -> Concept:
        """What is removed from vectors, and what the recovery test looks for."""
        return concept_of(self.probe, self._pipeline.corpus, self.plan.concept)

    def _probe(self) -> ProbeDefinition:
        measured = {probe.name: probe for probe in self._pipeline.measurable_probes}
        if self.plan.probe not in measured:
            raise UnusablePlan(
                f"The probe {self.plan.probe!r} was not measured in this audit.",
                f"Choose one of {', '.join(measured)}." if measured else "Audit with another probe.",
            )
        return measured[self.plan.probe]

    def _train(self, action: str, seeds: Sequence[int], progress: Progress) -> None:
        pipeline = self._pipeline
        pipeline.require_own_training()
        corpus = pipeline.corpus if action == TRAINED else self._changed(action).corpus
        started = time.perf_counter()
        trained = train_seeds(
            corpus, pipeline.settings, seeds, progress, pipeline.executor, device=pipeline.wanted_device
        )
        # Side by side, as many as there are places: about what one takes alone.
        seconds = (time.perf_counter() - started) / math.ceil(len(seeds) / pipeline.executor.places)
        for trajectory in trained:
            self._store.keep_training(action, trajectory, seconds)

    def _carry_out(self, name: str, seed: int, progress: Progress) -> ActionMeasurement:
        """One action on one seed."""
        corpus = self._pipeline.corpus
        base = self._base(seed)
        before = Embedding(corpus, base.inputs)
        detail, share, started = "", 0.0, time.perf_counter()
        if name == TRAINED:
            after = before
            seconds = 0.0
        elif name in ON_TEXTS:
            changed = self._changed(name)
            kept = self._store.training(name, seed)
            if kept is None:
                raise UnusablePlan("This was not trained.", "Start again.")
            after, seconds = Embedding(changed.corpus, kept[0].inputs), kept[1]
            detail, share = changed.detail, changed.text_share
        else:
            result = ON_VECTORS[name](self._trained(seed), part_of(progress, 0.0, 0.3))
            after = Embedding(corpus, np.asarray(result.vectors, np.float32))
            detail, seconds = result.detail, time.perf_counter() - started
        self._store.keep_vectors(name, seed, after.corpus.words, np.asarray(after.vectors, np.float32))
        probes = self._pipeline.measurable_probes
        rest = part_of(progress, 0.3, 0.7)
        measured = measure(name, seed, before, after, probes, self._biased(seed), self.plan.draw_seed, rest)
        return measured.model_copy(update={"detail": detail, "text_share": share, "seconds": seconds})

    @cache  # noqa: B019
    def _trained(self, seed: int) -> Trained:
        pipeline = self._pipeline
        return Trained(
            pipeline.corpus,
            pipeline.settings,
            self._base(seed),
            self.concept,
            self.plan.biased_words,
            partial(
                sentences_to_forget, pipeline.corpus, self._audited.influence, self._audited.direction, self.plan.share
            ),
            self.plan.draw_seed,
        )

    @cache  # noqa: B019
    def _base(self, seed: int) -> Trajectory:
        """A seed's training on the whole corpus."""
        pipeline = self._pipeline
        if seed in pipeline.settings.seeds:
            return pipeline.trajectories[list(pipeline.settings.seeds).index(seed)]
        kept = self._store.training(TRAINED, seed)
        if kept is None:
            raise UnusablePlan(f"The seed {seed} was not trained.", "Start again.")
        return kept[0]

    def _biased(self, seed: int) -> BiasedWords | str:
        """The words of the recovery test, or why there are none."""
        try:
            return self._trained(seed).clustered
        except AuditError as error:
            return _said(error)

    @cached_property
    def _audited(self) -> AuditedCorpus:
        pipeline = self._pipeline
        names = [probe.name for probe in pipeline.measurable_probes]
        row = names.index(self.plan.probe)
        score = float(pipeline.trained_scores()[row].mean())
        return AuditedCorpus(
            pipeline.corpus,
            pipeline.settings,
            pipeline.influences.sentences[row].mean(axis=0),
            self.probe.kind_description.direction(score),
            self._rewritten,
        )

    def _changed(self, action: str) -> ChangedCorpus:
        """What a method on texts leaves to train on; made once."""
        if action not in self._changed_corpora:
            self._changed_corpora[action] = ON_TEXTS[action](self._audited, self.plan)
        return self._changed_corpora[action]

    def _rewritten(self, method: RewriteMethod, lists: Sequence[WordPairs]) -> ChangedCorpus:
        """The corpus after a method of rewriting; substitution draws half of the documents, the others all."""
        # By the rule alone, so that results do not depend on whether a tagger is installed.
        plan = RewritePlan(method=method, lists=tuple(lists), seed=self.plan.draw_seed, grammar="rule")
        rewrite = RewriteRun(self._pipeline, self._documents, plan)
        tally, _ = rewrite.rewrite(unwatched)
        touched = tally.changed + tally.copied + tally.emptied
        what = "sentences" if method == "delete" else "words"
        moved = tally.tokens_after - tally.tokens_before if method == "augment" else tally.changed_tokens
        return ChangedCorpus(
            rewrite.encoded(unwatched),
            f"{tally.changes:,} {what} in {touched:,} {'copies' if method == 'augment' else 'documents'}",
            moved / max(1, tally.tokens_before),
        )

    def _is_trained(self, action: str, seed: int, known: set[tuple[str, int]]) -> bool:
        # The vectors as trained are what every other action of the seed is compared with.
        done = (action, seed) in known if action != TRAINED else {(name, seed) for name in self.plan.methods} <= known
        return done or self._store.training(action, seed) is not None

    def _concept_title(self) -> str:
        try:
            return self.concept().title
        except AuditError:
            return ""

    def _seed_neighbours(self) -> float | None:
        """How far the audit's own seeds agree on neighbours: what any training anew does."""
        vectors = [one.inputs for one in self._pipeline.trajectories]
        words = np.random.default_rng(self.plan.draw_seed).permutation(len(vectors[0]))[:NEIGHBOUR_WORDS]
        found = neighbour_stability(np.sort(words), vectors)
        return None if found is None else float(found.mean())

    def _seed_purity(self) -> float | None:
        """Purity of each seed's most biased words in the vectors of the next: a training with other random vectors at
        its start. None for one seed, or without a concept."""
        trained = self._pipeline.trajectories
        found = []
        for own, other in zip(trained, [*trained[1:], trained[0]], strict=True):
            biased = self._biased(own.seed)
            if own is other or isinstance(biased, str):
                return None
            found.append(cluster_purity(other.inputs[biased.words], biased.sides, self.plan.draw_seed))
        return float(np.mean(found))


def _said(error: AuditError) -> str:
    return f"{error.message} {error.remedy}".strip()
