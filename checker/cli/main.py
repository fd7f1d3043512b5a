"""The command `eoscheck`: its subcommands are loaded when they are called."""

from __future__ import annotations

import importlib
import io
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checker.lang.errors import EoscheckError

if TYPE_CHECKING:
    from collections.abc import Sequence

BAD_INPUT = 2
INCONCLUSIVE = 3
OUR_FAULT = 70
"""The exit code for a bug of ours: none of contract C1, which all say something about the input."""

_COMMANDS = {
    "bugs": "Look for the known bugs of the protocol.",
    "check": "Say which guarantees settings, a scenario or a model give.",
    "diagram": "Draw the state chart of a role.",
    "export": "Write a model as TLA+, Promela or Murphi.",
    "list": "List properties, actions, settings.",
    "matrix": "Compare the delivery modes, under every kind of fault.",
    "prove": "Prove guarantees for any number of everything.",
    "simulate": "Walk through a model at random.",
    "trace": "Show or replay a run, or ask why a step was not possible.",
}


class LazyGroup(click.Group):
    """Imports a subcommand's module when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the subcommands."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a subcommand, None if there is none of this name."""
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"checker.cli.{_module(cmd_name)}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of subcommands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


def _module(name: str) -> str:
    return {"list": "listing"}.get(name, name)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="eoscheck")
def group() -> None:
    """Check which delivery guarantees Kafka clients really give.

    Exit codes: 0 everything asked for holds; 1 a guarantee is broken; 2 bad input; 3 inconclusive
    (a capacity, the time or the memory limit was reached); 4 vacuous (a witness was not reached).
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with the code of contract C1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    code = run(arguments)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; bad input is one sentence on stderr."""
    try:
        result: Any = group.main(
            args=None if arguments is None else list(arguments),
            prog_name="eoscheck",
            standalone_mode=False,
        )
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (click.Abort, KeyboardInterrupt):
        print("eoscheck: interrupted before there was anything to tell", file=sys.stderr)
        return INCONCLUSIVE
    except (EoscheckError, click.ClickException) as error:
        return _refuse(error)
    except Exception:
        traceback.print_exc()
        print("eoscheck: this is a bug in eoscheck, please report it", file=sys.stderr)
        return OUR_FAULT


def _refuse(error: Exception) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message())
        return BAD_INPUT
    if isinstance(error, EoscheckError) and error.file is not None:
        error.file = _short(error.file)
    text = error.format_message() if isinstance(error, click.ClickException) else str(error)
    letters = " ".join(text.split())
    sentence = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in letters)
    print(f"eoscheck: {sentence}", file=sys.stderr)
    return BAD_INPUT


def _short(file: str) -> str:
    """Return a file's name as seen from the working folder, if it is in it."""
    path = Path(file)
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else file
