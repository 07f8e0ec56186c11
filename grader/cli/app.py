"""
The command line: which commands there are, and which exit code an error has.

Exit codes, of which `exit_codes.py` says what each is and which one counts: 0 done · 1 `check` found something to fix,
`--fail-under` was not reached, a pull request edits what it may not, `build --check` found a file that is out of date, `verify` a
difference, an audit fails, or `import` left something to do by hand · 2 the command or a file is wrong · 3 something is
`ungraded` · 130 interrupted.
A low score is not an error.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from typing import Annotated

import typer
from rich.text import Text

import grader
from grader.cli import interruption
from grader.cli.audit import audit
from grader.cli.build import build
from grader.cli.calibrate import calibrate
from grader.cli.check import check
from grader.cli.ci import ci
from grader.cli.console import err
from grader.cli.data import data_app
from grader.cli.doctor import doctor
from grader.cli.exit_codes import ExitCode
from grader.cli.grade import grade
from grader.cli.gradebook import gradebook_app
from grader.cli.gradescope import gradescope_app
from grader.cli.handout import handout
from grader.cli.image import image_app
from grader.cli.import_assignment import import_assignment
from grader.cli.list_assignments import list_assignments
from grader.cli.new import new
from grader.cli.pack import pack
from grader.cli.receipts import verify
from grader.cli.report import report
from grader.cli.start_handout import start
from grader.errors import GraderError, UsageError
from grader.reports.escape import clean


def _say_version(asked: bool) -> None:
    """Print which versions grade, and end; torch is not imported for that."""
    if not asked:
        return
    try:
        torch = f"torch {importlib.metadata.version('torch')}"
    except importlib.metadata.PackageNotFoundError:
        torch = "without torch"
    print(f"grader {grader.__version__}, {torch}, Python {platform.python_version()}")
    raise typer.Exit(ExitCode.DONE)


VersionOption = Annotated[
    bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say which versions grade, and end.")
]

app = typer.Typer(
    name="grader",
    help="Check and grade PyTorch assignments.  Student code runs in a sandboxed worker; the harness asks it questions "
    "and does all the judging.\n\nExit codes: 0 done; 1 `check` found something to fix, --fail-under was not reached, a pull "
    "request edits what it may not, `build --check` found a file that is out of date, `verify` a difference, an audit fails, or "
    "`import` left something to do by hand; "
    "2 the command or a file is wrong; 3 something is ungraded; 130 interrupted.  Of several, 2 counts before 3, and 3 before 1.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command("list")(list_assignments)
app.command()(start)
app.command()(check)
app.command()(pack)
app.command()(grade)
app.command()(report)
app.command()(verify)
app.command()(ci)
app.command()(new)
app.command()(build)
app.command("import")(import_assignment)
app.command()(handout)
app.command()(audit)
app.command()(calibrate)
app.command()(doctor)
app.add_typer(data_app, name="data")
app.add_typer(image_app, name="image")
app.add_typer(gradescope_app, name="gradescope")
app.add_typer(gradebook_app, name="gradebook")


@app.callback()
def _of_all_commands(version: VersionOption = False) -> None:
    pass


def main() -> None:
    """Run the command line; errors become one sentence and an exit code."""
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", os.devnull)  # it would write into the current folder
    try:
        code = app(standalone_mode=False)
    except typer.TyperException as error:  # typer itself would print a box of five lines
        if not error.format_message():  # no arguments: the help has been printed
            sys.exit(ExitCode.WRONG)
        _fail(UsageError(error.format_message()), ExitCode.WRONG)
    except UsageError as error:
        _fail(error, ExitCode.WRONG)
    except GraderError as error:
        _fail(error, ExitCode.UNGRADED)
    except KeyboardInterrupt:
        code = ExitCode.INTERRUPTED
    if code == ExitCode.INTERRUPTED:  # typer makes this code of an interruption
        interruption.heed_no_more()
    sys.exit(code)


def _fail(error: GraderError, code: ExitCode) -> None:
    err.print(Text(f"grader: {clean(str(error))}"), soft_wrap=True)
    sys.exit(code)
