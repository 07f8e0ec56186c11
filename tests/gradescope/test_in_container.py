"""
The zip in a real container, built and started as Gradescope does: root, half a processor, 768 MB, no network.
"""

from __future__ import annotations

import json
import re
import secrets
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import containers
import jsonschema
import pytest

from grader.course import assignment as assignments
from grader.gradescope import bundle
from grader.gradescope.settings import Settings, Shown

COURSE = Path(__file__).parents[2]
SPECIMENS = COURSE / "solutions" / "conv_arithmetic" / "specimens"
SCHEMA = json.loads(Path(__file__).with_name("gradescope.schema.json").read_bytes())
DOCKERFILE = """\
FROM {base}
COPY source /autograder/source
RUN cp /autograder/source/run_autograder /autograder/ && mkdir /autograder/submission /autograder/results
RUN bash /autograder/source/setup.sh
WORKDIR /autograder
"""
THIEF = """\
import glob, os

def conv2d_output_size(*args, **kwargs):
    found = []
    for path in ("/autograder/source", "/autograder/results", "/autograder/submission_metadata.json", "/autograder/submission",
                 *glob.glob("/autograder/grader-venv/lib/python3*/site-packages/grader/checks/oracles.py")):
        try:
            found.append(os.listdir(path) if os.path.isdir(path) else open(path).read())
        except OSError:
            pass
    try:
        open("/autograder/results/results.json", "w").write("{}")
        found.append("written")
    except OSError:
        pass
    print("found", found, "as", os.getuid())
    return 5
"""
pytestmark = [pytest.mark.container, pytest.mark.slow]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The image of conv_arithmetic, as Gradescope builds it from the zip."""
    containers.client()
    folder = tmp_path_factory.mktemp("image")
    chosen = Settings(
        assignment="conv_arithmetic",
        hidden=Shown.AFTER_PUBLISHED,
        minutes=10,
        allow_unsafe_sandbox=False,
        secret="0123456789abcdef" * 2,
    )
    made = bundle.write(
        assignments.load(COURSE, "conv_arithmetic"), chosen, folder / "autograder.zip", containers.WHEELS
    )
    with zipfile.ZipFile(made.path) as archive:
        archive.extractall(folder / "source")
    made.path.unlink()
    (folder / "source" / "run_autograder").chmod(0o755)  # zipfile forgets modes
    (folder / "Dockerfile").write_text(DOCKERFILE.format(base=containers.BASE))
    tag = f"grader-gradescope-test:{secrets.token_hex(4)}"
    built = containers.docker("build", "--force-rm", "--network", "none", "--tag", tag, folder)
    assert built.returncode == 0, built.stdout + built.stderr
    yield tag
    containers.docker("image", "rm", "--force", tag)


@pytest.fixture
def started(image: str, tmp_path: Path) -> Callable[[dict[str, str]], tuple[int, str, dict[str, Any]]]:
    """Start a container on a submission; returns exit code, log and results."""

    def start(files: dict[str, str]) -> tuple[int, str, dict[str, Any]]:
        for name in ("submission", "results"):
            (tmp_path / name).mkdir()
        for name, content in files.items():
            (tmp_path / "submission" / name).write_text(content)
        about = {"id": 1, "users": [{"name": "Ada"}], "assignment": {"id": 2, "total_points": "30.0"}}
        (tmp_path / "metadata.json").write_text(json.dumps(about))
        mounts = {"submission": "submission", "results": "results", "metadata.json": "submission_metadata.json"}
        volumes = [word for here, there in mounts.items() for word in ("-v", f"{tmp_path / here}:/autograder/{there}")]
        usual = ("--rm", "--network", "none", "--cpus", "0.5", "--memory", "768m")
        ran = containers.docker("run", *usual, *volumes, image, "/autograder/run_autograder")
        tree = json.loads((tmp_path / "results" / "results.json").read_bytes())
        jsonschema.validate(tree, SCHEMA)
        return ran.returncode, ran.stdout + ran.stderr, tree

    return start


def test_right_gets_everything(started: Callable[..., tuple[int, str, dict[str, Any]]]) -> None:
    """Even with torch imported, within the smallest container."""
    plain = (SPECIMENS / "right_plain" / "conv_arithmetic.py").read_text()
    exit_code, log, tree = started({"conv_arithmetic.py": f"import torch\nimport matplotlib.pyplot\n{plain}"})

    assert exit_code == 0, log
    assert tree["score"] == 30
    environment = tree["extra_data"]["environment"]
    assert (environment["sandbox"], environment["threads"]) == ("local", 1)


def test_a_thief_finds_nothing(started: Callable[..., tuple[int, str, dict[str, Any]]]) -> None:
    """Neither solutions nor results nor the harness, as another user."""
    exit_code, log, tree = started({"conv_arithmetic.py": THIEF})

    assert exit_code == 0, log
    printed = [test["output"] for test in tree["tests"] if "found" in test["output"]]
    assert printed
    assert all(re.search(r"found \[\] as [1-9]", output) for output in printed), printed


def test_a_memory_bomb_is_its_own_fault(started: Callable[..., tuple[int, str, dict[str, Any]]]) -> None:
    """It passes the limit of its worker, and neither the container's nor anybody else's."""
    bomb = "def same_padding(n):\n    held = []\n    while True:\n        held.append(bytearray(1 << 22))\n"
    exit_code, log, tree = started({"conv_arithmetic.py": bomb})

    assert exit_code == 0, log
    outcomes = {test["extra_data"]["outcome"] for test in tree["tests"] if test["number"].startswith("3.")}
    assert outcomes == {"out_of_memory"}


def test_nothing_handed_in(started: Callable[..., tuple[int, str, dict[str, Any]]]) -> None:
    """One sentence."""
    exit_code, _log, tree = started({})

    assert (exit_code, tree["score"]) == (0, 0)
    assert tree["output"] == "/autograder/submission: no conv_arithmetic.py in this folder (it holds nothing)"
