"""Values for tests of probes."""

from typing import Any

from skipgram_audit.store.database import Database
from skipgram_audit.store.models import CorpusRow, CorpusWord, Status

DEFINITION: dict[str, Any] = {
    "name": "work and home",
    "kind": "weat",
    "description": "Where they belong",
    "source": "",
    "targets": {"She": ["she", "her", "woman"], "He": ["he", "his", "man"]},
    "attributes": {"Home": ["home", "Küche", "sofa"], "Work": ["office", "NASA", "desk"]},
}

FORM = {
    "name": "work and home",
    "description": "Where they belong",
    "source": "",
    "first_target_name": "She",
    "first_target_words": "she, her, woman",
    "second_target_name": "He",
    "second_target_words": "he\nhis\nman\n",
    "first_attribute_name": "Home",
    "first_attribute_words": "home; Küche; sofa",
    "second_attribute_name": "Work",
    "second_attribute_words": "office,\r\nNASA,desk",
}


def make_corpus(database: Database, status: Status = Status.DONE) -> int:
    """A corpus whose words are counted: he 3, He 2, she 4, home 5, nasa 1."""
    with database.session() as session:
        corpus = CorpusRow(name="small <corpus>", status=status, filename="small.txt", reader_options={})
        session.add(corpus)
        session.flush()
        for word, count in (("he", 3), ("He", 2), ("she", 4), ("home", 5), ("nasa", 1)):
            session.add(CorpusWord(corpus_id=corpus.id, word=word, folded=word.casefold(), count=count))
        return corpus.id
