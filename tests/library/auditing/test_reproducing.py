"""An audit that is computed again, with everything as it was and with something else."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

import skipgram_audit as sga
from skipgram_audit.auditing.reporting import make_reports
from skipgram_audit.auditing.reproducing import read_manifest
from skipgram_audit.model.errors import InvalidInput, NotFound
from skipgram_audit.model.report_options import ReportOptions
from skipgram_audit.report.reproduction import Reproduction
from tests.library.samples import news_texts

PROBE = {
    "name": "he-she",
    "targets": {"He": ["he", "man", "his"], "She": ["she", "woman", "her"]},
    "attributes": {"State": ["government", "minister", "police"], "Family": ["family", "children", "people"]},
}
FAST: dict[str, Any] = {"dimension": 10, "epochs": 1, "seeds": [1], "null_shuffles": 1, "estimator": "gradient"}

FILES = ("documents.csv", "documents.parquet", "sentences.parquet", "vectors-seed-1.txt", "words.csv")


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus file, its audit, and the reports of it."""
    folder = tmp_path_factory.mktemp("reproduce")
    rows = [{"id": f"n{number}", "text": text} for number, text in enumerate(news_texts())]
    (folder / "news.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    sga.audit(folder / "news.jsonl", PROBE, folder / "audit", FAST, device="cpu")
    paths = [folder / f"report{form}" for form in (".html", ".md", ".pdf")]
    make_reports(folder / "audit", [(path, path.suffix) for path in paths], ReportOptions(title="A </code> ``` title"))
    return folder


@pytest.fixture
def audit(workplace: Path, tmp_path: Path) -> Path:
    """A copy of the audit that a test may change."""
    return Path(shutil.copytree(workplace / "audit", tmp_path / "audit"))


def again(source: Path, corpus: Path, out: Path) -> Reproduction:
    return sga.reproduce(source, corpus, out, device="cpu")


def status(found: Reproduction) -> dict[str, str]:
    return {one.name: one.status for one in found.compared}


def change_manifest(audit: Path, **changes: Any) -> Path:
    path = audit / "manifest.json"
    path.write_text(json.dumps(read_manifest(audit) | changes), encoding="utf-8")
    return path


def test_on_the_same_machine_every_byte_is_the_same(workplace: Path, tmp_path: Path) -> None:
    found = again(workplace / "report.html", workplace / "news.jsonl", tmp_path / "out")
    assert found.answer == "equal"
    assert status(found) == dict.fromkeys(("corpus", "scores of he-she", *FILES), "equal")
    assert found.reasons == []
    assert "byte for byte" in str(found)
    assert found.as_dict()["answer"] == "equal"


def test_every_report_that_holds_the_manifest_can_be_reproduced(workplace: Path) -> None:
    told = read_manifest(workplace / "audit")
    for name in ("audit/manifest.json", "report.html", "report.md", "audit/report.html"):
        assert read_manifest(workplace / name) == told
    with pytest.raises(InvalidInput, match="PDF"):
        read_manifest(workplace / "report.pdf")


def test_another_file_with_the_same_documents_is_the_same_corpus(workplace: Path, audit: Path, tmp_path: Path) -> None:
    other = tmp_path / "copy.jsonl"
    other.write_text((workplace / "news.jsonl").read_text(encoding="utf-8") + "\n\n", encoding="utf-8")
    found = again(audit, other, tmp_path / "out")
    assert (found.answer, found.compared[0].status) == ("equal", "equal")
    assert "another file" in found.compared[0].detail


def test_another_corpus_is_told_by_its_hash_and_nothing_is_trained(workplace: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed.jsonl"
    lines = (workplace / "news.jsonl").read_text(encoding="utf-8").split("\n")
    changed.write_text("\n".join(lines[1:]), encoding="utf-8")
    found = again(workplace / "audit", changed, tmp_path / "out")
    assert found.answer == "differs"
    assert status(found) == {"corpus": "differs"}
    assert read_manifest(workplace / "audit")["corpus"]["content_sha256"][:16] in found.compared[0].detail
    assert not list((tmp_path / "out" / "artifacts").glob("seed-*"))


def test_last_digits_of_another_processor_are_close(workplace: Path, audit: Path, tmp_path: Path) -> None:
    path = audit / "sentences.parquet"
    table = pq.read_table(path)
    place = table.column_names.index("he-she influence")
    moved = np.asarray(table["he-she influence"].to_numpy()) + 1e-6
    pq.write_table(table.set_column(place, "he-she influence", [moved]), path)
    told = read_manifest(audit)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    machine = told["machine"] | {"processor": "Another"}
    change_manifest(audit, files=told["files"] | {"sentences.parquet": digest}, machine=machine)
    found = again(audit, workplace / "news.jsonl", tmp_path / "out")
    assert found.answer == "close"
    assert status(found)["sentences.parquet"] == "close"
    assert any("Another" in one for one in found.reasons)


def test_other_numbers_differ_and_versions_are_named(workplace: Path, audit: Path, tmp_path: Path) -> None:
    told = read_manifest(audit)
    scores = [{**told["scores"][0], "score": told["scores"][0]["score"] + 0.5}]
    change_manifest(audit, scores=scores, software=told["software"] | {"numpy": "1.0"})
    found = again(audit / "manifest.json", workplace / "news.jsonl", tmp_path / "out")
    assert found.answer == "differs"
    assert status(found)["scores of he-she"] == "differs"
    assert "0.5 apart" in found.compared[1].detail
    assert any("numpy 1.0, here" in one for one in found.reasons)


def test_files_that_were_changed_or_are_gone_are_named(workplace: Path, audit: Path, tmp_path: Path) -> None:
    (audit / "vectors-seed-1.txt").write_text("changed", encoding="utf-8")
    (audit / "words.csv").unlink()
    found = again(audit, workplace / "news.jsonl", tmp_path / "out")
    assert found.answer == "differs"
    assert status(found)["vectors-seed-1.txt"] == "differs"
    words = [one.status for one in found.compared if one.name == "words.csv"]
    assert words == ["missing", "equal"]


def test_files_without_a_hash_are_compared_where_they_are_and_named_where_they_are_not(
    workplace: Path, audit: Path, tmp_path: Path
) -> None:
    """Manifests of earlier versions have no hashes of documents."""
    change_manifest(audit, files={"words.csv": read_manifest(audit)["files"]["words.csv"]})
    assert status(again(audit, workplace / "news.jsonl", tmp_path / "out"))["documents.csv"] == "equal"
    moved = shutil.copy(audit / "manifest.json", tmp_path)
    found = status(again(Path(moved), workplace / "news.jsonl", tmp_path / "out"))
    assert [found[name] for name in FILES] == ["missing"] * 4 + ["equal"]


def test_tables_of_documents_are_compared_column_by_column(workplace: Path, audit: Path, tmp_path: Path) -> None:
    """Near-duplicates, which earlier versions did not look for in files, are named; a changed title differs."""
    table = pq.read_table(audit / "documents.parquet")
    pq.write_table(table.drop_columns(["near_duplicates_of"]), audit / "documents.parquet")
    lines = (audit / "documents.csv").read_text(encoding="utf-8").split("\n")
    renamed = [lines[0], lines[1].replace(",,", ",Another title,", 1), *lines[2:]]
    assert renamed != lines
    (audit / "documents.csv").write_text("\n".join(renamed), encoding="utf-8")
    hashes = {name: hashlib.sha256((audit / name).read_bytes()).hexdigest() for name in FILES}
    change_manifest(audit, files=hashes)
    found = again(audit, workplace / "news.jsonl", tmp_path / "out")
    assert status(found)["documents.parquet, all other columns"] == "equal"
    assert status(found)["documents.parquet, near_duplicates_of"] == "missing"
    [titles] = [one for one in found.compared if one.name == "documents.csv"]
    assert (titles.status, "'title'" in titles.detail) == ("differs", True)


def test_what_is_missing_is_a_clear_error(workplace: Path, audit: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        again(tmp_path / "nowhere.json", workplace / "news.jsonl", tmp_path / "out")
    with pytest.raises(NotFound, match="gone"):
        again(workplace / "audit", tmp_path / "gone.jsonl", tmp_path / "out")
    with pytest.raises(InvalidInput, match="no manifest"):
        again(workplace / "news.jsonl", workplace / "news.jsonl", tmp_path / "out")
    with pytest.raises(InvalidInput, match="not the manifest"):
        again(workplace / "audit" / "report.json", workplace / "news.jsonl", tmp_path / "out")
    with pytest.raises(InvalidInput, match="later version"):
        again(change_manifest(audit, format=99), workplace / "news.jsonl", tmp_path / "out")
    told = read_manifest(workplace / "audit")
    other = tmp_path / "other.json"
    other.write_text(json.dumps(told | {"settings": told["settings"] | {"colour": "red"}}), encoding="utf-8")
    with pytest.raises(InvalidInput, match="colour"):
        again(other, workplace / "news.jsonl", tmp_path / "out")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"corpus": "news.jsonl"}, "not the manifest"),
        ({"probes": {"name": "he-she"}}, "not the manifest"),
        ({"format": "new"}, "later version"),
        ({"corpus": {}}, "how the corpus file was read"),
        ({"corpus": {"reader_options": {"format": "jsonl", "colour": "red"}}}, "colour: there is no such field"),
    ],
)
def test_a_manifest_of_another_shape_is_a_clear_error(
    workplace: Path, audit: Path, tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        again(change_manifest(audit, **changes), workplace / "news.jsonl", tmp_path / "out")
    assert not (tmp_path / "out").exists()
