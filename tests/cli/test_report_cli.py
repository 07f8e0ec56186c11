"""Results are written again in any format, for any reader, without the course; `--format` is one option for all commands."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from commands import grader
from results import graded, result

from grader.cli.formats import Format, Sink, sinks
from grader.errors import UsageError
from grader.model import Disclosure, Feedback, Outcome, Refused, Visibility
from grader.reports import results_json

SECRET = "5eed" * 8
OF_ONE = (Format.PRAIRIELEARN, Format.COURSERA, Format.AUTOLAB)
HIDDEN = {
    "visibility": Visibility.HIDDEN,
    "disclosure": Disclosure.SENTENCE,
    "title": "What nobody may see passes.",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Results of two submissions, as `grade --out` leaves them."""
    results = tmp_path / "results"
    results.mkdir()
    leak = Feedback(
        message="wrong in secret", counterexample="add(41, 1)", expected="42042", received="43043", hint="carry"
    )
    for name in ("eve", "ada"):
        whole = graded(
            result("any_sum", Outcome.PASSED),
            result("any_carry", Outcome.FAILED, feedback=leak, output="printed in secret", **HIDDEN),
            name=name,
            seed=SECRET,
        )
        (results / f"{name}.results.json").write_bytes(results_json.encode(whole))
    return results


def test_a_class_is_a_table_and_one_result_is_told_in_full(folder: Path) -> None:
    """As `grade` shows them, for staff."""
    table = grader("report", folder, cwd=folder)
    one = grader("report", folder / "ada.results.json", cwd=folder)

    assert (table.returncode, one.returncode) == (0, 0)
    assert table.stdout.index("ada") < table.stdout.index("eve")
    assert "2/4" in table.stdout
    assert "Sums  2/4" in one.stdout
    assert "add(41, 1)" in one.stdout


def test_every_format_is_written_at_once(folder: Path, tmp_path: Path) -> None:
    """To files, whose names are said, and nothing else; the terminal's report is printed where it is asked for."""
    files = {
        name: tmp_path / f"all.{name}"
        for name in ("json", "junit", "csv", "html", "markdown", "github", "code-quality")
    }
    words = [word for name, path in files.items() for word in ("--format", f"{name}={path}")]
    run = grader("report", folder, *words, cwd=folder)

    assert (run.returncode, run.stdout) == (0, "")
    assert run.stderr == "".join(f"written: {path}\n" for path in files.values())
    assert "eve" in grader("report", folder, *words, "--format", "terminal", cwd=folder).stdout
    assert [one["submission"] for one in json.loads(files["json"].read_bytes())] == ["ada", "eve"]
    assert ElementTree.fromstring(files["junit"].read_bytes()).tag == "testsuites"
    assert {row["submission"] for row in csv.DictReader(files["csv"].read_text().splitlines())} == {"ada", "eve"}
    assert files["html"].read_text().startswith("<!DOCTYPE html>")
    assert files["markdown"].read_text().startswith("| submission |")
    assert files["github"].read_text().startswith("::")
    assert [finding["check_name"] for finding in json.loads(files["code-quality"].read_bytes())] == ["any_carry"] * 2


@pytest.mark.parametrize("format", list(Format), ids=str)
def test_a_student_sees_what_is_disclosed(folder: Path, format: Format) -> None:
    """No secret, and of a hidden check its sentence alone, in every format."""
    results = folder / "ada.results.json" if format in OF_ONE else folder
    run = grader("report", results, "--format", format, "--audience", "student", cwd=folder)

    assert run.returncode == 0
    assert ("Addition" if format in OF_ONE else "ada") in run.stdout
    shown = re.sub("[0-9a-f]{64}", "", run.stdout.replace("any_carry", ""))  # any digits may be in a digest
    for leak in ("in secret", "add(41", "42042", "43043", "carry\n", SECRET):
        assert leak not in shown, leak


@pytest.mark.parametrize(
    ("format", "is_told"),
    [
        *((name, False) for name in ("markdown", "github", "code-quality", "prairielearn", "coursera", "autolab")),
        *(("json", True), ("junit", True), ("csv", False)),
    ],
)
def test_what_leaves_the_machine_is_for_students(folder: Path, format: str, is_told: bool) -> None:
    """Unless staff say otherwise; what stays is for staff."""
    results = folder / "ada.results.json"
    usual = grader("report", results, "--format", format, cwd=folder).stdout
    staff = grader("report", results, "--format", format, "--audience", "staff", cwd=folder).stdout

    told = "wrong in secret" if format == "code-quality" else "add(41"
    assert (told in usual) == is_told
    assert (told in staff.replace("\\", "")) == (format != "csv")


def test_a_page_of_one_is_for_the_student_and_of_a_class_for_staff(folder: Path) -> None:
    """Unless one says otherwise."""
    ada = folder / "ada.results.json"
    pages = [
        grader("report", *words, "--format", "html", cwd=folder).stdout
        for words in ((ada,), (folder,), (ada, "--audience", "staff"), (folder, "--audience", "student"))
    ]

    assert ["add(41, 1)" in page for page in pages] == [False, True, True, False]
    assert ["<dialog" in page for page in pages] == [False, True, False, True]


@pytest.mark.parametrize(
    ("log", "is_told"), [({}, True), ({"GITHUB_ACTIONS": "true"}, False)], ids=["terminal", "github"]
)
def test_a_report_in_a_log_of_github_is_for_students(folder: Path, log: dict[str, str], is_told: bool) -> None:
    """Who reads the log of a workflow is not known; staff may ask for all of it."""
    words = ("report", folder / "ada.results.json")

    assert ("add(41, 1)" in grader(*words, cwd=folder, **log).stdout) == is_told
    assert "add(41, 1)" in grader(*words, "--audience", "staff", cwd=folder, **log).stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["xml"],
            "--format xml: there is no such format; there are terminal, json, junit, csv, html, markdown, github, "
            "code-quality, prairielearn, coursera, autolab, nbgrader",
        ),
        (["csv", "junit"], "one of them can be printed; give the other a file, --format junit=PATH"),
        (["csv=a", "junit=a"], "two of them are to be written to a"),
        (["csv="], "--format csv=: a file is missing after the ="),
        (["terminal=a"], "what is for a terminal is printed; markdown is text for a file"),
        (
            ["csv=somewhere/"],
            "--format csv=somewhere/: this is a folder, into which html alone writes; give csv a file",
        ),
        (["csv=no/such/a"], "--format csv=no/such/a: there is no folder no/such"),
    ],
)
def test_formats_that_cannot_be_are_refused(words: list[str], sentence: str) -> None:
    """Before anything is graded."""
    with pytest.raises(UsageError) as refused:
        sinks(words)

    assert sentence in str(refused.value)


@pytest.mark.parametrize("format", OF_ONE, ids=str)
def test_a_format_of_one_submission_is_refused_for_a_class(folder: Path, format: Format) -> None:
    """Before anything is graded, where that is known; what has been graded is named otherwise."""
    with pytest.raises(UsageError) as refused:
        sinks(["csv=a.csv", f"{format}=b"], 300)
    report = grader("report", folder, "--format", format, cwd=folder)

    assert str(refused.value) == (
        f"--format {format}: it holds one submission, and here are 300: grade them with --out DIR, then "
        f"`grader report DIR/NAME.results.json --format {format}`"
    )
    assert (report.returncode, report.stdout) == (2, "")
    assert report.stderr.endswith("reads the result of one submission, and here are 2: name one results.json\n")


def test_the_terminal_is_shown_unless_something_else_is_printed() -> None:
    """A file does not take the terminal's place."""
    terminal = Sink(format=Format.TERMINAL, path=None)

    assert sinks(None) == (terminal,)
    assert sinks(["csv=a.csv"]) == (terminal, Sink(format=Format.CSV, path=Path("a.csv")))
    assert sinks(["csv=a=b.csv"])[1].path == Path("a=b.csv")
    assert sinks(["json"]) == (Sink(format=Format.JSON, path=None),)


@pytest.mark.parametrize("is_there", [True, False])
def test_every_student_gets_a_page(folder: Path, tmp_path: Path, is_there: bool) -> None:
    """Into a folder, with an index; a student reads what is disclosed, the index tells staff more."""
    if is_there:
        (tmp_path / "pages").mkdir()
    (folder / "refused.results.json").write_bytes(
        results_json.encode_all([], [Refused(name="ivo", why="ivo.docx: no Python")])
    )
    word = "html=pages" if is_there else "html=pages/"
    run = grader("report", folder, "--format", word, cwd=tmp_path)
    pages = {path.name: path.read_text() for path in (tmp_path / "pages").iterdir()}

    assert run.returncode == 0
    assert "written: pages" in run.stderr
    assert set(pages) == {"ada.html", "eve.html", "ivo.html", "index.html"}
    for name in ("ada.html", "eve.html"):
        assert "add(41, 1)" not in pages[name]
        assert SECRET not in pages[name]
    assert "ivo.docx: no Python" in pages["ivo.html"]
    assert "add(41, 1)" in pages["index.html"]
    assert [name for name in pages if f'href="{name}"' in pages["index.html"]] == [
        name for name in pages if name != "index.html"
    ]


@pytest.mark.parametrize(("audience", "is_told"), [("student", False), ("staff", True)])
def test_who_reads_the_pages_can_be_said(folder: Path, tmp_path: Path, audience: str, is_told: bool) -> None:
    """Then of all of them."""
    grader("report", folder, "--format", "html=pages/", "--audience", audience, cwd=tmp_path)

    for name in ("ada.html", "index.html"):
        assert ("add(41, 1)" in (tmp_path / "pages" / name).read_text()) == is_told


def test_pages_that_cannot_be_written_are_named(folder: Path, tmp_path: Path) -> None:
    """The folder, or the page; and two results of one student are no two pages."""
    (tmp_path / "file").write_text("")
    (tmp_path / "pages" / "eve.html").mkdir(parents=True)
    no_folder, no_page, twice = (
        grader("report", *words, cwd=tmp_path)
        for words in (
            (folder, "--format", "html=file/"),
            (folder, "--format", "html=pages"),
            (folder / "ada.results.json", folder / "ada.results.json", "--format", "html=other/"),
        )
    )

    assert (no_folder.returncode, no_page.returncode, twice.returncode) == (2, 2, 2)
    assert "--format html=file/: cannot be made: File exists" in no_folder.stderr
    assert "--format html=pages/eve.html: cannot be written: Is a directory" in no_page.stderr
    assert "two results would be the page ada.html: give those of one grading at a time" in twice.stderr
    assert list((tmp_path / "other").iterdir()) == []


@pytest.mark.parametrize(
    ("words", "more", "code"),
    [
        ((), {}, 0),
        (("--fail-under", "2"), {}, 0),
        (("--fail-under", "50.1%"), {}, 1),
        (("--fail-under", "3"), {"zoe": "ungraded"}, 3),
        (("--fail-under", "3"), {"ivo": "refused"}, 2),
        ((), {"zoe": "ungraded", "ivo": "refused"}, 0),
        (("--fail-under", "half"), {}, 2),
    ],
    ids=["not-asked", "reached", "missed", "ungraded", "refused", "not-asked-either", "no-number"],
)
def test_scores_matter_where_they_are_asked_for(
    folder: Path, words: tuple[str, ...], more: dict[str, str], code: int
) -> None:
    """Then the exit code is that of `grade`, and whose points are too few is said; the report is written all the same."""
    for name, state in more.items():
        content = (
            results_json.encode(graded(result("any_sum", Outcome.UNGRADED), name=name))
            if state == "ungraded"
            else results_json.encode_all([], [Refused(name=name, why=f"{name}.docx: no Python")])
        )
        (folder / f"{name}.results.json").write_bytes(content)
    run = grader("report", folder, *words, cwd=folder)

    assert run.returncode == code
    assert ("too few points: ada (2 of 4), eve (2 of 4)" in run.stderr) == (words[1:] in (("50.1%",), ("3",)))
    assert ("2/4" in run.stdout) == (words[1:] != ("half",))


def test_what_cannot_be_written_or_read_is_said(folder: Path, tmp_path: Path) -> None:
    """In a sentence with the path, and exit code 2."""
    (tmp_path / "taken").mkdir()
    taken = grader("report", folder, "--format", "csv=taken", cwd=tmp_path)
    nothing = grader("report", "nowhere.results.json", cwd=tmp_path)

    assert (taken.returncode, nothing.returncode) == (2, 2)
    assert "grader: --format csv=taken: cannot be written: Is a directory" in taken.stderr
    assert "grader: nowhere.results.json: cannot be read: No such file or directory" in nothing.stderr


def test_check_writes_other_formats_too(tmp_path: Path) -> None:
    """Beside what it shows, or in its place; with the exit code that it has."""
    course = Path(__file__).parents[2]
    right = course / "solutions" / "conv_arithmetic" / "specimens" / "one_bias"
    words = ("check", "conv_arithmetic", "linear_parameters", right, "--course", course)
    shown = grader(*words, "--format", "json=out.json", cwd=tmp_path)
    printed = grader(*words, "--format", "json", cwd=tmp_path)

    assert (shown.returncode, printed.returncode) == (1, 1)
    assert "Parameters of a fully connected layer" in shown.stdout
    one, other = json.loads((tmp_path / "out.json").read_bytes()), json.loads(printed.stdout)
    assert one["score"] == other["score"]
    assert one["seed"] == ""
