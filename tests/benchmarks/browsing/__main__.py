"""The command: see the package."""

import argparse
import json
import os
import platform
import resource
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from starlette.testclient import TestClient

from skipgram_audit.settings import Settings
from skipgram_audit.store.database import Database
from skipgram_audit.store.migrate import migrate
from skipgram_audit.store.word_tables import words_folder
from skipgram_audit_web.main import create_app
from skipgram_audit_web.security.guard import cookie_name
from tests.benchmarks.browsing.filling import fill, write_words
from tests.benchmarks.browsing.source import read_source
from tests.benchmarks.browsing.views import VIEWS, Facts, address_of
from tests.benchmarks.machine import processor
from tests.postgres import PostgresCluster, find_binaries
from tests.stored_files import audit_of

HERE = Path(__file__).parent
LEAST_ROUNDS = 5
Times = dict[str, list[float]]


def main() -> None:
    """Fills the database unless the folder has one, then times the views round after round."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path, help="a .jsonl.zst file of objects with a text")
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, required=True, help="of the database; it is kept")
    parser.add_argument("--postgres", action="store_true", help="a cluster in the folder instead of SQLite")
    parser.add_argument("--seconds", type=float, default=300, help=f"for requests; {LEAST_ROUNDS} rounds at least")
    parser.add_argument("--views", default="", help="only views whose name holds this; nothing is written then")
    parser.add_argument("--note", default="", help="added to the name of the results")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with opened(options.folder, options.postgres) as settings:
        filled(settings, options.folder, options.corpus, options.documents)
        client, facts = client_of(settings), facts_of(settings)
        chosen = [name for name in VIEWS if options.views in name]
        wall, processor = timed(client, facts, chosen, options.seconds)
    title = f"{options.documents:,} documents, {'Postgres' if options.postgres else 'SQLite'}"
    table = as_markdown(title, wall, processor)
    print(table)
    if not options.views:
        name = f"{options.documents}-{'postgres' if options.postgres else 'sqlite'}{options.note}"
        (HERE / "results" / f"{name}.md").write_text(table, encoding="utf-8")


@contextmanager
def opened(folder: Path, postgres: bool) -> Iterator[Settings]:
    """Settings of a migrated database in a folder."""
    if not postgres:
        settings = Settings(data_folder=folder)
        migrate(settings)
        yield settings
        return
    binaries = find_binaries()
    if binaries is None:
        sys.exit("PostgreSQL is not installed.")
    cluster = PostgresCluster(binaries, folder / "cluster", shared_buffers="1GB")
    try:
        if not cluster.exists("browsing"):
            cluster.create("browsing")
        settings = Settings(data_folder=folder, database_url=cluster.address("browsing"))
        migrate(settings)
        yield settings
    finally:
        cluster.stop()


def filled(settings: Settings, folder: Path, corpus: Path, count: int) -> None:
    """Fills the database once; a file in the folder says that it was."""
    done = folder / "filled.json"
    if done.exists():
        return
    started = time.perf_counter()
    database = Database(settings)
    try:
        fill(database, read_source(corpus), count, lambda text: print(f"{time.perf_counter() - started:7.0f} s {text}"))
        audit_id = facts_of(settings).audits[0]
        write_words(database, words_folder(settings, audit_of(database, audit_id)), audit_id, count)
        analyze(database)
    finally:
        database.close()
    done.write_text(json.dumps({"documents": count, "seconds": time.perf_counter() - started}))


def analyze(database: Database) -> None:
    """What Postgres's own autovacuum would have done soon; SQLite is used as it comes."""
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def client_of(settings: Settings) -> TestClient:
    """Signed in, with the whole application in this process."""
    app = create_app(settings)
    client = TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False)
    client.cookies.set(cookie_name(settings), app.state.secrets.new_session())
    return client


def facts_of(settings: Settings) -> Facts:
    database = Database(settings)
    try:
        return Facts.of(database)
    finally:
        database.close()


def timed(client: TestClient, facts: Facts, names: list[str], seconds: float) -> tuple[Times, Times]:
    """Seconds of each request, by the clock and of this process's processors, view by view in every round."""
    wall: Times = {name: [] for name in names}
    processor: Times = {name: [] for name in names}
    random = np.random.default_rng(0)
    started = time.perf_counter()
    rounds = 0
    with client:
        while rounds < LEAST_ROUNDS or time.perf_counter() - started < seconds:
            for name in names:
                address = address_of(VIEWS[name], facts, random)
                clock, used = time.perf_counter(), time.process_time()
                answer = client.get(address)
                wall[name].append(time.perf_counter() - clock)
                processor[name].append(time.process_time() - used)
                if answer.status_code != 200:
                    sys.exit(f"{address}: {answer.status_code} {answer.text[:500]}")
            rounds += 1
    return wall, processor


def as_markdown(title: str, wall: Times, processor: Times) -> str:
    """A line a view."""
    count = len(next(iter(wall.values())))
    lines = [
        f"# Views of {title}",
        "",
        f"Made by `python -m tests.benchmarks.browsing`: {count} requests a view through the whole application in one "
        f"process, after each other. {machine()}",
        "",
        "| view | p50, ms | p95, ms | largest, ms | processor time p95, ms |",
        "|---|---|---|---|---|",
    ]
    for name, seconds in wall.items():
        middle, high = np.percentile(seconds, [50, 95]) * 1e3
        used = np.percentile(processor[name], 95) * 1e3
        lines.append(f"| {name} | {middle:.0f} | {high:.0f} | {max(seconds) * 1e3:.0f} | {used:.0f} |")
    return "\n".join(lines) + "\n"


def machine() -> str:
    """What it was measured on, and how busy that was."""
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return (
        f"{os.cpu_count()} cores of {processor()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}; load average {os.getloadavg()[0]:.1f}; "
        f"largest memory of the process {memory:.1f} GiB. "
        "Processor time is this process's, without a Postgres server's."
    )


if __name__ == "__main__":
    main()
