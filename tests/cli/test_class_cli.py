"""A download of a class, graded, and its scores in the gradebook that they belong to."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from class_of_squares import CANVAS, CHECKS, EXPORT, RIGHT, TOML, WRONG
from commands import Ran, grader
from files import write_files

WORKSHEET = """\
Identifier,"Full name",Status,Grade,"Maximum Grade","Grade can be changed","Last modified (grade)","Feedback comments"
"Participant 11","Ada Lovelace",Submitted,,4.00,Yes,-,
"Participant 12","Alan Turing",Submitted,,4.00,Yes,-,
"Participant 13","Na Li",Submitted,,4.00,Yes,-,
"""
MOODLE = {
    "Ada Lovelace_11_assignsubmission_file/squares.py": RIGHT,
    "Alan Turing_12_assignsubmission_file/squares.py": WRONG,
    "Na Li_13_assignsubmission_onlinetext/onlinetext.html": "<p>here</p>",
}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of one check."""
    files = {
        "assignments/squares/assignment.toml": TOML,
        "assignments/squares/checks/test_squares.py": CHECKS,
        "solutions/squares/squares.py": RIGHT,
        "worksheet.csv": WORKSHEET,
        "export.csv": EXPORT,
    }
    return write_files(tmp_path, files)


def download(folder: Path, files: Mapping[str, str]) -> None:
    """Write the zip of a class."""
    with zipfile.ZipFile(folder / "class.zip", "w") as written:
        for name, content in files.items():
            written.writestr(name, content)


def graded(course: Path, *words: str) -> Ran:
    """Grade the class in a sandbox that is everywhere."""
    return grader("grade", "squares", "class.zip", "--sandbox", "local", "--seed", "1" * 32, *words, cwd=course)


def column(path: Path, number: int) -> list[str]:
    """What stands in a column, below its header."""
    return [row[number] for row in csv.reader(path.read_text().splitlines())][1:]


def test_a_class_of_moodle(course: Path) -> None:
    """From the zip to the worksheet; who has handed in no file has a row that says so, and no grade."""
    download(course, MOODLE)
    run = graded(course, "--out", "results")

    assert run.returncode == 2
    assert "class.zip: 3 submissions, as Moodle names them\n" in run.stderr
    assert (
        "not graded: class.zip: Na Li: text was written into the box of Moodle, and no file handed in\n" in run.stderr
    )
    filled = grader("gradebook", "moodle", "worksheet.csv", "results", "--out", "filled.csv", cwd=course)
    assert (filled.returncode, filled.stdout) == (2, "filled.csv: 2 of 3 scores are filled in\n")
    assert column(course / "filled.csv", 3) == ["4", "0", ""]


def test_a_class_of_canvas(course: Path) -> None:
    """The newest of a student's files counts; what cannot be read costs nobody else anything."""
    download(course, CANVAS)
    run = graded(course, "--out", "results")

    assert run.returncode == 2
    assert "handed in late: turingalan_LATE_1002_702_squares-1\n" in run.stderr
    assert "not graded: class.zip/lina_1003_703_work.zip: this is no zip; pack the files again" in run.stderr
    filled = grader("gradebook", "canvas", "export.csv", "results", "--out", "filled.csv", cwd=course)
    assert (filled.returncode, filled.stdout) == (2, "filled.csv: 2 of 3 scores are filled in\n")
    assert column(course / "filled.csv", 4)[1:] == ["4", "4", ""]


def test_a_dry_run_shows_who_has_handed_in_what(course: Path) -> None:
    """Nothing is graded or written; the exit code is 2 where something would not be."""
    download(course, CANVAS)
    run = graded(course, "--dry-run", "--out", "results")

    assert run.returncode == 2
    assert not (course / "results").exists()
    assert "lovelaceada (1001)" in run.stdout
    assert "turingalan (1002) squares-1.py late not squares.py: older" in " ".join(run.stdout.split())
    assert "submission" not in run.stdout.splitlines()[0], "the names of Canvas repeat those of students"
    assert run.stderr.endswith("2 of 3 would be graded\n")


def test_a_dry_run_shows_when(course: Path) -> None:
    """As far as somebody knows, in the zone in which it was written."""
    files = {
        "submitted/ada/squares/timestamp.txt": "2025-03-03 10:15:00.000000 UTC",
        "submitted/bob/squares/timestamp.txt": "2025-03-03 10:15:00 -0330",
        **{f"submitted/{name}/squares/squares.py": RIGHT for name in ("ada", "bob")},
    }
    download(course, files)
    rows = graded(course, "--dry-run").stdout.splitlines()

    assert "2025-03-03 10:15 UTC" in rows[1]
    assert "2025-03-03 10:15 -0330" in rows[2]
    download(course, CANVAS)
    assert " late " in graded(course, "--dry-run").stdout


def test_a_dry_run_of_what_is_all_right(course: Path) -> None:
    """Single submissions are listed as well."""
    write_files(course, {"ada.py": RIGHT, "bob.py": WRONG})
    run = grader("grade", "squares", "ada.py", "bob.py", "--dry-run", cwd=course)

    assert run.returncode == 0
    assert [line.split() for line in run.stdout.splitlines()[1:]] == [
        ["ada", "ada.py"],
        ["bob", "bob.py"],
    ]


def test_what_belongs_to_nobody_is_said(course: Path) -> None:
    """With exit code 2, and the class is graded."""
    download(course, {"ada/squares.py": RIGHT, "bob/squares.py": WRONG, "stray.txt": ""})
    run = graded(course)

    assert run.returncode == 2
    assert "class.zip: 2 submissions, one file or folder for each student\n" in run.stderr
    assert "belongs to no student: class.zip/stray.txt\n" in run.stderr
    assert "ada" in run.stdout


def test_a_format_of_one_submission_is_refused_for_a_class(course: Path) -> None:
    """Before anything is graded."""
    download(course, {"ada/squares.py": RIGHT, "bob/squares.py": WRONG})
    run = graded(course, "--format", "autolab=x.txt")

    assert run.returncode == 2
    assert "--format autolab: it holds one submission, and here are 2" in run.stderr
