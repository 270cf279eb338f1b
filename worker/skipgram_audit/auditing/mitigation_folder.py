"""The folder of a comparison of mitigations: what lies where.

table.json             the table
measurements.jsonl     what each action did to each seed, a line each
trained-ACTION-SEED.npz, .json
                       trainings, until the table is there
vectors/ACTION-seed-SEED.kv, .kv.vectors.npy, .words.txt
                       the vectors that an action gives: gensim's KeyedVectors with the array in a file of its own, and
                       its words, a line each, most frequent first
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from skipgram_audit import __version__
from skipgram_audit.auditing.folder import MITIGATION_TABLE, MITIGATIONS
from skipgram_audit.computing.files import append_line, read_json, read_lines, write_json, write_whole
from skipgram_audit.model.mitigations import ActionMeasurement, MitigationPlan, MitigationTable
from skipgram_audit.training.trajectory import Trajectory

MEASUREMENTS = "measurements.jsonl"


class FolderMitigationStore:
    """A comparison in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def of_plan(cls, audit_folder: Path, audit_identity: str, plan: MitigationPlan) -> "FolderMitigationStore":
        """``mitigations/<digest of the plan>`` of an audit's folder; methods and seeds are added to what is there.

        Args:
            audit_identity: what makes it this audit: another one in the same folder must not take its trainings.
            plan: with its probe named.
        """
        unnamed = {name for name in ("positions", "lists") if not getattr(plan, name)}
        compared = plan.model_dump(mode="json", exclude={"methods", "seeds", *unnamed})
        identity = json.dumps([audit_identity, compared, __version__], sort_keys=True)
        return cls(audit_folder / MITIGATIONS / hashlib.sha256(identity.encode()).hexdigest()[:16])

    def measurements(self) -> list[ActionMeasurement]:
        """A line that was cut off is measured again."""
        return list(read_lines(self.folder / MEASUREMENTS, ActionMeasurement.model_validate_json))

    def keep_measurement(self, measured: ActionMeasurement) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        append_line(self.folder / MEASUREMENTS, measured.model_dump_json())

    def training(self, action: str, seed: int) -> tuple[Trajectory, float] | None:
        file = self._trained(action, seed)
        if not file.is_file() or not file.with_suffix(".json").is_file():
            return None
        return Trajectory.load(file), float(read_json(file.with_suffix(".json")))

    def keep_training(self, action: str, trained: Trajectory, seconds: float) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self._trained(action, trained.seed)
        trained.save(file)
        write_json(file.with_suffix(".json"), seconds)

    def keep_vectors(self, action: str, seed: int, words: Sequence[str], vectors: npt.NDArray[np.float32]) -> None:
        from skipgram_audit.auditing.keyed_vectors import keep_vectors  # It loads gensim.

        keep_vectors(self.folder, action, seed, words, vectors)

    def keep_table(self, table: MitigationTable) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(self.folder / MITIGATION_TABLE, table.model_dump_json(indent=2))
        for file in self.folder.glob("trained-*"):
            file.unlink()

    def _trained(self, action: str, seed: int) -> Path:
        return self.folder / f"trained-{action}-{seed}.npz"
