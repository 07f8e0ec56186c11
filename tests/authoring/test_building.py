"""Stub, notebook and reference are made of one source, and it is seen where one of them is another."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest
from commands import grader
from files import write_files

from grader.authoring import products_of
from grader.authoring.percent import notebook_of
from grader.course import assignment as assignments
from grader.errors import AssignmentError

COURSE = Path(__file__).parents[2]
TOML = """\
title = "Sums"
summary = "Add."
file = "sums.py"
[[exercises]]
name = "sums"
title = "Sums"
provides = ["add"]
"""
SOURCE = """\
# %% [markdown]
# # Sums

# %%
def add(a, b):
    # BEGIN SOLUTION
    return a + b
    # END SOLUTION
"""
STUB = """\
# %% [markdown]
# # Sums

# %%
def add(a, b):
    raise NotImplementedError
"""
CHECK = """\
import pytest
from grader.checks import expect


@pytest.mark.check(points=1, exercise="sums")
def test_three(student):
    \"\"\"One and two are three.\"\"\"
    expect.equal(student.add(1, 2), 3)
"""
SUMS = {"assignments/sums/assignment.toml": TOML, "solutions/sums/sums.py": SOURCE}


def course(folder: Path) -> Path:
    """Write a course with one assignment."""
    return write_files(folder, SUMS)


def test_the_files_of_this_course_are_up_to_date() -> None:
    """Every stub and notebook is the one of its source, and every specimen and known mistake fits the checks."""
    ran = grader("build", "--check", cwd=COURSE)

    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout
    slugs = assignments.slugs(COURSE)
    names = [f"assignments/{slug}/{slug}.{kind}" for slug in slugs for kind in ("py", "ipynb")]
    hints = [
        f"assignments/{slug}/hints.msgpack"
        for slug in slugs
        if (COURSE / "assignments" / slug / "hints.msgpack").is_file()
    ]
    assert "assignments/conv_arithmetic/hints.msgpack" in hints  # the assignment whose hints the README shows
    assert ran.stdout.splitlines() == [f"{name}: unchanged" for name in (*names, *hints)]


def test_what_is_made_is_said_file_by_file(tmp_path: Path) -> None:
    """The first time all is written, then nothing, and after a change what it changed; `--check` writes nothing."""
    course(tmp_path)
    stub, notebook = (tmp_path / "assignments" / "sums" / f"sums.{kind}" for kind in ("py", "ipynb"))

    ran = grader("build", "--check", cwd=tmp_path)
    assert ran.returncode == 1
    assert ran.stdout.splitlines() == [
        "assignments/sums/sums.py: stale, not there yet",
        "assignments/sums/sums.ipynb: stale, not there yet",
        "run `grader build` to write what is stale",
    ]
    assert not stub.exists()

    ran = grader("build", "sums", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines() == ["assignments/sums/sums.py: written", "assignments/sums/sums.ipynb: written"]
    assert stub.read_text() == STUB
    assert [cell.source for cell in nbformat.read(notebook, as_version=4).cells][:2] == [
        "# Sums",
        "def add(a, b):\n    raise NotImplementedError",
    ]

    assert grader("build", cwd=tmp_path).stdout.splitlines() == [
        "assignments/sums/sums.py: unchanged",
        "assignments/sums/sums.ipynb: unchanged",
    ]

    stub.write_text(STUB.replace("add(a, b)", "add(a, c)"))
    ran = grader("build", "--check", cwd=tmp_path)
    assert ran.returncode == 1
    assert ran.stdout.splitlines()[0] == (
        "assignments/sums/sums.py: stale, line 5 is `def add(a, c):` and would be `def add(a, b):`"
    )
    stub.write_text(STUB + "x = 1\n")
    assert (
        "assignments/sums/sums.py: stale, line 7 is `x = 1` and would be ``"
        in grader("build", "--check", cwd=tmp_path).stdout
    )
    assert "x = 1" in stub.read_text()


def test_a_notebook_can_be_the_source(tmp_path: Path) -> None:
    """The reference is made of it, as Python that runs; a reference of another origin is not overwritten."""
    course(tmp_path)
    source, reference = (tmp_path / "solutions" / "sums" / f"sums.{kind}" for kind in ("ipynb", "py"))
    source.write_text(notebook_of("# %%\n# %matplotlib inline\n\n" + SOURCE, source))

    ran = grader("build", cwd=tmp_path)
    assert ran.returncode == 2
    assert ran.stderr == (
        f"grader: {source}: there is a sums.py beside it that was not made of it; delete the one that is not the source\n"
    )

    reference.unlink()
    ran = grader("build", cwd=tmp_path)
    assert ran.stdout.splitlines() == [
        "assignments/sums/sums.py: written",
        "assignments/sums/sums.ipynb: written",
        "solutions/sums/sums.py: written",
    ], ran.stderr
    namespace: dict[str, object] = {}
    exec(reference.read_text(), namespace)
    assert namespace["add"](1, 2) == 3  # type: ignore[operator]
    assert "Made of" not in (tmp_path / "assignments" / "sums" / "sums.py").read_text()
    assert grader("build", "--check", cwd=tmp_path).returncode == 0
    assert grader("handout", "sums", cwd=tmp_path).returncode == 2  # README.md is missing, and said to be
    (tmp_path / "assignments" / "sums" / "README.md").write_text("# Sums\n")
    ran = grader("handout", "sums", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize(
    ("files", "said"),
    [
        pytest.param(
            {"solutions/sums/sums.py": SOURCE.replace("def add", "def ad")},
            "{}/solutions/sums/sums.py: the exercise sums provides `add`, which its stub does not define; did you mean ad?",
            id="misspelt-function",
        ),
        pytest.param(
            {
                "solutions/sums/sums.py": "# BEGIN SOLUTION NO PROMPT\n"
                + SOURCE.replace("    # BEGIN SOLUTION\n", "").replace("    # END", "# END")
            },
            "{}/solutions/sums/sums.py: the exercise sums provides `add`, which its stub does not define; leave its `def` or "
            "`class` line outside of the markers",
            id="function-within-markers",
        ),
        pytest.param(
            {"solutions/sums/sums.py": SOURCE.replace("    # END SOLUTION\n", "")},
            "{}/solutions/sums/sums.py:6: `# BEGIN SOLUTION` is not closed; write `# END SOLUTION` below what it should hold",
            id="marker",
        ),
        pytest.param(
            {"solutions/sums/checks/test_sums.py": CHECK.replace("student.add", "student.ad")},
            "the checks cannot be used: {}/solutions/sums/checks/test_sums.py:8: `student.ad`: no exercise provides `ad`; did "
            "you mean add?",
            id="check",
        ),
        pytest.param(
            {
                "solutions/sums/checks/test_sums.py": CHECK,
                "solutions/sums/misconceptions.py": "MISCONCEPTIONS = {'ad': ()}\n",
            },
            "{}/solutions/sums/misconceptions.py:1: MISCONCEPTIONS has a key 'ad', which no exercise provides; did you mean add?",
            id="misconceptions",
        ),
        pytest.param(
            {
                "solutions/sums/checks/test_sums.py": CHECK,
                "solutions/sums/sums.py": SOURCE + "\n\nclass Sum:\n    pass\n",
                "assignments/sums/assignment.toml": SUMS["assignments/sums/assignment.toml"]
                .replace("[[exercises]]", 'modules = ["Sum"]\n[[exercises]]', 1)
                .replace('"add"', '"add", "Sum"'),
            },
            "{}/assignments/sums/assignment.toml: modules names 'Sum', which is no nn.Module in sums.py, line 11; leave other "
            "classes out of it, and ask them by lines of Python (`student.Sum.use`)",
            id="modules",
        ),
        pytest.param(
            {
                "solutions/sums/checks/test_sums.py": CHECK,
                "solutions/sums/specimens/wrong/sums.py": "",
            },
            '{}/solutions/sums/specimens/wrong/expected.toml: no such file, and every specimen has one; write `why = "…"`, and '
            "under [outcomes] each check that does not pass",
            id="specimen",
        ),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_written(tmp_path: Path, files: dict[str, str], said: str) -> None:
    """One sentence, with file and line, and exit code 2."""
    write_files(tmp_path, SUMS | files)
    ran = grader("build", cwd=tmp_path)

    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == f"grader: {said.format(tmp_path)}\n"
    assert not (tmp_path / "assignments" / "sums" / "sums.py").exists()


def test_without_a_source_nothing_is_made(tmp_path: Path) -> None:
    """A missing folder, a missing file, and one that cannot be read."""
    course(tmp_path)
    source = tmp_path / "solutions" / "sums" / "sums.py"
    source.write_bytes(b"caf\xe9 = 1  # SOLUTION\n")
    with pytest.raises(AssignmentError, match=rf"^{source}: not UTF-8$"):
        products_of(assignments.load(tmp_path, "sums"))

    source.unlink()
    with pytest.raises(
        AssignmentError, match=rf"^{source}: no such file; write the solution there, with markers around"
    ):
        products_of(assignments.load(tmp_path, "sums"))

    source.mkdir()
    with pytest.raises(AssignmentError, match=rf"^{source}: cannot be read: Is a directory$"):
        products_of(assignments.load(tmp_path, "sums"))

    shutil.rmtree(tmp_path / "solutions")
    with pytest.raises(
        AssignmentError, match=r"stub and notebook are made of a solution, and there is no solutions/sums here$"
    ):
        products_of(assignments.load(tmp_path, "sums"))


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    """With the reason of the system."""
    course(tmp_path)
    (tmp_path / "assignments" / "sums" / "sums.py").mkdir()
    ran = grader("build", cwd=tmp_path)

    assert ran.returncode == 2
    assert ran.stderr == f"grader: {tmp_path}/assignments/sums/sums.py: cannot be written: Is a directory\n"
