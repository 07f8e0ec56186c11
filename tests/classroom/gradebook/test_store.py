"""What a gradebook records, in SQLite and in PostgreSQL."""

from __future__ import annotations

import multiprocessing
import os
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path

import pytest
from results import graded, result
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from grader.classroom.gradebook import Gradebook, HandedIn
from grader.classroom.gradebook.database import engine_of, url_of
from grader.classroom.gradebook.entries import Entry, Published, decode
from grader.classroom.gradebook.store import Grading
from grader.classroom.policies import (
    DECISIONS,
    Adjustment,
    Comment,
    Decision,
    Excused,
    Extension,
    Mark,
    NotExcused,
    Override,
    RegradeAnswer,
    RegradeRequest,
)
from grader.errors import UsageError
from grader.grading import Fingerprint
from grader.model import GradedSubmission, Outcome, Refused, SourceFile, Submission

PRINT = Fingerprint(common="c", checks={"adds": "1"})
ONE = graded(result("adds", Outcome.PASSED))
LATER = datetime(2026, 11, 13, 23, 59, tzinfo=timezone(timedelta(hours=-8)))


def submission(name: str = "ada", content: str = "1") -> Submission:
    """What somebody has handed in."""
    return Submission(name=name, files=(SourceFile(path="a.py", content=b""),), sha256=content * 64)


def grading(
    one: GradedSubmission = ONE, *, repeat: int = 0, content: str = "1", whose: HandedIn | None = None
) -> Grading:
    """One grading of it."""
    return Grading(
        submission=submission(one.submission, content),
        handed_in=whose or HandedIn(student=one.submission, at=LATER, late=True),
        graded=one,
        fingerprint=PRINT,
        repeat=repeat,
    )


def test_what_is_recorded_is_read_again(place: str) -> None:
    """Every value of a grading, of whom and since when it is there, also by another process that opens the gradebook."""
    with Gradebook.open(place, make=True) as book:
        assert book.record(grading())
    with Gradebook.open(place) as book:
        (recorded,) = book.history()
        assert (recorded.assignment, recorded.submission, recorded.score) == ("addition", "ada", ONE.score)
        assert recorded.handed_in == HandedIn(student="ada", at=LATER, late=True)
        assert abs(datetime.now(UTC) - recorded.graded_at) < timedelta(minutes=5)
        assert (recorded.common, recorded.checks, recorded.ungraded, recorded.refusal) == (
            "c",
            {"adds": "1"},
            False,
            "",
        )
        assert book.results([recorded.row]) == {recorded.row: ONE}


def test_the_same_grading_is_recorded_once(place: str) -> None:
    """Two graders of one class find the same; the slower one adds nothing.  A repetition that was asked for is added."""
    with Gradebook.open(place, make=True) as book:
        assert [book.record(grading()), book.record(grading()), book.record(grading(repeat=1))] == [True, False, True]
        assert len(list(book.history())) == 2
        assert list(book.repeats("addition").values()) == [2]


def test_the_newest_of_each_attempt_counts(place: str) -> None:
    """A regrade is a new row and leaves the old one; another content is another attempt; other assignments do not show."""
    with Gradebook.open(place, make=True) as book:
        book.record(grading())
        book.record(grading(graded(result("adds", Outcome.FAILED)), repeat=1))
        book.record(grading(content="2"))
        book.record(grading(replace(ONE, assignment="other")))
        newest = book.newest("addition")
        assert sorted(one.score.earned for one in newest.values()) == [0, 2]
        assert {student for student, _content in newest} == {"ada"}
        assert [one.score.earned for one in book.history("addition", "ada")] == [2, 0, 2]
        assert list(book.history(student="alan")) == []


def test_what_could_not_be_read_is_recorded_once(place: str) -> None:
    """With its reason, and no result."""
    refused = Refused(name="na", why="na.zip: this is no zip")
    with Gradebook.open(place, make=True) as book:
        assert [book.refuse("addition", refused, HandedIn(student="na")) for _ in range(2)] == [True, False]
        (recorded,) = book.history()
        assert recorded.refusal == "na.zip: this is no zip"
        assert book.results([recorded.row]) == {}


def test_what_could_not_be_read_again_is_recorded_again(place: str) -> None:
    """Something else was handed in meanwhile; that file names hold bytes which are no text keeps nothing from being recorded."""
    refused = Refused(name="na\udcff", why="na\udcff.zip: this is no zip")
    whose = HandedIn(student="ada\udcff")
    with Gradebook.open(place, make=True) as book:
        book.refuse("addition", refused, whose)
        book.record(grading(whose=HandedIn(student="ada\\udcff")))
        assert [book.refuse("addition", refused, whose) for _ in range(2)] == [True, False]
        assert [bool(one.refusal) for one in book.history()] == [True, False, True]
        assert {one.handed_in.student for one in book.history()} == {"ada\\udcff"}


def test_a_class_has_one_seed(place: str) -> None:
    """The first that was drawn; each assignment has its own."""
    with Gradebook.open(place, make=True) as book:
        assert [book.seed_of("addition", "1"), book.seed_of("addition", "2"), book.seed_of("other", "3")] == [
            "1",
            "1",
            "3",
        ]


NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
BY = {"by": "grace", "at": NOW, "reason": "so"}
EVERY = (
    Adjustment(points=Fraction(-1, 3), exercise="sums", **BY),
    Adjustment(points=Fraction(2), **BY),
    Override(points=Fraction(25), **BY),
    Extension(until=LATER, **BY),
    Excused(**BY),
    NotExcused(**BY),
    Mark(exercise="essay", item="names it", points=Fraction(3, 2), comment="well seen", **BY),
    Comment(text="“so”, said Ada", **BY),
    RegradeRequest(text="why?", **BY),
    RegradeAnswer(request=1, text="since", **BY),
    Published(**BY),
)


@pytest.mark.parametrize("decision", EVERY, ids=lambda one: type(one).__name__)
def test_a_decision_is_read_as_it_was_entered(place: str, decision: Decision | Published) -> None:
    """Of every kind: fractions, times and texts."""
    with Gradebook.open(place, make=True) as book:
        number = book.enter("addition", "ada", decision)
        assert list(book.entries()) == [Entry(number=number, assignment="addition", student="ada", decision=decision)]


def test_every_kind_of_decision_is_among_these() -> None:
    """One that is added later must be stored as well."""
    assert {type(one).kind for one in EVERY} == {*DECISIONS, "published"}


def test_decisions_are_read_in_order(place: str) -> None:
    """As they were entered; those of one assignment alone where it is named."""
    with Gradebook.open(place, make=True) as book:
        for slug, decision in zip(("addition", "other", "addition"), EVERY, strict=False):
            book.enter(slug, "ada", decision)
        assert [one.decision for one in book.entries()] == [*EVERY[:3]]
        assert [one.decision for one in book.entries("addition")] == [EVERY[0], EVERY[2]]


@pytest.mark.parametrize("content", ["[]", "{}", '{"kind":"gift"}', '{"kind":"comment","text":3,"by":"","at":"2026"}'])
def test_what_is_no_decision_is_refused(content: str) -> None:
    """One of a later grader, for one."""
    with pytest.raises(UsageError, match=r"^book, decision 3: this is no decision: "):
        decode(content.encode(), "book, decision 3")


@pytest.mark.parametrize(
    "change",
    ["UPDATE gradings SET earned = 30", "DELETE FROM gradings", "DELETE FROM seeds", "UPDATE courses SET title = 'x'"],
)
def test_nothing_is_changed_or_deleted(place: str, change: str) -> None:
    """Not even by somebody who writes to the database."""
    with Gradebook.open(place, make=True) as book:
        book.record(grading())
        book.seed_of("addition", "1")
        book.check_course("Numbers")
    engine = create_engine(url_of(place))
    with (
        pytest.raises(DBAPIError, match="a gradebook keeps what was recorded: add a row"),
        engine.begin() as connection,
    ):
        connection.execute(text(change))
    engine.dispose()


def _record_many(place: str, number: int) -> None:
    with Gradebook.open(place, make=True) as book:
        for content in range(20):
            one = replace(ONE, submission=f"student{content % 5}")
            book.record(grading(one, content=chr(ord("a") + content)))
            book.record(grading(replace(ONE, submission=f"alone{number}"), content=chr(ord("a") + content)))
    os._exit(0)


def test_several_open_a_new_gradebook_and_write_at_the_same_time(place: str) -> None:
    """Nothing is lost, and what all of them found is there once."""
    fork = multiprocessing.get_context("fork")
    writers = [fork.Process(target=_record_many, args=(place, number)) for number in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    assert [writer.exitcode for writer in writers] == [0] * 8
    with Gradebook.open(place) as book:
        keys = [(one.handed_in.student, one.content) for one in book.history()]
    assert len(keys) == len(set(keys)) == 20 + 8 * 20


def test_only_its_owner_reads_a_new_file(tmp_path: Path) -> None:
    """It names students."""
    path = tmp_path / "gradebook.db"
    Gradebook.open(str(path), make=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def refusal(place: str, *, make: bool = True) -> str:
    """Return what is said of a gradebook that cannot be opened."""
    with pytest.raises(UsageError) as caught:
        Gradebook.open(place, make=make)
    return str(caught.value)


def test_what_is_no_gradebook_is_refused(tmp_path: Path) -> None:
    """In a sentence that names it, and nothing is written into it."""
    text_file, folder, other = tmp_path / "notes.db", tmp_path / "folder", tmp_path / "other.db"
    text_file.write_text("my notes, which are no database")
    folder.mkdir()
    engine = engine_of(url_of(str(other)), make=True)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE albums (id INTEGER)"))
    engine.dispose()

    assert refusal(str(text_file)) == f"--gradebook {text_file}: this is no gradebook, but another file"
    assert refusal(str(folder)) == f"--gradebook {folder}: this is no file"
    assert refusal(str(other)) == f"{other}: this database holds other tables (albums) and is no gradebook"
    absent = tmp_path / "absent.db"
    assert (
        refusal(str(absent), make=False) == f"{absent}: there is no gradebook; `grade --gradebook {absent}` makes one"
    )
    nowhere = tmp_path / "no" / "folder.db"
    assert refusal(str(nowhere)) == f"--gradebook {nowhere}: cannot be made: No such file or directory"


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """As where its disk fails: what stands for it here is a process's own memory."""
    path = tmp_path / "memory.db"
    path.symlink_to("/proc/self/mem")
    assert refusal(str(path)) == f"--gradebook {path}: cannot be read: Input/output error"


def test_a_path_that_cannot_be_looked_at_is_refused(tmp_path: Path) -> None:
    """With the reason of the system."""
    assert refusal(str(tmp_path / ("x" * 300))).endswith(": cannot be read: File name too long")


def test_a_url_that_nobody_understands_is_refused_without_its_password() -> None:
    """Neither a database that is not known nor one that does not answer shows it."""
    assert refusal("oracles://ada:secret@host/name") == (
        "--gradebook oracles://host/name: no such database is known; a file, or postgresql+psycopg://HOST/NAME"
    )
    said = refusal("postgresql+psycopg://ada:secret@127.0.0.1:1/name")
    assert said.startswith("postgresql+psycopg://ada:***@127.0.0.1:1/name: the gradebook cannot be used: ")
    assert "secret" not in said
    assert "secret" not in refusal("oracles://host/name?password=secret")
    assert "secret" not in refusal("postgresql+psycopg://127.0.0.1:1/name?password=secret")


@pytest.mark.parametrize("url", ["sqlite:///book.db?timeout=abc", "sqlite:///:memory:", "sqlite+pysqlite:///:memory:"])
def test_of_sqlite_a_gradebook_is_a_file(url: str) -> None:
    """One in memory would be lost with the command that has graded."""
    assert "of SQLite a gradebook is a file, without options: give its path" in refusal(url)


def test_a_driver_that_is_not_installed_is_named() -> None:
    """With what to install."""
    assert refusal("postgresql+asyncpg://host/name") == (
        "--gradebook postgresql+asyncpg://host/name: the driver asyncpg is not installed: "
        "pip install 'convnet-grader[postgresql]'"
    )


def test_a_damaged_result_is_named(tmp_path: Path) -> None:
    """By the gradebook and its row."""
    path = tmp_path / "gradebook.db"
    with Gradebook.open(str(path), make=True) as book:
        book.record(grading())
    engine = create_engine(url_of(str(path)))
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER gradings_no_update"))
        connection.execute(text("UPDATE gradings SET result = x'ffffffffffff'"))
    engine.dispose()
    with Gradebook.open(str(path)) as book, pytest.raises(UsageError) as caught:
        book.results([1])
    assert str(caught.value) == f"{path}: the result in row 1 is damaged"


def test_gradings_of_another_course_are_told_where_no_title_tells_it(place: str) -> None:
    """By assignments that the course has not, or calls otherwise; also a course with a title does not take them."""
    with Gradebook.open(place, make=True) as book:
        book.record(grading())
        own = {ONE.assignment: ONE.title, "subtraction": "Subtraction"}
        for title, here, said in (
            ("", {"subtraction": "Subtraction"}, "has no such assignment; "),
            ("", {ONE.assignment: "Vectors"}, f"calls it 'Vectors', and not {ONE.title!r}; "),
            ("Letters", {"subtraction": "Subtraction"}, "has no such assignment; "),
        ):
            with pytest.raises(UsageError) as refused:
                book.check_course(title, here)
            first = "" if title else "give this one a `title` in course.toml, and "
            assert str(refused.value) == (
                f"{book.name}: this gradebook has gradings of addition, and the course here {said}no title says of which course "
                "it is: give each course a gradebook of its own and a `title` in its course.toml; if it is the same course, "
                f"{first}say `grader gradebook rename`"
            )
        book.check_course("", own)
        book.check_course("", {ONE.assignment: ""})
        book.check_course("Numbers", own)
        book.check_course("Numbers", {"subtraction": "Subtraction"})  # the title says it


def test_the_first_course_with_a_title_takes_a_gradebook(place: str) -> None:
    """One without a title may use it until then."""
    with Gradebook.open(place, make=True) as book:
        book.check_course("")
        book.check_course("Numbers")
        book.check_course("Numbers")
        with pytest.raises(UsageError, match="is of the course 'Numbers', and the course here is 'Letters'"):
            book.check_course("Letters")
        with pytest.raises(UsageError, match="one without a title"):
            book.check_course("")
