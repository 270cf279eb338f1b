import math
from dataclasses import asdict

import pytest

from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.influence_groups import GroupOrder
from skipgram_audit.store import audits
from skipgram_audit.store.database import Database
from skipgram_audit.store.groups import influence_groups, strongest_group
from skipgram_audit.store.models import DocumentInfluence
from tests.audit_sample import ODD_FIELD, fields_of, make_audit


def test_groups_add_up_the_influences_of_their_documents(database: Database) -> None:
    sample = make_audit(database, copies=6)
    influences = sample.influences["weat-6"]
    identifiers = ["alice", "bob", "=cmd()", "quiet", "größe"]
    expected: dict[str | None, list[float]] = {}
    for copy in range(6):
        for number, identifier in enumerate(identifiers):
            value = fields_of(identifier).get("source") or None
            expected.setdefault(value, []).append(influences[copy * len(identifiers) + number])
    with database.session() as session:
        probe = audits.get(session, sample.audit_id).probes[0]
        by_document = {
            row.document_id: row.spread for row in session.query(DocumentInfluence).filter_by(audit_probe_id=probe.id)
        }
        spreads: dict[str | None, list[float]] = {}
        for number, document_id in enumerate(sample.document_ids):
            value = fields_of(identifiers[number % len(identifiers)]).get("source") or None
            spreads.setdefault(value, []).append(by_document[document_id])
        groups = influence_groups(session, probe, "source")
        assert groups.total == len(groups.items) == 2
        total = sum(abs(value) for value in influences)
        for group in groups.items:
            values = expected[group.value]
            assert group.documents == len(values)
            assert group.influence == pytest.approx(sum(values))
            assert group.mean == pytest.approx(sum(values) / len(values))
            squares = sum(value**2 for value in values)
            noise = sum(spread**2 for spread in spreads[group.value]) / 2
            assert group.standard_error == pytest.approx(math.sqrt(max(0.0, squares - noise)))
            assert group.share == pytest.approx(sum(map(abs, values)) / total)
            assert group.document_share == pytest.approx(len(values) / 30)
        assert abs(groups.items[0].influence) >= abs(groups.items[1].influence)
        by_documents = influence_groups(session, probe, "source", GroupOrder.DOCUMENTS)
        assert [group.documents for group in by_documents.items] == [18, 12]
        means = [abs(group.mean) for group in influence_groups(session, probe, "source", GroupOrder.MEAN).items]
        assert means == sorted(means, reverse=True)
        first = influence_groups(session, probe, "source", limit=1)
        assert (len(first.items), first.total) == (1, 2)
        assert {group.value for group in influence_groups(session, probe, ODD_FIELD).items} == {"odd", None}
        probe.standard_error = None
        assert [group.standard_error for group in influence_groups(session, probe, "source").items] == [None, None]
        with pytest.raises(InvalidInput, match="no metadata field"):
            influence_groups(session, probe, "author")


def test_a_group_of_few_documents_has_no_standard_error(database: Database) -> None:
    sample = make_audit(database, copies=3)
    with database.session() as session:
        probe = audits.get(session, sample.audit_id).probes[0]
        groups = influence_groups(session, probe, "source").items
        assert [group.documents for group in groups if group.standard_error is not None] == []
        assert max(group.documents for group in groups) == 9


def test_the_strongest_group_amplifies_and_is_kept_with_the_probe(database: Database) -> None:
    """Of a score above zero the group of the largest sum, of one below that of the smallest."""
    sample = make_audit(database, copies=6)
    with database.session() as session:
        for probe in audits.get(session, sample.audit_id).probes[:2]:
            groups = influence_groups(session, probe, "source").items
            sign = 1 if (probe.score or 0.0) > 0 else -1
            named = [one for one in groups if one.value is not None and sign * one.influence > 0]
            assert probe.strongest_group == strongest_group(session, probe)
            if named:
                best = max(named, key=lambda one: sign * one.influence)
                assert {**asdict(best), "field": "source"} == probe.strongest_group
        kept = [probe.strongest_group for probe in audits.get(session, sample.audit_id).probes]
        assert any(kept)
        assert kept[2] is None
