"""What differs between two audits in settings, corpus and software: only the differences, in words."""

from collections.abc import Mapping
from typing import Any

from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.report.formatting import thousands
from skipgram_audit.store.models import AuditRow, CorpusRow
from skipgram_audit_web.common.setting_labels import SETTING_LABELS
from skipgram_audit_web.features.comparisons.schemas import DifferenceModel


def setting_differences(first: AuditRow, second: AuditRow) -> list[DifferenceModel]:
    """Settings that differ, in the order of AuditSettings; what an audit does not state is as it was before."""
    one, other = (AuditSettings.model_validate(audit.settings) for audit in (first, second))
    return [
        DifferenceModel(
            name=SETTING_LABELS.get(name, _words(name)),
            first=_setting(name, getattr(one, name)),
            second=_setting(name, getattr(other, name)),
        )
        for name in AuditSettings.model_fields
        if getattr(one, name) != getattr(other, name)
    ]


def corpus_differences(first: AuditRow, second: AuditRow) -> list[DifferenceModel]:
    """How the corpora differ, and what of them was trained on."""
    one, other = _corpus_facts(first.corpus), _corpus_facts(second.corpus)
    for facts, audit in ((one, first), (other, second)):
        facts["Words trained on"] = thousands(audit.trained_tokens)
        facts["Vocabulary"] = thousands(audit.vocabulary_size)
    return _different(one, other)


def software_differences(first: AuditRow, second: AuditRow) -> list[DifferenceModel]:
    """Versions and machines that differ; rounding may differ with them."""
    return _different(*(_computed_by(audit.manifest) for audit in (first, second)))


def _different(first: Mapping[str, str], second: Mapping[str, str]) -> list[DifferenceModel]:
    names = dict.fromkeys([*first, *second])
    pairs = [DifferenceModel(name=name, first=first.get(name, "–"), second=second.get(name, "–")) for name in names]
    return [pair for pair in pairs if pair.first != pair.second]


def _corpus_facts(corpus: CorpusRow) -> dict[str, str]:
    return {
        "Corpus": corpus.name,
        "File": corpus.filename,
        "Documents": thousands(corpus.document_count),
        "Sentences": thousands(corpus.sentence_count),
        "Words": thousands(corpus.token_count),
        "Language": corpus.language,
        "Rows left out": thousands(corpus.skipped_count),
        **{f"Read with {_words(name).lower()}": _plain(value) for name, value in corpus.reader_options.items()},
        "Content (SHA-256)": corpus.content_sha256[:16],
    }


def _computed_by(manifest: Mapping[str, Any]) -> dict[str, str]:
    software, machine = manifest.get("software", {}), manifest.get("machine", {})
    return {str(name): _plain(value) for name, value in [*software.items(), *machine.items()]}


def _setting(name: str, value: Any) -> str:
    if name == "models":
        return ", ".join(f"{model.name} ({model.sha256[:8]})" for model in value) or "trained here"
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return ", ".join(_plain(item) for item in value) or "none"
    return "–" if value is None or value == "" else str(value)


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
