"""Words as a probe spells them: a report is read by people, who write John and πατέρας, and not john and πατέρασ."""

from dataclasses import replace

from skipgram_audit.model.outcome import ProbeOutcome
from skipgram_audit.model.tokens import word_form


def as_spelled(outcome: ProbeOutcome, casefold: bool, language: str) -> ProbeOutcome:
    """The outcome with its words as the probe's lists have them, and not in the form under which they are counted.

    Args:
        casefold, language: of the audit; see skipgram_audit.model.tokens.
    """
    spelling: dict[str, str] = {}
    for role in ("targets", "attributes"):
        for words in outcome.definition[role].values():
            for word in words:
                spelling.setdefault(word_form(word, casefold, language), word)
    return replace(
        outcome,
        associations=[replace(one, word=spelling.get(one.word, one.word)) for one in outcome.associations],
        left_out=[replace(one, word=spelling.get(one.word, one.word)) for one in outcome.left_out],
    )
