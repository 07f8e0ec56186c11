"""`grader image`: the Docker images."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from grader.cli.console import err, out
from grader.cli.options import CourseOption, course_of

_GPU = "PyTorch that also computes on a GPU (some gigabytes), or for processors alone."
_WHOLE = "Build the whole grader with the course in it, for a machine that has nothing but Docker."
_TAG = "Name of the image. Default: the one that the grader looks for."
_BASE = "Image to start from, with Debian's or Docker's Python 3.11. Default: python:3.11-slim-bookworm."
_WHEELS = (
    "Folder with every package that is installed, if there is no network. Default: `docker/wheels`, if it is there."
)

GpuOption = Annotated[bool, typer.Option("--gpu/--cpu", help=_GPU)]
WholeOption = Annotated[bool, typer.Option("--whole", help=_WHOLE)]
TagOption = Annotated[str | None, typer.Option("--tag", metavar="NAME", help=_TAG)]
BaseOption = Annotated[str | None, typer.Option("--base", metavar="IMAGE", help=_BASE)]
WheelsOption = Annotated[Path | None, typer.Option("--wheels", metavar="DIR", help=_WHEELS)]

image_app = typer.Typer(
    help="Docker images: that of workers, and the whole grader with a course.", no_args_is_help=True
)


@image_app.command()
def build(
    gpu: GpuOption = False,
    whole: WholeOption = False,
    tag: TagOption = None,
    base: BaseOption = None,
    wheels: WheelsOption = None,
    course: CourseOption = None,
) -> None:
    """
    Build the image that `--sandbox docker` needs.

    It holds Python, PyTorch and the worker, and nothing that knows an answer.
    """
    from grader.sandbox.docker import GRADER_IMAGE, WORKER_IMAGE, Recipe, build_image, connect

    recipe = Recipe(
        tag=tag or (GRADER_IMAGE if whole else WORKER_IMAGE),
        torch="gpu" if gpu else "cpu",
        base=base,
        wheels=wheels,
        course=course_of(course) if whole else None,
    )
    client = connect()
    with err.status(f"building {recipe.tag}") as status:
        build_image(client, recipe, lambda step: status.update(Text(step[:100])) if step else None)
    out.print(f"built {recipe.tag}")
