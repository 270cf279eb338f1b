import hashlib
import json
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from gensim.models import KeyedVectors

from skipgram_audit.report.vector_files import write_word2vec_text
from skipgram_audit.report.writer import write_report
from tests.library.report.sample import DOCUMENTS, make_report

FILES = [
    "documents.csv", "documents.parquet", "manifest.json", "report.json", "sentences.parquet",
    "vectors-seed-3.txt",
]  # fmt: skip


def write(folder: Path) -> list[float]:
    fractions: list[float] = []
    write_report(folder, make_report(), DOCUMENTS, fractions.append)
    return fractions


def test_all_files_are_written_and_nothing_else(tmp_path: Path) -> None:
    fractions = write(tmp_path / "report")
    assert sorted(path.name for path in (tmp_path / "report").iterdir()) == FILES
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


def test_two_runs_give_the_same_bytes_and_other_files_stay(tmp_path: Path) -> None:
    (tmp_path / "corpus.npz").write_text("kept")
    write(tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in FILES}
    write(tmp_path)
    assert {name: (tmp_path / name).read_bytes() for name in FILES} == before
    assert (tmp_path / "corpus.npz").read_text() == "kept"


def test_an_interrupted_report_leaves_the_earlier_one(tmp_path: Path) -> None:
    write(tmp_path)

    def stop(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_report(tmp_path, make_report(title="other"), DOCUMENTS, stop)
    assert json.loads((tmp_path / "report.json").read_text())["title"] == "An <b>audit</b>"


def test_the_manifest_holds_the_hashes_of_files_that_are_written_once(tmp_path: Path) -> None:
    write(tmp_path)
    told = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert told == {
        name: hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
        for name in ("documents.csv", "documents.parquet", "sentences.parquet", "vectors-seed-3.txt")
    }


def test_scores_are_plain_json(tmp_path: Path) -> None:
    write(tmp_path)
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    measured, unmeasured = report["probes"]
    assert measured["score"] == -0.5
    assert measured["by_seed"][0]["seed"] == 1
    assert unmeasured["measured"] is False
    assert report["corpus"] == {"name": "Corpus", "documents": 3, "sentences": 3, "tokens": 6}
    assert json.loads((tmp_path / "manifest.json").read_text())["name"] == "</code><script>"


def test_vectors_are_read_by_gensim(tmp_path: Path) -> None:
    write(tmp_path)
    vectors = KeyedVectors.load_word2vec_format(str(tmp_path / "vectors-seed-3.txt"), binary=False)
    assert vectors.index_to_key == ["he", "größe"]
    np.testing.assert_array_equal(vectors["größe"], np.array([0.1, 2.0], np.float32))


def test_vectors_are_read_back_bit_by_bit(tmp_path: Path) -> None:
    numbers = np.random.default_rng(1).standard_normal((7, 5)).astype(np.float32)
    numbers[0] = [0.0, 1e-9, -123456789.0, 1.0, 1e-45]
    words = ("the", "über", "40", "a", "b", "c", "d")
    path = tmp_path / "vectors.txt"
    with patch("skipgram_audit.report.vector_files.WORDS_AT_ONCE", 3):
        write_word2vec_text(path, words, numbers)
    read = KeyedVectors.load_word2vec_format(str(path))
    assert tuple(read.index_to_key) == words
    np.testing.assert_array_equal(read.vectors, numbers)
