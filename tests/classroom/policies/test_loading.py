"""Loading course.toml: what it says, and what is said of one that is wrong."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from fractions import Fraction

import pytest
from files import write_files

from grader.classroom.policies import Amount, AssignmentPolicy, Counts, CoursePolicy, LatePolicy, Release, load
from grader.errors import AssignmentError

ASSIGNMENT = """\
title = "{0}"
summary = "{0}."
file = "{0}.py"
[[exercises]]
name = "sums"
title = "Sums"
provides = ["add"]
[[exercises]]
name = "bonus"
title = "Bonus"
provides = ["double"]
"""
EVERYTHING = """\
title = "Arithmetic"
timezone = "America/Los_Angeles"
gradebook = "gradebook.db"
roster = "lists/roster.csv"
order = ["multiplication", "addition"]

[late]
grace_minutes = 15
per_day = "10%"
at_most = "50%"
accept_days = 7
slip_days = 3
slip_days_per_assignment = 2

[assignments.addition]
due = 2026-11-13T23:59:00
weight = 0.1
attempts = 5
counts = "best"
release = "due"
extra_credit = ["bonus"]
scale_to = 100
[assignments.addition.late]
per_hour = 0.5
at_most = 12
[assignments.addition.extensions]
ada = 2026-11-15T23:59:00
"bob@example.org" = "2026-11-16 12:00+01:00"
"""


@pytest.fixture
def loaded(tmp_path):
    """Load a course of two assignments, whose course.toml is the given text."""
    for slug in ("addition", "multiplication"):
        write_files(tmp_path, {f"assignments/{slug}/assignment.toml": ASSIGNMENT.format(slug)})

    def load_(content):
        return load(write_files(tmp_path, {"course.toml": content}))

    return load_


@pytest.fixture
def refused(loaded, tmp_path):
    """Return what is said of a course.toml, after the name of the file, which must come first."""

    def refuse(content):
        with pytest.raises(AssignmentError) as error:
            loaded(content)
        assert str(error.value).startswith(f"{tmp_path}/course.toml: ")
        return str(error.value).removeprefix(f"{tmp_path}/course.toml: ")

    return refuse


# --- what is right ----------------------------------------------------------------------------------------------------


def test_a_course_without_the_file(loaded, tmp_path):
    """It has the defaults, for every assignment and student."""
    loaded("")
    (tmp_path / "course.toml").unlink()

    policy = load(tmp_path)

    assert policy == CoursePolicy(order=("addition", "multiplication"))
    assert policy.of("addition", "ada") == AssignmentPolicy(slug="addition")


def test_every_key(loaded, tmp_path):
    """Each means what it says; dates without an offset are of the course's time zone, and figures are exact."""
    policy = loaded(EVERYTHING)
    pacific = zoneinfo.ZoneInfo("America/Los_Angeles")

    assert (policy.title, policy.timezone, policy.slip_days) == ("Arithmetic", pacific, 3)
    assert (policy.gradebook, policy.roster) == (tmp_path / "gradebook.db", tmp_path / "lists" / "roster.csv")
    assert policy.order == ("multiplication", "addition")
    assert policy.late == LatePolicy(
        grace=dt.timedelta(minutes=15),
        per_day=Amount(share=Fraction(1, 10)),
        at_most=Amount(share=Fraction(1, 2)),
        accept_days=7,
        slip_days_per_assignment=2,
    )
    assert policy.of("addition") == AssignmentPolicy(
        slug="addition",
        timezone=pacific,
        due=dt.datetime(2026, 11, 13, 23, 59, tzinfo=pacific),
        weight=Fraction(1, 10),
        attempts=5,
        counts=Counts.BEST,
        release=Release.DUE,
        extra_credit=("bonus",),
        scale_to=100,
        late=LatePolicy(
            grace=dt.timedelta(minutes=15),
            per_hour=Amount(points=Fraction(1, 2)),
            at_most=Amount(points=Fraction(12)),
            accept_days=7,
            slip_days_per_assignment=2,
        ),
    )


def test_an_assignment_that_the_file_does_not_name(loaded):
    """The time zone and lateness of the course hold for it."""
    policy = loaded(EVERYTHING)

    assert policy.of("multiplication") == AssignmentPolicy(
        slug="multiplication", timezone=policy.timezone, late=policy.late
    )


def test_extensions(loaded):
    """A student has the extension that the file names, whatever its offset; others have none."""
    policy = loaded(EVERYTHING)

    assert policy.of("addition", "ada").extension == dt.datetime(2026, 11, 15, 23, 59, tzinfo=policy.timezone)
    assert policy.of("addition", "bob@example.org").extension == dt.datetime(2026, 11, 16, 11, tzinfo=dt.UTC)
    assert policy.of("addition", "eve").extension is None
    assert policy.of("multiplication", "ada").extension is None


def test_a_gradebook_on_a_server(loaded):
    """A URL stays as it is."""
    assert loaded('gradebook = "postgresql://host/grades"').gradebook == "postgresql://host/grades"


@pytest.mark.parametrize(
    ("text", "release"),
    [
        ('"at once"', Release.AT_ONCE),
        ('"published"', Release.PUBLISHED),
        ("2026-12-01T08:00:00Z", dt.datetime(2026, 12, 1, 8, tzinfo=dt.UTC)),
        ('"2026-12-01 08:00"', dt.datetime(2026, 12, 1, 8, tzinfo=dt.UTC)),
    ],
)
def test_release(loaded, text, release):
    """It is a word or a date."""
    assert loaded(f"[assignments.addition]\nrelease = {text}").of("addition").release == release


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("2", Amount(points=Fraction(2))),
        ("0.1", Amount(points=Fraction(1, 10))),
        ('"12.5%"', Amount(share=Fraction(1, 8))),
        ('"100 %"', Amount(share=Fraction(1))),
    ],
)
def test_an_amount(loaded, text, amount):
    """It is a number of points or a percentage, to the last digit."""
    assert loaded(f"[late]\nper_day = {text}").late.per_day == amount


def test_a_rate_replaces_that_of_the_course(loaded):
    """An assignment that says what a day costs has no rate for an hour from the course."""
    late = loaded("[late]\nper_hour = 1\n[assignments.addition.late]\nper_day = 0").of("addition").late

    assert (late.per_day, late.per_hour) == (Amount(points=Fraction(0)), None)


# --- what is wrong ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("titel = 'x'", "titel: there is no such key; did you mean title?"),
        ("title = 3", "title must be a text, got a whole number: 3"),
        (
            "timezone = 'Europe/Berlyn'",
            "timezone 'Europe/Berlyn' is not known on this machine; did you mean Europe/Berlin?",
        ),
        (
            "timezone = 'Europe'",
            "timezone 'Europe' is not known on this machine; a name is such as America/Los_Angeles",
        ),
        ("timezone = ''", "timezone '' is not known on this machine; a name is such as America/Los_Angeles"),
        ("timezone = '/x'", "timezone '/x' is not known on this machine; a name is such as America/Los_Angeles"),
        ("gradebook = ''", "gradebook must hold at least 1, got ''"),
        ("order = ['adition']", "order[0]: there is no assignment 'adition'; did you mean addition?"),
        ("order = ['addition', 'addition']", "order names 'addition' twice"),
        ("[late]\ngrace_minuts = 3", "late.grace_minuts: there is no such key; did you mean grace_minutes?"),
        ("[late]\ngrace_minutes = -1", "late.grace_minutes must be at least 0, got -1"),
        ("[late]\naccept_days = 99999", "late.accept_days must be at most 3,650, got 99,999"),
        ("[late]\nslip_days = 1.5", "late.slip_days must be a whole number, got a number: 1.5"),
        (
            "[late]\nper_day = 1\nper_hour = 1",
            "late has both per_day and per_hour; one of them says what lateness costs",
        ),
        (
            "[late]\nper_day = '10'",
            "late.per_day must be a share such as \"10%\", or a number of points without quotes, got '10'",
        ),
        ("[late]\nper_day = '101%'", "late.per_day must be at most 100%, got '101%'"),
        ("[late]\nper_day = -1", "late.per_day must be at least 0, got -1"),
        ("[late]\nat_most = inf", "late.at_most must be at least 0, got inf"),
        ("[late]\nat_most = nan", "late.at_most must be at least 0, got nan"),
        ("[late]\nat_most = true", "late.at_most must be a number, got True"),
        (
            "[assignments.roots]",
            "assignments.roots: there is no assignment 'roots'; there are: addition, multiplication",
        ),
        ("[assignments.addition]\ndeu = 1", "assignments.addition.deu: there is no such key; did you mean due?"),
        ("[assignments]\naddition = 1", "assignments.addition must be a table, got a whole number: 1"),
        (
            "[assignments.addition.late]\nper_da = 1",
            "assignments.addition.late.per_da: there is no such key; did you mean per_day?",
        ),
        (
            "[assignments.addition.late]\nslip_days = 1",
            "assignments.addition.late.slip_days: slip days are of the whole course and stand in [late]; "
            "slip_days_per_assignment here says how many of them this assignment may take",
        ),
        (
            "[assignments.addition]\ndue = 2026-11-13",
            "assignments.addition.due must be a date with a time, such as 2026-11-13T23:59:00, got 2026-11-13",
        ),
        (
            "[assignments.addition]\ndue = '2026-11-13'",
            "assignments.addition.due must be a date with a time, such as 2026-11-13T23:59:00, got '2026-11-13'",
        ),
        (
            "[assignments.addition]\ndue = '2026-13-13 10:00'",
            "assignments.addition.due is no date: month must be in 1..12",
        ),
        (
            "[assignments.addition]\ndue = 9999-12-31T23:59:00",
            "assignments.addition.due must be in a year of a course, got 9999-12-31 23:59:00",
        ),
        ("[assignments.addition]\nweight = '1'", "assignments.addition.weight must be a number, got '1'"),
        ("[assignments.addition]\nattempts = 0", "assignments.addition.attempts must be at least 1, got 0"),
        (
            "[assignments.addition]\ncounts = 'newest'",
            'assignments.addition.counts must be "latest" or "best", got \'newest\'',
        ),
        (
            "[assignments.addition]\nrelease = 'never'",
            'assignments.addition.release must be "at once", "due", "published" or a date with a time, got \'never\'',
        ),
        (
            "[assignments.addition]\nrelease = 'due'",
            'assignments.addition.release is "due", but the assignment has no due date',
        ),
        (
            "[assignments.addition]\nextra_credit = ['bonos']",
            "assignments.addition.extra_credit[0]: there is no exercise 'bonos'; did you mean bonus?",
        ),
        (
            "[assignments.addition.extensions]\nada = 2026-11-15T23:59:00",
            "assignments.addition.extensions: without assignments.addition.due there is nothing to extend",
        ),
        (
            "[assignments.addition]\ndue = 2026-11-13T23:59:00\nextensions = {ada = 2}",
            "assignments.addition.extensions.ada must be a date with a time, such as 2026-11-13T23:59:00, got 2",
        ),
    ],
)
def test_a_wrong_file(refused, content, says):
    """File, key and value are named, and what would be right."""
    assert refused(content) == says


def test_no_toml(refused):
    """What is wrong stands where."""
    assert refused("title = ").startswith("not TOML: ")
