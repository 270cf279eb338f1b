"""T4: is a bias mitigated by gradient steps on influential sentences, and how much of that is choice?

    python -m tests.benchmarks.paper --corpora FOLDER --only mitigation

The paper undoes and repeats influential sentences, tries many settings, and reports the best by the score itself. Here
every word list of a probe is split in half. Sentences, documents and settings are chosen by the first half, and the
score is judged on the second, whose words had no part in the choice. Beside it stand the other mitigations of the
library, also those that choose nothing by the words of the probe.
"""

from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.auditing.audit import Audit
from skipgram_audit.corpus.encoding import sums_between
from skipgram_audit.mitigation.concept import concept_of
from skipgram_audit.mitigation.forgetting import sentences_to_forget
from skipgram_audit.mitigation.measuring import Embedding, neighbours_kept
from skipgram_audit.mitigation.on_vectors import ON_VECTORS, Trained
from skipgram_audit.mitigation.strongest_texts import strongest_within
from skipgram_audit.model.mitigations import METHODS, MitigationPlan
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.probes.protocol import Unmeasurable
from skipgram_audit.retraining.retrained import left_over, scores_of
from skipgram_audit.retraining.sets import matched_control
from skipgram_audit.training.seeds import train_seeds
from skipgram_audit.training.trajectory import Trajectory
from tests.benchmarks.machine import processor
from tests.benchmarks.mitigations.__main__ import CONCEPT
from tests.benchmarks.paper.audits import SEEDS, Findings, interval, silent
from tests.benchmarks.paper.halves import PROBES, SPLITS, audit_of_halves, halves
from tests.benchmarks.paper.stepping import SETTINGS, stepped

PLAN = MitigationPlan(concept=CONCEPT)
CHOOSE_BY_PROBE = ("forget", "remove")
CHOOSE_NOTHING = ("none", "hard", "double-hard", "inlp", "leace", "random")
RESULTS = Path(__file__).parent / "results" / "mitigation.md"
Scores = dict[str, float]
WHOLE = 0
"""The split that is none: all words choose, and all judge."""


class NoScore(ValueError):
    """A probe has no score after an action, for instance because its words all point the same way."""


def best_setting(scores: dict[str, Scores], name: str) -> str:
    """The setting after which a score, whose neutral value is zero, is smallest; the first of several."""
    return min(scores, key=lambda setting: abs(scores[setting][name]))


class Experiment:
    """The audit of gap-wikipedia by the first halves, and what each action does to one seed's vectors."""

    def __init__(self, cache: Path, corpora: Path) -> None:
        self.audit: Audit = audit_of_halves(cache, corpora)
        self.findings = Findings(cache / "mitigation.jsonl")
        self._pipeline = self.audit._pipeline
        self._corpus, self._settings = self._pipeline.corpus, self._pipeline.settings
        self._rows = {probe.name: row for row, probe in enumerate(self._pipeline.measurable_probes)}
        self._halves = {
            half.name: half for probe in PROBES for split in range(1, SPLITS + 1) for half in halves(probe, split)
        }

    def settings_tried(self, probe: ProbeDefinition, split: int, seed: int) -> dict[str, Any]:
        """Setting -> scores of the choosing and of the judging words; the best by the former, and its neighbours."""
        return dict(self.findings.of(f"48, {probe.name}, {split}, {seed}", lambda: self._tried(probe, split, seed)))

    def outcome(self, action: str, probe: ProbeDefinition, split: int, seed: int) -> dict[str, Any]:
        """Scores by probe after an action, and the share of neighbours that words keep."""
        if action in CHOOSE_NOTHING:
            return dict(self.findings.of(f"{action}, {seed}", lambda: self._whole(action, seed)))
        return dict(
            self.findings.of(
                f"{action}, {probe.name}, {split}, {seed}", lambda: self._chosen(action, probe, split, seed)
            )
        )

    def choosing(self, probe: ProbeDefinition, split: int) -> list[ProbeDefinition]:
        """The probe that chooses, and the one that judges."""
        return [probe] if split == WHOLE else list(halves(probe, split))

    def _tried(self, probe: ProbeDefinition, split: int, seed: int) -> dict[str, Any]:
        parts = self.choosing(probe, split)
        name = parts[0].name
        scores: dict[str, Scores] = {}
        best, nearest = None, np.inf
        for setting, vectors in stepped(
            self._corpus, self._settings, self._base[seed], self._influence(name), self._direction(name)
        ):
            try:
                scores[str(setting)] = self._scored(Embedding(self._corpus, vectors), parts)
            except NoScore:
                continue
            if abs(scores[str(setting)][name]) < nearest:
                best, nearest = vectors, abs(scores[str(setting)][name])
        assert best is not None
        neighbours = self._neighbours(seed, Embedding(self._corpus, best))
        return {"scores": scores, "best": best_setting(scores, name), "neighbours": neighbours}

    def _whole(self, action: str, seed: int) -> dict[str, Any]:
        """An action that no probe's words choose: scores of all probes."""
        if action == "none":
            after = Embedding(self._corpus, self._base[seed].inputs)
        elif action == "random":
            lengths = np.diff(self._corpus.document_offsets)
            after = self._without(
                matched_control(self._amplifying(PROBES[0].name), lengths, PLAN.draw_seed, 1, 1), seed
            )
        else:
            after = Embedding(self._corpus, ON_VECTORS[action](self._trained(seed, PROBES[0].name), silent).vectors)
        return self._measured(seed, after, [*PROBES, *self._halves.values()])

    def _chosen(self, action: str, probe: ProbeDefinition, split: int, seed: int) -> dict[str, Any]:
        parts = self.choosing(probe, split)
        if action == "remove":
            after = self._without(self._amplifying(parts[0].name), seed)
        else:
            changed = ON_VECTORS[action](self._trained(seed, parts[0].name), silent)
            after = Embedding(self._corpus, changed.vectors)
        return self._measured(seed, after, parts)

    def _measured(self, seed: int, after: Embedding, probes: Sequence[ProbeDefinition]) -> dict[str, Any]:
        return {"scores": self._scored(after, probes), "neighbours": self._neighbours(seed, after)}

    def _scored(self, after: Embedding, probes: Sequence[ProbeDefinition]) -> Scores:
        found = {}
        for probe, score in zip(probes, scores_of(probes, after.corpus, [after.vectors]), strict=True):
            if isinstance(score, Unmeasurable):
                raise NoScore(f"{probe.name}: {score.reason}")
            found[probe.name] = float(score[0])
        return found

    def _neighbours(self, seed: int, after: Embedding) -> float | None:
        return neighbours_kept(Embedding(self._corpus, self._base[seed].inputs), after, PLAN.draw_seed).value

    def _without(self, removed: npt.NDArray[np.int64], seed: int) -> Embedding:
        """The vectors of a training without some documents."""
        mask = np.zeros(self._corpus.document_count, np.bool_)
        mask[removed] = True
        left = left_over(self._corpus, self._settings, mask, same_run=False)
        return Embedding(left, self._pipeline.train_corpus(left, [seed], silent)[0])

    def _amplifying(self, name: str) -> npt.NDArray[np.int64]:
        influence = sums_between(self._influence(name), self._corpus.document_sentences)
        lengths = np.diff(self._corpus.document_offsets)
        return np.sort(strongest_within(influence, lengths, self._direction(name), PLAN.share))

    def _influence(self, name: str) -> npt.NDArray[np.float64]:
        """Of every sentence on a probe that chooses, mean over the audited seeds."""
        return np.asarray(self._pipeline.influences.sentences[self._rows[name]].mean(axis=0))

    def _direction(self, name: str) -> int:
        return 1 if self._pipeline.trained_scores()[self._rows[name]].mean() >= 0 else -1

    def _trained(self, seed: int, name: str) -> Trained:
        concept = concept_of(PROBES[0], self._corpus, PLAN.concept)
        sentences = partial(sentences_to_forget, self._corpus, self._influence(name), self._direction(name), PLAN.share)
        return Trained(
            self._corpus, self._settings, self._base[seed], lambda: concept, PLAN.biased_words, sentences,
            PLAN.draw_seed,
        )  # fmt: skip

    @cached_property
    def _base(self) -> dict[int, Trajectory]:
        """Seed -> its training on the whole corpus, with its output vectors."""
        trained = train_seeds(self._corpus, self._settings, SEEDS, silent, self._pipeline.executor, device="cpu")
        return {one.seed: one for one in trained}


def by_action(experiment: Experiment, probe: ProbeDefinition) -> list[str]:
    """A row an action: scores of the words that chose and of those that judge, and their sizes; means over splits, with
    95% intervals over seeds."""
    lines = [
        "| action | score, choosing words | score, judging words | its change | size, choosing words | "
        "size, judging words | neighbours kept |",
        "|---" * 7 + "|",
    ]
    titles = {"48": "Best of 48 settings of gradient steps"} | {name: METHODS[name].title for name in METHODS}
    trained = np.zeros(len(SEEDS))
    for action in ("none", "48", *CHOOSE_BY_PROBE, *CHOOSE_NOTHING[1:]):
        scores = np.zeros((2, len(SEEDS), SPLITS))
        neighbours = []
        for place, seed in enumerate(SEEDS):
            for split in range(1, SPLITS + 1):
                found, kept = judged(experiment, action, probe, split, seed)
                scores[:, place, split - 1] = found
                neighbours.append(kept)
        signed, sizes = scores.mean(axis=2), np.abs(scores).mean(axis=2)
        cells = [interval(signed[0]), interval(signed[1]), interval(signed[1] - trained)]
        cells += [interval(size, signed=False) for size in sizes]
        cells.append(f"{np.mean([one for one in neighbours if one is not None]):.0%}")
        if action == "none":
            trained, cells[2], cells[-1] = signed[1], "", ""
        lines.append(f"| {titles[action]} | " + " | ".join(cells) + " |")
    return lines


def judged(
    experiment: Experiment, action: str, probe: ProbeDefinition, split: int, seed: int
) -> tuple[list[float], float | None]:
    """Scores of the choosing and of the judging words after an action, and its neighbours."""
    names = [one.name for one in experiment.choosing(probe, split)]
    if action == "48":
        tried = experiment.settings_tried(probe, split, seed)
        return [tried["scores"][tried["best"]][name] for name in names], tried["neighbours"]
    outcome = experiment.outcome(action, probe, split, seed)
    return [outcome["scores"][name] for name in names], outcome["neighbours"]


def as_published(experiment: Experiment, probe: ProbeDefinition) -> list[str]:
    """The best of 48 by the score that is reported, and the same settings in the other seeds' vectors."""
    tried = [experiment.settings_tried(probe, WHOLE, seed) for seed in SEEDS]
    sizes = [{setting: abs(scores[probe.name]) for setting, scores in one["scores"].items()} for one in tried]
    before = [abs(experiment.outcome("none", probe, WHOLE, seed)["scores"][probe.name]) for seed in SEEDS]
    own = [sizes[place][one["best"]] for place, one in enumerate(tried)]
    elsewhere = [
        float(np.mean([other[one["best"]] for other in sizes if other is not sizes[place] and one["best"] in other]))
        for place, one in enumerate(tried)
    ]
    middle = [float(np.median([*size.values()])) for size in sizes]
    lost = sum(len(SETTINGS) - len(size) for size in sizes)
    return [
        "| | size of the score |",
        "|---|---|",
        f"| as trained | {interval(before, signed=False)} |",
        f"| best of 48 settings, by this score | {interval(own, signed=False)} |",
        f"| the same settings in the other seeds | {interval(elsewhere, signed=False)} |",
        f"| median of the 48 settings | {interval(middle, signed=False)} |",
        "",
        f"Best by seed: {', '.join(one['best'] for one in tried)}. In {lost} of {len(SETTINGS) * len(SEEDS)} cases "
        "there is no score: vectors grew beyond all bounds, or those of the probe's words point the same way.",
    ]


def table(experiment: Experiment) -> str:
    """Both probes."""
    rows = []
    for probe in PROBES:
        rows += ["", f"## {probe.name}", "", *by_action(experiment, probe)]
        rows += ["", f"### {probe.name}, chosen and reported on all words", "", *as_published(experiment, probe)]
    lines = [
        "# Gradient steps on influential sentences",
        "",
        f"gap-wikipedia; {len(SEEDS)} seeds, and 95% intervals over them. Every word list was split in half "
        f"{SPLITS} times at random; scores are means over splits. The choosing words choose sentences, documents and "
        "settings; the judging words have no part in that. Size is the absolute score, so that scores of either sign "
        f"do not cancel. Removal and forgetting use {PLAN.share:.0%} of the text. All but the audit took "
        f"{experiment.findings.seconds:.0f} s of one core ({processor()}).",
    ]
    return "\n".join([*lines, *rows]) + "\n"


def main(cache: Path, corpora: Path) -> None:
    """Runs what is not there yet, and writes the table."""
    RESULTS.write_text(table(Experiment(cache, corpora)), encoding="utf-8")
