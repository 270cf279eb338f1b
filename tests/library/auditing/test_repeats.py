"""What an audit says of texts that repeat others: against the engine's own prediction, and copies that hold a score."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import skipgram_audit as sga
from skipgram_audit.auditing.texts import TextReader, TextWriter, read_texts
from skipgram_audit.corpus.near_duplicates import ALONE, groups_of_texts, repeated
from skipgram_audit.corpus.sources import CorpusDocument
from skipgram_audit.report.values import outcomes_of
from tests.library.samples import news_texts, silent
from tests.library.test_api import PROBE

COPY = (
    "He was a minister of the government and his man told him that the president had police. She was a woman of the "
    "family and her home was for women and children and people."
)
COPIES = 40


def audited(folder: Path, texts: list[str], estimator: str = "replay", **settings: Any) -> sga.Audit:
    small = {"dimension": 20, "epochs": 2, "null_shuffles": 0, "device": "cpu", "minimum_count": 3, "seeds": [1]}
    return sga.audit(sga.Corpus.from_documents(texts), [PROBE], folder, **{**small, "estimator": estimator, **settings})


def repeats_of(audit: sga.Audit) -> Any:
    (outcome,) = outcomes_of(audit._report)
    return outcome, outcome.repeats


def found_among(texts: list[str]) -> npt.NDArray[np.int32]:
    return groups_of_texts(texts, texts.__getitem__, "en", 1, silent).first


def written(path: Path, texts: list[str]) -> Path:
    with TextWriter(path) as writer:
        for number, text in enumerate(texts):
            writer.add(CorpusDocument(text, np.array([[0, len(text)]], np.uint32), str(number)))
    return path


def test_copies_that_hold_a_score_are_seen_though_each_of_them_is_idle(tmp_path: Path) -> None:
    texts = [*news_texts(), *[COPY] * COPIES]
    audit = audited(tmp_path / "copies", texts)
    outcome, repeats = repeats_of(audit)
    going = np.flatnonzero(repeated(found_among(texts)))
    assert set(range(len(texts) - COPIES + 1, len(texts))) <= set(going.tolist())
    assert repeats.documents == len(going)
    removed = np.zeros(len(texts), np.bool_)
    removed[going] = True
    trained = audit._pipeline.trained_scores()[0, 0]
    change = audit._pipeline.predict([removed], silent, seeds=1)[0, 0, 0] - trained
    assert repeats.score == pytest.approx(outcome.score + change)
    assert abs(change) > 0.25 * abs(outcome.score)
    documents = audit.documents("he-she").set_index("document")["influence"]
    assert repeats.first_order_score == pytest.approx(
        outcome.score - sum(documents.loc[str(number + 1)] for number in going), abs=1e-6
    )


def test_nothing_is_predicted_where_no_text_repeats_another_or_influences_are_added_up(tmp_path: Path) -> None:
    texts = list(news_texts())
    goes = repeated(found_among(texts))
    unlike = [text for text, gone in zip(texts, goes, strict=True) if not gone]
    _, repeats = repeats_of(audited(tmp_path / "unlike", unlike))
    assert (repeats.documents, repeats.score) == (0, None)
    _, repeats = repeats_of(audited(tmp_path / "sums", [COPY] * COPIES, "gradient"))
    assert repeats is None


def test_without_repeats_there_may_be_no_score_and_the_audit_says_so(tmp_path: Path) -> None:
    outcome, repeats = repeats_of(audited(tmp_path / "only", [COPY] * COPIES))
    assert outcome.measured
    assert (repeats.documents, repeats.score) == (COPIES - 1, None)


def test_single_texts_are_read_from_any_row_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skipgram_audit.auditing.texts.CHARACTERS_A_GROUP", 500)
    texts = list(news_texts()[:50])
    path = written(tmp_path / "texts.parquet", texts)
    assert [one.text for one in read_texts(path)] == texts
    reader = TextReader(path)
    order = np.random.default_rng(1).permutation(50).tolist()
    assert [reader.text(number) for number in order] == [texts[number] for number in order]


def test_one_of_each_group_is_kept_the_first() -> None:
    first = np.array([0, ALONE, 0, 3, 3, ALONE, 0], np.int32)
    assert repeated(first).tolist() == [False, False, True, False, True, False, True]
