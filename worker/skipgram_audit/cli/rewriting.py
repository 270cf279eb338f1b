"""skipgram-audit rewrite: exchange, mask or delete words of a corpus, and what every probe would score then."""

import json
from itertools import islice
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
    new_output_file,
    output_file,
    output_folder,
)
from skipgram_audit.cli.what_ifs import WITHOUT, listed_ids, text_of
from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.rewriting import GRAMMARS, METHODS, RewritePlan

described = describer(RewritePlan)


def rewrite(
    audited: Audited,
    pairs: Annotated[
        list[str] | None,
        typer.Option(
            "--pairs",
            help="A list of word pairs: en-gender, en-names, ... (see word-pairs), or a file. May be repeated.",
        ),
    ] = None,
    method: Annotated[str, typer.Option(help=f"What happens to the words: {', '.join(METHODS)}.")] = "substitute",
    probability: Annotated[float | None, typer.Option(min=0, max=1, help=described("probability"))] = None,
    documents: Annotated[
        Path | None, typer.Option("--documents", help="Rewrite only the documents of this list of ids.")
    ] = None,
    without: Annotated[Path | None, typer.Option("--without", help=f"Documents that go altogether. {WITHOUT}")] = None,
    without_sentences: Annotated[
        Path | None,
        typer.Option(
            "--without-sentences",
            help="Of the method remove alone: single sentences that go. A list as for --without, each the id of the "
            "document, a colon, and the sentence's number from 1, as smallest-set names them.",
        ),
    ] = None,
    adding: Annotated[
        list[Path] | None, typer.Option("--add", help="Of the method add: a text file to add; may be repeated.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help=described("seed"))] = 1,
    grammar: Annotated[
        str | None,
        typer.Option(help=f"{', '.join(GRAMMARS)}: {described('grammar')} [default: tagger where it is installed]"),
    ] = None,
    mask: Annotated[str | None, typer.Option(help=described("mask"))] = None,
    diff: Annotated[int, typer.Option("--diff", min=0, help="Show the changes of so many documents.")] = 3,
    retrain: Annotated[bool, typer.Option("--retrain", help="Train on the rewritten texts, too.")] = False,
    retrain_seed: Annotated[
        list[int] | None,
        typer.Option(
            "--retrain-seed", help="May be repeated; those of the audit, and others up to four, when left out."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            callback=new_output_file,
            help="Write the rewritten corpus to this new file, in the format that it came in.",
        ),
    ] = None,
    ledger: Annotated[
        Path | None,
        typer.Option(
            "--ledger", callback=output_file, help="Write every change there: CSV, or JSON Lines by the name's end."
        ),
    ] = None,
    vectors: Annotated[
        Path | None,
        typer.Option(
            "--vectors",
            callback=output_folder,
            help="With --retrain: write each seed's vectors, before and after, to this folder.",
        ),
    ] = None,
    vectors_format: VectorsFormat = "text",
    predict: Annotated[bool, typer.Option("--predict/--no-predict", help="Predict the scores.")] = True,
    device: AuditDevice = "auto",
    scheduler: Scheduler = None,
    training_resource: TrainingResource = None,
    as_json: Json = False,
) -> None:
    """Rewrite an audited corpus by lists of word pairs: see the changes, the predicted scores, and save the result."""
    from skipgram_audit.auditing.audit import Audit
    from skipgram_audit.report.rewrite_sentences import (
        how_sentence,
        notes,
        score_rows,
        score_sentence,
        summary_sentence,
    )
    from skipgram_audit.report.vector_files import AFTER, BEFORE

    ending = ending_of(vectors_format)
    if vectors is not None and not (retrain or retrain_seed):
        raise InvalidInput("Without a training there are no vectors to write.", "Add --retrain.")
    if out is not None and ledger is not None and out.resolve() == ledger.resolve():
        raise InvalidInput(f"--out and --ledger both name {str(out)!r}.", "Name two files.")
    with executor_of(scheduler, training_resource) as executor:
        audit = Audit(audited, device, executor)
        rewriting = audit.rewrite(
            pairs,
            method,
            probability,
            None if documents is None else listed_ids(documents),
            () if without is None else listed_ids(without),
            () if without_sentences is None else listed_ids(without_sentences),
            [text_of(path) for path in adding or []],
            seed=seed,
            grammar=grammar,
            mask=mask,
        )
        if retrain or retrain_seed:
            rewriting.retrain(retrain_seed)
        elif predict:
            rewriting.predict()
    if vectors is not None:
        vectors.mkdir(parents=True, exist_ok=True)
        for trained in rewriting.outcome.trained_seeds:
            for when in (BEFORE, AFTER):
                rewriting.save_vectors(vectors / f"{when}-seed-{trained}.{ending}", when, trained)
    if out is not None:
        rewriting.save(out, ledger)
    elif ledger is not None:
        rewriting.save_ledger(ledger)
    outcome = rewriting.outcome
    if as_json:
        typer.echo(json.dumps({"plan": rewriting.plan.model_dump(mode="json"), **outcome.model_dump(mode="json")}))
        return
    typer.echo(how_sentence(rewriting.plan))
    typer.echo(summary_sentence(rewriting.plan, outcome.tally))
    for row in score_rows(outcome):
        typer.echo(score_sentence(row, len(outcome.seeds), len(outcome.trained_seeds)))
    for sentence in notes(rewriting.plan, outcome.tally):
        typer.echo(f"Note: {sentence}")
    for one in islice(rewriting.diff, diff):
        typer.echo(str(one))
    if out is not None:
        typer.echo(f"The rewritten corpus is in {out}.")
        for note in rewriting.file_notes:
            typer.echo(f"Note: {note}")
    if ledger is not None:
        typer.echo(f"Every change is in {ledger}.")


def word_pairs(
    name: Annotated[
        str, typer.Argument(help="A list that ships, or a file, to check and to show with its pairs.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Show the lists of word pairs that ship, with source and licence; or check one and show its pairs."""
    from skipgram_audit.model.word_pairs import built_in_pairs, load_pairs

    found = [load_pairs(name)] if name else list(built_in_pairs().values())
    if as_json:
        typer.echo(json.dumps([one.model_dump(mode="json") for one in found], ensure_ascii=False))
        return
    for one in found:
        typer.echo(f"{one.name}  {one.title}: {len(one.words)} words. {' '.join(one.description.split())}".rstrip())
        if one.source:
            typer.echo(f"    Source: {' '.join(one.source.split())} Licence: {one.licence}.")
    if name:
        for part in found[0].parts():
            typer.echo("\n".join(f"{first},{second}" for first, second in part.pairs))
