"""`grader handout`, and what a student does with it: real processes, in a folder that lies anywhere."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
import zipfile
from pathlib import Path

import pytest
from commands import grader
from files import write_files
from handed_out import ADDITION

COURSE = Path(__file__).parents[2]
SLUG = "conv_arithmetic"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A handout as it was unzipped and renamed, far from the course."""
    folder = tmp_path_factory.mktemp("student")
    ran = grader("handout", SLUG, "--out", folder / "a.zip", "--git", folder / "template", cwd=COURSE)
    with zipfile.ZipFile(folder / "a.zip") as archive:
        files = ", ".join(name.removeprefix(f"{SLUG}/") for name in archive.namelist())
        archive.extractall(folder)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines() == [
        f"{folder}/template: 11 files: {files}",
        f"{folder}/a.zip: 11 files: {files}",
        "students run `grader start` and, in the folder, `grader check`; "
        "they hand in conv_arithmetic.py or conv_arithmetic.ipynb",
    ]
    return (folder / SLUG).rename(folder / "homework (1)")


def test_a_student_checks_without_naming_anything(made: Path, tmp_path: Path) -> None:
    """The folder says which assignment it is, whatever it is called and lies in; a finished file is found."""
    mine = shutil.copytree(made, tmp_path / "mine")
    (tmp_path / "conftest.py").write_text("raise SystemExit('of another project')\n")
    untouched = grader("check", cwd=mine)
    shutil.copy(COURSE / "solutions" / SLUG / "specimens" / "right_counting" / f"{SLUG}.py", mine)
    finished = grader("check", cwd=mine / "checks")

    assert untouched.returncode == 1
    assert "0 of 18 points" in untouched.stdout.splitlines()
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert finished.stdout.splitlines()[-1] == "18 of 18 points"


def test_a_student_is_told_the_mistake_without_any_solution(made: Path, tmp_path: Path) -> None:
    """The hint and the name of a mistake that an author described, and of one that is a change of the reference."""
    mine = shutil.copytree(made, tmp_path / "mine")
    shutil.copy(COURSE / "solutions" / SLUG / "specimens" / "one_bias" / f"{SLUG}.py", mine)
    described = grader("check", "conv_parameters", cwd=mine)
    reference = (COURSE / "solutions" / SLUG / f"{SLUG}.py").read_text()
    (mine / f"{SLUG}.py").write_text(reference.replace("in_features * out_features +", "in_features * out_features -"))
    searched = grader("check", "linear_parameters", cwd=mine)

    assert "mistake" in described.stdout
    assert "one_bias_per_layer" in described.stdout
    assert "your answers are those of a function" in " ".join(searched.stdout.split())


def test_what_only_staff_can_do_is_refused(made: Path) -> None:
    """There are no hidden checks in a handout, and no other assignments."""
    ran = grader("grade", SLUG, f"{SLUG}.py", cwd=made)
    assert ran.returncode == 2
    assert f"{SLUG} has no solutions/{SLUG} in this course, and so no hidden checks" in ran.stderr

    ran = grader("check", "alexnet", cwd=made)
    assert ran.returncode == 2
    assert ran.stderr.startswith(f"grader: `alexnet`: no exercise of {SLUG} and no such file; there are: output_size, ")


def test_where_there_are_several_one_must_be_named() -> None:
    """In the course itself a check without a name could mean any."""
    ran = grader("check", cwd=COURSE)

    assert ran.returncode == 2
    assert ran.stderr.startswith(f"grader: name the assignment, there are several in {COURSE}: alexnet_vgg16, backprop")


def test_a_folder_that_is_no_course_is_told_of_the_handout(tmp_path: Path) -> None:
    """A student who is in the wrong folder has a handout, and no course."""
    ran = grader("check", cwd=tmp_path)

    assert ran.returncode == 2
    assert ran.stderr == (
        f"grader: {tmp_path}: no course here or above (a folder with `assignments/`), and no handout (one with "
        "`assignment.toml`); go to the folder that you were given, or name it with --course DIR\n"
    )


def test_what_is_not_handed_out_is_said(made: Path, tmp_path: Path) -> None:
    """Files that no handout has are named; where there is no solution nothing could be compared."""
    mine = shutil.copytree(made, tmp_path / "mine")
    (mine / "notes.txt").write_text("x")
    ran = grader("handout", SLUG, "--out", tmp_path / "a.zip", cwd=mine)

    assert ran.returncode == 0
    assert ran.stdout.splitlines()[-1] == "left out, since no handout has such files: notes.txt"
    assert ran.stderr == "warning: there is no solution here that it could be compared with\n"
    assert zipfile.is_zipfile(tmp_path / "a.zip")


@pytest.mark.slow
def test_a_whole_course_is_checked_where_it_is_unzipped(tmp_path: Path) -> None:
    """Each assignment by itself, in its folder."""
    ran = grader("handout", "--all", "--out", tmp_path / "course.zip", cwd=COURSE)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert " files: README.md, backprop/ (10), " in ran.stdout
    with zipfile.ZipFile(tmp_path / "course.zip") as archive:
        archive.extractall(tmp_path / "any where")
    rows = [line for line in (tmp_path / "any where" / "README.md").read_text().splitlines() if "README.md" in line]
    slugs = tomllib.loads((COURSE / "course.toml").read_text())["order"]
    assert all(f"({slug}/README.md)" in row for slug, row in zip(slugs, rows[: len(slugs)], strict=True))

    for slug in ("conv_arithmetic", "naive_convnet", "optimizers"):  # each takes a while
        checked = grader("check", cwd=tmp_path / "any where" / slug)
        assert checked.returncode == 1, checked.stderr
        assert checked.stdout.splitlines()[1] == f"graded: {slug}.py"
        assert any(line.startswith("0 of ") and line.endswith(" points") for line in checked.stdout.splitlines())


def test_several_assignments_as_a_folder(tmp_path: Path) -> None:
    """A name without `.zip` is a folder, as it comes of the zip; a name that is given twice is one."""
    ran = grader("handout", "conv_arithmetic", SLUG, "naive_convnet", "--out", tmp_path / "two", cwd=COURSE)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith(f"{tmp_path}/two: 23 files: README.md, conv_arithmetic/ (10), naive_convnet/ (9)\n")
    assert (tmp_path / "two" / "naive_convnet" / "naive_convnet.py").is_file()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "name an assignment, or several; --all takes those of the whole course"),
        (("--all", SLUG), f"--all: takes every assignment; leave out {SLUG}, or --all"),
    ],
)
def test_what_is_handed_out_must_be_clear(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    """Nothing is handed out by mistake."""
    ran = grader("handout", *words, "--course", COURSE, cwd=tmp_path)

    assert (ran.returncode, ran.stderr) == (2, f"grader: {said}\n")
    assert list(tmp_path.iterdir()) == []


def test_a_handout_that_follows_another_one(tmp_path: Path) -> None:
    """The new one, what has changed alone, and a commit; where nothing has changed, neither."""
    course = write_files(tmp_path / "course", {f"assignments/addition/{name}": text for name, text in ADDITION.items()})
    grader("handout", "addition", "--out", tmp_path / "a.zip", "--git", tmp_path / "template", cwd=course)
    nothing = grader("handout", "addition", "--out", tmp_path / "b.zip", "--update", tmp_path / "a.zip", cwd=course)
    (course / "assignments" / "addition" / "README.md").write_text("# Better\n")
    ran = grader("handout", "addition", "--out", tmp_path / "b.zip", "--update", tmp_path / "a.zip", cwd=course)
    committed = grader("handout", "addition", "--update", tmp_path / "template", cwd=course)
    again = grader("handout", "addition", "--update", tmp_path / "template", cwd=course)

    assert nothing.stdout.splitlines()[0] == f"nothing has changed since {tmp_path}/a.zip"
    assert ran.stdout.splitlines()[:2] == [
        f"{tmp_path}/b-update.zip: since {tmp_path}/a.zip changed: addition/README.md",
        f"{tmp_path}/b.zip: 5 files: README.md, addition.py, assignment.toml, checks/test_add.py, handout.json",
    ]
    assert committed.stdout.startswith(f"{tmp_path}/template: commit ")
    assert committed.stdout.splitlines()[0].endswith(" on main: changed: README.md")
    assert again.stdout.splitlines()[0] == f"{tmp_path}/template: nothing has changed"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "b-update.zip", "b.zip", "course", "template"]
    assert [path.name for path in course.iterdir()] == ["assignments"]
    with zipfile.ZipFile(tmp_path / "b-update.zip") as archive:
        assert archive.namelist() == ["addition/README.md", "addition/handout.json"]


def test_what_staff_have_edited_in_a_template_is_named(tmp_path: Path) -> None:
    """It stays; and a second repository beside an update would be one too many."""
    course = write_files(tmp_path / "course", {f"assignments/addition/{name}": text for name, text in ADDITION.items()})
    template = tmp_path / "template"
    grader("handout", "addition", "--git", template, cwd=course)
    (template / "README.md").write_text("# Edited\n")
    who = ("-c", "user.name=x", "-c", "user.email=x@x")
    subprocess.run(["git", *who, "commit", "-qam", "edited"], cwd=template, check=True)
    (course / "assignments" / "addition" / "README.md").write_text("# Better\n")
    ran = grader("handout", "addition", "--update", template, cwd=course)
    both = grader("handout", "addition", "--update", template, "--git", tmp_path / "new", cwd=course)

    assert ran.stdout.splitlines()[:2] == [
        f"{template}: nothing has changed",
        "left alone, since they were edited there: README.md",
    ]
    assert (both.returncode, both.stderr) == (
        2,
        f"grader: --git {tmp_path}/new: the commit is added to {template}; leave out --git\n",
    )
