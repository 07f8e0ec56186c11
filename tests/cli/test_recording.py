"""A class that is recorded in a gradebook: what is stopped goes on, and nothing is graded twice."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import psutil
import pytest
from class_of_squares import CHECKS, RIGHT, TOML
from commands import Ran, grader
from files import write_files
from sqlalchemy import create_engine, text

from grader.classroom import read_roster, resolve, take_in
from grader.classroom.gradebook.database import url_of
from grader.cli.recording import whose_each_is
from grader.course import assignment as assignments
from grader.submission import read

HIDDEN = CHECKS.replace("seven", "two").replace("(7), 49", "(-2), 4")
WRONG = "def square(n): return n * abs(n)\n"
BOOK = "gradebook.db"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of two checks, and a class of three, of whom one has handed in what cannot be read."""
    files = {
        "assignments/squares/assignment.toml": TOML,
        "assignments/squares/checks/test_squares.py": CHECKS,
        "solutions/squares/checks/test_squares_hidden.py": HIDDEN,
        "solutions/squares/squares.py": RIGHT,
        "class/ada/squares.py": RIGHT,
        "class/alan/squares.py": WRONG,
        "class/na/work.zip": "this is no zip",
    }
    return write_files(tmp_path, files)


def words_of(*words: str, book: str = BOOK) -> list[str]:
    """Return the command that grades the class."""
    return ["grade", "squares", "class", "--sandbox", "local", "--gradebook", book, *words]


def grade(course: Path, *words: str, book: str = BOOK) -> Ran:
    """Grade the class, and record it."""
    return grader(*words_of(*words, book=book), cwd=course)


def rows(course: Path, book: str = BOOK) -> list[tuple[str, int, str]]:
    """Return who has which points in the gradebook, in order, and why there are none."""
    with closing(connect(course / book)) as connection:
        return list(connection.execute("SELECT student, earned, refusal FROM gradings ORDER BY student, id"))


def seed_of(run: Ran) -> str:
    """Return the seed that was said at the end."""
    (found,) = re.findall(r"seed: ([0-9a-f]{32})", run.stderr)
    return str(found)


def test_a_class_is_recorded_and_not_graded_again(course: Path) -> None:
    """The second run prints the same table; its seed is that of the class, and what could not be read is said again."""
    first, second = grade(course), grade(course)
    assert (first.returncode, second.returncode) == (2, 2)
    assert second.stdout == first.stdout
    assert "8/8" in first.stdout
    assert f"2 recorded in {course / BOOK}, and not graded again\n" in second.stderr
    assert seed_of(first) == seed_of(second)
    assert [(student, earned) for student, earned, _refusal in rows(course)] == [("ada", 8), ("alan", 4), ("na", 0)]
    assert rows(course)[2][2].startswith("class/na: no squares.py in this folder (it holds work.zip)")


def test_results_are_written_from_what_is_recorded(course: Path) -> None:
    """`--out` gets the whole class, whoever was graded now."""
    grade(course)
    run = grade(course, "--out", "results", "--format", "csv=class.csv")
    assert "results.json of 3 submissions" in run.stderr
    assert sorted(path.name for path in (course / "results").iterdir()) == [
        f"{name}.results.json" for name in ("ada", "alan", "na")
    ]
    assert (course / "class.csv").read_text().count("\n") == 4


def test_an_edited_check_regrades_what_it_touches(course: Path) -> None:
    """The hidden check alone is worth another number of points; the other stays as it was recorded."""
    grade(course)
    file = course / "solutions/squares/checks/test_squares_hidden.py"
    file.write_text(file.read_text().replace("points=4", "points=6"))
    run = grade(course)
    assert "10/10" in run.stdout
    assert "4/10" in run.stdout
    assert [earned for student, earned, _why in rows(course) if student == "ada"] == [8, 10]


def test_whose_score_changes_is_said_and_stays_in_the_history(course: Path) -> None:
    """Old and new points, and the checks behind them; of who keeps the score nothing is said."""
    grade(course)
    file = course / "solutions/squares/checks/test_squares_hidden.py"
    before = file.read_text()
    file.write_text(before.replace("(-2), 4", "(-2), -4"))
    run = grade(course)
    how = "4 → 8 of 8: two 0 → 4"
    assert (
        f"2 graded anew, and 2 of them have another score:\n  ada 8 → 4 of 8: two 4 → 0\n  alan {how}\n" in run.stderr
    )
    file.write_text(before.replace("The square", "The  square").replace("(-2), 4", "(-2), -4 + 0"))
    assert "2 graded anew: no score has changed\n" in grade(course).stderr
    words = ("gradebook", "history", "squares", "--gradebook", BOOK)
    changes = grader(*words, "--changed", cwd=course).stdout.splitlines()
    assert sorted(line[line.index("graded") :].rstrip() for line in changes[1:]) == [
        "graded ada anew: 8 → 4 of 8: two 4 → 0",
        f"graded alan anew: {how}",
    ]
    whole = grader(*words, cwd=course).stdout
    assert whole.count("anew") == 2
    assert whole.count("graded ada: ") == 2


def test_what_is_asked_for_is_graded_anew(course: Path) -> None:
    """One check, failed ones, or one student alone."""
    grade(course)
    assert len(rows(course)) == 3
    grade(course, "--only", "two", "--student", "ada")
    assert [student for student, _earned, _why in rows(course)] == ["ada", "ada", "alan", "na"]
    grade(course, "--failed")
    assert [student for student, _earned, _why in rows(course)] == ["ada", "ada", "alan", "alan", "na"]
    assert "alan" not in grade(course, "--student", "ada").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--only", "three"], "--only three: there is no such check; there are seven, two"),
        (["--student", "adda"], "--student adda: nothing here is of this student; near: ada"),
        (["--student", "zzz"], "--student zzz: nothing here is of this student"),
    ],
)
def test_what_is_not_there_is_refused(course: Path, words: list[str], said: str) -> None:
    """With what there is."""
    run = grade(course, *words)
    assert run.returncode == 2
    assert f"grader: {said}\n" in run.stderr


@pytest.mark.parametrize("words", [["--only", "two"], ["--failed"], ["--ungraded"]])
def test_without_a_gradebook_nothing_is_known_to_be_graded_anew(course: Path, words: list[str]) -> None:
    """The option that needs one is named."""
    run = grader("grade", "squares", "class", *words, cwd=course)
    assert run.returncode == 2
    assert run.stderr == f"grader: {words[0]}: say with --gradebook FILE where gradings are recorded\n"


def test_a_newcomer_waits_where_what_is_recorded_is_graded_anew(course: Path) -> None:
    """And is named."""
    grade(course, "--student", "ada")
    run = grade(course, "--failed")
    assert "nothing is recorded of alan: without --only, --failed and --ungraded these are graded" in run.stderr
    assert [student for student, _earned, _why in rows(course)] == ["ada", "na"]


def test_a_dry_run_makes_no_gradebook(course: Path) -> None:
    """It grades nothing."""
    grade(course, "--dry-run")
    assert not (course / BOOK).exists()


def _started(course: Path, *words: str, book: str = BOOK) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "grader", *words_of(*words, book=book)],
        cwd=course,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs ignore Ctrl-C
    )


def _wait_for(course: Path, count: int, book: str = BOOK) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if (course / book).exists() and (course / book).stat().st_size:
            try:
                if len(rows(course, book)) >= count:
                    return
            except Exception:  # its tables are being made
                pass
        time.sleep(0.02)


@pytest.mark.slow
def test_ctrl_c_lets_what_runs_come_to_its_end(course: Path) -> None:
    """What runs is recorded, nothing else is begun, and the same command grades the rest."""
    slow = "import time\ntime.sleep(1.5)\n" + RIGHT
    write_files(course, {f"class/student{number}/squares.py": f"{slow}# {number}\n" for number in range(8)})
    with _started(course, "--jobs", "2") as process:
        try:
            _wait_for(course, 3)
            os.killpg(process.pid, signal.SIGINT)
            _printed, told = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130
    done = len(rows(course)) - 1  # one could not be read
    assert 0 < done < 10
    assert "Ctrl-C: what runs is graded to its end, and nothing else is begun; once more ends it at once" in told
    book = course / BOOK
    assert f"interrupted: {done} of 10 graded and recorded in {book}; the same command grades the rest" in told
    run = grade(course)
    assert f"{done} recorded in {book}, and not graded again" in run.stderr
    assert len(rows(course)) == 11


def _table(course: Path, book: str) -> list[tuple[object, ...]]:
    """Return all that does not say when a grading was made."""
    engine = create_engine(url_of(book if "://" in book else str(course / book)))
    with engine.connect() as connection:
        columns = "student, submission, content, key, repeat, earned, possible, ungraded, refusal, common, checks"
        found = sorted(map(tuple, connection.execute(text(f"SELECT {columns} FROM gradings"))))
    engine.dispose()
    return found


@pytest.mark.slow
def test_one_process_eight_and_postgresql_give_the_same_table(course: Path, postgres_place: str) -> None:
    """Row by row, but for the times at which they were made and their order."""
    write_files(course, {f"class/student{n}/squares.py": [RIGHT, WRONG][n % 2] + f"# {n}\n" for n in range(10)})
    seed = ("--seed", "1" * 32)
    grade(course, *seed, "--jobs", "1")
    grade(course, *seed, "--jobs", "8", book="eight.db")
    run = grade(course, *seed, book=postgres_place)
    assert "8/8" in run.stdout
    assert _table(course, BOOK) == _table(course, "eight.db") == _table(course, postgres_place)
    assert len(rows(course)) == 13


@pytest.mark.slow
def test_ten_kills_lose_nothing_and_grade_nothing_twice(course: Path) -> None:
    """After ten kill -9 at moments drawn from a seed, the table is that of a run which nobody stopped."""
    draw = random.Random(7)
    wrong = [RIGHT, WRONG, "def square(n): return 4\n", "def square(n): raise ValueError(n)\n"]
    slow = "import time\ntime.sleep(0.3)\n"
    class_of = {f"class/student{n:02}/squares.py": f"{slow}{wrong[n % 4]}# {n}\n" for n in range(24)}
    write_files(course, class_of)
    seed = ("--seed", "1" * 32)
    ended = 0
    for _kill in range(10):
        with _started(course, *seed) as process:
            try:
                process.communicate(timeout=draw.uniform(1.5, 6))
                ended += 1
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
    assert ended < 10, "no run was killed, so nothing was tried"
    grade(course, *seed)
    grade(course, *seed, "--jobs", "1", book="undisturbed.db")
    assert _table(course, BOOK) == _table(course, "undisturbed.db")
    assert len(rows(course)) == 27


def _is_called_as_the_command(process: psutil.Process) -> bool:
    """Return whether a process is a fork of the command, which grades one submission."""
    try:
        return "--gradebook" in process.cmdline()
    except psutil.Error:  # it has ended meanwhile
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux alone ends a process with its parent")
def test_what_is_being_graded_ends_with_a_command_that_is_killed(course: Path) -> None:
    """A grading whose result nobody waits for would take processors from the command that goes on."""
    file = course / "solutions/squares/checks/test_squares_hidden.py"
    file.write_text(file.read_text().replace("    expect.", "    import time\n    time.sleep(30)\n    expect."))
    with _started(course) as process:
        until, below = time.monotonic() + 60, list[psutil.Process]()
        while not any(map(_is_called_as_the_command, below)) and time.monotonic() < until:
            time.sleep(0.2)
            below = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.wait()  # not for the end of its output, which forks have, too
    assert below, "nothing was being graded, so nothing was tried"
    _gone, left = psutil.wait_procs(below, timeout=10)
    assert left == []


@pytest.mark.parametrize(
    ("names", "roster", "expected"),
    [
        # the number of a user of Canvas is, by chance, the id of another student
        (["hoppergrace_1001_7_squares.py"], "id,name\n1001,Ada Lovelace\n", ["1001 (not in the roster)"]),
        (["hoppergrace_1001_7_squares.py"], None, ["1001"]),
        # Moodle puts the name of a file behind the student, and the next one may be called otherwise
        (["Ada Lovelace_11_assignsubmission_file_squares.py"], None, ["Ada Lovelace_11_assignsubmission_file"]),
        (["Ada Lovelace_11_assignsubmission_file_new.py"], None, ["Ada Lovelace_11_assignsubmission_file"]),
        (["Ada Lovelace_11_assignsubmission_file_new.py"], "id,name\nada,Ada Lovelace\n", ["ada"]),
    ],
)
def test_nobody_gets_what_another_one_has_handed_in(
    tmp_path: Path, names: list[str], roster: str | None, expected: list[str]
) -> None:
    """It is recorded for who the roster says it is of, or for whom the site calls so, in every download."""
    assert _recorded_for(dict.fromkeys(names, RIGHT), roster, tmp_path) == expected


def test_two_downloads_of_one_student_in_no_order_are_told(tmp_path: Path) -> None:
    """Both are attempts of the same student."""
    course = write_files(
        tmp_path,
        {
            "assignments/squares/assignment.toml": TOML,
            "assignments/squares/checks/test_squares.py": CHECKS,
            "solutions/squares/squares.py": RIGHT,
            "a/Ada_11_assignsubmission_file/squares.py": RIGHT,
            "b/Ada_11_assignsubmission_file/squares.py": WRONG,
        },
    )
    run = grader("grade", "squares", "a", "b", "--sandbox", "local", "--gradebook", BOOK, cwd=course)
    student = "Ada_11_assignsubmission_file"
    assert f"{student} has several, and nobody knows which is newest: {student}, {student}_2" in run.stderr
    assert [row[0] for row in rows(course)] == [student, student]


def test_a_group_is_recorded_by_the_ids_of_the_roster(tmp_path: Path) -> None:
    """And not by the addresses that Gradescope has."""
    metadata = (
        "---\nsubmission_1:\n  :submitters:\n  - :name: Ada\n    :email: ada@uni.example\n"
        "  - :name: Alan\n    :email: alan@uni.example\n  - :name: na\n"
    )
    files = {"submission_metadata.yml": metadata, "submission_1/squares.py": RIGHT}
    roster = (
        "id,name,email\nada,Ada Lovelace,ada@uni.example\n18,Alan Turing,alan@uni.example\nna,Na Li,na@uni.example\n"
    )
    assert _recorded_for(files, roster, tmp_path) == ["18", "ada", "na (not in the roster)"]
    assert _recorded_for(files, None, tmp_path) == ["ada@uni.example", "alan@uni.example", "na"]


def _recorded_for(files: dict[str, str], roster: str | None, folder: Path) -> list[str]:
    """Return of whom a class is, as it is recorded."""
    course = write_files(folder, {"assignments/squares/assignment.toml": TOML, "solutions/squares/squares.py": RIGHT})
    assignment = assignments.load(course, "squares")
    write_files(course / "download", files)
    taken = take_in([course / "download"], read, assignment, course / "staging")
    works = taken.works
    if roster is not None:
        (course / "roster.csv").write_text(roster)
        works = resolve(read_roster(course / "roster.csv"), works).works
    return sorted(
        one.student for several in whose_each_is(works, [one.name for one in works]).values() for one in several
    )


def test_what_is_handed_in_once_more_counts(course: Path) -> None:
    """Right, wrong, right again, without any times: what is there now is the latest, and nothing is graded for it."""
    file = course / "class/ada/squares.py"
    for source in (RIGHT, WRONG, RIGHT):
        file.write_text(source)
        run = grade(course)
    assert "handed in once more, after something else, and so the latest: ada\n" in run.stderr
    assert [(student, earned) for student, earned, _refusal in rows(course)][:3] == [("ada", 8), ("ada", 4), ("ada", 8)]
    shown = grader("gradebook", "show", "squares", "--gradebook", BOOK, cwd=course)
    assert shown.stdout.splitlines()[1].split() == ["ada", "8/8", "1"]
    told = grader("gradebook", "history", "squares", "--student", "ada", "--gradebook", BOOK, cwd=course)
    assert told.stdout.count("graded ada: 8 of 8") == 1
    assert "ada was handed in once more, and is the latest" in told.stdout
    assert "once more" not in grade(course).stderr
