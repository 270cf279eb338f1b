"""The skipgram-audit command as a shell runs it: output, exit codes, speed."""

import json
import os
import resource
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from skipgram_audit.cli.main import cli
from skipgram_audit.model.errors import NotFound
from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.probe import built_in_probes


def run(*arguments: str, folder: Path | None = None) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "120"}
    command = [sys.executable, "-W", "error", "-m", "skipgram_audit.cli.main", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment, timeout=120)


def shown(*arguments: str) -> str:
    """What a command prints, without a process of its own, which takes longer to start than the command."""
    result = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def children_seconds() -> float:
    """Processor seconds of finished child processes: unlike the clock on the wall, not longer on a busy machine."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def test_help_names_every_command_and_is_quick() -> None:
    before = children_seconds()
    result = run("--help")
    seconds = children_seconds() - before
    assert result.returncode == 0
    for command in ("serve", "web", "worker", "migrate", "demo", "sign-in-link", "api-token", "probes"):
        assert command in result.stdout
    assert seconds < 2


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("skipgram_audit.cli.main", {"torch", "gensim", "numba", "dbos", "fastapi"}),
        ("skipgram_audit.serving.worker", {"torch", "gensim", "numba", "sklearn", "scipy", "fastapi"}),
    ],
)
def test_the_command_and_a_worker_without_jobs_import_nothing_heavy(module: str, heavy: set[str]) -> None:
    code = f"import sys, {module}; print({heavy} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"


def test_probes_are_listed_shown_and_checked(tmp_path: Path) -> None:
    assert [line.split()[0] for line in shown("probes", "list").splitlines()] == list(built_in_probes())
    listed = json.loads(shown("probes", "list", "--json"))
    assert [probe["name"] for probe in listed] == list(built_in_probes())
    kinds = shown("probes", "kinds")
    assert [line.split(":")[0] for line in kinds.splitlines() if not line.startswith(" ")] == list(KINDS)
    definition = shown("probes", "show", "weat-6")
    assert tomllib.loads(definition)["attributes"]["Career"][0] == "executive"
    file = tmp_path / "mine.toml"
    file.write_text(definition)
    assert "can be used" in shown("probes", "check", str(file))
    assert json.loads(shown("probes", "check", str(file), "--json"))["valid"]
    assert json.loads(shown("probes", "show", str(file), "--json"))["name"] == "weat-6"


def test_words_that_no_corpus_can_hold_are_named() -> None:
    assert "'short-term' is read as 'short' and 'term'" in shown("probes", "check", "weat-9")
    assert json.loads(shown("probes", "check", "weat-9", "--json"))["never_found"] == ["short-term"]
    assert 'never_found = ["short-term"]' in shown("probes", "show", "weat-9")


def test_a_wrong_probe_file_fails_and_says_why(tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text('name = "x"\n[targets]\na = ["one"]\nb = ["One"]\n[attributes]\nc = ["two"]\nd = ["three"]\n')
    result = run("probes", "check", str(file))
    assert result.returncode == 1
    assert "both lists of [targets] contain one" in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    with pytest.raises(NotFound, match="weat-10"):
        shown("probes", "show", "weat-11")


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["serve", "--port", "0"], ["serve", "--port", "x"], ["worker", "--device", "abacus"]]
)
def test_a_wrong_command_line_is_exit_code_2(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(cli, arguments).exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_migrate_link_and_token_work_from_any_folder(tmp_path: Path) -> None:
    result = run("migrate", "--data-folder", "audits", folder=tmp_path)
    assert result.returncode == 0, result.stderr
    assert run("migrate", "--data-folder", "audits", folder=tmp_path).returncode == 0
    link = run("sign-in-link", "--data-folder", "audits", "--port", "8010", folder=tmp_path).stdout.strip()
    assert link.startswith("http://127.0.0.1:8010/sign-in?token=")
    assert len(run("api-token", "--data-folder", "audits", folder=tmp_path).stdout.strip()) > 40
    assert [path.name for path in tmp_path.iterdir()] == ["audits"]
