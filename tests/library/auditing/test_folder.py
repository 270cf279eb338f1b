"""Which documents a list of ids names."""

import pytest

from skipgram_audit.auditing.folder import positions_of
from skipgram_audit.model.engine_errors import UnknownDocument

CORPUS = ["lead", " lead", "=x", "'=x", "@y", "'z", "u\u2028", "007", "7"]


@pytest.mark.parametrize("place", range(len(CORPUS)))
def test_every_id_names_its_document(place: int) -> None:
    assert positions_of([CORPUS[place]], CORPUS) == [place]


def test_ids_as_documents_csv_writes_them() -> None:
    """An apostrophe of documents.csv is taken away, another is not, and an exact id goes first."""
    assert positions_of(["'@y", "'=x"], CORPUS) == [4, 3]
    assert positions_of(["'=x"], ["=x"]) == [0]
    for unknown in ("'lead", "z", "''=x", "lead ", "07"):
        with pytest.raises(UnknownDocument, match="1 of 2 ids is not in the corpus") as caught:
            positions_of(["7", unknown], CORPUS)
        assert caught.value.details == {"unknown": [unknown]}
        assert repr(unknown) in caught.value.message
