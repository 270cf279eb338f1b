"""Migrations make what the models describe, on both databases."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from skipgram_audit.model.probe import built_in_probes
from skipgram_audit.model.rewriting import Derivation, RewritePlan
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, corpora, rewritings
from skipgram_audit.store.database import Base, Database
from skipgram_audit.store.migrate import migrate
from skipgram_audit.store.models import AuditRow, Document, DocumentInfluence, Probe
from tests.audit_sample import make_audit

RELEASES = Path(__file__).parent / "releases"


def test_models_and_migrations_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_again_changes_nothing_and_mends_built_in_probes(settings: Settings, database: Database) -> None:
    with database.session() as session:
        probe = session.query(Probe).filter_by(name="weat-6").one()
        probe.definition = {**probe.definition, "description": "an older text"}
    migrate(settings)
    with database.session() as session:
        rows = session.query(Probe).order_by(Probe.id).all()
        assert [probe.name for probe in rows] == list(built_in_probes())
        assert all(probe.built_in for probe in rows)
        assert {probe.name: probe.definition for probe in rows} == {
            name: definition.model_dump() for name, definition in built_in_probes().items()
        }


def test_a_probe_of_the_users_keeps_its_name_when_a_built_in_one_would_take_it(
    settings: Settings, database: Database
) -> None:
    with database.session() as session:
        probe = session.query(Probe).filter_by(name="weat-6").one()
        probe.built_in, probe.definition = False, {**probe.definition, "description": "mine"}
    migrate(settings)
    with database.session() as session:
        assert session.query(Probe).filter_by(name="weat-6").one().definition["description"] == "mine"


def test_the_number_of_what_was_deleted_is_not_given_again(database: Database) -> None:
    definition = built_in_probes()["weat-6"].model_dump()
    numbers = []
    for name in ("first", "second"):
        with database.session() as session:
            session.add(probe := Probe(name=name, kind="weat", definition=definition))
            session.flush()
            numbers.append(probe.id)
        with database.session() as session:
            session.delete(session.get_one(Probe, numbers[-1]))
    assert numbers[0] < numbers[1]


def test_tables_whose_numbers_stand_in_addresses_give_each_once() -> None:
    tables = Base.metadata.tables.items()
    assert {name for name, table in tables if table.dialect_options["sqlite"]["autoincrement"]} == {
        "audits", "checks", "corpora", "imported_models", "mitigation_comparisons", "probes", "rewritings", "what_ifs",
    }  # fmt: skip


def test_what_is_younger_than_a_corpus_did_not_make_it(settings: Settings, database: Database) -> None:
    """Before migration 0012 SQLite gave the number of a deleted audit or rewriting to the next one."""
    sample = make_audit(database)
    plan = RewritePlan(method="remove", removed=(0,))
    with database.session() as session:
        audit = audits.get(session, sample.audit_id)
        rewriting = rewritings.create(session, audit, plan)
        named = Derivation(plan=plan, audit_id=audit.id, rewriting_id=rewriting.id)
        made = {name: corpora.derive(session, audit.corpus, name, named).id for name in ("own", "before both", "other")}
        session.flush()
        earlier = min(audit.created_at, rewriting.created_at) - timedelta(seconds=1)
        corpora.get(session, made["before both"]).created_at = earlier
        corpora.get(session, made["other"]).parent_id = made["own"]
    with database.engine.begin() as connection:
        for later in ("strongest_group", "repeats"):
            connection.execute(text(f"ALTER TABLE audit_probes DROP COLUMN {later}"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0012'"))
    migrate(settings)
    with database.session() as session:
        makers = {name: corpora.maker_of(session, corpora.get(session, one)) for name, one in made.items()}
        assert {name: maker.id if maker else None for name, maker in makers.items()} == {
            "own": sample.audit_id, "before both": None, "other": None,
        }  # fmt: skip
        one = rewritings.of_audit(session, sample.audit_id)[0]
        assert [corpus.name for corpus in corpora.made_by(session, one)] == ["own"]
        assert Derivation.model_validate(corpora.get(session, made["other"]).derivation).plan == plan
        assert audits.get(session, sample.audit_id).probes[0].strongest_group is not None


@pytest.mark.parametrize("path", sorted(RELEASES.glob("*.sql")), ids=lambda path: path.stem)
def test_the_database_of_a_release_is_migrated_with_all_that_is_in_it(path: Path, tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path)
    with sqlite3.connect(tmp_path / "skipgram-audit.sqlite") as connection:
        connection.executescript(path.read_text(encoding="utf-8"))
    connection.close()
    migrate(settings)
    database = Database(settings)
    with database.engine.connect() as connected:
        context = MigrationContext.configure(connected, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    with database.session() as session:
        audit = session.query(AuditRow).one()
        measured = [probe for probe in audit.probes if probe.measured]
        assert [probe.name for probe in measured] == ["weat-6", "he and she"]
        assert session.query(Document).count() == audit.corpus.document_count
        assert session.query(DocumentInfluence).count() == len(measured) * audit.corpus.document_count
        assert all(probe.strongest_group is not None for probe in measured)
    database.close()
