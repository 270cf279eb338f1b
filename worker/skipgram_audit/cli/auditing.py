"""skipgram-audit audit: an audit without any server."""

from contextlib import AbstractContextManager
from pathlib import Path
from statistics import fmean
from typing import Annotated, Any

import typer

from skipgram_audit.cli.options import Json, Scheduler, TrainingResource, labelled_amounts, make_settings, output_folder
from skipgram_audit.cli.probes import format_never_found
from skipgram_audit.cli.reading import (
    Corpus,
    Delimiter,
    DocumentPer,
    Encoding,
    Escape,
    Fields,
    FileFormat,
    IdField,
    NoFields,
    Quote,
    TextField,
    TitleField,
    corpus_file,
    format_reader_options,
    format_rows,
    reading_options,
)
from skipgram_audit.computing.progress import progress_bars
from skipgram_audit.model.asked import settings_with, unique_probes
from skipgram_audit.model.errors import AuditError
from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.languages import LANGUAGES
from skipgram_audit.model.pretrained import USUAL_ESTIMATOR
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.report.sentences import coverage
from skipgram_audit.report.verdict import probe_verdict

Out = Annotated[Path, typer.Option("--out", callback=output_folder, help="Folder for the results.")]
Audited = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a finished audit.")]
AuditDevice = Annotated[str, typer.Option("--device", help="auto, cpu or cuda.")]


def described(name: str) -> str:
    """The help of an audit setting, with its default."""
    field = AuditSettings.model_fields[name]
    return f"{field.description} [default: {field.default}]"


def audit(
    corpus: Corpus,
    probe: Annotated[list[str], typer.Option("--probe", help="weat-1 ... weat-10 or a probe file; may be repeated.")],
    out: Out,
    file_format: FileFormat = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    quote: Quote = None,
    escape: Escape = None,
    text: TextField = None,
    identifier: IdField = None,
    title: TitleField = None,
    field: Fields = None,
    no_fields: NoFields = False,
    document_per: DocumentPer = "line",
    language: Annotated[
        str,
        typer.Option(
            help=f"It decides where sentences end, and about case: {', '.join(LANGUAGES)}, with or without a region."
        ),
    ] = "en",
    seed: Annotated[list[int] | None, typer.Option("--seed", help="May be repeated. [default: 1 and 2]")] = None,
    dimension: Annotated[int | None, typer.Option(help=described("dimension"))] = None,
    window: Annotated[int | None, typer.Option(help=described("window"))] = None,
    negatives: Annotated[int | None, typer.Option(help=described("negatives"))] = None,
    minimum_count: Annotated[int | None, typer.Option(help=described("minimum_count"))] = None,
    subsample: Annotated[float | None, typer.Option(help=described("subsample"))] = None,
    epochs: Annotated[int | None, typer.Option(help=described("epochs"))] = None,
    step_size: Annotated[float | None, typer.Option(help=described("step_size"))] = None,
    noise_power: Annotated[float | None, typer.Option(help=described("noise_power"))] = None,
    shuffle_documents: Annotated[bool | None, typer.Option(help=described("shuffle_documents"))] = None,
    batch_tokens: Annotated[int | None, typer.Option(help=described("batch_tokens"))] = None,
    casefold: Annotated[bool | None, typer.Option(help=described("casefold"))] = None,
    estimator: Annotated[str | None, typer.Option(help=described("estimator"))] = None,
    null_shuffles: Annotated[int | None, typer.Option(help=described("null_shuffles"))] = None,
    damping: Annotated[float | None, typer.Option(help=described("damping"))] = None,
    solver_iterations: Annotated[int | None, typer.Option(help=described("solver_iterations"))] = None,
    solver_tolerance: Annotated[float | None, typer.Option(help=described("solver_tolerance"))] = None,
    vectors: Annotated[
        list[Path] | None,
        typer.Option(
            "--vectors",
            help="A model trained on this corpus elsewhere, in the place of training: word2vec's formats, or what "
            "`skipgram-audit convert` makes of a gensim model. Repeat it for models of other seeds.",
        ),
    ] = None,
    device: AuditDevice = "auto",
    scheduler: Scheduler = None,
    training_resource: TrainingResource = None,
    as_json: Json = False,
) -> None:
    """Audit a corpus file: train, score the probes, and rank every document and sentence by influence."""
    if vectors and estimator is None:
        estimator = USUAL_ESTIMATOR
    options: dict[str, Any] = {
        "seeds": seed or None, "dimension": dimension, "window": window, "negatives": negatives,
        "minimum_count": minimum_count, "subsample": subsample, "epochs": epochs, "step_size": step_size,
        "noise_power": noise_power, "shuffle_documents": shuffle_documents, "batch_tokens": batch_tokens,
        "casefold": casefold, "estimator": estimator, "null_shuffles": null_shuffles,
        "damping": damping, "solver_iterations": solver_iterations, "solver_tolerance": solver_tolerance,
    }  # fmt: skip
    settings = settings_with(None, {name: value for name, value in options.items() if value is not None})
    probes = unique_probes(probe)
    for line in (line for one in probes for line in format_never_found(one)):
        typer.echo(line, err=True)
    from skipgram_audit.auditing.run import AuditRun
    from skipgram_audit.corpus.sources import FileCorpus

    path = corpus_file(corpus)
    reading = reading_options(
        path, file_format, encoding, delimiter, quote, escape, text, identifier, title, field, no_fields, document_per
    )
    source = FileCorpus(path, reading, language)
    models: list[Any] = []
    if vectors:
        from skipgram_audit.cli.vectors import read_vectors

        with progress_bars() as phase:
            settings, models = read_vectors(vectors, settings, options, phase)
    with executor_of(scheduler, training_resource) as executor:
        run = AuditRun(source, settings, probes, out, device, executor=executor)
        try:
            with progress_bars() as phase:
                if models:
                    run.keep_models(models)
                if run.is_finished:
                    typer.echo(f"{str(out)!r} holds this audit, finished: nothing is computed again.", err=True)
                run.run(phase)
        except AuditError:
            # What became of the rows may be the reason: a probe's words may be in those that were skipped.
            if run.is_read:
                for line in (format_reader_options(reading), *format_rows(run.facts, out)):
                    typer.echo(line, err=True)
            raise
    if as_json:
        typer.echo((out / "report.json").read_text(encoding="utf-8"), nl=False)
        return
    typer.echo(format_reader_options(reading))
    for line in format_rows(run.facts, out):
        typer.echo(line)
    report = run.report
    typer.echo(f"{report.sentence_count:,} sentences, {report.token_count:,} words.")
    if vectors:
        from skipgram_audit.cli.vectors import vector_lines

        for line in vector_lines(report.manifest["vectors"]):
            typer.echo(line)
    for item in report.probes:
        typer.echo(summary(item.outcome))
    typer.echo(f"Results are in {out}; open report.html first.")


def executor_of(scheduler: str | None, training_resources: list[str] | None) -> AbstractContextManager[Any]:
    """Where the options, or else the environment, say that work is done."""
    from skipgram_audit.cluster.opening import opened_executor

    return opened_executor(make_settings(scheduler=scheduler, training_resources=labelled_amounts(training_resources)))


def summary(outcome: Any) -> str:
    """What may be said of a probe, and on a second line its numbers."""
    verdict = probe_verdict(outcome)
    conclusion = f"{outcome.name}: {verdict.title}. {verdict.sentence}"
    if not outcome.measured:
        return conclusion
    missing, spread = sum(len(words) for words in outcome.missing.values()), outcome.score_spread
    unpaired = sum(len(item.unpaired) for item in coverage(outcome))
    return (
        f"{conclusion}\n  {KINDS[outcome.kind].score} {outcome.score:.3f}, "
        + ("one seed, " if spread is None else f"seeds' standard deviation {spread:.3f}, ")
        + (
            "no standard error, "
            if outcome.standard_error is None
            else f"standard error over documents {outcome.standard_error:.3f}, "
        )
        + (f"{fmean(outcome.null_scores):.3f} on shuffled text, " if outcome.null_scores else "")
        + (
            "no p-value"
            if outcome.p_value_two_sided is None
            else f"two-sided p = {outcome.p_value_two_sided:.4g} ({outcome.p_method})"
        )
        + (f", {missing} {'word' if missing == 1 else 'words'} missing" if missing else "")
        + (f", {unpaired} left out for want of the other word of the pair" if unpaired else "")
        + (f". {outcome.standard_error_reason}" if outcome.standard_error is None else "")
    )
