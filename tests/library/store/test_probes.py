"""Probes as they are stored."""

from skipgram_audit.model.probe import parse_probe
from skipgram_audit.store import probes
from skipgram_audit.store.database import Database
from tests.web.features.probes.sample import DEFINITION


def test_two_lists_in_the_other_order_are_another_probe(database: Database) -> None:
    """The score has the opposite sign."""
    with database.session() as session:
        probe_id = probes.create(session, parse_probe(DEFINITION)).id
    swapped = {**DEFINITION, "targets": dict(reversed(list(DEFINITION["targets"].items())))}
    with database.session() as session:
        probes.update(session, probe_id, parse_probe(swapped))
    with database.session() as session:
        assert list(probes.definition_of(probes.get(session, probe_id)).targets) == list(swapped["targets"])
    assert list(swapped["targets"]) != list(DEFINITION["targets"])
