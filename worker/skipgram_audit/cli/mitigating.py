"""skipgram-audit mitigations: what each way to mitigate a bias does, and what it costs."""

import json
from pathlib import Path
from typing import Annotated

import typer

from skipgram_audit.cli.auditing import AuditDevice, Audited, executor_of
from skipgram_audit.cli.options import (
    Json,
    Scheduler,
    TrainingResource,
    VectorsFormat,
    describer,
    ending_of,
    output_file,
    output_folder,
)
from skipgram_audit.cli.what_ifs import WITHOUT, listed_ids
from skipgram_audit.model.mitigations import METHODS, MitigationPlan

described = describer(MitigationPlan)
USUAL = [one.name for one in METHODS.values() if one.usual and one.name != "none"]


def mitigations(
    audited: Audited,
    probe: Annotated[
        str | None, typer.Option("--probe", help="Whose bias is to be mitigated; the only probe when left out.")
    ] = None,
    methods: Annotated[
        list[str] | None,
        typer.Option(
            "--methods", help=f"One or more, separated by commas: {', '.join(METHODS)}. [default: {', '.join(USUAL)}]"
        ),
    ] = None,
    without: Annotated[
        Path | None, typer.Option("--without", help=f"Compare the removal of these documents, too. {WITHOUT}")
    ] = None,
    pairs: Annotated[
        list[str] | None,
        typer.Option(
            "--pairs",
            help="In the place of English words of gender: a list of word pairs by its name (see word-pairs), or a "
            "file. May be repeated.",
        ),
    ] = None,
    seeds: Annotated[
        int | None,
        typer.Option(
            "--seeds", help="How many seeds; those of the audit first. [default: all of these, and others up to four]"
        ),
    ] = None,
    concept: Annotated[str, typer.Option("--concept", help=described("concept"))] = "",
    share: Annotated[float, typer.Option("--share", help=described("share"))] = 0.02,
    biased_words: Annotated[int, typer.Option("--biased-words", help=described("biased_words"))] = 500,
    draw_seed: Annotated[int, typer.Option("--draw-seed", help=described("draw_seed"))] = 1,
    csv: Annotated[
        Path | None, typer.Option("--csv", callback=output_file, help="Write the table to this file.")
    ] = None,
    vectors: Annotated[
        Path | None,
        typer.Option(
            "--vectors", callback=output_folder, help="Write the vectors of every action and seed to this folder."
        ),
    ] = None,
    vectors_format: VectorsFormat = "text",
    device: AuditDevice = "auto",
    scheduler: Scheduler = None,
    training_resource: TrainingResource = None,
    as_json: Json = False,
) -> None:
    """Compare ways to mitigate a bias: scores, whether the bias can still be found, use of the vectors, and cost.
    Interrupted, it goes on where it stood."""
    from skipgram_audit.auditing.audit import Audit
    from skipgram_audit.report.mitigation_rows import missing_reasons, text_lines

    ending = ending_of(vectors_format)
    with executor_of(scheduler, training_resource) as executor:
        found = Audit(audited, device, executor).mitigations(
            probe,
            seeds,
            [name.strip() for one in methods for name in one.split(",") if name.strip()] if methods else None,
            listed_ids(without) if without else (),
            pairs,
            concept=concept,
            share=share,
            biased_words=biased_words,
            draw_seed=draw_seed,
        )
    table = found.table
    if csv is not None:
        found.to_csv(csv)
    if vectors is not None:
        vectors.mkdir(parents=True, exist_ok=True)
        for row in table.rows:
            for seed in table.plan.seeds if row.cells else []:
                found.save_vectors(vectors / f"{row.action}-seed-{seed}.{ending}", row.action, seed)
    if as_json:
        typer.echo(json.dumps(found.as_dict(), ensure_ascii=False))
        return
    for line in text_lines(table):
        typer.echo(line)
    typer.echo("")
    for row in table.rows:
        typer.echo(f"{row.title}: {found.sentences[row.action]}")
    for line in missing_reasons(table):
        typer.echo(f"Missing: {line}")
    if vectors is not None:
        typer.echo(f"The vectors are in {vectors}.")
