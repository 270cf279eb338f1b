"""The folder of an audit: what lies where, and how it is read. Reading needs no torch.

manifest.json          everything that the numbers depend on
report.json            scores, word associations and counts
report.html            the report to read; report.pdf and report.md are made when they are asked for
documents.csv, words.csv, sentences.parquet, vectors-seed-*.txt
                       tables for people and other programs
ro-crate-metadata.json, croissant.json, provenance.json, citation.bib
                       what the folder says of itself to programs
documents.parquet      a row a document: its place in every probe's ranking, ids exactly as they were given
map.parquet            the same with texts and places on the map of documents; made when it is asked for
words/                 arrays on single words
artifacts/             arrays that everything else is made from:
    texts.parquet      the documents as they were audited
    corpus.json        counts and hashes of the corpus
    corpus.npz, seed-*.npz, null-*.npz, influences.npz, pairs.npz
                       the encoded corpus, trainings, and influences
    near-duplicates.npz, repeats.npz
                       groups of near-duplicates, and what scores become without those that repeat another
    identity.json      of what these were made
    calibration.json   from sums of influences to predicted scores, where it was fitted
checks/                checks by retraining, with the vectors that some keep
check-vectors/         on a server: the vectors that checks keep
rewritings/            on a server: the vectors before and after rewritings that were trained
mitigations/           mitigations that were compared, with the vectors that they give
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from skipgram_audit.computing.files import read_json, write_json, write_whole
from skipgram_audit.model.calibration import Calibration
from skipgram_audit.model.engine_errors import UnknownDocument
from skipgram_audit.model.errors import NotFound
from skipgram_audit.report.spreadsheets import safe_cell

CHECK_PLAN, CHECK_SETS, CHECK_SCORES, CHECK_OUTCOME = "plan.json", "sets.json", "scores.jsonl", "outcome.json"
"""Of the folder of a check."""

MITIGATION_TABLE = "table.json"
"""Of the folder of a comparison of mitigations."""

FORMAT = 1
"""Of the folder; a program that finds a larger number must not read on."""

ARTIFACTS, WORDS, CHECKS, MITIGATIONS = "artifacts", "words", "checks", "mitigations"
CHECK_VECTORS, REWRITINGS = "check-vectors", "rewritings"
TEXTS, IDENTITY, FACTS, SKIPPED = "texts.parquet", "identity.json", "corpus.json", "skipped.csv"
CALIBRATION = "calibration.json"
MANIFEST, REPORT, DOCUMENTS, SENTENCES = "manifest.json", "report.json", "documents.parquet", "sentences.parquet"
MAP = "map.parquet"
DUPLICATES = "near-duplicates.npz"


@dataclass(frozen=True)
class CorpusFacts:
    """What is known of a corpus once it has been read.

    Attributes:
        source: where it came from: name, hashes, how it was read, and what became of its rows.
        skipped_places: reason -> the first places of rows that were skipped for it.
        content_sha256: over ids, texts and sentence bounds.
    """

    source: dict[str, Any]
    skipped_places: dict[str, list[str]]
    language: str
    metadata_fields: list[str]
    content_sha256: str
    documents: int
    sentences: int
    tokens: int

    def as_manifest(self) -> dict[str, Any]:
        """The part ``corpus`` of the manifest."""
        values = asdict(self)
        del values["skipped_places"]
        return {**values.pop("source"), **values}

    def save(self, artifacts: Path) -> None:
        """Writes the facts; the file appears whole or not at all."""
        write_json(artifacts / FACTS, asdict(self))

    @classmethod
    def load(cls, artifacts: Path) -> "CorpusFacts":
        """Reads what save wrote."""
        return cls(**read_json(artifacts / FACTS))


def model_file(artifacts: Path, number: int) -> Path:
    """Where a given model is kept until its vectors have been taken from it; numbers count from 1."""
    return artifacts / f"model-{number}.npz"


def read_finished(folder: Path, name: str) -> dict[str, Any]:
    """A JSON file of a finished audit.

    Raises:
        NotFound: the folder holds no finished audit, or one of a later version.
    """
    if not (folder / MANIFEST).is_file() or not (folder / ARTIFACTS).is_dir():
        raise NotFound(
            f"{str(folder)!r} holds no finished audit.", "Name the folder that was given to the audit for its results."
        )
    values: dict[str, Any] = read_json(folder / name)
    if values.get("format", FORMAT) > FORMAT:
        raise NotFound(
            f"{str(folder)!r} was written by a later version of Skip-gram Audit.", "Install that version to read it."
        )
    return values


def read_calibration(folder: Path) -> Calibration | None:
    """The calibration of an audit; None until it was fitted."""
    return calibration_among(folder / ARTIFACTS)


def calibration_among(artifacts: Path) -> Calibration | None:
    """The calibration of the audit of these artifacts; None until it was fitted."""
    file = artifacts / CALIBRATION
    return Calibration.model_validate_json(file.read_bytes()) if file.is_file() else None


def save_calibration(folder: Path, calibration: Calibration) -> None:
    """The file appears whole or not at all."""
    write_whole(folder / ARTIFACTS / CALIBRATION, calibration.model_dump_json())


def check_vectors(folder: Path, check_id: int) -> Path:
    """Where a server keeps the vectors of a check of the audit in a folder."""
    return folder / CHECK_VECTORS / str(check_id)


def rewriting_vectors(folder: Path, rewriting_id: int) -> Path:
    """Where a server keeps the vectors before and after a rewriting."""
    return folder / REWRITINGS / str(rewriting_id)


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
        raise UnknownDocument.among(unknown, len(named))
    return [numbers[plain] for plain in found]


def _without_apostrophe(identifier: str) -> str:
    """The id that documents.csv writes so, if it is one with an apostrophe of ours."""
    plain = identifier.removeprefix("'")
    return plain if safe_cell(plain) == identifier else identifier


def measured_rows(report: Mapping[str, Any]) -> dict[str, int]:
    """Measured probe -> its row in arrays that hold one a measured probe."""
    return {name: row for row, name in enumerate(one["name"] for one in report["probes"] if one["measured"])}
