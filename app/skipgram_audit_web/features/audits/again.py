"""A new audit like an earlier one: the form filled in as that one was, and what of it is no longer so."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from skipgram_audit.store import audits, imported_models, probes
from skipgram_audit.store.models import AuditRow
from skipgram_audit_web.features.audits.forms import AuditForm, setting_texts

DECIDES_THE_SCORE = ("kind", "targets", "attributes", "parameters", "never_found")
"""Fields of a probe's definition; the others are there to be read."""


@dataclass(frozen=True)
class EarlierAudit:
    """An audit to be run again.

    Attributes:
        there: its probes of whose names there are probes.
        changed: those of them that are defined otherwise now.
        gone: its probes of whose names there is none: deleted, renamed, or never stored.
        model_ids: the imported models that its vectors were taken from.
        models_gone: names of those that are not here, as those of an audit that came as a folder.
    """

    audit: AuditRow
    there: list[str]
    changed: list[str]
    gone: list[str]
    model_ids: list[int]
    models_gone: list[str]

    def fill(self, form: AuditForm) -> None:
        """Everything but the name, which would be another audit's."""
        form.corpus_id = self.audit.corpus_id
        form.probe_names = list(self.there)
        form.model_ids = list(self.model_ids)
        form.standard_check = self.audit.standard_check
        form.values = setting_texts(self.audit.settings)


def earlier_audit(session: Session, audit_id: int) -> EarlierAudit:
    """Raises:
    NotFound: there is no such audit.
    """
    audit = audits.get(session, audit_id)
    stored = {probe.name: probe.definition for probe in probes.list_all(session)}
    models = audit.settings.get("models", [])
    here = imported_models.ids_of_audit(session, audit_id)
    there = [probe for probe in audit.probes if probe.name in stored]
    return EarlierAudit(
        audit,
        there=[probe.name for probe in there],
        changed=[probe.name for probe in there if _scored(probe.definition) != _scored(stored[probe.name])],
        gone=[probe.name for probe in audit.probes if probe.name not in stored],
        model_ids=[model["id"] for model in models if model["id"] in here],
        models_gone=[model["name"] for model in models if model["id"] not in here],
    )


def _scored(definition: dict[str, Any]) -> str:
    """What of a definition decides the score. The order of lists does, so this is text: mappings have none."""
    return json.dumps([definition.get(name) for name in DECIDES_THE_SCORE])
