"""How a corpus was made from another one, in words."""

from skipgram_audit.model.rewriting import Derivation
from skipgram_audit.report.formatting import plural
from skipgram_audit.report.rewrite_sentences import how_sentence
from skipgram_audit.store.models import CorpusRow


def how_made(corpus: CorpusRow) -> str:
    """What happened to the documents of its parent; nothing for an upload."""
    if not corpus.derivation:
        return ""
    derivation = Derivation.model_validate(corpus.derivation)
    plan = derivation.plan
    parts = [how_sentence(plan)]
    if plan.removed:
        parts.append(f"Removed: {plural(len(plan.removed), 'document')}, {plan.removed_why}.")
    undone = sum(map(len, derivation.undone.values()))
    if undone:
        parts.append(f"{plural(undone, 'change')} undone.")
    return " ".join(parts)
