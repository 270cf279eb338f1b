"""How the command line reads a file: found from the content, overridden by options, shown by preview."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from skipgram_audit.cli.main import cli, main


def look(path: Path, *options: str, code: int = 0) -> dict[str, object]:
    result = CliRunner().invoke(cli, ["preview", str(path), "--json", *options])
    assert result.exit_code == code, result.output
    found: dict[str, object] = json.loads(result.stdout)
    return found


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "a.csv"
    lines = ["doc_id;body", *(f"{n};Text, number {n}" for n in range(60))]
    lines[30] = '29;"Text, number 29'
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_delimiter_and_fields_are_found(table: Path) -> None:
    found = look(table)
    options = found["options"]
    assert isinstance(options, dict)
    assert (options["delimiter"], options["text_field"], options["id_field"]) == (";", "body", "doc_id")
    assert (found["rows"], found["whole_file"], found["fields"]) == (60, True, ["doc_id", "body"])
    assert found["skipped"] == [["line 31", "a quotation mark that is never closed"]]


@pytest.mark.parametrize(
    ("options", "name", "value"),
    [
        (["--delimiter", "semicolon"], "delimiter", ";"),
        (["--delimiter", ","], "delimiter", ""),
        (["--delimiter", "tab"], "delimiter", "\t"),
        (["--delimiter", "pipe"], "delimiter", "|"),
        (["--quote", "none"], "quoted", False),
        (["--quote", "double"], "quoted", True),
        (["--escape", "backslash"], "escape", "backslash"),
        (["--encoding", "cp1252"], "encoding", "cp1252"),
        (["--id-field", "body"], "id_field", "body"),
        (["--format", "txt"], "format", "txt"),
    ],
)
def test_an_option_wins_over_what_is_found(table: Path, options: list[str], name: str, value: object) -> None:
    result = CliRunner().invoke(cli, ["preview", str(table), "--json", *options])
    assert json.loads(result.stdout)["options"][name] == value


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ([], ["year", "place"]),
        (["--field", "year"], ["year"]),
        (["--no-fields"], []),
        (["--id-field", "year"], ["place"]),
    ],
)
def test_metadata_is_kept_unless_an_option_says_otherwise(tmp_path: Path, options: list[str], kept: list[str]) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,year,place\nSome words,1990,here\n", encoding="utf-8")
    found = look(path, *options)["options"]
    assert isinstance(found, dict)
    assert found["metadata_fields"] == kept


def test_quotation_marks_as_plain_characters_bring_the_row_back(table: Path) -> None:
    found = look(table, "--quote", "none")
    assert (found["rows"], found["skipped"]) == (60, [])


@pytest.mark.parametrize(
    "options",
    [["--delimiter", "ab"], ["--delimiter", '"'], ["--quote", "single"], ["--escape", "x"], ["--format", "xlsx"]],
)
def test_a_value_that_an_option_cannot_have(table: Path, options: list[str]) -> None:
    assert CliRunner().invoke(cli, ["preview", str(table), *options]).exit_code == 2


def test_the_plain_preview_speaks_of_options(table: Path) -> None:
    said = CliRunner().invoke(cli, ["preview", str(table)]).stdout
    assert "line 31" in said
    assert "--quote none" in said
    assert "untick" not in said


def test_a_problem_is_an_exit_code_and_speaks_of_options(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,text\n1,caf\xe9 words\n")
    found = look(path, code=1)
    assert "Line 2" in str(found["problem"])
    assert "--encoding" in str(found["remedy"])
    encodings = found["encodings"]
    assert isinstance(encodings, list)
    assert {item["encoding"]: item["sample"] for item in encodings}["cp1252"] == "1,café words\n"


def test_an_error_of_the_command_line_does_not_speak_of_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,text\n1,caf\xe9 words\n")
    arguments = ["audit", str(path), "--probe", "weat-6", "--out", str(tmp_path / "out")]
    monkeypatch.setattr("sys.argv", ["skipgram-audit", *arguments])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 1
    said = capsys.readouterr().err
    assert "--encoding" in said
    assert "the preview shows" not in said


def test_several_files_and_folders_are_one_corpus(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.csv").write_text("text,year\nFirst.,1990\n,1991\n", encoding="utf-8")
    (folder / "sub" / "b.txt").write_text("Second.", encoding="utf-8")
    (tmp_path / "c.jsonl").write_text('{"text": "Third."}\n', encoding="utf-8")
    result = CliRunner().invoke(cli, ["preview", str(folder), str(tmp_path / "c.jsonl"), "--json"])
    found = json.loads(result.stdout)
    assert [one["id"] for one in found["documents"]] == ["c.jsonl#1", "texts/a.csv#1", "texts/sub/b.txt"]
    assert found["files"] == [["c.jsonl", 1, 1], ["texts/a.csv", 2, 1], ["texts/sub/b.txt", 1, 1]]
    shown = CliRunner().invoke(cli, ["preview", str(folder)]).stdout
    assert "texts/a.csv: 2 read, 1 documents, 1 skipped." in shown
    again = CliRunner().invoke(cli, ["preview", str(tmp_path / "c.jsonl"), str(tmp_path / "c.jsonl")])
    assert "Two files are called 'c.jsonl'" in str(again.exception)
    missing = CliRunner().invoke(cli, ["preview", str(folder), str(tmp_path / "none")])
    assert "none" in str(missing.exception)
