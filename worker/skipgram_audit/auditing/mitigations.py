"""Mitigations of a finished audit, compared, for a notebook and for the command line."""

from pathlib import Path
from typing import Any

from skipgram_audit.auditing.frames import frame
from skipgram_audit.auditing.mitigation_folder import FolderMitigationStore
from skipgram_audit.auditing.pipeline import AuditPipeline
from skipgram_audit.mitigation.rewrite_run import Documents
from skipgram_audit.mitigation.run import PHASES, MitigationRun
from skipgram_audit.model.errors import NotFound
from skipgram_audit.model.mitigations import METHODS, MitigationPlan, MitigationTable
from skipgram_audit.model.validation import validated
from skipgram_audit.report.mitigation_rows import columns_of, mitigations_csv
from skipgram_audit.report.mitigation_sentences import row_sentence
from skipgram_audit.report.vector_files import read_vectors, vectors_file


class Mitigations:
    """What every action does to an audit: a table that shows itself in a notebook.

    Attributes:
        table: as it is kept, with every cell's interval, seeds and reason.
        folder: where it and the vectors are kept.
    """

    def __init__(self, table: MitigationTable, folder: Path) -> None:
        self.table = table
        self.folder = folder

    @property
    def frame(self) -> Any:
        """A row an action, plain columns: values, bounds of intervals, seeds and reasons."""
        return frame(columns_of(self.table))

    @property
    def columns(self) -> list[str]:
        """Their names."""
        return list(columns_of(self.table))

    def __getitem__(self, name: str) -> list[Any]:
        """A column."""
        return columns_of(self.table)[name]

    def __len__(self) -> int:
        return len(self.table.rows)

    @property
    def sentences(self) -> dict[str, str]:
        """Action -> what it did, in words."""
        return {row.action: row_sentence(self.table, row) for row in self.table.rows}

    def vectors(self, action: str, seed: int | None = None) -> Any:
        """gensim's KeyedVectors after an action.

        Args:
            action: a method's name; none for the vectors as trained.
            seed: the first one of the plan when left out.

        Raises:
            NotFound: no such action or seed, or it could not be carried out.
        """
        from gensim.models import KeyedVectors

        return KeyedVectors.load(str(self._vectors(action, seed)), mmap="r")

    def save_vectors(self, path: str | Path, action: str, seed: int | None = None) -> None:
        """Writes the vectors after an action: binary where the file's name ends in .bin, as gensim's KeyedVectors where
        it ends in .kv, otherwise word2vec's text format."""
        from skipgram_audit.auditing.keyed_vectors import write_vectors  # It loads gensim.

        write_vectors(Path(path), *read_vectors(self._vectors(action, seed)))

    def to_csv(self, path: str | Path) -> None:
        """Writes the table."""
        with Path(path).open("w", encoding="utf-8", newline="") as file:
            file.writelines(mitigations_csv(self.table))

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return self.table.model_dump(mode="json")

    def _vectors(self, action: str, seed: int | None) -> Path:
        chosen = self.table.plan.seeds[0] if seed is None else seed
        path = vectors_file(self.folder, action, chosen)
        if action not in METHODS or not path.is_file():
            there = [row.action for row in self.table.rows if row.cells]
            raise NotFound(
                f"There are no vectors of {action!r} with seed {chosen}.",
                f"Actions: {', '.join(there)}. Seeds: {', '.join(map(str, self.table.plan.seeds))}.",
            )
        return path

    def __repr__(self) -> str:
        told = "\n".join(f"{row.title}: {row_sentence(self.table, row)}" for row in self.table.rows)
        return f"Mitigations of {self.table.plan.probe}\n{told}"

    def _repr_html_(self) -> str:
        from skipgram_audit.report.notebook import mitigations_html

        return mitigations_html(self.table)


def compare_mitigations(
    pipeline: AuditPipeline, folder: Path, identity: str, plan: MitigationPlan, documents: Documents, phase: Any
) -> Mitigations:
    """The comparison of this plan; an interrupted one is resumed.

    Args:
        folder: of the audit.
        identity: what makes it this audit.
        documents: of the audited corpus.
        phase: begins a phase of a title and returns its progress.
    """
    store = FolderMitigationStore.of_plan(folder, identity, plan)
    run = MitigationRun(pipeline, plan, store, documents)
    run.train(phase(PHASES[0]))
    run.measure(phase(PHASES[1]))
    return Mitigations(run.table(), store.folder)


def make_mitigation_plan(**values: Any) -> MitigationPlan:
    """A plan; what is None is left to its default.

    Raises:
        InvalidInput: names what is wrong.
    """
    given = {name: value for name, value in values.items() if value is not None}
    return validated(MitigationPlan, given, "These mitigations cannot be compared")
