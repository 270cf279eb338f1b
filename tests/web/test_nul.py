"""U+0000: PostgreSQL cannot store it, so every entry of free text refuses it, on either database."""

from collections.abc import Mapping

import pytest
from fastapi.testclient import TestClient

from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.store import jobs
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import CorpusRow, JobKind, Status
from tests.audit_sample import make_audit

HEADERS = {"origin": "http://127.0.0.1:8000"}
NUL = "home\0office"
PROBE: dict[str, object] = {
    "name": "own",
    "targets": {"he": ["he", "his"], "she": ["she", "her"]},
    "attributes": {"work": ["office", "career"], "home": ["home", "family"]},
}


def test_free_text_with_a_nul_is_refused_wherever_it_comes_in(client: TestClient, database: Database) -> None:
    sample = make_audit(database)
    audit, corpus = f"/audits/{sample.audit_id}", f"/corpora/{sample.corpus_id}"
    document = f"{corpus}/documents/{sample.document_ids[0]}"
    pairs: dict[str, object] = {**PROBE, "targets": {"he": [NUL, "his"], "she": ["she", "her"]}}
    bodies: list[tuple[str, str, Mapping[str, object]]] = [
        *(("PATCH", address, {"note": NUL}) for address in (audit, corpus, document, "/probes/6")),
        *(("PATCH", address, {"name": NUL}) for address in (audit, corpus)),
        ("POST", "/audits", {"corpus_id": sample.corpus_id, "probes": ["weat-6"], "name": NUL}),
        *(("POST", "/probes", {**PROBE, name: NUL}) for name in ("name", "description", "source")),
        ("POST", "/probes", pairs),
        *(("PUT", f"{audit}/report", {name: NUL}) for name in ("title", "question", "notes", "licence", "consent")),
        ("PUT", f"{audit}/report", {"authors": [NUL]}),
        ("POST", f"{audit}/what-ifs", {"ids": [NUL]}),
        ("POST", f"{audit}/what-ifs", {"strongest": 1, "probe": NUL}),
        ("POST", f"{audit}/checks", {"plan": "chosen", "probe": NUL}),
        ("POST", f"{audit}/checks", {"plan": "turning", "keep": [NUL]}),
        ("POST", f"{audit}/checks", {"plan": "turning", "only": {NUL: ["x"]}}),
        ("POST", f"{audit}/checks", {"plan": "turning", "only": {"source": [NUL]}}),
        ("POST", f"{audit}/checks", {"plan": "chosen", "ids": [NUL]}),
        ("POST", f"{audit}/marked/ids", {"ids": [NUL]}),
        *(("POST", f"{audit}/mitigations", body) for body in ({"probe": NUL}, {"ids": [NUL]}, {"list_names": [NUL]})),
        ("POST", f"{audit}/rewritings", {"list_names": [NUL]}),
        ("POST", f"{audit}/rewritings", {"plan": {"method": "remove"}, "removed_sentences": [f"{NUL}:1"]}),
    ]
    for method, address, body in bodies:
        answer = client.request(method, f"/api/v1{address}", json=body, headers=HEADERS)
        assert answer.status_code in (404, 422), (method, address, body, answer.text)
    forms = [
        *((f"{address}/note", {"note": NUL}) for address in (document, "/probes/6")),
        *((f"{address}/name", {"name": NUL, "note": "x"}) for address in (audit, corpus)),
        *((f"{address}/name", {"name": "x", "note": NUL}) for address in (audit, corpus)),
        (f"{audit}/report", {"title": NUL}),
        (f"{audit}/what-ifs", {"source": "ids", "ids": NUL}),
        (f"{audit}/marked/ids", {"ids": NUL}),
    ]
    for address, form in forms:
        answer = client.post(address, data=form, headers=HEADERS)
        assert answer.status_code == 422, (address, form, answer.text)
    for query in ("search=home%00", "field=source&value=%00x"):  # what is looked for is read as if it were not there
        for address in (f"{audit}/documents?{query}", f"/api/v1{audit}/documents?{query}"):
            assert client.get(address).status_code == 200, address


def test_no_database_takes_a_text_with_a_nul(database: Database) -> None:
    with pytest.raises(InvalidInput), database.session() as session:
        session.add(CorpusRow(name=NUL, filename="c.txt", reader_options={}))
    with pytest.raises(InvalidInput), database.session() as session:
        session.query(CorpusRow).where(CorpusRow.name == NUL).all()


def test_an_error_that_quotes_a_nul_still_ends_its_job(database: Database) -> None:
    with database.session() as session:
        job_id, _ = jobs.add(session, JobKind.PREVIEW, "none")
        assert jobs.end(session, job_id, Status.FAILED, f"{NUL} cannot be read.", "Mend it.")
    with database.session() as session:
        assert jobs.get(session, job_id).error == "homeU+0000office cannot be read."
