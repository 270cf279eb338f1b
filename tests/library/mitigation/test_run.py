"""A whole comparison on real news: what each action is, what is kept, what an interruption leaves, and bad plans."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gensim.models import KeyedVectors

from skipgram_audit.auditing.mitigation_folder import FolderMitigationStore
from skipgram_audit.auditing.mitigations import Mitigations, make_mitigation_plan
from skipgram_audit.auditing.pipeline import AuditPipeline
from skipgram_audit.corpus.encoding import sums_between
from skipgram_audit.corpus.sources import CorpusDocument
from skipgram_audit.mitigation import measuring
from skipgram_audit.mitigation.forgetting import NothingToForget, forgotten, sentences_to_forget
from skipgram_audit.mitigation.hard import hard_debiased
from skipgram_audit.mitigation.on_texts import AuditedCorpus, ChangedCorpus
from skipgram_audit.mitigation.rewrite_run import RewriteRun
from skipgram_audit.mitigation.run import MitigationRun
from skipgram_audit.mitigation.strongest_texts import strongest_within
from skipgram_audit.model.engine_errors import UnusablePlan
from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.mitigations import METHODS, MitigationPlan
from skipgram_audit.model.rewriting import RewritePlan
from skipgram_audit.model.word_pairs import WordPairs, built_in_pairs
from skipgram_audit.retraining.retrained import retrain
from tests.library.samples import NEWS_SETTINGS, news_audit, news_documents, silent, small_settings

PLAN = MitigationPlan(
    probe="news", concept="targets", seeds=[1, 7], biased_words=60, share=0.05, methods=[*METHODS], positions=[3, 0]
)


def texts() -> list[CorpusDocument]:
    return [CorpusDocument(one.text, one.bounds, str(number)) for number, one in enumerate(news_documents())]


def not_asked(_method: str, _lists: Sequence[WordPairs]) -> ChangedCorpus:
    raise AssertionError


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> AuditPipeline:
    settings = small_settings(**NEWS_SETTINGS, shuffle_documents=True)
    return news_audit(tmp_path_factory.mktemp("audit") / "artifacts", "replay", settings)


@pytest.fixture(scope="module")
def found(pipeline: AuditPipeline, tmp_path_factory: pytest.TempPathFactory) -> Mitigations:
    store = FolderMitigationStore(tmp_path_factory.mktemp("mitigations"))
    run = MitigationRun(pipeline, PLAN, store, texts)
    run.train(silent)
    run.measure(silent)
    return Mitigations(run.table(), store.folder)


def test_every_method_has_a_row_with_all_numbers_or_reasons(found: Mitigations) -> None:
    assert [row.action for row in found.table.rows] == [*METHODS]
    for row in found.table.rows:
        assert row.reason == ""
        assert row.scores["news"].seeds == 2 or row.scores["news"].reason
        assert all(cell.value is not None or cell.reason for cell in row.cells.values())
        assert row.cells["purity"].covered
    texts = [found.table.row(name) for name in ("remove", "random")]
    removed, other = (row.cells["text_share"].value for row in texts if row)
    assert removed is not None
    assert other is not None
    assert 0.01 < removed <= 0.05
    assert other == pytest.approx(removed, rel=0.3)
    assert found.table.seed_neighbours is not None
    assert found.table.seed_purity is not None
    assert 0.5 <= found.table.seed_purity <= 1.0


def test_scores_have_the_limits_of_the_words_that_were_found(found: Mitigations, pipeline: AuditPipeline) -> None:
    measured = FolderMitigationStore(found.folder).measurements()
    first, second = (len(ids) for ids in pipeline.word_list_scores[0].sets[:2])
    largest = np.sqrt((first + second) * (first + second - 1) / (first * second))
    of_vectors = [one.limits["news"] for one in measured if one.action in ("none", "hard", "leace")]
    assert of_vectors == [pytest.approx((-largest, largest))] * 6
    for row in found.table.rows:
        cell = row.scores["news"]
        limits = [one.limits["news"] for one in measured if one.action == row.action and "news" in one.limits]
        if cell.low is not None and cell.high is not None:
            assert limits[0][0] <= cell.low <= cell.high <= limits[0][1]


def test_purity_is_lower_without_the_direction_and_what_is_removed_lowers_the_score(
    found: Mitigations, pipeline: AuditPipeline
) -> None:
    rows = {row.action: row for row in found.table.rows}
    purity = {name: row.cells["purity"].value or 0.0 for name, row in rows.items()}
    assert purity["none"] > purity["leace"]
    direction = np.sign(pipeline.trained_scores().mean())
    assert direction * (rows["remove"].changes["news"].value or 0.0) < 0


def test_the_vectors_are_those_that_were_measured(found: Mitigations, pipeline: AuditPipeline, tmp_path: Path) -> None:
    run = MitigationRun(pipeline, PLAN, FolderMitigationStore(tmp_path / "other"), texts)
    trained = pipeline.trajectories[0].inputs
    expected = hard_debiased(trained, run.concept()).astype(np.float32)
    keyed = found.vectors("hard", 1)
    assert tuple(keyed.index_to_key) == pipeline.corpus.words
    np.testing.assert_array_equal(keyed.vectors, expected)
    for name, binary in (("x.txt", False), ("x.bin", True)):
        found.save_vectors(tmp_path / name, "hard", 1)
        read = KeyedVectors.load_word2vec_format(str(tmp_path / name), binary=binary)
        assert read.index_to_key == keyed.index_to_key
        np.testing.assert_array_equal(read.vectors, expected)
    found.save_vectors(tmp_path / "x.kv", "hard", 1)
    np.testing.assert_array_equal(KeyedVectors.load(str(tmp_path / "x.kv")).vectors, expected)
    with pytest.raises(Exception, match="no vectors of 'hard' with seed 3"):
        found.vectors("hard", 3)


def test_removal_is_the_retraining_without_the_strongest_documents(found: Mitigations, pipeline: AuditPipeline) -> None:
    influence = pipeline.influences.sentences[0].mean(axis=0)
    direction = int(np.sign(pipeline.trained_scores().mean()))
    audited = AuditedCorpus(pipeline.corpus, pipeline.settings, influence, direction, not_asked)
    documents = audited.amplifying(PLAN.share)
    by_document = direction * sums_between(influence, pipeline.corpus.document_sentences)
    others = np.setdiff1d(np.arange(pipeline.corpus.document_count), documents)
    assert by_document[documents].min() >= by_document[others].max()
    removed = np.isin(np.arange(pipeline.corpus.document_count), documents)
    (again,) = retrain(pipeline.corpus, pipeline.settings, removed, [7], False, silent, pipeline.executor).trajectories
    np.testing.assert_array_equal(found.vectors("remove", 7).vectors, again.inputs)


def test_substitution_is_that_of_a_rewriting_and_names_change_more(found: Mitigations, pipeline: AuditPipeline) -> None:
    """As Audit.rewrite makes it: half of the documents by the draw seed, by the rule."""
    rows = {row.action: row for row in found.table.rows}
    shares = [rows[name].cells["text_share"].value or 0.0 for name in ("substitute", "names")]
    assert 0.0 < shares[0] < shares[1] < 0.2
    lists = (built_in_pairs()["en-gender"],)
    plan = RewritePlan(method="substitute", lists=lists, seed=PLAN.draw_seed, grammar="rule")
    rewriting = RewriteRun(pipeline, texts, plan)
    tally, _ = rewriting.rewrite(silent)
    assert rows["substitute"].detail == f"{tally.changes:,} words in {tally.changed:,} documents"
    (vectors,) = pipeline.train_corpus(rewriting.encoded(silent), [7], silent)
    np.testing.assert_array_equal(found.vectors("substitute", 7).vectors, vectors)


def test_chosen_documents_and_other_rewritings_are_those_of_a_retraining(
    found: Mitigations, pipeline: AuditPipeline
) -> None:
    rows = {row.action: row for row in found.table.rows}
    removed = np.isin(np.arange(pipeline.corpus.document_count), [0, 3])
    (again,) = retrain(pipeline.corpus, pipeline.settings, removed, [7], False, silent, pipeline.executor).trajectories
    np.testing.assert_array_equal(found.vectors("chosen", 7).vectors, again.inputs)
    lengths = np.diff(pipeline.corpus.document_offsets)
    assert rows["chosen"].cells["text_share"].value == pytest.approx(lengths[[0, 3]].sum() / lengths.sum())
    for method in ("augment", "mask", "delete"):
        plan = RewritePlan(method=method, lists=(built_in_pairs()["en-gender"],), seed=1, grammar="rule")
        tally, rewritten = RewriteRun(pipeline, texts, plan).rewrite(silent)
        moved = tally.changed_tokens if method != "augment" else len(rewritten.tokens) - len(pipeline.corpus.tokens)
        assert rows[method].cells["text_share"].value == pytest.approx(moved / len(pipeline.corpus.tokens))
    assert (rows["augment"].cells["text_share"].value or 0.0) > 0.5


def test_pairs_of_ones_own_take_the_place_of_those_of_gender(pipeline: AuditPipeline, tmp_path: Path) -> None:
    own = WordPairs(name="mine", pairs=(("government", "police"),))
    plan = MitigationPlan(probe="news", concept="targets", seeds=[1], methods=["substitute"], lists=[own])
    run = MitigationRun(pipeline, plan, FolderMitigationStore(tmp_path / "own"), texts)
    run.train(silent)
    run.measure(silent)
    row = run.table().row("substitute")
    assert row is not None
    assert "mine" in row.title
    tally, _ = RewriteRun(pipeline, texts, RewritePlan(lists=(own,), seed=1, grammar="rule")).rewrite(silent)
    assert row.detail.startswith(f"{tally.changes:,} words")


@pytest.mark.parametrize("methods", [["remove"], ["chosen"]])
def test_documents_go_with_the_method_chosen(methods: list[Any]) -> None:
    with pytest.raises(InvalidInput, match="chosen"):
        make_mitigation_plan(probe="news", methods=methods, positions=[1] if methods == ["remove"] else [])


def test_a_share_of_the_text_is_filled_with_the_strongest_first() -> None:
    """Lengths 4, 3, 2, 1 of influence 1, 3, -2, 2: the order is 1, 3, 0; half of ten tokens holds the first two."""
    influence, lengths = np.array([1.0, 3.0, -2.0, 2.0]), np.array([4, 3, 2, 1])
    assert strongest_within(influence, lengths, 1, 0.5).tolist() == [1, 3]
    assert strongest_within(influence, lengths, 1, 0.01).tolist() == [1]
    assert strongest_within(influence, lengths, 1, 0.5 + 0.4).tolist() == [1, 3, 0]
    assert strongest_within(influence, lengths, -1, 0.5).tolist() == [2]
    assert strongest_within(np.zeros(4), lengths, 1, 0.5).tolist() == []


def test_forgetting_raises_the_loss_of_its_sentences(pipeline: AuditPipeline) -> None:
    """After the steps the words of a forgotten sentence fit each other less, by the model's own probability."""
    corpus, trained = pipeline.corpus, pipeline.trajectories[0]
    influence = pipeline.influences.sentences[0].mean(axis=0)
    sentences = sentences_to_forget(corpus, influence, 1, 0.02)
    changed = forgotten(corpus, pipeline.settings, trained, sentences, silent)
    used = np.unique(np.concatenate([_tokens(corpus, sentence) for sentence in sentences]))
    untouched = np.setdiff1d(np.arange(len(corpus.words)), used)
    np.testing.assert_array_equal(changed[untouched], trained.inputs[untouched])

    def fit(inputs: Any) -> float:
        pairs = [tokens for tokens in (_tokens(corpus, sentence) for sentence in sentences) if len(tokens) > 1]
        products = [inputs[tokens[:-1]] * trained.outputs[tokens[1:]] for tokens in pairs]
        return float(np.concatenate([one.sum(axis=1) for one in products]).mean())

    assert fit(changed) < fit(trained.inputs)
    # With steps ten times as large they are forgotten at once, and vectors stay as long as they were.
    large = pipeline.settings.model_copy(update={"step_size": 0.25, "epochs": 50})
    further = forgotten(corpus, large, trained, sentences, silent)
    assert np.linalg.norm(further, axis=1).max() < 3 * np.linalg.norm(trained.inputs, axis=1).max()
    with pytest.raises(NothingToForget, match="No sentence amplifies"):
        sentences_to_forget(corpus, np.zeros(corpus.sentence_count), 1, 0.02)


def _tokens(corpus: Any, sentence: int) -> Any:
    return corpus.tokens[corpus.sentence_offsets[sentence] : corpus.sentence_offsets[sentence + 1]]


def test_an_interrupted_comparison_does_only_what_is_missing(
    pipeline: AuditPipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = PLAN.model_copy(update={"methods": ["none", "hard", "leace"], "seeds": [1, 2], "positions": []})
    store = FolderMitigationStore(tmp_path)
    done: list[tuple[str, int]] = []

    original = measuring.measure

    def interrupted(action: str, seed: int, *rest: Any) -> Any:
        if len(done) == 4:
            raise KeyboardInterrupt
        done.append((action, seed))
        return original(action, seed, *rest)

    monkeypatch.setattr("skipgram_audit.mitigation.run.measure", interrupted)
    with pytest.raises(KeyboardInterrupt):
        MitigationRun(pipeline, plan, store, texts).measure(silent)
    assert len(store.measurements()) == 4
    with (tmp_path / "measurements.jsonl").open("a") as lines:
        lines.write('\n{"action": "lea')  # cut off while it was written
    monkeypatch.setattr("skipgram_audit.mitigation.run.measure", original)
    first = list(done)
    run = MitigationRun(pipeline, plan, store, texts)
    run.measure(silent)
    measured = [(one.action, one.seed) for one in store.measurements()]
    assert measured[:4] == first
    assert sorted(measured) == sorted((name, seed) for name in plan.methods for seed in plan.seeds)
    assert all(row.cells for row in run.table().rows)


def test_plans_that_do_not_fit_say_so(pipeline: AuditPipeline, tmp_path: Path) -> None:
    store = FolderMitigationStore(tmp_path)
    with pytest.raises(UnusablePlan, match="'weat-6' was not measured"):
        MitigationRun(pipeline, PLAN.model_copy(update={"probe": "weat-6"}), store, texts)
    with pytest.raises(InvalidInput, match="no concept 'en-colour'"):
        MitigationRun(pipeline, PLAN.model_copy(update={"concept": "en-colour"}), store, texts)
    bad: tuple[dict[str, Any], ...] = (
        {"methods": ["hard", "soft"]},
        {"seeds": [1, 1]},
        {"share": 0.0},
        {"methods": []},
        {"seeds": []},
    )
    for values in bad:
        with pytest.raises(InvalidInput, match="cannot be compared"):
            make_mitigation_plan(**values)


def test_without_a_concept_texts_can_still_be_removed(pipeline: AuditPipeline, tmp_path: Path) -> None:
    """The recovery test says why it has no number."""
    plan = PLAN.model_copy(update={"methods": ["none"], "concept": "en-colour", "seeds": [1], "positions": []})
    run = MitigationRun(pipeline, plan, FolderMitigationStore(tmp_path), texts)
    run.measure(silent)
    row = run.table().rows[0]
    assert row.scores["news"].value is not None
    assert row.cells["purity"].value is None
    assert "en-colour" in row.cells["purity"].reason
