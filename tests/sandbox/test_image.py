"""The whole grader in one container, on a real engine: built, and used as a CI job uses it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import containers
import pytest
from specimens import specimen

from grader.course import assignment as assignments
from grader.errors import EngineError
from grader.sandbox import Bubblewrap
from grader.sandbox.docker import image

pytestmark = [pytest.mark.container, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
CONFINED = ("--rm", "--network", "none", "--read-only", "--tmpfs", "/tmp", "--tmpfs", "/results:mode=1777")
POWERLESS = ("--cap-drop", "ALL", "--security-opt", "no-new-privileges")
NAMESPACES = ("--security-opt", f"seccomp={ROOT}/docker/seccomp.json", "--security-opt", "systempaths=unconfined")


@pytest.mark.parametrize(
    ("options", "sandbox", "lost"),
    [
        pytest.param((*POWERLESS, *NAMESPACES), "bubblewrap", None, id="our-filter"),
        pytest.param(POWERLESS, "local", "bubblewrap: starts (", id="the-usual-filter"),
        pytest.param(("--user", "0"), "local", "bubblewrap: starts (", id="the-usual-filter-as-root"),
    ],
)
def test_a_sandbox_holds_in_the_container(options: tuple[str, ...], sandbox: str, lost: str | None) -> None:
    """Where the engine lets it, bubblewrap works inside; elsewhere `local` keeps every promise, and doctor says what is lost."""
    told = containers.docker("run", *CONFINED, *options, containers.whole_image(), "doctor")
    said = " ".join(told.stdout.split())

    assert f"`--sandbox auto` takes {sandbox} here" in said, told.stdout + told.stderr
    assert "local: " not in said
    assert (lost or "") in said
    assert ("bubblewrap: " in said) == bool(lost)


@pytest.mark.parametrize("options", [(*POWERLESS, *NAMESPACES), POWERLESS], ids=["bubblewrap", "local"])
def test_scores_are_those_of_this_machine(options: tuple[str, ...]) -> None:
    """A class that is graded in the container gets, check by check, what it gets outside."""
    slug = "conv_arithmetic"
    names = containers.SPECIMENS[slug]
    mounted = [word for name in names for word in ("--volume", f"{specimen(slug, name).folder}:/class/{name}:ro")]
    ran = containers.docker(
        *("run", *CONFINED, *options, *mounted, containers.whole_image()),
        *("grade", slug, "--seed", "5", "--format", "csv", *(f"/class/{name}" for name in names)),
    )
    assert ran.returncode == 0, ran.stderr
    inside = {row.pop("submission"): row for row in csv.DictReader(io.StringIO(ran.stdout))}
    outside = containers.graded(slug, Bubblewrap, assignments.load(ROOT, slug).packages)

    assert inside.keys() == outside.keys()
    for name, result in outside.items():
        assert int(inside[name]["score"]) == result.score.earned
        assert {check.name: str(check.earned) for check in result.checks}.items() <= inside[name].items()


STARTS_THREADS = """
import threading

_inner = conv2d_output_size

def conv2d_output_size(*args, **kwargs):
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
    return _inner(*args, **kwargs)
"""


def test_processes_of_others_are_nobodys_limit(tmp_path: Path) -> None:
    """Another container of the same user takes no process from a submission: the kernel counts users, not containers."""
    right = ROOT / "solutions" / "conv_arithmetic" / "specimens" / "right_numpy" / "conv_arithmetic.py"
    (tmp_path / "ada.py").write_text(right.read_text() + STARTS_THREADS)
    for folder in (tmp_path, tmp_path.parent):  # pytest's are closed to others
        folder.chmod(0o755)
    crowd = (
        "--user",
        "1000",
        "--entrypoint",
        "sh",
        containers.whole_image(),
        "-c",
        "for i in $(seq 200); do sleep 60 & done; wait",
    )
    with containers.container(*crowd):
        ran = containers.docker(
            *(
                "run",
                *CONFINED,
                *POWERLESS,
                "--volume",
                f"{tmp_path / 'ada.py'}:/class/ada.py:ro",
                containers.whole_image(),
            ),
            *("grade", "conv_arithmetic", "--seed", "5", "--format", "csv", "--execute", "/class/ada.py"),
        )
    assert ran.returncode == 0, ran.stderr
    (row,) = csv.DictReader(io.StringIO(ran.stdout))
    assert (row["score"], row["status"]) == ("30", "graded")


def test_a_build_that_fails_says_why() -> None:
    """A base that is nowhere ends the build with a sentence, and leaves no image."""
    recipe = image.Recipe(
        tag="never:built", torch="cpu", base="no-such-base:ever", wheels=containers.WHEELS, course=None
    )
    with pytest.raises(EngineError) as raised:
        image.build_image(containers.client(), recipe, lambda step: None)

    sentence = "the image never:built could not be built: the engine cannot get no-such-base:ever ("
    assert str(raised.value).startswith(sentence)
    assert str(raised.value).endswith("); docker/make_base.sh makes one from Debian's packages, for --base")
    assert not containers.client().images(name="never:built")
