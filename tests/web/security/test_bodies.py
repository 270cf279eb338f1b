"""A form cannot fill the disk."""

from collections.abc import Iterator

from fastapi.testclient import TestClient

from skipgram_audit_web.security.bodies import MAXIMUM_BODY_BYTES


def test_an_announced_large_body_is_refused(client: TestClient) -> None:
    response = client.post("/api/v1/probes", content=b"x" * (MAXIMUM_BODY_BYTES + 1))
    assert response.status_code == 413
    assert response.json()["error"]["code"] == "too_large"


def test_a_large_body_of_unknown_length_is_cut_off(client: TestClient) -> None:
    def stream() -> Iterator[bytes]:
        for _ in range(MAXIMUM_BODY_BYTES // 1_000_000 + 2):
            yield b"x" * 1_000_000

    response = client.post("/api/v1/probes", content=stream(), headers={"content-type": "application/json"})
    assert response.status_code == 413
    assert response.json()["error"]["code"] == "too_large"
