"""The form of a new check: its defaults for a plan and an audit, and how its fields are read."""

from collections.abc import Mapping
from typing import Any, ClassVar

from skipgram_audit.model.check_plan import PLANS, USUAL_RANKINGS, CheckPlan, PlanDescription
from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.estimators import DESCRIPTIONS
from skipgram_audit.store.models import AuditRow
from skipgram_audit_web.common.plan_forms import PlanForm, measured_probes, read_percent, sent_values

NUMBERS = ("sets", "documents", "rankings", "target", "ranking", "unit", "warm_epochs", "warm_step_size", "draw_seed")


class CheckForm(PlanForm):
    """The fields of a check."""

    definition = CheckPlan
    labels: ClassVar = {
        "probe": "Probe", "sets": "Sets", "documents": "Documents", "rankings": "Rankings", "seeds": "Seeds",
        "target": "Target", "ranking": "In which order", "unit": "What goes",
        "most_share": "At most, in % of the words",
        "warm_epochs": "Further epochs", "warm_step_size": "First step size", "draw_seed": "Seed of the draw",
    }  # fmt: skip

    @property
    def description(self) -> PlanDescription:
        return PLANS[self.values["plan"]]


def can_rank_again(audit: AuditRow) -> bool:
    """Whether the audit's estimator can rank what is left."""
    return DESCRIPTIONS[audit.settings["estimator"]].supports_reranking


def default_values(audit: AuditRow, plan: str) -> dict[str, str]:
    """The form as it is first shown."""
    description = PLANS.get(plan, PLANS["halves"])
    defaults = CheckPlan()
    same_run = audit.settings["estimator"] == "unrolled"
    return {
        "plan": description.name,
        "probe": next(iter(measured_probes(audit)), ""),
        "sets": str(description.sets if description.sets is not None else defaults.sets),
        "documents": str(min(description.documents or defaults.documents, audit.corpus.document_count)),
        "rankings": str(
            USUAL_RANKINGS if description.name == "turning" and can_rank_again(audit) else defaults.rankings
        ),
        "seeds": "",
        "extent": "train",
        "truth": "same" if same_run else "like",
        "start": "cold",
        "warm_epochs": str(defaults.warm_epochs),
        "warm_step_size": str(defaults.warm_step_size),
        "draw_seed": str(defaults.draw_seed),
        "target": defaults.target,
        "ranking": defaults.ranking,
        "unit": defaults.unit,
        "leave_others": "",
        "most_percent": "100",
        "only_field": "",
        "only_value": "",
        "keep": "",
        "keep_marked": "",
        "keep_vectors": "",
    }


def usual_seeds(audit: AuditRow, form: CheckForm) -> list[int]:
    """Those that are trained where the form names none."""
    values = form.values
    plan = CheckPlan(plan=values["plan"], same_run=values["truth"] == "same", warm=values["start"] == "warm")
    return plan.with_usual_seeds(audit.settings["seeds"]).seeds


def read_form(audit: AuditRow, sent: Mapping[str, Any]) -> CheckForm:
    """The form as it was sent, with its defaults where nothing was."""
    values = default_values(audit, str(sent.get("plan", "")))
    return CheckForm(sent_values(values, sent) | {"plan": values["plan"]})


def sources(form: CheckForm) -> dict[str, list[str]]:
    """Metadata field -> values that a document must have one of to go; empty where all may.

    Raises:
        InvalidInput: values without a field.
    """
    field, values = form.values["only_field"], form.values["only_value"].splitlines()
    values = [value.strip() for value in values if value.strip()]
    if values and not field:
        raise InvalidInput(f"The value {values[0]!r} is of no field.", "Choose the field, or leave the value out.")
    return {field: values} if field else {}


def read_plan(form: CheckForm) -> CheckPlan | None:
    """The plan that the form holds; None, with the form's errors filled in, when some field is wrong."""
    values = form.values
    if values["ranking"] != "influence":
        values = values | {"rankings": "1"}
    seeds = form.numbers("seeds")
    share = read_percent(form, "most_percent", "most_share", 100) if values["plan"] == "turning" else 1.0
    if share is None:
        return None
    return form.plan(
        CheckPlan,
        ({"seeds": seeds} if seeds else {})
        | {
            "plan": values["plan"],
            "probe": values["probe"],
            "same_run": values["truth"] == "same",
            "warm": values["start"] == "warm",
            "predict_only": values["extent"] == "predict",
            "leave_others": values["leave_others"] == "on",
            "keep_vectors": values["keep_vectors"] == "on",
            "most_share": share,
            **{name: values[name] for name in NUMBERS},
        },
        otherwise="plan",
    )
