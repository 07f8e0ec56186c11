"""How late an attempt is, what that costs, and which slip days are used."""

from __future__ import annotations

import dataclasses
import datetime as dt
from fractions import Fraction

import pytest
from attempts import DUE, NOW, PACIFIC, attempt, mark, scored

from grader.classroom.policies import Account, Amount, AssignmentPolicy, LatePolicy, account

TENTH = Amount(share=Fraction(1, 10))
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def policy(due: dt.datetime | None = DUE, **late: object) -> AssignmentPolicy:
    """Return a policy of these rules for being late."""
    return AssignmentPolicy(slug="addition", timezone=PACIFIC, due=due, late=LatePolicy(**late))  # type: ignore[arg-type]


def after(time: dt.timedelta | None, slip_days: int = 0, *, late: bool = False, **rules: object) -> Account:
    """Return the account of 24 of 30 points, handed in so long after they were due."""
    return account(policy(**rules), [attempt(after=time, late=late)], [], NOW, slip_days)


def told(found: Account) -> tuple[Fraction, str]:
    """Return the score and the last sentence, which is the one on lateness."""
    return found.score, found.steps[-1].says


@pytest.mark.parametrize(
    ("time", "score", "says"),
    [
        (-DAY, 24, "handed in on time (due 13 Nov 2026 23:59)"),
        (0 * DAY, 24, "handed in on time (due 13 Nov 2026 23:59)"),
        (HOUR / 4, 24, "handed in 15 minutes late (due 13 Nov 2026 23:59), within the grace: this counts as on time"),
        (HOUR / 4 + HOUR / 3600, 21, "handed in 1 day late (due 13 Nov 2026 23:59): −10% of 30 points = −3"),
        (DAY + HOUR / 4, 21, "handed in 1 day late (due 13 Nov 2026 23:59): −10% of 30 points = −3"),
        (2 * DAY, 18, "handed in 2 days late (due 13 Nov 2026 23:59): −20% of 30 points = −6"),
        (
            *(7 * DAY + HOUR / 4, 9),
            "handed in 7 days late (due 13 Nov 2026 23:59): −50% of 30 points = −15, the most that being late costs",
        ),
        (5 * DAY, 9, "handed in 5 days late (due 13 Nov 2026 23:59): −50% of 30 points = −15"),
        (
            *(6 * DAY, 9),
            "handed in 6 days late (due 13 Nov 2026 23:59): −50% of 30 points = −15, the most that being late costs",
        ),
        (7 * DAY + HOUR, 0, "handed in 8 days late (due 13 Nov 2026 23:59); after 7 days it counts nothing: −24"),
    ],
)
def test_days(time, score, says):
    """Each day begun costs a share of what is possible, after the grace, up to a limit, as long as it is accepted."""
    rules = {
        "grace": HOUR / 4,
        "per_day": TENTH,
        "at_most": Amount(share=Fraction(1, 2)),
        "accept_days": 7,
    }

    assert told(after(time, **rules)) == (score, says)


@pytest.mark.parametrize(
    ("time", "slip_days", "score", "says"),
    [
        (HOUR, 0, "23.5", "handed in 1 hour late (due 13 Nov 2026 23:59): −0.5"),
        (2.5 * HOUR, 0, "22.5", "handed in 3 hours late (due 13 Nov 2026 23:59): 3 × −0.5 = −1.5"),
        (
            *(DAY + 2 * HOUR, 1, "23"),
            "handed in 26 hours late (due 13 Nov 2026 23:59); 1 slip day of 1 used, which leaves 2 hours: 2 × −0.5 = −1",
        ),
        (DAY, 1, "24", "handed in 24 hours late (due 13 Nov 2026 23:59); 1 slip day of 1 used, which makes it on time"),
        (40 * HOUR, 0, "14", "handed in 40 hours late (due 13 Nov 2026 23:59): −10, the most that being late costs"),
    ],
)
def test_hours(time, slip_days, score, says):
    """Each hour begun costs its points; a slip day takes back the hours of a day."""
    rules = {"per_hour": Amount(points=Fraction(1, 2)), "at_most": Amount(points=Fraction(10))}

    assert told(after(time, slip_days, **rules)) == (Fraction(score), says)


def test_late_where_it_costs_nothing():
    """Without a rate the sentence says that it was late, and no slip day is used."""
    found = after(DAY, 3)

    assert told(found) == (24, "handed in 1 day late (due 13 Nov 2026 23:59), which costs nothing")
    assert found.slip_days_used == 0


def test_late_where_nothing_late_is_accepted():
    """Slip days do not help either."""
    found = after(DAY, 3, per_day=TENTH, accept_days=0)

    assert told(found) == (0, "handed in 1 day late (due 13 Nov 2026 23:59); late attempts count nothing: −24")
    assert found.slip_days_used == 0


def test_no_score_is_below_zero():
    """What cannot be taken is not taken, and the sentence says so."""
    found = account(policy(per_day=TENTH), [attempt(earned=2, after=DAY)], [], NOW)

    assert told(found) == (
        0,
        "handed in 1 day late (due 13 Nov 2026 23:59): −10% of 30 points = −3; no score is below 0",
    )


# --- slip days --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "left", "used", "score", "says"),
    [
        (0, 3, 0, 24, "handed in on time (due 13 Nov 2026 23:59)"),
        (2, 3, 2, 24, "handed in 2 days late (due 13 Nov 2026 23:59); 2 slip days of 3 used, which makes it on time"),
        (
            *(3, 1, 1, 18),
            "handed in 3 days late (due 13 Nov 2026 23:59); 1 slip day of 1 used, which leaves 2 days: −20% of 30 points = −6",
        ),
    ],
)
def test_slip_days(days, left, used, score, says):
    """They are used before anything is deducted, and no more of them than there are days to make up for."""
    found = after(days * DAY, left, per_day=TENTH)

    assert (*told(found), found.slip_days_used) == (score, says, used)


def test_slip_days_of_one_assignment():
    """A policy may limit how many one assignment takes."""
    found = after(3 * DAY, 3, per_day=TENTH, slip_days_per_assignment=1)

    assert (found.score, found.slip_days_used) == (18, 1)


def test_slip_days_that_would_change_nothing():
    """They stay with the student: where the limit of the deduction is reached all the same, and where nothing was earned."""
    limit = Amount(share=Fraction(1, 5))
    nothing_earned = account(policy(per_day=TENTH), [attempt(earned=0, after=DAY)], [], NOW, 3)

    assert after(9 * DAY, 3, per_day=TENTH, at_most=limit).slip_days_used == 0
    assert nothing_earned.slip_days_used == 0


def test_slip_days_while_a_part_waits_for_staff():
    """They are used as if points will come, so that marks change no other assignment."""
    waits = attempt(score=scored(essay=(0, 30)), pending=("essay",), after=DAY)
    rules = policy(per_day=TENTH)

    assert account(rules, [waits], [], NOW, 3).slip_days_used == 1
    assert account(rules, [waits], [mark("essay", "depth", 20)], NOW, 3).slip_days_used == 1


# --- times ------------------------------------------------------------------------------------------------------------


def test_a_day_is_one_of_the_clock():
    """Where clocks are set back a day has 25 hours: what is handed in at the time of the due date is one day late."""
    due = dt.datetime(2026, 10, 31, 23, 59, tzinfo=PACIFIC)
    next_day = dt.datetime(2026, 11, 1, 23, 59, tzinfo=PACIFIC).astimezone(dt.UTC)
    assert next_day - due.astimezone(dt.UTC) == 25 * HOUR

    one = account(policy(due, per_day=TENTH), [attempt(handed_in_at=next_day)], [], NOW)
    two = account(policy(due, per_day=TENTH), [attempt(handed_in_at=next_day + HOUR / 60)], [], NOW)

    assert (one.score, two.score) == (21, 18)


def test_an_hour_that_comes_twice():
    """Times of the zone of the due date are compared as moments, not as what a clock shows."""
    due = dt.datetime(2026, 11, 1, 1, 30, tzinfo=PACIFIC)
    an_hour_later = due.replace(fold=1)

    found = account(policy(due, per_hour=Amount(points=Fraction(1))), [attempt(handed_in_at=an_hour_later)], [], NOW)

    assert found.score == 23


def test_an_extension_into_an_hour_that_comes_twice():
    """The later moment counts, though both show the same time."""
    due = dt.datetime(2026, 11, 1, 1, 30, tzinfo=PACIFIC)

    found = dataclasses.replace(policy(due), extension=due.replace(fold=1)).due_for(None)

    assert found is not None
    assert found.astimezone(dt.UTC) - due.astimezone(dt.UTC) == HOUR


def test_the_due_date_is_shown_in_the_zone_of_the_course():
    """Whatever offset it was entered with."""
    found = account(policy(DUE.astimezone(dt.UTC)), [attempt()], [], NOW)

    assert found.steps[-1].says == "handed in on time (due 13 Nov 2026 23:59)"


def test_late_at_an_unknown_time():
    """Nothing is deducted for what nobody knows; staff are told to enter it."""
    found = after(None, 3, late=True, per_day=TENTH)

    assert told(found) == (
        24,
        "the course site says that it was late, but not when it was handed in: nothing is deducted until staff enter that",
    )
    assert found.warnings == ("attempt 1 was late, and nobody knows by how much: enter when it was handed in",)
    assert found.slip_days_used == 0


def test_a_time_that_is_unknown():
    """It counts as on time, and nobody is warned."""
    found = after(None, per_day=TENTH)

    assert told(found) == (24, "when it was handed in is not known: it counts as on time")
    assert found.warnings == ()


def test_a_known_time_counts_more_than_what_the_site_says():
    """A site may know nothing of an extension."""
    assert after(0 * DAY, late=True, per_day=TENTH).score == 24


def test_late_without_a_due_date():
    """There is nothing to compute with."""
    assert told(after(None, late=True, due=None, per_day=TENTH)) == (
        24,
        "the course site says that it was late, but there is no due date",
    )
    assert [step.says for step in after(DAY, due=None, per_day=TENTH).steps] == ["attempt 1: 24 of 30 points"]
