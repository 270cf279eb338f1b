"""What the JSON API says of the files of an audit."""

from pydantic import BaseModel


class DownloadModel(BaseModel):
    """A file of a finished audit."""

    filename: str
    label: str
    description: str
    media_type: str
    byte_count: int
    address: str
