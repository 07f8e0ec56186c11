"""What commands tell beside their result: `--fail-under`, `--quiet`, `--verbose`, `--version`, colours, exit codes."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from additions import SETTINGS
from commands import Ran, grader, started
from files import write_files
from results import graded, result

from grader.model import Outcome
from grader.reports import results_json

CHECKS = '''\
import pytest

from grader.checks import expect


@pytest.mark.check(points=1, exercise="sums")
def test_small_sum(student):
    """One and two is three."""
    expect.equal(student.add(1, 2), 3)


@pytest.mark.check(points=3, exercise="sums")
def test_sum(student):
    """Any sum is right."""
    expect.equal(student.add(20, 4), 24)
    {more}
'''
RIGHT = "from helper import total\n\n\ndef add(a, b):\n    return total(a, b)\n"
HELPER = "def total(a, b):\n    return a + b\n"
WRONG = "def add(a, b):\n    return 3\n"
SEED = "a secret of thirty-two characters"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with an assignment, and with one whose checks fail by themselves for who adds right."""
    folder: Path = write_files(
        tmp_path_factory.mktemp("course"),
        {
            f"{name}/{path}": content
            for name, more in (("addition", ""), ("divides", "1 / 0"))
            for path, content in {
                "assignment.toml": SETTINGS,
                "checks/test_sums.py": CHECKS.replace("{more}", more),
            }.items()
        },
    )
    (folder / "assignments").mkdir()
    for name in ("addition", "divides"):
        (folder / name).rename(folder / "assignments" / name)
    return folder


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    """A submission that is right, one that has 1 of 4 points, and one that cannot be read."""
    folder: Path = write_files(
        tmp_path, {"ada/addition.py": RIGHT, "ada/helper.py": HELPER, "bob.py": WRONG, "cyd.zip": "no zip"}
    )
    return folder


def graded_by(course: Path, handed_in: Path, *words: object, assignment: str = "addition") -> Ran:
    """Run `grade` with the public checks, which are all that there are."""
    return grader("grade", assignment, *words, "--public", "--seed", SEED, "--course", course, cwd=handed_in)


@pytest.mark.parametrize(
    ("assignment", "names", "least", "code", "said"),
    [
        ("addition", "ada bob", None, 0, ""),
        ("addition", "ada bob", "25%", 0, ""),
        ("addition", "ada bob", "50%", 1, "--fail-under 50%: too few points: bob (1 of 4)"),
        ("addition", "ada bob", "5", 1, "--fail-under 5: too few points: ada (4 of 4), bob (1 of 4)"),
        ("addition", "bob cyd.zip", "2", 2, "--fail-under 2: too few points: bob (1 of 4)"),
        ("divides", "ada bob", "2", 3, "--fail-under 2: too few points: bob (1 of 4)"),
        ("divides", "ada cyd.zip", "2", 2, "ada is ungraded"),
    ],
)
def test_the_exit_code_is_the_one_that_counts(
    course: Path, handed_in: Path, assignment: str, names: str, least: str | None, code: int, said: str
) -> None:
    """Too few points are an error if one says so; what is ungraded comes before it, and what is wrong before both."""
    paths = [name if (handed_in / name).exists() else f"{name}.py" for name in names.split()]
    run = graded_by(
        course, handed_in, *paths, *(() if least is None else ("--fail-under", least)), assignment=assignment
    )

    assert run.returncode == code
    assert said in run.stderr
    assert ("--fail-under" in run.stderr) == ("--fail-under" in said)


def test_what_is_no_number_of_points_is_refused_before_anything_is_graded(course: Path, handed_in: Path) -> None:
    """In one sentence, with exit code 2."""
    run = graded_by(course, handed_in, "ada", "--fail-under", "-3")

    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("grader: --fail-under -3: it cannot be negative;")


def test_quiet_leaves_errors_and_results(course: Path, handed_in: Path) -> None:
    """What only informs is gone: the seed, and where results are."""
    usual = graded_by(course, handed_in, "ada", "bob.py", "--out", "out")
    quiet = graded_by(course, handed_in, "ada", "bob.py", "--out", "out", "--quiet")
    wrong = graded_by(course, handed_in, "ada", "cyd.zip", "--quiet")

    assert usual.stderr == f"seed: {SEED}\nwritten to out: results.json of 2 submissions\n"
    assert quiet.stderr == ""
    assert quiet.stdout == usual.stdout
    assert re.match(r"not graded: \S*cyd\.zip: ", wrong.stderr)


def test_verbose_says_where_what_and_how_long(course: Path, handed_in: Path) -> None:
    """Of each of a class: the sandbox, the files that counted, what was left out, the checks that took longest."""
    (handed_in / "ada" / "other.py").write_text("print('unneeded')\n" + WRONG)
    run = graded_by(course, handed_in, "ada", "bob.py", "--verbose", "--sandbox", "local")

    assert run.returncode == 0
    told = [line for line in run.stderr.splitlines() if line.startswith("ada: ")]
    assert re.match(r"ada: ran in local, on cpu with 1 processor, memory held by \w+", told[0])
    assert told[1] == "ada: graded addition.py, which can import helper.py, other.py"
    assert told[2].startswith("ada: other.py is not graded, but addition.py: one file counts")
    assert re.fullmatch(r"ada: 2 checks took \d+\.\d\d s; longest, in seconds: (\w+ \d+\.\d\d(, )?){2}", told[-2])
    assert re.fullmatch(r"ada: most memory, with Python and packages: \w+ [1-9]\d+ MiB", told[-1])
    assert "bob: graded bob.py" in run.stderr


def test_verbose_check_says_it_too(course: Path, handed_in: Path) -> None:
    """On standard error, beside the report."""
    run = grader("check", "addition", "ada", "--verbose", "--course", course, cwd=handed_in)

    assert run.stdout.endswith("4 of 4 points\n")
    assert "ada: graded addition.py, which can import helper.py\n" in run.stderr


@pytest.mark.parametrize("command", ["check", "grade"])
def test_less_and_more_is_refused(course: Path, handed_in: Path, command: str) -> None:
    """One of them was meant."""
    run = grader(command, "addition", "ada", "--quiet", "--verbose", "--course", course, cwd=handed_in)

    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == (
        "grader: --quiet --verbose: one says less than usual and the other more; leave one of them out\n"
    )


@pytest.mark.parametrize("words", [(), ("--quiet",)], ids=["usual", "quiet"])
def test_quiet_shows_no_bar(course: Path, handed_in: Path, words: tuple[str, ...]) -> None:
    """On a terminal, where there is one else."""
    command = [sys.executable, "-m", "grader", "check", "addition", "ada", "--course", str(course), *words]
    near, far = pty.openpty()
    with subprocess.Popen(
        command, cwd=handed_in, env={**os.environ, "TERM": "xterm"}, stdout=subprocess.DEVNULL, stderr=far
    ) as process:
        os.close(far)
        shown = b""
        with contextlib.suppress(OSError):  # that is how a terminal ends
            while piece := os.read(near, 4096):
                shown += piece
        assert process.wait(60) == 0
    os.close(near)

    assert (shown == b"") == ("--quiet" in words)


def test_version_costs_no_torch(tmp_path: Path) -> None:
    """It names what a bug report needs, from what is installed."""
    import grader as package

    program = (
        "import sys; sys.argv = ['grader', '--version']\n"
        "from grader.cli.app import main\n"
        "try: main()\n"
        "except SystemExit as end: print(end.code, 'torch' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)

    version, ended = run.stdout.splitlines()
    assert re.fullmatch(rf"grader {re.escape(package.__version__)}, torch [\d.]+\S*, Python 3\.\d+\.\d+", version)
    assert ended == "0 False"


@pytest.mark.parametrize(
    ("asked", "is_coloured", "is_styled"),
    [
        ({}, False, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, True),
        ({"NO_COLOR": "1"}, False, False),
    ],
    ids=["pipe", "forced", "forced-and-none", "none"],
)
def test_colours_are_as_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: dict[str, str], is_coloured: bool, is_styled: bool
) -> None:
    """A pipe gets none but with FORCE_COLOR, and NO_COLOR counts before that; bold is no colour."""
    (tmp_path / "ada.results.json").write_bytes(results_json.encode(graded(result("a", Outcome.PASSED))))
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    run = subprocess.run(
        [sys.executable, "-m", "grader", "report", "ada.results.json"],
        cwd=tmp_path,
        env={**os.environ, "TERM": "xterm", **asked},
        capture_output=True,
        text=True,
        check=True,
    )

    codes = {code for found in re.findall(r"\x1b\[([\d;]+)m", run.stdout) for code in found.split(";")}
    assert any(code.startswith("3") and len(code) == 2 for code in codes) == is_coloured
    assert bool(codes) == is_styled


def test_forced_colours_draw_no_bar_into_a_pipe(course: Path, handed_in: Path) -> None:
    """A log would have every one of its steps."""
    run = started("check", "addition", "ada", "--course", course, cwd=handed_in, FORCE_COLOR="1", TERM="xterm")

    assert (run.returncode, run.stderr) == (0, "")
