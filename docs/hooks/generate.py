"""Fills the reference pages from the code, and adds the benchmarks' tables to the site.

A page asks for a part by a line of its own: ``<!-- generated: command-line -->``. Links to a result of a benchmark are
written as paths in the repository, so that they also work there; on the site they lead to a page made of that file.
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from posixpath import normpath, relpath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

CHECKOUT = Path(__file__).parents[2]
sys.path[:0] = [str(CHECKOUT / "app"), str(CHECKOUT / "worker")]

import command_line  # noqa: E402
import json_api  # noqa: E402
import python_api  # noqa: E402

from skipgram_audit_web.features.help import service as help_in_the_application  # noqa: E402

LINK = re.compile(r"\]\(((?:\.\./)+tests/benchmarks/[a-z_]+/results/[^)#]*)")
SHIM = re.compile(r"https://unpkg\.com/iframe-worker/shim")
RESULTS = "benchmarks/results"
PARTS: dict[str, Callable[[], str]] = {
    **help_in_the_application.PARTS,
    "command-line": command_line.markdown,
    "report-schema": json_api.report_schema,
    "json-api": json_api.markdown,
    "python-api": python_api.markdown,
}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """The site has the pages of the help in the application, in the same order."""
    contents = help_in_the_application.contents()
    config.nav = [{"Home": "index.md"}] + [
        {section: [{title: f"{path}.md"} for path, title in pages]} for section, pages in contents.items()
    ]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds every table and figure of a benchmark to the site."""
    for path in sorted(CHECKOUT.glob("tests/benchmarks/*/results/*")):
        if path.suffix in (".md", ".svg"):
            address = f"{RESULTS}/{path.parent.parent.name}/{path.name}"
            files.append(File.generated(config, address, abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Puts the generated parts in, and turns links to results into links to their pages."""
    here = page.file.src_uri.rpartition("/")[0]
    return LINK.sub(lambda link: "](" + _on_site(link[1], here), help_in_the_application.MARKER.sub(_part, markdown))


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """The site loads nothing from other servers: the stand-in for a worker is a file of its own."""
    return SHIM.sub(get_relative_url("offline-search.js", page.url), output)


def on_post_template(output: str, template_name: str, config: MkDocsConfig) -> str:
    """The same for the page of an address that is not there."""
    return SHIM.sub("/offline-search.js", output)


def _part(marker: re.Match[str]) -> str:
    if marker[1] not in PARTS:
        raise PluginError(f"Nothing generates {marker[1]!r}; there are {', '.join(PARTS)}.")
    return PARTS[marker[1]]()


def _on_site(link: str, here: str) -> str:
    _, _, benchmark, _, *name = normpath(f"docs/{here}/{link}").split("/")
    return relpath("/".join([RESULTS, benchmark, *name]), here or ".")
