"""`grader gradebook feedback`: from the download of a class to the zip that its site takes back."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from class_of_squares import CANVAS, CHECKS, RIGHT, TOML, WRONG
from commands import grader
from files import write_files
from results import graded, result

from grader.model import Disclosure, Feedback, Outcome, Visibility
from grader.reports import results_json

WORKSHEET = """\
Identifier,"Full name",Status,Grade,"Maximum Grade","Grade can be changed","Last modified (grade)","Feedback comments"
"Participant 11","Ada Lovelace",Submitted,,4.00,Yes,-,
"Participant 12","Alan Turing",Submitted,,4.00,Yes,-,
"Participant 13","Na Li",Submitted,,4.00,Yes,-,
"""
MOODLE = {
    "Ada Lovelace_11_assignsubmission_file/squares.py": RIGHT,
    "Alan Turing_12_assignsubmission_file/squares.py": WRONG,
    "Eve_99_assignsubmission_file/squares.py": WRONG,
}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of one check, and a worksheet."""
    files = {
        "assignments/squares/assignment.toml": TOML,
        "assignments/squares/checks/test_squares.py": CHECKS,
        "solutions/squares/squares.py": RIGHT,
        "worksheet.csv": WORKSHEET,
    }
    return write_files(tmp_path, files)


def grade(course: Path, files: dict[str, str]) -> None:
    """Grade a class from its zip."""
    with zipfile.ZipFile(course / "class.zip", "w") as written:
        for name, content in files.items():
            written.writestr(name, content)
    words = ("--sandbox", "local", "--seed", "1" * 32, "--out", "results")
    assert grader("grade", "squares", "class.zip", *words, cwd=course).returncode in (0, 2)


def pages(path: Path) -> dict[str, str]:
    """What is in a zip, by its names."""
    with zipfile.ZipFile(path) as read:
        assert read.testzip() is None
        return {name: read.read(name).decode() for name in read.namelist()}


def test_a_class_of_moodle(course: Path) -> None:
    """Each participant gets a page of their own; who is not in the worksheet is named."""
    grade(course, MOODLE)
    run = grader("gradebook", "feedback", "moodle", "worksheet.csv", "results", "--out", "feedback.zip", cwd=course)

    assert (run.returncode, run.stdout) == (2, "feedback.zip: 2 pages of feedback\n")
    assert run.stderr == (
        "no result for 1: Participant 13, Na Li (line 4)\n"
        "not in the zip: Eve_99_assignsubmission_file: no row has the number 99; download the worksheet of all participants\n"
    )
    found = pages(course / "feedback.zip")
    assert list(found) == [
        "Ada Lovelace_11_assignsubmission_file/feedback.html",
        "Alan Turing_12_assignsubmission_file/feedback.html",
    ]
    right, wrong = found.values()
    assert right.startswith("<!DOCTYPE html>")
    assert "The square of seven is right" in right
    assert "Ada Lovelace" not in wrong
    assert right != wrong


def test_a_class_of_canvas(course: Path) -> None:
    """By the numbers of its download; the same results make the same bytes."""
    grade(course, CANVAS)
    (course / "results" / "lina_1003_703_work.results.json").unlink()
    runs = [
        grader("gradebook", "feedback", "canvas", "results", "--out", name, cwd=course) for name in ("a.zip", "b.zip")
    ]

    assert [(run.returncode, run.stderr) for run in runs] == [(0, "")] * 2
    assert runs[0].stdout == "a.zip: 2 pages of feedback\n"
    assert list(pages(course / "a.zip")) == ["lovelaceada_1001_700_feedback.html", "turingalan_1002_702_feedback.html"]
    assert (course / "a.zip").read_bytes() == (course / "b.zip").read_bytes()


def test_students_get_what_they_may_see(tmp_path: Path) -> None:
    """No counterexample of a hidden check, and no seed."""
    secret = Feedback(message="wrong in secret", counterexample="add(41, 1)")
    ada = graded(
        result("a", Outcome.PASSED),
        result("b", Outcome.FAILED, feedback=secret, visibility=Visibility.HIDDEN, disclosure=Disclosure.SENTENCE),
        name="ada_1_7_hw",
        seed="secretseed",
    )
    (tmp_path / "ada.results.json").write_bytes(results_json.encode(ada))
    run = grader("gradebook", "feedback", "canvas", "ada.results.json", "--out", "one.zip", cwd=tmp_path)
    (page,) = pages(tmp_path / "one.zip").values()

    assert (run.returncode, run.stdout) == (0, "one.zip: 1 page of feedback\n")
    assert "2 of 4" in page
    assert not [word for word in ("add(41", "wrong in secret", "secretseed") if word in page]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("moodle", "no.csv", "r", "--out", "a.zip"), "grader: no.csv: cannot be read: No such file or directory\n"),
        (
            ("canvas", "r", "--out", "no/a.zip"),
            "grader: --out no/a.zip: cannot write there: No such file or directory\n",
        ),
        (("canvas", "r", "--out", "r"), "grader: --out r: a folder; name the zip to write in it\n"),
    ],
)
def test_what_cannot_be_read_or_written_is_said(tmp_path: Path, words: tuple[str, ...], sentence: str) -> None:
    """In a sentence, with exit code 2."""
    ada = graded(result("a", Outcome.PASSED), name="ada_1_7_hw")
    write_files(tmp_path / "r", {"ada.results.json": results_json.encode(ada)})
    run = grader("gradebook", "feedback", *words, cwd=tmp_path)

    assert (run.returncode, run.stdout, run.stderr) == (2, "", sentence)
