"""skipgram-audit probes: the built-in ones and probe files, without any server."""

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer

from skipgram_audit.cli.options import Json
from skipgram_audit.model.kinds import KINDS
from skipgram_audit.model.probe import ProbeDefinition, built_in_probes, load_probe, never_found_because, probe_as_toml

cli = typer.Typer(help="List, show and check bias probes.", no_args_is_help=True)

NameOrFile = Annotated[
    str, typer.Argument(metavar="PROBE", help="A built-in name (weat-1 ... weat-10) or a probe file.")
]


@cli.command("list")
def list_probes(as_json: Json = False) -> None:
    """List the built-in probes."""
    if as_json:
        _print_json([probe.model_dump() for probe in built_in_probes().values()])
        return
    width = max(len(name) for name in built_in_probes())
    for name, probe in built_in_probes().items():
        typer.echo(f"{name:<{width}}  {probe.description}")


@cli.command()
def kinds(as_json: Json = False) -> None:
    """List the kinds of probes that a file may name, with the word lists that each takes."""
    if as_json:
        _print_json({kind.name: asdict(kind) for kind in KINDS.values()})
        return
    for kind in KINDS.values():
        typer.echo(f"{kind.name}: {kind.measures} {kind.needs}")
        for table, role in (("targets", kind.targets), ("attributes", kind.attributes)):
            more = f", up to {role.most} lists" if role.more else ""
            typer.echo(f"    [{table}] {', '.join(role.labels)}{more}")
        for parameter in kind.parameters:
            typer.echo(f"    [parameters] {parameter.name} = {parameter.default:g}")


@cli.command()
def show(probe: NameOrFile, as_json: Json = False) -> None:
    """Print a probe as a probe file, ready to be changed and used."""
    definition = load_probe(probe)
    if as_json:
        _print_json(definition.model_dump())
    else:
        typer.echo(probe_as_toml(definition), nl=False)


@cli.command()
def check(probe: NameOrFile, as_json: Json = False) -> None:
    """Check a probe file; exit with 1 and say what is wrong when it cannot be used."""
    definition = load_probe(probe)
    if as_json:
        _print_json(
            {
                "valid": True,
                "name": definition.name,
                "words": len(definition.words()),
                "sets": _sizes(definition),
                "never_found": definition.never_found,
            }
        )
        return
    sizes = ", ".join(f"{name} ({size})" for name, size in _sizes(definition).items())
    needs = definition.kind_description.needs
    typer.echo(f"{definition.name} can be used. Word lists: {sizes}. In a corpus: {needs}")
    for line in format_never_found(definition):
        typer.echo(line)


def format_never_found(definition: ProbeDefinition) -> list[str]:
    """A line for each word that no corpus can hold."""
    return [
        f"{definition.name}: {never_found_because(word)}, so no corpus can hold it; the score is computed without it."
        for word in definition.never_found
    ]


def _sizes(definition: ProbeDefinition) -> dict[str, int]:
    return {name: len(words) for sets in (definition.targets, definition.attributes) for name, words in sets.items()}


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))
