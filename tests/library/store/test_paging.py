"""Pages by key: forwards and backwards they show every row once."""

import pytest
from sqlalchemy import select

from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import CorpusRow
from skipgram_audit.store.paging import Cursor, paginate


@pytest.fixture
def names(database: Database) -> list[str]:
    made = [f"corpus {number}" for number in range(7)]
    with database.session() as session:
        for name in made:
            session.add(CorpusRow(name=name, filename="x", reader_options={}))
            session.flush()
    return made


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("size", [1, 3, 7, 8])
def test_walking_there_and_back(database: Database, names: list[str], size: int, descending: bool) -> None:
    expected = names[::-1] if descending else names

    def page_at(cursor: str | None):  # type: ignore[no-untyped-def]
        with database.session() as session:
            return paginate(session, select(CorpusRow), CorpusRow.id, Cursor.parse(cursor), size, descending)

    pages, cursor = [], None
    while True:
        page = page_at(cursor)
        pages.append(page)
        cursor = page.next
        if cursor is None:
            break
    assert [corpus.name for page in pages for corpus in page.items] == expected
    assert pages[0].previous is None
    back, cursor = [pages[-1]], pages[-1].previous
    while cursor is not None:
        back.append(page_at(cursor))
        cursor = back[-1].previous
    assert [[corpus.name for corpus in page.items] for page in reversed(back)] == [
        [corpus.name for corpus in page.items] for page in pages
    ]


@pytest.mark.parametrize("text", ["after", "after.", "after.x", "sideways.3", "after.9999999999999999999", "after.-"])
def test_other_cursors_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        Cursor.parse(text)


def test_an_absent_cursor_is_the_beginning() -> None:
    assert Cursor.parse(None) is None
    assert Cursor.parse("") is None
