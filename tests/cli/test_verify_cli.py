"""`grade --receipt` and `grader verify`: a grading is repeated, and what differs is said."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from class_of_squares import CHECKS, RIGHT, TOML, WRONG
from commands import Ran, grader
from files import write_files


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of one check, two submissions, and a receipt of the right one."""
    files = {
        "assignments/squares/assignment.toml": TOML,
        "assignments/squares/checks/test_squares.py": CHECKS,
        "solutions/squares/squares.py": RIGHT,
        "ada.py": RIGHT,
        "alan.py": WRONG,
    }
    write_files(tmp_path, files)
    ran = grade(tmp_path, "ada.py", "--receipt", "ada.json")
    assert ran.returncode == 0, ran.stderr
    return tmp_path


def grade(course: Path, *words: object) -> Ran:
    """Grade with short output."""
    return grader("grade", "squares", *words, "--sandbox", "local", "--quiet", cwd=course)


def verify(course: Path, *words: object) -> Ran:
    """Verify in the sandbox that is always there."""
    return grader("verify", *words, "--sandbox", "local", cwd=course)


def test_the_same(course: Path) -> None:
    """The same submission under the same seed gives the same; nothing of the seed is printed."""
    ran = verify(course, "ada.json", "ada.py")

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == "the same: 4 of 4 points, from the same inputs\n"
    assert ran.stderr == "ada.json: it is unsigned\n"
    assert json.loads((course / "ada.json").read_text())["seed"] not in ran.stdout + ran.stderr


def test_another_submission(course: Path) -> None:
    """What went in and what came out are both told."""
    ran = verify(course, "ada.json", "alan.py", "--quiet")

    assert ran.returncode == 1
    first, second, third, last = ran.stdout.splitlines()
    assert first.startswith("another input: the submission is another one: ")
    assert second == "another outcome: check seven: passed, 4 of 4 points, now failed, 0 of 4 points"
    assert third == "another outcome: score: 4 of 4 points, now 0 of 4 points"
    assert last == "not the same: 0 of 4 points"
    assert ran.stderr == ""


def test_an_edited_check_with_the_same_outcome(course: Path) -> None:
    """It is not the same, though the points are."""
    with (course / "assignments/squares/checks/test_squares.py").open("a") as file:
        file.write("# edited\n")
    ran = verify(course, "ada.json", "ada.py")

    assert ran.returncode == 1
    assert ran.stdout.splitlines() == [
        "another input: check seven: its file was edited",
        "not the same inputs, but the same outcomes: 4 of 4 points",
    ]


def test_what_cannot_be_graded_again(course: Path) -> None:
    """A check of ours that breaks is no difference of the submission: the exit code is 3."""
    path = course / "assignments/squares/checks/test_squares.py"
    path.write_text(path.read_text().replace("expect.equal", "1 / 0\n    expect.equal"))
    ran = verify(course, "ada.json", "ada.py")

    assert ran.returncode == 3
    assert "another outcome: check seven: passed, 4 of 4 points, now ungraded, 0 of 4 points" in ran.stdout


def test_a_receipt_that_was_forged(course: Path) -> None:
    """More points than the checks give are found out."""
    path = course / "ada.json"
    assert grade(course, "alan.py", "--receipt", "ada.json").returncode == 0
    forged = json.loads(path.read_text())
    forged["score"]["earned"] = 4
    forged["checks"][0] |= {"outcome": "passed", "earned": 4}
    path.write_text(json.dumps(forged))
    ran = verify(course, "ada.json", "alan.py")

    assert ran.returncode == 1
    assert "another outcome: check seven: passed, 4 of 4 points, now failed, 0 of 4 points" in ran.stdout


def test_what_cannot_be_verified(course: Path) -> None:
    """Exit code 2 and a sentence: no receipt, no such assignment, no solution, no such device."""
    (course / "list.json").write_text("[]")
    receipt = json.loads((course / "ada.json").read_text())
    (course / "other.json").write_text(json.dumps(receipt | {"assignment": "circles"}))
    (course / "device.json").write_text(json.dumps(receipt | {"device": "abacus"}))
    none, missing, other, device = (
        verify(course, name, "ada.py") for name in ("list.json", "no.json", "other.json", "device.json")
    )
    shutil.rmtree(course / "solutions")
    without = verify(course, "ada.json", "ada.py")

    assert [ran.returncode for ran in (none, missing, other, device, without)] == [2] * 5
    assert "list.json: this is no receipt" in none.stderr
    assert "no.json: cannot be read" in missing.stderr
    assert "no assignment `circles`" in other.stderr
    assert "the receipt is of a grading on 'abacus', which is no device" in device.stderr
    assert "and the receipt is of all checks: --course DIR takes a course that has them" in without.stderr


def test_a_receipt_that_cannot_be_written(course: Path) -> None:
    """Of two submissions there is none, a key signs nothing alone, and a folder that is missing is said."""
    two = grade(course, "ada.py", "alan.py", "--receipt", "two.json")
    alone = grade(course, "ada.py", "--sign", "key")
    nowhere = grade(course, "ada.py", "--receipt", "no/r.json")

    assert [ran.returncode for ran in (two, alone, nowhere)] == [2, 2, 2]
    assert "--receipt two.json: a receipt is of one submission, and here are 2" in two.stderr
    assert "--sign key: a receipt is what is signed; name it with --receipt FILE" in alone.stderr
    assert "--receipt no/r.json: cannot write there: No such file or directory" in nowhere.stderr


def test_unsigned_is_not_trusted(course: Path) -> None:
    """With --trusted nothing is graded that nobody has signed."""
    (course / "keys").write_text(
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f ada\n"
    )
    ran = verify(course, "ada.json", "ada.py", "--trusted", "keys")

    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == "grader: ada.json is unsigned: there is no ada.json.sig beside it\n"


def test_signed(course: Path) -> None:
    """By a trusted key it is verified; changed after that, or by another key, it is refused in a sentence."""
    pytest.importorskip("cryptography", reason="the extra `signing` is not installed")
    if shutil.which("ssh-keygen") is None:
        pytest.skip("`ssh-keygen` is not installed; on Debian and Ubuntu: sudo apt-get install openssh-client")
    for name in ("staff", "eve"):
        words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", name]
        subprocess.run(words, cwd=course, check=True, timeout=60)
    assert grade(course, "ada.py", "--receipt", "ada.json", "--sign", "staff").returncode == 0
    right = verify(course, "ada.json", "ada.py", "--trusted", "staff.pub")
    unasked = verify(course, "ada.json", "ada.py")
    other = verify(course, "ada.json", "ada.py", "--trusted", "eve.pub")
    receipt = course / "ada.json"
    receipt.write_bytes(receipt.read_bytes().replace(b'"earned": 4', b'"earned": 3'))
    changed = verify(course, "ada.json", "ada.py", "--trusted", "staff.pub")

    assert right.returncode == 0
    assert right.stdout == "signed by staff\nthe same: 4 of 4 points, from the same inputs\n"
    assert "by whom it is signed was not looked at; --trusted KEYS does" in unasked.stderr
    assert (other.returncode, changed.returncode) == (2, 2)
    assert "ada.json is signed with a key that is not in eve.pub: SHA256:" in other.stderr
    assert "ada.json is wrongly signed: ada.json.sig is the signature of something else" in changed.stderr
