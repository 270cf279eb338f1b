"""Checks by retraining: their plans, removal sets, and every training's scores.

A check's status follows its job's; see jobs.py. Sets are written together or not at all, scores one training at a time:
an interrupted check is resumed with the trainings that are missing.
"""

from collections.abc import Sequence
from typing import Any, TypedDict

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session, defer

from skipgram_audit.model.check_plan import PLANS, WHOLE_CORPUS, CheckOutcome, CheckPlan, TrainingScores
from skipgram_audit.model.errors import Conflict, InvalidInput, NotFound
from skipgram_audit.model.estimators import DESCRIPTIONS
from skipgram_audit.store import marks
from skipgram_audit.store.audit_parts import PartKind, planned_probe
from skipgram_audit.store.models import AuditRow, Check, CheckScore, CheckSet, JobKind, Status
from skipgram_audit.store.packing import pack_positions

PART = PartKind(Check, JobKind.CHECK, "check")
get, by_id, of_audit, remove = PART.get, PART.by_id, PART.of_audit, PART.remove


class StoredSet(TypedDict):
    """A removal set to be written; documents are ascending positions in the corpus."""

    number: int
    kind: str
    control_of: int | None
    document_count: int
    token_count: int
    documents: bytes
    predicted: dict[str, list[float]]


def create(session: Session, audit: AuditRow, plan: CheckPlan) -> Check:
    """A new check, waiting, with the plan completed by the audit's first measured probe where none is named.

    Raises:
        Conflict: the audit has not ended well, or measured nothing.
        InvalidInput: the plan does not fit the audit, or nothing is marked where the marked documents are to go.
    """
    if audit.status != Status.DONE:
        raise Conflict(f"The audit {audit.name!r} is {audit.status}.", "Only finished audits can be checked.")
    plan = fitted_plan(audit, plan)
    if plan.plan == "chosen":
        plan = with_marked(session, audit, plan)
    check = Check(
        audit_id=audit.id,
        plan=plan.model_dump(mode="json"),
        trainings=plan.training_count(audit.settings["seeds"]),
        status=Status.WAITING,
    )
    session.add(check)
    session.flush()
    return check


def fitted_plan(audit: AuditRow, plan: CheckPlan) -> CheckPlan:
    """The plan with its probe and seeds named.

    Raises:
        Conflict: no probe was measured, or the vectors were trained elsewhere.
        InvalidInput: a probe that was not measured, seeds that the audit lacks, more documents than there are, or an
            estimator that ranks once.
    """
    if audit.settings.get("models"):
        raise Conflict(
            "The vectors of this audit were trained elsewhere, so nothing can be retrained: another training here "
            "would not be theirs.",
            "Audit the corpus without the model to train, and retrain, here.",
        )
    plan = plan.model_copy(update={"probe": planned_probe(audit, plan.probe, "check")})
    seeds = audit.settings["seeds"]
    plan = plan.with_usual_seeds(seeds)
    unknown = [seed for seed in plan.seeds if seed not in seeds]
    if unknown and (plan.same_run or plan.warm):
        what = "a warm start" if plan.warm else "this run"
        raise InvalidInput(
            f"The audit has not trained the seeds {', '.join(map(str, unknown))}, so {what} cannot be checked.",
            f"Choose among its seeds: {', '.join(map(str, seeds))}.",
        )
    estimator = audit.settings["estimator"]
    if plan.rankings > 1 and not DESCRIPTIONS[estimator].supports_reranking:
        able = ", ".join(one.name for one in DESCRIPTIONS.values() if one.supports_reranking)
        raise InvalidInput(
            f"The estimator {estimator} ranks documents once: it cannot rank what is left.",
            f"Ask for one ranking, or audit by one that can: {able}.",
        )
    most = audit.corpus.document_count
    if plan.documents > most and PLANS[plan.plan].documents is not None:
        raise InvalidInput(f"The corpus has {most} documents; {plan.documents} were asked for.", "Ask for fewer.")
    if plan.plan in ("halves", "tenths") and plan.sets == 0:
        raise InvalidInput("There is nothing to train without random sets.", "Ask for one or more.")
    return plan


def with_marked(session: Session, audit: AuditRow, plan: CheckPlan) -> CheckPlan:
    """The plan with the documents that are marked now, where it names none.

    Raises:
        InvalidInput: nothing is marked, or nothing would be left, or a position is not in the corpus.
    """
    chosen = plan.positions or marks.positions(session, audit.id)
    count = audit.corpus.document_count
    if not chosen:
        raise InvalidInput("Nothing is marked in this audit.", "Mark documents in the ranking, then start the check.")
    if chosen[-1] >= count:
        raise InvalidInput(f"Position {chosen[-1]} is not in the corpus.", f"It has {count} documents, from 0.")
    if len(chosen) == count:
        raise InvalidInput("All documents are marked, so nothing would be left to train on.", "Unmark some.")
    origin = plan.origin if plan.positions else f"{len(chosen):,} marked document{'s' if len(chosen) > 1 else ''}"
    return plan.model_copy(update={"positions": chosen, "origin": origin})


def train_too(session: Session, check: Check) -> None:
    """Makes a check that has predicted its sets wait again, to train without them.

    Raises:
        Conflict: it trains anyway, or has not predicted its sets yet.
    """
    plan = CheckPlan.model_validate(check.plan)
    if not plan.predict_only or check.status != Status.DONE:
        raise Conflict("Only a check that has predicted its sets, and no more, can go on to training.", "See its page.")
    plan = plan.model_copy(update={"predict_only": False})
    check.plan = plan.model_dump(mode="json")
    check.trainings = plan.trainings_of(len(sets(session, check.id)) - 1, check.audit.settings["seeds"])
    check.status, check.error, check.started_at, check.finished_at = Status.WAITING, "", None, None


def judged(session: Session, audit_ids: Sequence[int]) -> list[tuple[Check, list[CheckSet]]]:
    """The checks of some audits that have found something, the newest first, each with its sets without documents."""
    rows = session.scalars(select(Check).where(Check.audit_id.in_(audit_ids)).order_by(Check.id.desc()))
    found = [check for check in rows if check.outcome.get("probes")]
    statement = select(CheckSet).where(CheckSet.check_id.in_([check.id for check in found])).order_by(CheckSet.number)
    by_check: dict[int, list[CheckSet]] = {check.id: [] for check in found}
    for one in session.scalars(statement.options(defer(CheckSet.documents), defer(CheckSet.predicted))):
        by_check[one.check_id].append(one)
    return [(check, by_check[check.id]) for check in found]


def save_sets(session: Session, check_id: int, rows: Sequence[StoredSet], trainings: int) -> None:
    """Writes all sets of a check, and how many trainings they need."""
    session.execute(delete(CheckSet).where(CheckSet.check_id == check_id))
    session.execute(insert(CheckSet), [{"check_id": check_id, **row} for row in rows])
    session.execute(update(Check).where(Check.id == check_id).values(trainings=trainings))


def set_row(
    number: int,
    kind: str,
    control_of: int | None,
    positions: Any,
    token_count: int,
    predicted: dict[str, list[float]],
) -> StoredSet:
    """A removal set as save_sets takes it; positions are int64, ascending."""
    return StoredSet(
        number=number,
        kind=kind,
        control_of=control_of,
        document_count=len(positions),
        token_count=token_count,
        documents=pack_positions(positions),
        predicted=predicted,
    )


def sets(session: Session, check_id: int, with_documents: bool = False) -> list[CheckSet]:
    """The sets of a check by number, the whole corpus first; empty until they have been drawn."""
    statement = select(CheckSet).where(CheckSet.check_id == check_id).order_by(CheckSet.number)
    return list(session.scalars(statement if with_documents else statement.options(defer(CheckSet.documents))))


def set_of(session: Session, check_id: int, number: int) -> CheckSet:
    """Raises:
    NotFound: the check has no set of this number, or it has not been drawn yet.
    """
    found = session.scalars(select(CheckSet).where(CheckSet.check_id == check_id, CheckSet.number == number)).first()
    if found is None or number == WHOLE_CORPUS:
        raise NotFound(f"The check {check_id} has no set {number}.", "Its page lists its sets.")
    return found


def set_id(session: Session, check_id: int, number: int) -> int:
    """The id of a check's set of this number."""
    return session.scalars(select(CheckSet.id).where(CheckSet.check_id == check_id, CheckSet.number == number)).one()


def keep_scores(session: Session, set_id: int, seed: int, found: TrainingScores) -> None:
    """Writes what a training gave, over what was there."""
    session.merge(CheckScore(set_id=set_id, seed=seed, scores=found.scores, reasons=found.reasons))


def scores(session: Session, check_id: int) -> dict[tuple[int, int], TrainingScores]:
    """All that is there: (number of the set, seed) -> scores."""
    statement = (
        select(CheckSet.number, CheckScore.seed, CheckScore.scores, CheckScore.reasons)
        .join(CheckScore, CheckScore.set_id == CheckSet.id)
        .where(CheckSet.check_id == check_id)
    )
    return {(row.number, row.seed): TrainingScores(row.scores, row.reasons) for row in session.execute(statement)}


def save_outcome(session: Session, check_id: int, outcome: CheckOutcome) -> None:
    """What was found."""
    session.execute(update(Check).where(Check.id == check_id).values(outcome=outcome.model_dump(mode="json")))
