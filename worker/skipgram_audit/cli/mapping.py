"""The command that places the documents of a finished audit on a map."""

from pathlib import Path
from typing import Annotated

import typer

from skipgram_audit.cli.auditing import Audited
from skipgram_audit.cli.options import output_file


def map_documents(
    audited: Audited,
    out: Annotated[
        Path | None,
        typer.Option("--out", callback=output_file, help="Of the file; map.parquet in the folder when left out."),
    ] = None,
) -> None:
    """Write the ranking of documents with texts and places on a map as Parquet; prints where."""
    from skipgram_audit.auditing.audit import Audit

    typer.echo(str(Audit(audited, "cpu").map(out)))
