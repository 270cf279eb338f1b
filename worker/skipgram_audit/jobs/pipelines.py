"""Opening the files that an audit of the store was computed in, to compute something else with them."""

from skipgram_audit.auditing.folder import ARTIFACTS
from skipgram_audit.auditing.pipeline import AuditPipeline
from skipgram_audit.auditing.run import open_pipeline
from skipgram_audit.computing.execution import Executor
from skipgram_audit.jobs.context import JobContext
from skipgram_audit.model.errors import Conflict
from skipgram_audit.model.probe import parse_probe
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.store.models import AuditRow


def opened_pipeline(
    context: JobContext, audit: AuditRow, executor: Executor | None = None, also: str = "corpus.npz"
) -> AuditPipeline:
    """The pipeline of a finished audit, whose probes have been read.

    Args:
        also: a file of the audit's artifacts that is needed beside the encoded corpus.

    Raises:
        Conflict: the files were deleted.
    """
    artifacts = context.settings.audit_folder(audit.storage_name) / ARTIFACTS
    if not all((artifacts / name).is_file() for name in ("corpus.npz", also)):
        raise Conflict(
            "The files that this audit was computed in are no longer in the data folder.",
            "Run the audit again, then do this with the new one.",
        )
    settings = AuditSettings.model_validate(audit.settings)
    probes = [parse_probe(probe.definition, probe.name) for probe in audit.probes]
    return open_pipeline(artifacts, settings, probes, context.settings.device, executor)
