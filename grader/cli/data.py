"""`grader data`: the real data sets."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from grader.cli.console import err, out


class DataSet(enum.StrEnum):
    """A real data set."""

    CIFAR10 = "cifar10"
    MNIST = "mnist"
    FASHION_MNIST = "fashion_mnist"


_ROOT = "Where the data go. Default: a folder of your own cache, where `--data` looks as well."

DataSetArgument = Annotated[DataSet, typer.Argument(metavar="NAME", help="cifar10, mnist or fashion_mnist.")]
RootOption = Annotated[Path | None, typer.Option("--root", metavar="DIR", help=_ROOT)]

data_app = typer.Typer(help="Data sets that networks are trained on.", no_args_is_help=True)


@data_app.command()
def fetch(name: DataSetArgument, root: RootOption = None) -> None:
    """
    Download a data set, to train on it with --data NAME; what was interrupted goes on where it stopped.
    """
    from grader.datasets import fetch as fetching

    folder = root or fetching.default_root()
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        bars: dict[str, TaskID] = {}

        def show_progress(file: str, done: int, total: int) -> None:
            if file not in bars:
                bars[file] = progress.add_task(file)
            progress.update(bars[file], completed=done, total=total or None)

        fetching.fetch(name.value, folder, show_progress)
    out.print(Text(f"{name.value} lies in {folder}"), soft_wrap=True)
