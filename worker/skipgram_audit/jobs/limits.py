"""The limits within which previews and imports read an upload."""

from skipgram_audit.corpus.readers import ReaderLimits
from skipgram_audit.settings import Settings


def reader_limits(settings: Settings) -> ReaderLimits:
    return ReaderLimits(
        maximum_bytes=settings.maximum_upload_bytes,
        maximum_inflated_bytes=settings.maximum_inflated_bytes,
        maximum_ratio=settings.maximum_inflation_ratio,
        maximum_entries=settings.maximum_archive_entries,
        maximum_document_bytes=settings.maximum_document_bytes,
    )
