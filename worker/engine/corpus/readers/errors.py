"""What can be wrong with a file as a whole. A row that cannot be used is not an error: it is counted and skipped."""

from worker.engine.errors import EngineError


class UnreadableFile(EngineError):
    """Empty, binary, damaged, encrypted, or not in the format that was named."""

    code = "unreadable_file"


class WrongEncoding(EngineError):
    """Bytes that the chosen encoding does not allow, or an encoding that does not exist."""

    code = "wrong_encoding"


class OverLimit(EngineError):
    """A file beyond one of the limits: bytes, inflated bytes, inflation ratio, entries of an archive."""

    code = "over_limit"


class MissingField(EngineError):
    """A named column that the file does not have."""

    code = "missing_field"


class NoDocuments(EngineError):
    """A file that was read to its end without one usable document."""

    code = "no_documents"


class RepeatedField(EngineError):
    """A chosen column whose name several columns have."""

    code = "repeated_field"
