"""The executor that the settings ask for: threads of this process, or a cluster whose scheduler is named."""

from collections.abc import Iterator
from contextlib import contextmanager

from skipgram_audit.computing.cores import core_count
from skipgram_audit.computing.execution import Executor, LocalExecutor
from skipgram_audit.model.errors import AuditError
from skipgram_audit.settings import Settings


class ClusterUnavailable(AuditError):
    """The cluster that is asked for cannot be used."""

    code, status = "cluster_unavailable", 503


@contextmanager
def opened_executor(settings: Settings) -> Iterator[Executor]:
    """Connects to the scheduler, if one is configured, for as long as the work lasts.

    Raises:
        ClusterUnavailable: the extra is not installed, the scheduler does not answer, or its workers do not fit.
    """
    if not settings.scheduler:
        yield LocalExecutor(core_count())
        return
    try:
        from skipgram_audit.cluster.executor import connected
    except ModuleNotFoundError as error:
        raise ClusterUnavailable(
            f"The scheduler {settings.scheduler} is configured, but {error.name} is not installed here.",
            "Install the extra, skipgram-audit[cluster], or leave the scheduler out.",
        ) from error
    with connected(settings.scheduler, settings.training_resources) as executor:
        yield executor
