"""The zip for Gradescope: what is in it, what is not, and that the same course gives the same bytes."""

from __future__ import annotations

import json
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from grader.course import assignment as assignments
from grader.errors import AssignmentError, UsageError
from grader.gradescope import bundle, settings
from grader.gradescope.bundle import Bundled
from grader.gradescope.settings import Settings, Shown
from grader.model import Assignment, Needs
from grader.protocol import Limits
from grader.sandbox.docker import docker_files

COURSE = Path(__file__).parents[2]
SECRET = "0123456789abcdef" * 2
CHOSEN = Settings(
    assignment="conv_arithmetic",
    hidden=Shown.AFTER_PUBLISHED,
    minutes=10,
    allow_unsafe_sandbox=False,
    secret=SECRET,
)
GIB = 1024**3


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    """An assignment with everything: a solution, specimens, known mistakes."""
    return assignments.load(COURSE, "conv_arithmetic")


@pytest.fixture(scope="module")
def made(assignment: Assignment, tmp_path_factory: pytest.TempPathFactory) -> Bundled:
    """Its zip."""
    return bundle.write(assignment, CHOSEN, tmp_path_factory.mktemp("made") / "autograder.zip")


def entries(made: Bundled) -> dict[str, zipfile.ZipInfo]:
    """What is in a zip, by name."""
    with zipfile.ZipFile(made.path) as archive:
        return {entry.filename: entry for entry in archive.infolist()}


def content(made: Bundled, name: str) -> str:
    """What a file of a zip says."""
    with zipfile.ZipFile(made.path) as archive:
        return archive.read(name).decode()


def test_what_gradescope_starts_lies_at_the_root(made: Bundled) -> None:
    """Both are programs with a line that says which; nothing else may be run."""
    found = entries(made)

    for name in ("setup.sh", "run_autograder"):
        assert content(made, name).startswith("#!/usr/bin/env bash\n")
        assert "\r" not in content(made, name)
    modes = {name: entry.external_attr >> 16 for name, entry in found.items()}
    assert {name for name, mode in modes.items() if mode == 0o100755} == {"setup.sh", "run_autograder"}
    assert set(modes.values()) == {0o100755, 0o100644}
    assert {entry.create_system for entry in found.values()} == {3}
    assert {name.partition("/")[0] for name in found} == {
        *("setup.sh", "run_autograder", "gradescope.json", "python-version", "requirements.txt"),
        *("grader", "assignments", "solutions"),
    }


def test_it_holds_one_assignment_and_no_specimen(made: Bundled) -> None:
    """Its solution and hidden checks must be there, and nothing of any other."""
    names = set(entries(made))

    assert {name.split("/")[1] for name in names if name.startswith(("assignments/", "solutions/"))} == {
        "conv_arithmetic"
    }
    assert {
        "assignments/conv_arithmetic/assignment.toml",
        "assignments/conv_arithmetic/checks/test_output_size.py",
        "solutions/conv_arithmetic/conv_arithmetic.py",
        "solutions/conv_arithmetic/misconceptions.py",
        "solutions/conv_arithmetic/checks/test_output_size_hidden.py",
    } <= names
    assert not [name for name in names if name.startswith("solutions/") and "specimens" in name]
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]
    assert not [name for name in names if "/corpus/" in name or "/." in name]


def test_it_holds_the_whole_grader(made: Bundled) -> None:
    """Every source file of the package, and what lies beside them."""
    package = Path(settings.__file__).parents[1]
    sources = {
        f"grader/{path.relative_to(package).as_posix()}" for path in package.rglob("*.py") if "corpus" not in path.parts
    }

    names = set(entries(made))
    assert sources <= names
    assert {"grader/reports/results.schema.json", "grader/gradescope/files/setup.sh"} <= names


def test_it_is_small_and_says_what_to_choose(made: Bundled) -> None:
    """What is downloaded at each upload is less than a megabyte; the points are those of all checks."""
    assert made.size_bytes == made.path.stat().st_size < 1_500_000
    assert (made.points, str(made.container), made.minutes, made.warnings) == (30, "0.5 CPU, 0.75 GB RAM", 10, ())


def test_the_same_course_gives_the_same_bytes(assignment: Assignment, made: Bundled, tmp_path: Path) -> None:
    """Whenever it is made, and over one that is there."""
    again = tmp_path / "again.zip"
    again.write_bytes(b"an older one")
    bundle.write(assignment, CHOSEN, again)

    assert again.read_bytes() == made.path.read_bytes()
    assert list(tmp_path.iterdir()) == [again]
    assert {entry.date_time for entry in entries(made).values()} == {(1980, 1, 1, 0, 0, 0)}
    assert list(entries(made)) == sorted(entries(made))


def test_versions_are_those_of_the_images(made: Bundled) -> None:
    """A course gets the same packages in every kind of container; no tool for developing the grader is among them."""
    pinned = dict(line.split("==") for line in content(made, "requirements.txt").split())
    locked = (docker_files.docker_folder() / "requirements" / "grader.txt").read_text()

    assert {"torch", "torchvision", "pytest", "msgspec", "numpy", "sympy", "pluggy"} <= pinned.keys()
    assert not {"ruff", "mypy", "uv"} & pinned.keys()
    assert f"msgspec=={pinned['msgspec']} " in locked
    assert not [version for version in pinned.values() if "+" in version]
    assert content(made, "python-version") == "3.11\n"


def test_choices_go_along(assignment: Assignment, tmp_path: Path) -> None:
    """As they are read in the container."""
    chosen = Settings(
        assignment="conv_arithmetic", hidden=Shown.HIDDEN, minutes=40, allow_unsafe_sandbox=True, secret=SECRET
    )
    made = bundle.write(assignment, chosen, tmp_path / "a.zip")
    with zipfile.ZipFile(made.path) as archive:
        archive.extract("gradescope.json", tmp_path)

    assert settings.read(tmp_path) == chosen


def test_scripts_are_scripts() -> None:
    """Bash can read them."""
    folder = Path(bundle.__file__).with_name("files")
    for name in ("setup.sh", "run_autograder"):
        assert subprocess.run(["bash", "-n", folder / name], capture_output=True, check=False).returncode == 0
    fallback = (folder / "run_autograder").read_text().split("<<'JSON'\n")[1].split("JSON\n")[0]
    assert json.loads(fallback)["extra_data"] == {"status": "failed"}
    assert "score" not in json.loads(fallback)


def test_wheels_come_along_as_they_are(assignment: Assignment, tmp_path: Path) -> None:
    """For an image that reaches no package index."""
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "some-1.0-py3-none-any.whl").write_bytes(b"wheel")
    (tmp_path / "wheels" / "notes.txt").write_text("not one")
    made = bundle.write(assignment, CHOSEN, tmp_path / "a.zip", tmp_path / "wheels")

    wheels = [entry for name, entry in entries(made).items() if name.startswith("wheels/")]
    assert [entry.filename for entry in wheels] == ["wheels/some-1.0-py3-none-any.whl"]
    assert wheels[0].compress_type == zipfile.ZIP_STORED


@pytest.mark.parametrize(
    ("needs", "limit_bytes", "minutes", "said"),
    [
        (0, 300 * 1024**2, 10, []),
        (
            1_000_000_000,
            2 * GIB,
            10,
            [
                "Gradescope's smallest container (0.5 CPU, 0.75 GB RAM) is too small: a grading needs up to 0.93 GB; "
                "choose 1 CPU, 1.5 GB RAM"
            ],
        ),
        (
            0,
            2 * GIB,
            10,
            [
                "Gradescope's smallest container (0.5 CPU, 0.75 GB RAM) is too small: a grading needs up to 2.44 GB, by its "
                "limits.memory_bytes (`[needs]` in assignment.toml says what you measured); choose 2 CPU, 3 GB RAM"
            ],
        ),
        (
            7 * GIB,
            2 * GIB,
            10,
            [
                "no container of Gradescope is large enough: a grading needs up to 7.00 GB, the largest has "
                "4 CPU, 6 GB RAM; what runs out of memory there will be ungraded"
            ],
        ),
        (
            300_000_000,
            2 * GIB,
            9,
            [
                "a timeout of 9 minutes is too short for the longest check on 0.5 CPU: choose 10 there and `--minutes 10` "
                "here, or a larger container; until then checks are cut short"
            ],
        ),
    ],
    ids=["fits", "measured", "estimated", "too-large", "too-short"],
)
def test_what_does_not_fit_is_said(
    assignment: Assignment, tmp_path: Path, needs: int, limit_bytes: int, minutes: int, said: list[str]
) -> None:
    """With what to choose instead."""
    sized = replace(
        assignment, needs=Needs(memory_bytes=needs) if needs else None, limits=Limits(memory_bytes=limit_bytes)
    )
    chosen = Settings(
        assignment="conv_arithmetic",
        hidden=Shown.VISIBLE,
        minutes=minutes,
        allow_unsafe_sandbox=False,
        secret=SECRET,
    )

    assert list(bundle.write(sized, chosen, tmp_path / "a.zip").warnings) == said


def test_of_a_choice_one_exercise_counts(tmp_path: Path) -> None:
    """Both networks are worth the same, and Gradescope's total is that of one."""
    both = assignments.load(COURSE, "alexnet_vgg16")

    assert bundle.write(both, CHOSEN, tmp_path / "a.zip").points == 30


# --- what is refused --------------------------------------------------------------------------------------------------


def test_a_course_without_solutions_is_refused(assignment: Assignment, tmp_path: Path) -> None:
    """A student's copy cannot grade."""
    with pytest.raises(AssignmentError) as error:
        bundle.write(replace(assignment, solution=None), CHOSEN, tmp_path / "a.zip")

    assert str(error.value) == (
        "conv_arithmetic: there is no solution here (solutions/conv_arithmetic), only its handout"
    )


def test_a_folder_is_no_zip(assignment: Assignment, tmp_path: Path) -> None:
    """Other commands take a folder there, so this one is said to be one."""
    with pytest.raises(UsageError) as error:
        bundle.write(assignment, CHOSEN, tmp_path)

    assert str(error.value) == f"--out {tmp_path}: a folder; name the zip to write in it"


def test_where_nothing_can_be_written(assignment: Assignment, tmp_path: Path) -> None:
    """The sentence names the option and what the system says; nothing is left."""
    with pytest.raises(UsageError) as error:
        bundle.write(assignment, CHOSEN, tmp_path / "nowhere" / "a.zip")

    assert str(error.value) == f"--out {tmp_path}/nowhere/a.zip: cannot write there: No such file or directory"


def test_a_folder_without_wheels_is_refused(assignment: Assignment, tmp_path: Path) -> None:
    """It would fail only when the image is built."""
    with pytest.raises(UsageError) as error:
        bundle.write(assignment, CHOSEN, tmp_path / "a.zip", tmp_path)

    assert (
        str(error.value)
        == f"--wheels {tmp_path}: there is no .whl file in it; `make wheels` fetches them into docker/wheels"
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"{", "not the settings of this version; make the zip anew: Input data was truncated"),
        (b"\xff", "not the settings of this version; make the zip anew: "),
        (b'{"assignment": "a"}', "make the zip anew: Object missing required field `hidden`"),
        (
            b'{"assignment": "a", "hidden": "never", "minutes": 1, "allow_unsafe_sandbox": false}',
            "Invalid enum value 'never' - at `$.hidden`",
        ),
        (
            b'{"assignment": "a", "hidden": "visible", "minutes": 0, "allow_unsafe_sandbox": false}',
            "Expected `int` >= 1 - at `$.minutes`",
        ),
        (
            b'{"assignment": "a", "hidden": "visible", "minutes": 1, "allow_unsafe_sandbox": false}',
            "make the zip anew: Object missing required field `secret`",
        ),
        (
            b'{"assignment": "a", "hidden": "visible", "minutes": 1, "allow_unsafe_sandbox": false, "secret": "1"}',
            "Expected `str` of length >= 32 - at `$.secret`",
        ),
    ],
)
def test_settings_that_are_none_are_named(tmp_path: Path, written: bytes | None, said: str) -> None:
    """Path, and what is wrong."""
    if written is not None:
        (tmp_path / "gradescope.json").write_bytes(written)
    with pytest.raises(UsageError) as error:
        settings.read(tmp_path)

    assert str(error.value).startswith(f"{tmp_path}/gradescope.json: ")
    assert said in str(error.value)
