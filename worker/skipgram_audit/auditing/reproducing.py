"""An audit computed again from its manifest, and held against what it was."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from lxml import html

from skipgram_audit.auditing import folder as layout
from skipgram_audit.auditing.run import AuditRun
from skipgram_audit.computing.files import file_sha256, read_json
from skipgram_audit.corpus.sources import Corpus, FileCorpus
from skipgram_audit.model.engine_errors import EngineError
from skipgram_audit.model.errors import InvalidInput, NotFound
from skipgram_audit.model.probe import parse_probe
from skipgram_audit.model.reader_options import ReaderOptions
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.model.validation import validated
from skipgram_audit.report.reproduction import (
    Compared,
    Reproduction,
    compare_corpus,
    compare_numbers,
    reasons_of,
)

Phase = Callable[[str], Callable[[float], None]]
FENCE = re.compile(r"^(`{3,})json\n(.*?)\n\1$", re.MULTILINE | re.DOTALL)
DOCUMENTS, DUPLICATES = ("documents.csv", "documents.parquet"), "near_duplicates_of"
PARTS = {"corpus": dict, "settings": dict, "probes": list, "software": dict}
REMEDY = "Give the folder of an audit, its manifest.json, or a report as HTML or Markdown with the section manifest."


def reproduce(source: Path, corpus: Corpus | Path, folder: Path, device: str, phase: Phase) -> Reproduction:
    """Computes an audit again and compares.

    Args:
        source: folder of the audit, manifest.json, or a report that holds the manifest.
        corpus: what was audited.
        folder: for the new audit.
        device: auto, cpu or cuda.
        phase: begins a phase of this title.

    Raises:
        NotFound: no such file.
        InvalidInput: the source holds no manifest, or one that this version cannot compute.
    """
    then = read_manifest(source)
    settings, probes = _what_was_asked(then)
    run = AuditRun(_corpus(corpus, then), settings, probes, folder, device)
    try:
        run.carry_out("encode", phase(run.phase_title("encode")))
    except EngineError:
        # Another corpus may be too small to train on; then it is that which is to be said.
        if not run.is_read or compare_corpus(then["corpus"], run.facts.as_manifest()).status != "differs":
            raise
    same = compare_corpus(then["corpus"], run.facts.as_manifest())
    if same.status == "differs":
        return Reproduction([same], reasons_of(then, {}, [same]))
    for name in ("train", "null", "influence", "report"):
        run.carry_out(name, phase(run.phase_title(name)))
    now = layout.read_finished(folder, layout.MANIFEST)
    compared = [same, *_scores(then, now), *_files(source, then, now, folder)]
    return Reproduction(compared, reasons_of(then, now, compared))


def read_manifest(source: Path) -> dict[str, Any]:
    """The manifest that a folder, a file or a report holds.

    Raises:
        NotFound: no such file.
        InvalidInput: it holds none.
    """
    path = source / layout.MANIFEST if source.is_dir() else source
    if not path.is_file():
        raise NotFound(f"There is no file {str(path)!r}.", REMEDY)
    content = path.read_bytes()
    if content.startswith(b"%PDF"):
        raise InvalidInput(f"{path.name!r} is a PDF, whose manifest is there to be read by people.", REMEDY)
    try:
        values = json.loads(_manifest_text(path, content.decode("utf-8")))
    except ValueError as error:
        raise InvalidInput(f"{path.name!r} holds no manifest that can be read.", REMEDY) from error
    if not isinstance(values, dict) or not all(isinstance(values.get(name), kind) for name, kind in PARTS.items()):
        raise InvalidInput(f"{path.name!r} is not the manifest of an audit.", REMEDY)
    if values.get("format", layout.FORMAT) != layout.FORMAT:
        raise InvalidInput(
            f"{path.name!r} is of a later version of Skip-gram Audit.", "Install that version to compute it again."
        )
    return values


def _manifest_text(path: Path, text: str) -> str:
    if path.suffix.lower() == ".md":
        found = FENCE.findall(text)
        return str(found[-1][1]) if found else ""
    if text.lstrip()[:15].lower().startswith("<!doctype html"):
        codes = html.fromstring(text).xpath('//section[@id="manifest"]//pre/code')
        return str(codes[0].text_content()) if codes else ""
    return text


def _what_was_asked(then: Mapping[str, Any]) -> tuple[AuditSettings, list[Any]]:
    settings = validated(
        AuditSettings,
        then["settings"],
        "This version cannot compute the settings of the manifest",
        f"Install skipgram-audit {then.get('software', {}).get('skipgram-audit', 'of the audit')}.",
    )
    if settings.models:
        raise InvalidInput(
            "This audit took its vectors from models that were trained elsewhere, and a manifest does not hold them.",
            "Run skipgram-audit audit with --vectors and compare manifest.json of both folders.",
        )
    return settings, [parse_probe(values) for values in then["probes"]]


def _corpus(corpus: Corpus | Path, then: Mapping[str, Any]) -> Corpus:
    """The file, read as the manifest says that it was."""
    if isinstance(corpus, Corpus):
        return corpus
    if not corpus.is_file():
        raise NotFound(f"There is no file {str(corpus)!r}.", "Give the corpus file that was audited.")
    told = then["corpus"].get("reader_options")
    if not isinstance(told, dict):
        raise InvalidInput("The manifest does not say how the corpus file was read.", "Give a Corpus, in Python.")
    options = validated(
        ReaderOptions, told, "The manifest's way to read the corpus file cannot be used", "Give a Corpus."
    )
    return FileCorpus(corpus, options, str(then["corpus"].get("language", "en")))


def _scores(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Compared]:
    """Scores and scores on shuffled text, probe by probe."""
    again = {one["probe"]: one for one in now.get("scores", [])}
    for one in then.get("scores", []):
        name, other = f"scores of {one['probe']}", again[one["probe"]]
        before, after = ([values["score"], *values["null_scores"]] for values in (one, other))
        if [value is None for value in before] != [value is None for value in after]:
            yield Compared(name, "differs", "one of the two could not be measured")
        else:
            pairs = [(a, b) for a, b in zip(before, after, strict=True) if a is not None]
            yield compare_numbers(name, max((abs(a - b) for a, b in pairs), default=0.0))


def _files(source: Path, then: Mapping[str, Any], now: Mapping[str, Any], folder: Path) -> Iterator[Compared]:
    """Files by their hashes in the manifests; where those differ, or the first manifest has none, and the first audit's
    folder is there, by what is in them."""
    original = source if source.is_dir() else source.parent
    there = (original / layout.MANIFEST).is_file() and read_json(original / layout.MANIFEST) == then
    hashes, again = then.get("files", {}), now["files"]
    for name in {**hashes, **again}:
        digest, old = hashes.get(name), original / name
        is_kept = there and old.is_file()
        if there and not is_kept and digest is not None:
            yield Compared(name, "missing", "the file is no longer in the folder of the audit; compared by its hash")
        elif is_kept and digest not in (None, file_sha256(old)):
            yield Compared(name, "differs", "the file in the folder of the audit is not the one that was written")
            continue
        if digest == again.get(name):
            yield Compared(name, "equal")
        elif name not in again:
            yield Compared(name, "differs", "it was not written this time")
        elif is_kept:
            yield from _contents(name, old, folder / name)
        elif digest is None:
            yield Compared(name, "missing", "the manifest of the audit keeps no hash of it")
        else:
            why = ", as where near-duplicates were looked for in one of the two alone" if name in DOCUMENTS else ""
            yield Compared(
                name, "missing", f"its bytes differ{why}; its numbers can be compared where the folder is there"
            )


def _contents(name: str, old: Path, new: Path) -> Iterator[Compared]:
    """Two files by what is in them."""
    if old.suffix == ".parquet":
        yield from _tables(name, pq.read_table(old), pq.read_table(new))
    elif name in DOCUMENTS:
        lines = pacsv.ParseOptions(newlines_in_values=True)
        yield from _tables(name, *(pacsv.read_csv(path, parse_options=lines) for path in (old, new)))
    else:
        yield compare_numbers(name, _text_distance(old, new))


def _tables(name: str, old: pa.Table, new: pa.Table) -> Iterator[Compared]:
    """Two tables, column by column. Audits of files by earlier versions have no near-duplicates."""
    if (DUPLICATES in old.column_names) != (DUPLICATES in new.column_names):
        where = "by the audit" if DUPLICATES in old.column_names else "this time"
        yield Compared(f"{name}, {DUPLICATES}", "missing", f"near-duplicates were looked for {where} alone")
        old, new = (one.drop_columns([DUPLICATES]) if DUPLICATES in one.column_names else one for one in (old, new))
        name += ", all other columns"
    if old.column_names != new.column_names or old.num_rows != new.num_rows:
        yield Compared(name, "differs", "its columns or its number of rows are not the same")
        return
    distance = 0.0
    for column in old.column_names:
        if column.endswith(" rank"):  # Follows from the influences, whose last digits decide it.
            continue
        if pa.types.is_floating(old[column].type) and pa.types.is_floating(new[column].type):
            pair = np.nan_to_num(old[column].to_numpy()) - np.nan_to_num(new[column].to_numpy())
            distance = max(distance, float(np.abs(pair).max(initial=0.0)))
        elif not old[column].equals(new[column]):
            yield Compared(name, "differs", f"the column {column!r} is not the same")
            return
    yield compare_numbers(name, distance)


def _text_distance(old: Path, new: Path) -> float:
    """The largest difference of two text files of numbers; infinite where words or sizes differ."""
    first, second = (path.read_text(encoding="utf-8").split("\n") for path in (old, new))
    if len(first) != len(second):
        return float("inf")
    return max((_line_distance(a, b) for a, b in zip(first, second, strict=True)), default=0.0)


def _line_distance(old: str, new: str) -> float:
    """Of two lines of words and numbers, separated by blanks or commas."""
    if old == new:
        return 0.0
    first, second = (re.split("[ ,]", line) for line in (old, new))
    if len(first) != len(second):
        return float("inf")
    distance = 0.0
    for a, b in zip(first, second, strict=True):
        if a != b:
            try:
                distance = max(distance, abs(float(a) - float(b)))
            except ValueError:
                return float("inf")
    return distance
