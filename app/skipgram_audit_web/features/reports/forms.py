"""The form of a report: what is filled in, and how it is read."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from starlette.datastructures import FormData, UploadFile

from skipgram_audit.model.report_options import SECTIONS, ReportOptions
from skipgram_audit_web.common.plan_forms import PlanForm

LINES = ("title", "licence", "time_span", "day", "strongest", "texts")
TEXTS = ("question", "notes", "source", "consent")


@dataclass
class ReportForm(PlanForm):
    """The fields of a report, and the sections that are ticked."""

    definition = ReportOptions
    labels: ClassVar = {
        "title": "Title", "authors": "Authors", "day": "Date", "question": "Question", "notes": "Notes",
        "licence": "Licence", "source": "Source and collection", "time_span": "Time span",
        "consent": "Consent and personal data", "sections": "Sections", "texts": "Texts",
        "strongest": "Texts of each side", "logo": "Logo",
    }  # fmt: skip

    sections: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, options: ReportOptions) -> "ReportForm":
        values = {name: "" if (value := getattr(options, name)) is None else str(value) for name in (*LINES, *TEXTS)}
        return cls(values | {"authors": "\n".join(options.authors)}, sections=list(options.sections))

    @classmethod
    def sent(cls, fields: FormData) -> "ReportForm":
        values = {name: _text(fields.get(name)) for name in (*LINES, *TEXTS, "authors")}
        return cls(values, sections=[_text(one) for one in fields.getlist("sections")])

    def read(self) -> ReportOptions | None:
        """None, with the form's errors filled in, when something is wrong."""
        content = {
            **self.values,
            "day": self.values["day"].strip() or None,
            "authors": self.values["authors"].splitlines(),
            "sections": self.sections,
        }
        return self.plan(ReportOptions, content, otherwise="sections")

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """Sections: name, title, and whether it is ticked."""
        return [(name, title, name in self.sections) for name, title in SECTIONS.items()]


def _text(value: Any) -> str:
    """A file in the place of a text is none."""
    return value if isinstance(value, str) else ""


def sent_logo(fields: FormData) -> bytes | None:
    """The content of the logo that was sent; None where none was chosen."""
    found = fields.get("logo")
    if not isinstance(found, UploadFile):
        return None
    with found.file as file:
        return file.read() if found.filename else None
