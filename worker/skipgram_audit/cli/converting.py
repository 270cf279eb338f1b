"""``skipgram-audit convert``: from a gensim model that the user trusts to a file that can be audited and uploaded."""

from pathlib import Path
from typing import Annotated

import typer

from skipgram_audit.cli.options import Json, new_output_file
from skipgram_audit.model.errors import NotFound

WARNING = "gensim's files are pickles, and loading a pickle runs what is in it. Convert only models that you trust."


def convert(
    model: Annotated[Path, typer.Argument(help="What gensim's save() wrote, with its .npy files beside it.")],
    out: Annotated[
        Path,
        typer.Option(
            "--out", callback=new_output_file, help="The file to write, new; its name should end in .safetensors."
        ),
    ],
    as_json: Json = False,
) -> None:
    """Convert a gensim Word2Vec or KeyedVectors for an audit or an upload, by gensim itself.

    Loading such a file runs what is in it: convert only models that you trust. The new file holds no program. It keeps
    words, vectors, output vectors, counts and the settings of the training.
    """
    import json

    from skipgram_audit.corpus.readers import ReaderLimits
    from skipgram_audit.pretrained.converted import write_converted
    from skipgram_audit.pretrained.gensim_models import load_trusted
    from skipgram_audit.pretrained.reading import read_model

    if not model.is_file():
        raise NotFound(f"There is no file {str(model)!r}.", "Give the path of what gensim's save() wrote.")
    typer.echo(WARNING, err=True)
    unfinished = out.with_name(out.name + ".part")
    try:
        write_converted(unfinished, load_trusted(model))
        facts = read_model(unfinished, ReaderLimits(), lambda _fraction: None).facts
        unfinished.rename(out)
    finally:
        unfinished.unlink(missing_ok=True)
    if as_json:
        typer.echo(json.dumps({"file": str(out), **facts.model_dump(mode="json")}, ensure_ascii=False, indent=2))
        return
    outputs = "with" if facts.outputs else "without"
    typer.echo(
        f"{out}: {facts.format}, {facts.words:,} words of {facts.dimension} dimensions, {outputs} output vectors."
    )
    for reason, count in facts.left_out.items():
        typer.echo(f"  An audit will leave {count:,} out: {reason}.")
