"""The template environment that pages and report.html share."""

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.formatting import FILTERS
from app.resources import templates_folder
from app.store.definitions.estimators import DESCRIPTIONS
from app.store.definitions.imported_model import doubts
from app.store.definitions.kinds import KINDS


def make_environment() -> Environment:
    """Everything is escaped, and a misspelt name is an error, not an empty string."""
    environment = Environment(
        loader=FileSystemLoader(templates_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    environment.globals.update(
        estimator_descriptions=DESCRIPTIONS,
        probe_kinds=KINDS,
        doubts=doubts,
    )
    return environment
