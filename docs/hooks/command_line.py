"""The commands and their options, from the command line itself."""

from typing import Any

from typer.main import get_command

from skipgram_audit.cli.main import cli
from skipgram_audit.report.markdown_tables import cell, code, table


def markdown() -> str:
    """A section a command."""
    return "\n\n".join(_sections(get_command(cli), "skipgram-audit"))


def _sections(command: Any, path: str) -> list[str]:
    commands = getattr(command, "commands", None)
    if commands is not None:
        return [
            section for name, one in commands.items() if not one.hidden for section in _sections(one, f"{path} {name}")
        ]
    parameters = [one for one in command.params if not getattr(one, "hidden", False)]
    arguments = [one for one in parameters if one.param_type_name == "argument"]
    options = [one for one in parameters if one.param_type_name == "option"]
    usage = " ".join([path, *([] if not options else ["[OPTIONS]"]), *(_argument(one) for one in arguments)])
    return [
        f"## {path.removeprefix('skipgram-audit ')}",
        command.help or "",
        f"```shell\n{usage}\n```",
        table(("argument", "meaning"), [(code(_argument(one)), getattr(one, "help", "") or "") for one in arguments]),
        table(("option", "default", "meaning"), [_option(one) for one in options]),
    ]


def _argument(parameter: Any) -> str:
    return str(parameter.metavar or parameter.name).upper()


def _option(parameter: Any) -> tuple[str, str, str]:
    help_text, _, told = (parameter.help or "").partition(" [default: ")
    names = ", ".join(code(name) for name in (*parameter.opts, *parameter.secondary_opts))
    return names, cell(_default(parameter, told.removesuffix("]"))), help_text


def _default(parameter: Any, told: str) -> str:
    if parameter.required:
        return "required"
    if told:
        return code(told)
    if parameter.is_flag:
        return "off"
    value = parameter.default
    return code(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
