"""Vectors from elsewhere in the place of training: vocabulary, evidence, and an audit that adds up."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gensim.models import Word2Vec

from skipgram_audit.auditing.pipeline import AuditPipeline
from skipgram_audit.corpus.encoding import EncodedCorpus, TextDocument, encode_documents
from skipgram_audit.corpus.sentences import sentence_bounds
from skipgram_audit.model.engine_errors import UnusableCorpus
from skipgram_audit.model.pretrained import ModelFacts, doubts
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.model.tokens import tokenize
from skipgram_audit.pretrained.errors import UnusableModel
from skipgram_audit.pretrained.model import ImportedModel, usable_model
from skipgram_audit.pretrained.vectors import ModelFile, PretrainedVectors, limited
from tests.library.pretrained.samples import converted, read
from tests.library.samples import news_corpus, news_documents, news_probe, news_texts, silent, small_settings
from tests.probes import any_probe

SETTINGS = small_settings(
    dimension=20, window=5, negatives=5, minimum_count=5, subsample=1e-3, epochs=5, step_size=0.025,
    minimum_step_size=1e-4, seeds=(1, 2),
)  # fmt: skip


def sentences_of(texts: tuple[str, ...]) -> list[list[str]]:
    return [tokenize(text[a:b], True) for text in texts for a, b in sentence_bounds(text, "en").tolist()]


def trained_by_gensim(seed: int, texts: tuple[str, ...]) -> Word2Vec:
    return Word2Vec(sentences_of(texts), sg=1, vector_size=20, min_count=5, epochs=5, workers=1, seed=seed, sample=1e-3)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[ModelFile]:
    """Two seeds of gensim on the news, as they are kept."""
    folder = tmp_path_factory.mktemp("models")
    kept = []
    for seed in (1, 2):
        trained_by_gensim(seed, news_texts()).save(str(folder / f"{seed}.model"))
        model = read(converted(folder / f"{seed}.model"))
        model.save(folder / f"{seed}.npz")
        kept.append(ModelFile(folder / f"{seed}.npz", model.facts))
    return kept


def audited(
    folder: Path, files: list[ModelFile], estimator: str = "per-word", probe: ProbeDefinition | None = None
) -> AuditPipeline:
    given = PretrainedVectors(files, with_outputs=not estimator.startswith("recount"))
    settings = SETTINGS.model_copy(update={"seeds": tuple(range(1, len(files) + 1)), "estimator": estimator})
    pipeline = AuditPipeline(folder, settings, [probe or news_probe()], "cpu", given)
    pipeline.encode(news_documents(), len(news_texts()), silent)
    pipeline.train(silent)
    pipeline.null(silent)
    pipeline.influence(silent)
    return pipeline


def test_the_score_is_that_of_the_given_vectors_and_influence_adds_up(files: list[ModelFile], tmp_path: Path) -> None:
    pipeline = audited(tmp_path, files)
    result = pipeline.results()[0]
    for number, seed in enumerate(result.outcome.by_seed):
        model = ImportedModel.load(files[number].path, files[number].facts)
        unit = {word: row / np.linalg.norm(row) for word, row in zip(model.words, model.inputs, strict=True)}

        def association(word: str, unit: dict[str, np.ndarray] = unit) -> float:
            toward = np.mean([unit[word] @ unit[other] for other in ("government", "minister")])
            return float(toward - np.mean([unit[word] @ unit[other] for other in ("family", "children")]))

        x, y = ([association(word) for word in words] for words in (("he", "man", "his"), ("she", "woman", "her")))
        assert seed.score == pytest.approx((np.mean(x) - np.mean(y)) / np.std([*x, *y], ddof=1), abs=1e-5)
    corpus, influences = pipeline.corpus, pipeline.influences
    whole = influences.sentences[0].mean(0)
    largest = np.abs(whole).max()
    tokens = np.add.reduceat(np.append(influences.tokens[0].astype(np.float64), 0), corpus.sentence_offsets[:-1])
    filled = np.diff(corpus.sentence_offsets) > 0
    assert np.abs(tokens - whole)[filled].max() < 1e-5 * largest
    assert result.attribution is not None
    assert result.attribution.documents.influence.sum() == pytest.approx(whole.sum())
    facts = pipeline.pretrained_facts
    assert facts is not None
    assert [model["evidence"]["same_counts"] for model in facts["models"]] == [1.0, 1.0]
    evidence = facts["models"][0]["evidence"]
    assert evidence["correlation"] == pytest.approx(evidence["usual"], abs=0.05)
    assert doubts(evidence) == ""
    with pytest.raises(UnusableModel, match="trained elsewhere"):
        pipeline.retrain(np.zeros(len(news_texts()), np.bool_), False, silent)


def test_the_vocabulary_is_the_models_as_gensim_counted_it(files: list[ModelFile], tmp_path: Path) -> None:
    pipeline = audited(tmp_path, files[:1])
    expected = news_corpus()
    assert set(pipeline.corpus.words) == set(expected.words)
    assert pipeline.corpus.words == expected.words
    np.testing.assert_array_equal(pipeline.corpus.tokens, expected.tokens)
    assert pipeline.corpus.dropped_tokens == expected.dropped_tokens


def test_without_output_vectors_they_are_fitted_and_rank_texts_alike(files: list[ModelFile], tmp_path: Path) -> None:
    model = ImportedModel.load(files[0].path, files[0].facts)
    bare = usable_model(ModelFacts(format="word2vec text", words=0, dimension=20), model.words, model.inputs)
    bare.save(tmp_path / "bare.npz")
    known = audited(tmp_path / "known", files[:1]).influences.sentences[0, 0]
    pipeline = audited(tmp_path / "fitted", [ModelFile(tmp_path / "bare.npz", bare.facts)])
    assert np.corrcoef(known, pipeline.influences.sentences[0, 0])[0, 1] > 0.8
    facts = pipeline.pretrained_facts
    assert facts is not None
    assert facts["models"][0]["fitted_outputs"]["unfinished"] == 0
    assert facts["models"][0]["evidence"]["measure"] == "cosine"


def test_a_model_of_another_text_states_other_counts(files: list[ModelFile], tmp_path: Path) -> None:
    trained_by_gensim(1, news_texts()[:150]).save(str(tmp_path / "half"))
    half = read(converted(tmp_path / "half"))
    half.save(tmp_path / "half.npz")
    given = PretrainedVectors([ModelFile(tmp_path / "half.npz", half.facts)], with_outputs=True)
    corpus, _ = given.vocabulary(encode_documents(news_documents(), 1, True, 1, silent), [])
    evidence = given.trajectories(corpus, SETTINGS.model_copy(update={"seeds": (1,)}), silent)[1][0]["evidence"]
    assert evidence["same_counts"] < 0.1
    assert evidence["count_ratio"] < 0.8
    assert "as often as its file says" in doubts(evidence)


def test_vectors_that_know_nothing_of_the_corpus_are_doubtful(files: list[ModelFile], tmp_path: Path) -> None:
    model = ImportedModel.load(files[0].path, files[0].facts)
    assert model.outputs is not None
    shuffled = np.random.default_rng(0).permutation(len(model.words))
    usable_model(
        ModelFacts(format="gensim Word2Vec", words=0, dimension=20),
        model.words,
        model.inputs[shuffled],
        model.outputs[shuffled],
    ).save(tmp_path / "shuffled.npz")
    given = PretrainedVectors([ModelFile(tmp_path / "shuffled.npz", files[0].facts)], with_outputs=True)
    corpus, _ = given.vocabulary(encode_documents(news_documents(), 1, True, 1, silent), [])
    evidence = given.trajectories(corpus, SETTINGS.model_copy(update={"seeds": (1,)}), silent)[1][0]["evidence"]
    assert evidence["same_counts"] is None
    assert evidence["correlation"] < 0.5 * evidence["usual"]
    assert "a training here" in doubts(evidence)


def model_of(words: list[str], tmp_path: Path, **facts: Any) -> ModelFile:
    vectors = np.random.default_rng(len(words)).normal(size=(len(words), 20)).astype(np.float32)
    model = usable_model(ModelFacts(format="word2vec text", words=0, dimension=20, **facts), words, vectors)
    model.save(tmp_path / f"{len(words)}.npz")
    return ModelFile(tmp_path / f"{len(words)}.npz", model.facts)


def counted(words: list[str]) -> EncodedCorpus:
    text = " ".join(words) + "."
    return encode_documents([TextDocument(text, sentence_bounds(text, "en"))], 1, True, 1, silent)


def test_a_models_words_are_found_under_the_forms_of_the_corpus(tmp_path: Path) -> None:
    """Models trained elsewhere are lower-cased, not folded, and spell their words in other code points."""
    corpus = counted(["ΛΌΓΟΣ", "λόγος", "Straße", "café", "He", "he"])
    words = ["λόγος", "straße", "cafe\u0301", "He", "CAFÉ", "new_york", "absent"]
    given = PretrainedVectors([model_of(words, tmp_path)], False)
    small, coverage = given.vocabulary(corpus, ["new_york", "absent"])
    assert set(small.words) == {"λόγοσ", "strasse", "café", "absent"}
    assert coverage["corpus_words_not_in_model_first"] == ["he"]
    rows = given.models[0].rows_by_form(corpus.form)
    assert [words[rows[form]] for form in ("λόγοσ", "strasse", "café")] == ["λόγος", "straße", "cafe\u0301"]


def test_words_of_one_and_not_of_the_other_are_counted(tmp_path: Path) -> None:
    corpus = counted(["b", "a", "b", "rare", "c", "c", "c", "rare", "d"])
    given = PretrainedVectors(
        [model_of(["a", "b", "c", "absent", "seen"], tmp_path), model_of(["a", "b", "c", "absent"], tmp_path)], False
    )
    small, coverage = given.vocabulary(corpus, ["absent", "a", "nowhere"])
    assert small.words == ("c", "b", "a", "absent")
    assert small.counts.tolist() == [3, 2, 1, 0]
    assert [small.words[token] for token in small.tokens] == ["b", "a", "b", "c", "c", "c"]
    assert small.dropped_tokens == 3
    assert coverage == {
        "model_words": 4,
        "shared_words": 3,
        "words_in_some_models_only": 1,
        "model_words_not_in_corpus": 1,
        "model_words_not_in_corpus_first": ["absent"],
        "corpus_words_not_in_model": 2,
        "corpus_words_not_in_model_first": ["rare", "d"],
        "corpus_tokens": 9,
        "corpus_tokens_not_in_model": 3,
        "probe_words_not_in_corpus": ["absent"],
    }


def test_a_model_that_shares_no_words_is_refused(tmp_path: Path) -> None:
    given = PretrainedVectors([model_of(["A", "B"], tmp_path)], False)
    with pytest.raises(UnusableCorpus, match="turn off Fold case"):
        given.vocabulary(counted(["a", "b"]), [])


def test_a_probe_word_that_the_corpus_lacks_is_measured_and_has_no_influence(
    files: list[ModelFile], tmp_path: Path
) -> None:
    model = ImportedModel.load(files[0].path, files[0].facts)
    extra = np.random.default_rng(0).normal(size=(1, 20)).astype(np.float32)
    usable_model(
        model.facts,
        (*model.words, "unicorn"),
        np.concatenate([model.inputs, extra]),
        np.concatenate([model.outputs, extra]),
    ).save(tmp_path / "more.npz")
    probe = any_probe("x", "weat", {"X": ("he", "unicorn"), "Y": ("she",)}, {"A": ("minister",), "B": ("family",)})
    pipeline = audited(tmp_path / "a", [ModelFile(tmp_path / "more.npz", model.facts)], probe=probe)
    result = pipeline.results()[0].outcome
    assert result.measured
    assert {one.word: one.count for one in result.associations}["unicorn"] == 0
    assert np.isfinite(pipeline.influences.sentences).all()


@pytest.mark.parametrize("facts", [{"architecture": "cbow"}, {"objective": "hierarchical softmax"}])
def test_outputs_of_another_kind_of_training_are_not_fitted(facts: dict[str, Any], tmp_path: Path) -> None:
    given = PretrainedVectors([model_of(["a", "b", "c"], tmp_path, **facts)], True)
    corpus = limited(counted(["a", "b", "c", "a"]), ["a", "b", "c"], [])
    with pytest.raises(UnusableModel, match="not trained by skip-gram"):
        given.trajectories(corpus, SETTINGS.model_copy(update={"subsample": 0.0}), silent)
