"""What runs in Gradescope's container: laid out and started as it is there, on right, wrong, hostile and broken submissions."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from results import graded
from results import result as made_up
from tiny_courses import WriteCourse

from grader.course import assignment as assignments
from grader.errors import UnsafeSandbox
from grader.gradescope import bundle, metadata, results, run, settings
from grader.gradescope.metadata import Metadata
from grader.gradescope.settings import Settings, Shown
from grader.grading import verdict
from grader.keys import is_searchable
from grader.model import Exercise, Outcome, RubricItem, SourceFile, Submission
from grader.reports.audience import NOT_RUN

COURSE = Path(__file__).parents[2]
SPECIMENS = COURSE / "solutions" / "conv_arithmetic" / "specimens"
SCHEMA = json.loads(Path(__file__).with_name("gradescope.schema.json").read_bytes())
METADATA = {"id": 7, "users": [{"name": "Ada"}], "assignment": {"id": 3, "total_points": "30.0"}}
SECRET = "0123456789abcdef" * 2
CHOSEN = Settings(
    assignment="conv_arithmetic",
    hidden=Shown.AFTER_PUBLISHED,
    minutes=10,
    allow_unsafe_sandbox=False,
    secret=SECRET,
)
linux_root = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="Gradescope starts it as root, on Linux"
)


def result(root: Path) -> dict[str, Any]:
    """Read what was written, which must follow the schema."""
    tree: dict[str, Any] = json.loads((root / run.RESULTS).read_bytes())
    jsonschema.validate(tree, SCHEMA)
    return tree


# --- as Gradescope does it --------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Started:
    """How the program of the zip ended."""

    exit_code: int
    log: str
    results: dict[str, Any]
    root: Path

    @property
    def lost(self) -> list[str]:
        """Names of the checks that did not pass."""
        return [test["extra_data"]["check"] for test in self.results["tests"] if test.get("status") != "passed"]


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as setup.sh leaves /autograder: the zip in source/, the package where Python finds it."""
    root = tmp_path_factory.mktemp("autograder")
    made = bundle.write(assignments.load(COURSE, "conv_arithmetic"), CHOSEN, root / "autograder.zip")
    with zipfile.ZipFile(made.path) as archive:
        archive.extractall(root / "source")
    made.path.unlink()
    for name in ("setup.sh", "run_autograder"):  # zipfile forgets modes
        (root / "source" / name).chmod(0o755)
    shutil.copy2(root / "source" / "run_autograder", root)
    shutil.copytree(root / "source" / "grader", root / "packages" / "grader")
    return root


@pytest.fixture
def start(container: Path) -> Callable[..., Started]:
    """Lay a submission out and start the program, with the Python of the tests instead of setup.sh's."""

    def started(files: dict[str, bytes], about: object = METADATA) -> Started:
        for name in ("submission", "results"):
            shutil.rmtree(container / name, ignore_errors=True)
        for name, content in files.items():
            path = container / "submission" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        (container / "submission").mkdir(exist_ok=True)
        (container / metadata.NAME).write_text(json.dumps(about))
        environment = {
            "PATH": os.environ["PATH"],
            "GRADER_ROOT": str(container),
            "GRADER_PYTHON": sys.executable,
            "PYTHONPATH": str(container / "packages"),
        }
        ended = subprocess.run(
            [container / "run_autograder"],
            cwd=container,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=240,
            check=False,
        )
        return Started(exit_code=ended.returncode, log=ended.stdout, results=result(container), root=container)

    return started


def specimen(name: str) -> dict[str, bytes]:
    """The files of a stored submission."""
    folder = SPECIMENS / name
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != "expected.toml")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@linux_root
@pytest.mark.slow
def test_right_gets_everything(start: Callable[..., Started]) -> None:
    """All points, all tests in order, and the students' name for staff; the log is short."""
    ran = start(specimen("right_plain"))

    assert (ran.exit_code, ran.results["score"], ran.lost) == (0, 30, [])
    assert ran.results["tests"][0]["number"] == "1.1"
    assert {test["visibility"] for test in ran.results["tests"]} == {"visible", "after_published"}
    assert ran.results["extra_data"]["submission"] == "Ada"
    assert ran.results["extra_data"]["environment"]["sandbox"] == "local"
    assert 0 < ran.results["execution_time"] < 240
    assert ran.results["output"] == "graded: conv_arithmetic.py"
    assert ran.log.startswith("graded in ")
    assert len(ran.log.splitlines()) == 1


@linux_root
@pytest.mark.slow
def test_only_root_may_enter_what_students_must_not_see(start: Callable[..., Started]) -> None:
    """Solutions, results and the harness are closed by their modes too; what a worker needs is not."""
    root = start(specimen("exits")).root

    for name in (
        "source",
        "submission",
        "results",
        metadata.NAME,
        "packages/grader/checks",
        "packages/grader/keys.py",
        "packages/grader/reports",
    ):
        assert (root / name).stat().st_mode & 0o077 == 0, name
    for name in ("packages/grader/__init__.py", "packages/grader/worker", "packages/grader/protocol"):
        assert (root / name).stat().st_mode & 0o004, name


@linux_root
@pytest.mark.slow
def test_wrong_is_told_the_mistake(start: Callable[..., Started]) -> None:
    """As at the terminal; the same files draw the same questions."""
    first, second = start(specimen("one_bias")), start(specimen("one_bias"))

    assert (first.exit_code, first.results["score"]) == (0, 22)
    assert "the answer is wrong\nasked    conv2d_parameter_count(3, 6, 5)\nexpected 456" in json.dumps(
        first.results
    ).replace("\\n", "\n")
    assert first.results["tests"] == second.results["tests"]


@linux_root
@pytest.mark.slow
@pytest.mark.parametrize("name", ["steals_and_patches", "ends_the_process", "prints_noise"])
def test_hostile_gains_nothing(start: Callable[..., Started], name: str) -> None:
    """One looks for answers and patches what it finds, one ends its process, one prints what looks like a result."""
    ran = start(specimen(name))
    expected = tomllib.loads((SPECIMENS / name / "expected.toml").read_text()).get("outcomes", {})

    assert ran.exit_code == 0
    assert {test["extra_data"]["check"]: test["extra_data"]["outcome"] for test in ran.results["tests"]} == {
        **dict.fromkeys((test["extra_data"]["check"] for test in ran.results["tests"]), "passed"),
        **expected,
    }
    assert ran.results["score"] == sum(test["score"] for test in ran.results["tests"])
    assert len(ran.log.splitlines()) == 1


HOSTILE = """\
import json, os

def conv2d_output_size(*args, **kwargs):
    forged = json.dumps({"score": 1000, "output": "all is well"})
    found = 0
    for name in ("source/solutions/conv_arithmetic/conv_arithmetic.py", "source/gradescope.json", "submission_metadata.json",
                 "results/results.json", "packages/grader/checks/oracles.py"):
        try:
            found += len(open(os.path.join("%s", name)).read())
        except OSError:
            pass
    try:
        open(os.path.join("%s", "results/results.json"), "w").write(forged)
        found += 1
    except OSError:
        pass
    print(found, os.getuid(), forged, "\\x1b[2J")
    return 5
"""


@linux_root
@pytest.mark.slow
def test_nothing_of_the_layout_is_read_or_written(start: Callable[..., Started], container: Path) -> None:
    """Neither the solution nor the secret nor the metadata nor the results; what is printed is text in the output of its test."""
    ran = start({"conv_arithmetic.py": HOSTILE.replace("%s", str(container)).encode()})

    printed = [test["output"] for test in ran.results["tests"] if "What your code printed" in test["output"]]
    assert printed
    assert all(re.search(r'printed:\n0 [1-9]\d* \{"score": 1000', output) for output in printed), printed
    assert ran.results["score"] < 10
    assert "\x1b" not in json.dumps(ran.results)
    assert "all is well" not in ran.log


@linux_root
@pytest.mark.slow
def test_a_notebook_is_graded(start: Callable[..., Started]) -> None:
    """By what it defines; what is left out is said above the tests."""
    ran = start(specimen("notebook_colab"))

    assert ran.exit_code == 0
    assert ran.results["score"] == 30
    assert "left out" in ran.results["output"]


@linux_root
@pytest.mark.slow
@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "submission: no conv_arithmetic.py in this folder (it holds nothing)"),
        ({"a.py": b"", "b.py": b""}, "submission: no conv_arithmetic.py in this folder (it holds a.py, b.py)"),
        ({"report.pdf": b"%PDF"}, "submission: no conv_arithmetic.py in this folder (it holds report.pdf)"),
    ],
    ids=["empty", "several", "other"],
)
def test_what_is_no_submission_is_told_so(start: Callable[..., Started], files: dict[str, bytes], said: str) -> None:
    """No points and one sentence: it is the student's to fix."""
    ran = start(files)

    assert (ran.exit_code, ran.results["score"]) == (0, 0)
    assert ran.results["output"].endswith(said)
    assert ran.results["extra_data"] == {"status": "refused"}


@linux_root
@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"def conv2d_output_size(:\n", "conv_arithmetic.py, line 1: invalid syntax: def conv2d_output_size(:"),
        (b"", "conv_arithmetic.py is empty"),
    ],
    ids=["syntax", "empty"],
)
def test_a_broken_file_is_told_once_and_at_each_public_test(
    start: Callable[..., Started], content: bytes, said: str
) -> None:
    """The sentence stands above the tests as well; hidden ones disclose nothing of their own."""
    ran = start({"conv_arithmetic.py": content})

    assert (ran.exit_code, ran.results["score"]) == (0, 0)
    assert ran.results["output"] == f"graded: conv_arithmetic.py\n\n{said}"
    told = {(test["visibility"], test["output"]) for test in ran.results["tests"]}
    assert told == {("visible", said), ("after_published", "")}


@linux_root
@pytest.mark.slow
def test_points_that_differ_and_a_broken_file_are_said(start: Callable[..., Started]) -> None:
    """To the instructor, who finds out with the first submission; neither changes the score."""
    other = {**METADATA, "assignment": {"id": 3, "total_points": "20.0"}}
    broken = start(specimen("right_plain"), "no object")
    differs = start(specimen("right_plain"), other)

    assert differs.results["output"] == (
        "graded: conv_arithmetic.py\n\n"
        "For the course staff: the assignment is worth 20 points on Gradescope, and its checks are worth 30: "
        "set it to 30 there."
    )
    assert "\n\nGradescope's submission_metadata.json could not be used (Expected " in broken.results["output"]
    assert broken.results["score"] == differs.results["score"] == 30


@pytest.mark.parametrize(
    ("total", "said"),
    [
        (None, ()),
        (2.0, ()),
        (5.0, ()),
        (
            4.0,
            (
                "For the course staff: the assignment is worth 4 points on Gradescope, and its checks are worth 2, 5 with what "
                "is graded by hand: set it to 2 there, or to 5 if that is graded there as well.",
            ),
        ),
    ],
)
def test_points_given_by_hand_may_be_given_there(total: float | None, said: tuple[str, ...]) -> None:
    """Whether staff give them on Gradescope or elsewhere, they decide: both sums are right."""
    essay = Exercise(name="essay", title="Essay", rubric=(RubricItem(item="names the carry", points=3),))
    checks = (made_up("a", Outcome.PASSED), *verdict.pending(essay))

    assert run.about_points(graded(*checks, exercises=(essay,)), Metadata(total_points=total)) == said


def test_a_python_that_cannot_start_leaves_a_result(container: Path) -> None:
    """The program itself writes it first: no score, and whom to ask."""
    (container / "results").mkdir(exist_ok=True)
    environment = {"PATH": os.environ["PATH"], "GRADER_ROOT": str(container), "GRADER_PYTHON": "/no/such/python"}
    ended = subprocess.run(
        [container / "run_autograder"], cwd=container, env=environment, capture_output=True, check=False
    )

    assert ended.returncode == 127
    assert result(container)["output"].startswith(
        "The grader could not be started, through no fault of this submission"
    )


# --- whatever happens -------------------------------------------------------------------------------------------------


@pytest.fixture
def laid_out(tmp_path: Path, tiny_course: WriteCourse, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Lay out a small course, to be run in this process, in the sandboxes of this test run."""

    def lay_out(checks: str, **more: object) -> Path:
        course = tiny_course(checks)
        source = course.folder / "source"
        source.mkdir()
        for name in ("assignments", "solutions"):
            (course.folder / name).rename(source / name)
        chosen = {
            "assignment": course.slug,
            "hidden": Shown.VISIBLE,
            "minutes": 10,
            "allow_unsafe_sandbox": False,
            "secret": SECRET,
        }
        (source / settings.NAME).write_bytes(settings.encode(Settings(**{**chosen, **more})))
        (course.folder / "submission").mkdir()
        (course.folder / "submission" / "squares.py").write_text("def square(n):\n    return n * n\n")
        monkeypatch.setattr(run, "choose", lambda *_args, **_more: _Kept(course.sandbox))
        return course.folder

    return lay_out


class _Kept:
    """A sandbox of the test run, which stays open."""

    def __init__(self, sandbox: Any) -> None:
        self._sandbox = sandbox

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sandbox, name)

    def __enter__(self) -> Any:
        return self._sandbox

    def __exit__(self, *_error: object) -> None:
        pass


CHECK = '''
@pytest.mark.check(points=2, exercise="squares")
def test_square(student):
    """A number is squared."""
    {}
'''


def test_a_grading_in_this_process(laid_out: Callable[..., Path]) -> None:
    """What the tests below start from: it is right, and says so."""
    root = laid_out(CHECK.format("expect.equal(student.square(3), 9)"))
    ran = run.run(root)

    assert (ran.exit_code, result(root)["score"]) == (0, 2)
    assert "submission_metadata.json could not be used (No such file or directory)" in result(root)["output"]


def test_a_check_that_fails_by_itself_is_no_score(laid_out: Callable[..., Path]) -> None:
    """Exit code 3, so that the platform and the instructor see it; where it went wrong is in the log."""
    root = laid_out(CHECK.format("1 / 0"))
    ran = run.run(root)

    tree = result(root)
    assert (ran.exit_code, tree["extra_data"]["status"]) == (3, "ungraded")
    assert "score" not in tree
    assert "ZeroDivisionError" in ran.log
    assert "1 / 0" in ran.log


@pytest.mark.parametrize("broken", ["settings", "assignment", "checks", "sandbox", "ours"])
def test_whatever_is_wrong_with_us_leaves_a_result(
    laid_out: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """No score, a sentence without anything of ours in it, exit code 3, and the reason in the log."""
    root = laid_out(CHECK.format("pass"), **({"assignment": "other"} if broken == "assignment" else {}))
    said = {"settings": "gradescope.json: cannot be read", "assignment": "no assignment `other`"}
    if broken == "settings":
        (root / "source" / settings.NAME).unlink()
    if broken == "checks":
        (next((root / "source" / "assignments").iterdir()) / "checks" / "test_more.py").write_text(
            "import nowhere_at_all"
        )
        said["checks"] = "the checks cannot be used"

    def refuse(*_args: object, **_more: object) -> None:
        raise UnsafeSandbox("it does not hold")

    def fail(*_args: object, **_more: object) -> None:
        raise RuntimeError("a bug of ours")

    if broken == "sandbox":
        monkeypatch.setattr(run, "choose", refuse)
        said["sandbox"] = "it does not hold"
    if broken == "ours":
        monkeypatch.setattr(results, "graded", fail)
        said["ours"] = "a bug of ours"
    ran = run.run(root)

    tree = result(root)
    assert (ran.exit_code, tree["extra_data"], tree["output"]) == (3, {"status": "failed"}, results.FAILED)
    assert said[broken] in ran.log


def test_a_run_that_is_killed_leaves_a_result(laid_out: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """As by the timeout: what is written first says so."""
    root = laid_out(CHECK.format("pass"))

    def stop(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "_grade", stop)
    with pytest.raises(KeyboardInterrupt):
        run.run(root)

    assert result(root)["output"] == results.STOPPED


def test_a_small_container_does_not_cost_a_submission(
    laid_out: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the kernel ended something for its memory, what crashed is ungraded."""
    root = laid_out(CHECK.format("student.square(3)"))
    (root / "submission" / "squares.py").write_text("import os\ndef square(n):\n    os._exit(9)\n")
    kills = iter([4, 5])
    monkeypatch.setattr(run, "killed_for_memory", lambda: next(kills))
    ran = run.run(root)

    assert (ran.exit_code, result(root)["extra_data"]["status"]) == (3, "ungraded")
    assert result(root)["tests"][0]["output"] == NOT_RUN
    assert "choose a larger one in Gradescope's settings" in ran.log


# --- the seed ---------------------------------------------------------------------------------------------------------


def test_seed_follows_from_files_assignment_and_secret() -> None:
    """The same for the same; another one where any of them differs; without the secret, nobody can work it out."""
    ada = Submission(name="ada", files=(SourceFile(path="a.py", content=b""),), sha256="a" * 64)
    known = Metadata(name="Ada", assignment_id="3")

    seed = run.seed_of(CHOSEN, known, ada)
    assert seed == hmac.new(SECRET.encode(), b"3\0" + b"a" * 64, hashlib.sha256).hexdigest()
    assert seed == run.seed_of(CHOSEN, replace(known, name="Zoë"), replace(ada, name="zoe"))
    seeds = {
        seed,
        run.seed_of(CHOSEN, known, replace(ada, sha256="b" * 64)),
        run.seed_of(CHOSEN, replace(known, assignment_id="4"), ada),
        run.seed_of(msgspec.structs.replace(CHOSEN, secret=SECRET[::-1]), known, ada),
    }
    assert len(seeds) == 4
    assert not any(is_searchable(seed) for seed in seeds)


@pytest.mark.parametrize(
    ("body", "status"),
    [("expect.equal(student.square(3), 9)", "graded"), ("1 / 0", "ungraded")],
    ids=["right", "fault"],
)
def test_neither_result_nor_log_tells_the_seed(
    laid_out: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, body: str, status: str
) -> None:
    """Students may be shown either: with the seed, or the secret, one could work every question out."""
    root = laid_out(CHECK.format(body))
    seeds: list[str] = []
    graded = run._graded

    def grading(*arguments: Any) -> Any:
        seeds.append(arguments[-1])
        return graded(*arguments)

    monkeypatch.setattr(run, "_graded", grading)
    ran = run.run(root)

    said = (root / run.RESULTS).read_text() + ran.log
    assert result(root)["extra_data"]["status"] == status
    (seed,) = seeds
    assert re.fullmatch("[0-9a-f]{64}", seed)
    assert seed not in said
    assert SECRET not in said
