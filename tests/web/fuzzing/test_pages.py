"""Whatever stands in an address, a page says in plain words what is wrong: never a server error, never a validator's
own text. The draws are the same in every run; FUZZ_EXAMPLES makes them more."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from skipgram_audit.store.database import Database
from tests.web.fuzzing.sample import Filled, fill

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "2"))
HOSTILE = [
    "", "0", "1", "-1", "abc", "1.5", "nan", "inf", "-inf", "1e400", "true", "2147483648", "9223372036854775808",
    "9" * 20, "9" * 5000, "x" * 3000, "\0", "a\0b", "é", "١٢", "😀", "'", '"', "%", "../..",
    "<script>alert(1)</script>",     "after.1", "before.-5", "after.999999999999999999", "after.x", "after.",
    "office", "weat-6", "source", "\n", "\u2028",
]  # fmt: skip
RAW = ("Input should be", "unable to parse", "validation error", "Traceback", "value_error", "_parsing")


@dataclass(frozen=True)
class Address:
    """A route of pages: its path, its parameters, and its method."""

    method: str
    path: str
    path_names: list[str]
    query_names: list[str]


def addresses(app: FastAPI) -> Iterator[Address]:
    for included in app.router.routes:
        for route in getattr(getattr(included, "original_router", None), "routes", ()):
            if isinstance(route, APIRoute) and not route.include_in_schema and route.path != "/sign-out":
                path_names = [part.strip("{}") for part in route.path.split("/") if part.startswith("{")]
                for method in route.methods or ():
                    yield Address(method, route.path, path_names, query_names(route.dependant))


def query_names(dependant: Dependant) -> list[str]:
    """Of a route and of what it depends on."""
    own = [one.alias for one in dependant.query_params]
    return own + [name for one in dependant.dependencies for name in query_names(one)]


def drawn(address: Address, parameters: dict[str, object], known: bool) -> st.SearchStrategy[str]:
    """Addresses of what is there, or of anything else, with parameters of any value."""
    values = st.sampled_from(HOSTILE) | st.text(max_size=20)
    there = {name: st.just(str(parameters.get(name, "1"))) for name in address.path_names}
    paths = there if known else dict.fromkeys(address.path_names, values)
    names = st.sampled_from(address.query_names or ["unknown"])
    queries = st.dictionaries(names, values, max_size=2)  # more of them, and one is always refused

    def written(chosen: tuple[dict[str, str], dict[str, str]]) -> str:
        path = address.path
        for name, value in chosen[0].items():
            path = path.replace("{" + name + "}", _quoted(value) or "%20")
        query = "&".join(f"{name}={_quoted(value)}" for name, value in chosen[1].items())
        return f"{path}?{query}" if query else path

    return st.tuples(st.fixed_dictionaries(paths), queries).map(written)


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


@pytest.fixture
def filled(app: FastAPI, client: TestClient, database: Database) -> Filled:
    return fill(app.state.settings, database, app.state.queue)


def require_plain(client: TestClient, method: str, address: str) -> None:
    answer = client.request(method, address, headers={"origin": "http://127.0.0.1:8000"})
    assert answer.status_code < 500, f"{method} {address[:300]}: {answer.status_code}"
    if answer.headers.get("content-type", "").startswith("text/html"):
        raw = [text for text in RAW if text in answer.text]
        assert not raw, f"{method} {address[:300]} says {raw}"


def test_pages_of_any_address_are_plain(app: FastAPI, client: TestClient, filled: Filled) -> None:
    calls = 0
    known = [one for one in addresses(app) if one.method in ("GET", "POST")]
    assert len(known) > 40
    for address in sorted(known, key=lambda one: (one.path.endswith("/delete"), one.path, one.method)):

        def check(chosen: str) -> None:
            nonlocal calls
            calls += 1
            require_plain(client, address.method, chosen)  # noqa: B023 - it is called at once

        quickly = settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        for known_path in (True, False):
            quickly(given(drawn(address, filled.parameters, known_path))(check))()
    assert calls > len(known)
