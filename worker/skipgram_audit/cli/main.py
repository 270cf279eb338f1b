"""The skipgram-audit command.

Exit codes: 0 it worked; 1 it failed, and standard error says why and what to do; 2 the command line was wrong.

Commands import what they need when they run, so that ``--help`` answers at once.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from skipgram_audit.cli import (
    auditing,
    checking,
    converting,
    mapping,
    mitigating,
    probes,
    reading,
    reporting,
    rewriting,
    what_ifs,
)
from skipgram_audit.cli.options import (  # fmt: skip
    DataFolder,
    Device,
    Host,
    Port,
    Scheduler,
    TrainingResource,
    labelled_amounts,
    log_to_stderr,
    make_settings,
)
from skipgram_audit.model.engine_errors import EngineError
from skipgram_audit.model.errors import AuditError

StopWithStdin = Annotated[bool, typer.Option("--stop-with-stdin", hidden=True)]
"""For processes that ``serve`` starts: when it dies, their standard input ends, and so do they."""

cli = typer.Typer(
    name="skipgram-audit",
    help="Which documents, sentences and words of a corpus make its word embeddings biased, and what if they go?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
cli.add_typer(probes.cli, name="probes")
cli.command()(reading.preview)
cli.command()(auditing.audit)
cli.command()(what_ifs.what_if)
cli.command()(what_ifs.calibrate)
cli.command()(what_ifs.retrain)
cli.command()(checking.check)
cli.command()(checking.smallest_set)
cli.command()(rewriting.rewrite)
cli.command("word-pairs")(rewriting.word_pairs)
cli.command()(mitigating.mitigations)
cli.command("map")(mapping.map_documents)
cli.command()(converting.convert)
cli.command()(reporting.report)
cli.command()(reporting.reproduce)


@cli.command()
def serve(
    folder: Annotated[
        Path | None, typer.Argument(help="The folder of an audit, to open that audit in the browser.")
    ] = None,
    data_folder: DataFolder = None,
    host: Host = None,
    port: Port = None,
    device: Device = None,
    scheduler: Scheduler = None,
    training_resource: TrainingResource = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="On the first start, load a corpus of Wikipedia articles and audit it.")
    ] = False,
) -> None:
    """Start the web server and one worker, and print the link that opens it in a browser."""
    from skipgram_audit.serving import server as serving

    log_to_stderr()
    if folder is not None:
        serving.serve_folder(folder, make_settings(port=port).port)
        return
    settings = make_settings(
        data_folder=data_folder,
        host=host,
        port=port,
        device=device,
        scheduler=scheduler,
        training_resources=labelled_amounts(training_resource),
    )
    serving.serve(settings, demo)


@cli.command("import-audit")
def import_audit(
    folder: Annotated[Path, typer.Argument(help="The folder of a finished audit.")], data_folder: DataFolder = None
) -> None:
    """Take an audit that was made without a server into a server's database."""
    from skipgram_audit.serving import server as serving

    log_to_stderr()
    number = serving.take_in(make_settings(data_folder=data_folder), folder)
    typer.echo(f"It is audit {number} there.")


@cli.command()
def web(data_folder: DataFolder = None, host: Host = None, port: Port = None) -> None:
    """Start the web server only; a worker on the same data folder does the work."""
    from skipgram_audit.serving import server as serving

    log_to_stderr()
    serving.serve_web(make_settings(data_folder=data_folder, host=host, port=port))


@cli.command()
def worker(
    data_folder: DataFolder = None,
    device: Device = None,
    scheduler: Scheduler = None,
    training_resource: TrainingResource = None,
    stop_with_stdin: StopWithStdin = False,
) -> None:
    """Start the worker only; it carries out what the web server queues. It waits while another one does."""
    from skipgram_audit.serving import worker as working

    log_to_stderr()
    settings = make_settings(
        data_folder=data_folder,
        device=device,
        scheduler=scheduler,
        training_resources=labelled_amounts(training_resource),
    )
    working.work(settings, stop_with_stdin)


@cli.command()
def migrate(data_folder: DataFolder = None) -> None:
    """Create the database, or bring it to the newest form. The other commands do this by themselves."""
    from skipgram_audit.serving import server as serving

    log_to_stderr()
    settings = make_settings(data_folder=data_folder)
    serving.migrate_everything(settings)
    typer.echo(f"The database in {settings.data_folder} is up to date.")


@cli.command()
def demo(data_folder: DataFolder = None, stop_with_stdin: StopWithStdin = False) -> None:
    """Load a corpus of Wikipedia articles and queue an audit of it, once; a running server carries it out."""
    from skipgram_audit.demo.load import load_once
    from skipgram_audit.serving import process_groups
    from skipgram_audit.serving import server as serving

    log_to_stderr()
    if stop_with_stdin:
        process_groups.end_with_starter()
    settings = make_settings(data_folder=data_folder)
    serving.migrate_everything(settings)
    load_once(settings)


@cli.command("sign-in-link")
def sign_in_link(data_folder: DataFolder = None, host: Host = None, port: Port = None) -> None:
    """Print a fresh link that signs a browser in, once, within a day."""
    from skipgram_audit_web.security.secrets import sign_in_address

    typer.echo(sign_in_address(make_settings(data_folder=data_folder, host=host, port=port)))


@cli.command("api-token")
def api_token(data_folder: DataFolder = None) -> None:
    """Print a bearer token for programs that use the API, valid for a year."""
    from skipgram_audit_web.security.secrets import Secrets

    typer.echo(Secrets(make_settings(data_folder=data_folder).data_folder).new_program_token())


@cli.command()
def version() -> None:
    """Print the version."""
    from skipgram_audit import __version__

    typer.echo(__version__)


def main() -> None:
    """Runs the command; an error that a user can mend is two lines on standard error, not a trace."""
    try:
        cli()
    except AuditError as error:
        typer.secho(f"Error: {error.message}", fg="red", err=True)
        remedy = error.remedy_on("command line") if isinstance(error, EngineError) else error.remedy
        if remedy:
            typer.echo(remedy, err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
