"""What is asked of an audit, as a caller may write it: settings, and probes."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from skipgram_audit.model.errors import InvalidInput, InvalidSettings
from skipgram_audit.model.probe import ProbeDefinition, load_probe, parse_probe
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.model.validation import validated

ProbeLike = str | Path | ProbeDefinition | Mapping[str, Any]
"""A built-in name (weat-1 to weat-10), a probe file, a probe, or the values of one."""


def settings_with(settings: AuditSettings | Mapping[str, Any] | None, options: Mapping[str, Any]) -> AuditSettings:
    """Settings with some values in the place of theirs.

    Raises:
        InvalidSettings: names the setting and what is wrong with it.
    """
    given = settings.model_dump(exclude_unset=True) if isinstance(settings, AuditSettings) else settings or {}
    return validated(AuditSettings, {**given, **options}, "These settings cannot be used", error=InvalidSettings)


def unique_probes(probes: ProbeLike | Iterable[ProbeLike]) -> list[ProbeDefinition]:
    """The probes, each loaded.

    Raises:
        InvalidInput: none, or two of one name: they could not be distinguished in the results.
    """
    single = isinstance(probes, str | Path | ProbeDefinition | Mapping)
    found = [_probe(one) for one in ([probes] if single else probes)]  # type: ignore[arg-type,union-attr]
    if not found:
        raise InvalidInput("No probe was named.", "Name one or more: weat-1 to weat-10, or a probe file.")
    names = [one.name for one in found]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise InvalidInput(f"More than one probe is named {', '.join(repeated)}.", "Give every probe its own name.")
    return found


def _probe(one: ProbeLike) -> ProbeDefinition:
    if isinstance(one, ProbeDefinition):
        return one
    return parse_probe(dict(one)) if isinstance(one, Mapping) else load_probe(str(one))
