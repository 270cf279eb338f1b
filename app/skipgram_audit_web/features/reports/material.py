"""What a report is made from, read from the database: names, notes and checks are those of today.

Texts are found by their ranks, never by a scan, so that a report of a million documents takes no longer to read than
one of a thousand. Groups are summed from packed columns.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from skipgram_audit.model.check_plan import WHOLE_CORPUS, CheckPlan
from skipgram_audit.model.influence_groups import InfluenceGroup, groups_documents
from skipgram_audit.model.rewriting import RewriteOutcome
from skipgram_audit.report.check_rows import set_rows
from skipgram_audit.report.finished_check import FinishedCheck
from skipgram_audit.report.finished_rewriting import FinishedRewriting
from skipgram_audit.report.material import (
    BEGINNING,
    MOST_GROUPS,
    CheckMaterial,
    Drivers,
    Material,
    RankedText,
    TriedWhatIf,
)
from skipgram_audit.report.spelling import as_spelled
from skipgram_audit.store import audits, checks, corpora, mitigations, ranking, rewritings, what_ifs
from skipgram_audit.store.columns import NotPrepared
from skipgram_audit.store.documents import beginnings
from skipgram_audit.store.groups import influence_groups
from skipgram_audit.store.models import AuditProbe, AuditRow, Check, Status, WhatIfRow
from skipgram_audit_web.common.views import View, side_of

SIDES = (View.AMPLIFYING, View.MITIGATING)
NO_GROUPS = "The groups of documents are not here yet: the worker is packing the columns that they are summed from."


def material_of(session: Session, audit: AuditRow, strongest: int) -> Material:
    """Of a finished audit.

    Args:
        strongest: texts of each side.
    """
    casefold, language = audit.settings["casefold"], audit.corpus.language
    outcomes = [as_spelled(audits.outcome_of(session, probe), casefold, language) for probe in audit.probes]
    done, unread = _checks(session, audit)
    return Material(
        title=audit.name,
        ended=audit.finished_at or audit.created_at,
        corpus_name=audit.corpus.name,
        document_count=audit.corpus.document_count,
        sentence_count=audit.corpus.sentence_count,
        token_count=audit.corpus.token_count,
        vocabulary_size=audit.vocabulary_size,
        trained_tokens=audit.trained_tokens,
        settings=audit.settings,
        manifest=_manifest(audit),
        outcomes=outcomes,
        drivers={probe.name: _drivers(session, audit, probe, strongest) for probe in audit.probes if probe.measured},
        checks=done,
        unread_checks=unread,
        what_ifs=_what_ifs(session, audit),
        rewritings=[FinishedRewriting.of(*one) for one in rewritings.found(session, audit.id)],
        mitigations=[table for one in mitigations.of_audit(session, audit.id) if (table := mitigations.table_of(one))],
        corpus_note=audit.corpus.note,
    )


def _manifest(audit: AuditRow) -> dict[str, object]:
    """The audit's own; what it does not say of the corpus is that of the corpus' row."""
    row = audit.corpus
    known = {
        "language": row.language,
        "content_sha256": row.content_sha256,
        "metadata_fields": list(row.metadata_fields),
    }
    facts = corpora.source_facts(row)
    described = {**facts, **known, **audit.manifest.get("corpus", {})}
    if row.derivation:  # older audits name the file of the parent
        described |= facts
    return {**audit.manifest, "corpus": described}


def _drivers(session: Session, audit: AuditRow, probe: AuditProbe, strongest: int) -> Drivers:
    documents, sentences = {}, {}
    for view in SIDES:
        side = side_of(probe, view)
        ranks = ranking.document_range(probe, audit.corpus, side)
        rows = ranking.document_page(session, probe, ranks, size=strongest).items
        texts = beginnings(session, [row.document_id for row in rows], BEGINNING)
        documents[view.value] = [
            RankedText(
                row.title, row.external_id, texts[row.document_id], row.influence, row.spread, row.sign_stability
            )
            for row in rows
        ]
        ranks = ranking.sentence_range(probe, audit.corpus, side)
        sentences[view.value] = [
            RankedText(row.title, row.external_id, row.text, row.influence, row.spread, row.sign_stability)
            for row in ranking.sentence_page(session, probe, ranks, size=strongest).items
        ]
    try:
        return Drivers(documents, sentences, _groups(session, audit, probe))
    except NotPrepared:
        return Drivers(documents, sentences, groups_missing=NO_GROUPS)


def _groups(session: Session, audit: AuditRow, probe: AuditProbe) -> Mapping[str, Sequence[InfluenceGroup]]:
    """The groups of each field that groups documents at all."""
    found = {}
    for field in audit.corpus.metadata_fields:
        groups = influence_groups(session, probe, field, limit=MOST_GROUPS)
        if groups_documents(groups.total, audit.corpus.document_count):
            found[field] = groups.items
    return found


def _checks(session: Session, audit: AuditRow) -> tuple[list[CheckMaterial], int]:
    """The checks that are done, the newest first, and how many others there are."""
    every = checks.of_audit(session, audit.id)
    kinds = {probe.name: probe.kind for probe in audit.probes}
    done = [_check(session, one, kinds, audit) for one in every if one.status == Status.DONE]
    return done, len(every) - len(done)


def _what_ifs(session: Session, audit: AuditRow) -> list[TriedWhatIf]:
    trained = {plan.what_if: outcome for plan, outcome in rewritings.found(session, audit.id)}
    return [_what_if(one, trained.get(one.id)) for one in what_ifs.of_audit(session, audit.id)]


def _what_if(row: WhatIfRow, trained: RewriteOutcome | None) -> TriedWhatIf:
    at_once, predicted = what_ifs.answers_of(row)
    return TriedWhatIf(
        row.id, row.title, row.document_count, row.weight, len(row.texts), at_once, predicted, row.check_id, trained
    )


def _check(session: Session, check: Check, kinds: Mapping[str, str], audit: AuditRow) -> CheckMaterial:
    plan = CheckPlan.model_validate(check.plan)
    removals = checks.sets(session, check.id)
    scores = checks.scores(session, check.id)
    rows = {one.name: set_rows(removals, scores, plan.seeds, one.name) for one in audit.probes if one.measured}
    shown = [one for one in removals if one.number != WHOLE_CORPUS]
    return CheckMaterial(check.id, FinishedCheck.of(plan, check.outcome, shown, kinds), rows)
