"""`grader pack`: what a student hands in is what is graded, and nothing of it is missing."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

import pytest
from commands import grader
from specimens import SPECIMENS, specimen

from grader import submission as submissions
from grader.course import assignment as assignments
from grader.reproducible_zip import Entry, write_zip

COURSE = Path(__file__).parents[2]
SLUG = "conv_arithmetic"
RUNS_A_HELPER = specimen(SLUG, "right_notebook_runs_a_helper").folder


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder with a notebook that runs another one, which imports a file."""
    folder = shutil.copytree(RUNS_A_HELPER, tmp_path / "mine")
    (folder / "expected.toml").unlink()
    (folder / "notes.txt").write_text("not needed")
    return folder


def test_a_notebook_is_packed_with_what_it_runs_and_imports(mine: Path) -> None:
    """The zip holds the notebook, its helpers and nothing else; the words say which cells count."""
    ran = grader("pack", SLUG, ".", "--course", COURSE, cwd=mine)

    with zipfile.ZipFile(mine / f"{SLUG}.zip") as archive:
        held = archive.namelist()
    lines = ran.stdout.splitlines()
    assert ran.returncode == 0, ran.stderr
    assert held == ["checks.py", "conv_arithmetic.ipynb", "pairs.ipynb"]
    assert lines[0] == "conv_arithmetic.zip: conv_arithmetic.ipynb, checks.py, pairs.ipynb"
    assert lines[1].startswith("graded: cells 1, 3 of conv_arithmetic.ipynb, saved on 20")
    assert all(line.startswith("not graded: ") for line in lines[2:])
    assert ran.stderr == ""


@pytest.mark.parametrize("slug", assignments.slugs(COURSE))
def test_what_is_packed_reads_as_what_lies_there(slug: str, tmp_path: Path) -> None:
    """The same files are graded, whether the folder is handed in or the zip that is made of it."""
    assignment = assignments.load(COURSE, slug)
    several = [one for one in SPECIMENS if one.slug == slug and len(list(one.folder.rglob("*"))) > 2]
    some = [one for one in SPECIMENS if one.slug == slug and not one.expected.outcomes]
    for one in [*several, *some[::5]]:
        submission = submissions.read(one.folder, assignment)
        found = submissions.handed_in(submission, one.folder, assignment)
        target = tmp_path / f"{one.folder.name}.zip"
        write_zip(target, (Entry(name=name, source=one.folder / name) for name in found.files))

        again = submissions.read(target, assignment)

        # a folder that everything is in is no part of a path
        assert {file.content for file in again.files} == {file.content for file in submission.files}, one.folder.name
        assert Path(again.given_as).name == Path(submission.given_as).name


def test_a_newer_checkpoint_is_warned_of(mine: Path) -> None:
    """Where the editor has kept another version after the file was written, this may not be what the student sees."""
    checkpoint = mine / ".ipynb_checkpoints" / "conv_arithmetic-checkpoint.ipynb"
    checkpoint.parent.mkdir()
    checkpoint.write_text("{}")
    later = (mine / "conv_arithmetic.ipynb").stat().st_mtime + 5
    os.utime(checkpoint, (later, later))

    ran = grader("pack", SLUG, mine, "--out", "a.zip", "--course", COURSE, cwd=mine)
    os.utime(checkpoint, (later - 10, later - 10))
    before = grader("pack", SLUG, mine, "--out", "a.zip", "--course", COURSE, cwd=mine)

    assert ran.returncode == 0
    assert "conv_arithmetic-checkpoint.ipynb is newer than the notebook: save the notebook" in ran.stderr
    assert before.stderr == ""


def test_what_cannot_be_graded_is_packed_and_said(tmp_path: Path) -> None:
    """A deadline does not wait: the zip is there, and so is the reason why it earns nothing."""
    (tmp_path / f"{SLUG}.py").write_text("def conv2d_output_size(n:\n")

    ran = grader("pack", SLUG, f"{SLUG}.py", "--course", COURSE, cwd=tmp_path)

    assert ran.returncode == 1
    assert (tmp_path / f"{SLUG}.zip").is_file()
    assert ran.stderr.startswith("warning: this cannot be graded as it is: ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("same_padding", f"{SLUG}.py"), "what is handed in is one for all exercises: leave out same_padding"),
        (("a.zip",), "a.zip: is packed already; hand it in as it is"),
        (("gone.py",), "gone.py"),
    ],
)
def test_what_is_not_to_be_packed_is_one_sentence(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    """Exercises, zips and files that are not there are refused, and nothing is written."""
    file = shutil.copy(specimen(SLUG, "right_counting").folder / f"{SLUG}.py", tmp_path)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(file, f"{SLUG}.py")

    ran = grader("pack", SLUG, *words, "--course", COURSE, cwd=tmp_path)

    assert ran.returncode == 2
    assert ran.stderr.startswith("grader: ")
    assert said in ran.stderr
    assert not (tmp_path / f"{SLUG}.zip").exists()
