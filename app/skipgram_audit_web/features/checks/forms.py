"""The form of a new check: its defaults for a plan and an audit, and how its fields are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from skipgram_audit.model.check_plan import PLANS, USUAL_RANKINGS, CheckPlan, PlanDescription
from skipgram_audit.model.estimators import DESCRIPTIONS
from skipgram_audit.model.validation import problems_of
from skipgram_audit.store.models import AuditRow
from skipgram_audit.store.standard_check import usual_seeds

SCHEMA: dict[str, Any] = CheckPlan.model_json_schema()["properties"]
NUMBERS = ("sets", "documents", "rankings", "target", "ranking", "unit", "warm_epochs", "warm_step_size", "draw_seed")
LABELS = {
    "probe": "Probe", "sets": "Sets", "documents": "Documents", "rankings": "Rankings", "seeds": "Seeds",
    "target": "Target", "ranking": "In which order", "unit": "What goes", "most_share": "Share of the words",
    "warm_epochs": "Further epochs", "warm_step_size": "First step size", "draw_seed": "Seed of the draw",
}  # fmt: skip


@dataclass
class CheckForm:
    """What was filled in, and what of it is wrong (field name -> sentence)."""

    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def description(self) -> PlanDescription:
        return PLANS[self.values["plan"]]

    def help(self, name: str) -> str:
        return str(SCHEMA[name]["description"])

    def problems(self) -> str:
        """All that is wrong, in one sentence."""
        return "; ".join(f"{LABELS.get(name, name)}: {text}" for name, text in self.errors.items())


def can_rank_again(audit: AuditRow) -> bool:
    """Whether the audit's estimator can rank what is left."""
    return DESCRIPTIONS[audit.settings["estimator"]].supports_reranking


def default_values(audit: AuditRow, plan: str) -> dict[str, str]:
    """The form as it is first shown; an audit of one seed gets a second one where that is possible."""
    description = PLANS.get(plan, PLANS["halves"])
    defaults = CheckPlan()
    same_run = audit.settings["estimator"] == "unrolled"
    return {
        "plan": description.name,
        "probe": next((probe.name for probe in audit.probes if probe.measured), ""),
        "sets": str(description.sets if description.sets is not None else defaults.sets),
        "documents": str(min(description.documents or defaults.documents, audit.corpus.document_count)),
        "rankings": str(
            USUAL_RANKINGS if description.name == "turning" and can_rank_again(audit) else defaults.rankings
        ),
        "seeds": ", ".join(map(str, usual_seeds(audit.settings))),
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
        "keep_marked": "",
    }


def read_form(audit: AuditRow, sent: Mapping[str, Any]) -> CheckForm:
    """The form as it was sent, with its defaults where nothing was."""
    values = default_values(audit, str(sent.get("plan", "")))
    return CheckForm(
        {name: str(sent.get(name, value)).strip() for name, value in values.items()} | {"plan": values["plan"]}
    )


def _share(percent: str) -> float | str:
    """A percentage as a share; as it is where it is no number, for the plan to say so."""
    try:
        return float(percent) / 100
    except ValueError:
        return percent


def read_plan(form: CheckForm) -> CheckPlan | None:
    """The plan that the form holds; None, with the form's errors filled in, when some field is wrong."""
    values = form.values
    if values["ranking"] != "influence":
        values = values | {"rankings": "1"}
    try:
        return CheckPlan.model_validate(
            {
                "plan": values["plan"],
                "probe": values["probe"],
                "seeds": [item for item in values["seeds"].replace(",", " ").split() if item],
                "same_run": values["truth"] == "same",
                "warm": values["start"] == "warm",
                "predict_only": values["extent"] == "predict",
                "leave_others": values["leave_others"] == "on",
                "most_share": _share(values["most_percent"]) if values["plan"] == "turning" else 1.0,
                **{name: values[name] for name in NUMBERS},
            }
        )
    except ValidationError as error:
        for name, text in problems_of(error):
            form.errors.setdefault(name.split(".")[0] or "plan", text)
        return None
