"""`grader gradebook`: from stored results into what a course site has exported."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from commands import Ran, grader
from results import graded, result

from grader.grading import verdict
from grader.model import Disclosure, Exercise, Feedback, Outcome, Refused, RubricItem, Visibility
from grader.reports import results_json

GUIDE = Path(__file__).parents[2] / "docs" / "instructors.md"
EXPORT = """\
Student,ID,SIS Login ID,Section,Addition (43),Other (44)\r
    Points Possible,,,,4.00,9.00\r
"Lovelace, Ada",1001,ada,A,,\r
"Turing, Alan",1002,alan,A,,1\r
"""
WORKSHEET = """\
Identifier,"Full name",Status,Grade,"Maximum Grade","Grade can be changed","Last modified (grade)","Feedback comments"
"Participant 11",Ada,Submitted,,4.00,Yes,-,
"""
HIDDEN = Feedback(message="wrong in secret", counterexample="add(41, 1)")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Results of Ada, whose score is 2 of 4, and of what could not be read; a gradebook and a worksheet."""
    secret = {
        "visibility": Visibility.HIDDEN,
        "disclosure": Disclosure.SENTENCE,
        "title": "What nobody may see passes.",
    }
    ada = graded(result("a", Outcome.PASSED), result("b", Outcome.FAILED, feedback=HIDDEN, **secret), name="ada")
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "ada.results.json").write_bytes(results_json.encode(ada))
    (tmp_path / "results" / "bob.results.json").write_bytes(
        results_json.encode_refused(Refused(name="bob", why="bob.7z: not read"))
    )
    (tmp_path / "export.csv").write_bytes(EXPORT.encode())
    (tmp_path / "worksheet.csv").write_bytes(WORKSHEET.encode())
    return tmp_path


def fill(folder: Path, *words: str) -> Ran:
    """Run the command in the folder."""
    return grader("gradebook", *words, cwd=folder)


def test_a_gradebook_of_canvas_is_filled(folder: Path) -> None:
    """The export stays; what was done is said, and what was left alone."""
    run = fill(folder, "canvas", "export.csv", "results", "--out", "filled.csv")

    assert (run.returncode, run.stdout) == (2, "filled.csv: 1 of 2 scores are filled in\n")
    assert run.stderr == (
        "no result for 1: Turing, Alan (line 4)\nnot filled in: bob: could not be read, so there is no score to enter\n"
    )
    assert (folder / "filled.csv").read_bytes() == EXPORT.replace("ada,A,,", "ada,A,2,").encode()
    assert (folder / "export.csv").read_bytes() == EXPORT.encode()


@pytest.mark.parametrize(
    ("site", "table", "filled"),
    [
        ("canvas", EXPORT, ",ada,A,2,"),
        ("moodle", WORKSHEET, ',Ada,Submitted,2,4.00,Yes,-,"<pre>Addition: 2 of 4 points, 2 pending<br>'),
    ],
)
def test_a_score_that_is_not_final_stays_out(folder: Path, site: str, table: str, filled: str) -> None:
    """Where staff have still points to give the cell stays, and that is said; an option fills it in all the same."""
    essay = Exercise(name="essay", title="Essay", rubric=(RubricItem(item="names the carry", points=2),))
    name = "ada" if site == "canvas" else "Participant 11"
    waiting = graded(result("a", Outcome.PASSED), *verdict.pending(essay), name=name, exercises=(essay,))
    for path in (folder / "results").iterdir():
        path.unlink()
    (folder / "results" / "ada.results.json").write_bytes(results_json.encode(waiting))
    (folder / "table.csv").write_bytes(table.encode())

    run = fill(folder, site, "table.csv", "results", "--out", "filled.csv")
    stays = (folder / "filled.csv").read_bytes()
    told = fill(folder, site, "table.csv", "results", "--out", "filled.csv", "--pending-as-zero")

    assert (run.returncode, run.stdout) == (0, "filled.csv: 0 of 1 scores are filled in\n")
    assert (
        f"left alone: {name}: 2 of 4 points are pending, graded by hand, so there is no final score to enter; "
        "--pending-as-zero enters what it has so far\n"
    ) in run.stderr
    assert stays == table.encode()
    assert (told.returncode, told.stdout) == (0, "filled.csv: 1 of 1 scores are filled in\n")
    assert filled in (folder / "filled.csv").read_text()


def test_column_and_scale_can_be_said(folder: Path) -> None:
    """By the number that Canvas gave it; where all could be read, the exit code is 0."""
    (folder / "results" / "bob.results.json").unlink()
    run = fill(folder, "canvas", "export.csv", "results", "--column", "44", "--scale", "--out", "filled.csv")

    assert run.returncode == 0
    assert (folder / "filled.csv").read_bytes() == EXPORT.replace("ada,A,,", "ada,A,,4.50").encode()


def test_who_is_not_found_is_named(folder: Path) -> None:
    """With exit code 2; the others are filled in."""
    (folder / "export.csv").write_bytes(
        EXPORT.replace("Lovelace, Ada", "Hopper, Grace").replace("ada", "grace").encode()
    )
    run = fill(folder, "canvas", "export.csv", "results", "--out", "filled.csv")

    assert (run.returncode, run.stdout) == (2, "filled.csv: 0 of 2 scores are filled in\n")
    assert "not filled in: ada: no row has this as an identifier" in run.stderr
    assert (folder / "filled.csv").exists()


@pytest.mark.parametrize(("words", "is_told"), [((), False), (("--audience", "staff"), True)], ids=["student", "staff"])
def test_a_worksheet_of_moodle_is_filled(folder: Path, words: tuple[str, ...], is_told: bool) -> None:
    """With the feedback that students may see, unless staff say otherwise."""
    (folder / "results" / "bob.results.json").unlink()
    run = fill(folder, "moodle", "worksheet.csv", "results", "--out", "filled.csv", *words)
    filled = (folder / "filled.csv").read_text()

    assert run.returncode == 0
    assert '"Participant 11",Ada,Submitted,2,4.00,Yes,-,' in filled
    assert "<pre>Addition: 2 of 4 points<br>" in filled
    assert ("add(41" in filled) == is_told


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nowhere.csv", "results", "--out", "a.csv"), "grader: nowhere.csv: cannot be read: No such file or directory\n"),
        (
            ("export.csv", "results", "--out", "export.csv"),
            "grader: --out export.csv: this is the file that is filled in; give the result another name\n",
        ),
        (("export.csv", "results", "--out", "no/a"), "grader: --out no/a: cannot be written: No such file or directory\n"),
        (("huge.csv", "results", "--out", "a.csv"), "grader: huge.csv: more than 8 MiB, which no gradebook has\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_or_written_is_said(folder: Path, words: tuple[str, ...], sentence: str) -> None:
    """In a sentence with the path, and exit code 2."""
    with (folder / "huge.csv").open("wb") as file:
        file.truncate(65 * 1024**2)
    run = fill(folder, "canvas", *words)

    assert (run.returncode, run.stdout, run.stderr) == (2, "", sentence)


COMMANDS = re.findall(
    r"^    (grader (?:gradebook|report \S+ --format (?:prairielearn|coursera|autolab|nbgrader)).*)$",
    GUIDE.read_text(),
    re.MULTILINE,
)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_of_the_guide_do_what_it_says(folder: Path, command: str) -> None:
    """With files of the names that it uses; each writes the file that it names."""
    (folder / "export.csv").write_bytes(EXPORT.replace("Other (44)", "Homework 2 (44)").encode())
    (folder / "results" / "bob.results.json").unlink()
    if "feedback canvas" in command:  # it takes results of a download of Canvas
        (folder / "results" / "ada.results.json").write_bytes(
            results_json.encode(graded(result("a", Outcome.PASSED), name="lovelaceada_1001_777_hw2"))
        )
    _program, *words = shlex.split(command, comments=True)
    run = grader(*words, cwd=folder)
    written = words[-1].rpartition("=")[2]

    assert run.returncode == 0, run.stderr
    assert (folder / written).stat().st_size > 0


def test_the_guide_has_a_command_for_each_system() -> None:
    """Six of them, and feedback for two."""
    systems = ("prairielearn", "coursera", "autolab", "nbgrader", "gradebook canvas", "gradebook moodle")
    systems += ("feedback canvas", "feedback moodle")

    assert [name for name in systems if not any(name in command for command in COMMANDS)] == []
