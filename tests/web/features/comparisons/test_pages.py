import math
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient

from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.store import audits
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import AuditRow, Status
from skipgram_audit_web.features.comparisons.sentences import documents_sentence, matching_sentence
from skipgram_audit_web.features.comparisons.service import compare
from tests.web.elements import Elements
from tests.web.features.comparisons.sample import add_audit, add_corpus, probe_of

HOSTILE = "<script>alert(1)</script>"
TEXTS = {"a": "He works.", "b": "She cooks.", HOSTILE: "He cooks.", "d": "It rains.", "dirty": "Buy now."}
FIRST = {"a": (0.4, 0.1), "b": (-0.2, 0.1), HOSTILE: (0.1, 0.2), "d": (0.0, 0.0), "dirty": (0.3, 0.0)}
CLEAN = {**{name: text for name, text in TEXTS.items() if name != "dirty"}, "b": "She cooks well.", "new": "Hello."}
SECOND = {"a": (0.1, 0.1), "b": (-0.3, 0.1), HOSTILE: (0.2, 0.0), "d": (-0.1, 0.1), "new": (0.05, 0.0)}


def compared(client: TestClient, first: int, second: int, **more: Any) -> Any:
    answer = client.get("/api/v1/audits/compare", params={"first": first, "second": second, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def told(client: TestClient, database: Database, first: int, second: int) -> str:
    """What is said of the documents, all of which the page shows."""
    with database.session() as session:
        documents = (found := compare(session, first, second, None, None)).documents
        assert documents is not None
        sentences = [matching_sentence(documents), *documents_sentence(found)]
    page = unescape(client.get(f"/audits/compare?first={first}&second={second}").text)
    assert all(sentence in page for sentence in sentences)
    return " ".join(sentences)


@pytest.fixture
def corpora(database: Database) -> tuple[int, int]:
    return add_corpus(database, "before", TEXTS), add_corpus(database, "after", CLEAN)


def test_documents_of_another_corpus_are_matched_by_id_and_text(
    client: TestClient, database: Database, corpora: tuple[int, int]
) -> None:
    first = add_audit(database, corpora[0], FIRST, 1.0)
    second = add_audit(database, corpora[1], SECOND, 0.8, settings=AuditSettings(seeds=[3, 4]))
    found = compared(client, first, second)
    assert found["settings"] == [{"name": "Seeds", "first": "1, 2", "second": "3, 4"}]
    assert {"name": "Corpus", "first": "before", "second": "after"} in found["corpus"]
    documents = found["documents"]
    counts = [documents[name] for name in ("same_corpus", "compared", "changed_text", "only_first", "only_second")]
    assert counts == [False, 3, 1, 1, 1]
    assert documents["only_first_influence"] == pytest.approx(-0.2 + 0.3)
    assert documents["only_second_influence"] == pytest.approx(-0.3 + 0.05)
    # a, hostile, d: ranks 1 2 3 against 2 1 3, so 1 - 6 * 2 / (3 * 8) = 0.5.
    assert documents["spearman"] == pytest.approx(0.5)
    assert documents["expected_pearson"] == pytest.approx(2 / 3)
    assert (documents["same_sign"], documents["opposite_sign"], documents["zero_in_both"]) == (2, 0, 0)
    # Matched: 0.3^2 + 0.1^2 + 0.1^2, not matched: 0.2^2 + 0.3^2 + 0.3^2 + 0.05^2; less all spread^2 / 2.
    squares = 0.11 + 0.2225 - (0.1**2 + 0.2**2 + 0.1**2 + 0.1**2) / 2 - (0.1**2 + 0.1**2) / 2
    assert documents["paired_error"] == pytest.approx(math.sqrt(squares))
    assert [item["title"] for item in documents["upwards"]] == [HOSTILE]
    assert [item["external_id"] for item in documents["downwards"]] == ["a", "d"]
    moved = documents["downwards"][0]
    assert moved["change"] == pytest.approx(-0.3)
    assert moved["change_error"] == pytest.approx(0.1)
    assert (moved["first_rank"], moved["second_rank"]) == (1, 2)
    assert moved["first_id"] != moved["second_id"]
    score = found["scores"][0]
    assert score["difference"] == pytest.approx(-0.2)
    assert score["combined_error"] == pytest.approx(math.sqrt(2 * 0.1**2 / 2 + 2 * 0.3**2))


def test_audits_of_one_corpus_compare_all_documents_and_their_settings(
    client: TestClient, database: Database, corpora: tuple[int, int]
) -> None:
    first = add_audit(database, corpora[0], FIRST, 1.0)
    other = {name: (-influence, 0.0) for name, (influence, _) in FIRST.items()}
    settings = AuditSettings(window=3, seeds=[7], estimator="replay")
    second = add_audit(database, corpora[0], other, -1.0, settings=settings)
    found = compared(client, first, second, order="rank", limit=1)
    assert {item["name"]: (item["first"], item["second"]) for item in found["settings"]} == {
        "Window": ("5", "3"),
        "Seeds": ("1, 2", "7"),
        "Estimator": ("mean-field", "replay"),
    }
    assert found["corpus"] == []
    documents = found["documents"]
    assert documents["same_corpus"]
    assert documents["compared"] == 5
    assert documents["spearman"] == pytest.approx(-1.0)
    assert [item["external_id"] for item in documents["downwards"]] == ["a"]
    assert documents["downwards"][0]["change_error"] is None
    said = told(client, database, first, second)
    assert "changed sides" in said
    assert "ranks can be compared, sizes only with care" in said
    assert documents["paired_error"] is None


def test_audits_that_tell_no_standard_error_have_none_of_their_difference(
    client: TestClient, database: Database, corpora: tuple[int, int]
) -> None:
    settings = AuditSettings(estimator="per-word")
    first = add_audit(database, corpora[0], FIRST, 1.0, settings=settings)
    second = add_audit(database, corpora[0], FIRST, 0.5, settings=settings)
    assert compared(client, first, second)["documents"]["paired_error"] is not None
    with database.session() as session:
        for probe in audits.get(session, second).probes:
            probe.standard_error = None
    found = compared(client, first, second)
    assert found["documents"]["paired_error"] is None
    assert found["scores"][0]["combined_error"] is None
    assert "estimate influence in different ways" not in told(client, database, first, second)


def test_cleaning_is_held_against_what_the_first_audit_predicted(
    client: TestClient, database: Database, corpora: tuple[int, int]
) -> None:
    rest = {name: text for name, text in TEXTS.items() if name != "dirty"}
    second_corpus = add_corpus(database, "cleaned", rest)
    first = add_audit(database, corpora[0], FIRST, 1.0)
    second = add_audit(database, second_corpus, {name: FIRST[name] for name in rest}, 0.65)
    said = told(client, database, first, second)
    assert "predicts +1.00 − (+0.300) = +0.70; the second measured +0.65" in said
    # 0.3^2 of the document that went; the others have the same influence in both.
    assert "standard error of 0.30." in said
    with database.session() as session:
        for probe in audits.get(session, first).probes:
            probe.standard_error = None
    said = told(client, database, first, second)
    assert "summed influence of +0.300 there." in said
    assert "predicts" not in said


def test_probes_are_paired_by_what_they_measure(
    client: TestClient, database: Database, corpora: tuple[int, int]
) -> None:
    same, renamed = (
        probe_of(),
        probe_of(name="by another name", targets={"he": ["man", "boy", "son"], "she": ["woman", "girl", "aunt"]}),
    )
    other = probe_of(name="changed", targets={"he": ["he", "his", "man"], "she": ["her", "hers", "aunt"]})
    first = add_audit(
        database, corpora[0], FIRST, 1.0, [same, probe_of(name="renamed", targets=renamed.targets), other]
    )
    changed = probe_of(name="changed", targets={"he": ["he", "his", "man"], "she": ["she", "hers", "aunt"]})
    second = add_audit(
        database,
        corpora[0],
        FIRST,
        1.0,
        [renamed, same, changed, probe_of(name="x", kind="sc-weat", targets={"he": ["he"]})],
    )
    found = compared(client, first, second, probe="renamed")
    assert [(item["probe"], item["second_probe"]) for item in found["scores"]] == [
        ("work and home", "work and home"),
        ("renamed", "by another name"),
    ]
    reasons = {item["name"]: item["reason"] for item in found["not_compared"]}
    assert "she" in reasons["changed"].split()
    assert "second" in reasons["x"].split()
    assert found["documents"]["probe"] == "renamed"


def test_the_page_is_inert_and_links_to_both_audits(
    client: TestClient, database: Database, corpora: tuple[int, int]
) -> None:
    first, second = add_audit(database, corpora[0], FIRST, 1.0), add_audit(database, corpora[1], SECOND, 0.8)
    page = client.get(f"/audits/compare?first={first}&second={second}&order=rank").text
    elements = Elements(page).found
    assert not [tag for tag, attributes in elements if tag == "script" and "src" not in attributes]
    assert not [attributes for _, attributes in elements if "style" in attributes]
    links = {str(attributes["href"]) for tag, attributes in elements if tag == "a"}
    for audit in (first, second):
        documents = [link for link in links if link.startswith(f"/audits/{audit}/documents/")]
        assert len(documents) == 3
        assert client.get(documents[0]).status_code == 200
    assert "&lt;script&gt;alert(1)" in page
    chooser = client.get(f"/audits/compare?first={first}&second=").text
    assert f'<option value="{first}" selected>' in chooser
    assert f'href="/audits/compare?first={first}"' in client.get(f"/audits/{first}").text
    assert 'href="/audits/compare"' in client.get("/audits").text


def test_what_cannot_be_compared_is_refused(client: TestClient, database: Database, corpora: tuple[int, int]) -> None:
    first, second = add_audit(database, corpora[0], FIRST, 1.0), add_audit(database, corpora[1], SECOND, 0.8)
    refused: tuple[tuple[dict[str, int | str], int], ...] = (
        ({"first": first, "second": first}, 422),
        ({"first": first, "second": 999}, 404),
        ({"first": first, "second": second, "probe": "gone"}, 404),
        ({"first": first}, 422),
    )
    for parameters, status in refused:
        assert client.get("/api/v1/audits/compare", params=parameters).status_code == status
    with database.session() as session:
        session.get_one(AuditRow, second).status = Status.RUNNING
    answer = client.get("/api/v1/audits/compare", params={"first": first, "second": second})
    assert answer.status_code == 409
