"""The proof that checks are good: which mutants survive, what is equivalent, what is waived, and what an audit rests on."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import pytest
from files import write_files
from rich.console import Console
from tiny_courses import SEVEN, TinyCourse, WriteCourse, writer

from grader.authoring import specimens_of
from grader.authoring.audit import (
    Where,
    of_audit,
    of_short,
    path_of,
    prove,
    prove_in_short,
    troubles,
    write,
)
from grader.authoring.audit.record import AuditRecord, changes
from grader.authoring.audit.waivers import refuse_idle
from grader.errors import AssignmentError
from grader.sandbox import Bubblewrap, Local, Sandbox

ANY = '''
@pytest.mark.check(points=1, exercise="squares")
@given(n=st.integers(0, 40))
def test_any(student, n):
    """Any number is squared."""
    expect.equal(student.square(n), n * n)
'''
SOURCE = "def square(n):\n    return n * n  # SOLUTION\n"
"""The reference, of which a stub can be made."""
FLOOR = 0.95

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("needs_bubblewrap")]


def where(course: TinyCourse) -> Where:
    """Return where the audits of a course grade."""
    packages = course.assignment.packages
    return Where(submission_sandbox=lambda: Bubblewrap(packages), reference_sandbox=lambda: Local(packages), jobs=1)


@dataclass(frozen=True, kw_only=True)
class Audited:
    """A course and the record of its audit, which lies in it."""

    course: TinyCourse
    record: AuditRecord

    def copied(self, folder: Path) -> TinyCourse:
        """Return a copy of the course, to change it."""
        shutil.copytree(self.course.folder, folder / "course")
        return replace(self.course, folder=folder / "course")


def audited(course: TinyCourse, *, seeds: int = 0) -> Audited:
    """Audit a course and write the record."""
    record = prove(course.assignment, where(course), seeds=seeds)
    write(course.assignment, record)
    return Audited(course=course, record=record)


def add(course: TinyCourse, files: dict[str, str]) -> None:
    """Write files of the solution, by their path below it."""
    write_files(course.folder / "solutions" / course.slug, files)


def printed(record: AuditRecord, floor: float = FLOOR) -> str:
    """Return what is printed of an audit."""
    console = Console(width=200)
    with console.capture() as captured:
        console.print(of_audit(record, floor))
    return captured.get()


Folders = pytest.TempPathFactory


@pytest.fixture(scope="module")
def weak(tmp_path_factory: Folders, sandbox: Sandbox, reference_sandbox: Sandbox) -> Audited:
    """A course whose only check asks for the square of seven, with a specimen that does not hold."""
    course = writer(tmp_path_factory.mktemp("weak"), sandbox, reference_sandbox)(SEVEN, reference=SOURCE)
    add(
        course,
        {
            "specimens/doubles/squares.py": "def square(n): return 2 * n\n",
            "specimens/doubles/expected.toml": 'why = "Doubles, and says that it is right."\n',
        },
    )
    return audited(course)


@pytest.fixture(scope="module")
def strong(tmp_path_factory: Folders, sandbox: Sandbox, reference_sandbox: Sandbox) -> Audited:
    """A course whose check asks for any square, with a specimen of each kind."""
    course = writer(tmp_path_factory.mktemp("strong"), sandbox, reference_sandbox)(ANY, reference=SOURCE)
    add(
        course,
        {
            "specimens/right/squares.py": "def square(n): return n ** 2\n",
            "specimens/right/expected.toml": 'why = "A power."\n',
            "specimens/doubles/squares.py": "def square(n): return 2 * n\n",
            "specimens/doubles/expected.toml": 'why = "Doubles."\n[outcomes]\nany = "failed"\n',
        },
    )
    return audited(course, seeds=1)


def test_a_mutant_that_survives_is_listed_with_its_diff_and_the_checks_of_its_function(weak: Audited) -> None:
    """Who asks for the square of seven alone does not see a function that refuses 1."""
    record = weak.record

    (survivor,) = (one for one in record.survivors if "result <= 1" in one.diff)
    assert survivor.name.startswith("square/refuses_too_much-")
    assert survivor.what == "a function that refuses arguments which have an answer"
    assert survivor.checks == ("seven",)
    assert record.score < FLOOR
    text = printed(record)
    assert f"{survivor.name} survives: {survivor.what}" in text
    assert re.search(r"^  \+    if .*\(result <= 1\): *$", text, re.MULTILINE), text
    assert f"score {record.score:.3f} is below the floor of 0.95: 1 mutant survives" in troubles(record, FLOOR)


def test_what_each_check_takes_is_recorded(weak: Audited) -> None:
    """Its time, and the most memory that the reference had with it, in the record and in the report."""
    (cost,) = weak.record.costs

    assert (cost.check, cost.points) == ("seven", 1)
    assert 0 < cost.wall_seconds < 60
    assert 5 * 1024**2 < cost.peak_bytes < 2**30
    assert f"MiB          seven {cost.peak_bytes / 1024**2:.0f}\n" in printed(weak.record)


def test_a_specimen_that_does_not_hold_is_told(weak: Audited) -> None:
    """Check, outcome and what the specimen declares."""
    assert not weak.record.specimens["doubles"].held
    assert any(one.startswith("specimen doubles: seven: failed, not passed: ") for one in troubles(weak.record, 0.0))


def test_a_mutant_that_answers_as_the_reference_is_equivalent(strong: Audited) -> None:
    """It is counted apart, and lowers no score: what takes apart a pair that nobody gives is no mistake."""
    record = strong.record

    counts = record.mutants["square"]
    assert counts.equivalent > 0
    assert counts.questions > 12
    assert counts.made == counts.alike + counts.equivalent + counts.tried
    assert (counts.killed, counts.survived, record.score) == (counts.tried, 0, 1.0)
    assert troubles(record, FLOOR) == ()
    assert (record.reference, record.possible, record.stub, record.specimens_held) == (1, 1, 0, 3)


def test_a_waived_mutant_counts_no_more(weak: Audited, tmp_path: Path) -> None:
    """It is listed with the reason, and neither killed nor a survivor."""
    name = weak.record.survivors[0].name
    course = weak.copied(tmp_path)
    add(course, {"waivers.toml": f'[[waivers]]\nmutant = "{name}"\nreason = "nobody asks for it"\n'})

    record = audited(course).record

    assert [one.waived for one in record.survivors if one.name == name] == ["nobody asks for it"]
    assert (record.mutants["square"].waived, record.score) == (1, 1.0)
    assert f"{name} is waived: nobody asks for it" in printed(record)


@pytest.mark.parametrize(
    ("waivers", "message"),
    [
        pytest.param(
            '[[waivers]]\nmutant = "a/b"\n', r"waivers\.toml: waivers\[0\]\.reason: this key is missing", id="no"
        ),
        pytest.param(
            '[[waivers]]\nmutant = "a/b"\nreason = " "\n',
            r"waivers\.toml: the waiver of a/b has no reason; say why it may survive",
            id="empty",
        ),
        pytest.param(
            2 * '[[waivers]]\nmutant = "a/b"\nreason = "so"\n', r"waivers\.toml: a/b is waived twice", id="twice"
        ),
    ],
)
def test_a_waiver_without_a_reason_is_refused(strong: Audited, tmp_path: Path, waivers: str, message: str) -> None:
    """The file is named, and what to do."""
    course = strong.copied(tmp_path)
    add(course, {"waivers.toml": waivers})

    with pytest.raises(AssignmentError, match=message):
        prove(course.assignment, where(course))


def test_a_waiver_that_waives_nothing_is_refused(strong: Audited) -> None:
    """Of a mutant that was not drawn this time nothing is known."""
    assignment = strong.course.assignment

    refuse_idle(assignment, {"a/lives", "a/not-tried"}, survivors={"a/lives"}, not_tried={"a/not-tried"})
    with pytest.raises(
        AssignmentError, match=r"waivers\.toml: a/dies is waived, and no such mutant survives: take the waiver out"
    ):
        refuse_idle(assignment, {"a/dies"}, survivors={"a/lives"}, not_tried={"a/not-tried"})


def test_what_is_wrong_with_the_checks_is_told(tiny_course: WriteCourse) -> None:
    """A stub that earns points, a reference that loses some, points for nothing, another handout, an idle mistake."""
    course = tiny_course(
        '''
        @pytest.mark.check(points=2, exercise="squares")
        def test_zero(student):
            """Zero squared is zero."""
            expect.equal(student.square(0), 0)

        @pytest.mark.check(points=1, exercise="squares")
        def test_ten(student):
            """Ten squared is a hundred."""
            expect.equal(student.square(10), 100)
        ''',
        reference='''
        def square(n):
            # BEGIN SOLUTION
            return min(n * n, 99)
            # END SOLUTION
            """ # BEGIN PROMPT
            return 0
            """ # END PROMPT
        ''',
        misconceptions='''
        def squares(n):
            """
            It is right.

            Is it?
            """
            return n * n

        MISCONCEPTIONS = {"square": (squares,)}
        ''',
    )
    folder = course.folder / "assignments" / course.slug
    (folder / "README.md").write_text("| exercise | points |\n|---|---|\n| Squares | **4** |\n")

    record = audited(course, seeds=1).record

    assert set(troubles(record, 0.0)) >= {
        "the reference lost ten: failed",
        "the stub earns 2 of 3 points",
        "specimen stub: zero: passed, not raised",
        "a submission that computes nothing earns 2 points; `idle_points` in assignment.toml allows 0",
        "Squares: 4 points in the handout, 3 in the checks",
        "known mistake square/squares: loses nothing",
        "flaky: --seed 'flaky 0': ten failed",
    }


# --- in short ---


def test_some_of_a_fresh_audit_is_graded_again(strong: Audited) -> None:
    """Five mutants and three specimens of it are graded, the stub among them, and hold."""
    found = prove_in_short(strong.course.assignment, where(strong.course), floor=FLOOR)

    assert found.troubles == ()
    assert len(found.mutants) == 5
    assert found.specimens == ("doubles", "right", "stub")


@pytest.mark.parametrize(
    ("path", "text", "changed"),
    [
        pytest.param("assignments/SLUG/checks/test_more.py", "\n", "checks", id="checks"),
        pytest.param(
            "solutions/SLUG/squares.py",
            "def square(n):\n    return n ** 2  # SOLUTION\n",
            "the reference",
            id="reference",
        ),
        pytest.param(
            "solutions/SLUG/squares.py",
            "def square(n):\n    return n * n  # SOLUTION\n\n\nprint()\n",
            "the reference, specimen stub",
            id="stub",
        ),
        pytest.param("solutions/SLUG/specimens/right/squares.py", "\n", "specimen right", id="specimen"),
    ],
)
def test_a_stale_audit_proves_nothing(strong: Audited, tmp_path: Path, path: str, text: str, changed: str) -> None:
    """What has changed is named, with the command that makes the audit anew; nothing is graded."""
    course = strong.copied(tmp_path)
    (course.folder / path.replace("SLUG", course.slug)).write_text(text)

    found = prove_in_short(course.assignment, where(course), floor=FLOOR)

    assert found.troubles == (
        f"{path_of(course.assignment)} is stale: changed since are {changed}; `grader audit {course.slug}` makes the audit anew",
    )


def test_an_audit_with_another_grader_is_fresh_and_says_so(strong: Audited, tmp_path: Path) -> None:
    """Each part of the grader that decides what a submission gets has its hash; what has changed is told, and some is graded."""
    course = strong.copied(tmp_path)
    other = msgspec.structs.replace(
        strong.record,
        hashes_of_grader=strong.record.hashes_of_grader | {"checks": "0"},
    )
    write(course.assignment, other)

    found = prove_in_short(course.assignment, where(course), floor=FLOOR)

    assert changes(other, course.assignment, specimens_of(course.assignment)) == ()
    assert found.troubles == ()
    assert found.other_grader == ("grader/checks",)
    assert (len(found.mutants), len(found.specimens)) == (5, 3)
    assert "of another grader (changed: grader/checks)" in str(of_short(found))


def test_another_grader_draws_other_mutants(strong: Audited, monkeypatch: pytest.MonkeyPatch) -> None:
    """So all that a record names are graded in time, however few at once; the same grader draws the same."""
    drawn = {}
    for state in ("1", "2", "1"):
        monkeypatch.setattr("grader.authoring.audit.fingerprint.of_grader", lambda state=state: {"checks": state})
        found = prove_in_short(strong.course.assignment, where(strong.course), floor=FLOOR)
        assert drawn.setdefault(state, found.mutants) == found.mutants
    assert drawn["1"] != drawn["2"]


def test_a_short_audit_finds_a_mutant_that_survives_and_a_specimen_that_does_not_hold(
    weak: Audited, tmp_path: Path
) -> None:
    """A record that says too much is found out."""
    course = weak.copied(tmp_path)
    survivor = weak.record.survivors[0].name
    forged = msgspec.structs.replace(
        weak.record, killed=(survivor, "square/gone-000000"), troubles=(), score=1.0, mutants={}
    )
    write(course.assignment, forged)

    found = prove_in_short(course.assignment, where(course), floor=FLOOR).troubles

    assert f"{survivor}: this mutant survives, and the audit says that it loses points" in found
    assert "square/gone-000000: no operator makes this mutant any more" in found
    assert any(one.startswith("specimen doubles: seven: failed, not passed") for one in found)


def test_a_low_score_is_told_without_a_grading(weak: Audited) -> None:
    """The short form goes by the record."""
    found = prove_in_short(weak.course.assignment, where(weak.course), floor=FLOOR)

    assert found.troubles == troubles(weak.record, FLOOR)
    assert any("is below the floor of 0.95" in one for one in found.troubles)
    assert (found.mutants, found.specimens) == ((), ())


def test_a_short_audit_needs_a_record_and_a_whole_one_a_solution(tiny_course: WriteCourse) -> None:
    """Each says which command makes what is missing, or which folder."""
    course = tiny_course(SEVEN, reference=SOURCE)
    with pytest.raises(
        AssignmentError, match=rf"audit\.json: no such file; `grader audit {course.slug}` makes the audit"
    ):
        prove_in_short(course.assignment, where(course), floor=FLOOR)
    path_of(course.assignment).write_text("{}")
    with pytest.raises(
        AssignmentError, match=r"audit\.json: not a record of an audit \(.*; `grader audit \w+` writes it"
    ):
        prove_in_short(course.assignment, where(course), floor=FLOOR)
    alone = replace(course.assignment, solution=None)
    with pytest.raises(
        AssignmentError, match=rf"{course.slug}: an audit needs solutions/{course.slug} in the course: the"
    ):
        prove(alone, where(course))
    (course.folder / "solutions" / course.slug / "squares.py").unlink()
    with pytest.raises(AssignmentError, match=rf"an audit needs the reference, solutions/{course.slug}/squares\.py"):
        prove(course.assignment, where(course))
