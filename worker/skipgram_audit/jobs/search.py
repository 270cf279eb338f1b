"""The search index of a corpus, made again where it is missing or does not fit; an import makes the first."""

from skipgram_audit.jobs.context import JobContext
from skipgram_audit.jobs.runtime import job_of_one_step
from skipgram_audit.store.documents import write_search_index
from skipgram_audit.store.models import JobKind


@job_of_one_step(JobKind.SEARCH, "index")
def prepare_search(context: JobContext, subject: str) -> None:
    """Makes the search index of the corpus whose id is the subject."""
    context.phase(1, 1, "Preparing the search")
    write_search_index(context.database, int(subject), context.progress)
