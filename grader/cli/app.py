"""
The command line: which commands there are, and which exit code an error has.

Exit codes: 0 done · 1 `check` found something to fix · 2 the command or a file of the course is wrong · 3 something is
`ungraded` · 130 interrupted.  A low score is not an error.
"""

from __future__ import annotations

import os
import sys

import typer
from rich.text import Text

from grader.cli import interruption
from grader.cli.audit import audit
from grader.cli.check import check
from grader.cli.ci import ci
from grader.cli.console import err
from grader.cli.data import data_app
from grader.cli.doctor import doctor
from grader.cli.grade import grade
from grader.cli.gradescope import gradescope_app
from grader.cli.handout import handout
from grader.cli.image import image_app
from grader.cli.list_assignments import list_assignments
from grader.cli.pack import pack
from grader.cli.report import report
from grader.errors import GraderError, UsageError
from grader.reports.escape import clean

app = typer.Typer(
    name="grader",
    help="Check and grade PyTorch assignments.  Student code runs in a sandboxed worker; the harness asks it questions "
    "and does all the judging.\n\nExit codes: 0 done; 1 `check` found something to fix; 2 the command or a file of the "
    "course is wrong; 3 something is ungraded; 130 interrupted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command("list")(list_assignments)
app.command()(check)
app.command()(pack)
app.command()(grade)
app.command()(report)
app.command()(ci)
app.command()(handout)
app.command()(audit)
app.command()(doctor)
app.add_typer(data_app, name="data")
app.add_typer(image_app, name="image")
app.add_typer(gradescope_app, name="gradescope")


def main() -> None:
    """Run the command line; errors become one sentence and an exit code."""
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", os.devnull)  # it would write into the current folder
    try:
        sys.exit(app(standalone_mode=False))
    except typer.TyperException as error:  # typer itself would print a box of five lines
        if not error.format_message():  # no arguments: the help has been printed
            sys.exit(2)
        _fail(UsageError(error.format_message()), 2)
    except UsageError as error:
        _fail(error, 2)
    except GraderError as error:
        _fail(error, 3)
    except KeyboardInterrupt:
        interruption.heed_no_more()
        err.print()
        sys.exit(130)


def _fail(error: GraderError, code: int) -> None:
    err.print(Text(f"grader: {clean(str(error))}"), soft_wrap=True)
    sys.exit(code)
