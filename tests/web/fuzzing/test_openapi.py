"""What the API answers is what its OpenAPI document says, whatever is asked: schemathesis draws the requests.

The draws are the same in every run. A longer campaign: FUZZ_EXAMPLES=200 python -m pytest tests/web/fuzzing
"""

import os
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.result import Ok

from skipgram_audit.store.database import Database
from tests.conftest import on_sqlite
from tests.web.fuzzing.sample import Filled, fill

load_all_checks()

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "3"))
CHECKED: list[Any] = [
    CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "unsupported_method",
        "allow_header_conformance",
    )
]
Operation = schemathesis.APIOperation[Any, Any, Any, Any]
Request = Case[Any]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@pytest.fixture
def filled(app: FastAPI, client: TestClient, database: Database) -> Filled:
    return fill(app.state.settings, database, app.state.queue)


def headers_of(app: FastAPI) -> dict[str, str]:
    """A program's."""
    return {"authorization": f"Bearer {app.state.secrets.new_program_token()}", "host": "127.0.0.1"}


def operations(app: FastAPI) -> list[Operation]:
    """Those that delete come last: they delete what the others ask for."""
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, headers=headers_of(app))
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    return sorted(found, key=lambda one: one.method == "delete")


def drawn(operation: Operation, parameters: dict[str, object]) -> st.SearchStrategy[Request]:
    """Requests as the document describes them and others, of what is there and of what is not."""
    known = {one.name: parameters[one.name] for one in operation.path_parameters if one.name in parameters}
    ways = [operation.as_strategy(generation_mode=mode) for mode in MODES]
    if known:
        ways += [operation.as_strategy(generation_mode=mode, path_parameters=known) for mode in MODES]
    return st.one_of(ways)


def run(requests: st.SearchStrategy[Request], check: Callable[[Request], None]) -> None:
    """Checks some requests, the same in every run."""
    health = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    quick = settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=health,
    )
    quick(given(requests)(check))()


@on_sqlite
def test_the_api_does_what_its_document_says(app: FastAPI, client: TestClient, filled: Filled) -> None:
    calls = 0
    headers = headers_of(app)
    for operation in operations(app):

        def check(case: Request) -> None:
            nonlocal calls
            calls += 1
            case.call_and_validate(checks=CHECKED, headers=headers)

        run(drawn(operation, filled.parameters), check)
    assert calls > 100
