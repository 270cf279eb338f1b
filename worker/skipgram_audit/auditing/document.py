"""One document of an audit, as a notebook shows it."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from skipgram_audit.auditing.frames import frame


class Token(NamedTuple):
    """A counted word of a text: where it is, in code points, and its influence."""

    start: int
    length: int
    influence: float


@dataclass(frozen=True)
class AuditedDocument:
    """A document with the influence of its parts on one probe.

    Attributes:
        direction: 1 when texts that push the score upwards amplify the bias, -1 when those that push it down do.
        bounds: uint32 [sentences, 2], start and end of each sentence in code points.
        sentence_influence: float64 [sentences], mean over seeds; the document's influence is their sum.
        tokens: the counted words in order.
    """

    id: str
    title: str
    text: str
    fields: dict[str, str]
    probe: str
    direction: int
    bounds: npt.NDArray[np.uint32] = field(repr=False)
    sentence_influence: npt.NDArray[np.float64] = field(repr=False)
    tokens: list[Token] = field(repr=False)

    @property
    def influence(self) -> float:
        """Of the whole document on the probe's score."""
        return float(self.sentence_influence.sum())

    @property
    def sentences(self) -> Any:
        """A row a sentence in order: text, influence."""
        return frame(
            {
                "text": [self.text[start:end] for start, end in self.bounds.tolist()],
                "influence": self.sentence_influence.tolist(),
            }
        )

    @property
    def words(self) -> Any:
        """A row a counted word in order: word as written, start, influence."""
        return frame(
            {
                "word": [self.text[one.start : one.start + one.length] for one in self.tokens],
                "start": [one.start for one in self.tokens],
                "influence": [one.influence for one in self.tokens],
            }
        )

    def _repr_html_(self) -> str:
        from skipgram_audit.report.notebook import document_html

        return document_html(self)
