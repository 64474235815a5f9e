"""The command line: which commands there are, and how it ends."""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from purge_guard.check_plan import check_plan
from purge_guard.exceptions import exceptions
from purge_guard.matrix import matrix
from purge_guard.preview import preview
from purge_guard.protect import protect
from purge_guard.snapshot import snapshot
from purge_guard.validate import validate
from purge_guard.who_can import who_can

app = typer.Typer(
    name="purge-guard",
    help="Detect, prevent, answer and prove: nobody purges an Amazon SQS queue unseen.",
    no_args_is_help=True,
    # Typer's own options for this write into the start-up files of the user's shell.
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001  the signature of an option's callback
    if wanted:
        typer.echo(f"purge-guard {version('purge-guard')}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Take the options that stand before a command."""


@app.command()
def schema() -> None:
    """Print the JSON Schema of the inventory, for editors."""
    from policies.inventory.schema import schema_text  # noqa: PLC0415  --help need not wait for it

    typer.echo(schema_text(), nl=False)


app.command()(validate)
app.command()(preview)
app.command("who-can")(who_can)
app.command()(snapshot)
app.command()(protect)
app.command()(exceptions)
app.command()(matrix)
app.command("check-plan")(check_plan)


def main() -> None:
    """Run a command: the entry point of ``purge-guard``.

    What a command cannot read is its own to explain. An operating system that takes no more output, such
    as a full disk, is explained here; a reader that has gone, such as ``head``, needs no explanation.
    """
    # Python has no standard output where the shell closed it, and writes to it go nowhere without a word.
    if sys.stdout is None:
        sys.exit("purge-guard: standard output is closed")
    try:
        app()
    except OSError as error:
        sys.exit(f"purge-guard: {error.strerror}")
