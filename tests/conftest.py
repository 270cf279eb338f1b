"""What tests of every part share.

``settings`` and everything built on it (``database``, ``client``) run twice: on SQLite and on a throw-away Postgres.
Without Postgres on the machine the second half is skipped, but in CI (the environment has CI=true) it fails.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # Tests run side by side on all cores; before anything loads OpenMP.

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import hypothesis
import pytest

from skipgram_audit.settings import Settings

if TYPE_CHECKING:  # Loaded by the fixtures that need them: tests of one module alone start in a moment.
    from fastapi import APIRouter, FastAPI
    from fastapi.testclient import TestClient

    from skipgram_audit.store.database import Database
    from tests.postgres import PostgresCluster

hypothesis.settings.register_profile("any machine", deadline=None)  # no limit by the clock on the wall
hypothesis.settings.load_profile("any machine")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """A process more than there are cores, since much of the suite waits for servers and workers; four at most, since
    each has a database cluster of its own."""
    return min(4, (os.cpu_count() or 1) + 1)


IN_CI = os.environ.get("CI", "").lower() in ("1", "true")


def missing(what: str) -> NoReturn:
    """Something that tests need is not installed: in CI that is a failure, elsewhere a skip."""
    if IN_CI:
        pytest.fail(f"{what} is missing, and CI must not skip tests")
    pytest.skip(f"{what} is not installed")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with migrated SQLite files, to be copied: migrating anew takes longer than most tests."""
    folder = tmp_path_factory.mktemp("sqlite-template")
    _migrate(Settings(data_folder=folder))
    return folder


def _migrate(settings: Settings) -> None:
    from skipgram_audit.jobs.runtime import migrate_jobs
    from skipgram_audit.store.migrate import migrate

    migrate(settings)
    migrate_jobs(settings)


@pytest.fixture(scope="session")
def postgres_cluster() -> "Iterator[PostgresCluster]":
    from tests.postgres import PostgresCluster, find_binaries

    binaries = find_binaries()
    if binaries is None:
        missing("PostgreSQL")
    cluster = PostgresCluster(binaries)
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres_cluster: "PostgresCluster", tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a migrated database, to be copied."""
    address = postgres_cluster.create("migrated")
    _migrate(Settings(data_folder=tmp_path_factory.mktemp("postgres-template"), database_url=address))
    return "migrated"


def settings_on(*kinds: str) -> Any:
    """A fixture of settings with an own data folder and a migrated database, once for each kind of database.

    A folder of tests to which the database makes no difference sets ``settings = settings_on("sqlite")``.
    """

    @pytest.fixture(params=kinds)
    def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
        folder = tmp_path / "data"
        folder.mkdir()
        if request.param == "sqlite":
            template: Path = request.getfixturevalue("sqlite_template")
            shutil.copytree(template, folder, dirs_exist_ok=True)
            yield Settings(data_folder=folder)
            return
        cluster: PostgresCluster = request.getfixturevalue("postgres_cluster")
        name = f"test_{uuid.uuid4().hex}"
        address = cluster.create(name, request.getfixturevalue("postgres_template"))
        yield Settings(data_folder=folder, database_url=address)
        cluster.drop(name)

    return settings


settings = settings_on("sqlite", "postgres")

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
"""For a test to which the database makes no difference, in a module of others."""

on_both = pytest.mark.parametrize("settings", ["sqlite", "postgres"], indirect=True)
"""For a test to which it makes one, in a module of others."""


@pytest.fixture
def database(settings: Settings) -> "Iterator[Database]":
    """A migrated database without rows of its own but the built-in probes."""
    from skipgram_audit.store.database import Database

    opened = Database(settings)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def routes(sqlite_template: Path) -> "APIRouter":
    """The routes of all applications of this process: preparing them takes longer than most requests. Which application
    a request is for, and so its settings and its database, is known to the request."""
    from skipgram_audit_web.main import create_app

    return create_app(Settings(data_folder=sqlite_template)).router


@pytest.fixture
def app(settings: Settings, routes: "APIRouter") -> "FastAPI":
    from skipgram_audit_web.main import create_app

    made = create_app(settings)
    made.router = routes
    return made


@pytest.fixture
def stranger(app: "FastAPI") -> "Iterator[TestClient]":
    """A client that is not signed in."""
    from fastapi.testclient import TestClient

    with TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        yield client


@pytest.fixture
def client(app: "FastAPI", stranger: "TestClient", settings: Settings) -> "TestClient":
    """A client that is signed in, as a browser is."""
    from skipgram_audit_web.security.guard import cookie_name

    stranger.cookies.set(cookie_name(settings), app.state.secrets.new_session())
    return stranger
