"""The notebooks that students get are the stubs, and work in a real kernel."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nbclient
import nbformat
import pytest

from grader import assignment as assignments
from grader import notebook, stub_notebook

COURSE = Path(__file__).parents[1]
SLUGS = assignments.slugs(COURSE)


@pytest.mark.parametrize("slug", SLUGS)
def test_notebook_is_what_the_stub_makes(slug: str) -> None:
    """The committed notebook is the one that `make notebooks` writes from the stub."""
    stub = COURSE / "assignments" / slug / f"{slug}.py"

    assert stub.with_suffix(".ipynb").read_text() == stub_notebook.notebook_of(stub)


@pytest.mark.parametrize("slug", SLUGS)
def test_notebook_defines_what_the_assignment_asks_for(slug: str) -> None:
    """Handed in unchanged, the notebook defines every name that the assignment wants, and nothing is left out but a call."""
    assignment = assignments.load(COURSE, slug)
    content = (assignment.folder / f"{slug}.ipynb").read_bytes()
    extracted = notebook.definitions(content)
    namespace: dict[str, object] = {}
    exec(extracted.source, namespace)

    assert {name for exercise in assignment.exercises for name in exercise.provides} <= namespace.keys()
    assert extracted.left_out == ()


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_notebook_runs_in_a_kernel_and_checks_itself(slug: str) -> None:
    """Run from top to bottom, the notebook ends with the result of the public checks: nothing is implemented yet."""
    folder = COURSE / "assignments" / slug
    book = nbformat.read(folder / f"{slug}.ipynb", as_version=4)
    nbformat.validate(book)
    client = nbclient.NotebookClient(book, timeout=120, resources={"metadata": {"path": str(folder)}})
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    client.execute(env={**os.environ, "PATH": path})

    printed = "".join(output.get("text", "") for output in book.cells[-1].outputs)
    assert "this is not implemented yet (NotImplementedError)" in printed
    assert "0 of " in printed
