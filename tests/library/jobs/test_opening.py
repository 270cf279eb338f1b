"""An audit made without a server is taken into one, browsed there, and leaves it as a folder again."""

import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from fastapi.testclient import TestClient

import skipgram_audit as sga
from skipgram_audit.computing.progress import progress_bars
from skipgram_audit.jobs.opening import open_in_server
from skipgram_audit.settings import Settings
from tests.library.samples import news_texts
from tests.library.test_api import PROBE, SMALL


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> sga.Audit:
    texts = list(news_texts())
    corpus = sga.Corpus.from_documents(
        texts, metadata={"half": [number % 2 for number in range(len(texts))]}, name="news"
    )
    settings = {**SMALL, "epochs": 1, "estimator": "replay"}
    return sga.audit(corpus, PROBE, tmp_path_factory.mktemp("opening") / "out", **settings)


def test_a_folder_is_browsed_in_a_server_and_comes_back_the_same(
    audit: sga.Audit, settings: Settings, client: TestClient, tmp_path: Path
) -> None:
    with progress_bars() as phase:
        number = open_in_server(settings, audit.folder, phase)
    answer = client.get(f"/api/v1/audits/{number}").json()
    assert answer["status"] == "done"
    assert answer["results"][0]["score"] == pytest.approx(audit.scores["score"][0])
    listed = client.get(f"/api/v1/audits/{number}/documents", params={"view": "amplifying", "limit": 500}).json()[
        "items"
    ]
    expected = audit.documents()
    up = expected[expected["influence"] * audit.scores["score"][0] > 0]
    assert {row["external_id"] for row in listed} == set(up["document"])
    found = client.get(f"/api/v1/audits/{number}/documents", params={"search": "government"})
    assert found.status_code == 200
    sent = client.get(f"/audits/{number}/folder.zip")
    assert int(sent.headers["content-length"]) == len(sent.content)
    with zipfile.ZipFile(io.BytesIO(sent.content)) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path)
    again = sga.open(tmp_path / f"audit-{number}")
    columns = list(expected.columns)
    pd.testing.assert_frame_equal(again.documents()[columns], expected)
    pd.testing.assert_frame_equal(again.words(), audit.words())
    assert (again.folder / "artifacts" / "influences.npz").read_bytes() == (
        audit.folder / "artifacts" / "influences.npz"
    ).read_bytes()
    top = list(expected["document"][:10])
    pd.testing.assert_frame_equal(again.what_if(without=top), audit.what_if(without=top))


def test_a_folder_without_an_audit_is_refused(settings: Settings, tmp_path: Path) -> None:
    with progress_bars() as phase, pytest.raises(sga.AuditError, match="no finished audit"):
        open_in_server(settings, tmp_path, phase)
