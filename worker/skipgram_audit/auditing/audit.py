"""A finished audit, opened from its folder: its results, and what happens when documents go, come or change.

Predicting and training load torch when they are first asked for.
"""

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from skipgram_audit.auditing import folder as layout
from skipgram_audit.auditing.audit_results import AuditResults
from skipgram_audit.auditing.frames import frame
from skipgram_audit.auditing.texts import read_texts
from skipgram_audit.model.check_plan import PLANS, USUAL_RANKINGS, CheckPlan
from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.report_options import licence_note, read_options
from skipgram_audit.model.sentence_names import sentence_name, sentence_places
from skipgram_audit.model.validation import validated
from skipgram_audit.model.what_if import EVERYTHING_GOES, removed_share
from skipgram_audit.report.formatting import joined, plural
from skipgram_audit.report.tables import field_column
from skipgram_audit.report.values import outcomes_of

if TYPE_CHECKING:
    from skipgram_audit.auditing.check_result import CheckResult
    from skipgram_audit.auditing.mitigations import Mitigations
    from skipgram_audit.auditing.pipeline import AuditPipeline
    from skipgram_audit.auditing.rewriting import PairsLike, Rewriting
    from skipgram_audit.computing.execution import Executor

Phase = Callable[[str], Callable[[float], None]]
Phases = Callable[[], AbstractContextManager[Phase]]
"""Opens the progress of a computation: inside, each call with a title begins a phase."""


class Audit(AuditResults):
    """The folder of a finished audit.

    Attributes:
        folder: where it lies.

    Args:
        device: auto, cpu or cuda, for predictions and trainings.
        executor: in the place of threads on the cores of this machine.
        phases: shows progress; bars on standard error when left out.

    Raises:
        NotFound: the folder holds no finished audit.
    """

    def __init__(
        self,
        folder: str | Path,
        device: str = "auto",
        executor: "Executor | None" = None,
        phases: Phases | None = None,
    ) -> None:
        super().__init__(folder)
        self._device = device
        self._executor = executor
        self._phases = phases

    def what_if(
        self,
        without: Iterable[str] = (),
        weights: Mapping[str, float] | None = None,
        adding: str | Sequence[str] = (),
        exact: bool = True,
    ) -> Any:
        """What every probe would score without some documents, with others weighted, or with texts added.

        A row a probe: probe, before, after, low and high (95% interval; of an answer at once with a calibration alone),
        change, after_by_seed (of the estimator's prediction), method (predicted, calibrated or sum), reason.

        Args:
            without: ids of documents.
            weights: id of a document -> how often it counts, 0 to 3.
            adding: a text, or several, that is not in the corpus.
            exact: ask the audit's estimator, which takes seconds; otherwise the answer at once, made of stored
                influences, on the audit's calibration if it has one (see calibrate).

        Raises:
            UnknownDocument: an id that no document has.
            InvalidInput: nothing was asked, a weight that is none, a text that cannot be added, or nothing would be
                left.
        """
        return frame(_changes(self.what_if_answer(without, weights, adding, exact)))

    def what_if_answer(
        self,
        without: Iterable[str] = (),
        weights: Mapping[str, float] | None = None,
        adding: str | Sequence[str] = (),
        exact: bool = True,
    ) -> dict[str, Any]:
        """The same as one object: means and by seed, how many documents, and notes on what was asked."""
        from skipgram_audit.auditing import what_if
        from skipgram_audit.report.what_if_sentences import FAR_AWAY, LARGE_SHARE, misled_sentence

        pipeline = self._pipeline
        gone, texts = self._each_once(without), [adding] if isinstance(adding, str) else list(adding)
        if not (gone or weights or texts):
            raise InvalidInput("Nothing was asked.", "Name documents by without or weights, or a text by adding.")
        chosen = what_if.document_weights(self.ids, gone, weights)
        added = what_if.encode_texts(pipeline, texts)
        outcomes = outcomes_of(self._report)
        if exact:
            with self._progress() as phase:
                after = what_if.predicted(pipeline, chosen, added, phase("Predicting"))
            answer = self._answer(chosen == 0.0, after) | {"method": "predicted"}
            answer["notes"] = [added.note()] if added and added.note() else []
            # Texts that are added have a sum only where the estimator keeps influences of pairs of words.
            found = None if texts else what_if.at_once(self.folder, pipeline, outcomes, chosen, None)
        else:
            found = what_if.at_once(self.folder, pipeline, outcomes, chosen, added)
            answer = self._answer(chosen == 0.0, None) | {"method": found.method, "notes": found.notes}
            for entry, one in zip(answer["probes"], found.probes, strict=True):
                entry |= {name: getattr(one, name) for name in ("after", "low", "high", "first_order")}
                entry |= {"reason": one.reason} if one.reason else {}
        for entry, one in zip(answer["probes"], found.probes if found else [], strict=False):
            if text := misled_sentence(one, entry["after"], not texts):
                answer["notes"] = [*answer["notes"], f"{one.probe}: {text}"]
        if removed_share(np.diff(pipeline.corpus.document_offsets), chosen) >= LARGE_SHARE:
            answer["notes"] = [*answer["notes"], FAR_AWAY]
        return answer | {"weighted_documents": int(((chosen != 1.0) & (chosen != 0.0)).sum())}

    def calibrate(self) -> None:
        """Fits the curve from sums of influences to this audit's predictions: answers at once then have an interval.

        It predicts up to 40 sets by the first seed; the file calibration.json of the artifacts keeps it.

        Raises:
            InvalidInput: the audit's estimator adds up influences itself, so there is nothing to fit.
        """
        from skipgram_audit.auditing.calibrating import calibrate, is_worth_calibrating

        if not is_worth_calibrating(self.settings.estimator):
            raise InvalidInput(
                f"The estimator {self.settings.estimator} is not calibrated: it predicts small sets by their sum.",
                "Ask for what-ifs as they are.",
            )
        with self._progress() as phase:
            calibrate(
                self.folder, self._pipeline, outcomes_of(self._report), phase("Predicting sets for the calibration")
            )

    def retrain(self, without: Iterable[str], same_run: bool = False) -> Any:
        """What every probe scores when the same seeds are trained without some documents; a row a probe.

        Args:
            without: ids of documents.
            same_run: keep vocabulary, step sizes and all draws of the run that was audited.

        Raises:
            UnknownDocument: an id that no document has.
            InvalidInput: no document, or all of them.
        """
        return frame(_changes(self.trained_without(self.removed(without), same_run)))

    def check(self, plan: str = "halves", without: Iterable[str] = (), **options: Any) -> "CheckResult":
        """Trains without sets of documents and compares with what was predicted; an interrupted check is resumed.

        Args:
            plan: halves, tenths, extremes, singles, turning or chosen.
            without: ids of documents, of the plan chosen.
            options: further parts of the plan: probe, sets, documents, seeds, ...; see CheckPlan. With keep_vectors the
                result of chosen and turning has ``.vectors()`` and ``.save_vectors(path)``.

        Raises:
            UnknownDocument: an id that no document has.
            InvalidInput: the plan chosen without ids, another plan with some, or a plan that cannot be.
        """
        chosen = np.flatnonzero(self.removed(without)).tolist()
        if (plan == "chosen") != bool(chosen):
            raise InvalidInput(
                "The plan chosen takes ids of documents, and no other plan does.",
                "Name them by without, with plan='chosen'.",
            )
        return self.carry_out(make_plan(plan=plan, positions=chosen, **options))

    def rewrite(
        self,
        pairs: "PairsLike | Iterable[PairsLike] | None" = None,
        method: str = "substitute",
        probability: float | None = None,
        documents: Iterable[str] | None = None,
        without: Iterable[str] = (),
        without_sentences: Iterable[str] = (),
        adding: str | Sequence[str] = (),
        **options: Any,
    ) -> "Rewriting":
        """A rewriting of the corpus by lists of word pairs: what it changes, and what every probe would score then.

        The result can be looked at (``.diff``), predicted, retrained, undone change by change, audited
        (``.to_corpus()``) and saved. Predicted and retrained scores are written into report.json and report.html, too;
        nothing else of the audit changes.

        Args:
            pairs: names of lists that ship (en-gender, en-names, ...), files, or pairs of words; one or several.
            method: substitute, augment, mask, delete; remove, which only removes documents or sentences; or add, which
                only adds texts.
            probability: with which each document is drawn; 0.5 for substitute and 1 for the others when left out.
            documents: ids of those to be rewritten; all when left out.
            without: ids of those that go altogether.
            without_sentences: single sentences that go, of the method remove alone, as sets of sentences name them: the
                id of the document, a colon, and the sentence's number in it, from 1.
            adding: a text, or several, that join the corpus, of the method add alone.
            options: further parts of the plan: seed, grammar, mask, removed_why; see RewritePlan.

        Raises:
            InvalidPairs: no rewriting could follow the lists.
            UnknownDocument: an id that no document has.
            InvalidInput: nothing would change, nothing would be left, or a name is that of no sentence.
        """
        from skipgram_audit.auditing.rewriting import Rewriting, make_rewrite_plan

        chosen = None if documents is None else np.flatnonzero(self.removed(documents)).tolist()
        removed = np.flatnonzero(self.removed(without)).tolist()
        counts = np.diff(self._corpus.document_sentences).tolist()
        sentences = sentence_places(self._each_once(without_sentences), self.ids, range(len(self.ids)), counts)
        added = [adding] if isinstance(adding, str) else list(adding)
        parts: dict[str, Any] = {"removed_sentences": sentences, "added": added}
        plan = make_rewrite_plan(pairs, method, chosen, removed, probability=probability, **parts, **options)
        return Rewriting(
            self._pipeline,
            self.folder,
            lambda: read_texts(self._artifacts / layout.TEXTS),
            self.manifest["corpus"],
            str(self._report.get("title") or self._report["corpus"]["name"]),
            plan,
            self._progress,
        )

    def mitigations(
        self,
        probe: str | None = None,
        seeds: int | Iterable[int] | None = None,
        methods: Iterable[str] | None = None,
        without: Iterable[str] = (),
        pairs: "PairsLike | Iterable[PairsLike] | None" = None,
        **options: Any,
    ) -> "Mitigations":
        """Every way to mitigate a bias on this audit, in one table: what it does to all scores, whether the bias can be
        found again, what the vectors are still good for, and what it costs. An interrupted comparison is resumed.

        Args:
            probe: whose bias; the only one when left out.
            seeds: how many, or which; those of the audit, and others up to four, when left out.
            methods: names of METHODS in skipgram_audit.model.mitigations; the usual ones when left out.
            without: ids of documents whose removal is compared, too: the method chosen.
            pairs: in the place of English words of gender, as rewrite takes them.
            options: further parts of the plan: concept, share, biased_words, draw_seed; see MitigationPlan.

        Raises:
            InvalidInput: a plan that cannot be.
            UnknownDocument: an id that no document has.
        """
        from skipgram_audit.auditing.mitigations import compare_mitigations, make_mitigation_plan
        from skipgram_audit.auditing.rewriting import loaded_pairs
        from skipgram_audit.model.mitigations import MitigationPlan
        from skipgram_audit.model.seeds import first_seeds, usual_seeds

        own = self.settings.seeds
        if seeds is None:
            chosen = list(own) if self.settings.models else usual_seeds(own)
        else:
            chosen = first_seeds(own, seeds) if isinstance(seeds, int) else list(seeds)
        documents = np.flatnonzero(self.removed(without)).tolist()
        named = MitigationPlan().methods if methods is None else list(methods)
        plan = make_mitigation_plan(
            probe=self._measured(probe),
            seeds=chosen,
            methods=[*named, "chosen"] if documents else named,
            positions=documents,
            lists=list(loaded_pairs(pairs)),
            **options,
        )
        with self._progress() as phase:
            return compare_mitigations(
                self._pipeline,
                self.folder,
                self._identity,
                plan,
                lambda: read_texts(self._artifacts / layout.TEXTS),
                phase,
            )

    def smallest_set(
        self,
        probe: str | None = None,
        target: str = "null",
        ranking: str = "again",
        most_share: float = 1.0,
        leave_others: bool = False,
        only: Mapping[str, str | Iterable[str]] | None = None,
        keep: Iterable[str] = (),
        unit: str = "documents",
        confirm: bool = False,
        **options: Any,
    ) -> "CheckResult":
        """The fewest documents, or sentences, that are predicted to bring a probe's score to a target.

        Args:
            probe: the only one when left out.
            target: zero, half, or null (not told from chance).
            ranking: again (what is left is ranked anew, four times), top (the audit's ranking), lexical or random.
            most_share: of the words, that may go.
            leave_others: keep the other probes within their 95% intervals.
            only: metadata field -> value, or several of which each will do; other documents stay. A field has the name
                that it has in the corpus file.
            keep: ids of documents that stay.
            unit: documents or sentences.
            confirm: train without the set, too, and without half and twice as many, and random controls.
            options: further parts of the plan: sets (controls, none where nothing is trained), seeds, rankings,
                draw_seed, keep_vectors; see CheckPlan.

        Returns:
            removal_sets[0] is the set found. ``reached`` says whether it is predicted to reach the target; if not, it
            is all that may go.

        Raises:
            InvalidInput, UnusablePlan: the target is reached already, nothing may go, or the ranking is unknown.
            UnknownDocument: an id that no document has.
        """
        rankings = {"again": USUAL_RANKINGS, "top": 1, "lexical": 1, "random": 1}
        if ranking not in rankings:
            raise InvalidInput(f"There is no ranking {ranking!r}.", f"Choose one of {', '.join(rankings)}.")
        if ranking == "again" and not self._pipeline.supports_reranking:
            rankings["again"] = 1
        plan = make_plan(
            **{
                "plan": "turning", "probe": self._measured(probe), "target": target, "most_share": most_share,
                "leave_others": leave_others, "rankings": rankings[ranking], "predict_only": not confirm, "unit": unit,
                "ranking": ranking if ranking in ("lexical", "random") else "influence",
                "kept": self._kept(only or {}, keep, unit), 
                "sets": None if confirm else 0, **options,
            }
        )  # fmt: skip
        return self.carry_out(plan)

    def _kept(self, only: Mapping[str, str | Iterable[str]], keep: Iterable[str], unit: str) -> list[int]:
        """Positions of the documents, or of their sentences, that stay."""
        stays = self.removed(keep)
        if only:
            table = pq.read_table(self.folder / layout.DOCUMENTS)
            fields = self.manifest["corpus"]["metadata_fields"]
            for field, wanted in only.items():
                if field not in fields:
                    known = ", ".join(fields) or "none"
                    raise InvalidInput(f"The documents have no field {field!r}.", f"Their fields: {known}.")
                here = dict(zip(table["document"].to_pylist(), table[field_column(field)].to_pylist(), strict=True))
                own = [here.get(one) or "" for one in self.ids]
                values = {wanted} if isinstance(wanted, str) else set(wanted)
                missing = sorted(values - set(own))
                if missing or not values:
                    named = repr(missing[0]) if missing else "one of no values"
                    raise InvalidInput(f"No document has {named} in its field {field!r}.", "Give another value.")
                stays |= np.array([value not in values for value in own])
        if unit == "sentences":
            stays = self._corpus.by_sentence(stays)
        return [int(one) for one in np.flatnonzero(stays)]

    def carry_out(self, plan: CheckPlan) -> "CheckResult":
        """The check of this plan; without a probe it takes the first one that was measured. What it finds is written
        into report.json and report.html, too."""
        from skipgram_audit.auditing.check import PHASES, CheckRun, FolderCheckStore
        from skipgram_audit.auditing.check_result import CheckedSet, CheckResult
        from skipgram_audit.auditing.reporting import write_page
        from skipgram_audit.report.check_files import keep_check
        from skipgram_audit.report.finished_check import FinishedCheck

        plan = self.complete_plan(plan)
        store = FolderCheckStore(self.folder, self._identity, plan)
        run = CheckRun(self._pipeline, plan, store)
        with self._progress() as phase:
            run.draw(phase(PHASES[0]))
            seconds = None if plan.predict_only else run.train(phase(PHASES[1]))
            outcome = run.compare(seconds)
        target = run.target
        names = self._sentence_names() if plan.unit == "sentences" else self.ids
        sets = [
            CheckedSet(
                one.removal.number,
                one.removal.kind,
                one.removal.control_of,
                [names[position] for position in one.removal.documents.tolist()],
                one.tokens,
                dict(zip(run.probes, one.predicted.tolist(), strict=True)),
            )
            for one in run.sets
        ]
        scores = {(training.number, training.seed): found for training, found in store.scores().items()}
        if outcome.probes:
            keep_check(self.folder, FinishedCheck.of(plan, outcome, sets, {one.name: one.kind for one in self.probes}))
            write_page(self.folder)
            self._report = layout.read_finished(self.folder, layout.REPORT)
        neutrals = {one.name: KINDS[one.kind].neutral for one in self.probes}
        return CheckResult(plan, outcome, sets, scores, neutrals, store.vectors_folder, target)

    def _sentence_names(self) -> list[str]:
        """The names of all sentences."""
        counts = np.diff(self._corpus.document_sentences).tolist()
        return [sentence_name(name, one) for name, count in zip(self.ids, counts, strict=True) for one in range(count)]

    def complete_plan(self, plan: CheckPlan) -> CheckPlan:
        """The plan with its probe and seeds named."""
        measured = list(layout.measured_rows(self._report))
        plan = plan.model_copy(update={"probe": measured[0]}) if not plan.probe and measured else plan
        return plan.with_usual_seeds(self.settings.seeds)

    def map(self, path: str | Path | None = None) -> Path:
        """Places the documents on a map, and writes the ranking with texts and places as Parquet.

        Columns: text, x and y, and those of documents.parquet; Embedding Atlas opens it. Takes one core, about a minute
        for ten thousand documents.

        Args:
            path: of the file; map.parquet in the folder of the audit when left out.

        Raises:
            InvalidInput: the file cannot be written.
        """
        from skipgram_audit.auditing.document_map import SIDE, document_places, document_vectors
        from skipgram_audit.auditing.map_file import write_map_file
        from skipgram_audit.computing.files import check_output_file

        if path is not None:
            check_output_file(Path(path))
        first = self._pipeline.trajectories[0]
        with self._progress() as phase:
            vectors = document_vectors(self._corpus, first.inputs)
            places = document_places(vectors, first.seed, phase("Placing documents"))
        return write_map_file(self.folder, places, SIDE, None if path is None else Path(path))

    def report(self, path: str | Path, logo: bytes | None = None, **options: Any) -> Path:
        """Writes a report to hand in or to keep: as PDF, HTML or Markdown, by the ending of the file's name.

        Args:
            path: of the file: .pdf, .html or .md.
            logo: content of a PNG, or of an SVG of shapes.
            options: title, authors, sections, texts and the rest; see ReportOptions.

        Raises:
            InvalidInput: another ending, an option that there is not, a logo that is no picture, or a file that cannot
                be written.
        """
        from skipgram_audit.auditing.reporting import form_of, make_reports
        from skipgram_audit.report.document.logo import read_logo

        path = Path(path)
        chosen = read_options(**options)
        if note := licence_note(chosen.licence):
            warnings.warn(note, stacklevel=2)
        form = form_of(path)
        make_reports(self.folder, [(path, form)], chosen, None if logo is None else read_logo(logo))
        return path

    def trained_without(self, removed: npt.NDArray[np.bool_], same_run: bool) -> dict[str, Any]:
        """Scores before and after the same seeds were trained on what is left.

        Raises:
            InvalidInput: nothing goes, or all documents.
        """
        from skipgram_audit.retraining.removable import dropped_words

        if not removed.any():
            raise InvalidInput("No document was named, so nothing would go.", "Name documents to remove.")
        if removed.all():
            raise InvalidInput(*EVERYTHING_GOES)
        pipeline = self._pipeline
        with self._progress() as phase:
            after = pipeline.retrain(removed, same_run, phase("Training without them"))
        least = 1 if same_run else pipeline.settings.minimum_count
        dropped = dropped_words(pipeline.corpus, pipeline.measurable_probes, np.flatnonzero(removed).tolist(), least)
        notes = [
            f"{probe}: {plural(len(words), 'word')} of it became too rare and left the vocabulary, so the score after "
            f"is without {joined(words)}."
            for probe, words in dropped.items()
        ]
        return self._answer(removed, after) | {"notes": notes}

    def _answer(self, removed: npt.NDArray[np.bool_], after: Any) -> dict[str, Any]:
        """One entry a probe: means over seeds, each seed's numbers beside them; without scores after, only before."""
        from skipgram_audit.probes.protocol import Unmeasurable

        pipeline = self._pipeline
        measurable = {probe.name: number for number, probe in enumerate(pipeline.measurable_probes)}
        before = pipeline.trained_scores()
        probes = []
        for probe in pipeline.probes:
            if probe.name not in measurable:
                probes.append({"name": probe.name, "before": None, "after": None, "reason": "It was not measured."})
                continue
            first = before[measurable[probe.name]]
            second = None if after is None else after[measurable[probe.name]]
            entry: dict[str, Any] = {"name": probe.name, "before": float(first.mean())}
            if second is None:
                entry |= {"after": None, "before_by_seed": first.tolist()}
            elif isinstance(second, Unmeasurable):
                entry |= {"after": None, "reason": second.reason, "code": second.code, "before_by_seed": first.tolist()}
            else:
                entry |= {
                    "after": float(second.mean()),
                    "before_by_seed": first.tolist(),
                    "after_by_seed": second.tolist(),
                }
            probes.append(entry)
        return {
            "removed_documents": int(removed.sum()),
            "left_documents": int((~removed).sum()),
            "seeds": list(self.settings.seeds),
            "probes": probes,
        }

    def _progress(self) -> AbstractContextManager[Phase]:
        if self._phases is not None:
            return self._phases()
        from skipgram_audit.computing.progress import progress_bars

        return progress_bars()

    @cached_property
    def _pipeline(self) -> "AuditPipeline":
        from skipgram_audit.auditing.run import open_pipeline

        return open_pipeline(self._artifacts, self.settings, self.probes, self._device, self._executor)


def make_plan(**values: Any) -> CheckPlan:
    """A plan, with the defaults of its kind where nothing was given.

    Raises:
        InvalidInput: names what is wrong.
    """
    description = PLANS.get(values["plan"])
    if description is not None:
        values["sets"] = description.sets if values.get("sets") is None else values["sets"]
        values["documents"] = description.documents if values.get("documents") is None else values["documents"]
    given = {name: value for name, value in values.items() if value is not None}
    return validated(CheckPlan, given, "This check cannot be made")


def _changes(answer: Mapping[str, Any]) -> dict[str, list[Any]]:
    rows = answer["probes"]
    changes = [None if row["before"] is None or row["after"] is None else row["after"] - row["before"] for row in rows]
    return {
        "probe": [row["name"] for row in rows],
        "before": [row["before"] for row in rows],
        "after": [row["after"] for row in rows],
        "low": [row.get("low") for row in rows],
        "high": [row.get("high") for row in rows],
        "change": changes,
        "after_by_seed": [row.get("after_by_seed") for row in rows],
        "method": [answer.get("method", "retrained")] * len(rows),
        "reason": [row.get("reason", "") for row in rows],
    }
