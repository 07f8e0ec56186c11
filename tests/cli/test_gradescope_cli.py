"""`grader gradescope` as an instructor and Gradescope meet it: real processes, exit codes and one-sentence errors."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from commands import Ran, grader

COURSE = Path(__file__).parents[2]


def gradescope(*words: object, cwd: Path = COURSE) -> Ran:
    """Run the command in a process of its own."""
    return grader("gradescope", *words, cwd=cwd)


def test_bundle_says_what_to_upload_and_to_choose(tmp_path: Path) -> None:
    """Two lines; where the usual settings suffice there is no warning."""
    path = tmp_path / "conv.zip"
    ran = gradescope("bundle", "conv_arithmetic", "--out", path)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines() == [
        f"{path}: {path.stat().st_size:,} bytes, to upload as the autograder of Convolution arithmetic",
        "on Gradescope choose: 30 points, a container of 0.5 CPU, 0.75 GB RAM, a timeout of 10 minutes",
    ]


def test_bundle_warns_where_it_does_not_fit(tmp_path: Path) -> None:
    """On stderr; the zip is written all the same, with what was chosen."""
    ran = gradescope("bundle", "cifar10_training", "--out", tmp_path / "a.zip", "--hidden", "hidden", "--minutes", "15")

    assert ran.returncode == 0
    assert ran.stderr == (
        "warning: a timeout of 15 minutes is too short for the longest check on 0.5 CPU: choose 20 there and "
        "`--minutes 20` here, or a larger container; until then checks are cut short\n"
    )
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        written = json.loads(archive.read("gradescope.json"))
        assert written.pop("secret")
        assert written == {
            "assignment": "cifar10_training",
            "hidden": "hidden",
            "minutes": 15,
            "allow_unsafe_sandbox": False,
        }


def test_every_zip_has_a_secret_of_its_own(tmp_path: Path) -> None:
    """It is drawn when the zip is made, of 128 bits, and is in nothing that is printed: two zips ask other questions."""
    secrets = []
    for name in ("a.zip", "b.zip"):
        ran = gradescope("bundle", "conv_arithmetic", "--out", tmp_path / name)
        with zipfile.ZipFile(tmp_path / name) as archive:
            secrets.append(json.loads(archive.read("gradescope.json"))["secret"])
        assert secrets[-1] not in ran.stdout + ran.stderr

    assert all(re.fullmatch("[0-9a-f]{32}", secret) for secret in secrets)
    assert secrets[0] != secrets[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("conv",), "no assignment `conv` in "),
        (("conv_arithmetic", "--minutes", "0"), "Invalid value for '--minutes': "),
        (("conv_arithmetic", "--hidden", "never"), "Invalid value for '--hidden': "),
        (("conv_arithmetic", "--out", "."), "--out .: a folder; name the zip to write in it"),
    ],
)
def test_bundle_refuses_in_one_sentence(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    """And exit code 2, as every command."""
    ran = gradescope("bundle", *words, "--course", COURSE, cwd=tmp_path)

    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith(f"grader: {said}")
    assert len(ran.stderr.splitlines()) == 1


def test_run_without_a_layout_is_no_score(tmp_path: Path) -> None:
    """Exit code 3; what is wrong is in the log, which Gradescope shows to staff only, and a result is there."""
    ran = gradescope("run", "--root", tmp_path)

    assert ran.returncode == 3
    assert f"{tmp_path}/source/gradescope.json: cannot be read: No such file or directory" in ran.stdout
    assert json.loads((tmp_path / "results" / "results.json").read_bytes())["extra_data"] == {"status": "failed"}
