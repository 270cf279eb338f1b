"""The library as a notebook uses it, on real news text."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from gensim.models import KeyedVectors

import skipgram_audit as sga
from skipgram_audit.auditing.frames import Table
from skipgram_audit.model.engine_errors import EngineError, UnknownDocument
from tests.library.samples import news_texts

PROBE = {
    "name": "he-she",
    "targets": {"He": ["he", "man", "his", "him"], "She": ["she", "woman", "her", "women"]},
    "attributes": {
        "State": ["government", "minister", "police", "president"],
        "Family": ["family", "children", "people", "home"],
    },
}
SMALL: dict[str, Any] = {"dimension": 20, "epochs": 2, "null_shuffles": 1, "device": "cpu", "minimum_count": 3}


def frame() -> pd.DataFrame:
    texts = news_texts()
    ids = [f" report-{number}" for number in range(len(texts))]
    return pd.DataFrame({"text": texts, "id": ids, "half": [number % 2 for number in range(len(texts))]})


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> sga.Audit:
    df = frame()
    corpus = sga.Corpus.from_documents(df.text, ids=df.id, metadata=df[["half"]], name="news")
    return sga.audit(corpus, [PROBE, "weat-2"], tmp_path_factory.mktemp("api") / "out", **SMALL)


def test_importing_the_library_loads_nothing_heavy() -> None:
    heavy = "{'torch', 'gensim', 'numba', 'pyarrow', 'sqlalchemy', 'pydantic', 'fastapi', 'numpy'}"
    code = f"import sys, skipgram_audit; print({heavy} & set(sys.modules), 'audit' in dir(skipgram_audit))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["set()", "True"]


def test_tables_are_read_without_torch(audit: sga.Audit) -> None:
    code = (
        f"import sys, skipgram_audit as sga; a = sga.open({str(audit.folder)!r}); a.scores; a.documents('he-she')\n"
        "a.words('he-she'); a.document(a.ids[0], 'he-she').sentences; print('torch' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"


def test_every_name_that_is_promised_is_there() -> None:
    for name in sga.__all__:
        assert getattr(sga, name) is not None
    with pytest.raises(AttributeError):
        _ = sga.no_such_name


def test_scores_are_a_row_a_probe_with_a_reason_where_there_is_none(audit: sga.Audit) -> None:
    scores = audit.scores.set_index("probe")
    assert scores.loc["he-she", "measured"]
    assert len(scores.loc["he-she", "null_scores"]) == 1
    assert not scores.loc["weat-2", "measured"]
    assert scores.loc["weat-2", "reason"]


def test_documents_and_sentences_are_ranked_and_add_up(audit: sga.Audit) -> None:
    documents, sentences = audit.documents("he-she"), audit.sentences("he-she")
    assert list(documents["rank"]) == list(range(1, 301))
    assert (np.diff(documents["influence"]) <= 0).all()
    assert set(documents["document"]) == set(frame()["id"])
    assert set(documents["field half"]) == {"0", "1"}
    sums = sentences.groupby("document")["influence"].sum()
    of_documents = documents.set_index("document")["influence"]
    np.testing.assert_allclose(sums, of_documents[sums.index], atol=1e-12)


def test_words_hold_all_influence_of_tokens_that_count(audit: sga.Audit) -> None:
    words = audit.words("he-she")
    assert words["influence"].sum() == pytest.approx(audit.documents("he-she")["influence"].sum(), rel=1e-3)
    assert {"he", "she"} <= set(words["word"])


def test_a_document_shows_its_sentences_and_words(audit: sga.Audit) -> None:
    top = audit.documents("he-she").iloc[0]
    document = audit.document(top["document"], "he-she")
    assert document.influence == pytest.approx(top["influence"])
    assert document.sentences["influence"].sum() == pytest.approx(top["influence"])
    assert len(document.words) > 0
    for word, start in zip(document.words["word"], document.words["start"], strict=True):
        assert document.text[start : start + len(word)] == word
    assert "srcdoc" in document._repr_html_()


def test_what_if_is_predicted_and_retrained(audit: sga.Audit) -> None:
    top = list(audit.documents("he-she")["document"][:30])
    predicted = audit.what_if(without=top).set_index("probe").loc["he-she"]
    retrained = audit.retrain(without=top).set_index("probe").loc["he-she"]
    assert predicted["change"] < 0
    assert retrained["before"] == pytest.approx(predicted["before"])
    assert retrained["after"] - retrained["before"] == pytest.approx(retrained["change"])
    with pytest.raises(UnknownDocument, match="report-0"):
        audit.what_if(without=["report-0"])  # the ids of this corpus begin with a blank


def test_a_check_has_a_verdict_and_its_sets(audit: sga.Audit) -> None:
    found = audit.check(plan="chosen", without=audit.ids[:20], sets=1, seeds=[1])
    assert [one.name for one in found.probes] == ["he-she"]
    assert list(found.sets["document_count"]) == [20, 20]
    assert found.probes[0].verdict.sentence
    assert "srcdoc" in found._repr_html_()
    again = audit.check(plan="chosen", without=audit.ids[:20], sets=1, seeds=[1])
    assert again.as_dict()["sets"] == found.as_dict()["sets"]


def test_a_check_keeps_vectors_when_asked_and_trains_only_those_again(audit: sga.Audit, tmp_path: Path) -> None:
    asked: dict[str, Any] = {"plan": "chosen", "without": audit.ids[20:40], "sets": 1, "seeds": [1]}
    first = audit.check(**asked)
    with pytest.raises(sga.AuditError, match="no vectors"):
        first.vectors()
    found = audit.check(**asked, keep_vectors=True)
    assert found.as_dict()["sets"] == first.as_dict()["sets"]
    assert found.vectors_folder == first.vectors_folder
    checks = json.loads((audit.folder / "report.json").read_text(encoding="utf-8"))["checks"]
    assert [one["plan"]["keep_vectors"] for one in checks if one["plan"]["positions"] == list(range(20, 40))] == [True]
    for when, number in (("before", 0), ("after", 1)):
        scored = sga.score(found.vectors(when), PROBE)["score"][0]
        assert scored == pytest.approx(found.scores[number, 1].scores["he-she"], abs=1e-6)
    for ending in ("txt", "bin", "kv"):
        found.save_vectors(tmp_path / f"after.{ending}")
    read = KeyedVectors.load_word2vec_format(str(tmp_path / "after.txt"))
    assert read.index_to_key == found.vectors().index_to_key
    with pytest.raises(sga.AuditError, match="seed 9"):
        found.vectors(seed=9)
    with pytest.raises(sga.AuditError, match="keeps no vectors"):
        audit.check("halves", keep_vectors=True)


def test_a_check_that_only_predicts_tells_its_sets_without_scores(audit: sga.Audit) -> None:
    sets = audit.check(plan="halves", sets=2, seeds=[7], predict_only=True).as_dict()["sets"]
    assert [one["scores"] for one in sets] == [{}, {}]
    assert all(len(one["predicted_changes"]["he-she"]) == len(audit.settings.seeds) for one in sets)


def test_an_audit_is_opened_as_it_was_made(audit: sga.Audit, tmp_path: Path) -> None:
    opened = sga.open(audit.folder)
    pd.testing.assert_frame_equal(opened.documents("he-she"), audit.documents("he-she"))
    assert opened.settings == audit.settings
    assert "he-she" in repr(opened)
    assert "srcdoc" in opened._repr_html_()
    with pytest.raises(sga.AuditError, match="no finished audit"):
        sga.open(tmp_path)
    with pytest.raises(sga.AuditError, match="has 2 probes"):
        opened.documents()
    with pytest.raises(sga.AuditError, match="was not measured"):
        opened.documents("weat-2")


def test_the_same_audit_again_computes_and_writes_nothing(audit: sga.Audit) -> None:
    def written() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in audit.folder.rglob("*") if path.is_file()}

    before = written()
    df = frame()
    corpus = sga.Corpus.from_documents(df.text, ids=df.id, metadata=df[["half"]], name="news")
    again = sga.audit(corpus, [PROBE, "weat-2"], audit.folder, **SMALL)
    assert written() == before
    assert again.manifest == audit.manifest
    with pytest.raises(sga.AuditError, match="dimension"):
        sga.audit(corpus, [PROBE], audit.folder, dimension=0)


def test_the_folder_of_another_audit_is_left_alone(audit: sga.Audit, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in audit.folder.rglob("*.json")}
    with pytest.raises(sga.AuditError, match="holds another audit"):
        sga.audit(sga.Corpus.from_documents(frame().text), PROBE, audit.folder, **SMALL)
    assert {path: path.read_bytes() for path in audit.folder.rglob("*.json")} == before
    file = tmp_path / "file"
    file.write_text("not a folder")
    with pytest.raises(sga.AuditError, match="is a file"):
        sga.audit(sga.Corpus.from_documents(frame().text), PROBE, file, settings={"epochs": 2})


def test_a_corpus_of_a_file_and_of_memory_are_the_same(tmp_path: Path) -> None:
    df = frame()
    df.to_json(tmp_path / "news.jsonl", orient="records", lines=True)
    of_file = sga.Corpus.from_file(tmp_path / "news.jsonl", metadata_fields=["half"])
    of_memory = sga.Corpus.from_documents(list(df.text), ids=list(df.id), metadata={"half": list(df.half)})
    read, given = list(of_file.documents(lambda _: None)), list(of_memory.documents(lambda _: None))
    assert len(read) == len(df) > 0
    for one, other in zip(read, given, strict=True):
        assert (one.id, one.text, one.fields) == (other.id, other.text, other.fields)
        np.testing.assert_array_equal(one.bounds, other.bounds)


def test_rows_without_text_are_counted_and_unequal_columns_refused() -> None:
    corpus = sga.Corpus.from_documents(pd.Series(["One text.", None, float("nan"), "", "Another text."]))
    assert [one.text for one in corpus.documents(lambda _: None)] == ["One text.", "Another text."]
    rows = corpus.manifest()["rows"]
    assert (rows["in_file"], rows["documents"], sum(rows["skipped"].values())) == (5, 2, 3)
    with pytest.raises(sga.AuditError, match="2 of text, 1 of id"):
        sga.Corpus.from_documents(["a", "b"], ids=["1"])


def test_vectors_alone_are_scored_as_by_hand(audit: sga.Audit) -> None:
    vectors = KeyedVectors.load_word2vec_format(str(audit.folder / "vectors-seed-1.txt"))
    units = {
        word: vectors[word].astype(float) / np.linalg.norm(vectors[word].astype(float)) for word in vectors.index_to_key
    }
    lists = [words for sets in (PROBE["targets"], PROBE["attributes"]) for words in sets.values()]  # type: ignore[attr-defined]
    he, she, state, family = ([units[word] for word in words if word in units] for words in lists)
    of = [[np.mean([w @ a for a in state]) - np.mean([w @ b for b in family]) for w in words] for words in (he, she)]
    expected = (np.mean(of[0]) - np.mean(of[1])) / np.std(of[0] + of[1], ddof=1)
    words = list(units)
    for given in (vectors, {w: vectors[w] for w in words}, (words, np.stack([vectors[w] for w in words]))):
        found = sga.score(given, PROBE).iloc[0]
        assert found["score"] == pytest.approx(expected, abs=1e-6)
        assert 0 < found["p_value"] <= 1
    assert not sga.score(vectors, "weat-2")["measured"][0]


@pytest.mark.parametrize("vectors", [3, {"a": [1.0], "b": [1.0, 2.0]}, (["a"], np.zeros((2, 3))), {"a": [np.nan]}])
def test_what_is_no_vectors_is_refused(vectors: Any) -> None:
    with pytest.raises(sga.AuditError):
        sga.score(vectors, "weat-6")


def test_without_pandas_results_are_plain_tables() -> None:
    table = Table({"a": [1, 2, 3], "b": ["x", "<y>", None]})
    assert table.columns == ["a", "b"]
    assert len(table.head(2)) == 2
    assert list(table)[1] == {"a": 2, "b": "<y>"}
    assert "&lt;y&gt;" in table._repr_html_()
    frame = pd.DataFrame.from_arrow(table)  # type: ignore[attr-defined]
    pd.testing.assert_frame_equal(frame, pd.DataFrame(table.to_dict()), check_dtype=False)


def test_one_error_is_the_root_of_all(audit: sga.Audit) -> None:
    with pytest.raises(sga.AuditError) as caught:
        audit.what_if(without=["nobody"])
    assert caught.value.as_dict()["error"]["code"] == "unknown_document"
    assert issubclass(EngineError, sga.AuditError)


@pytest.mark.parametrize("language", ["turkish", "", "t", "tr TR", "xx", "yue"])
def test_a_language_is_one_that_is_known(language: str) -> None:
    with pytest.raises(sga.AuditError, match="language"):
        sga.Corpus.from_documents(["Two words."], language=language)


@pytest.mark.parametrize("language", ["tr", "TR", "tr_TR", "zh-Hant"])
def test_codes_with_a_region_or_script_are_taken(language: str) -> None:
    assert sga.Corpus.from_documents(["Two words."], language=language).language == language
