"""One document of an audit through the API."""

import pytest
from fastapi.testclient import TestClient

from skipgram_audit.store.database import Database
from tests.audit_sample import Sample, make_audit
from tests.conftest import settings_on

settings = settings_on("sqlite", "postgres")


@pytest.fixture
def sample(database: Database) -> Sample:
    return make_audit(database, copies=3)


def test_a_document_is_the_sum_of_its_parts(client: TestClient, sample: Sample) -> None:
    document_id = sample.document_ids[4]
    document = client.get(f"/api/v1/audits/{sample.audit_id}/documents/{document_id}").json()
    assert document["influence"] == pytest.approx(sample.influences["weat-6"][4])
    assert sum(item["influence"] for item in document["sentences"]) == pytest.approx(document["influence"])
    assert sum(item["influence"] for item in document["tokens"]) == pytest.approx(document["influence"], abs=1e-7)
    sentence = document["sentences"][1]
    assert document["text"][sentence["start"] : sentence["end"]] == "She saw his office 😀 from her home."
    tokens = [document["text"][item["start"] : item["end"]] for item in document["tokens"]]
    assert tokens == ["She", "saw", "his", "office", "from", "her", "home"]


def test_a_documents_neighbours_follow_filters_and_view(client: TestClient, sample: Sample) -> None:
    address = f"/api/v1/audits/{sample.audit_id}/documents"
    for view, search in (("amplifying", "office"), ("mitigating", "office"), ("amplifying", "")):
        filters = {"view": view, "search": search}
        walked = [row["document_id"] for row in client.get(address, params=filters).json()["items"]]
        assert len(walked) > 1
        for before, one, after in zip([None, *walked], walked, [*walked[1:], None], strict=False):
            found = client.get(f"{address}/{one}", params=filters).json()
            assert (found["above"], found["below"]) == (before, after)
