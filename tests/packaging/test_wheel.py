"""The wheel holds everything that the product needs, and works where there is no checkout."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--quiet"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(CHECKOUT)], check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def relative_files(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(folder).as_posix()


def test_it_holds_code_templates_styles_probes_and_migrations(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    expected = {name for root in ("app", "worker") for name in relative_files(CHECKOUT / root)}
    expected |= {f"skipgram_audit/templates/{name}" for name in relative_files(CHECKOUT / "templates")}
    expected |= {f"skipgram_audit/migrations/{name}" for name in relative_files(CHECKOUT / "migrations")}
    expected |= {
        f"skipgram_audit/docs/{name}"
        for name in relative_files(CHECKOUT / "docs")
        if name.startswith(("guide/", "method/", "benchmarks/", "reference/"))
        or name in ("glossary.md", "architecture.md")
    }
    assert "skipgram_audit/docs/guide/images/walk-01-start.png" in expected
    assert "skipgram_audit/templates/base.html" in expected
    assert "skipgram_audit/templates/static/style.css" in expected
    assert "skipgram_audit/migrations/env.py" in expected
    assert "skipgram_audit/model/builtin/weat-10.toml" in expected
    assert expected - names == set()
    surplus = {name for name in names - expected if ".dist-info/" not in name}
    assert surplus == set()
    assert any(name.endswith("LICENSE") for name in names)


def test_it_works_without_a_checkout(wheel: Path, tmp_path: Path) -> None:
    """The unpacked wheel, first on the path, in an empty folder: migrations run, pages render."""
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    code = """
from pathlib import Path
from fastapi.testclient import TestClient
import skipgram_audit
assert str(Path(skipgram_audit.__file__)).startswith({installed!r}), skipgram_audit.__file__
from skipgram_audit_web.main import create_app
from skipgram_audit.settings import Settings
from skipgram_audit.store.migrate import migrate
settings = Settings()
migrate(settings)
application = create_app(settings)
token = application.state.secrets.new_program_token()
headers = dict(authorization=f"Bearer {{token}}")
with TestClient(application, base_url="http://127.0.0.1:8000", headers=headers) as client:
    for path in ("/probes", "/corpora", "/audits", "/static/style.css"):
        response = client.get(path)
        assert response.status_code == 200, (path, response.text)
    assert "weat-10" in client.get("/probes").text
print("works")
"""
    command = [sys.executable, "-c", code.format(installed=str(installed))]
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert result.stdout == "works\n", result.stderr
    assert [path.name for path in folder.iterdir()] == ["data"]


def test_the_command_of_the_wheel_is_ours(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (entry,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
    assert "skipgram-audit = skipgram_audit.cli.main:main" in archive.read(entry).decode()
