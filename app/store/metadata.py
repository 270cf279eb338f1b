"""The metadata of documents as SQL sees it."""

from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.store.models import Document


def metadata_value(session: Session, field: str) -> ColumnElement[Any]:
    """The value of a document's metadata field; NULL where the document has none, or an empty one.

    On SQLite the fields are listed and compared by name, since a path ($."name") cannot hold every name, nor find
    those that JSON writes with escapes.
    """
    if session.get_bind().dialect.name == "sqlite":
        item = func.json_each(Document.fields).table_valued("key", "value", name="item")
        found: Any = select(item.c.value).where(item.c.key == field).correlate(Document).scalar_subquery()
    else:
        found = Document.fields[field].as_string()
    return func.nullif(found, "")
