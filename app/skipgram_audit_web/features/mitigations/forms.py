"""The form of a new comparison of mitigations: its defaults for an audit, and how its fields are read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from starlette.datastructures import FormData, QueryParams

from skipgram_audit.model.concepts import ATTRIBUTES, TARGETS
from skipgram_audit.model.errors import AuditError
from skipgram_audit.model.mitigations import METHODS, MitigationPlan
from skipgram_audit.model.word_pairs import WordPairs, built_in_pairs, parse_pairs
from skipgram_audit.report.formatting import joined
from skipgram_audit.store.mitigations import comparison_seeds
from skipgram_audit.store.models import AuditRow
from skipgram_audit_web.common.plan_forms import PlanForm, measured_probes, read_percent, sent_values
from skipgram_audit_web.common.sent_files import SentFile

PLAIN = ("probe", "concept", "share", "biased_words", "draw_seed")
ENGLISH_ONLY = ("substitute", "names", "augment", "mask", "delete")


@dataclass
class MitigationForm(PlanForm):
    """The fields of a comparison, and the methods that are ticked."""

    definition = MitigationPlan
    labels: ClassVar = {
        "probe": "Probe", "methods": "Mitigations", "concept": "Concept", "seeds": "Seeds",
        "share": "Share of the text, in %", "biased_words": "Most biased words", "draw_seed": "Seed of the draw",
        "own_pairs": "Word pairs", "positions": "Marked documents", "lists": "Word pairs",
    }  # fmt: skip

    methods: list[str] = field(default_factory=list)


def concepts(audit: AuditRow) -> list[tuple[str, str]]:
    """Value and label of every concept that can be chosen; those of a probe's own lists where some probe has two."""
    offered = [("", "As fits the probe")]
    probes = [probe for probe in audit.probes if probe.measured]
    for role, label in ((TARGETS, "The probe’s two target lists"), (ATTRIBUTES, "The probe’s two attribute lists")):
        fitting = [probe.name for probe in probes if len(probe.definition[role]) == 2]
        if fitting:
            offered.append((role, label if len(fitting) == len(probes) else f"{label}: {joined(fitting)} only"))
    return offered + [(one.name, one.title) for one in built_in_pairs().values()]


def can_train(audit: AuditRow) -> bool:
    """Whether methods on texts are possible: not with vectors that were trained elsewhere."""
    return not audit.settings.get("models")


def offered_methods(audit: AuditRow, marked: int) -> list[str]:
    """What can be chosen on an audit; the removal of chosen documents where some are marked."""
    return [
        one.name
        for one in METHODS.values()
        if one.name != "none" and (can_train(audit) or not one.trains) and (marked or one.name != "chosen")
    ]


def usual_methods(audit: AuditRow) -> list[str]:
    """What is ticked at first: the usual ones, but for the rewriting of English words in texts of another language."""
    english = audit.corpus.language.lower().startswith("en")
    offered = offered_methods(audit, 0)
    return [name for name in offered if METHODS[name].usual and (english or name not in ENGLISH_ONLY)]


def read_form(audit: AuditRow, sent: FormData | QueryParams) -> MitigationForm:
    """The form as it was sent, with its defaults where nothing was."""
    defaults = MitigationPlan()
    values = {
        "probe": next(iter(measured_probes(audit)), ""),
        "concept": defaults.concept,
        "seeds": ", ".join(map(str, comparison_seeds(audit.settings))),
        "share": f"{100 * defaults.share:g}",
        "biased_words": str(defaults.biased_words),
        "draw_seed": str(defaults.draw_seed),
        "own_pairs": "",
    }
    methods = [str(one) for one in sent.getlist("methods")] if "probe" in sent else usual_methods(audit)
    return MitigationForm(sent_values(values, sent), methods=methods)


def read_plan(form: MitigationForm, marked: Sequence[int], file: SentFile | None = None) -> MitigationPlan | None:
    """The plan that the form holds; None, with the form's errors filled in, when some field is wrong.

    Args:
        marked: positions of the marked documents.
        file: with word pairs.
    """
    values = form.values
    if not form.methods:
        form.errors["methods"] = "tick one or more"
        return None
    share = read_percent(form, "share", "share", 50)
    if share is None:
        return None
    pairs: list[WordPairs] = []
    try:
        pairs += [parse_pairs(values["own_pairs"], "own pairs")] if values["own_pairs"] else []
        pairs += [parse_pairs(file.text, Path(file.name).stem)] if file is not None else []
    except AuditError as error:
        form.errors["own_pairs"] = str(error)
        return None
    content = {name: values[name] for name in PLAIN} | {
        "methods": form.methods,
        "seeds": form.numbers("seeds"),
        "share": share,
        "positions": list(marked) if "chosen" in form.methods else [],
        "lists": [one.model_dump() for one in pairs],
    }
    return form.plan(MitigationPlan, content, otherwise="methods")
