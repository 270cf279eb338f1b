"""A new audit like an earlier one: what its form holds, and what it says is no longer as it was."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from lxml import html
from sqlalchemy import update

from skipgram_audit.model.probe import parse_probe
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.store import audits, probes
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import AuditModel, AuditProbe, AuditRow, CorpusWord, ImportedModelRow, Status
from tests.audit_sample import Sample, make_audit
from tests.web import page as reading

HEADERS = {"origin": "http://127.0.0.1:8000"}
SETTINGS = AuditSettings(
    casefold=False, epochs=7, seeds=[5, 6, 8], step_size=0.05, subsample=1e-5, estimator="replay", null_shuffles=0
)
OWN = {
    "name": "he and she",
    "targets": {"he": ["he", "his", "him"], "she": ["she", "her", "hers"]},
    "attributes": {"work": ["office", "career", "salary"], "home": ["home", "family", "kitchen"]},
}
"""As the sample's audit has measured it."""

PROBES = ["weat-6", "he and she"]


@pytest.fixture
def sample(database: Database) -> Sample:
    """Of two probes whose words its corpus holds."""
    made = make_audit(database)
    with database.session() as session:
        audits.get(session, made.audit_id).settings = SETTINGS.model_dump(mode="json")
        probes.create(session, parse_probe(OWN))
        session.delete(session.get_one(AuditProbe, made.probe_ids["weat-1"]))
        words = {word for probe in probes.by_names(session, PROBES) for word in probes.definition_of(probe).words()}
        session.add_all(
            CorpusWord(corpus_id=made.corpus_id, word=word, folded=word.casefold(), count=9) for word in sorted(words)
        )
    return made


def fields_of(page: str) -> dict[str, list[str]]:
    """What the form of a new audit would send."""
    (form,) = [one for one in html.fromstring(page).forms if one.action == "/audits"]
    found: dict[str, list[str]] = {}
    for name, value in form.form_values():
        found.setdefault(str(name), []).append(str(value))
    return found


def ask(client: TestClient, sample: Sample) -> str:
    return client.get("/audits/new", params={"again": sample.audit_id}).text


def change(database: Database, **changes: Any) -> None:
    """Stores the sample's own probe with changes."""
    with database.session() as session:
        (probe,) = probes.by_names(session, ["he and she"])
        probes.update(session, probe.id, parse_probe({**OWN, **changes}))


def test_the_same_audit_is_started_again_by_two_clicks(client: TestClient, database: Database, sample: Sample) -> None:
    address = f"/audits/new?again={sample.audit_id}"
    assert address in reading.links(client.get(f"/audits/{sample.audit_id}").text)
    page = client.get(address).text
    assert reading.values(page, "again") == [str(sample.audit_id)]
    assert reading.values(page, "notice") == []
    fields = fields_of(page)
    assert fields["name"] == [""]
    answer = client.post("/audits", data=fields, headers=HEADERS)
    assert answer.status_code == 303
    with database.session() as session:
        first = audits.get(session, sample.audit_id)
        second = audits.get(session, int(answer.headers["location"].rsplit("/", 1)[1]))
        assert second.id != first.id
        assert second.corpus_id == first.corpus_id
        assert AuditSettings.model_validate(second.settings) == SETTINGS
        assert sorted(probe.name for probe in second.probes) == sorted(probe.name for probe in first.probes)


def test_one_that_failed_is_run_again_with_changes(client: TestClient, database: Database, sample: Sample) -> None:
    with database.session() as session:
        audits.get(session, sample.audit_id).status = Status.FAILED
    address = f"/audits/new?again={sample.audit_id}"
    assert address in reading.links(client.get(f"/audits/{sample.audit_id}").text)
    assert fields_of(client.get(address).text)["epochs"] == ["7"]


def test_a_deleted_probe_is_named(client: TestClient, database: Database, sample: Sample) -> None:
    with database.session() as session:
        probes.delete(session, probes.by_names(session, ["he and she"])[0].id)
    page = ask(client, sample)
    assert (reading.values(page, "gone"), reading.values(page, "changed")) == (["he and she"], [])
    fields = fields_of(page)
    assert sorted(fields["probes"]) == ["weat-6"]
    # Also while the form is filled in, and when it could not be started.
    again = client.get("/audits/new", params={**fields, "epochs": "9"}).text
    assert (reading.values(again, "gone"), fields_of(again)["epochs"]) == (["he and she"], ["9"])
    refused = client.post("/audits", data={**fields, "epochs": "0"}, headers=HEADERS)
    assert (refused.status_code, reading.values(refused.text, "gone")) == (422, ["he and she"])


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"description": "Other words about it."}, []),
        ({"targets": {**OWN["targets"], "he": ["he", "his", "Paul"]}}, ["he and she"]),  # type: ignore[dict-item]
        ({"targets": dict(reversed(OWN["targets"].items()))}, ["he and she"]),  # type: ignore[attr-defined]
    ],
)
def test_a_changed_probe_is_named(
    client: TestClient, database: Database, sample: Sample, changes: dict[str, Any], named: list[str]
) -> None:
    """The order of two lists decides the sign of the score; a description decides nothing."""
    change(database, **changes)
    page = ask(client, sample)
    assert (reading.values(page, "gone"), reading.values(page, "changed")) == ([], named)
    assert "he and she" in fields_of(page)["probes"]


def test_a_probe_that_finds_too_few_words_is_named(client: TestClient, database: Database, sample: Sample) -> None:
    with database.session() as session:
        session.execute(update(CorpusWord).where(CorpusWord.word == "he").values(count=1))
        session.execute(update(CorpusWord).where(CorpusWord.word == "his").values(count=1))
    page = ask(client, sample)
    assert reading.values(page, "lacking") == ["he and she"]
    assert fields_of(page)["probes"] == ["weat-6"]


def test_what_is_changed_in_the_form_stays_changed(client: TestClient, sample: Sample) -> None:
    fields = fields_of(ask(client, sample))
    fields |= {"probes": ["weat-6"], "seeds": ["4"], "name": ["Other"]}
    page = client.get("/audits/new", params=fields).text
    shown = fields_of(page)
    assert {name: shown[name] for name in ("probes", "seeds", "name")} == {
        "probes": ["weat-6"], "seeds": ["4"], "name": ["Other"],
    }  # fmt: skip
    assert "casefold" not in shown


def test_models_are_ticked_where_they_are_here_and_named_where_they_are_not(
    client: TestClient, database: Database, sample: Sample
) -> None:
    facts = {"format": "text", "words": 2, "dimension": 100, "outputs": True}
    with database.session() as session:
        row = ImportedModelRow(
            name="here", filename="a.txt", source_sha256="a" * 64, source_bytes=1, status=Status.DONE, facts=facts
        )
        session.add(row)
        session.flush()
        session.add(AuditModel(audit_id=sample.audit_id, model_id=row.id))
        model_id = row.id
        audit = session.get_one(AuditRow, sample.audit_id)
        models = [{"id": model_id, "name": "here"}, {"id": model_id + 1, "name": "<b>elsewhere</b>"}]
        audit.settings = {**audit.settings, "models": models}
    page = ask(client, sample)
    assert fields_of(page)["models"] == [str(model_id)]
    assert reading.values(page, "model-gone") == ["<b>elsewhere</b>"]
    assert "<b>" not in page


def test_an_audit_that_is_not_there_is_not_run_again(client: TestClient, sample: Sample) -> None:
    assert client.get("/audits/new?again=999").status_code == 404
    assert reading.values(client.get("/audits/new?again=x").text, "again") == []
