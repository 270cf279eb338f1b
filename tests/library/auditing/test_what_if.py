"""What-ifs of a finished audit: at once from stored influences, and by its estimator."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import skipgram_audit as sga
from skipgram_audit.auditing import calibrating, what_if
from skipgram_audit.auditing.calibrating import calibration_sets
from skipgram_audit.auditing.folder import read_calibration
from skipgram_audit.model.engine_errors import UnknownDocument, UnusablePlan
from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.tokens import tokenize
from skipgram_audit.model.what_if import EVERYTHING_GOES
from skipgram_audit.report.what_if_sentences import FAR_AWAY
from tests.library.samples import news_texts
from tests.library.test_api import PROBE, SMALL

OTHER = {"name": "state-family", "targets": PROBE["attributes"], "attributes": PROBE["targets"]}


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> sga.Audit:
    texts = pd.Series(news_texts())
    ids = pd.Series([f"r{number}" for number in range(len(texts))])
    fields = {"half": ["even" if number % 2 == 0 else "odd" for number in range(len(texts))], "a place": texts.index}
    corpus = sga.Corpus.from_documents(texts, ids=ids, metadata=fields, name="news")
    return sga.audit(corpus, [PROBE, "weat-2", OTHER], tmp_path_factory.mktemp("what-if") / "out", **SMALL)


def row(found: pd.DataFrame) -> Any:
    return found.set_index("probe").loc["he-she"]


def test_the_answer_at_once_is_the_sum_of_influences(audit: sga.Audit) -> None:
    top = audit.documents("he-she")[:7]
    found = row(audit.what_if(without=top["document"], exact=False))
    assert found["method"] == "sum"
    assert found["change"] == pytest.approx(-top["influence"].sum())
    assert found["low"] is None
    backwards = row(audit.what_if(without=list(top["document"])[::-1], exact=False))
    assert backwards["after"] == found["after"]


def test_weights_of_one_change_nothing_and_weights_of_zero_remove(audit: sga.Audit) -> None:
    top = list(audit.documents("he-she")["document"][:7])
    for exact in (False, True):
        mixed = row(audit.what_if(weights=dict.fromkeys(top, 1.0) | {top[0]: 2.0}, exact=exact))
        assert mixed["after"] == row(audit.what_if(weights={top[0]: 2.0}, exact=exact))["after"]
        gone, weighted = (
            row(audit.what_if(**asked, exact=exact)) for asked in ({"without": top}, {"weights": dict.fromkeys(top, 0)})
        )
        assert weighted["after"] == gone["after"]
    twice = row(audit.what_if(weights=dict.fromkeys(top, 2.0), exact=False))
    assert twice["change"] == pytest.approx(-row(audit.what_if(without=top, exact=False))["change"])
    by_estimator = row(audit.what_if(weights=dict.fromkeys(top, 2.0)))
    assert by_estimator["change"] > 0


def test_a_text_that_is_added_does_what_its_copy_in_the_corpus_does(audit: sga.Audit) -> None:
    """The strongest document, added once more: at once its influence, by the estimator a weight of two."""
    top = audit.documents("he-she").iloc[0]
    text = audit.document(top["document"], "he-she").text
    quick = row(audit.what_if(adding=text, exact=False))
    assert quick["change"] == pytest.approx(top["influence"], rel=1e-3)
    added, twice = row(audit.what_if(adding=[text])), row(audit.what_if(weights={top["document"]: 2.0}))
    assert added["change"] == pytest.approx(twice["change"], abs=1e-4)
    notes = audit.what_if_answer(adding="The xyzzy of the government said so.", exact=False)["notes"]
    assert "xyzzy" in notes[0]


def test_a_calibration_is_kept_and_gives_an_interval(audit: sga.Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibrating, "MOST_SETS", 14)
    audit.calibrate()
    found = read_calibration(Path(audit.folder))
    assert found is not None
    assert [one.probe for one in found.probes] == ["he-she", "state-family"]
    assert len(found.probes[0].points) == found.sets
    top = list(audit.documents("he-she")["document"][:30])
    quick, exact = row(audit.what_if(without=top, exact=False)), row(audit.what_if(without=top))
    assert (quick["method"], exact["method"]) == ("calibrated", "predicted")
    assert quick["low"] < quick["after"] < quick["high"]
    assert quick["low"] - 0.1 < exact["after"] < quick["high"] + 0.1

    def again(*_: object, **__: object) -> None:
        raise AssertionError("predicted again")

    monkeypatch.setattr("skipgram_audit.auditing.pipeline.AuditPipeline.predict", again)
    audit.calibrate()


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        ({"without": ["nobody"]}, UnknownDocument, "nobody"),
        ({"weights": {"r1": 3.5}}, InvalidInput, "3.5"),
        ({"weights": {"r1": float("nan")}}, InvalidInput, "nan"),
        ({"weights": {"r1": 1.0, "r2": 1}}, InvalidInput, "weight of 1"),
        ({"adding": "He is\0 she."}, InvalidInput, "NUL"),
        ({"without": ["r1"], "weights": {"r1": 2.0}}, InvalidInput, "both"),
        ({"adding": "  "}, InvalidInput, "No text"),
        ({"adding": "xyzzy plugh"}, InvalidInput, "teach nothing"),
        ({}, InvalidInput, "Nothing was asked"),
        ({"without": []}, InvalidInput, "Nothing was asked"),
        ({"without": ['["r1", "r2"']}, UnknownDocument, "JSON"),
        ({"without": ["[1, 2]"]}, UnknownDocument, "JSON"),
    ],
)
@pytest.mark.parametrize("exact", [True, False])
def test_what_cannot_be_asked_is_refused(
    audit: sga.Audit, asked: dict[str, object], error: type[Exception], message: str, exact: bool
) -> None:
    with pytest.raises(error, match=message):
        audit.what_if(**asked, exact=exact)  # type: ignore[arg-type]


@pytest.mark.parametrize("exact", [True, False])
def test_a_set_that_removes_a_probes_words_or_everything_is_told(audit: sga.Audit, exact: bool) -> None:
    with pytest.raises(InvalidInput) as caught:
        audit.what_if(without=audit.ids, exact=exact)
    assert (caught.value.message, caught.value.remedy) == EVERYTHING_GOES
    holding = [
        identifier
        for identifier, text in zip(audit.ids, news_texts(), strict=True)
        if any(word in text.lower() for word in ("she", "woman", "her", "women"))
    ]
    found = row(audit.what_if(without=holding, exact=exact))
    assert found["after"] is None
    assert "She" in found["reason"]


def test_calibration_sets_are_of_all_sizes_and_follow_from_one_seed() -> None:
    influences = np.random.default_rng(0).normal(size=(3, 2_000))
    sets, again = calibration_sets(influences), calibration_sets(influences)
    assert len(sets) == calibrating.MOST_SETS
    assert all(np.array_equal(one, other) for one, other in zip(sets, again, strict=True))
    sizes = sorted(len(one) for one in sets)
    assert sizes[0] <= 3
    assert sizes[-1] == 1_000
    assert any(np.array_equal(one, np.sort(np.argsort(-influences[0], kind="stable")[: len(one)])) for one in sets)
    assert calibration_sets(np.zeros((1, 2)))


def test_a_smallest_set_is_predicted_to_reach_its_target(audit: sga.Audit) -> None:
    found = audit.smallest_set("he-she", target="half", ranking="top", sets=0)
    first = found.removal_sets[0]
    before = audit.scores.set_index("probe").loc["he-she"]["score"]
    after = row(audit.what_if(without=first.documents))["after"]
    if first.kind == "turning":
        assert abs(after) < abs(before) / 2
        fewer = audit.documents("he-she")["document"][: len(first.documents) - 1]
        assert set(fewer) < set(first.documents)
    else:
        assert abs(after) >= abs(before) / 2
    assert found.reached == (first.kind == "turning")
    assert found.target is not None
    assert found.target.goal == pytest.approx(before / 2)
    assert (found.as_dict()["reached"], "reached" in found.found) == (found.reached, found.reached)
    kept = audit.smallest_set("he-she", target="half", ranking="top", sets=0, keep=first.documents[:1])
    assert first.documents[0] not in kept.removal_sets[0].documents
    sentences = audit.smallest_set("he-she", target="half", ranking="top", sets=0, unit="sentences")
    assert all(":" in one for one in sentences.removal_sets[0].documents)
    assert sentences.removal_sets[0].token_count < sum(one.token_count for one in found.removal_sets)


def test_a_smallest_set_of_one_field_and_a_target_that_is_missed(audit: sga.Audit) -> None:
    """Fields have the names of the corpus file. So few words cannot bring the score half way."""
    found = audit.smallest_set("he-she", target="half", ranking="top", only={"half": "odd"}, most_share=0.004)
    assert found.removal_sets[0].documents
    assert all(int(one.removeprefix("r")) % 2 == 1 for one in found.removal_sets[0].documents)
    assert found.reached is False
    assert found.as_dict()["reached"] is False
    assert "missed" in found.found
    every: dict[str, Any] = {"target": "half", "ranking": "top", "most_share": 0.004}
    both = audit.smallest_set("he-she", only={"half": ["odd", "even"]}, **every)
    assert both.removal_sets[0].documents == audit.smallest_set("he-she", **every).removal_sets[0].documents


def test_a_smallest_set_tells_which_other_probes_it_moves(audit: sga.Audit) -> None:
    error = audit.scores.set_index("probe").loc["state-family"]["standard_error"]
    for leave in (False, True):
        found = audit.smallest_set("he-she", target="half", ranking="top", leave_others=leave)
        change = float(np.mean(found.removal_sets[0].predicted["state-family"]))
        moved = abs(change) > 1.959964 * error
        assert found.outcome.moved == (["state-family"] if moved else [])
        assert ("state-family" in found.found) == moved
        assert ("95%" in found.found) == (moved or leave)


def test_ids_are_for_the_plan_chosen_alone(audit: sga.Audit) -> None:
    with pytest.raises(InvalidInput, match="no other plan"):
        audit.check("halves", without=["r1"])
    with pytest.raises(InvalidInput, match="plan chosen"):
        audit.check("chosen")


def test_ids_that_are_named_twice_count_once_and_are_warned_of(audit: sga.Audit) -> None:
    once = row(audit.what_if(without=["r1", "r2"], exact=False))
    with pytest.warns(UserWarning, match="'r1'"):
        twice = row(audit.what_if(without=["r1", "r2", "r1"], exact=False))
    assert twice["after"] == once["after"]


def test_retraining_without_nothing_or_everything_is_refused(audit: sga.Audit) -> None:
    with pytest.raises(InvalidInput, match="No document"):
        audit.retrain([])
    with pytest.raises(InvalidInput) as caught:
        audit.retrain(audit.ids)
    assert caught.value.message == EVERYTHING_GOES[0]


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        ({"ranking": "guess"}, InvalidInput, "guess"),
        ({"target": "nowhere"}, InvalidInput, "target"),
        ({"keep": ["nobody"]}, UnknownDocument, "nobody"),
        ({"only": {"place": "x"}}, InvalidInput, "Their fields: half, a place"),
        ({"only": {"field half": "even"}}, InvalidInput, "Their fields: half, a place"),
        ({"only": {"half": "third"}}, InvalidInput, "third"),
        ({"only": {"half": ["odd", "third"]}}, InvalidInput, "third"),
        ({"only": {"half": []}}, InvalidInput, "no values"),
        ({"most_share": 1e-9}, UnusablePlan, "No document may go"),
    ],
)
def test_a_smallest_set_that_cannot_be_is_refused(
    audit: sga.Audit, asked: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        audit.smallest_set("he-she", **{"target": "half", "ranking": "top", "sets": 0, **asked})


def test_a_set_whose_prediction_is_the_opposite_of_its_sum_is_told(
    audit: sga.Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = audit.documents("he-she").iloc[0]["document"]
    quick = audit.what_if_answer(without=[top], exact=False)
    assert quick["notes"] == []
    for side, told in ((-1.0, True), (1.0, False)):
        scores = [
            np.array([one["before"] + side * one["first_order"]]) for one in quick["probes"] if one.get("first_order")
        ]
        monkeypatch.setattr(what_if, "predicted", lambda *_, scores=scores: scores)
        notes = audit.what_if_answer(without=[top])["notes"]
        assert any("he-she: " in note and "misleads" in note for note in notes) == told


def test_an_answer_without_most_of_the_text_says_that_it_is_rough(audit: sga.Audit) -> None:
    lengths = np.diff(audit._pipeline.corpus.document_offsets)
    half = int(np.searchsorted(np.cumsum(lengths), lengths.sum() / 2))
    for count, told in ((half - 1, False), (half + 2, True)):
        notes = audit.what_if_answer(without=audit.ids[:count], exact=False)["notes"]
        assert (FAR_AWAY in notes) == told


@pytest.mark.parametrize("exact", [True, False])
def test_a_probe_whose_word_loses_its_last_occurrence_has_no_score(audit: sga.Audit, exact: bool) -> None:
    holding = [one for one, text in zip(audit.ids, news_texts(), strict=True) if "president" in tokenize(text, True)]
    lost = row(audit.what_if(without=holding, exact=exact))
    assert lost["after"] is None
    assert "president" in lost["reason"]
    assert row(audit.what_if(without=holding, adding="Some women spoke to the president.", exact=exact))["after"]
    assert row(audit.what_if(without=holding[1:], exact=exact))["after"]


def test_a_training_names_the_words_that_it_measured_without(audit: sga.Audit) -> None:
    holding = [one for one, text in zip(audit.ids, news_texts(), strict=True) if "president" in tokenize(text, True)]
    answer = audit.trained_without(np.isin(audit.ids, holding), same_run=False)
    assert [note.split(":")[0] for note in answer["notes"]] == ["he-she", "state-family"]
    assert all("president" in note for note in answer["notes"])
