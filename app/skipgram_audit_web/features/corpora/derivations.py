"""How a corpus was made from another one, in words."""

from skipgram_audit.model.rewriting import Derivation
from skipgram_audit.report.rewrite_sentences import derivation_sentence
from skipgram_audit.store.models import CorpusRow


def how_made(corpus: CorpusRow) -> str:
    """What happened to the documents of its parent; nothing for an upload."""
    if not corpus.derivation:
        return ""
    derivation = Derivation.model_validate(corpus.derivation)
    return derivation_sentence(derivation.plan, derivation.undone)
