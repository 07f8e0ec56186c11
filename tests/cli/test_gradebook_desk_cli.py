"""Staff look at a gradebook, and enter what they decide."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from commands import Ran, grader
from files import write_files

TOML = """\
title = "Squares"
summary = "Square numbers."
file = "squares.py"
packages = []
[[exercises]]
name = "squares"
title = "Squares"
provides = ["square"]
[[exercises]]
name = "essay"
title = "Why squares"
graded = "by hand"
[[exercises.rubric]]
item = "names an area"
points = 3
[[exercises.rubric]]
item = "draws one"
points = 1
"""
CHECKS = '''\
import pytest
from grader.checks import expect

@pytest.mark.check(points=4, exercise="squares")
def test_seven(student):
    """The square of seven is right."""
    expect.equal(student.square(7), 49)

@pytest.mark.check(points=2, exercise="squares")
def test_two(student):
    """The square of minus two is right."""
    expect.equal(student.square(-2), 4)
'''
COURSE = """\
title = "Numbers"
roster = "roster.csv"

[late]
per_day = "10%"

[assignments.squares]
due = 2026-11-13T23:59:00
release = "published"
"""
ROSTER = "id,name\nada,Ada Lovelace\nalan,Alan Turing\nna,Na Li\n"
NOT_YET = "squares: nothing is released to students yet; see `release` in course.toml, and `grader gradebook publish`"
RIGHT = "def square(n): return n * n\n"
WRONG = "def square(n): return n * abs(n)\n"


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of two, of three in the roster, graded and recorded; one has handed in twice, two days late."""
    folder = write_files(
        tmp_path_factory.mktemp("course"),
        {
            "course.toml": COURSE,
            "roster.csv": ROSTER,
            "assignments/squares/assignment.toml": TOML,
            "assignments/squares/checks/test_squares.py": CHECKS,
            "solutions/squares/squares.py": RIGHT,
            "submitted/ada/squares/squares.py": WRONG,
            "submitted/ada/squares/timestamp.txt": "2026-11-13 20:00:00 UTC",
            "submitted/alan/squares/squares.py": RIGHT,
            "submitted/alan/squares/timestamp.txt": "2026-11-15 20:00:00 UTC",
        },
    )
    words = ("grade", "squares", "submitted", "--sandbox", "local", "--gradebook", "gradebook.db")
    first = grader(*words, cwd=folder)
    assert first.returncode == 0, first.stderr
    write_files(folder, {"submitted/ada/squares/squares.py": RIGHT})
    assert grader(*words, cwd=folder).returncode == 0
    return folder


@pytest.fixture
def course(graded: Path, tmp_path: Path) -> Path:
    """A copy, to enter something in."""
    files = {str(file.relative_to(graded)): file.read_bytes() for file in graded.rglob("*") if file.is_file()}
    return write_files(tmp_path, files)


def book(course: Path, *words: str) -> Ran:
    """Run a command on the gradebook, as grace."""
    return grader("gradebook", *words, cwd=course, GRADER_STAFF="grace")


def lines(run: Ran) -> list[str]:
    """Return what was printed, without blanks at the ends of lines; the command must have ended well."""
    assert run.returncode == 0, run.stderr
    return [line.rstrip() for line in run.stdout.splitlines()]


def test_show_has_every_student_of_the_roster(course: Path) -> None:
    """Of one assignment which attempt counts, and what staff should look at; of the course the total."""
    assert lines(book(course, "show", "squares")) == [
        "student             score    attempt  handed in          remarks",
        "Ada Lovelace (ada)  6/10…    2        13 Nov 2026 20:00  waits for staff: essay",
        "Alan Turing (alan)  4/10…    1        15 Nov 2026 20:00  waits for staff: essay",
        "Na Li (na)          nothing",
        "",
        "2 scores, mean 5, median 5 of 10 points",
        "not released to students yet: score and feedback of all",
    ]
    assert lines(book(course, "show"))[1:] == [
        "Ada Lovelace (ada)  6/10…    60%",
        "Alan Turing (alan)  4/10…    40%",
        "Na Li (na)          nothing  0%",
    ]


def test_explain_shows_every_step(course: Path) -> None:
    """Of one student; without an assignment the total as well."""
    found = lines(book(course, "explain", "alan", "squares"))
    assert found[0] == "Alan Turing (alan), squares"
    assert found[1].startswith("6  attempt 1: 6 of 10 points")
    assert any("handed in 2 days late (due 13 Nov 2026 23:59): −20% of 10 points = −2" in line for line in found)
    assert "score 4 of 10; a part waits for staff" in found
    assert lines(book(course, "explain", "alan"))[-1] == "total 40%"


def test_marks_end_what_is_pending(course: Path) -> None:
    """An item is named by its beginning; the last mark brings the score."""
    first = lines(book(course, "mark", "squares", "ada", "essay", "names", "2", "--comment", "which area?"))
    assert first[-1] == "score 8 of 10; a part waits for staff"
    second = lines(book(course, "mark", "squares", "ada", "essay", "draws one", "1/2"))
    assert second[-1] == "score 8.5 of 10"
    assert "for the student: Why squares, names an area: which area?" in lines(
        book(course, "explain", "ada", "squares")
    )


def test_decisions_change_a_score_and_are_remembered(course: Path) -> None:
    """Each adds a row with who, when and why; none is taken away."""
    assert lines(book(course, "extend", "squares", "alan", "2026-11-16T12:00"))[-1].startswith("score 6 of 10")
    assert lines(book(course, "adjust", "squares", "alan", "--reason", "neat", "--", "1.5"))[-1].startswith("score 7.5")
    assert lines(book(course, "override", "squares", "alan", "9", "--reason", "oral"))[-1] == "score 9 of 10"
    assert lines(book(course, "excuse", "squares", "na", "--reason", "ill"))[-1] == "excused"
    found = [line for line in lines(book(course, "history", "squares")) if "grace" in line]
    assert len(found) == 4
    assert "adjustment, points 1.5: neat" in found[1]


def test_what_staff_write_is_stored_and_moves_no_terminal(course: Path) -> None:
    """Bytes that are no text, and escape sequences, stand there as Python writes them."""
    assert book(course, "adjust", "squares", "ada", "1", "--reason", "a\udcffb \x1b[2J").returncode == 0
    assert any(
        line.endswith("adjusted by +1 (grace: a\\udcffb \\x1b[2J)") for line in lines(book(course, "explain", "ada"))
    )


def test_who_decides_is_asked_for_where_nobody_is_logged_in(course: Path) -> None:
    """As in a container that runs as a number without a name."""
    script = (
        "import os, sys\nfrom grader.cli.app import main\n"
        "sys.argv = ['grader', 'gradebook', 'comment', 'squares', 'ada', 'x']\n"
        "os.getuid = lambda: 54321\nmain()\n"
    )
    names = ("LOGNAME", "USER", "LNAME", "USERNAME", "GRADER_STAFF")
    environment = {name: value for name, value in os.environ.items() if name not in names}
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=course,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 2
    assert "nobody knows who is logged in here: --by NAME, or GRADER_STAFF, says who decides" in run.stderr


def test_a_regrade_request_is_open_until_it_is_answered(course: Path) -> None:
    """`show` has it meanwhile."""
    book(course, "request", "squares", "ada", "why not 10?")
    assert "request 1 for a regrade is open: why not 10?" in book(course, "show", "squares").stdout
    assert lines(book(course, "answer", "squares", "ada", "1", "since the essay waits"))
    assert "is open" not in book(course, "show", "squares").stdout
    said = "for the student: You asked: why not 10? Answer: since the essay waits"
    assert said in lines(book(course, "explain", "ada", "squares"))


def test_final_scores_are_exported(course: Path) -> None:
    """A row for each student; who has no score has an empty cell."""
    book(course, "override", "squares", "alan", "9.5", "--reason", "oral")
    assert book(course, "export", "--out", "scores.csv").returncode == 0
    rows = list(csv.reader((course / "scores.csv").read_text().splitlines()))
    assert rows == [
        ["student", "name", "squares", "squares possible", "squares standing", "total percent"],
        ["ada", "Ada Lovelace", "6", "10", "pending", "60"],
        ["alan", "Alan Turing", "9.5", "10", "scored", "95"],
        ["na", "Na Li", "", "10", "nothing", "0"],
    ]
    assert book(course, "export").stdout == (course / "scores.csv").read_text()


def test_feedback_is_written_once_it_is_released(course: Path) -> None:
    """Of each student the attempt that counts; staff read it before."""
    run = book(course, "report", "squares", "--format", "json=all.json", "--audience", "student")
    assert run.returncode == 0
    assert "not released to students: Ada Lovelace (ada), Alan Turing (alan)" in run.stderr
    assert json.loads((course / "all.json").read_bytes()) == []
    staff = book(course, "report", "squares", "--format", "json=all.json", "--audience", "staff")
    assert staff.returncode == 0
    assert [one["submission"] for one in json.loads((course / "all.json").read_bytes())] == ["ada", "alan"]
    pages = book(course, "report", "squares", "--format", "html=pages/")
    assert "not released to students: Ada Lovelace (ada), Alan Turing (alan)" in pages.stderr
    assert [page.name for page in (course / "pages").iterdir()] == ["index.html"]
    assert lines(book(course, "publish", "squares")) == ["squares is published"]
    book(course, "report", "squares", "--format", "json=all.json", "--audience", "student")
    found = json.loads((course / "all.json").read_bytes())
    assert [(one["submission"], one["score"], one["seed"]) for one in found] == [("ada", 6, ""), ("alan", 6, "")]


def test_a_time_of_handing_in_is_entered(course: Path) -> None:
    """Of the attempt that counts, or of another one; a later grading of the same files leaves it."""
    found = lines(book(course, "handed-in", "squares", "alan", "2026-11-14T20:00"))
    assert any("handed in 1 day late" in line for line in found)
    assert found[-1].startswith("score 5 of 10")
    book(course, "handed-in", "squares", "ada", "2026-11-20T20:00", "--attempt", "1")
    assert lines(book(course, "show", "squares"))[1].startswith("Ada Lovelace (ada)  0/10…    2        20 Nov")
    run = book(course, "handed-in", "squares", "na", "2026-11-14T20:00")
    assert "na has 0 attempts in squares, and none to give a time" in run.stderr


EXPORT = """\
Student,ID,SIS Login ID,Section,Squares (43)
    Points Possible,,,,10.00
"Lovelace, Ada",1001,ada,A,
"Turing, Alan",1002,alan,A,
"Li, Na",1003,na,A,
"""


def test_canvas_gets_what_became_of_the_points(course: Path) -> None:
    """A score that waits for marks is no final one; who is excused has none."""
    write_files(course, {"export.csv": EXPORT})
    book(course, "override", "squares", "ada", "9.5", "--reason", "oral")
    words = ("canvas", "export.csv", "--assignment", "squares", "--out", "filled.csv")
    assert NOT_YET in book(course, *words).stderr
    assert not (course / "filled.csv").exists()
    book(course, "publish", "squares")
    run = book(course, *words)
    assert (run.returncode, run.stdout) == (0, "filled.csv: 1 of 2 scores are filled in\n")
    assert "left alone: alan: 4 of 10 points are pending, graded by hand; `gradebook mark` gives them" in run.stderr
    book(course, "excuse", "squares", "alan", "--reason", "ill")
    assert "left alone: alan: excused, so there is no score to enter" in book(course, *words).stderr
    cells = [row[4] for row in csv.reader((course / "filled.csv").read_text().splitlines())]
    assert cells[2:] == ["9.50", "", ""]


def test_results_are_named_or_those_of_the_gradebook(course: Path) -> None:
    """One of both."""
    write_files(course, {"export.csv": EXPORT})
    neither = book(course, "canvas", "export.csv", "--out", "filled.csv")
    assert "name the results, or with --assignment what counts in the gradebook of the course" in neither.stderr
    both = book(course, "canvas", "export.csv", "results", "--assignment", "squares", "--out", "filled.csv")
    assert "--assignment squares: name results, or an assignment of the gradebook, and not both" in both.stderr
    assert (neither.returncode, both.returncode) == (2, 2)


def test_feedback_that_is_not_released_is_in_no_zip(course: Path) -> None:
    """And how it would be is said."""
    run = book(course, "feedback", "canvas", "--assignment", "squares", "--out", "feedback.zip")
    assert run.returncode == 2
    assert NOT_YET in run.stderr
    assert not (course / "feedback.zip").exists()
    book(course, "publish", "squares")
    run = book(course, "feedback", "canvas", "--assignment", "squares", "--out", "feedback.zip")
    assert "not in the zip: ada: " in run.stderr


def test_a_student_is_named_as_the_roster_does(course: Path) -> None:
    """By name, whatever its case; a name that two have is no answer."""
    assert lines(book(course, "explain", "ada lovelace", "squares"))[0] == "Ada Lovelace (ada), squares"
    write_files(course, {"roster.csv": ROSTER + "ada2,Ada Lovelace\n"})
    run = book(course, "explain", "Ada Lovelace", "squares")
    assert "'Ada Lovelace' may be ada or ada2: name the student by the id" in run.stderr


def test_an_extension_of_nobody_is_refused(course: Path) -> None:
    """It would help nobody."""
    write_files(course, {"course.toml": COURSE + "[assignments.squares.extensions]\nadda = 2026-11-20T12:00:00\n"})
    run = book(course, "show")
    assert run.returncode == 2
    assert (
        "course.toml: assignments.squares.extensions: no student of the roster has the id 'adda'; did you mean ada?"
        in run.stderr
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "square"], "there is no assignment 'square' in this course; did you mean squares?"),
        (["show", "cubes3"], "there is no assignment 'cubes3' in this course; there are: squares"),
        (["explain", "adda"], "gradebook.db: there is no student 'adda'; near: ada"),
        (["explain", "Lovelace"], "gradebook.db: there is no student 'Lovelace'; near: Ada Lovelace (ada)"),
        (["explain", "zzz"], "gradebook.db: there is no student 'zzz'; `grader gradebook show` has them"),
        (
            ["adjust", "squares", "ada", "many", "--reason", "r"],
            "'many' is no number of points, such as 2, -1.5 or 1/3",
        ),
        (
            ["adjust", "squares", "ada", "1e9", "--reason", "r"],
            "'1e9' is no number of points: at most 1000000, with a few decimals",
        ),
        (
            ["adjust", "squares", "ada", "1", "--reason", "r", "--exercise", "cubes"],
            "squares has no exercise 'cubes'; there are: squares, essay",
        ),
        (
            ["override", "squares", "ada", "--reason", "r", "--", "-1"],
            "-1 points: at least 0; `gradebook adjust` takes points",
        ),
        (["extend", "squares", "ada", "friday"], "'friday' is no date with a time, such as 2026-11-15T23:59"),
        (["adjust", "squares", "ada", "1e99999999999", "--reason", "r"], "'1e99999999999' is no number of points"),
        (["extend", "squares", "ada", "0001-01-01T00:00+14:00"], "'0001-01-01T00:00+14:00' is in no year of a course"),
        (
            ["handed-in", "squares", "ada", "9999-12-31T23:59-14:00"],
            "'9999-12-31T23:59-14:00' is in no year of a course",
        ),
        (
            ["extend", "squares", "ada", "2026-11-15"],
            "'2026-11-15' is a date without a time: say until when on that day, 2026-11-15T23:59",
        ),
        (
            ["mark", "squares", "ada", "squares", "x", "1"],
            "squares of squares is graded by checks; `gradebook adjust` changes its points",
        ),
        (
            ["mark", "squares", "ada", "essay", "x", "1"],
            "essay: 'x' is no item of its rubric; there are: names an area; draws one",
        ),
        (["answer", "squares", "ada", "2", "no"], "ada has 0 requests in squares; there is no number 2"),
        (["comment", "squares", "ada", "a" * 10_001], "a text of 10001 characters: at most 10000 are stored"),
        (["export", "--out", "no/scores.csv"], "--out no/scores.csv: cannot be written: No such file or directory"),
    ],
)
def test_what_is_not_there_is_refused(graded: Path, words: list[str], said: str) -> None:
    """With what there is, and nothing is entered."""
    before = (graded / "gradebook.db").read_bytes()
    run = book(graded, *words)
    assert run.returncode == 2
    assert said in run.stderr
    assert (graded / "gradebook.db").read_bytes() == before


def test_without_a_gradebook_the_commands_say_how_to_make_one(tmp_path: Path) -> None:
    """By its usual name."""
    write_files(tmp_path, {"assignments/squares/assignment.toml": TOML})
    run = book(tmp_path, "show")
    assert run.returncode == 2
    assert "gradebook.db: there is no gradebook; `grade --gradebook" in run.stderr


def test_pages_have_the_score_after_policy_and_what_staff_say(course: Path) -> None:
    """A student reads comments, and no reason of a decision; staff read how each score comes about."""
    book(course, "comment", "squares", "alan", "Come to my <office> hour.")
    book(course, "adjust", "squares", "alan", "1", "--reason", "neat plots")
    book(course, "publish", "squares")
    assert book(course, "report", "squares", "--format", "html=pages/").returncode == 0
    page = (course / "pages" / "alan.html").read_text()
    assert '<div class="score">5 of 10 points; a part waits for staff</div>' in page
    assert "checks: 6 of 10 points" in page
    assert "<h1>Alan Turing</h1>" in page
    assert "<li>Come to my &lt;office&gt; hour.</li>" in page
    assert "<li>adjusted by +1</li>" in page
    assert "neat plots" not in page
    assert "grace" not in page
    index = (course / "pages" / "index.html").read_text()
    assert "Alan Turing (alan)" in index
    assert "5 of 10 points" in index
    assert book(course, "report", "squares", "--format", "html=staff/", "--audience", "staff").returncode == 0
    assert "adjusted by +1 (grace: neat plots)" in (course / "staff" / "alan.html").read_text()


def test_feedback_has_the_marks_of_items_that_people_graded(course: Path) -> None:
    """Once an item has its mark it waits no more, on pages and in the text that Moodle gets."""
    sheet = (
        "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (grade),"
        "Feedback comments\nParticipant 1,Alan Turing,alan,Submitted,,10.00,Yes,-,\n"
    )
    write_files(course, {"worksheet.csv": sheet})
    book(course, "publish", "squares")

    def page() -> str:
        assert book(course, "report", "squares", "--format", "html=pages/").returncode == 0
        return (course / "pages" / "alan.html").read_text()

    def told() -> list[str]:
        words = ("--assignment", "squares", "--out", "filled.csv", "--pending-as-zero")
        assert book(course, "moodle", "worksheet.csv", *words).returncode == 2, "ada is none of it"
        (row,) = csv.DictReader((course / "filled.csv").read_text().splitlines())
        return row["Feedback comments"].removeprefix("<pre>").removesuffix("</pre>").split("<br>")

    book(course, "mark", "squares", "alan", "essay", "names", "2.5", "--comment", "Of a square, yes.")
    assert "checks: 6 of 7 points, 1 pending" in page()
    assert "2.5/3" in page()
    assert "1 point is pending: graded by hand" in page()
    book(course, "mark", "squares", "alan", "essay", "draws", "0")
    assert "</span> pending" not in page()
    assert "graded by hand" not in page()
    assert '<div class="score">6.5 of 10 points</div>' in page()
    assert "checks: 6 of 6 points" in page()
    assert told() == [
        "Squares: 6.5 of 10 points",
        "checks: 6 of 6 points",
        "graded: squares.py",
        "",
        "From the course staff",
        "- Why squares, names an area: Of a square, yes.",
        "",
        "How the score comes about",
        "- attempt 1: 6 of 10 points",
        "- Why squares, marked (names an area 2.5, draws one 0): 2.5 of 4 points",
        "- handed in 2 days late (due 13 Nov 2026 23:59): −20% of 10 points = −2",
        "",
        "Squares  6/6",
        "✓ 4/4  The square of seven is right.",
        "✓ 2/2  The square of minus two is right.",
        "",
        "Why squares  2.5/4",
        "✎ 2.5/3  names an area  marked",
        "✎ 0/1  draws one  marked",
    ]


def test_who_was_excused_by_mistake_is_excused_no_more(course: Path) -> None:
    """What was decided before and meanwhile stays."""
    book(course, "adjust", "squares", "alan", "1", "--reason", "neat")
    before = lines(book(course, "explain", "squares", "alan"))
    assert lines(book(course, "excuse", "squares", "alan", "--reason", "ill"))[-1] == "excused"
    back = lines(book(course, "excuse", "squares", "alan", "--undo", "--reason", "it was another Alan"))
    assert back[-2].split(maxsplit=1)[1] == "excused no more (grace: it was another Alan): the assignment counts"
    assert back[-1] == before[-2] == "score 5 of 10; a part waits for staff"
    again = book(course, "excuse", "squares", "alan", "--undo", "--reason", "once more")
    assert again.returncode == 2
    assert "--undo: Alan Turing (alan) is not excused from squares" in again.stderr
    history = lines(book(course, "history", "squares", "--student", "alan"))
    assert any("not excused: it was another Alan" in line for line in history)


def test_a_score_that_is_set_waits_for_no_mark(course: Path) -> None:
    """Its items have none, and nobody is told to wait for one."""
    book(course, "override", "squares", "alan", "9", "--reason", "by agreement")
    book(course, "publish", "squares")
    assert book(course, "report", "squares", "--format", "html=pages/").returncode == 0
    page = (course / "pages" / "alan.html").read_text().partition("<main>")[2]
    assert page.count("not marked") == 2
    assert "graded by hand" not in page


def test_a_student_is_named_in_either_order_and_points_may_be_below_zero(course: Path) -> None:
    """And `explain` takes the two names as the commands that decide do."""
    found = lines(book(course, "adjust", "squares", "Turing, Alan", "-1.5", "--reason", "late pages"))
    assert found[-1] == "score 2.5 of 10; a part waits for staff"
    assert lines(book(course, "explain", "squares", "Turing, Alan"))[0] == "Alan Turing (alan), squares"


def test_history_tells_a_time_that_was_entered_from_a_grading(course: Path) -> None:
    """The row that it adds has the points of the grading, and is none."""
    before = lines(book(course, "history", "squares"))
    book(course, "handed-in", "squares", "alan", "2026-11-13T20:00")
    after = lines(book(course, "history", "squares"))
    assert sum(" graded alan: " in line for line in after) == sum(" graded alan: " in line for line in before) == 1
    assert any("alan was handed in 13 Nov 2026 20:00" in line for line in after)


def test_an_extension_of_nobody_is_told_with_an_id(course: Path) -> None:
    """Which is what stands there, and no login."""
    with (course / "course.toml").open("a") as written:
        written.write("[assignments.squares.extensions]\nturing7 = 2026-11-15T23:59:00\n")
    run = book(course, "show")
    assert run.returncode == 2
    said = "course.toml: assignments.squares.extensions: no student of the roster has the id 'turing7'; ids are as 'ada' is"
    assert said in run.stderr


def test_a_gradebook_of_another_course_is_refused_where_none_has_a_title(course: Path) -> None:
    """By what its gradings are of, with what staff can do."""
    (course / "gradebook.db").unlink()
    (course / "course.toml").write_text(COURSE.replace('title = "Numbers"', ""))
    grade = ("grade", "squares", "submitted", "--sandbox", "local", "--gradebook", "gradebook.db")
    assert grader(*grade, cwd=course).returncode in (0, 3)
    settings = course / "assignments/squares/assignment.toml"
    settings.write_text(settings.read_text().replace('title = "Squares"', 'title = "Shapes"', 1))
    said = (
        "gradebook.db: this gradebook has gradings of squares, and the course here calls it 'Shapes', and not 'Squares'; no "
        "title says of which course it is: give each course a gradebook of its own and a `title` in its course.toml; if it is "
        "the same course, give this one a `title` in course.toml, and say `grader gradebook rename`"
    )
    for run in (book(course, "show", "squares"), grader(*grade, cwd=course)):
        assert run.returncode == 2
        assert said in run.stderr
    (course / "course.toml").write_text(COURSE)
    assert lines(book(course, "rename"))[-1].endswith("gradebook.db is of the course 'Numbers'")
    assert book(course, "show", "squares").returncode == 0


def test_a_gradebook_of_another_course_is_refused(course: Path) -> None:
    """Its assignments may be called alike; where the same course has got another title, staff say so."""
    (course / "course.toml").write_text(COURSE.replace('"Numbers"', '"Letters"'))
    said = (
        "gradebook.db: this gradebook is of the course 'Numbers', and the course here is 'Letters' (`title` of course.toml): "
        "give each course a gradebook of its own; if the same one has got another title, `grader gradebook rename` says so"
    )
    for run in (
        book(course, "show", "squares"),
        grader("grade", "squares", "submitted", "--sandbox", "local", "--gradebook", "gradebook.db", cwd=course),
    ):
        assert run.returncode == 2
        assert said in run.stderr
    assert lines(book(course, "rename"))[-1].endswith("gradebook.db is of the course 'Letters'")
    assert book(course, "show", "squares").returncode == 0
    (course / "course.toml").write_text(COURSE.replace('title = "Numbers"', ""))
    assert "the course here is one without a title" in book(course, "show").stderr
    assert "course.toml has no `title`, by which a gradebook knows its course" in book(course, "rename").stderr
