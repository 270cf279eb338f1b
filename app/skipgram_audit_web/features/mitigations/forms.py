"""The form of a new comparison of mitigations: its defaults for an audit, and how its fields are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from starlette.datastructures import FormData, QueryParams

from skipgram_audit.model.concepts import ATTRIBUTES, TARGETS
from skipgram_audit.model.mitigations import METHODS, MitigationPlan
from skipgram_audit.model.validation import problems_of
from skipgram_audit.model.word_pairs import built_in_pairs
from skipgram_audit.store.models import AuditRow

SCHEMA: dict[str, Any] = MitigationPlan.model_json_schema()["properties"]
PLAIN = ("probe", "concept", "share", "biased_words", "draw_seed")
ENGLISH_ONLY = ("substitute", "names")
LABELS = {
    "probe": "Probe", "methods": "Mitigations", "concept": "Concept", "seeds": "Seeds", "share": "Share of the text",
    "biased_words": "Most biased words", "draw_seed": "Seed of the draw",
}  # fmt: skip


@dataclass
class MitigationForm:
    """What was filled in, and what of it is wrong (field name -> sentence)."""

    values: dict[str, str]
    methods: list[str]
    errors: dict[str, str] = field(default_factory=dict)

    def help(self, name: str) -> str:
        return str(SCHEMA[name]["description"])

    def problems(self) -> str:
        """All that is wrong, in one sentence."""
        return "; ".join(f"{LABELS.get(name, name)}: {text}" for name, text in self.errors.items())


def concepts() -> list[tuple[str, str]]:
    """Value and label of every concept that can be chosen."""
    return [
        ("", "As fits the probe"),
        (TARGETS, "The probe’s two target lists"),
        (ATTRIBUTES, "The probe’s two attribute lists"),
        *((one.name, one.title) for one in built_in_pairs().values()),
    ]


def can_train(audit: AuditRow) -> bool:
    """Whether methods on texts are possible: not with vectors that were trained elsewhere."""
    return not audit.settings.get("models")


def offered_methods(audit: AuditRow) -> list[str]:
    """What can be chosen on an audit."""
    return [one.name for one in METHODS.values() if one.name != "none" and (can_train(audit) or not one.trains)]


def usual_methods(audit: AuditRow) -> list[str]:
    """What is ticked at first: all but the substitution of English words in texts of another language."""
    english = audit.corpus.language.lower().startswith("en")
    return [name for name in offered_methods(audit) if english or name not in ENGLISH_ONLY]


def read_form(audit: AuditRow, sent: FormData | QueryParams) -> MitigationForm:
    """The form as it was sent, with its defaults where nothing was."""
    defaults = MitigationPlan()
    values = {
        "probe": next((probe.name for probe in audit.probes if probe.measured), ""),
        "concept": defaults.concept,
        "seeds": ", ".join(map(str, audit.settings["seeds"])),
        "share": f"{100 * defaults.share:g}",
        "biased_words": str(defaults.biased_words),
        "draw_seed": str(defaults.draw_seed),
    }
    methods = [str(one) for one in sent.getlist("methods")] if "probe" in sent else usual_methods(audit)
    return MitigationForm({name: str(sent.get(name, value)).strip() for name, value in values.items()}, methods)


def read_plan(form: MitigationForm) -> MitigationPlan | None:
    """The plan that the form holds; None, with the form's errors filled in, when some field is wrong."""
    values: Mapping[str, Any] = form.values
    if not form.methods:
        form.errors["methods"] = "tick one or more"
        return None
    try:
        share = float(values["share"].replace(",", ".")) / 100
    except ValueError:
        form.errors["share"] = "a number is needed"
        return None
    try:
        return MitigationPlan.model_validate(
            {
                **{name: values[name] for name in PLAIN},
                "share": share,
                "methods": form.methods,
                "seeds": [item for item in values["seeds"].replace(",", " ").split() if item],
            }
        )
    except ValidationError as error:
        for name, text in problems_of(error):
            form.errors.setdefault(name.split(".")[0] or "methods", text)
        return None
