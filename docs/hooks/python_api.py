"""The Python API: what ``import skipgram_audit as sga`` exports, each by the place where it is defined.

Names may be loaded only when they are first used, which reading the source alone does not show; so they are looked up.
"""

import skipgram_audit


def markdown() -> str:
    """A directive of mkdocstrings for each exported name that has a definition of its own."""
    return "\n".join(_directive(name) for name in getattr(skipgram_audit, "__all__", ()) if not name.startswith("_"))


def _directive(name: str) -> str:
    exported = getattr(skipgram_audit, name)
    module, definition = getattr(exported, "__module__", ""), getattr(exported, "__qualname__", "")
    if not (module and definition):
        return ""
    return f'::: {module}.{definition}\n    options:\n      heading: "sga.{name}"\n      toc_label: "{name}"\n'
