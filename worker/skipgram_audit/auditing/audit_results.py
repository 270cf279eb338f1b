"""What a finished audit found, read from its folder: tables of scores, documents, sentences and words.

Nothing of this loads torch.
"""

import warnings
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc
import pyarrow.parquet as pq

from skipgram_audit.auditing import folder as layout
from skipgram_audit.auditing.frames import frame
from skipgram_audit.auditing.texts import read_identifiers, read_text
from skipgram_audit.computing.arrays import read_arrays
from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.errors import InvalidInput, NotFound
from skipgram_audit.model.id_lists import IdList
from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.probe import ProbeDefinition, parse_probe
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.report.values import outcomes_of
from skipgram_audit.report.verdict import probe_verdict

if TYPE_CHECKING:
    from skipgram_audit.auditing.document import AuditedDocument

COLUMNS = ("rank", "influence", "spread", "sign_stability")


class AuditResults:
    """The results in the folder of a finished audit.

    Attributes:
        folder: where it lies.

    Raises:
        NotFound: the folder holds no finished audit.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.manifest = layout.read_finished(self.folder, layout.MANIFEST)
        self._report = layout.read_finished(self.folder, layout.REPORT)
        self._artifacts = self.folder / layout.ARTIFACTS

    @cached_property
    def settings(self) -> AuditSettings:
        """Of the training and of the estimator."""
        return AuditSettings.model_validate(self.manifest["settings"])

    @cached_property
    def probes(self) -> list[ProbeDefinition]:
        """As they were asked for."""
        return [parse_probe(values) for values in self.manifest["probes"]]

    @cached_property
    def ids(self) -> list[str]:
        """Of the documents, in the order of the corpus."""
        return read_identifiers(self._artifacts / layout.TEXTS)

    @cached_property
    def report_file(self) -> Path:
        """The report to read: one HTML file."""
        return self.folder / "report.html"

    @property
    def scores(self) -> Any:
        """A row a probe: its score with everything that says how sure it is, or why it has none.

        ``verdict`` and ``conclusion`` say what may be concluded; see skipgram_audit.report.verdict.
        """
        names = (
            "name", "score", "standard_error", "score_spread", "p_value", "p_value_two_sided", "measured",
            "reason", "kind", "score_name", "p_method", "seed_agreement",
        )  # fmt: skip
        rows = self._report["probes"]
        columns: dict[str, list[Any]] = {name: [row.get(name) for row in rows] for name in names}
        verdicts = [probe_verdict(outcome) for outcome in outcomes_of(self._report)]
        columns["verdict"] = [verdict.answer for verdict in verdicts]
        columns["conclusion"] = [verdict.sentence for verdict in verdicts]
        columns["null_scores"] = [row["null_scores"] for row in rows]
        columns["missing_words"] = [[word for words in row["missing"].values() for word in words] for row in rows]
        renamed = {"name": "probe", "score_spread": "spread_over_seeds"}
        return frame({renamed.get(name, name): values for name, values in columns.items()})

    def documents(self, probe: str | None = None) -> Any:
        """Documents by influence on a probe, the strongest push upwards first; of the only probe when left out.

        Columns: rank, document, title, influence (the score without the document is score - influence to first order),
        spread (sample standard deviation over seeds), sign_stability (share of seeds of the mean's sign), sentences,
        near_duplicates_of where they were looked for, and the documents' metadata, each field in the column
        ``field NAME``.
        """
        return self._ranked(layout.DOCUMENTS, self._measured(probe))

    def sentences(self, probe: str | None = None) -> Any:
        """Sentences of influence on a probe, the strongest push upwards first; columns as of documents, with text."""
        return self._ranked(layout.SENTENCES, self._measured(probe))

    def words(self, probe: str | None = None) -> Any:
        """Words by the influence of all their tokens on a probe: word, count, influence; the largest first."""
        row = layout.measured_rows(self._report)[self._measured(probe)]
        corpus = self._corpus
        sums = np.bincount(corpus.tokens, self._influences["tokens"][row], len(corpus.words))
        order = np.argsort(-sums, kind="stable")
        return frame(
            {
                "word": [corpus.words[number] for number in order.tolist()],
                "count": corpus.counts[order].tolist(),
                "influence": sums[order].tolist(),
            }
        )

    def document(self, identifier: str, probe: str | None = None) -> "AuditedDocument":
        """One document with the influence of its sentences and tokens on a probe.

        Raises:
            UnknownDocument: no document has this id.
        """
        from skipgram_audit.auditing.document import AuditedDocument, Token

        name = self._measured(probe)
        row = layout.measured_rows(self._report)[name]
        (number,) = layout.positions_of([identifier], self.ids)
        text = read_text(self._artifacts / layout.TEXTS, number)
        corpus = self._corpus
        first, last = corpus.document_sentences[number : number + 2].tolist()
        starts, lengths = corpus.locate(text.text, text.bounds)
        influence = self._influences["tokens"][row][corpus.document_tokens(number)]
        tokens = [Token(*one) for one in zip(starts.tolist(), lengths.tolist(), influence.tolist(), strict=True)]
        sentences = self._influences["sentences"][row][:, first:last].mean(axis=0)
        return AuditedDocument(
            text.id, text.title, text.text, text.fields, name, self._direction(name), text.bounds, sentences, tokens
        )

    def removed(self, identifiers: Iterable[str]) -> npt.NDArray[np.bool_]:
        """bool [documents], true for those named; see folder.positions_of. Ids that are named twice are warned of."""
        removed = np.zeros(len(self.ids), np.bool_)
        removed[layout.positions_of(self._each_once(identifiers), self.ids)] = True
        return removed

    def _each_once(self, identifiers: Iterable[str]) -> tuple[str, ...]:
        found = IdList.of(identifiers)
        for note in found.notes():
            warnings.warn(note, stacklevel=4)
        return found.ids

    def _measured(self, probe: str | None) -> str:
        """The name of a measured probe.

        Raises:
            NotFound: no such probe, or it was not measured.
            InvalidInput: several probes, and none was named.
        """
        names = {one["name"]: one for one in self._report["probes"]}
        if probe is None:
            if len(names) != 1:
                raise InvalidInput(f"This audit has {len(names)} probes.", f"Name one of {', '.join(names)}.")
            probe = next(iter(names))
        by_lower = {name.lower(): name for name in names}
        name = probe if probe in names else by_lower.get(probe.lower(), "")
        if not name:
            raise NotFound(f"This audit has no probe {probe!r}.", f"Its probes: {', '.join(names)}.")
        if not names[name]["measured"]:
            raise NotFound(f"{name} was not measured. {names[name]['reason']}", "See Audit.scores.")
        return name

    def _direction(self, probe: str) -> int:
        """1 when texts that push the score upwards amplify the bias, -1 when those that push it down do."""
        one = next(one for one in self._report["probes"] if one["name"] == probe)
        return 1 if one["score"] >= KINDS[one["kind"]].neutral else -1

    def _ranked(self, filename: str, probe: str) -> Any:
        """The rows of a table that have a rank, by rank, with the columns of one probe."""
        table = pq.read_table(self.folder / filename)
        own = {f"{probe} {name}": name for name in COLUMNS}
        every = {f"{one.name} {name}" for one in self.probes for name in COLUMNS}
        names = [*own, *(name for name in table.column_names if name not in every)]
        chosen = table.select(names).rename_columns([own.get(name, name) for name in names])
        chosen = chosen.filter(pc.is_valid(chosen["rank"])).sort_by("rank")
        return frame({name: chosen[name].to_pylist() for name in chosen.column_names})

    @property
    def _identity(self) -> str:
        """What makes it this audit."""
        mark = self._artifacts / layout.IDENTITY
        return mark.read_text(encoding="utf-8") if mark.is_file() else ""

    @cached_property
    def _corpus(self) -> EncodedCorpus:
        return EncodedCorpus.load(self._artifacts / "corpus.npz")

    @cached_property
    def _influences(self) -> dict[str, npt.NDArray[Any]]:
        return read_arrays(self._artifacts / "influences.npz")

    def __repr__(self) -> str:
        measured = ", ".join(
            f"{one['name']} {one['score']:.2f}" if one["measured"] else f"{one['name']} not measured"
            for one in self._report["probes"]
        )
        return f"Audit of {self._report['corpus']['name']} in {self.folder}: {measured}"

    def _repr_html_(self) -> str:
        from skipgram_audit.report.notebook import audit_html

        return audit_html(self._report)
