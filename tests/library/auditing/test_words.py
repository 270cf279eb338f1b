"""Word tables of a real audit: sums, examples and pairs, as the web reads them back."""

import csv
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from skipgram_audit.auditing.pipeline import AuditPipeline
from skipgram_audit.auditing.words import EXAMPLES, examples, word_influences, write_words
from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.errors import NotFound
from skipgram_audit.report.writer import write_word_table
from skipgram_audit.store.word_tables import WordOrder, WordTables
from tests.library.samples import NEWS_SETTINGS, news_audit, news_probe, small_settings, zipf_corpus

SETTINGS = small_settings(**NEWS_SETTINGS)
PROBE = news_probe().name


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> AuditPipeline:
    return news_audit(tmp_path_factory.mktemp("audit"), "mean-field", SETTINGS)


@pytest.fixture(scope="module")
def tables(pipeline: AuditPipeline, tmp_path_factory: pytest.TempPathFactory) -> WordTables:
    folder = tmp_path_factory.mktemp("words") / "words"
    for _ in range(2):
        write_words(folder, pipeline, word_influences(pipeline))
    assert [path.name for path in folder.parent.iterdir()] == ["words"]
    return WordTables(folder)


def test_words_add_up_to_the_documents(pipeline: AuditPipeline, tables: WordTables) -> None:
    attribution = pipeline.results()[0].attribution
    assert attribution is not None
    influence = tables.influence(PROBE)
    assert influence.sum() == pytest.approx(attribution.documents.influence.sum(), abs=1e-5)
    assert np.abs(influence).max() > 1e-3
    np.testing.assert_array_equal(tables.counts, pipeline.corpus.counts)


def test_a_words_partners_add_up_to_it(tables: WordTables) -> None:
    influence = tables.influence(PROBE)
    largest = np.abs(influence).max()
    for word in np.argsort(-np.abs(influence))[:5].tolist():
        up, down, count = tables.partners(PROBE, word, 1, 10**6)
        assert 0 < len(up) + len(down) <= count
        assert all(one.influence > 0 for one in up)
        assert [one.influence for one in down] == sorted(one.influence for one in down)
        assert sum(one.influence for one in (*up, *down)) == pytest.approx(influence[word], abs=1e-5 * largest)
        assert all(one.updates > 0 for one in (*up, *down))
        assert all(one.number == tables.index(one.word) for one in (*up, *down))


def test_examples_are_where_the_strongest_tokens_stand(pipeline: AuditPipeline, tables: WordTables) -> None:
    corpus, tokens = pipeline.corpus, pipeline.influences.tokens[0]
    word = int(np.argmax(np.abs(tables.influence(PROBE))))
    found = tables.examples(PROBE, word)
    assert len({(one.position, one.sentence) for one in found}) == len(found) == 3
    places = np.flatnonzero(corpus.tokens == word)
    strongest = places[np.argmax(np.abs(tokens[places]))]
    sentence = int(np.searchsorted(corpus.sentence_offsets, strongest, side="right")) - 1
    document = int(np.searchsorted(corpus.document_sentences, sentence, side="right")) - 1
    assert (found[0].position, found[0].sentence) == (document, sentence - corpus.document_sentences[document])


def sorted_examples(corpus: EncodedCorpus, influence: npt.NDArray[np.float32]) -> list[list[tuple[int, int]]]:
    """Of each word, by sorting all its tokens; the sort is stable, so of equal ones the earlier is first."""
    sentences = np.repeat(np.arange(corpus.sentence_count), np.diff(corpus.sentence_offsets))
    found = []
    for word in range(len(corpus.words)):
        places = np.flatnonzero((corpus.tokens == word) & (influence != 0))
        order = places[np.argsort(-np.abs(influence[places]), kind="stable")]
        chosen = list(dict.fromkeys(sentences[order].tolist()))[:EXAMPLES]
        documents = np.searchsorted(corpus.document_sentences, chosen, side="right") - 1
        within = np.array(chosen, np.int64) - corpus.document_sentences[documents]
        found.append(list(zip(documents.tolist(), within.tolist(), strict=True)))
    return found


@pytest.mark.parametrize("values", [2, 4, 1000])
def test_examples_are_those_of_a_sort(values: int) -> None:
    """Few values: most tokens of a word have the same influence as others, of either sign, or none."""
    corpus = zipf_corpus(words=200, documents=30, sentences=3)
    influence = np.random.default_rng(values).integers(-values, values + 1, len(corpus.tokens)).astype(np.float32)
    influence[corpus.tokens % 10 == 7] = 0
    expected = sorted_examples(corpus, influence)
    assert {len(one) for one in expected} == {0, 1, 2, 3}
    assert [[tuple(one) for one in word if one[0] >= 0] for word in examples(corpus, influence).tolist()] == expected


def test_neighbours_are_those_of_the_mean_cosine(pipeline: AuditPipeline, tables: WordTables) -> None:
    word = tables.index("government")
    cosines = []
    for trajectory in pipeline.trajectories:
        rows = trajectory.inputs.astype(np.float64)
        cosines.append(rows @ rows[word] / np.linalg.norm(rows, axis=1) / np.linalg.norm(rows[word]))
    mean = np.mean(cosines, axis=0)
    mean[word] = -2
    found = tables.neighbours(word, 4)
    assert [one.word for one in found] == [tables.words[one] for one in np.argsort(-mean)[:4]]
    assert found[0].cosine == pytest.approx(mean.max(), abs=1e-5)
    assert found[0].lowest <= found[0].cosine <= found[0].highest


def test_orders_and_search(tables: WordTables) -> None:
    influence = tables.influence(PROBE)
    for direction in (1, -1):
        amplifying = tables.ordered(PROBE, WordOrder.AMPLIFYING, direction, "")
        assert (direction * influence[amplifying] > 0).all()
        assert amplifying[0] == np.argmax(direction * influence)
        np.testing.assert_array_equal(tables.ordered(PROBE, WordOrder.MITIGATING, -direction, ""), amplifying)
    assert tables.words[tables.ordered(PROBE, WordOrder.COUNT, 1, "")[0]] == tables.words[0]
    found = [tables.words[one] for one in tables.ordered(PROBE, WordOrder.STRENGTH, 1, "GOVERN")]
    assert "government" in found
    assert all("govern" in word for word in found)
    with pytest.raises(NotFound, match="no word 'zzz'"):
        tables.index("zzz")


def test_the_csv_file_has_every_word(pipeline: AuditPipeline, tables: WordTables, tmp_path: Path) -> None:
    found = word_influences(pipeline)
    assert found is not None
    write_word_table(tmp_path / "words.csv", found)
    with (tmp_path / "words.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["word"] for row in rows] == tables.words
    np.testing.assert_allclose([float(row[f"{PROBE} influence"]) for row in rows], tables.influence(PROBE), rtol=1e-12)


def test_an_audit_without_tables_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no tables of words"):
        WordTables(tmp_path)


def test_sentences_that_two_words_share(pipeline: AuditPipeline, tables: WordTables) -> None:
    corpus, word = pipeline.corpus, tables.index("government")
    up, down, _ = tables.partners(PROBE, word, 1, 20)
    found = tables.shared_sentences(word, [one.number for one in (*up, *down)])
    assert len(found) > 5
    for other, one in found.items():
        sentence = int(corpus.document_sentences[one.position]) + one.sentence
        tokens = corpus.tokens[slice(*corpus.sentence_offsets[sentence : sentence + 2])]
        distances = np.abs(np.flatnonzero(tokens == word)[:, None] - np.flatnonzero(tokens == other))
        assert 0 < distances[distances > 0].min() <= SETTINGS.window
    near = {int(other) for other in found}
    assert set(tables.shared_sentences(word, [word, *near])) >= near
