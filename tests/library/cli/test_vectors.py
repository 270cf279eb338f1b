"""An audit of vectors that gensim trained, from the command line."""

import csv
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from gensim.models import Word2Vec

from skipgram_audit.corpus.sentences import sentence_bounds
from skipgram_audit.model.errors import InvalidInput, InvalidSettings, NotFound
from skipgram_audit.model.estimators import DESCRIPTIONS
from skipgram_audit.model.pretrained import NEEDS, USUAL_ESTIMATOR, Need
from skipgram_audit.model.tokens import tokenize
from skipgram_audit.pretrained.errors import UnreadableModel, UnusableModel
from tests.library.cli.test_auditing import PROBE, invoke
from tests.library.samples import news_texts


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The news, a probe, and two seeds of gensim on them, the second in two files more."""
    folder = tmp_path_factory.mktemp("vectors")
    lines = [json.dumps({"id": f"report-{n}", "text": text}) for n, text in enumerate(news_texts())]
    (folder / "news.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "he-she.toml").write_text(PROBE, encoding="utf-8")
    sentences = [tokenize(text[a:b], True) for text in news_texts() for a, b in sentence_bounds(text, "en").tolist()]
    for seed, limit in ((1, 2**30), (2, 1000)):
        model = Word2Vec(sentences, sg=1, vector_size=20, epochs=2, workers=1, seed=seed, window=4)
        model.save(str(folder / f"{seed}.gensim"), sep_limit=limit)
        invoke("convert", folder / f"{seed}.gensim", "--out", folder / f"{seed}.model")
    return folder


def test_two_models_stand_for_two_seeds(workplace: Path) -> None:
    out = workplace / "out"
    models = [workplace / "1.model", workplace / "2.model"]
    said = invoke(
        "audit", workplace / "news.jsonl", "--probe", workplace / "he-she.toml", "--vectors", models[0],
        "--vectors", models[1], "--out", out, "--device", "cpu",
    )  # fmt: skip
    assert "cannot be repeated here" in said
    assert "a training here reaches" in said
    assert "Warning" not in said
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["settings"]["window"], manifest["settings"]["estimator"]) == (4, "per-word")
    first, second = manifest["vectors"]["models"]
    assert first["sha256"] == hashlib.sha256(models[0].read_bytes()).hexdigest()
    assert second["sha256"] == hashlib.sha256(models[1].read_bytes()).hexdigest()
    assert [model["evidence"]["same_counts"] for model in (first, second)] == [1.0, 1.0]
    assert len(manifest["vectors"]["cannot_be_claimed"]) == 3
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "were trained elsewhere" in page
    assert "take the place of seeds" in page
    vectors = (out / "vectors-seed-2.txt").read_text(encoding="utf-8").splitlines()
    word, *numbers = vectors[1].split(" ")
    expected = Word2Vec.load(str(workplace / "2.gensim")).wv[word]
    np.testing.assert_allclose(np.array(numbers, np.float32), expected)
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert [one["seed"] for one in report["probes"][0]["by_seed"]] == [1, 2]
    with (out / "documents.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 300
    assert sum(float(row["he-she influence"]) != 0 for row in rows) > 100
    assert not list((out / "artifacts").glob("model-*.npz"))

    strongest = sorted(rows, key=lambda row: -float(row["he-she influence"]))[:10]
    (workplace / "without.txt").write_text("\n".join(row["id"] for row in strongest), encoding="utf-8")
    answer = json.loads(invoke("what-if", out, "--without", workplace / "without.txt"))["probes"][0]
    assert answer["after"] < answer["before"]
    with pytest.raises(UnusableModel, match="nothing can be retrained"):
        invoke("retrain", out, "--without", workplace / "without.txt")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (["--window", "7"], InvalidSettings, "window was given as 7, but the model's file says 4"),
        (["--estimator", "unrolled"], InvalidSettings, "only its end"),
        (["--vectors", "absent"], NotFound, "There is no file"),
    ],
)
def test_what_does_not_fit_the_model_is_refused(
    workplace: Path, arguments: list[str], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        invoke(
            "audit", workplace / "news.jsonl", "--probe", workplace / "he-she.toml", "--vectors",
            workplace / "1.model", "--out", workplace / "refused", *arguments,
        )  # fmt: skip
    assert not (workplace / "refused").exists()


@pytest.mark.parametrize(
    ("model", "out", "error", "message"),
    [
        ("absent", "new", NotFound, "no file"),
        ("1.gensim", "1.gensim", InvalidInput, "there already"),
        ("1.gensim", "absent/new", InvalidInput, "no folder"),
        ("news.jsonl", "new", UnreadableModel, "gensim cannot load"),
    ],
)
def test_a_conversion_that_cannot_be_done_leaves_everything_as_it_was(
    workplace: Path, model: str, out: str, error: type[Exception], message: str
) -> None:
    before = {path: path.read_bytes() for path in workplace.iterdir() if path.is_file()}
    with pytest.raises(error, match=message):
        invoke("convert", workplace / model, "--out", workplace / out)
    assert {path: path.read_bytes() for path in workplace.iterdir() if path.is_file()} == before


def test_a_pickle_in_the_place_of_training_is_refused_with_the_command(workplace: Path) -> None:
    with pytest.raises(UnreadableModel, match="skipgram-audit convert MODEL"):
        invoke(
            "audit", workplace / "news.jsonl", "--probe", workplace / "he-she.toml", "--vectors",
            workplace / "1.gensim", "--out", workplace / "refused",
        )  # fmt: skip


def test_estimators_that_need_no_course_are_on_offer() -> None:
    assert {*NEEDS, USUAL_ESTIMATOR} <= set(DESCRIPTIONS)
    assert NEEDS[USUAL_ESTIMATOR] is Need.OUTPUTS
