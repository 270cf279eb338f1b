"""The pages of the documentation that the application serves: those of docs/, by their addresses under /help."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath

from markupsafe import Markup

from skipgram_audit.model.errors import NotFound
from skipgram_audit.report import reference
from skipgram_audit.resources import docs_folder
from skipgram_audit_web.common.markdown import as_html

SECTIONS = {
    "Guide": (
        "guide/walk-through", "guide/corpus-files", "guide/choosing-settings", "guide/probes", "guide/reading-an-audit",
        "guide/using-the-result", "guide/reports", "guide/rewriting", "guide/server", "guide/cluster", "glossary",
    ),
    "Method": (
        "method/index", "method/training", "method/estimators", "method/published-estimators", "method/cross-loss",
        "method/probes", "method/uncertainty", "method/what-ifs", "method/retraining", "method/rewriting",
        "method/mitigation", "method/comparison", "method/pretrained-models", "method/documents", "method/memory",
    ),
    "Benchmarks": (
        "benchmarks/index", "benchmarks/accuracy", "benchmarks/paper", "benchmarks/uncertainty",
        "benchmarks/neighbours", "benchmarks/planted-sentences", "benchmarks/rewriting", "benchmarks/training",
        "benchmarks/mean-field", "benchmarks/what-ifs", "benchmarks/checks", "benchmarks/mitigations",
        "benchmarks/performance", "benchmarks/time-left", "benchmarks/gpu", "benchmarks/browsing",
        "benchmarks/documents", "benchmarks/cost-model",
    ),
    "Reference": (
        "reference/command-line", "reference/python", "reference/json-api", "reference/report-schema",
        "reference/audit-settings", "reference/estimators", "reference/probe-kinds", "reference/check-settings",
        "reference/mitigations", "reference/server-settings", "architecture",
    ),
}  # fmt: skip
"""Pages in the order in which they are listed, by their paths in docs/ without ".md". Pages of the folder of the same
name that are missing here come after them. The site has the same contents."""

TITLES = {"method/index": "Sign and meaning", "benchmarks/index": "How they are made"}
"""Of pages whose heading repeats that of their section."""

MARKER = re.compile(r"^<!-- generated: ([a-z-]+) -->$", re.MULTILINE)
PARTS: dict[str, Callable[[], str]] = {
    "server-settings": reference.server_settings,
    "audit-settings": reference.audit_settings,
    "check-settings": reference.check_settings,
    "check-plans": reference.check_plans,
    "mitigation-methods": reference.mitigation_methods,
    "mitigation-settings": reference.mitigation_settings,
    "estimators": reference.estimators,
    "probe-kinds": reference.probe_kinds,
    "built-in-probes": reference.built_in_probes,
    "reading-options": reference.reading_options,
    "command-line": lambda: "`skipgram-audit --help` lists the commands.",
    "json-api": lambda: "[The description of the API](/api/v1/openapi.json) lists every address.",
    "report-schema": lambda: "[The schema](/api/v1/report-schema) as JSON.",
    "python-api": lambda: "`help(skipgram_audit)` in Python shows the docstrings.",
}
"""What stands in the place of a part that is made from the code. Four parts are longer on the site (`make docs`)."""


@dataclass(frozen=True)
class HelpPage:
    """A page: its heading, its content, and the section that it is in."""

    path: str
    title: str
    html: Markup


def contents() -> dict[str, list[tuple[str, str]]]:
    """Section -> path and title of its pages."""
    return {name: [(path, title_of(path)) for path in paths] for name, paths in sections().items()}


@cache
def sections() -> dict[str, list[str]]:
    """Section -> the paths of its pages."""
    found = {}
    for name, paths in SECTIONS.items():
        folder = name.lower()
        there = sorted(f"{folder}/{path.stem}" for path in (docs_folder() / folder).glob("*.md"))
        found[name] = [*paths, *(path for path in there if path not in paths)]
    return found


@cache
def title_of(path: str) -> str:
    """What a page is called in lists."""
    return TITLES.get(path) or _source(path).partition("\n")[0].removeprefix("# ").strip()


@cache
def help_page(path: str) -> HelpPage:
    """The page of a path.

    Raises:
        NotFound: there is no such page.
    """
    if path not in _pages():
        raise NotFound(f"There is no page {path[:80]!r} in the help.", "Its first page lists all of them.")
    text = MARKER.sub(lambda marker: PARTS[marker[1]](), _source(path))
    return HelpPage(path, title_of(path), as_html(text, lambda link: address_of(link, path)))


def image_file(name: str) -> Path:
    """A picture of the guide; the name is only compared, so no path can be smuggled in.

    Raises:
        NotFound: there is no such picture.
    """
    found = {path.name: path for path in (docs_folder() / "guide" / "images").iterdir()}.get(name)
    if found is None:
        raise NotFound(f"There is no picture {name[:80]!r} in the help.")
    return found


def address_of(link: str, path: str) -> str | None:
    """Where a link of a page leads; None for files that the application does not serve: tables of benchmarks."""
    target, _, anchor = link.partition("#")
    if link.startswith(("https://", "/")) or not target:
        return link
    there = normpath(join(dirname(path), target))
    if there.startswith("guide/images/"):
        return f"/help/images/{there.rpartition('/')[2]}"
    name = there.removesuffix(".md")
    if name == "index":
        return "/help"
    return f"/help/{name}{'#' if anchor else ''}{anchor}" if name in _pages() else None


@cache
def _pages() -> frozenset[str]:
    return frozenset(path for paths in sections().values() for path in paths)


def _source(path: str) -> str:
    return (docs_folder() / f"{path}.md").read_text(encoding="utf-8")
