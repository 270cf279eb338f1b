"""The folder of a finished audit, and what it says of corpora without some documents."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.auditing.check import FolderCheck
from skipgram_audit.auditing.pipeline import AuditPipeline
from skipgram_audit.auditing.translation import given_vectors, solver_settings, training_settings, word_set_probe
from skipgram_audit.computing.execution import Executor
from skipgram_audit.model.check_plan import CheckPlan
from skipgram_audit.model.engine_errors import UnknownDocument
from skipgram_audit.model.errors import NotFound
from skipgram_audit.model.probe import ProbeDefinition, parse_probe
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.probes.protocol import Unmeasurable
from skipgram_audit.report.spreadsheets import safe_cell

ARTIFACTS, DOCUMENTS, IDENTITY = "artifacts", "documents.json", "identity.json"


class FinishedAudit:
    """The folder of a finished audit, to ask what happens when documents go.

    Raises:
        NotFound: the folder holds no finished audit.
    """

    def __init__(self, folder: Path, device: str, executor: Executor | None = None) -> None:
        manifest_file = folder / "manifest.json"
        if not manifest_file.is_file() or not (folder / ARTIFACTS).is_dir():
            raise NotFound(
                f"{str(folder)!r} holds no finished audit.", "Name the folder given to `skipgram-audit audit --out`."
            )
        manifest = json.loads(manifest_file.read_text(encoding="utf-8"))
        settings = AuditSettings.of_stored(manifest["settings"])
        self._folder = folder
        self._probes = [parse_probe(values) for values in manifest["probes"]]
        self._pipeline = open_pipeline(folder / ARTIFACTS, settings, self._probes, device, executor)
        self._identifiers: list[str] = read_facts(folder / ARTIFACTS)["ids"]

    def removed(self, identifiers: Sequence[str]) -> npt.NDArray[np.bool_]:
        """bool [documents], true for those named; see positions_of."""
        removed = np.zeros(len(self._identifiers), np.bool_)
        removed[positions_of(identifiers, self._identifiers)] = True
        return removed

    def predict(self, removed: npt.NDArray[np.bool_], progress: Callable[[float], None]) -> dict[str, Any]:
        """Effect sizes before and, as the audit's estimator predicts, after the documents go."""
        return self._answer(removed, self._pipeline.predicted_scores(removed, progress))

    def retrain(
        self, removed: npt.NDArray[np.bool_], same_run: bool, progress: Callable[[float], None]
    ) -> dict[str, Any]:
        """Effect sizes before and after the same seeds were trained on what is left."""
        return self._answer(removed, self._pipeline.retrain(removed, same_run, progress))

    def check(self, plan: CheckPlan) -> FolderCheck:
        """A check by retraining; without a probe the plan takes the first one that was measured.

        Raises:
            UnusablePlan, UnusableModel: the plan does not fit this audit.
        """
        measured = [probe.name for probe in self._pipeline.measurable_probes]
        if not plan.probe and measured:
            plan = plan.model_copy(update={"probe": measured[0]})
        mark = self._folder / ARTIFACTS / IDENTITY
        identity = mark.read_text(encoding="utf-8") if mark.is_file() else ""
        return FolderCheck(self._folder, identity, self._pipeline, self._identifiers, self._probes, plan)

    @property
    def seeds(self) -> list[int]:
        """That were trained."""
        return list(self._pipeline.settings.seeds)

    def _answer(
        self, removed: npt.NDArray[np.bool_], after: Sequence[npt.NDArray[np.float64] | Unmeasurable]
    ) -> dict[str, Any]:
        """One entry a probe: means over seeds, each seed's numbers beside them."""
        measurable = {probe.name: number for number, probe in enumerate(self._pipeline.measurable_probes)}
        before = self._pipeline.effect_sizes()
        probes = []
        for probe in self._pipeline.probes:
            if probe.name not in measurable:
                probes.append({"name": probe.name, "before": None, "after": None, "reason": "It was not measured."})
                continue
            first, second = before[measurable[probe.name]], after[measurable[probe.name]]
            entry: dict[str, Any] = {"name": probe.name, "before": float(first.mean())}
            if isinstance(second, Unmeasurable):
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
            "seeds": list(self._pipeline.settings.seeds),
            "probes": probes,
        }


def open_pipeline(
    folder: Path,
    settings: AuditSettings,
    probes: Sequence[ProbeDefinition],
    device: str,
    executor: Executor | None = None,
) -> AuditPipeline:
    """The pipeline over a folder of artifacts."""
    return AuditPipeline(
        folder,
        training_settings(settings),
        settings.estimator,
        [word_set_probe(probe) for probe in probes],
        device,
        settings.exact_permutations,
        settings.null_shuffles,
        solver_settings(settings),
        given_vectors(settings, [model_file(folder, number) for number in range(1, len(settings.models) + 1)]),
        executor=executor,
    )


def model_file(artifacts: Path, number: int) -> Path:
    """Where a given model is kept until its vectors have been taken from it; numbers count from 1."""
    return artifacts / f"model-{number}.npz"


def read_facts(artifacts: Path) -> dict[str, Any]:
    """Ids, hash and counts of the corpus, as they were when it was read."""
    facts: dict[str, Any] = json.loads((artifacts / DOCUMENTS).read_text(encoding="utf-8"))
    return facts


def positions_of(named: Sequence[str], identifiers: Sequence[str]) -> list[int]:
    """The places of the named documents among a corpus' ids.

    Ids are compared exactly, white space included. One that the corpus does not have may also be written as
    documents.csv writes it: with an apostrophe before what a spreadsheet could take for a formula. So where both
    ``'=x`` and ``=x`` are ids of the corpus, ``'=x`` names the first.

    Raises:
        UnknownDocument: an id that no document has.
    """
    numbers = {identifier: number for number, identifier in enumerate(identifiers)}
    found = [one if one in numbers else _without_apostrophe(one) for one in named]
    unknown = [one for one, plain in zip(named, found, strict=True) if plain not in numbers]
    if unknown:
        listed = ", ".join(map(repr, unknown[:5])) + (", ..." if len(unknown) > 5 else "")
        raise UnknownDocument(
            f"{len(unknown)} of {len(named)} ids {'is' if len(unknown) == 1 else 'are'} not in the corpus: {listed}.",
            "Ids are those of the column id in documents.csv. They are compared exactly, white space included.",
            unknown=unknown[:100],
        )
    return [numbers[plain] for plain in found]


def _without_apostrophe(identifier: str) -> str:
    """The id that documents.csv writes so, if it is one with an apostrophe of ours."""
    plain = identifier.removeprefix("'")
    return plain if safe_cell(plain) == identifier else identifier
