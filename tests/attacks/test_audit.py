"""An audit finds what it must: attacks that earn, break or surprise, honest work that suffers, and what stays behind."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
import typer
from rich.console import Console
from tiny_courses import TinyCourse, WriteCourse

import grader
from grader import attacks
from grader.attacks import Attack, Base, Facts, MayEarn, traces
from grader.attacks import audit as audits
from grader.attacks import table as audit_table
from grader.attacks.audit import AttackFinding, Audit, Unprotected, audit
from grader.cli import audit as command
from grader.cli.options import SandboxName
from grader.keys import is_searchable
from grader.model import Assignment

CHECKS = '''
@pytest.mark.check(points=2, exercise="squares")
def test_three(student):
    """The square of 3 is 9."""
    expect.equal(student.square(3), 9)
'''
HIDDEN = '''
@pytest.mark.check(points=3, exercise="squares")
def test_hidden(student):
    """The square of 5 is 25."""
    expect.equal(student.square(5), 25)
'''


def attack(name: str, source: str, *, may_earn: MayEarn = MayEarn.NOTHING, outcomes: tuple[str, ...]) -> Attack:
    """Return an attack that is *source*."""

    def hand_in(folder: Path, assignment: Assignment) -> Path:
        path = folder / assignment.file
        path.write_text(source)
        return path

    facts = Facts(why="Tries something.", outcomes=outcomes, may_earn=may_earn, base=Base.STUB)
    return Attack(family="tried", name=name, facts=facts, hand_in=hand_in)


def found_by(course: TinyCourse, *chosen: Attack) -> Audit:
    """Audit a tiny course."""
    return audit(
        course.assignment,
        chosen,
        seed="1",
        submission_sandbox=lambda: type(course.sandbox)(("torch", "numpy")),
        reference_sandbox=lambda: type(course.reference_sandbox)(("torch", "numpy")),
        unprotected=False,
    )


@pytest.mark.parametrize("seed", ["1", "x" * 31, "x" * 32, None])
def test_a_short_seed_is_lengthened(
    tiny_course: WriteCourse, monkeypatch: pytest.MonkeyPatch, seed: str | None
) -> None:
    """Some attacks try short seeds; what is used instead begins with the given one, and is told so that it can be repeated."""
    course = tiny_course(CHECKS)
    seeds: list[str] = []

    def audited(*_arguments: object, seed: str, **_more: object) -> Audit:
        seeds.append(seed)
        return Audit(findings=(), possible=5, honest=(), left_behind=(), sandbox="local", memory_held_by="")

    said = Console(width=40, file=io.StringIO())
    monkeypatch.setattr(audits, "audit", audited)
    monkeypatch.setattr(command, "err", said)
    with pytest.raises(typer.Exit) as ended:
        command.audit(course.slug, attacks=True, seed=seed, sandbox=SandboxName.LOCAL, course=course.folder)

    (used,) = seeds
    assert ended.value.exit_code == 0
    assert said.file.getvalue() == f"the questions followed from --seed {used}\n"  # type: ignore[attr-defined]
    expected = {None: "[0-9a-f]{32}", "x" * 32: "x{32}"}.get(seed, f"{seed}-[0-9a-f]{{32}}")
    assert re.fullmatch(expected, used)
    assert not is_searchable(used)


def shown(audit: Audit, *, each: bool = False) -> str:
    """Return what a terminal of 200 columns shows."""
    console = Console(width=200)
    with console.capture() as captured:
        console.print(audit_table.each(audit) if each else audit_table.by_family(audit))
    return captured.get()


def test_what_earns_more_than_it_may_is_found(tiny_course: WriteCourse) -> None:
    """Points beyond what an attack may earn are counted against the grader; those that it may earn are not."""
    course = tiny_course(CHECKS, hidden=HIDDEN)
    right = "def square(n): return n * n\n"
    found = found_by(
        course,
        attack("gets_through", right, outcomes=("passed",)),
        attack("does_the_work", right, may_earn=MayEarn.ALL, outcomes=("passed",)),
        attack(
            "knows_an_example", "def square(n): return 9\n", may_earn=MayEarn.EXAMPLES, outcomes=("passed", "failed")
        ),
        attack("answers_wrongly", "def square(n): return -1\n", outcomes=("failed",)),
    )

    assert [(finding.attack.name, finding.earned, finding.allowed) for finding in found.earned] == [
        ("gets_through", 5, 0)
    ]
    assert (found.possible, found.holds, found.broke, found.unexpected) == (5, False, (), ())
    text = shown(found)
    assert "tried/gets_through: earned 5 of 5 points; it may earn 0" in text
    assert "1 of 4 attacks earned points they should not, 0 broke the grader (bubblewrap, memory held by " in text


def test_what_holds_says_so(tiny_course: WriteCourse) -> None:
    """Where nothing got through, the sentence says zero twice, and every attack can be shown."""
    found = found_by(tiny_course(CHECKS), attack("exits", "import os\nos._exit(0)\n", outcomes=("crashed",)))

    assert found.holds
    assert "0 of 1 attacks earned points they should not, 0 broke the grader" in shown(found)
    row = next(line for line in shown(found, each=True).splitlines() if line.startswith("tried/exits"))
    assert row.split() == ["tried/exits", "Tries", "something.", "1", "crashed", "0", "0", "-", "-"]


def test_an_undeclared_outcome_is_shown(tiny_course: WriteCourse) -> None:
    """An attack that ends otherwise than it declares is named, although nothing was earned."""
    found = found_by(tiny_course(CHECKS), attack("fails", "def square(n): return -1\n", outcomes=("crashed",)))

    assert [finding.unexpected for finding in found.unexpected] == [("failed",)]
    assert found.holds
    assert "tried/fails: ended as failed, which it does not declare" in shown(found)


def test_a_refused_submission_is_an_outcome(tiny_course: WriteCourse) -> None:
    """What cannot be read as a submission has the outcome `refused`, which must be declared like any other."""
    large = "x = 1\n" * 400_000
    found = found_by(
        tiny_course(CHECKS),
        attack("too_large", large, outcomes=("refused",)),
        attack("large_unawares", large, outcomes=("failed",)),
        attack("exits", "import os\nos._exit(0)\n", outcomes=("crashed",)),
    )

    assert [finding.outcomes for finding in found.findings[:2]] == [(("refused", 1),)] * 2
    (surprise,) = found.unexpected
    assert surprise.attack.name == "large_unawares"
    assert surprise.unexpected[0].startswith("refused: ")


BROKEN = '''
@pytest.mark.check(points=2, exercise="squares")
def test_three(student):
    """The square of 3 is 9."""
    if student.square(3) == -1:
        raise KeyError("a bug of the check")
    expect.equal(student.square(3), 9)
'''


def test_what_breaks_the_grader_is_found(tiny_course: WriteCourse) -> None:
    """A check that an attack leaves ungraded counts as broken, with the reason."""
    found = found_by(tiny_course(BROKEN), attack("breaks", "def square(n): return -1\n", outcomes=("failed",)))

    assert not found.holds
    assert "tried/breaks: broke the grader: 1 checks ungraded: this check could not be run" in shown(found)


def test_an_honest_submission_that_loses_points_is_found(tiny_course: WriteCourse) -> None:
    """The reference is graded between the attacks; what it loses is told."""
    course = tiny_course(CHECKS, reference="def square(n): return n + 6\n", hidden=HIDDEN)
    found = found_by(course, attack("exits", "import os\nos._exit(0)\n", outcomes=("crashed",)))

    assert found.honest == ("the reference solution (honest-last) lost: hidden failed",)
    assert not found.holds
    assert "the reference solution (honest-last) lost: hidden failed" in shown(found)


def test_what_is_graded_by_hand_is_nothing_that_an_attack_earns(tiny_course: WriteCourse) -> None:
    """Nor is it lost by an honest submission: of all points those that checks give are looked at."""
    essay = (
        '[[exercises]]\nname = "essay"\ntitle = "Essay"\ngraded = "by hand"\n'
        '[[exercises.rubric]]\nitem = "names the square"\npoints = 90\n'
    )
    found = found_by(
        tiny_course(CHECKS, settings=essay), attack("exits", "import os\nos._exit(0)\n", outcomes=("crashed",))
    )

    assert found.holds, shown(found)
    assert found.honest == ()
    assert found.possible < 90


def test_what_stays_behind_is_found(tiny_course: WriteCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is there after the audit and was not before is told."""
    started: list[subprocess.Popen[bytes]] = []
    graded = audits.grade_all

    def leaving(*args: Any, **kwargs: Any) -> Any:
        yield from graded(*args, **kwargs)
        started.append(subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))

    monkeypatch.setattr(audits, "grade_all", leaving)
    try:
        found = found_by(tiny_course(CHECKS), attack("exits", "import os\nos._exit(0)\n", outcomes=("crashed",)))
    finally:
        for process in started:
            process.communicate()

    assert any(trace.startswith(f"processes: {started[0].pid} ") for trace in found.left_behind)
    assert not found.holds
    assert "left behind: processes: " in shown(found)


def test_traces_are_of_every_kind(tmp_path: Path) -> None:
    """A process, a descriptor and a temporary folder are each seen, and are gone when they are."""
    before = traces.traces()
    shared = Path("/dev/shm") / f"grader-test-{tmp_path.name}"
    with (
        open(tmp_path / "file", "w"),
        subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child,
    ):
        shared.write_text("x")
        try:
            beyond = traces.traces().beyond(before)
        finally:
            shared.unlink()
            child.communicate()

    kinds = {trace.partition(":")[0] for trace in beyond}
    assert {"processes", "descriptors", "folders"} <= kinds
    assert traces.traces().beyond(before) == ()


def test_only_a_folder_that_nobody_will_remove_is_left_behind() -> None:
    """The folder of a worker goes with its supervisor, for whom it is named; that of a supervisor which is gone stays."""
    before = traces.traces()
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    in_use, abandoned = (Path(tempfile.mkdtemp(prefix=f"grader-scratch-{pid}-")) for pid in (os.getpid(), gone.pid))
    try:
        beyond = traces.traces().beyond(before)
    finally:
        in_use.rmdir()
        abandoned.rmdir()

    assert beyond == (f"folders: {abandoned}",)


def test_worth_without_the_boundary_is_counted_by_family() -> None:
    """The last two columns count the attacks that earn something, and those that take the grader down, in one process."""
    facts = Facts(why="Tries something.", outcomes=("failed",))
    findings = tuple(
        AttackFinding(
            attack=Attack(family="forged", name=str(number), facts=facts, hand_in=lambda folder, assignment: folder),
            earned=0,
            allowed=0,
            outcomes=(("failed", 3),),
            unexpected=(),
            broke="",
            unprotected=worth,
        )
        for number, worth in enumerate(
            [
                Unprotected(earned=30, possible=30, broke=""),
                Unprotected(earned=2, possible=30, broke="1 checks ungraded"),
                Unprotected(earned=0, possible=0, broke="it ended"),
                None,
            ]
        )
    )
    found = Audit(
        findings=findings, possible=30, honest=(), left_behind=(), sandbox="bubblewrap", memory_held_by="cgroup v2"
    )

    rows = [line.split() for line in shown(found).splitlines()]
    assert ["forged", "4", "0", "0", "2", "2"] in rows
    assert ["all", "4", "0", "0", "2", "2"] in rows


def test_corpus_lies_in_the_package() -> None:
    """A checkout and an installed grader have their attacks in the same place."""
    assert attacks.corpus_folder() == Path(grader.__file__).parent / "attacks" / "corpus"


def test_who_computes_nothing_is_held_to_what_the_assignment_says(tiny_course: WriteCourse) -> None:
    """An attack that may earn idle points may earn as many as assignment.toml says, and none where it says nothing."""
    course = tiny_course(CHECKS, hidden=HIDDEN)
    guesses = attack("guesses", "def square(n): return 9\n", may_earn=MayEarn.IDLE, outcomes=("passed", "failed"))
    toml = course.folder / "assignments" / course.slug / "assignment.toml"
    written, allowed = toml.read_text(), []
    for points in ("", "idle_points = 2\n"):
        toml.write_text(points + written)
        allowed += [(finding.allowed, finding.earned_too_much) for finding in found_by(course, guesses).findings]

    assert allowed == [(0, True), (2, False)]
