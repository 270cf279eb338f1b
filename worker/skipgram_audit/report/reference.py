"""The reference in Markdown: settings, estimators, kinds of probes and check plans, from their definitions in
skipgram_audit.model. For the site (docs/hooks) and for the help that the application serves."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from skipgram_audit.model.check_plan import PLANS, CheckPlan
from skipgram_audit.model.estimators import DESCRIPTIONS
from skipgram_audit.model.kind_description import KindDescription, ListRole
from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.mitigations import METHODS, MitigationPlan
from skipgram_audit.model.probe import built_in_probes as probes_with_the_product
from skipgram_audit.model.reader_options import ReaderOptions
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.report.markdown_tables import code, table
from skipgram_audit.settings import MEBIBYTE, Settings

GIBIBYTE = 1024 * MEBIBYTE
CHOICE = re.compile(r"\^\(([\w|-]+)\)\$")
MEANINGS = {"estimator": "How influence is computed: see [Estimators](estimators.md)."}
"""Of fields whose description is made for a form, and too long for a table."""


def server_settings() -> str:
    """The variables of the environment."""
    prefix = Settings.model_config["env_prefix"]
    return fields(Settings, "variable", lambda name: f"{prefix}{name}".upper())


def audit_settings() -> str:
    return fields(AuditSettings, "setting")


def check_settings() -> str:
    return fields(CheckPlan, "setting")


def mitigation_settings() -> str:
    return fields(MitigationPlan, "setting")


def mitigation_methods() -> str:
    rows = [(code(one.name), one.title, one.help, one.source) for one in METHODS.values()]
    return table(("method", "title", "what it does", "source"), rows)


def reading_options() -> str:
    return fields(ReaderOptions, "option")


def fields(model: type[BaseModel], head: str, name_of: Callable[[str], str] = str) -> str:
    """A pydantic model's fields as a table."""
    rows = [
        (code(name_of(name)), default(name, field), allowed(field), MEANINGS.get(name) or field.description or "")
        for name, field in model.model_fields.items()
    ]
    return table((head, "default", "allowed", "meaning"), rows)


def default(name: str, field: FieldInfo) -> str:
    """As JSON writes it; sizes in units that can be read."""
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True, validated_data={})
    if value in ("", (), [], {}):
        return "empty"
    if name.endswith("_bytes"):
        return f"{value / GIBIBYTE:g} GiB" if value >= GIBIBYTE else f"{value / MEBIBYTE:g} MiB"
    return code(value if isinstance(value, str | Path) else json.dumps(value))


def allowed(field: FieldInfo) -> str:
    """The values to choose from, the bounds of a number, the entries of a list, or the characters of a text."""
    if get_origin(field.annotation) is Literal:
        return ", ".join(code(value) for value in get_args(field.annotation))
    rules = {
        name: getattr(rule, name)
        for rule in field.metadata
        for name in ("ge", "gt", "le", "lt", "min_length", "max_length", "pattern")
        if getattr(rule, name, None) is not None
    }
    if choice := CHOICE.fullmatch(rules.pop("pattern", "")):
        return ", ".join(code(value) for value in choice[1].split("|"))
    if "max_length" in rules:
        unit = "characters" if field.annotation in (str, str | None) else "entries"
        return f"{rules.get('min_length', 0)} to {rules['max_length']:,} {unit}"
    if "ge" in rules and "le" in rules:
        return f"{rules['ge']:,} to {rules['le']:,}"
    words = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}
    return ", ".join(f"{words[name]} {value:,}" for name, value in rules.items() if name in words)


def check_plans() -> str:
    rows = [(code(one.name), one.title, one.help, one.sets or "", one.documents or "") for one in PLANS.values()]
    return table(("plan", "title", "what is trained, and what it tells", "sets", "documents"), rows)


def estimators() -> str:
    """A section an estimator: what its description says, word for word."""
    return "\n".join(
        f"## {one.name}\n\n**{one.title}**\n\n{one.help}\n\n*What influence means here.* {one.reach}\n"
        for one in DESCRIPTIONS.values()
    )


def probe_kinds() -> str:
    return "\n".join(probe_kind(kind) for kind in KINDS.values())


def probe_kind(kind: KindDescription) -> str:
    """One kind: its question, lists and readings."""
    lists = [
        ("`[targets]`", list_names(kind.targets), kind.targets.note),
        ("`[attributes]`", list_names(kind.attributes), kind.attributes.note),
    ]
    parameters = [
        (code(one.name), one.default, f"at least {one.minimum:g}, at most {one.maximum:g}", one.help)
        for one in kind.parameters
    ]
    return "\n\n".join(
        part
        for part in (
            f"## {kind.name}",
            f"**{kind.title}**",
            kind.measures,
            table(("table", "lists, in this order", "what they are for"), lists),
            influence(kind),
            kind.no_test or f"The p-value is of a permutation test: the {kind.permuted} words are split at random.",
            table(("parameter", "default", "allowed", "meaning"), parameters),
            f"Neutral score: {kind.neutral:g}. Source: {kind.source}.",
        )
        if part
    )


def influence(kind: KindDescription) -> str:
    """What positive influence does, with the names of the lists as the table has them."""
    roles = {"targets": kind.targets, "attributes": kind.attributes}
    names = {role: f"the {role}" for role in roles} | {"others": "the other groups"}
    names |= dict(zip("xy", kind.targets.labels, strict=False)) | dict(zip("ab", kind.attributes.labels, strict=False))
    return kind.influence.format(**{name: f"*{label.lower()}*" for name, label in names.items()})


def list_names(role: ListRole) -> str:
    more = f", up to {role.most} lists in all" if role.more else ""
    return ", ".join(role.labels) + more


def built_in_probes() -> str:
    rows = [(code(name), probe.kind, probe.description) for name, probe in probes_with_the_product().items()]
    return table(("name", "kind", "what it asks"), rows)
