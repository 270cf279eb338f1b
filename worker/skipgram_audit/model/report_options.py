"""What users choose of a report: its sections, who wrote it, what they know of the corpus, and how much is shown."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from skipgram_audit.model.text import without_nul
from skipgram_audit.model.validation import validated

SectionName = Literal[
    "answer", "corpus", "scores", "drivers", "checks", "mitigation", "limits", "method", "citation", "appendix",
    "manifest",
]  # fmt: skip
TextsShown = Literal["full", "short", "none"]

SECTIONS: dict[SectionName, str] = {
    "answer": "Question and answer",
    "corpus": "The corpus: a data sheet",
    "scores": "Scores, and how sure they are",
    "drivers": "Documents and groups behind the scores",
    "checks": "What happens if documents go",
    "mitigation": "Mitigation",
    "limits": "Limits",
    "method": "Method",
    "citation": "How to cite",
    "appendix": "Appendix: formulas, seeds and words",
    "manifest": "Appendix: manifest",
}
"""Of a report, in their order."""

TEXTS: dict[str, str] = {
    "full": "Texts, up to 400 characters",
    "short": "The first 60 characters",
    "none": "Ids alone: no text, title or value of a field",
}
"""How much of the corpus a report shows."""

LONGEST_LINE, LONGEST_TEXT = 300, 10_000
MOST_AUTHORS, MOST_STRONGEST = 50, 50

Line = Annotated[str, Field(max_length=LONGEST_LINE), AfterValidator(without_nul)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(without_nul)]


class ReportOptions(BaseModel):
    """The choices of one report; all have a default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Line = Field(default="", description="Of the report; the audit's name when left out.")
    authors: tuple[Line, ...] = Field(default=(), max_length=MOST_AUTHORS, description="Who hands the report in.")
    day: date | None = Field(
        default=None, description="Date of the report, YYYY-MM-DD; the day on which the audit ended when left out."
    )
    question: Text = Field(default="", description="What the audit was to answer, in your own words.")
    notes: Text = Field(default="", description="Remarks for the reader, after the answer.")
    licence: Line = Field(default="", description="Of the corpus: an SPDX name or an address.")
    source: Text = Field(default="", description="Where the corpus is from, and how its texts were collected.")
    time_span: Line = Field(default="", description="When its texts were written.")
    consent: Text = Field(
        default="", description="Whether the people who wrote its texts, or whom they name, agreed; personal data."
    )
    sections: tuple[SectionName, ...] = Field(
        default=tuple(SECTIONS), min_length=1, description="What the report holds, of " + ", ".join(SECTIONS) + "."
    )
    texts: TextsShown = Field(
        default="full", description="How much of the corpus is shown: full, short, or none, which shows ids alone."
    )
    strongest: int = Field(
        default=5, ge=1, le=MOST_STRONGEST, description="Documents, and sentences, of each side of a probe."
    )

    @field_validator("title", "licence", "time_span", mode="before")
    @classmethod
    def _on_one_line(cls, text: Any) -> Any:
        return " ".join(text.split()) if isinstance(text, str) else text

    @field_validator("question", "notes", "source", "consent", mode="before")
    @classmethod
    def _with_plain_line_ends(cls, text: Any) -> Any:
        """Browsers send a line end as two characters."""
        return text.replace("\r\n", "\n").strip() if isinstance(text, str) else text

    @field_validator("authors", mode="before")
    @classmethod
    def _named(cls, authors: Any) -> Any:
        if not isinstance(authors, list | tuple) or not all(isinstance(one, str) for one in authors):
            return authors
        return tuple(name for one in authors if (name := " ".join(one.split())))

    @field_validator("sections", mode="before")
    @classmethod
    def _known(cls, sections: Any) -> Any:
        """Names those that are none, where a definition alone would give their places in the list."""
        wrong = sections if isinstance(sections, list | tuple) else ()
        wrong = [repr(one)[:60] for one in wrong if not (isinstance(one, str) and one in SECTIONS)]
        if wrong:
            raise ValueError(
                f"there is no section {' and no section '.join(wrong)}; choose among {', '.join(SECTIONS)}"
            )
        return sections

    @field_validator("sections")
    @classmethod
    def _in_order(cls, sections: tuple[SectionName, ...]) -> tuple[SectionName, ...]:
        return tuple(name for name in SECTIONS if name in sections)


def licence_address(licence: str) -> str:
    """Where a licence is told: its address, or that of its SPDX name; empty where it is neither, or several."""
    if re.fullmatch(r"https?://[!-~]+", licence):
        return licence
    try:
        name = str(canonicalize_license_expression(licence)) if licence else ""
    except InvalidLicenseExpression:
        return ""
    return f"https://spdx.org/licenses/{name}" if name and not re.search(r"[\s()]|^LicenseRef-", name) else ""


def licence_note(licence: str) -> str:
    """What is to be said of a licence that programs cannot read; empty where it is an SPDX name or an address."""
    if not licence or re.fullmatch(r"https?://\S+", licence):
        return ""
    try:
        canonicalize_license_expression(licence)
    except InvalidLicenseExpression:
        return (
            f"The licence {licence[:80]!r} is neither an SPDX name, CC-BY-4.0 for instance, nor an address. It is used "
            "as it is: readers see it in the report, but programs that read croissant.json and ro-crate-metadata.json "
            "cannot tell what it allows."
        )
    return ""


def read_options(names: Mapping[str, str] | None = None, **values: Any) -> ReportOptions:
    """The choices of a report, with the defaults where nothing was given.

    Args:
        names: of options that are called otherwise where they were given, for errors.

    Raises:
        InvalidInput: names what is wrong.
    """
    return validated(ReportOptions, values, "The report cannot be made so", names=names or {})
