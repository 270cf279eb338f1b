import csv
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipgram_audit.report.spreadsheets import FORMULA_STARTS, safe_cell
from skipgram_audit.report.tables import DocumentTable, SentenceTable
from tests.library.report.sample import DOCUMENTS, make_report


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=SUM(A1)", "'=SUM(A1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("\nx", "'\nx"),
        ("＝1", "'＝1"),
        ("-5", "-5"),
        ("+3.25", "+3.25"),
        ("-٣", "'-٣"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_formulas_become_text_and_numbers_stay(text: str, written: str) -> None:
    assert safe_cell(text) == written


@given(st.text())
def test_no_cell_begins_a_formula_unless_it_is_a_plain_number(text: str) -> None:
    cell = safe_cell(text)
    assert cell.removeprefix("'") == text.removeprefix("'")
    assert not cell.startswith(FORMULA_STARTS) or float(cell) == float(text)


def test_documents_csv_has_a_row_for_every_document(tmp_path: Path) -> None:
    path = tmp_path / "documents.csv"
    with DocumentTable(path, make_report()) as table:
        for number, document in enumerate(DOCUMENTS):
            table.add(number, document)
    with path.open(encoding="utf-8", newline="") as file:
        first, second, third = csv.DictReader(file)
    assert list(first) == [
        "id", "title", "sentences", "field author",
        "mine rank", "mine influence", "mine spread", "mine sign_stability",
    ]  # fmt: skip
    assert (first["id"], first["field author"]) == ("'=1+1", "'@nobody")
    assert (second["id"], second["title"], second["field author"]) == ("-7", "Größe", "")
    assert [row["mine rank"] for row in (first, second, third)] == ["1", "2", "3"]
    assert float(first["mine influence"]) == pytest.approx(0.2)
    assert float(second["mine influence"]) == 0.0
    assert (first["sentences"], third["sentences"]) == ("2", "0")


def test_documents_csv_names_the_first_document_of_a_group_of_near_duplicates(tmp_path: Path) -> None:
    path = tmp_path / "documents.csv"
    with DocumentTable(path, make_report(duplicates=np.array([0, -1, 0], np.int32))) as table:
        for number, document in enumerate(DOCUMENTS):
            table.add(number, document)
    with path.open(encoding="utf-8", newline="") as file:
        assert [row["near_duplicates_of"] for row in csv.DictReader(file)] == ["'=1+1", "", "'=1+1"]


def test_sentences_parquet_has_a_row_for_every_sentence(tmp_path: Path) -> None:
    path = tmp_path / "sentences.parquet"
    with SentenceTable(path, make_report()) as table:
        for number, document in enumerate(DOCUMENTS):
            table.add(number, document)
    rows = pq.read_table(path).to_pylist()
    assert [row["text"] for row in rows] == ["He works.", "😀 She too.", "Nothing."]
    assert [row["document"] for row in rows] == ["=1+1", "=1+1", "-7"]
    assert [(row["sentence"], row["start"], row["end"]) for row in rows] == [(0, 0, 9), (1, 10, 20), (0, 0, 8)]
    assert [row["mine rank"] for row in rows] == [1, 2, None]
    assert [row["mine influence"] for row in rows] == pytest.approx([0.4, -0.2, 0.0])


def test_sentences_are_written_in_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skipgram_audit.report.tables.ROWS_A_GROUP", 1)
    path = tmp_path / "sentences.parquet"
    with SentenceTable(path, make_report()) as table:
        for number, document in enumerate(DOCUMENTS):
            table.add(number, document)
    assert pq.read_metadata(path).num_row_groups >= 2
    assert [row["mine influence"] for row in pq.read_table(path).to_pylist()] == pytest.approx([0.4, -0.2, 0.0])


def test_one_seed_has_no_spread(tmp_path: Path) -> None:
    report = make_report(settings={**make_report().settings, "seeds": [1]})
    with DocumentTable(tmp_path / "d.csv", report) as table, SentenceTable(tmp_path / "s.parquet", report) as sentences:
        for number, document in enumerate(DOCUMENTS):
            table.add(number, document)
            sentences.add(number, document)
    with (tmp_path / "d.csv").open(encoding="utf-8", newline="") as file:
        assert {row["mine spread"] for row in csv.DictReader(file)} == {""}
    rows = pq.read_table(tmp_path / "s.parquet").to_pylist()
    assert {row["mine spread"] for row in rows} == {None}
    assert None not in {row["mine influence"] for row in rows}
