"""Comparisons of mitigations: their plans, and the tables that come out.

A comparison's status follows its job's; see jobs.py. What is trained and measured on the way is kept in its folder.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from skipgram_audit.model.concepts import concept_name
from skipgram_audit.model.errors import Conflict, InvalidInput
from skipgram_audit.model.mitigations import METHODS, MitigationPlan, MitigationTable
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.model.seeds import usual_seeds
from skipgram_audit.model.what_if import EVERYTHING_GOES
from skipgram_audit.model.word_pairs import require_language
from skipgram_audit.store.audit_parts import PartKind, planned_probe
from skipgram_audit.store.models import AuditRow, JobKind, MitigationComparison, Status

PART = PartKind(MitigationComparison, JobKind.MITIGATIONS, "comparison of mitigations")
get, by_id, of_audit, remove = PART.get, PART.by_id, PART.of_audit, PART.remove


def create(session: Session, audit: AuditRow, plan: MitigationPlan) -> MitigationComparison:
    """A new comparison, waiting, with the plan completed by the audit's first measured probe where none is named.

    Raises:
        Conflict: the audit has not ended well, or measured nothing.
        InvalidInput: the plan does not fit the audit.
    """
    if audit.status != Status.DONE:
        raise Conflict(f"The audit {audit.name!r} is {audit.status}.", "Only finished audits have mitigations.")
    plan = fitted_plan(audit, plan)
    made = MitigationComparison(audit_id=audit.id, plan=plan.model_dump(mode="json"), status=Status.WAITING)
    session.add(made)
    session.flush()
    return made


def fitted_plan(audit: AuditRow, plan: MitigationPlan) -> MitigationPlan:
    """The plan with its probe and seeds named.

    Raises:
        Conflict: no probe was measured.
        InvalidInput: a probe that was not measured, no such concept, a document that there is not, all of them, lists
            for another language, or trainings of vectors that were trained elsewhere.
    """
    plan = plan.model_copy(update={"probe": planned_probe(audit, plan.probe, "mitigate")})
    if "seeds" not in plan.model_fields_set:
        plan = plan.model_copy(update={"seeds": comparison_seeds(audit.settings)})
    definition = next(probe.definition for probe in audit.probes if probe.name == plan.probe)
    count = audit.corpus.document_count
    if plan.positions and plan.positions[-1] >= count:
        raise InvalidInput(f"Position {plan.positions[-1]} is not in the corpus.", f"It has {count:,} documents.")
    if len(plan.positions) == count:
        raise InvalidInput(*EVERYTHING_GOES)
    require_language(plan.lists, audit.corpus.language)
    concept_name(ProbeDefinition.model_validate(definition), plan.concept)  # says at once that there is no such concept
    if audit.settings.get("models") and plan.training_count(audit.settings["seeds"]):
        trained = ", ".join(one.name for one in METHODS.values() if one.trains and one.name in plan.methods)
        raise InvalidInput(
            "The vectors of this audit were trained elsewhere, so nothing can be trained again: another training here "
            f"would not be theirs. Its seeds are {', '.join(map(str, audit.settings['seeds']))}.",
            f"Leave out {trained or 'other seeds'}.",
        )
    return plan


def comparison_seeds(settings: Mapping[str, Any]) -> list[int]:
    """Those of a comparison where none are named: of an audit's settings. Where nothing can be trained, its own."""
    return list(settings["seeds"]) if settings.get("models") else usual_seeds(settings["seeds"])


def table_of(comparison: MitigationComparison) -> MitigationTable | None:
    """What came out; None until it is done."""
    return MitigationTable.model_validate(comparison.outcome) if comparison.outcome else None


def save_table(session: Session, comparison_id: int, table: MitigationTable) -> None:
    """What came out."""
    session.execute(
        update(MitigationComparison)
        .where(MitigationComparison.id == comparison_id)
        .values(outcome=table.model_dump(mode="json"))
    )
