"""What the JSON API says of the files of an audit."""

from pydantic import BaseModel, Field

from skipgram_audit.model.report_options import ReportOptions


class DownloadModel(BaseModel):
    """A file of a finished audit."""

    filename: str
    label: str
    description: str
    media_type: str
    byte_count: int
    address: str


class ReportModel(BaseModel):
    """What was chosen for the report of an audit, and where the report is."""

    options: ReportOptions
    licence_note: str = Field(
        description="What programs that read the descriptions cannot tell of the licence; empty where it is an SPDX "
        "name, an address, or not given."
    )
    logo: str | None = Field(description="Media type of the logo; null without one.")
    addresses: dict[str, str] = Field(description="Form -> address of the report.")
    descriptions: dict[str, str] = Field(description="What the folder says of itself to programs: name -> address.")
