"""What of a class is graded anew: what no recorded grading answers for, check by check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tiny_courses import RIGHT, TinyCourse, WriteCourse

from grader.classroom.gradebook import Again, Gradebook, HandedIn, Plan, plan, recorded_whole, standings_of
from grader.classroom.policies import CoursePolicy, accounts
from grader.errors import UsageError
from grader.grading import fingerprint, grade_submission, list_checks
from grader.model import GradedSubmission, Outcome, Refused, Submission, Suite

PUBLIC = '''
from pathlib import Path

@pytest.mark.check(points=2, exercise="squares")
def test_seven(student):
    """The square of seven is right."""
    expect.equal(student.square(7), 49)
'''
HIDDEN = '''
from pathlib import Path

@pytest.mark.check(points=3, exercise="squares")
def test_minus_two(student):
    """The square of minus two is right."""
    if Path("{flag}").exists():
        raise RuntimeError("a bug of ours")
    expect.equal(student.square(-2), 4)
'''
WRONG = "def square(n): return n * abs(n)\n"
MISSING = Again()
Grade = Callable[..., tuple[Plan, list[GradedSubmission]]]


@pytest.fixture
def flag(tmp_path: Path) -> Path:
    """Return a file with which the hidden check fails by a fault of ours."""
    return tmp_path / "flag"


@pytest.fixture
def course(tiny_course: WriteCourse, flag: Path) -> TinyCourse:
    """A course with a public check in one file and a hidden one in another."""
    return tiny_course(PUBLIC, hidden=HIDDEN.replace("{flag}", str(flag)))


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Gradebook]:
    """An empty gradebook."""
    with Gradebook.open(str(tmp_path / "gradebook.db"), make=True) as opened:
        yield opened


@pytest.fixture
def grade(course: TinyCourse, book: Gradebook) -> Grade:
    """Grade what a plan says, and record it."""

    def graded(
        *submissions: Submission,
        again: Again = MISSING,
        seed: str = "1",
        suite: Suite = Suite.ALL,
        whose: dict[str, tuple[HandedIn, ...]] | None = None,
    ) -> tuple[Plan, list[GradedSubmission]]:
        request = course.request(seed=seed, suite=suite)
        checks = list_checks(request.assignment, request.suite)
        whose_given = whose is not None
        whose = whose or {
            one.name: tuple(HandedIn(student=name) for name in one.name.partition("-")[0].split("+"))
            for one in submissions
        }
        planned = plan(book, request, checks, fingerprint(request, checks), submissions, whose, again)
        wholes = []
        for task in planned.tasks:
            one = grade_submission(replace(request, checks=task.checks), task.submission, course.sides)
            wholes.append(recorded_whole(book, request, checks, task, one))
        if whose_given:
            for recorded, known in planned.noted:
                book.note(recorded, known)
        return planned, wholes

    return graded


def ran(planned: Plan) -> dict[str, tuple[str, ...]]:
    """Return which checks of whom were run; all of them are told by an empty tuple."""
    return {task.submission.name: task.checks for task in planned.tasks}


def test_what_is_recorded_is_not_graded_again(course: TinyCourse, grade: Grade) -> None:
    """It is there as it was; a newcomer is graded."""
    ada, alan = course.submission(RIGHT, "ada"), course.submission(WRONG, "alan")
    _first, (of_ada,) = grade(ada)
    planned, (of_alan,) = grade(ada, alan)
    assert (planned.there, ran(planned)) == ((of_ada,), {"alan": ()})
    assert (of_ada.score.earned, of_alan.score.earned) == (5, 2)
    assert grade(ada, alan)[0].tasks == ()


def test_a_new_attempt_is_graded_and_both_are_there(course: TinyCourse, grade: Grade, book: Gradebook) -> None:
    """By what was handed in, whatever it is called; the same work of another student is another grading."""
    grade(course.submission(WRONG, "ada"))
    grade(course.submission(RIGHT, "ada-1"))
    assert [one.score.earned for one in book.history(student="ada")] == [2, 5]
    planned, _wholes = grade(course.submission(WRONG, "ada-2"), course.submission(WRONG, "alan"))
    assert [one.submission for one in planned.there] == ["ada-2"]
    assert ran(planned) == {"alan": ()}


def _edit(course: TinyCourse, pattern: str, old: str, new: str) -> None:
    (file,) = course.folder.glob(pattern.replace("SLUG", course.slug))
    content = file.read_text()
    assert old in content
    file.write_text(content.replace(old, new))


def test_an_edited_check_is_the_only_one_that_is_run(course: TinyCourse, grade: Grade, book: Gradebook) -> None:
    """What the other has found stays."""
    ada = course.submission(WRONG, "ada")
    grade(ada)
    _edit(course, "solutions/SLUG/checks/*.py", "a bug of ours", "a mistake of ours")
    planned, (whole,) = grade(ada)
    assert ran(planned) == {"ada": ("minus_two",)}
    assert [(one.name, one.outcome) for one in whole.checks] == [
        ("seven", Outcome.PASSED),
        ("minus_two", Outcome.FAILED),
    ]
    assert (whole.score.earned, whole.score.possible) == (2, 5)
    (_old, new) = book.history()
    assert book.results([new.row])[new.row] == whole
    assert grade(ada)[0].tasks == ()


@pytest.mark.parametrize(
    ("pattern", "old", "new"),
    [
        ("solutions/SLUG/squares.py", "n * n", "n ** 2"),
        ("assignments/SLUG/assignment.toml", 'title = "Squares"\nsummary', 'title = "Square"\nsummary'),
    ],
)
def test_what_all_checks_share_makes_all_of_them_run(
    course: TinyCourse, grade: Grade, pattern: str, old: str, new: str
) -> None:
    """The reference solution, and the assignment's settings."""
    ada = course.submission(RIGHT, "ada")
    grade(ada)
    _edit(course, pattern, old, new)
    assert ran(grade(ada)[0]) == {"ada": ()}


def test_another_seed_or_suite_asks_anew(course: TinyCourse, grade: Grade) -> None:
    """Their questions are other ones."""
    ada = course.submission(RIGHT, "ada")
    grade(ada)
    assert ran(grade(ada, seed="2")[0]) == {"ada": ()}
    assert ran(grade(ada, suite=Suite.PUBLIC)[0]) == {"ada": ()}


def test_what_students_read_changes_nothing(course: TinyCourse, grade: Grade) -> None:
    """The handout, the stub and the specimens decide no verdict."""
    ada = course.submission(RIGHT, "ada")
    grade(ada)
    for path in ("assignments/SLUG/README.md", "assignments/SLUG/squares.py", "solutions/SLUG/specimens/a/a.py"):
        file = course.folder / path.replace("SLUG", course.slug)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("# new\n")
    assert grade(ada)[0].tasks == ()


def test_what_is_ungraded_is_run_again(course: TinyCourse, grade: Grade, flag: Path, book: Gradebook) -> None:
    """The check alone that something of ours left without a verdict; the same grading is recorded a second time."""
    ada = course.submission(RIGHT, "ada")
    flag.touch()
    _first, (before,) = grade(ada)
    assert before.ungraded
    again, _whole = grade(ada)
    assert ran(again) == {"ada": ("minus_two",)}
    flag.unlink()
    _planned, (after,) = grade(ada, again=Again(ungraded=True))
    assert (after.ungraded, after.score.earned) == (False, 5)
    assert [one.ungraded for one in book.history()] == [True, True, False]
    assert grade(ada)[0].tasks == ()


def test_what_is_asked_for_is_run_anew(course: TinyCourse, grade: Grade) -> None:
    """One check, or those that did not pass, of what is recorded; of the others it is said that they wait."""
    ada, alan, na = (course.submission(code, name) for name, code in (("ada", RIGHT), ("alan", WRONG), ("na", RIGHT)))
    grade(ada, alan)
    only, _wholes = grade(ada, alan, na, again=Again(checks=("seven",)))
    assert ran(only) == {"ada": ("seven",), "alan": ("seven",)}
    assert only.waiting == ("na",)
    failed, _wholes = grade(ada, alan, na, again=Again(failed=True))
    assert ran(failed) == {"alan": ("minus_two",)}
    assert [one.submission for one in failed.there] == ["ada"]
    assert ran(grade(ada, alan, again=Again(ungraded=True))[0]) == {}


def test_what_was_edited_and_not_run_is_run_the_next_time(course: TinyCourse, grade: Grade) -> None:
    """`--only` another check leaves it recorded by what it was found with."""
    ada = course.submission(RIGHT, "ada")
    grade(ada)
    _edit(course, "solutions/SLUG/checks/*.py", "a bug of ours", "a mistake of ours")
    assert ran(grade(ada, again=Again(checks=("seven",)))[0]) == {"ada": ("seven",)}
    assert ran(grade(ada)[0]) == {"ada": ("minus_two",)}
    assert grade(ada)[0].tasks == ()


def test_a_group_has_a_row_for_each_member(course: TinyCourse, grade: Grade, book: Gradebook) -> None:
    """It is graded once; a member who joins later gets what is recorded, without another grading."""
    grade(course.submission(RIGHT, "ada+alan"))
    assert [(one.handed_in.student, one.score.earned) for one in book.history()] == [("ada", 5), ("alan", 5)]
    planned, _wholes = grade(course.submission(RIGHT, "ada+alan+na"))
    assert (planned.tasks, [whose.student for _recorded, whose in planned.noted]) == ((), ["na"])
    for recorded, whose in planned.noted:
        book.note(recorded, whose)
    assert grade(course.submission(RIGHT, "ada+alan+na"))[0].noted == ()
    assert [one.handed_in.student for one in book.history()] == ["ada", "alan", "na"]


def test_a_check_that_is_none_is_refused(course: TinyCourse, grade: Grade) -> None:
    """With those that there are."""
    with pytest.raises(UsageError) as caught:
        grade(course.submission(RIGHT, "ada"), again=Again(checks=("eight",)))
    assert str(caught.value) == "--only eight: there is no such check; there are seven, minus_two"


def test_what_staff_say_of_a_time_stays(course: TinyCourse, book: Gradebook) -> None:
    """Also where the site says its own again, or a later one, and where a check is run anew."""
    site, entered, again = (datetime(2026, 11, day, tzinfo=UTC) for day in (13, 15, 20))
    request = course.request()
    ada = course.submission(RIGHT, "ada")

    def run(at: datetime | None, asked: Again = MISSING) -> datetime | None:
        checks = list_checks(request.assignment, request.suite)
        whose = {"ada": (HandedIn(student="ada", at=at),)}
        planned = plan(book, request, checks, fingerprint(request, checks), [ada], whose, asked)
        for task in planned.tasks:
            one = grade_submission(replace(request, checks=task.checks), task.submission, course.sides)
            recorded_whole(book, request, checks, task, one)
        for recorded, known in planned.noted:
            book.note(recorded, known)
        return list(book.history())[-1].handed_in.at

    assert run(site) == site
    book.note(list(book.history())[-1], HandedIn(student="ada", at=entered))
    assert run(site) == entered
    assert run(site, Again(checks=("seven",))) == entered
    assert run(None, Again(checks=("seven",))) == entered
    assert run(again) == entered, "the same work, handed in once more and later, was there before"


def test_of_uploads_to_canvas_the_highest_number_is_the_last(course: TinyCourse, grade: Grade, book: Gradebook) -> None:
    """In whatever order they are graded; what equals an earlier one and was handed in again is the last one."""

    def latest() -> int:
        known = standings_of(book, CoursePolicy(), {})
        (record,) = (of[course.slug] for of in known.records.values())
        return record.attempts[-1].score.earned

    def upload(source: str, number: int) -> Submission:
        return replace(course.submission(source), name=f"ada_1001_{number}_squares")

    newer, older = upload(RIGHT, 30), upload(WRONG, 20)
    whose = {one.name: (HandedIn(student="1001"),) for one in (newer, older, upload(WRONG, 40))}
    grade(newer, whose=whose)
    grade(older, whose=whose)
    assert latest() == 5
    grade(upload(WRONG, 40), whose=whose)
    assert latest() == 2
    grade(older, newer, whose=whose)
    assert latest() == 2


def latest_of(book: Gradebook, slug: str) -> tuple[list[tuple[int, int]], int]:
    """Return number and points of each attempt of ada, in their order, and the points of the one that counts."""
    record = standings_of(book, CoursePolicy(), {}).records["ada"][slug]
    account = accounts(CoursePolicy(), "ada", {slug: record}, datetime(2026, 12, 1, tzinfo=UTC)).by_assignment[slug]
    assert account.counted is not None
    return [(one.number, one.score.earned) for one in record.attempts], account.counted.score.earned


def test_what_is_handed_in_once_more_is_the_latest(course: TinyCourse, grade: Grade, book: Gradebook) -> None:
    """Where nobody knows a time, by what was recorded last; nothing is graded for it, and it is recorded once."""
    whose = {"ada": (HandedIn(student="ada"),)}
    right, wrong = course.submission(RIGHT, "ada"), course.submission(WRONG, "ada")
    grade(right, whose=whose)
    grade(wrong, whose=whose)
    assert latest_of(book, course.slug) == ([(1, 5), (2, 2)], 2)
    planned, _gradings = grade(right, whose=whose)
    assert planned.tasks == ()
    assert latest_of(book, course.slug) == ([(2, 2), (1, 5)], 5)
    assert grade(right, whose=whose)[0].noted == ()
    book.refuse(course.slug, Refused(name="ada", why="ada: no zip"), whose["ada"][0])
    grade(right, whose=whose)
    assert standings_of(book, CoursePolicy(), {}).refusals == {}


def test_of_several_that_are_there_at_once_none_is_handed_in_once_more(
    course: TinyCourse, grade: Grade, book: Gradebook
) -> None:
    """Each run would take another one for the latest."""
    right, wrong = course.submission(RIGHT, "ada"), course.submission(WRONG, "ada-1")
    whose = {one.name: (HandedIn(student="ada"),) for one in (right, wrong)}
    grade(right, wrong, whose=whose)
    assert grade(right, wrong, whose=whose)[0].noted == ()
    assert grade(right, whose=whose)[0].noted == ()
    assert latest_of(book, course.slug) == ([(1, 5), (2, 2)], 2)


def test_a_time_that_is_known_decides_what_is_latest(course: TinyCourse, grade: Grade, book: Gradebook) -> None:
    """Whatever was recorded last."""
    at = (HandedIn(student="ada", at=datetime(2026, 11, 13, tzinfo=UTC)),)
    later = (HandedIn(student="ada", at=datetime(2026, 11, 14, tzinfo=UTC)),)
    right, wrong = course.submission(RIGHT, "ada"), course.submission(WRONG, "ada")
    grade(right, whose={"ada": at})
    grade(wrong, whose={"ada": later})
    grade(right, whose={"ada": at})
    assert latest_of(book, course.slug) == ([(1, 5), (2, 2)], 2)
