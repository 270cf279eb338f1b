"""The job of a comparison of mitigations: train, change vectors, measure, and keep the table.

What was trained or measured is kept in the comparison's folder at once, and one that was interrupted does only what is
missing.
"""

from skipgram_audit.auditing import folder as layout
from skipgram_audit.auditing.mitigation_folder import FolderMitigationStore
from skipgram_audit.auditing.texts import read_texts
from skipgram_audit.cluster.opening import opened_executor
from skipgram_audit.computing.execution import Executor
from skipgram_audit.jobs.context import JobContext
from skipgram_audit.jobs.pipelines import opened_pipeline
from skipgram_audit.jobs.runtime import job
from skipgram_audit.mitigation.run import PHASES, MitigationRun
from skipgram_audit.model.mitigations import MitigationPlan
from skipgram_audit.store import costs, mitigations
from skipgram_audit.store.models import JobKind


@job(JobKind.MITIGATIONS)
def compare(context: JobContext, subject: str) -> None:
    """Carries out the comparison of this id.

    Raises:
        AuditError: the audit's files were deleted, or the plan's concept cannot be used.
    """

    def train() -> None:
        context.phase(1, len(PHASES), PHASES[0])
        run.train(context.progress)

    def measure() -> None:
        context.phase(2, len(PHASES), PHASES[1])
        run.measure(context.progress)
        table = run.table()
        with context.database.session() as session:
            mitigations.save_table(session, int(subject), table)

    with opened_executor(context.settings) as executor:
        run, store = _run(context, int(subject), executor)
        with context.database.session() as session:
            audit = mitigations.by_id(session, int(subject)).audit
            forecast = costs.of_mitigations(session, audit, run.plan, executor.places)
        context.foresee(forecast, whole=not store.folder.exists())
        context.step("train", train)
        context.step("measure", measure)


def _run(context: JobContext, comparison_id: int, executor: Executor) -> tuple[MitigationRun, FolderMitigationStore]:
    with context.database.session() as session:
        found = mitigations.by_id(session, comparison_id)
    pipeline = opened_pipeline(context, found.audit, executor)
    folder = context.settings.audit_folder(found.audit.storage_name)
    store = FolderMitigationStore(folder / layout.MITIGATIONS / found.storage_name)
    texts = folder / layout.ARTIFACTS / layout.TEXTS
    plan = MitigationPlan.model_validate(found.plan)
    return MitigationRun(pipeline, plan, store, lambda: read_texts(texts)), store
