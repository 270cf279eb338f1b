"""The application as a whole: what it imports, how it starts, and how it says that something is wrong."""

import subprocess
import sys
from pathlib import Path

from fastapi.testclient import TestClient

from skipgram_audit.settings import Settings
from skipgram_audit_web.main import create_app
from tests.web import page as reading

START = """
import sys
from skipgram_audit_web.main import create_app
from skipgram_audit.settings import Settings
create_app(Settings(data_folder={folder!r}))
heavy = {{"torch", "gensim", "numba", "scipy", "sklearn", "pyarrow", "typst", "dbos", "alembic"}} & set(sys.modules)
heavy |= {{name for name in sys.modules if name.startswith({computing!r})}} - {light!r}
print(*sorted(heavy))
"""


COMPUTING = tuple(
    f"skipgram_audit.{part}"
    for part in (
        "attribution",
        "auditing",
        "cli",
        "cluster",
        "corpus",
        "jobs",
        "pretrained",
        "probes",
        "retraining",
        "serving",
        "training",
    )
)
LIGHT = {
    f"skipgram_audit.{module}"
    for module in (
        "auditing", "auditing.at_once", "auditing.folder",
        "corpus", "corpus.added_texts", "corpus.encoding", "corpus.sentences",
    )
}  # fmt: skip
"""Parts of them that read an audit's folder, answer from what is stored, and cut a text into sentences and words."""


def test_the_web_process_imports_nothing_heavy(tmp_path: Path) -> None:
    script = START.format(folder=str(tmp_path), computing=COMPUTING, light=LIGHT)
    command = [sys.executable, "-W", "error", "-c", script]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout.split() == []


def test_the_start_page_leads_somewhere(client: TestClient) -> None:
    response = client.get("/", follow_redirects=True)
    assert response.status_code == 200
    assert "<h1>" in response.text


def test_the_api_document_says_of_each_field_what_its_docstring_does(client: TestClient) -> None:
    schemas = client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    assert not [name for name, schema in schemas.items() if "Attributes:" in schema.get("description", "")]
    overlap = schemas["TopOverlap"]
    assert overlap["description"] == "Documents that are among the ``size`` strongest of one sign in both audits."
    told = {name: one.get("description", "") for name, one in overlap["properties"].items()}
    assert told["positive"] == "Of positive influence, else of negative."
    assert told["first"] == told["second"]
    assert told["first"].endswith("fewer than ``size`` where fewer have that sign.")
    assert told["size"] == ""


def test_the_api_document_is_described_again_when_routes_come(settings: Settings) -> None:
    app = create_app(settings)
    first = app.openapi()
    app.get("/api/v1/later")(lambda: None)
    later = app.openapi()
    assert "/api/v1/later" in later["paths"]
    assert later["components"]["schemas"] == first["components"]["schemas"]


def test_errors_have_one_json_shape(client: TestClient) -> None:
    answers = [
        client.get("/api/v1/nothing"),
        client.delete("/api/v1/probes"),
        client.get("/api/v1/probes/word"),
        client.get("/api/v1/probes/999999"),
        client.get("/api/v1/jobs/none"),
        client.post("/api/v1/probes", content=b"{", headers={"content-type": "application/json"}),
    ]
    assert [answer.status_code for answer in answers] == [404, 405, 422, 404, 404, 422]
    for answer in answers:
        assert set(answer.json()) == {"error"}
        assert set(answer.json()["error"]) == {"code", "message", "remedy", "details"}
        assert answer.json()["error"]["message"]


def test_errors_are_pages_for_people(client: TestClient) -> None:
    page = client.get("/probes/999999")
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert reading.values(page.text, "error") == ["not_found"]


def test_the_health_check_answers(stranger: TestClient) -> None:
    assert stranger.get("/healthz").json() == {"status": "ok"}
