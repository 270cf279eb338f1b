"""The documentation: the site is built as `make docs` builds it, with warnings as errors, and read."""

import os
import pkgutil
import re
import subprocess
import sys
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from skipgram_audit import __version__
from skipgram_audit.cli.main import cli
from skipgram_audit.model.estimators import DESCRIPTIONS
from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.settings import Settings

CHECKOUT = Path(__file__).parents[2]
ROOT_PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


class Page(HTMLParser):
    """What a page says, and from where a browser loads what it shows."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in ("script", "img", "iframe", "source"):
            self.loaded.append(values.get("src") or "")
        if tag == "link" and values.get("rel") != "canonical":
            self.loaded.append(values.get("href") or "")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=CHECKOUT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )
    assert build.returncode == 0, build.stdout + build.stderr
    return folder


def reference(site: Path, name: str) -> str:
    return Page((site / "reference" / f"{name}.html").read_text(encoding="utf-8")).text


def test_a_page_loads_nothing_from_other_servers(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 30
    for path in pages:
        loaded = Page(path.read_text(encoding="utf-8")).loaded
        assert any(address.endswith(".js") for address in loaded), path
        assert not [address for address in loaded if re.match(r"(https?:)?//", address)], path


def test_the_style_sheets_load_nothing_from_other_servers(site: Path) -> None:
    sheets = list(site.rglob("*.css"))
    assert sheets
    for path in sheets:
        assert not re.search(r"(url\(|@import)\s*[\"']?(https?:)?//", path.read_text(encoding="utf-8")), path


def test_every_command_and_option_has_its_place(site: Path) -> None:
    shown, commands = reference(site, "command-line"), get_command(cli).commands  # type: ignore[attr-defined]
    assert {"audit", "check", "serve", "probes"} <= commands.keys()
    for name, command in commands.items():
        assert name in shown
        for option in (one for one in command.params if not getattr(one, "hidden", False)):
            assert option.param_type_name == "argument" or option.opts[0] in shown, (name, option.opts)


def test_every_setting_has_its_place_and_a_meaning(site: Path) -> None:
    shown = reference(site, "server-settings")
    for name, field in Settings.model_fields.items():
        assert f"SKIPGRAM_AUDIT_{name.upper()}" in shown
        assert field.description, name
        assert field.description in shown, name
    shown = reference(site, "audit-settings")
    for name in AuditSettings.model_fields:
        assert name in shown


def test_every_estimator_and_kind_is_described(site: Path) -> None:
    shown = reference(site, "estimators")
    assert all(one.title in shown for one in DESCRIPTIONS.values())
    shown = reference(site, "probe-kinds")
    assert all(one.title in shown for one in KINDS.values())


def test_every_operation_of_the_api_has_its_place(site: Path) -> None:
    shown = reference(site, "json-api")
    for operation in ("GET /audits/{audit_id}/documents", "POST /corpora", "PUT /probes/{probe_id}", "ErrorBody"):
        assert operation in shown


def test_a_build_with_a_broken_link_fails(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# Home\n\n[gone](gone.md) [nowhere](#nowhere)\n", encoding="utf-8")
    validation = re.search(r"^validation:\n(?:  .*\n)+", (CHECKOUT / "mkdocs.yml").read_text(), re.MULTILINE)
    assert validation
    (tmp_path / "mkdocs.yml").write_text(f"site_name: Broken\n{validation[0]}", encoding="utf-8")
    build = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"], cwd=tmp_path, capture_output=True, text=True
    )
    assert build.returncode != 0
    assert "gone.md" in build.stderr
    assert "#nowhere" in build.stderr


@pytest.mark.parametrize("name", ROOT_PAGES)
def test_links_of_the_pages_outside_the_site_lead_somewhere(name: str) -> None:
    links = LINK.findall((CHECKOUT / name).read_text(encoding="utf-8"))
    assert links
    for link in links:
        assert link.startswith("https://") or (CHECKOUT / link).exists(), link


def test_pages_that_the_code_names_exist() -> None:
    named = {
        page
        for source in ("app", "worker", "templates")
        for path in (CHECKOUT / source).rglob("*")
        if path.suffix in (".py", ".html", ".js")
        for page in re.findall(r"\bdocs/[\w/-]+\.md", path.read_text(encoding="utf-8"))
    }
    assert named
    assert not [page for page in named if not (CHECKOUT / page).is_file()]


def test_the_citation_has_what_a_citation_needs() -> None:
    citation = yaml.safe_load((CHECKOUT / "CITATION.cff").read_text(encoding="utf-8"))
    license_of_project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["license"]
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert citation["version"] == __version__
    assert citation["license"] == license_of_project
    (paper,) = citation["references"]
    assert [author["family-names"] for author in paper["authors"]] == ["Silva", "Chopra", "Gombolay"]


def test_the_version_has_its_entry_in_the_changelog() -> None:
    assert f"## [{__version__}]" in (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")


SOURCE_FOLDERS = ("", "worker/skipgram_audit", "app/skipgram_audit_web", "app/skipgram_audit_web/features", "tests")


def test_modules_that_the_pages_name_exist() -> None:
    named = [
        (page.name, path)
        for page in (*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/**/*.md"))
        for path in re.findall(r"`([\w/]+/\w+\.py)`", page.read_text())
    ]
    assert named
    missing = [one for one in named if not any((CHECKOUT / folder / one[1]).is_file() for folder in SOURCE_FOLDERS)]
    assert missing == []


def test_objects_that_comments_of_templates_name_exist() -> None:
    named = [
        (file.name, address)
        for file in (CHECKOUT / "templates").rglob("*.html")
        for comment in re.findall(r"\{#.*?#\}", file.read_text(), re.DOTALL)
        for address in re.findall(r"\b(?:app|worker|skipgram_audit|skipgram_audit_web)\.[\w.]*\w", comment)
    ]
    assert named
    for file, address in named:
        assert pkgutil.resolve_name(address), file


def test_per_cent_is_written_in_one_way() -> None:
    """38%, as pages and reports write it, without a space."""
    pages = [*(CHECKOUT / "docs").rglob("*.md"), *(CHECKOUT / name for name in ROOT_PAGES)]
    spaced = re.compile(r"\d[ \u00a0\u202f]%(?=[\s,.;:)|\[]|$)", re.MULTILINE)
    found = {page.name: spaced.findall(page.read_text(encoding="utf-8")) for page in pages}
    assert len(found) > 20
    assert not [name for name, wrong in found.items() if wrong]
