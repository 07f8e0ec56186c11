"""
Write an assignment's notebook from its stub, so that both say the same.

The stub is a Python file in percent cells (`# %%`), which jupytext reads.  `make notebooks` writes
`assignments/<slug>/<slug>.ipynb` for every assignment; a test keeps the two in step.
"""

from __future__ import annotations

import sys
from pathlib import Path

import jupytext
import nbformat

from grader.course.assignment import ASSIGNMENTS, load, slugs

_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
_CHECK_TEXT = (
    "## Check your work\n\nRun this cell as often as you like: it asks your functions and classes, as they are now, the "
    "public questions of this\nassignment. Run a cell again after you have changed it; nothing need be saved."
)
_CHECK = "import grader\n\ngrader.check()"


def notebook_of(stub: Path) -> str:
    """Return the notebook for a stub, as nbformat 4 JSON; the same stub always gives the same text."""
    book = jupytext.reads(stub.read_text(encoding="utf-8"), fmt="py:percent")
    book.cells += [nbformat.v4.new_markdown_cell(_CHECK_TEXT), nbformat.v4.new_code_cell(_CHECK)]
    for number, cell in enumerate(book.cells):
        cell["id"] = f"cell-{number}"
        cell["metadata"] = {}
    book["metadata"] = {"kernelspec": _KERNEL, "language_info": {"name": "python"}}
    book["nbformat"], book["nbformat_minor"] = 4, 5
    nbformat.validate(book)
    return str(nbformat.writes(book)) + "\n"


def main(course: Path) -> None:
    """Write the notebooks of a course."""
    for slug in slugs(course):
        stub = course / ASSIGNMENTS / slug / load(course, slug).file
        stub.with_suffix(".ipynb").write_text(notebook_of(stub), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
