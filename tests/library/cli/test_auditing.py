"""The commands that work without a server, on real news text."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest
from gensim.models import KeyedVectors
from typer.testing import CliRunner

import skipgram_audit as sga
from skipgram_audit.cli.main import cli
from skipgram_audit.model.engine_errors import EngineError
from skipgram_audit.model.errors import AuditError
from skipgram_audit.model.report_options import licence_note
from skipgram_audit.report.verdict import TITLES
from tests.library.samples import news_texts

PROBE = """
name = "he-she"
kind = "weat"
[targets]
He = ["he", "man", "his"]
She = ["she", "woman", "her"]
[attributes]
State = ["government", "minister", "police", "unicorn"]
Family = ["family", "children", "people"]
"""
FAST = ["--dimension", "20", "--epochs", "2", "--device", "cpu"]


def invoke(*arguments: object) -> str:
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    lines = [json.dumps({"id": f"report-{n}", "title": f"Report {n}", "text": t}) for n, t in enumerate(news_texts())]
    lines.insert(3, "this is not JSON")
    (folder / "news.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "he-she.toml").write_text(PROBE, encoding="utf-8")
    arguments = ["--probe", folder / "he-she.toml", "--probe", "weat-2", "--out", folder / "out", *FAST]
    (folder / "said.txt").write_text(invoke("audit", folder / "news.jsonl", *arguments), encoding="utf-8")
    return folder


def test_an_audit_writes_everything_that_it_found(workplace: Path) -> None:
    out = workplace / "out"
    names = {path.name for path in out.iterdir()}
    assert names == {
        "artifacts", "report.json", "report.html", "documents.csv", "documents.parquet", "words", "words.csv",
        "sentences.parquet", "manifest.json", "skipped.csv", "citation.bib", "croissant.json", "provenance.json",
        "ro-crate-metadata.json",
        "vectors-seed-1.txt", "vectors-seed-2.txt",
    }  # fmt: skip
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    first, second = report["probes"]
    assert first["name"] == "he-she"
    assert first["missing"]["State"] == ["unicorn"]
    assert not second["measured"]
    assert report["corpus"]["documents"] == 300
    rows = {"in_file": 301, "documents": 300, "skipped": {"not valid JSON": 1}, "notes": []}
    (remark,) = report["corpus"]["rows"].pop("remarks")
    assert remark.startswith("1 text looks like HTML, of 300")
    assert report["corpus"]["rows"] == rows
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["corpus"]["rows"] == rows | {
        "remarks": [remark]
    }
    assert (out / "skipped.csv").read_text(encoding="utf-8").splitlines() == ["place,reason", "line 4,not valid JSON"]
    table = list(csv.DictReader(io.StringIO((out / "documents.csv").read_text(encoding="utf-8"))))
    assert len(table) == 300
    assert pyarrow.parquet.read_table(out / "sentences.parquet").num_rows >= report["corpus"]["sentences"]
    vectors = KeyedVectors.load_word2vec_format(str(out / "vectors-seed-1.txt"))
    assert vectors["government"].shape == (20,)
    said = (workplace / "said.txt").read_text(encoding="utf-8")
    assert "1 row was skipped" in said
    assert "\n  effect size " in said
    assert "weat-2: Too few words" in said


def test_vectors_give_back_the_reported_score(workplace: Path) -> None:
    """The report can be recomputed by anyone with the vectors and a pocket calculator."""
    out = workplace / "out"
    vectors = KeyedVectors.load_word2vec_format(str(out / "vectors-seed-2.txt"))

    def cosine(word: str, other: str) -> float:
        one, two = vectors[word].astype(float), vectors[other].astype(float)
        return float(one @ two / np.linalg.norm(one) / np.linalg.norm(two))

    def association(word: str) -> float:
        return float(
            np.mean([cosine(word, other) for other in ("government", "minister", "police")])
            - np.mean([cosine(word, other) for other in ("family", "children", "people")])
        )

    he, she = ([association(word) for word in words] for words in (("he", "man", "his"), ("she", "woman", "her")))
    effect = (np.mean(he) - np.mean(she)) / np.std(he + she, ddof=1)
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert report["probes"][0]["by_seed"][1]["score"] == pytest.approx(effect, abs=1e-6)
    verdicts = [one["verdict"] for one in report["probes"]]
    assert (
        verdicts == [one["conclusion"]["answer"] for one in report["probes"]] == list(sga.open(out).scores["verdict"])
    )
    assert set(verdicts) <= set(TITLES)


@pytest.mark.parametrize("command", [["what-if"], ["retrain"], ["retrain", "--same-run"]])
def test_what_if_prints_one_object(workplace: Path, command: list[str]) -> None:
    (workplace / "ids.txt").write_text("report-0\n\nreport-7\nreport-7\n", encoding="utf-8")
    arguments = [workplace / "out", "--without", workplace / "ids.txt", "--device", "cpu", *command[1:]]
    answer = json.loads(invoke(command[0], *arguments))
    assert answer["removed_documents"] == 2
    assert answer["left_documents"] == 298
    first, second = answer["probes"]
    assert first["name"] == "he-she"
    assert first["before"] == pytest.approx(np.mean(first["before_by_seed"]))
    assert first["after"] == pytest.approx(np.mean(first["after_by_seed"]))
    assert first["after"] != first["before"]
    assert second == {"name": "weat-2", "before": None, "after": None, "reason": "It was not measured."}


def test_the_same_audit_again_reuses_what_is_there_and_gives_the_same_numbers(workplace: Path) -> None:
    out = workplace / "out"
    before = {name: (out / name).read_bytes() for name in ("report.json", "documents.csv", "vectors-seed-1.txt")}
    trained = (out / "artifacts" / "seed-1.npz").stat().st_mtime_ns
    arguments = ["--probe", workplace / "he-she.toml", "--probe", "weat-2", "--out", out, *FAST, "--json"]
    printed = json.loads(invoke("audit", workplace / "news.jsonl", *arguments))
    assert printed == json.loads(before["report.json"])
    assert {name: (out / name).read_bytes() for name in before} == before
    assert (out / "artifacts" / "seed-1.npz").stat().st_mtime_ns == trained


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["audit", "{}/nowhere.txt", "--probe", "weat-6", "--out", "{}/new"], "no file"),
        (["audit", "{}/news.jsonl", "--probe", "weat-11", "--out", "{}/new"], "no built-in probe"),
        (["audit", "{}/news.jsonl", "--probe", "weat-6", "--probe", "weat-6", "--out", "{}/new"], "named weat-6"),
        (["audit", "{}/news.jsonl", "--probe", "weat-6", "--epochs", "0", "--out", "{}/new"], "epochs"),
        (["audit", "{}/news.jsonl", "--probe", "weat-6", "--out", "{}"], "holds other files"),
        (["audit", "{}/news.jsonl", "--probe", "weat-6", "--text-field", "body", "--out", "{}/new"], "no text field"),
        (["audit", "{}/news.jsonl", "--probe", "weat-6", "--minimum-count", "9999", "--out", "{}/new"], "minimum"),
        (["audit", "{}/news.jsonl", "--probe", "weat-6", "--language", "xx", "--out", "{}/new"], "language 'xx'"),
        (["what-if", "{}", "--without", "{}/he-she.toml"], "no finished audit"),
        (["what-if", "{}/out", "--without", "{}/he-she.toml"], "not in the corpus"),
        (["what-if", "{}/out", "--without", "{}/none.txt"], "no file"),
    ],
)
def test_a_mistake_gets_a_clear_error(workplace: Path, arguments: list[str], message: str) -> None:
    filled = [argument.replace("{}", str(workplace)) for argument in arguments]
    with pytest.raises(AuditError, match=message) as caught:
        invoke(*filled)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"report-1": 1, "report-1": 2}', "more than one weight"),
        ('["report-1"]', "number for each"),
        ("{", "not JSON"),
    ],
)
def test_weights_that_cannot_be_read(workplace: Path, tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "weights.json").write_text(content, encoding="utf-8")
    with pytest.raises(AuditError, match=message):
        invoke("what-if", workplace / "out", "--weights", tmp_path / "weights.json")


def test_a_check_goes_on_where_it_was_interrupted(workplace: Path) -> None:
    """The trainings of an earlier run are read back: what is forgotten of them is trained again, to the same scores."""
    plan = ["check", workplace / "out", "--plan", "singles", "--documents", "3", "--seed", "2", "--same-run"]
    answer = json.loads(invoke(*plan, "--device", "cpu", "--json"))
    assert [len(one["documents"]) for one in answer["sets"]] == [1, 1, 1]
    assert all("he-she" in one["scores"]["2"] for one in answer["sets"])
    (kept,) = (workplace / "out" / "checks").glob("*/scores.jsonl")
    lines = kept.read_text(encoding="utf-8").split()
    kept.write_text(kept.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    again = json.loads(invoke(*plan, "--device", "cpu", "--json"))
    assert again["sets"] == answer["sets"]
    assert len(lines) < len(kept.read_text(encoding="utf-8").split())
    said = invoke(*plan, "--device", "cpu")
    assert "he-she: This check cannot say" in said
    assert "Spearman" in said
    ids = workplace / "chosen.txt"
    ids.write_text("".join(f"{document}\n" for document in answer["sets"][0]["documents"]), encoding="utf-8")
    chosen = ["check", workplace / "out", "--plan", "chosen", "--sets", "1", "--seed", "2", "--device", "cpu"]
    found = json.loads(invoke(*chosen, "--without", ids, "--json"))
    assert [one["kind"] for one in found["sets"]] == ["chosen", "control"]
    assert found["sets"][0]["documents"] == answer["sets"][0]["documents"]
    folder = workplace / "taken"
    taken = json.loads(invoke(*chosen, "--without", ids, "--vectors", folder, "--vectors-format", "binary", "--json"))
    assert taken["sets"] == found["sets"]
    assert sorted(path.name for path in folder.iterdir()) == ["after-seed-2.bin", "before-seed-2.bin"]
    read = KeyedVectors.load_word2vec_format(str(folder / "after-seed-2.bin"), binary=True)
    scored = sga.score(read, workplace / "he-she.toml")["score"][0]
    assert scored == pytest.approx(found["sets"][0]["scores"]["2"]["he-she"], abs=1e-5)
    with pytest.raises(AuditError, match="format"):
        invoke(*chosen, "--without", ids, "--vectors", folder, "--vectors-format", "glove")
    with pytest.raises(AuditError, match="no vectors to write"):
        invoke("smallest-set", workplace / "out", "--vectors", folder)
    with pytest.raises(AuditError, match="keeps no vectors"):
        invoke(*plan, "--vectors", folder, "--device", "cpu")
    with pytest.raises(AuditError, match="takes a file of document ids"):
        invoke(*chosen)
    with pytest.raises(EngineError, match="has not trained the seeds 9"):
        invoke(*plan[:-2], "9", "--same-run", "--device", "cpu")
    with pytest.raises(AuditError, match="plan: choose 'halves', "):
        invoke("check", workplace / "out", "--plan", "thirds", "--device", "cpu")


def test_what_became_of_the_rows_is_told_when_nothing_can_be_measured(workplace: Path, tmp_path: Path) -> None:
    arguments = ["audit", str(workplace / "news.jsonl"), "--probe", "weat-2", "--out", str(tmp_path / "out"), *FAST]
    result = CliRunner().invoke(cli, arguments)
    assert isinstance(result.exception, AuditError)
    assert result.exception.code == "nothing_to_measure"
    assert "301 rows in the file, 300 of them documents" in result.stderr
    assert "1 row was skipped: not valid JSON (line 4)" in result.stderr


def test_reports_are_written_in_every_form_with_what_was_said_of_the_corpus(workplace: Path, tmp_path: Path) -> None:
    files = [option for form in ("pdf", "html", "markdown") for option in (f"--{form}", tmp_path / f"r.{form}")]
    said = [
        "--title",
        "My title",
        "--author",
        "Ana",
        "--author",
        "李雷",
        "--licence",
        "CC0-1.0",
        "--date",
        "2026-01-02",
    ]
    told = invoke("report", workplace / "out", *files, *said, "--sections", "answer,citation", "--describe")
    assert told.count("Written: ") == 7
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
    text = (tmp_path / "r.markdown").read_text(encoding="utf-8")
    assert text.startswith("# My title\n")
    assert "Ana and 李雷, 2026-01-02" in text
    assert "## Limits" not in text
    assert json.loads((workplace / "out" / "croissant.json").read_text(encoding="utf-8"))["license"] == "CC0-1.0"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "No file was named"),
        (["--pdf", "a.pdf", "--sections", "answer,weather"], "sections: there is no section 'weather'; choose"),
        (["--pdf", "a.pdf", "--date", "tomorrow"], "--date: a date of the calendar"),
        (["--pdf", "a.pdf", "--date", "2026-13-40"], "--date: a date of the calendar"),
        (["--pdf", "-"], "as text"),
        (["--html", "-", "--markdown", "-"], "one report"),
        (["--pdf", "nowhere/a.pdf"], "no folder 'nowhere'"),
        (["--pdf", "a.pdf", "--texts", "some"], "texts"),
        (["--pdf", "a.pdf", "--logo", "nowhere.png"], "nowhere.png"),
    ],
)
def test_options_of_a_report_that_cannot_be_are_named(workplace: Path, options: list[str], message: str) -> None:
    with pytest.raises(AuditError, match=message):
        invoke("report", workplace / "out", *options)
    assert not Path("a.pdf").exists()


def test_a_list_of_sections_that_are_none_gets_one_problem(workplace: Path) -> None:
    with pytest.raises(AuditError) as caught:
        invoke("report", workplace / "out", "--pdf", "a.pdf", "--sections", "weather")
    assert caught.value.message.count("sections") == 1
    with pytest.raises(AuditError, match="fewer than 1"):
        sga.open(workplace / "out").report("a.pdf", sections=())


def test_a_report_as_text_goes_to_standard_output(
    workplace: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for form, begin in (("markdown", "# "), ("html", "<!doctype html>")):
        result = CliRunner().invoke(
            cli, ["report", str(workplace / "out"), f"--{form}", "-", "--licence", "mine, all mine"]
        )
        assert result.exit_code == 0
        assert result.stdout.startswith(begin)
        assert "mine, all mine" in result.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("licence", ["", "CC0-1.0", "MIT OR Apache-2.0", "https://example.org/licence"])
def test_a_licence_that_programs_can_read_is_not_warned_of(licence: str) -> None:
    assert not licence_note(licence)


def test_an_audit_is_reproduced_from_its_report(workplace: Path, tmp_path: Path) -> None:
    told = invoke("reproduce", workplace / "out", "--corpus", workplace / "news.jsonl", "--out", tmp_path / "again")
    assert "byte for byte" in told.splitlines()[0]
    other = tmp_path / "other.jsonl"
    other.write_text('{"id": "a", "title": "b", "text": "Another corpus."}\n', encoding="utf-8")
    arguments = ["reproduce", workplace / "out", "--corpus", other, "--out", tmp_path / "other"]
    wrong = CliRunner().invoke(cli, [str(one) for one in arguments])
    assert wrong.exit_code == 1
    assert "another corpus" in wrong.stdout
