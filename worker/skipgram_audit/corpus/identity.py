"""What makes two corpora the same: their documents' ids, texts and sentence bounds, in order."""

import hashlib

import numpy as np
import numpy.typing as npt


class ContentHash:
    """SHA-256 over documents as they stream by; every part is preceded by its length."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def add(self, identifier: str, text: str, bounds: npt.NDArray[np.uint32]) -> None:
        """The next document."""
        for part in (identifier.encode(), text.encode(), bounds.astype("<u4").tobytes()):
            self._digest.update(len(part).to_bytes(8, "little"))
            self._digest.update(part)

    def hexdigest(self) -> str:
        """Of all documents added."""
        return self._digest.hexdigest()
