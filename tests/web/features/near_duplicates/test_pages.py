"""Near-duplicates on pages and in the API: folded rankings, groups, a document's card, marking, corpora without."""

import pytest
from fastapi.testclient import TestClient

from skipgram_audit.report.formatting import influence, influence_digits
from skipgram_audit.store import corpora, jobs
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import JobKind, Status
from skipgram_audit.store.queue import JobQueue
from tests.audit_sample import HOSTILE_TITLE, TEXTS, Sample, make_audit
from tests.duplicates_sample import find_duplicates
from tests.web import page as reading

HEADERS = {"origin": "http://127.0.0.1:8000"}
COPIES = 3


@pytest.fixture
def sample(database: Database) -> Sample:
    made = make_audit(database, copies=COPIES)
    find_duplicates(database, made.corpus_id)
    return made


def sums(sample: Sample) -> list[float]:
    """Of each text, in the corpus's order."""
    values = sample.influences["weat-6"]
    return [sum(values[number :: len(TEXTS)]) for number in range(len(TEXTS))]


def test_a_folded_ranking_has_a_row_for_each_text_that_leads_to_its_group(client: TestClient, sample: Sample) -> None:
    root = f"/audits/{sample.audit_id}"
    page = client.get(f"{root}/documents?group_duplicates=on&view=amplifying").text
    amplifying = [total for total in sums(sample) if total > 0]
    assert page.count('<div class="ranking-row"') == len(amplifying)
    spreads = client.get(f"/api/v1{root}/documents?group_duplicates=on&view=amplifying").json()["items"]
    digits = influence_digits(amplifying, (row["spread"] for row in spreads))
    for number, total in enumerate(sums(sample)):
        link = f"{root}/near-duplicates/{sample.document_ids[number]}?probe=weat-6"
        assert (f'{influence(total, digits)}<span class="muted small"> sum of 3' in page) == (total > 0)
        assert (link in page) == (total > 0)
    plain = client.get(f"{root}/documents").text
    groups = [link for link in reading.links(plain) if link.startswith(f"{root}/near-duplicates/")]
    assert len(groups) == sum(influence > 0 for influence in sample.influences["weat-6"]) > 1
    assert "group_duplicates=on" not in plain.split("<form")[0]


def test_the_state_goes_along_and_the_way_on_passes_over_the_rest_of_a_group(
    client: TestClient, sample: Sample
) -> None:
    root = f"/api/v1/audits/{sample.audit_id}/documents"
    rows = client.get(root, params={"group_duplicates": "on", "view": "mitigating"}).json()
    assert rows["total"] == rows["matches"] == len(rows["items"]) == sum(total < 0 for total in sums(sample))
    ids = [row["document_id"] for row in rows["items"]]
    walked = [ids[0]]
    while True:
        document = client.get(f"{root}/{walked[-1]}", params={"group_duplicates": "on", "view": "mitigating"}).json()
        if document["below"] is None:
            break
        walked.append(document["below"])
    assert walked == ids
    page = client.get(f"/audits/{sample.audit_id}/documents/{ids[0]}?group_duplicates=on&view=mitigating").text
    assert reading.values(page, "grouped") == [""]
    assert "group_duplicates=on&amp;view=mitigating" in page


def test_the_api_gives_groups_and_their_documents(client: TestClient, sample: Sample) -> None:
    root = f"/api/v1/audits/{sample.audit_id}"
    listed = client.get(f"{root}/near-duplicates").json()
    assert (listed["total"], listed["facts"]["documents"]) == (5, 15)
    influences = [group["influence"] for group in listed["items"]]
    assert influences == pytest.approx(sorted(sums(sample), key=lambda total: -abs(total)))
    group = listed["items"][0]
    detail = client.get(f"{root}/near-duplicates/{group['id']}").json()
    assert sum(item["influence"] for item in detail["items"]) == pytest.approx(group["influence"])
    assert all(item["same_text"] for item in detail["items"])
    row = client.get(f"{root}/documents", params={"view": "neutral"}).json()["items"][0]
    assert (row["group"]["documents"], row["folded"]) == (COPIES, None)
    folded = client.get(f"{root}/documents", params={"view": "neutral", "group_duplicates": "on"}).json()["items"][0]
    assert folded["folded"] == folded["group"] == row["group"]
    assert client.get(f"{root}/near-duplicates/{sample.document_ids[7]}").status_code == 404


def test_pages_of_groups_and_of_a_document_name_the_others(client: TestClient, sample: Sample) -> None:
    root = f"/audits/{sample.audit_id}"
    listed = client.get(f"{root}/near-duplicates?order=documents").text
    assert [reading.values(listed, name) for name in ("documents", "groups", "largest")] == [["15"], ["5"], ["3"]]
    assert HOSTILE_TITLE not in listed
    hostile = sample.document_ids[2]
    group = client.get(f"{root}/near-duplicates/{hostile}?probe=he+and+she").text
    assert group.count('<div class="ranking-row"') == COPIES
    assert HOSTILE_TITLE not in group
    document = client.get(f"{root}/documents/{hostile}").text
    for other in (sample.document_ids[7], sample.document_ids[12]):
        assert f'href="{root}/documents/{other}?probe=weat-6"' in document
    assert f'href="{root}/near-duplicates/{hostile}?probe=weat-6"' in document


def test_a_group_and_a_folded_view_are_marked_whole(client: TestClient, sample: Sample) -> None:
    root = f"/audits/{sample.audit_id}"
    first = sample.document_ids[0]
    client.post(f"{root}/near-duplicates/{first}/mark", headers=HEADERS)
    marked = {item["document_id"] for item in client.get(f"/api/v1{root}/marked").json()["items"]}
    assert marked == {sample.document_ids[number] for number in (0, 5, 10)}
    client.post(f"{root}/marked/clear", headers=HEADERS)
    client.post(f"{root}/marked/view?group_duplicates=on&view=amplifying", headers=HEADERS)
    marked = {item["document_id"] for item in client.get(f"/api/v1{root}/marked").json()["items"]}
    positive = [number for number, total in enumerate(sums(sample)) if total > 0]
    assert marked == {sample.document_ids[number + 5 * copy] for number in positive for copy in range(COPIES)}


def test_a_corpus_of_an_older_version_says_so_and_has_them_looked_for_once(
    client: TestClient, database: Database, silent: None
) -> None:
    made = make_audit(database)
    root = f"/audits/{made.audit_id}"
    look = f"/corpora/{made.corpus_id}/near-duplicates"
    for address in (
        f"/corpora/{made.corpus_id}",
        f"{root}/documents?group_duplicates=on",
        f"{root}/near-duplicates",
        f"{root}/documents/{made.document_ids[0]}?group_duplicates=on",
    ):
        assert look in reading.links(client.get(address).text), address
    assert look not in reading.links(client.get(f"{root}/documents").text)
    refused = client.get(f"/api/v1{root}/documents", params={"group_duplicates": "on"})
    assert refused.status_code == 409
    address = f"/api/v1/corpora/{made.corpus_id}/near-duplicates"
    assert address in refused.json()["error"]["remedy"]
    started = client.post(address, headers=HEADERS)
    assert started.status_code == 202
    assert client.post(address, headers=HEADERS).json() == started.json()
    assert 'data-job="/api/v1/jobs/' in client.get(f"/corpora/{made.corpus_id}").text
    with database.session() as session:
        job = jobs.latest(session, JobKind.NEAR_DUPLICATES, made.corpus_id)
        assert job is not None
        jobs.end(session, job.id, Status.FAILED, "It broke.", "Start it again.")
        assert corpora.get(session, made.corpus_id).status == Status.DONE
    assert "It broke." in reading.alerts(client.get(f"/corpora/{made.corpus_id}").text)
    find_duplicates(database, made.corpus_id)
    assert client.post(address, headers=HEADERS).status_code == 409
    assert reading.values(client.get(f"{root}/near-duplicates").text, "groups") == ["0"]


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The workflow library takes work and never carries it out."""

    class Workflows:
        def enqueue(self, *_: object) -> None: ...
        def destroy(self) -> None: ...

    monkeypatch.setattr(JobQueue, "_connect", lambda self: Workflows())
