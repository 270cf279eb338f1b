"""What can be wrong with a file as a whole. A row that cannot be used is not an error: it is counted and skipped."""

from typing import Any

from skipgram_audit.corpus.readers.remedies import Interface, Remedy, remedy_in_words
from skipgram_audit.model.engine_errors import EngineError


class ReadingError(EngineError):
    """A failure to read a file.

    Args:
        message: what is wrong, and where.
        remedy: a sentence, or one of Remedy, which every interface words for itself.
    """

    def __init__(self, message: str, remedy: str = "", **details: Any) -> None:
        self._remedy = remedy
        super().__init__(message, self.remedy_on(Interface.PAGE), **details)

    def remedy_on(self, interface: str) -> str:
        if isinstance(self._remedy, Remedy):
            return remedy_in_words(self._remedy, Interface(interface))
        return self._remedy


class UnreadableFile(ReadingError):
    """Empty, binary, damaged, encrypted, or not in the format that was named."""

    code = "unreadable_file"


class WrongEncoding(ReadingError):
    """Bytes that the chosen encoding does not allow, or an encoding that does not exist."""

    code = "wrong_encoding"


class OverLimit(ReadingError):
    """A file beyond one of the limits: bytes, inflated bytes, inflation ratio, entries of an archive."""

    code = "over_limit"


class MissingField(ReadingError):
    """A named column that the file does not have."""

    code = "missing_field"


class NoDocuments(ReadingError):
    """A file that was read to its end without one usable document."""

    code = "no_documents"


class RepeatedField(ReadingError):
    """A chosen column whose name several columns have."""

    code = "repeated_field"


class LostRows(ReadingError):
    """Documents and skipped rows do not add up to the rows of the file: a fault of the program."""

    code = "lost_rows"
