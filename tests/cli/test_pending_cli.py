"""Exercises that are graded by hand, at the command line: what is printed, and how commands end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from additions import SETTINGS
from commands import grader
from files import write_files

ESSAY = """
[[exercises]]
name = "essay"
title = "Why carry"
graded = "by hand"
answer = ["design.md"]
[[exercises.rubric]]
item = "names the carry"
points = 3
"""
CHECKS = '''\
import pytest
from grader.checks import expect


@pytest.mark.check(points=1, exercise="sums")
def test_one_and_one(student):
    """One and one is two."""
    expect.equal(student.add(1, 1), 2)


@pytest.mark.check(points=1, exercise="sums")
def test_two_and_two(student):
    """Two and two is four."""
    expect.equal(student.add(2, 2), 4)
'''
RIGHT = "def add(a, b): return a + b\n"
HALF = "def add(a, b): return a * b if a > 1 else 5\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A course with an essay, and two students; Ada's sums are right, Bob's half of them."""
    return write_files(
        tmp_path,
        {
            "assignments/addition/assignment.toml": SETTINGS + ESSAY,
            "assignments/addition/checks/test_addition.py": CHECKS,
            "ada/addition.py": RIGHT,
            "ada/design.md": "The carry moves on.",
            "bob/addition.py": HALF,
        },
    )


def test_check_ends_well_where_all_checks_pass(folder: Path) -> None:
    """What waits for staff is nothing to fix, and is told."""
    run = grader("check", "addition", "ada", cwd=folder)

    assert run.returncode == 0, run.stderr
    assert "Why carry  0/3, 3 pending\n… –/3 names the carry  pending\n" in run.stdout
    assert run.stdout.endswith("2 of 5 points, 3 pending\n")
    assert "no answer was found" not in run.stdout


def test_check_fails_for_a_check_alone(folder: Path) -> None:
    """With it a student reads where the answer is expected."""
    run = grader("check", "addition", "bob", cwd=folder)

    assert run.returncode == 1
    assert "Why carry: no answer was found; it is graded by hand, and expected in design.md" in run.stdout


def test_fail_under_is_of_what_checks_give(folder: Path) -> None:
    """A class of which nobody has read an essay yet can be held to a share all the same."""
    run = grader("grade", "addition", "ada", "bob", "--public", "--out", "results", "--fail-under", "60%", cwd=folder)
    low = grader("report", "results", "--format", "csv", cwd=folder)

    assert run.returncode == 1
    assert "--fail-under 60%: too few points: bob (1 of 2, 3 pending)" in run.stderr
    stored = json.loads((folder / "results/ada.results.json").read_text())
    assert (stored["status"], stored["score"], stored["pending"]) == ("pending", 2, 3)
    assert stored["answers"] == [{"exercise": "essay", "path": "design.md", "text": "The carry moves on."}]
    assert low.returncode == 0
    assert ',1,5,3,"pending",' in low.stdout


def test_grade_ends_with_0(folder: Path) -> None:
    """A score that is not final is none that could not be found."""
    run = grader("grade", "addition", "ada", "--public", "--fail-under", "100%", cwd=folder)

    assert run.returncode == 0, run.stderr


def test_asked_about_alone_it_is_no_question(folder: Path) -> None:
    """There is nothing that `check` could run."""
    run = grader("check", "addition", "essay", "ada", cwd=folder)

    assert run.returncode == 2
    assert "there are no checks here of essay: it is graded by hand" in run.stderr


def test_pack_takes_the_answer(folder: Path) -> None:
    """From beside the file, which is all that is named; where it is not there, that is said before it is handed in."""
    packed = grader("pack", "addition", "addition.py", "--course", folder, "--out", "mine.zip", cwd=folder / "ada")
    lacking = grader("pack", "addition", "bob", "--out", "bobs.zip", cwd=folder)
    graded = grader("grade", "addition", "ada/mine.zip", "--public", "--format", "json", cwd=folder)

    assert (packed.returncode, packed.stderr) == (0, "")
    assert packed.stdout.startswith("mine.zip: addition.py, design.md\n")
    assert json.loads(graded.stdout)["answers"][0]["text"] == "The carry moves on."
    assert lacking.returncode == 0
    assert lacking.stderr == (
        "warning: design.md is not here: an answer is expected in it, which people grade; write it, and pack it again\n"
    )


def test_what_to_choose_on_gradescope(folder: Path) -> None:
    """The points of checks, and how many staff give there."""
    write_files(folder, {"solutions/addition/addition.py": RIGHT})
    made = grader("gradescope", "bundle", "addition", "--out", "made.zip", cwd=folder)

    assert made.returncode == 0, made.stderr
    assert "\non Gradescope choose: 2 points and manual grading for 3 more, a container of " in made.stdout


def test_a_wrong_rubric_is_a_wrong_file(folder: Path) -> None:
    """It is said at once, by every command that reads the assignment."""
    path = folder / "assignments/addition/assignment.toml"
    path.write_text(path.read_text().replace("points = 3", "points = 0"))
    run = grader("check", "addition", "ada", cwd=folder)

    assert run.returncode == 2
    assert "assignment.toml: exercises[1].rubric[0].points must be at least 1, got 0" in run.stderr
