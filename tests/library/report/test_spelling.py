"""Words of a report are written as the probe writes them."""

from dataclasses import replace

import pytest

from skipgram_audit.model.outcome import Association, LeftOutWord
from skipgram_audit.report.spelling import as_spelled
from tests.library.report.sample import measured

LISTS = {"targets": {"A": ["Πατέρας", "γιος"], "B": ["John", "NASA"]}, "attributes": {"C": ["ΟΔΟΣ"], "D": ["home"]}}


@pytest.mark.parametrize("casefold", [True, False])
def test_words_are_written_as_the_probe_has_them(casefold: bool) -> None:
    """Folded, a final sigma is one like the others; where case counts, words are what they are."""
    written = ["Πατέρας", "γιος", "John", "NASA", "ΟΔΟΣ", "home"]
    forms = ["πατέρασ", "γιοσ", "john", "nasa", "οδοσ", "home"] if casefold else written
    outcome = replace(
        measured(),
        definition={**measured().definition, **LISTS},
        associations=[Association("A", "target", form, 0.1, 0.0, 3) for form in [*forms, "another"]],
        left_out=[LeftOutWord("A", "target", form, 0.5, 0.0) for form in forms],
    )
    found = as_spelled(outcome, casefold, "el")
    assert [one.word for one in found.associations] == [*written, "another"]
    assert [one.word for one in found.left_out] == written
    assert replace(found, associations=[], left_out=[]) == replace(outcome, associations=[], left_out=[])
