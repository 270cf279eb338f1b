"""The template environment that pages and report.html share."""

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from skipgram_audit.model.estimators import DESCRIPTIONS
from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.pretrained import doubts
from skipgram_audit.report.bars import influence_bar
from skipgram_audit.report.document.characters import without_controls
from skipgram_audit.report.excerpts import marked
from skipgram_audit.report.formatting import FILTERS
from skipgram_audit.resources import templates_folder


def make_environment() -> Environment:
    """Everything is escaped, and a misspelt name is an error, not an empty string."""
    environment = Environment(
        loader=FileSystemLoader(templates_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Sorted, the word lists of a manifest would change places, and their order decides the sign of a score.
    environment.policies["json.dumps_kwargs"] = {"sort_keys": False, "ensure_ascii": False}
    environment.filters.update(FILTERS, marked=marked, shown=without_controls)
    # Pages link terms to the glossary that the application serves; a report has no such place.
    environment.filters["explained"] = lambda label: label
    environment.globals.update(
        bar=influence_bar,
        estimator_descriptions=DESCRIPTIONS,
        probe_kinds=KINDS,
        doubts=doubts,
    )
    return environment
