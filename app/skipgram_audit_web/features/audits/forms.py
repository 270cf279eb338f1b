"""The form of a new audit: what it offers, and how its fields are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy.orm import Session
from starlette.datastructures import FormData, QueryParams

from skipgram_audit.model.estimators import DESCRIPTIONS, EstimatorDescription
from skipgram_audit.model.kind_description import FEWEST_OCCURRENCES
from skipgram_audit.model.pretrained import NEEDS, ModelFacts, PretrainedModel, possible, refusal
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.store import imported_models, probes
from skipgram_audit.store.models import CorpusRow, ImportedModelRow, Probe
from skipgram_audit.store.probes import TooFew
from skipgram_audit_web.common.plan_forms import PlanForm
from skipgram_audit_web.common.setting_labels import SETTING_LABELS

SCHEMA: dict[str, Any] = AuditSettings.model_json_schema()["properties"]
SWITCHES = [name for name in SETTING_LABELS if SCHEMA[name]["type"] == "boolean"]


@dataclass(frozen=True)
class SettingField:
    """A number, list or switch of the advanced settings."""

    name: str
    label: str
    help: str
    value: str
    switch: bool
    numeric: bool
    minimum: float | None
    maximum: float | None


@dataclass
class AuditForm(PlanForm):
    """The fields of an audit.

    Attributes:
        complete: all fields were sent; on a first visit there are some at most.
        standard_check: whether the audit is checked by retraining as soon as it is done.
        again_id: the audit that this one is to be like.
    """

    definition = AuditSettings
    labels: ClassVar = {"corpus": "Corpus", "probes": "Probes", "estimator": "Estimator"} | SETTING_LABELS

    corpus_id: int | None = None
    name: str = ""
    probe_names: list[str] = field(default_factory=list)
    model_ids: list[int] = field(default_factory=list)
    complete: bool = False
    again_id: int | None = None
    standard_check: bool = True

    @property
    def casefold(self) -> bool:
        return self.values["casefold"] == "on"

    @property
    def minimum_count(self) -> int:
        """As far as it can be read: for showing coverage before everything is correct."""
        text = self.values["minimum_count"]
        return int(text) if text.isdecimal() and len(text) < 10 else int(_defaults()["minimum_count"])

    def setting_fields(self) -> list[SettingField]:
        """The advanced settings with their values, limits and reasons."""
        return [self._field(name, label) for name, label in SETTING_LABELS.items()]

    def _field(self, name: str, label: str) -> SettingField:
        schema = SCHEMA[name]
        return SettingField(
            name=name,
            label=label,
            help=schema["description"],
            value=self.values[name],
            switch=name in SWITCHES,
            numeric=schema["type"] in ("integer", "number"),
            minimum=schema.get("minimum", schema.get("exclusiveMinimum")),
            maximum=schema.get("maximum"),
        )


def _defaults() -> dict[str, str]:
    return {name: _as_text(value) for name, value in AuditSettings().model_dump(exclude={"models"}).items()}


def setting_texts(settings: Mapping[str, Any]) -> dict[str, str]:
    """Settings as the form shows them, with today's defaults for those that the audit does not have."""
    return {name: _as_text(settings[name]) if name in settings else text for name, text in _defaults().items()}


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value)


def read_form(fields: FormData | QueryParams) -> AuditForm:
    """The form as it was sent, or with its defaults where nothing was (a first visit sends only the corpus)."""
    sent = {name: str(value) for name, value in fields.items()}
    complete = "estimator" in sent
    values = {name: sent.get(name, "").strip() if complete else text for name, text in _defaults().items()}
    return AuditForm(
        corpus_id=_id(sent.get("corpus", "")),
        name=sent.get("name", ""),
        probe_names=[str(name) for name in fields.getlist("probes")],
        model_ids=[found for one in fields.getlist("models") if (found := _id(str(one))) is not None],
        values=values,
        complete=complete,
        again_id=_id(sent.get("again", "")),
        standard_check=sent.get("standard_check") == "on" if complete else True,
    )


def _id(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def read_settings(form: AuditForm) -> AuditSettings | None:
    """The settings that the form holds; None, with the form's errors filled in, when some field is wrong."""
    values: dict[str, Any] = {**form.values, **{name: form.values[name] == "on" for name in SWITCHES}}
    return form.plan(AuditSettings, values | {"seeds": form.numbers("seeds")}, otherwise="")


@dataclass(frozen=True)
class ProbeChoice:
    """A probe as offered: with what of it the corpus holds often enough."""

    probe: Probe
    checked: bool
    sets: list[tuple[str, int, int]]
    missing: list[str]
    lacking: list[TooFew] = field(default_factory=list)

    @property
    def measurable(self) -> bool:
        return not self.lacking


def probe_choices(session: Session, form: AuditForm, corpus: CorpusRow | None) -> list[ProbeChoice]:
    """Every probe with its coverage by the chosen corpus, words too rare for the vocabulary or for a probe taken as
    missing; those that can be measured come first."""
    choices = [_choice(session, probe, form, corpus) for probe in probes.list_all(session)]
    return sorted(choices, key=lambda choice: not choice.measurable)


def _choice(session: Session, probe: Probe, form: AuditForm, corpus: CorpusRow | None) -> ProbeChoice:
    if corpus is None:
        return ProbeChoice(probe, probe.name in form.probe_names, [], [])
    definition = probes.definition_of(probe)
    coverage = probes.coverage(session, definition, corpus, form.casefold)
    frequent = 1 if form.model_ids else max(form.minimum_count, FEWEST_OCCURRENCES)
    lacking = probes.too_few(definition, coverage, frequent)
    return ProbeChoice(
        probe,
        probe.name in form.probe_names and not lacking,
        [(item.name, sum(word.count >= frequent for word in item.words), len(item.words)) for item in coverage],
        [word.word for item in coverage for word in item.words if word.count < frequent],
        lacking,
    )


@dataclass(frozen=True)
class EstimatorChoice:
    """An estimator as offered; it cannot be chosen when there is a reason against it."""

    description: EstimatorDescription
    checked: bool
    reason: str


def estimator_choices(form: AuditForm, models: Sequence[PretrainedModel]) -> list[EstimatorChoice]:
    """All estimators; with models ticked, one that they allow is chosen instead of one that they do not."""
    chosen = form.values["estimator"]
    if refusal(chosen, models):
        chosen = next(iter(sorted(possible(models), key=list(NEEDS).index)), chosen)
        form.values["estimator"] = chosen
    return [EstimatorChoice(one, one.name == chosen, refusal(one.name, models)) for one in DESCRIPTIONS.values()]


@dataclass(frozen=True)
class ModelChoice:
    """An imported model as offered."""

    model: ImportedModelRow
    facts: ModelFacts
    checked: bool


def model_choices(session: Session, form: AuditForm) -> list[ModelChoice]:
    """Every model that has been read."""
    return [
        ModelChoice(model, ModelFacts.model_validate(model.facts), model.id in form.model_ids)
        for model in imported_models.usable(session)
    ]
