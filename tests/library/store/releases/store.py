"""Writes the database of this version with one audit in it, for later versions to migrate.

    python -m tests.library.store.releases.store

Run it once for a release and commit what it writes; never change the file of a release afterwards.
"""

import sqlite3
import tempfile
from pathlib import Path

from skipgram_audit import __version__
from skipgram_audit.settings import Settings
from skipgram_audit.store.database import Database
from skipgram_audit.store.migrate import migrate
from tests.audit_sample import make_audit

HERE = Path(__file__).parent


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_folder=Path(folder))
        migrate(settings)
        database = Database(settings)
        make_audit(database)
        database.close()
        with sqlite3.connect(Path(folder) / "skipgram-audit.sqlite") as connection:
            lines = "\n".join(connection.iterdump())
        connection.close()
    (HERE / f"{__version__}.sql").write_text(lines + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
