"""A new assignment of each kind is complete: it can be graded as it is, and handed out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from commands import grader
from files import write_files
from specimens import Specimen, gets_what_it_declares

from grader import submission as submissions
from grader.authoring import STUB, Kind, scaffold_of, specimens_of
from grader.course import assignment as assignments
from grader.errors import UsageError
from grader.grading import ClassRequest, GradingRequest, grade_all
from grader.handout import contents_of
from grader.sandbox import Bubblewrap, Local


@pytest.fixture(scope="module", params=[kind.value for kind in Kind])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that was empty, with an assignment of one kind; named for the kind, as the assignment is."""
    folder = tmp_path_factory.mktemp("empty") / str(request.param)
    folder.mkdir()
    ran = grader("new", f"my_{request.param}", "--from", request.param, cwd=folder)

    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout
    said = ran.stdout.splitlines()
    written = sorted(line.removesuffix(": written") for line in said[:-1])
    assert written == sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert said[-1].startswith(
        f"next: change solutions/my_{request.param}/my_{request.param}.py and run `grader build "
    )
    return folder


def test_a_course_is_made_with_it(made: Path) -> None:
    """It is found as one, its files are up to date, and what students must not see stays out of a handout."""
    (slug,) = assignments.slugs(made)
    ran = grader("build", "--check", cwd=made / "solutions")
    assert ran.returncode == 0, ran.stdout + ran.stderr

    contents = contents_of(assignments.load(made, slug))
    assert contents.is_compared
    assert contents.left_out == ()
    assert {"README.md", f"{slug}.py", f"{slug}.ipynb", f"checks/test_{slug}.py"} < set(contents.files)
    assert "roster.csv" in (made / ".gitignore").read_text().splitlines()
    assert "grader build --check" in (made / "README.md").read_text()
    assert "$" not in "".join(path.read_text() for path in made.rglob("*") if path.is_file())


@pytest.mark.slow
@pytest.mark.usefixtures("needs_bubblewrap")
def test_it_can_be_graded_as_it_is(made: Path, tmp_path: Path) -> None:
    """The reference and a right specimen get everything, the stub nothing; a wrong one loses points and its mistake is named."""
    (slug,) = assignments.slugs(made)
    assignment = assignments.load(made, slug)
    stored = specimens_of(assignment)
    assert assignment.solution is not None
    reference = assignment.solution / assignment.file
    request = ClassRequest(
        grading=GradingRequest(assignment=assignment, seed="1"),
        submission_sandbox=lambda: Bubblewrap(assignment.packages),
        reference_sandbox=lambda: Local(assignment.packages),
    )
    paths = [reference, *(one.path(tmp_path) for one in stored)]
    results = {
        one.submission: one for one in grade_all(request, [submissions.read(path, assignment) for path in paths])
    }

    assert results[slug].score.earned == results[slug].score.possible > 0
    assert results[STUB].score.earned == 0
    assert len(stored) == 3
    for one in stored:
        if one.expected is None:
            continue
        gets_what_it_declares(Specimen(slug, one.folder, one.expected), results[one.name])
        is_right = one.name.startswith("right")
        assert is_right == (results[one.name].score.earned == results[one.name].score.possible)
        assert is_right == (not one.expected.misconceptions)


@pytest.mark.slow
def test_its_files_are_written_as_ours(made: Path) -> None:
    """An author starts from code in good order; a student's specimens may look as they like."""
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "E,F,W,I,B,UP", "--line-length", "130"]
    ran = subprocess.run([*command, "--exclude", "specimens", made], capture_output=True, text=True)

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_course_gets_another_assignment(tmp_path: Path) -> None:
    """From anywhere in it, and its own files stay as they are."""
    write_files(tmp_path, {"README.md": "# Ours\n", "notes/x.txt": ""})
    assert grader("new", "first", cwd=tmp_path).returncode == 0
    (tmp_path / ".gitignore").unlink()
    ran = grader("new", "second", cwd=tmp_path / "notes")

    assert ran.returncode == 0, ran.stderr
    assert assignments.slugs(tmp_path) == ("first", "second")
    assert (tmp_path / "README.md").read_text() == "# Ours\n"
    assert {"README.md: written", ".gitignore: written"}.isdisjoint(ran.stdout.splitlines())
    assert list((tmp_path / "notes").iterdir()) == [tmp_path / "notes" / "x.txt"]
    elsewhere = tmp_path / "elsewhere"
    assert grader("new", "third", "--course", elsewhere, cwd=tmp_path).returncode == 0
    assert assignments.slugs(elsewhere) == ("third",)


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("my-squares", "letter first"),
        ("2squares", "letter first"),
        ("größe", "letter first"),
        ("../squares", "letter first"),
        ("class", "letter first"),
        ("", "letter first"),
        ("random", "`import random` would find its file; choose another name"),
        ("torch", "`import torch` would find its file; choose another name"),
    ],
)
def test_a_name_that_is_none_for_a_module_is_refused(tmp_path: Path, slug: str, said: str) -> None:
    """Students write a module of that name."""
    with pytest.raises(UsageError) as raised:
        scaffold_of(slug, Kind.FUNCTIONS, tmp_path)

    assert str(raised.value).startswith(f"`{slug}` cannot be the name of an assignment: ")
    assert str(raised.value).endswith(said)


@pytest.mark.parametrize("folder", ["assignments", "solutions"])
def test_nothing_is_overwritten(tmp_path: Path, folder: str) -> None:
    """A slug that is there is refused, wherever it is, and nothing is written."""
    (tmp_path / folder / "squares").mkdir(parents=True)
    ran = grader("new", "squares", "--course", tmp_path, cwd=tmp_path)

    assert ran.returncode == 2
    assert ran.stderr == f"grader: {tmp_path}/{folder}/squares: is there already; choose another name\n"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_handout_is_no_course_to_write_into(tmp_path: Path) -> None:
    """An assignment that was handed out stays alone."""
    toml = 'slug = "sums"\ntitle = "Sums"\nsummary = "Add."\nfile = "sums.py"\nexercises = []\n'
    write_files(tmp_path, {"assignment.toml": toml})
    ran = grader("new", "squares", cwd=tmp_path)

    assert ran.returncode == 2
    assert (
        ran.stderr
        == f"grader: {tmp_path}: is an assignment as it was handed out; go to a course, or to an empty folder\n"
    )


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """With the reason of the system."""
    made = scaffold_of("squares", Kind.FUNCTIONS, tmp_path)
    (tmp_path / "assignments").write_text("a file")
    with pytest.raises(
        UsageError, match=r"assignments/squares/README\.md: cannot be written: (Not a directory|File exists)$"
    ):
        made.write()
