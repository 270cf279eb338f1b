"""Writes all files of a report into a folder."""

import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from skipgram_audit.computing.files import file_sha256
from skipgram_audit.corpus.sources import CorpusDocument
from skipgram_audit.report.spreadsheets import csv_line
from skipgram_audit.report.tables import DocumentTable, RankedDocumentTable, SentenceTable
from skipgram_audit.report.values import Report, WordInfluences
from skipgram_audit.report.vector_files import write_word2vec_text
from skipgram_audit.report.verdict import concluded

HASHED = ("documents.csv", "documents.parquet", "sentences.parquet", "words.csv")


def write_report(
    folder: Path, report: Report, documents: Iterable[CorpusDocument], progress: Callable[[float], None]
) -> None:
    """Writes report.json, documents.csv, documents.parquet, words.csv, sentences.parquet, manifest.json and
    vectors-seed-*.txt.

    Each file appears whole or not at all, and replaces an earlier one; other files of the folder are left alone.

    Args:
        folder: made if it is not there.
        report: everything but the texts.
        documents: all documents of the audit, in order; read once.
        progress: called with 0..1 while documents stream by; may raise to cancel.
    """
    unfinished = folder / "unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    _write_texts(unfinished, report, documents, progress)
    _write_json(unfinished / "report.json", scores_of(report))
    if report.words is not None:
        write_word_table(unfinished / "words.csv", report.words)
    for vectors in report.vectors:
        write_word2vec_text(unfinished / f"vectors-seed-{vectors.seed}.txt", vectors.words, vectors.vectors)
        progress(1.0)
    _write_json(unfinished / "manifest.json", {**report.manifest, "files": _hashes(unfinished)})
    for path in unfinished.iterdir():
        path.replace(folder / path.name)
    unfinished.rmdir()


def _hashes(folder: Path) -> dict[str, str]:
    """Name -> SHA-256 of the files that the same audit writes to the same bytes. Those of documents differ where one
    corpus was searched for near-duplicates and the other was not, as a server does and the command line does not."""
    found = {}
    for path in sorted(folder.iterdir()):
        if path.name in HASHED or path.name.startswith("vectors-seed-"):
            found[path.name] = file_sha256(path)
    return found


def _write_texts(
    folder: Path, report: Report, documents: Iterable[CorpusDocument], progress: Callable[[float], None]
) -> None:
    with (
        DocumentTable(folder / "documents.csv", report) as document_table,
        RankedDocumentTable(folder / "documents.parquet", report) as ranked_documents,
        SentenceTable(folder / "sentences.parquet", report) as sentence_table,
    ):
        for number, document in enumerate(documents):
            document_table.add(number, document)
            ranked_documents.add(number, document)
            sentence_table.add(number, document)
            progress((number + 1) / max(report.document_count, 1))


def scores_of(report: Report) -> dict[str, Any]:
    """The content of report.json: scores, word associations and counts, without the single texts."""
    return {
        "format": 1,
        "title": report.title,
        "corpus": {
            "name": report.corpus_name,
            "documents": report.document_count,
            "sentences": report.sentence_count,
            "tokens": report.token_count,
            **({"rows": rows} if (rows := report.manifest.get("corpus", {}).get("rows")) else {}),
        },
        "training": {"vocabulary": report.vocabulary_size, "tokens": report.trained_tokens},
        "settings": report.settings,
        "probes": [concluded(probe.outcome) for probe in report.probes],
    }


def write_word_table(path: Path, found: WordInfluences) -> None:
    """A line a word, the most frequent first: its tokens, and the influence of all of them on every probe."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(csv_line(["word", "tokens", *(f"{name} influence" for name in found.probes)]))
        rows = zip(found.words, found.counts.tolist(), found.influences.T.tolist(), strict=True)
        for word, count, influences in rows:
            file.write(csv_line([word, count, *influences]))


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
