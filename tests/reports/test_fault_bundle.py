"""What is written down of a grading that failed on our side."""

from __future__ import annotations

import json
import re
import shlex
import zipfile
from pathlib import Path

import pytest
from tiny_courses import WriteCourse

from grader.errors import UsageError
from grader.model import Blame
from grader.reports import fault_bundle

BROKEN = '''
@pytest.mark.check(points=2, exercise="squares")
def test_broken(student):
    """The square of 3 is 9."""
    raise KeyError("a bug of the check")

@pytest.mark.check(points=1, exercise="squares")
def test_whole(student):
    """The square of 2 is 4."""
    expect.equal(student.square(2), 4)
'''
SOURCE = "def square(n): return n * n  # mine\n"


def test_a_bundle_holds_what_those_who_fix_it_needs(tiny_course: WriteCourse, tmp_path: Path) -> None:
    """The error with its traceback, the machine, the seed, the results and the files lie in one zip."""
    course = tiny_course(BROKEN)
    graded = course.grade(SOURCE, seed="7")
    path = fault_bundle.write(graded, course.submission(SOURCE), course.assignment, tmp_path)

    assert path == tmp_path / "ada.fault.zip"
    assert [entry.name for entry in tmp_path.glob("*.zip*")] == ["ada.fault.zip"]
    with zipfile.ZipFile(path) as archive:
        said = {name: archive.read(name).decode() for name in archive.namelist()}
    assert f"grader grade {course.slug} SUBMISSION --seed 7" in said["about.txt"]
    assert said["faults.txt"].startswith("broken: harness, tried 1 times\nKeyError: 'a bug of the check'\n")
    assert 'raise KeyError("a bug of the check")' in said["faults.txt"]
    environment = json.loads(said["environment.json"])
    assert (environment["seed"], environment["assignment"]) == ("7", course.slug)
    assert len(environment["assignment_sha256"]) == 64
    outcomes = {
        check["name"]: (check["outcome"], check["blame"]) for check in json.loads(said["results.json"])["checks"]
    }
    assert outcomes == {"broken": ("ungraded", "harness"), "whole": ("passed", None)}
    assert said["submission/squares.py"] == SOURCE


def test_a_seed_of_several_words_can_be_typed_again(tiny_course: WriteCourse, tmp_path: Path) -> None:
    """The command that repeats the grading is one for a shell."""
    course = tiny_course(BROKEN)
    seed = "it's mine; $HOME"
    path = fault_bundle.write(course.grade(SOURCE, seed=seed), course.submission(SOURCE), course.assignment, tmp_path)
    with zipfile.ZipFile(path) as archive:
        (line,) = re.findall(r"grader grade .*", archive.read("about.txt").decode())

    assert shlex.split(line) == ["grader", "grade", course.slug, "SUBMISSION", "--seed", seed]


def test_another_version_of_a_check_has_another_hash(tiny_course: WriteCourse, tmp_path: Path) -> None:
    """The hash of the assignment changes with any of its checks."""
    course = tiny_course(BROKEN)
    graded, submission = course.grade(SOURCE), course.submission(SOURCE)

    def hash_of() -> str:
        path = fault_bundle.write(graded, submission, course.assignment, tmp_path)
        with zipfile.ZipFile(path) as archive:
            return str(json.loads(archive.read("environment.json"))["assignment_sha256"])

    before = hash_of()
    assert hash_of() == before
    (check,) = (course.assignment.folder / "checks").glob("*.py")
    check.write_text(check.read_text() + "\n# changed\n")
    assert hash_of() != before


def test_a_folder_that_cannot_be_written_is_named(tiny_course: WriteCourse, tmp_path: Path) -> None:
    """Where the bundle cannot be written one sentence says so, and nothing half-written stays."""
    course = tiny_course(BROKEN)
    file = tmp_path / "file"
    file.write_text("")

    with pytest.raises(UsageError, match=r"file/ada\.fault\.zip: what is known of the fault cannot be written there"):
        fault_bundle.write(course.grade(SOURCE), course.submission(SOURCE), course.assignment, file)


def test_blame_is_told_apart(tiny_course: WriteCourse) -> None:
    """A wrong answer is the student's, a hang the limit's, a broken check ours."""
    course = tiny_course(BROKEN, settings="[limits]\nrequest_seconds = 0.3\n")

    def blames(source: str) -> list[Blame | None]:
        return [check.blame for check in course.grade(source).checks]

    assert blames("def square(n): return -1\n") == [Blame.HARNESS, Blame.STUDENT]
    assert blames("def square(n):\n    while True: pass\n") == [Blame.HARNESS, Blame.LIMIT]
    assert blames(SOURCE) == [Blame.HARNESS, None]
