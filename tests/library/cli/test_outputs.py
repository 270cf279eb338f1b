"""Options that name what is written: a path that cannot be is refused before any work is done."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from skipgram_audit.cli.main import cli
from skipgram_audit.computing.files import check_output_file
from skipgram_audit.model.errors import InvalidInput

FILES = [
    ("report", "--html"),
    ("report", "--pdf"),
    ("report", "--markdown"),
    ("map", "--out"),
    ("mitigations", "--csv"),
    ("rewrite", "--out"),
    ("rewrite", "--ledger"),
    ("convert", "--out"),
]
FOLDERS = [("rewrite", "--vectors"), ("mitigations", "--vectors"), ("audit", "--out")]


def refused(*arguments: object) -> str:
    """What is said; the audit is missing, so that work which began would say that instead."""
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    assert isinstance(result.exception, InvalidInput), result.output
    assert result.exception.remedy
    return result.exception.message


@pytest.mark.parametrize(("command", "option"), FILES)
def test_a_file_that_cannot_be_written_is_refused_first(tmp_path: Path, command: str, option: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    assert "is a folder" in refused(command, "no-audit", option, folder)
    assert "There is no folder" in refused(command, "no-audit", option, tmp_path / "absent" / "x")
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize(("command", "option"), FOLDERS)
def test_a_folder_that_cannot_be_is_refused_first(tmp_path: Path, command: str, option: str) -> None:
    file = tmp_path / "file"
    file.write_text("kept")
    assert "is a file" in refused(command, "no-audit", option, file)
    assert "is a file" in refused(command, "no-audit", option, file / "below")
    assert file.read_text() == "kept"


def test_a_rewritten_corpus_takes_the_place_of_no_file(tmp_path: Path) -> None:
    corpus = tmp_path / "c.jsonl"
    corpus.write_text("kept")
    assert "is there already" in refused("rewrite", "no-audit", "--out", corpus)
    assert corpus.read_text() == "kept"
    new = tmp_path / "new.jsonl"
    assert "both name" in refused("rewrite", "no-audit", "--out", new, "--ledger", tmp_path / "." / "new.jsonl")


def test_a_file_may_be_replaced_where_it_need_not_be_new(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text("old")
    check_output_file(file)
    check_output_file(tmp_path / "new.csv", new=True)
