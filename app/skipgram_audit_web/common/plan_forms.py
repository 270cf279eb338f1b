"""Forms that start something on an audit: their fields as text, what of them is wrong, and the plan that they hold."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ValidationError

from skipgram_audit.model.errors import AuditError
from skipgram_audit.model.validation import problems_of
from skipgram_audit.store.models import AuditRow

Plan = TypeVar("Plan", bound=BaseModel)


@dataclass
class PlanForm:
    """What was filled in, and what of it is wrong (field name -> sentence).

    Attributes:
        definition: of the plan, which describes its fields.
        labels: field name -> what the form calls it.
    """

    definition: ClassVar[type[BaseModel]]
    labels: ClassVar[Mapping[str, str]]

    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def help(self, name: str) -> str:
        return str(self.definition.model_fields[name].description)

    def problems(self) -> str:
        """All that is wrong, in one sentence."""
        return "; ".join(f"{self.labels.get(name, name)}: {text}" for name, text in self.errors.items())

    def numbers(self, name: str) -> list[str]:
        """The parts of a field that takes several numbers."""
        return self.values[name].replace(",", " ").split()

    def plan(self, model: type[Plan], content: Mapping[str, Any], otherwise: str) -> Plan | None:
        """The content as a plan; None, with the errors filled in, when some field is wrong.

        Args:
            otherwise: the field at which a problem of the plan as a whole is shown.
        """
        try:
            return model.model_validate(content)
        except ValidationError as error:
            for name, text in problems_of(error):
                self.errors.setdefault(name.split(".")[0] or otherwise, text)
            return None


def read_percent(form: PlanForm, field: str, name: str, most: float) -> float | None:
    """The share that a field holds in per cent; None, with the form's error filled in, when it is none.

    Args:
        name: of the part of the plan, at which the error is shown.
        most: per cent.
    """
    try:
        percent = float(form.values[field].replace(",", "."))
    except ValueError:
        percent = math.nan
    if not 0 < percent <= most:
        form.errors[name] = f"a number above 0 and up to {most:g} is needed"
        return None
    return percent / 100


def sent_values(defaults: Mapping[str, str], sent: Mapping[str, Any]) -> dict[str, str]:
    """The fields as they were sent, with their defaults where nothing was."""
    return {name: str(sent.get(name, value)).strip() for name, value in defaults.items()}


def measured_probes(audit: AuditRow) -> list[str]:
    """The names of those that a form can offer."""
    return [probe.name for probe in audit.probes if probe.measured]


def told_cost(form: PlanForm, plan: Plan | None, tell: Callable[[Plan], str]) -> str:
    """What the form's plan would cost, in words, or why there is none."""
    if plan is None:
        return form.problems()
    try:
        return tell(plan)
    except AuditError as error:
        return str(error)
