"""A rewriting as a notebook and the command line use it, on real news text."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gensim.models import KeyedVectors
from typer.testing import CliRunner

import skipgram_audit as sga
from skipgram_audit.auditing.rewriting import Rewriting
from skipgram_audit.cli.main import cli
from skipgram_audit.model.engine_errors import EngineError, UnknownDocument
from skipgram_audit.model.errors import InvalidInput, NotFound
from skipgram_audit.model.tokens import tokenize
from skipgram_audit.model.word_pairs import InvalidPairs
from skipgram_audit.report.check_files import stored_rewritings
from skipgram_audit.report.finished_rewriting import FinishedRewriting, sha256_of
from skipgram_audit.report.rewrite_sentences import notes, score_rows, score_sentence, summary_sentence
from tests.library.samples import news_texts

PROBE = {
    "name": "he-she",
    "targets": {"He": ["he", "man", "his", "him"], "She": ["she", "woman", "her", "women"]},
    "attributes": {"State": ["government", "minister", "police"], "Family": ["family", "children", "people"]},
}


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> sga.Audit:
    folder = tmp_path_factory.mktemp("rewriting")
    path = folder / "news.jsonl"
    rows = [{"key": f"r{number}", "body": text, "half": str(number % 2)} for number, text in enumerate(news_texts())]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    corpus = sga.Corpus.from_file(path, text_field="body", id_field="key", metadata_fields=("half",))
    options: dict[str, Any] = {"dimension": 20, "epochs": 2, "null_shuffles": 0, "minimum_count": 3}
    return sga.audit(corpus, [PROBE, "weat-2"], folder / "out", device="cpu", estimator="replay", **options)


@pytest.fixture(scope="module")
def rewriting(audit: sga.Audit) -> Rewriting:
    return audit.rewrite("en-gender")


def test_half_of_the_documents_are_rewritten_and_counted(rewriting: Rewriting) -> None:
    tally = rewriting.tally
    assert tally.documents == tally.documents_after == 300
    assert 60 < tally.changed < 200
    assert tally.changes == sum(len(one.changes) for one in rewriting.results)
    assert tally.pairs[0].count == max(one.count for one in tally.pairs)
    assert tally.tokens_after == pytest.approx(tally.tokens_before, rel=0.01)
    assert f"{tally.changes}"[-3:] in summary_sentence(rewriting.plan, tally)
    assert any("her" in note for note in notes(rewriting.plan, tally))


def test_scores_are_predicted_and_retrained(rewriting: Rewriting) -> None:
    predicted = rewriting.predict()
    assert list(predicted["probe"]) == ["he-she", "weat-2"]
    assert predicted["predicted_change"][0] == pytest.approx(predicted["predicted"][0] - predicted["before"][0])
    trained = rewriting.retrain([1, 5])
    assert len(trained["retrained_by_seed"][0]) == 2
    row = score_rows(rewriting.outcome)[0]
    score = rewriting.outcome.scores[0]
    assert row.trained_change == pytest.approx(np.mean(score.trained) - np.mean(score.trained_before))
    assert "retraining" in score_sentence(row, 2, 2)
    assert "not measured" in score_sentence(score_rows(rewriting.outcome)[1], 2, 2)


def test_vectors_before_and_after_are_those_that_were_scored(rewriting: Rewriting, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        rewriting.vectors(seed=7)
    if not rewriting.outcome.trained_seeds:
        rewriting.retrain([1, 5])
    score = rewriting.outcome.scores[0]
    for when, scores in (("before", score.trained_before), ("after", score.trained)):
        for seed, wanted in zip((1, 5), scores, strict=True):
            found = sga.score(rewriting.vectors(when, seed), PROBE)["score"][0]
            assert found == pytest.approx(wanted, abs=1e-6)
    for ending in ("txt", "bin", "kv"):
        rewriting.save_vectors(tmp_path / f"after.{ending}", seed=5)
    text = KeyedVectors.load_word2vec_format(str(tmp_path / "after.txt"))
    binary = KeyedVectors.load_word2vec_format(str(tmp_path / "after.bin"), binary=True)
    kept = KeyedVectors.load(str(tmp_path / "after.kv"))
    for one in (text, binary, kept):
        assert one.index_to_key == rewriting.vectors(seed=5).index_to_key
        np.testing.assert_array_equal(one.vectors, rewriting.vectors(seed=5).vectors)


def test_words_that_change_places_change_their_counts(audit: sga.Audit) -> None:
    before = {row["word"]: row["count"] for row in audit.words("he-she").to_dict("records")}
    everywhere = audit.rewrite([("he", "she"), ("man", "woman")], probability=1.0)
    texts = " ".join(one.text for one in everywhere.to_corpus().documents(lambda _: None)).lower()
    for first, second in (("he", "she"), ("man", "woman")):
        for one, other in ((first, second), (second, first)):
            assert tokenize(texts, True).count(one) == before[other]


def test_a_change_is_undone_by_its_place(rewriting: Rewriting) -> None:
    first = next(rewriting.ledger())
    assert first.start is not None
    less = rewriting.undo(first.document, first.start)
    assert less.tally.changes == rewriting.tally.changes - 1
    assert less.tally.undone == 1
    assert first not in list(less.ledger())
    none = less.undo(first.document)
    assert first.document not in {row.document for row in none.ledger()}
    with pytest.raises(NotFound):
        rewriting.undo(first.document, 10**6)
    with pytest.raises(NotFound):
        rewriting.undo("nowhere")


def test_the_report_holds_the_scores_of_the_changes_that_are_made(audit: sga.Audit, tmp_path: Path) -> None:
    pairs = [("he", "she"), ("man", "woman")]

    def reported() -> list[FinishedRewriting]:
        found = stored_rewritings(json.loads((audit.folder / "report.json").read_text(encoding="utf-8")))
        return [one for one in found if one.plan_sha256 == sha256_of(made.plan)]

    made = audit.rewrite(pairs, probability=1.0)
    assert reported() == []
    for step in (made.predict, lambda: made.retrain([1])):
        step()
        [one] = reported()
        assert one.outcome == made.outcome
    for path in (audit.folder / "report.html", audit.report(tmp_path / "report.md")):
        text = path.read_text(encoding="utf-8")
        assert all(sentence.partition(",")[0] in text for sentence in one.sentences[:1])
        assert "after retraining" in text
    less = made.undo(next(made.ledger()).document)
    assert reported() == []
    assert "after retraining" not in audit.report(tmp_path / "report.md").read_text(encoding="utf-8")
    less.predict()
    [one] = reported()
    assert (one.outcome.tally.undone, one.outcome.trained_seeds) == (less.tally.undone, [])
    assert less.tally.undone > 0


def test_only_texts_change_in_the_file(audit: sga.Audit, rewriting: Rewriting, tmp_path: Path) -> None:
    path, ledger = tmp_path / "out.jsonl", tmp_path / "ledger.jsonl"
    rewriting.save(path, ledger)
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    texts = {f"r{number}": text for number, text in enumerate(news_texts())}
    assert [(row["key"], row["half"]) for row in rows] == [(f"r{n}", str(n % 2)) for n in range(300)]
    changed = {row["key"] for row in rows if row["body"] != texts[row["key"]]}
    listed = [json.loads(line) for line in ledger.read_text(encoding="utf-8").splitlines()]
    assert changed == {row["document"] for row in listed}
    assert len(listed) == rewriting.tally.changes
    assert {row["audit"] for row in listed} == {audit._report["title"]}


def test_the_result_is_a_corpus_that_knows_its_parent(audit: sga.Audit, tmp_path: Path) -> None:
    small = audit.rewrite("en-gender", without=audit.ids[:5], removed_why="for a test", probability=1)
    documents = list(small.to_corpus().documents(lambda _: None))
    assert len(documents) == 295
    assert documents[0].fields == {"half": "1"}
    small = audit.rewrite("en-gender")
    corpus = small.to_corpus()
    options: dict[str, Any] = {"dimension": 20, "epochs": 2, "null_shuffles": 0, "minimum_count": 3}
    again = sga.audit(corpus, [PROBE], tmp_path / "again", device="cpu", estimator="replay", **options)
    parent = again.manifest["corpus"]["rewritten_from"]
    assert parent["content_sha256"] == audit.manifest["corpus"]["content_sha256"]
    trained = small.retrain(again.settings.seeds)
    assert again.scores["score"][0] == pytest.approx(trained["retrained"][0], abs=1e-6)


def test_words_that_go_have_no_prediction(audit: sga.Audit) -> None:
    found = audit.rewrite([("family", "kin")], "mask").predict()
    assert found["predicted"][0] is None or np.isnan(found["predicted"][0])
    assert "family" in found["reason"][0]
    assert list(found["lost_words"][0]) == ["family"]


def test_what_cannot_be_rewritten_is_said(audit: sga.Audit) -> None:
    with pytest.raises(InvalidPairs, match="None of the 2 words"):
        audit.rewrite([("König", "Königin")])
    with pytest.raises(InvalidInput, match="changes nothing"):
        audit.rewrite("en-gender", probability=0)
    with pytest.raises(UnknownDocument):
        audit.rewrite("en-gender", documents=["nowhere"])
    with pytest.raises(InvalidInput, match="No document was chosen"):
        audit.rewrite("en-gender", documents=[])
    with pytest.raises(InvalidInput, match="All documents"):
        audit.rewrite(method="remove", without=audit.ids)
    with pytest.raises(InvalidInput, match="list of word pairs"):
        audit.rewrite()
    with pytest.raises(InvalidInput, match="choose"):
        audit.rewrite("en-gender", "translate")
    with pytest.raises(InvalidInput, match="line break"):
        audit.rewrite("en-gender", "mask", mask="a\nb")
    with pytest.raises(InvalidInput, match="rewrites no words"):
        audit.rewrite("en-gender", "remove", without=["r1"])
    with pytest.raises(InvalidInput, match="names no sentence"):
        audit.rewrite(method="remove", without_sentences=["r1"])
    with pytest.raises(UnknownDocument):
        audit.rewrite(method="remove", without_sentences=["nowhere:1"])


def test_a_smallest_set_of_sentences_becomes_a_corpus_without_them(audit: sga.Audit) -> None:
    found = audit.smallest_set("he-she", target="half", ranking="top", unit="sentences", most_share=0.02)
    names = found.removal_sets[0].documents
    rewriting = audit.rewrite(method="remove", without_sentences=names, removed_why="smallest set")
    assert rewriting.tally.changes == len(names)
    rows = list(rewriting.ledger())
    assert {f"{row.document}:{row.sentence}" for row in rows if row.sentence} == set(names)
    assert {row.why for row in rows if row.sentence} == {"smallest set"}
    change = np.mean(found.removal_sets[0].predicted["he-she"])
    predicted = rewriting.predict().set_index("probe").loc["he-she"]
    assert predicted["predicted_change"] == pytest.approx(change, abs=1e-3)
    single = audit.rewrite(method="remove", without_sentences=names[:1])
    with pytest.raises(InvalidInput, match="undone"):
        single.undo(names[0].rpartition(":")[0])


def test_texts_that_join_are_predicted_as_a_what_if_and_trained(audit: sga.Audit) -> None:
    """The strongest document, added once more: as a text, as a copy, and as a weight of two."""
    top = audit.documents("he-she").iloc[0]["document"]
    text = audit.document(top, "he-she").text
    wanted = audit.what_if(adding=text).set_index("probe").loc["he-she"]["after"]
    added = audit.rewrite(method="add", adding=text)
    assert (added.tally.added, added.tally.documents_after) == (1, len(audit.ids) + 1)
    copied = audit.rewrite(method="add", documents=[top], copies=1)
    assert (copied.tally.copied, copied.tally.documents_after) == (1, len(audit.ids) + 1)
    for one in (added, copied):
        assert one.predict().set_index("probe").loc["he-she"]["predicted"] == pytest.approx(wanted, abs=1e-4)
    trained = added.retrain([1]).set_index("probe").loc["he-she"]
    joined = [one.text for one in added.to_corpus().documents(lambda _: None)]
    assert joined == [*news_texts(), text]
    assert trained["retrained"] != pytest.approx(trained["before"], abs=1e-9)


def test_an_estimator_that_adds_influences_up_says_so(audit: sga.Audit) -> None:
    other = sga.open(audit.folder)
    other.manifest = {**audit.manifest, "settings": {**audit.manifest["settings"], "estimator": "unrolled"}}
    with pytest.raises(EngineError, match="unrolled"):
        other.rewrite("en-gender").predict()


def test_a_notebook_shows_hostile_texts_inert(tmp_path: Path) -> None:
    texts = [
        f"<script>alert({number})</script> he said onerror & she <b>sang</b> to him. It rained." for number in range(40)
    ]
    corpus = sga.Corpus.from_documents(texts, titles=["<img src=x onerror=alert(1)>"] * 40)
    probe = {
        "name": "p", "targets": {"A": ["he", "him", "said"], "B": ["she", "sang", "it"]},
        "attributes": {"C": ["to", "rained", "b"], "D": ["script", "alert", "onerror"]},
    }  # fmt: skip
    options: dict[str, Any] = {"dimension": 5, "epochs": 1, "null_shuffles": 0, "minimum_count": 1, "subsample": 0}
    audit = sga.audit(corpus, [probe], tmp_path / "out", device="cpu", estimator="replay", **options)
    shown = audit.rewrite("en-gender", probability=1)
    page = shown._repr_html_()
    assert "<script>" not in page
    assert "&lt;img" not in page  # in the frame's attribute the page is escaped once more
    assert "&amp;lt;script&amp;gt;" in page
    assert "[-he-]{+she+}" in str(next(shown.diff))
    assert "&amp;lt;script" in next(shown.diff)._repr_html_()


def test_the_command_line_rewrites_and_saves(audit: sga.Audit, tmp_path: Path) -> None:
    out, ledger = tmp_path / "out.jsonl", tmp_path / "ledger.csv"
    command = ["rewrite", str(audit.folder), "--pairs", "en-gender", "--grammar", "rule", "--device", "cpu"]
    found = CliRunner().invoke(cli, [*command, "--out", str(out), "--ledger", str(ledger), "--json"])
    assert found.exit_code == 0, found.output
    answer = json.loads(found.stdout)
    assert answer["tally"]["changes"] == len(ledger.read_text(encoding="utf-8").splitlines()) - 1
    assert answer["scores"][0]["predicted"]
    newest = json.loads((audit.folder / "report.json").read_text(encoding="utf-8"))["rewritings"][0]
    assert newest["outcome"]["scores"] == answer["scores"]
    assert len(out.read_text(encoding="utf-8").splitlines()) == 300
    listed = CliRunner().invoke(cli, ["word-pairs"])
    assert listed.exit_code == 0
    assert "en-names" in listed.stdout
