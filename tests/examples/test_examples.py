"""The examples run as they stand, each in an empty folder."""

import runpy
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("examples")


@pytest.fixture(autouse=True)
def inside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)


def run(name: str, *arguments: str) -> None:
    """As a command would, in this process, which has loaded torch and gensim before."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("sys.argv", [name, *arguments])
        runpy.run_path(str(EXAMPLES / name), run_name="__main__")


def test_a_corpus_is_audited_and_asked_what_if(capsys: pytest.CaptureFixture[str]) -> None:
    run("audit_a_corpus.py", "out")
    assert "weat-8" in capsys.readouterr().out
    run("what_if.py", "out")
    answer = capsys.readouterr().out
    assert answer.index("Predicted:") < answer.index("Retrained:")


def test_vectors_are_scored(capsys: pytest.CaptureFixture[str]) -> None:
    run("score_vectors.py")
    assert "home and state" in capsys.readouterr().out


def test_the_notebook_runs_to_its_end(folder: Path) -> None:
    notebook = nbformat.read(EXAMPLES / "notebook.ipynb", as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    shown = [
        output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs if "data" in output
    ]
    assert sum("text/html" in output["data"] for output in shown) >= 7
