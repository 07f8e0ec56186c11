"""The notebooks that students get are the stubs, and work in a real kernel."""

from __future__ import annotations

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import jupytext
import nbclient
import nbformat
import pytest

from grader import submission
from grader.authoring.percent import notebook_of, percent_of
from grader.course import assignment as assignments
from grader.errors import AssignmentError

COURSE = Path(__file__).parents[2]
SLUGS = assignments.slugs(COURSE)


@pytest.mark.parametrize("slug", SLUGS)
def test_cells_are_those_that_jupytext_reads(slug: str) -> None:
    """Editors that know percent cells open the stub as the notebook that we make of it."""
    stub = COURSE / "assignments" / slug / f"{slug}.py"
    theirs = jupytext.reads(stub.read_text(), fmt="py:percent").cells
    ours = nbformat.reads(notebook_of(stub.read_text(), stub), as_version=4).cells[:-2]

    assert [(cell.cell_type, cell.source) for cell in ours] == [(cell.cell_type, cell.source) for cell in theirs]


ODD = """\
x = 1

# %% a title
# %matplotlib inline
# !pip install x
# a comment

y = 2


# %% [md]
# text
#
#   - indented

# %%
"""


def test_odd_cells_are_those_that_jupytext_reads() -> None:
    """Code before the first cell, titles, lines for IPython, blank lines, an empty cell."""
    theirs = jupytext.reads(ODD, fmt="py:percent").cells
    ours = nbformat.reads(notebook_of(ODD, Path("odd.py")), as_version=4).cells[:-2]

    assert [(cell.cell_type, cell.source) for cell in ours] == [(cell.cell_type, cell.source) for cell in theirs]


def test_a_notebook_comes_back_from_percent_cells() -> None:
    """Cell for cell, lines for IPython included."""
    book = nbformat.reads(notebook_of(ODD, Path("odd.py")), as_version=4)
    percent = percent_of(nbformat.writes(book), Path("odd.ipynb"))
    again = nbformat.reads(notebook_of(percent, Path("odd.py")), as_version=4)

    assert "\n# %matplotlib inline\n# !pip install x\n" in percent
    assert [(cell.cell_type, cell.source) for cell in again.cells[:-2]] == [
        (cell.cell_type, cell.source) for cell in book.cells
    ]


def test_cells_of_other_kinds_are_refused() -> None:
    """Each is named, with what to do."""
    with pytest.raises(AssignmentError) as raised:
        notebook_of("x = 1\n# %% [raw]\nx\n", Path("a.py"))
    assert str(raised.value) == "a.py:2: `# %% [raw]` begins a cell of an unknown kind; there is `# %% [markdown]`"

    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_raw_cell("# BEGIN QUESTION\nname: q1")])
    with pytest.raises(AssignmentError) as raised:
        percent_of(nbformat.writes(book), Path("a.ipynb"))
    assert str(raised.value) == (
        "a.ipynb: cell 1 is a raw cell, `# BEGIN QUESTION`; delete it: exercises and limits stand in assignment.toml, and tests "
        "are checks"
    )

    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("%%time\nx = 1")])
    with pytest.raises(AssignmentError) as raised:
        percent_of(nbformat.writes(book), Path("a.ipynb"))
    assert str(raised.value) == "a.ipynb: cell 1 begins with `%%time`; a solution is plain Python: delete that line"

    with pytest.raises(AssignmentError, match=r"^a\.ipynb: no notebook: "):
        percent_of("x = 1\n", Path("a.ipynb"))


@pytest.mark.parametrize("slug", SLUGS)
def test_notebook_defines_what_the_assignment_asks_for(slug: str) -> None:
    """Handed in unchanged, the notebook defines every name that the assignment wants, and nothing is left out but a call."""
    assignment = assignments.load(COURSE, slug)
    content = (assignment.folder / f"{slug}.ipynb").read_bytes()
    extracted = submission.from_notebook(slug, content, assignment)
    namespace: dict[str, object] = {}
    exec(extracted.files[0].content, namespace)

    assert {name for exercise in assignment.exercises for name in exercise.provides} <= namespace.keys()
    assert extracted.omitted == ()


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.filterwarnings("error")
def test_notebook_is_valid_and_ends_with_the_check(slug: str) -> None:
    """Jupyter opens it without a warning: valid, an id for each cell, none twice; its last cell checks the work."""
    book = nbformat.reads((COURSE / "assignments" / slug / f"{slug}.ipynb").read_text(), as_version=nbformat.NO_CONVERT)
    nbformat.validate(book)

    assert len({cell.id for cell in book.cells}) == len(book.cells)
    assert book.cells[-1].source == "import grader\n\ngrader.check()"


def executed(book: nbformat.NotebookNode, slug: str) -> tuple[str, str]:
    """Run a notebook from top to bottom in a kernel; returns what its last cell shows, as words and as plain text."""
    folder = COURSE / "assignments" / slug
    client = nbclient.NotebookClient(book, timeout=300, resources={"metadata": {"path": str(folder)}})
    client.execute()
    (output,) = book.cells[-1].outputs
    return words(output["data"]["text/html"]), output["data"]["text/plain"]


def words(fragment: str) -> str:
    """Return what is read of an HTML fragment."""
    texts: list[str] = []
    parser = HTMLParser()
    parser.handle_data = texts.append  # type: ignore[method-assign]
    parser.feed(fragment)
    return " ".join(" ".join(texts).split())


def solved(book: nbformat.NotebookNode, reference: Path) -> nbformat.NotebookNode:
    """Put the reference solution in place of the stubs: each definition in its own cell, the rest in the first one."""
    source = reference.read_text()
    rest, definitions = [], {}
    for node in ast.parse(source).body:
        text = ast.get_source_segment(source, node)
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            definitions[node.name] = text
        else:
            rest.append(text)
    for cell in book.cells[:-1]:
        if cell.cell_type == "code":
            names = [
                node.name for node in ast.parse(cell.source).body if isinstance(node, ast.FunctionDef | ast.ClassDef)
            ]
            if names:
                cell.source = "\n\n".join(definitions.pop(name) for name in names)
    book.cells.insert(0, nbformat.v4.new_code_cell("\n".join([*rest, *definitions.values()])))
    return book


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_notebook_runs_in_a_kernel_and_checks_itself(slug: str) -> None:
    """Run from top to bottom, the notebook ends with the result of the public checks: nothing is implemented yet."""
    book = nbformat.read(COURSE / "assignments" / slug / f"{slug}.ipynb", as_version=4)
    shown, plain = executed(book, slug)

    for text in (shown, " ".join(plain.split())):
        assert "this is not implemented yet (NotImplementedError)" in text
        assert re.search(r"\b0 of \d+ points", text)


@pytest.mark.slow
def test_notebook_with_the_reference_solution_is_complete() -> None:
    """With right answers in its cells, the notebook of conv_arithmetic gets all points of the public checks."""
    slug = "conv_arithmetic"
    book = nbformat.read(COURSE / "assignments" / slug / f"{slug}.ipynb", as_version=4)
    shown, _plain = executed(solved(book, COURSE / "solutions" / slug / f"{slug}.py"), slug)

    score = re.search(r"(\d+) of (\d+) points", shown)
    assert score is not None
    assert score[1] == score[2] != "0"
    assert "failed" not in shown
