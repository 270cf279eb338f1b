"""What tests of every part share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.database import Database
from app.store.models import Base


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty database with all tables."""
    opened = Database(f"sqlite:///{tmp_path / 'test.sqlite'}")
    Base.metadata.create_all(opened.engine)
    yield opened
    opened.close()
