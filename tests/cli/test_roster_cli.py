"""`grade --roster`: who handed in what, who did not, and whose nobody knows."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from class_of_squares import CANVAS, CHECKS, EXPORT, RIGHT, TOML, WRONG
from commands import Ran, grader
from files import write_files

ROSTER = """\
id,name,email
17,"Lovelace, Ada",ada@uni.example
18,Alan Turing,alan@uni.example
19,Grace Hopper,grace@uni.example
"""


GUIDE = Path(__file__).parents[2] / "docs" / "instructors.md"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of one check, and its roster."""
    files = {
        "assignments/squares/assignment.toml": TOML,
        "assignments/squares/checks/test_squares.py": CHECKS,
        "solutions/squares/squares.py": RIGHT,
        "roster.csv": ROSTER,
        "export.csv": EXPORT,
    }
    return write_files(tmp_path, files)


def graded(course: Path, *words: object, **environment: str) -> Ran:
    """Grade with a roster in a sandbox that is everywhere."""
    return grader("grade", "squares", *words, "--sandbox", "local", "--seed", "1" * 32, cwd=course, **environment)


def test_everybody_is_known(course: Path) -> None:
    """Who has handed in nothing is named, which is no error; results have the names of submissions."""
    write_files(course, {"all/ada lovelace/squares.py": RIGHT, "all/18/squares.py": WRONG})
    run = graded(course, "all", "--roster", "roster.csv", "--out", "results")

    assert run.returncode == 0
    assert "nothing handed in by 1: Grace Hopper (19)\n" in run.stderr
    assert [line.split("  ")[0] for line in run.stdout.splitlines()[:3]] == [
        "student",
        "Alan Turing (18)",
        "Lovelace, Ada (17)",
    ]
    assert sorted(path.name for path in (course / "results").iterdir()) == [
        "18.results.json",
        "ada lovelace.results.json",
    ]


def test_the_page_of_a_class_has_the_names_of_students(course: Path) -> None:
    """For staff alone; who hands in twice is told apart by what was handed in, who is not known is called by it."""
    write_files(course, {"all/ada lovelace/squares.py": RIGHT, "all/18/squares.py": WRONG, "all/eve/squares.py": WRONG})
    write_files(course, {"all/17/squares.py": WRONG})
    graded(course, "all", "--roster", "roster.csv", "--format", "html=class.html", "--format", "html=pages/")
    for page in ("class.html", "pages/index.html"):
        shown = (course / page).read_text()
        for name in ("Alan Turing (18)", "Lovelace, Ada (17), 17", "Lovelace, Ada (17), ada lovelace", "eve"):
            assert f'<th scope="row">{name}</th>' in shown
    graded(course, "all", "--roster", "roster.csv", "--format", "html=class.html", "--audience", "student")
    assert "Turing" not in (course / "class.html").read_text()


def test_who_is_not_known_is_graded_and_named(course: Path) -> None:
    """With exit code 2."""
    (course / "roster.csv").write_text(ROSTER + "20,Ada Lovelace,\n")
    write_files(course, {"all/ada lovelace/squares.py": RIGHT, "all/mallory/squares.py": WRONG})
    run = graded(course, "all", "--roster", "roster.csv", "--quiet")

    assert run.returncode == 2
    assert "not matched: mallory: nobody in the roster is called 'mallory'\n" in run.stderr
    assert "ambiguous: ada lovelace: this may be Lovelace, Ada (17) or Ada Lovelace (20)\n" in run.stderr
    assert "nothing handed in" not in run.stderr
    assert "4/4" in run.stdout


def test_a_dry_run_shows_ids(course: Path) -> None:
    """Beside what the download says; of two submissions of one student the newest counts, or nobody knows."""
    names = {"submitted/ada@uni.example": "2025-03-03 10:15 UTC", "submitted/17": "2025-03-04 10:15 UTC"}
    for name, stamp in names.items():
        write_files(course / name / "squares", {"squares.py": RIGHT, "timestamp.txt": stamp})
    write_files(course / "submitted", {"eve/squares/squares.py": WRONG})
    run = graded(course, "submitted", "--roster", "roster.csv", "--dry-run")
    rows = [line.split() for line in run.stdout.splitlines()]

    assert run.returncode == 2
    assert "in the roster" in run.stdout
    assert rows[1][-2:] == ["UTC", "17"]
    assert rows[2][-2:] == ["UTC", "17"]
    assert "nobody" in rows[3]
    assert "Lovelace, Ada (17): 17 counts, and not ada@uni.example, which is older\n" in run.stderr
    (course / "submitted/17/squares/timestamp.txt").unlink()
    again = graded(course, "submitted", "--roster", "roster.csv", "--dry-run")
    assert "Lovelace, Ada (17) has several, and nobody knows which is newest: 17, ada@uni.example\n" in again.stderr


def test_a_download_and_a_gradebook_of_canvas(course: Path) -> None:
    """As Canvas gives them."""
    with zipfile.ZipFile(course / "class.zip", "w") as written:
        for name, content in CANVAS.items():
            written.writestr(name, content)
    run = graded(course, "class.zip", "--roster", "export.csv", "--dry-run", COLUMNS="400")

    assert re.findall(r" (\d{4})\b(?!\))", run.stdout) == ["1003", "1001", "1002"]
    assert "not matched" not in run.stderr
    assert run.returncode == 2  # for the zip that is none


def test_submissions_that_are_named_one_by_one(course: Path) -> None:
    """Are somebody's as well."""
    write_files(course, {"Ada Lovelace.py": RIGHT, "eve.py": WRONG})
    run = graded(course, "Ada Lovelace.py", "eve.py", "--roster", "roster.csv", "--dry-run")

    assert run.returncode == 2
    assert [line.split()[-1] for line in run.stdout.splitlines()[1:]] == ["17", "nobody"]
    assert "not matched: eve: nobody in the roster is called 'eve'\n" in run.stderr


def test_a_name_of_two_lines_is_told_on_one(course: Path) -> None:
    """No file can be called so that it writes a line of its own."""
    names = ["17.py", "17\n.py"]
    write_files(course, dict.fromkeys(names, RIGHT))
    run = graded(course, *names, "--roster", "roster.csv", "--dry-run")

    assert run.returncode == 2
    assert "Lovelace, Ada (17) has several, and nobody knows which is newest: 17, 17\\n\n" in run.stderr


def test_the_guide_shows_what_is_printed(tmp_path: Path) -> None:
    """Its roster and its class give its output."""
    shown = re.search(r"\$ cat roster.csv\n(.*?)\$ grader (grade .*?)\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert shown is not None
    stamps = {"ada": "03 10:15:00", "Turing, Alan": "03 21:40:12", "mallory": "04 00:02:59"}
    for name, stamp in stamps.items():
        files = {
            "conv_arithmetic.py": "def conv2d_output_size(n, f): return n\n",
            "timestamp.txt": f"2025-03-{stamp} UTC\n",
        }
        write_files(tmp_path / "submitted" / name / "conv_arithmetic", files)
    (tmp_path / "roster.csv").write_text(shown[1])
    run = grader(*shown[2].split(), "--course", GUIDE.parents[1], cwd=tmp_path, COLUMNS="130")
    said, *more = run.stderr.splitlines()

    assert [said, *(line.rstrip() for line in run.stdout.splitlines()), *more] == shown[3].splitlines()


@pytest.mark.parametrize(
    ("roster", "sentence"),
    [
        ("nowhere.csv", "grader: nowhere.csv: cannot be read: No such file or directory\n"),
        (
            "twice.csv",
            "grader: twice.csv, line 3: the id '1' is that of line 2 as well; each student has one of their own\n",
        ),
    ],
)
def test_a_roster_that_cannot_be_read_is_said_first(course: Path, roster: str, sentence: str) -> None:
    """In a sentence, and nothing is graded."""
    write_files(course, {"twice.csv": "id,name\n1,a\n1,b\n", "ada.py": RIGHT})
    run = graded(course, "ada.py", "--roster", roster)

    assert (run.returncode, run.stdout, run.stderr) == (2, "", sentence)
