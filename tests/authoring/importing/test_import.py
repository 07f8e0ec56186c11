"""`grader import`: small notebooks of each kind become assignments that load and on which the solution gets full points."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from commands import Ran, grader
from made_notebooks import code, grades, prose, question, raw, solution, write_notebook

from grader.course import assignment as assignments

SQUARES = '''\
def squares(n):
    """Return the first squares."""
    ### BEGIN SOLUTION
    if n < 1:
        raise ValueError("n is too small")
    return [i ** 2 for i in range(1, n + 1)]
    ### END SOLUTION
'''
TEST_SQUARES = '''\
"""The squares are right."""
assert squares(2) == [1, 4]
### BEGIN HIDDEN TESTS
assert squares(3) == [1, 4, 9]
### END HIDDEN TESTS
'''
RAISES = """\
try:
    squares(0)
except ValueError:
    pass
else:
    raise AssertionError("did not raise")
"""
CELLS_OF_NBGRADER = (
    prose("# Problem set\n\nSquares and means."),
    code("import numpy as np\nimport matplotlib.pyplot as plt\n%matplotlib inline"),
    prose("## Squares (3 points)\n\nReturn squares."),
    solution(SQUARES, "squares"),
    code("squares(10)"),
    grades(TEST_SQUARES, 3, "squares_are_right"),
    grades(RAISES, 0.5, "squares_raise"),
    prose("## Centred"),
    solution("def centred(x):\n    return x - np.mean(x)"),
    code("data = np.array([1.0, 2.0, 6.0])\nplt.plot(data)"),
    grades("np.testing.assert_allclose(centred(data), [-2, -1, 3])\nassert np.isclose(centred(data).sum(), 0)", 2),
    prose("## Total"),
    solution("total = squares(3)[-1] + 1"),
    grades("assert total == 10", 1, "total_is_right"),
)
Q1 = question(
    "q1",
    "**Question 1.** Twice a number.",
    "def twice(x):\n    return 2 * x # SOLUTION",
    code("twice(2)", shows="4"),
    code('""" # BEGIN TEST CONFIG\npoints: 3\nhidden: true\n""" # END TEST CONFIG\ntwice(0.25)', shows="0.5"),
    config="points: 4",
)
Q2 = question(
    "q2",
    "**Question 2.** Assign `x`, and show it.",
    "x = twice(4) # SOLUTION\nprint(x) # SOLUTION\nx + 1",
    code("assert x == 8, 'twice four is eight'"),
    code("# HIDDEN\nx > 7", shows="True"),
)
CELLS_OF_OTTER = (
    raw("# ASSIGNMENT CONFIG\nname: lab"),
    prose("# Lab"),
    code("import otter\ngrader = otter.Notebook()"),
    *Q1,
    *Q2,
)
HALF = '''\
def half(x):
    # BEGIN SOLUTION NO PROMPT
    return x / 2
    # END SOLUTION
    """ # BEGIN PROMPT
    ...
    """; # END PROMPT
'''
CELLS_OF_JASSIGN = (
    prose("# Old lab"),
    prose("**Question 1.** Half.\n\n```\nBEGIN QUESTION\nname: q1\npoints: 2\n```"),
    code(HALF),
    code("# TEST\nhalf(3)", shows="1.5"),
    code("## HIDDEN TEST ##\nhalf(-3) < 0", shows="True"),
)
ALL = {"nbgrader": CELLS_OF_NBGRADER, "otter": CELLS_OF_OTTER, "jassign": CELLS_OF_JASSIGN}
KINDS = {"nbgrader": "nbgrader", "otter": "otter", "jassign": "otter"}


def imported(folder: Path, kind: str, *cells: object, slug: str = "lab") -> Ran:
    """Import a notebook with these cells into a new course."""
    notebook = write_notebook(folder / "source" / "lab.ipynb", *cells)
    (folder / "course").mkdir(exist_ok=True)
    return grader("import", kind, notebook, "--slug", slug, "--into", folder / "course", cwd=folder)


def text(folder: Path, name: str) -> str:
    """Return a file of the course."""
    return (folder / "course" / name).read_text()


@pytest.mark.slow
@pytest.mark.usefixtures("needs_bubblewrap")
@pytest.mark.parametrize("name", ALL)
def test_the_solution_gets_full_points_and_the_stub_gets_none(tmp_path: Path, name: str) -> None:
    """Really graded: what was carried over holds for the solution, and for nothing less."""
    ran = imported(tmp_path, KINDS[name], *ALL[name])
    assert ran.returncode == 1, ran.stderr  # a sentence in assignment.toml
    course = tmp_path / "course"
    assert "Imported from lab.ipynb." in grader("list", cwd=course).stdout

    submissions = ["solutions/lab/lab.py", "assignments/lab/lab.py", "assignments/lab/lab.ipynb"]
    scores = {}
    for path in submissions:
        graded = grader("grade", "lab", path, "--format", "json", "--seed", "1", cwd=course)
        assert graded.returncode == 0, graded.stdout + graded.stderr
        (found,) = (
            json.loads(graded.stdout)["submissions"] if "submissions" in graded.stdout else (json.loads(graded.stdout),)
        )
        scores[path] = (found["score"], found["max_score"])

    earned, possible = scores.pop(submissions[0])
    assert earned == possible > 0
    assert {earned for earned, _possible in scores.values()} == {0}


def test_nbgrader_is_carried_over(tmp_path: Path) -> None:
    """Exercises, points, hidden parts, and values that students assign."""
    ran = imported(tmp_path, "nbgrader", *CELLS_OF_NBGRADER)

    assert "tests carried over: 5 of 5" in ran.stdout.splitlines()
    assert "squares: 3 of 3 tests; Squares" in ran.stdout.splitlines()
    assert "note: cell 6 is tested in public and hidden: half of its points each" in ran.stdout
    assert "note: points are multiplied by 2, since a check gives whole points" in ran.stdout
    assignment = assignments.load(tmp_path / "course", "lab")
    assert assignment.title == "Problem set"
    assert [(one.name, one.provides) for one in assignment.exercises] == [
        ("squares", ("squares",)),
        ("centred", ("centred",)),
        ("total", ("answer_total",)),
    ]
    public = text(tmp_path, "assignments/lab/checks/test_lab.py")
    assert (
        '@pytest.mark.check(points=3, exercise="squares")\ndef test_squares_are_right(student):\n    """The squares are right."""'
        in public
    )
    assert "    data = np.array([1.0, 2.0, 6.0])\n" in public
    hidden = text(tmp_path, "solutions/lab/checks/test_lab_hidden.py")
    assert "expect.loosely.equal(student.squares(3), [1, 4, 9])" in hidden
    assert "[1, 4, 9]" not in public


def test_the_source_is_in_the_order_of_the_notebook(tmp_path: Path) -> None:
    """Imports stand at the top, what only shows something is not run by an import, and tests are not there."""
    imported(tmp_path, "nbgrader", *CELLS_OF_NBGRADER)

    source = text(tmp_path, "solutions/lab/lab.py")
    order = [
        "import numpy as np",
        "    import matplotlib.pyplot as plt",
        "# ## Squares",
        "def squares",
        "    print(squares(10))",
    ]
    positions = [
        source.index(piece) for piece in [*order, "# ## Centred", "    # BEGIN SOLUTION\n    return x - np.mean(x)"]
    ]
    assert positions == sorted(positions)
    assert "assert " not in source
    assert "HIDDEN" not in source
    assert 'if __name__ == "__main__":\n    data = ' in source
    stub = text(tmp_path, "assignments/lab/lab.py")
    assert "total = ...\n\n\ndef answer_total():" in stub
    assert "np.mean" not in stub
    assert text(tmp_path, "assignments/lab/README.md").startswith(
        "# Problem set\n\nSquares and means.\n\n## Squares (3 points)"
    )


def test_otter_is_carried_over(tmp_path: Path) -> None:
    """Points of a question are shared as otter shares them, and what a cell has shown is what is right."""
    ran = imported(tmp_path, "otter", *CELLS_OF_OTTER)

    assert "tests carried over: 4 of 4" in ran.stdout.splitlines()
    public, hidden = (
        text(tmp_path, f"{one}.py")
        for one in ("assignments/lab/checks/test_lab", "solutions/lab/checks/test_lab_hidden")
    )
    assert re.findall(r"points=(\d+)", public + hidden) == ["2", "1", "6", "1"]
    assert "expect.loosely.equal(student.twice(2), 4)" in public
    assert "expect.loosely.close(student.twice(0.25), 0.5, rtol=1e-06, atol=1e-08)" in hidden
    source = text(tmp_path, "solutions/lab/lab.py")
    assert "otter" not in source
    assert "x = twice(4) # SOLUTION" in source
    assert "    print(x + 1)" in source
    assert "print(x)" not in text(tmp_path, "assignments/lab/lab.py")


def test_jassign_is_carried_over(tmp_path: Path) -> None:
    """The block with a question's name is no part of the handout, and a prompt stays one."""
    ran = imported(tmp_path, "otter", *CELLS_OF_JASSIGN)

    assert "tests carried over: 2 of 2" in ran.stdout.splitlines(), ran.stderr
    assert "BEGIN" not in text(tmp_path, "assignments/lab/README.md")
    assert "def half(x):\n    ..." in text(tmp_path, "assignments/lab/lab.py")


def test_a_test_that_cannot_be_carried_over_is_a_comment_and_is_listed(tmp_path: Path) -> None:
    """With its cell, the reason and the line; the exit code says that something is left."""
    ran = imported(
        tmp_path,
        "nbgrader",
        solution(SQUARES),
        grades("del squares\nassert squares(1)", 1, "needs_it"),
        grades("assert squares(1) == [1]"),
    )

    assert ran.returncode == 1
    said = ran.stdout.splitlines()
    assert "tests carried over: 1 of 2" in said
    assert "  cell 2: a public test of squares: deletes `squares`" in said
    name = "assignments/lab/checks/test_lab.py"
    lines = text(tmp_path, name).split("\n")
    (number,) = (
        number for number, line in enumerate(lines, start=1) if line.startswith("# TODO: cell 2: write this check:")
    )
    assert any(
        line.startswith(f"  {name}:{number}: cell 2: write this check: the test deletes `squares`") for line in said
    )
    assert lines[number : number + 2] == [
        '# @pytest.mark.check(points=1, exercise="squares")',
        "# def test_needs_it(student):",
    ]


def test_a_file_of_which_nothing_was_carried_over_is_no_check_file(tmp_path: Path) -> None:
    """pytest would refuse to collect it."""
    imported(tmp_path, "nbgrader", solution(SQUARES), grades("assert squares.__doc__"))

    checks = tmp_path / "course" / "assignments" / "lab" / "checks"
    assert [path.name for path in checks.iterdir()] == ["todo_lab.py"]


def test_what_is_judged_by_a_person_gets_a_rubric_and_a_model_answer(tmp_path: Path) -> None:
    """Of nbgrader: a text, a task with its scheme of marks; students get neither answer nor scheme."""
    ran = imported(
        tmp_path,
        "nbgrader",
        solution(SQUARES),
        prose("## Why"),
        prose("Because it is so.", grade=True, solution=True, points=2, grade_id="cell-3"),
        prose(
            "## A task\n### BEGIN MARK SCHEME\nOne point for the idea.\n### END MARK SCHEME\nDo it.",
            task=True,
            points=4,
            grade_id="cell-4",
        ),
    )

    assert ran.returncode == 1, ran.stderr
    toml = text(tmp_path, "assignments/lab/assignment.toml")
    assert re.search(
        r'graded = "by hand"\n\s*\[\[exercises.rubric\]\]\nitem = "the text of cell 3: Why"\npoints = 2\n',
        toml,
    )
    answers = text(tmp_path, "solutions/lab/model_answers.md")
    assert "Because it is so." in answers
    assert "One point for the idea." in answers
    handed_out = "".join(
        path.read_text() for path in (tmp_path / "course" / "assignments").rglob("*") if path.is_file()
    )
    assert "Because it is so." not in handed_out
    assert "One point" not in handed_out


def test_nothing_of_the_notebook_is_run(tmp_path: Path) -> None:
    """Not even its tests, although pytest collects the checks that are made of them."""
    trap = f"open({str(tmp_path / 'ran')!r}, 'w')"
    imported(
        tmp_path, "nbgrader", code(trap), solution(f"{trap}\n{SQUARES}"), grades(f"{trap}\nassert squares(1) == [1]")
    )

    assert not (tmp_path / "ran").exists()
    assert "tests carried over" in imported(tmp_path, "nbgrader", solution(SQUARES), slug="again").stdout


def test_files_that_the_notebook_names_are_told(tmp_path: Path) -> None:
    """They are not copied: what of them students may see only a person knows."""
    (tmp_path / "source" / "data").mkdir(parents=True)
    (tmp_path / "source" / "data" / "ages.csv").write_text("1")
    ran = imported(tmp_path, "nbgrader", code('open("data/ages.csv")'), solution(SQUARES))

    assert "not copied, though the notebook names them: data/ages.csv" in ran.stdout


@pytest.mark.parametrize(
    ("cells", "kind", "language", "sentence"),
    [
        ((code("x = 1"),), "nbgrader", "python", "no source of nbgrader or otter: no cell has metadata of nbgrader"),
        ((solution(SQUARES),), "otter", "python", "is a notebook of nbgrader; say `grader import nbgrader …`"),
        ((solution(SQUARES),), "nbgrader", "R", "a notebook in R; assignments here are in Python"),
        (
            (code("# BEGIN TESTS\nx = 1"), solution(SQUARES)),
            "nbgrader",
            "python",
            "what was made of it is no assignment: …/solutions/lab/lab.py:",
        ),
        ((solution("### BEGIN SOLUTION"),), "nbgrader", "python", "no question and no solution in it"),
    ],
)
def test_what_is_no_such_notebook_is_refused(
    tmp_path: Path, cells: tuple[object, ...], kind: str, language: str, sentence: str
) -> None:
    """In a sentence, and nothing is written."""
    notebook = write_notebook(tmp_path / "lab.ipynb", *cells, language=language)
    ran = grader("import", kind, notebook, "--into", tmp_path / "course", cwd=tmp_path)

    assert ran.returncode == 2
    assert sentence in ran.stderr
    assert not (tmp_path / "course").exists()


def test_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    """No notebook, several, one that is too long, or one that is not there."""
    (tmp_path / "text.ipynb").write_text("no JSON")
    assert "no notebook: " in grader("import", "otter", "text.ipynb", cwd=tmp_path).stderr
    write_notebook(tmp_path / "other.ipynb", solution(SQUARES))
    ran = grader("import", "nbgrader", ".", cwd=tmp_path)
    assert "name one notebook, which becomes one assignment; there are: other.ipynb, text.ipynb" in ran.stderr
    write_notebook(tmp_path / "long.ipynb", code("x = 1\n" * 200_000), solution(SQUARES))
    assert (
        "more than 2,000 cells or 1,000,000 characters; split it"
        in grader("import", "nbgrader", "long.ipynb", cwd=tmp_path).stderr
    )
    assert "cannot be read" in grader("import", "otter", "none.ipynb", cwd=tmp_path).stderr


def test_an_assignment_is_never_overwritten(tmp_path: Path) -> None:
    """The second import under one name is refused."""
    imported(tmp_path, "nbgrader", solution(SQUARES))
    before = text(tmp_path, "solutions/lab/lab.py")
    ran = imported(tmp_path, "nbgrader", solution(SQUARES.replace("squares", "other")))

    assert ran.returncode == 2
    assert "is there already; choose another name" in ran.stderr
    assert text(tmp_path, "solutions/lab/lab.py") == before


DOCS = Path(__file__).parents[3] / "docs" / "authors.md"
CELLS_OF_THE_DOCS = (
    prose("# Means"),
    code("import numpy as np"),
    prose("## Mean (2 points)"),
    solution("def mean(x):\n    ### BEGIN SOLUTION\n    return np.sum(x) / len(x)\n    ### END SOLUTION", "mean"),
    grades(
        '"""The mean of some numbers is right."""\nassert mean([1, 2, 6]) == 3\nassert np.isclose(mean(np.ones(5)), 1)',
        2,
        "mean_is_right",
    ),
    prose("## Running mean (1 point)"),
    solution(
        "class Running:\n    ### BEGIN SOLUTION\n    def __init__(self):\n        self.seen = []\n    def add(self, x):\n"
        "        self.seen.append(x)\n        return mean(self.seen)\n    ### END SOLUTION",
        "Running",
    ),
    grades("running = Running()\nrunning.add(1)\nassert running.add(3) == 2", 1, "running_is_right"),
    prose("## Mean of a table (1 point)"),
    solution(
        "def column_means(table):\n    ### BEGIN SOLUTION\n    return table.mean()\n    ### END SOLUTION",
        "column_means",
    ),
    grades(
        'import pandas as pd\ntable = pd.DataFrame({"a": [1, 3]})\nassert column_means(table)["a"] == 2',
        1,
        "columns_are_right",
    ),
)


def test_the_docs_show_what_is_made(tmp_path: Path) -> None:
    """The example of docs/authors.md is what a small notebook gives: what is said, and the check."""
    notebook = write_notebook(tmp_path / "source" / "means" / "means.ipynb", *CELLS_OF_THE_DOCS)
    assert notebook.is_file()
    ran = grader("import", "nbgrader", "source/means", cwd=tmp_path)

    assert ran.returncode == 1
    shown = DOCS.read_text()
    assert f"$ grader import nbgrader source/means\n{ran.stdout}" in shown
    checks = (tmp_path / "assignments" / "means" / "checks" / "test_means.py").read_text()
    assert checks[checks.index("@pytest") :] in shown
