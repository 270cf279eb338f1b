"""The files around the code: compose, lock files, what CI runs. The compose file is checked for its form only."""

import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

CHECKOUT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text()))


def test_compose_runs_web_worker_and_postgres(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"web", "worker", "postgres"}
    assert services["web"]["command"] == ["skipgram-audit", "web"]
    assert services["worker"]["command"] == ["skipgram-audit", "worker"]
    for name in ("web", "worker"):
        environment = services[name]["environment"]
        assert environment["SKIPGRAM_AUDIT_DATABASE_URL"].startswith("postgresql+psycopg://")
        assert "data:/data" in services[name]["volumes"]
        assert services[name]["depends_on"]["postgres"]["condition"] == "service_healthy"


def test_compose_publishes_on_loopback_only(compose: dict[str, Any]) -> None:
    published = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert published == ["127.0.0.1:8000:8000"]


def test_compose_names_only_volumes_and_files_that_there_are(compose: dict[str, Any]) -> None:
    used = {volume.split(":")[0] for service in compose["services"].values() for volume in service.get("volumes", [])}
    assert used == set(compose["volumes"])
    dockerfile = compose["services"]["web"]["build"]["dockerfile_inline"]
    sources = [source for line in re.findall(r"^COPY (.+) \S+$", dockerfile, re.MULTILINE) for source in line.split()]
    assert "requirements.lock" in sources
    for source in sources:
        assert (CHECKOUT / source).exists(), source


def test_compose_settings_are_settings_of_ours(compose: dict[str, Any]) -> None:
    from skipgram_audit.settings import Settings

    for service in ("web", "worker"):
        names = set(compose["services"][service]["environment"]) - {"PGPASSWORD"}  # read by libpq
        assert names
        for name in names:
            assert name.removeprefix("SKIPGRAM_AUDIT_").lower() in Settings.model_fields


def locked(name: str) -> dict[str, str]:
    lines = (CHECKOUT / name).read_text().splitlines()
    assert len(lines) > 10
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line) for line in lines)
    return {
        re.sub(r"[-_.]+", "-", project).lower(): version for project, version in (line.split("==") for line in lines)
    }


def test_lock_files_satisfy_the_project_and_each_other() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    run, development = locked("requirements.lock"), locked("requirements-dev.lock")
    assert run["torch"] == "2.13.0"
    assert run.items() <= development.items()
    extras = project["optional-dependencies"]
    for lock, requirements in (
        (run, project["dependencies"]),
        (development, extras["dev"] + extras["docs"] + extras["cluster"]),
    ):
        for text in requirements:
            requirement = Requirement(text)
            version = lock[re.sub(r"[-_.]+", "-", requirement.name).lower()]
            assert requirement.specifier.contains(version), text


def test_ci_runs_the_same_command_as_a_person() -> None:
    script = CHECKOUT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text().rstrip().endswith("exec make test")
    subprocess.run(["bash", "-n", str(script)], check=True)
