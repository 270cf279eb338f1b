"""The examples run as they stand, each in an empty folder."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(name: str, *arguments: str, folder: Path) -> str:
    command = [sys.executable, str(EXAMPLES / name), *arguments]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("examples")


def test_a_corpus_is_audited_and_asked_what_if(folder: Path) -> None:
    assert "weat-8" in run("audit_a_corpus.py", "out", folder=folder)
    answer = run("what_if.py", "out", folder=folder)
    assert answer.index("Predicted:") < answer.index("Retrained:")


def test_vectors_are_scored(folder: Path) -> None:
    assert "home and state" in run("score_vectors.py", folder=folder)


def test_the_notebook_runs_to_its_end(folder: Path) -> None:
    notebook = nbformat.read(EXAMPLES / "notebook.ipynb", as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    shown = [
        output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs if "data" in output
    ]
    assert sum("text/html" in output["data"] for output in shown) >= 7
