"""
How late an attempt was, what that costs, and which slip days are worth using.

Lateness begins when the grace is over.  A day late ends at the time of the due date by the clock of the course, even where that
day has 23 or 25 hours; an hour has 60 minutes.  A slip day makes the due date a day later.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from fractions import Fraction

from grader.classroom.policies.figures import count, figure, percent, signed, when
from grader.classroom.policies.policy import AssignmentPolicy, LatePolicy, utc
from grader.classroom.policies.values import Attempt

_DAY, _HOUR, _MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """What the time of an attempt does to its points."""

    says: str = ""
    """Empty where there is nothing to say."""
    cost: Fraction = Fraction(0)
    """In points, before it is said that no score is below 0."""
    slip_days: int = 0
    refusal: str = ""
    """Where it was handed in after the last day, so that it counts nothing: the same without points."""
    warning: str = ""
    """For staff."""


def lateness(
    policy: AssignmentPolicy,
    attempt: Attempt,
    due: dt.datetime | None,
    earned: Fraction,
    possible: int,
    slip_days_left: int,
    *,
    is_pending: bool = False,
) -> Lateness:
    """
    Return what it costs that *attempt*, which has *earned* its points, was handed in when it was.

    Of the slip days that are left, the fewest are used with which it costs the least.  While a part waits for staff nobody knows
    how many points there will be to take, and slip days are used as if there were enough.
    """
    late = policy.late
    if due is None:
        return Lateness(says="the course site says that it was late, but there is no due date" if attempt.late else "")
    if attempt.handed_in_at is None:
        return _unknown(attempt)
    handed_in_at = utc(attempt.handed_in_at)
    due_at = f"(due {when(due, policy.timezone)})"
    days = _days(handed_in_at, due, late.grace)
    if handed_in_at <= utc(due):
        return Lateness(says=f"handed in on time {due_at}")
    if days == 0:
        minutes = count(math.ceil((handed_in_at - utc(due)) / _MINUTE), "minute")
        return Lateness(says=f"handed in {minutes} late {due_at}, within the grace: this counts as on time")
    hours = _hours(handed_in_at, due, late.grace)
    by = count(days, "day") if late.per_hour is None else count(hours, "hour")
    head = f"handed in {by} late {due_at}"
    if late.accept_days is not None and days > late.accept_days:
        accepted = f"after {count(late.accept_days, 'day')} it counts" if late.accept_days else "late attempts count"
        refusal = f"{head}; {accepted} nothing"
        return Lateness(says=f"{refusal}: {signed(-earned)}", cost=earned, refusal=refusal)
    if late.per_day is None and late.per_hour is None:
        return Lateness(says=f"{head}, which costs nothing")
    most = max(earned, Fraction(possible)) if is_pending else earned
    at_once = slip_days_left if late.slip_days_per_assignment is None else late.slip_days_per_assignment
    usable = max(0, min(days, slip_days_left, at_once))
    left = [_units(late, handed_in_at, due, days, used) for used in range(usable + 1)]
    used = min(range(usable + 1), key=lambda used: min(_cost(late, left[used], possible), most))
    if used:
        unit = "day" if late.per_hour is None else "hour"
        leaves = f"leaves {count(left[used], unit)}" if left[used] else "makes it on time"
        head += f"; {count(used, 'slip day')} of {slip_days_left} used, which {leaves}"
    if left[used] == 0:
        return Lateness(says=head, slip_days=used)
    cost = _cost(late, left[used], possible)
    return Lateness(says=f"{head}: {_sum(late, left[used], possible)}", cost=cost, slip_days=used)


def _unknown(attempt: Attempt) -> Lateness:
    """Return what is said where nobody knows when an attempt was handed in: nothing is taken for what is not known."""
    if not attempt.late:
        return Lateness(says="when it was handed in is not known: it counts as on time")
    return Lateness(
        says="the course site says that it was late, but not when it was handed in: nothing is deducted until staff enter that",
        warning=f"attempt {attempt.number} was late, and nobody knows by how much: enter when it was handed in",
    )


def _later(due: dt.datetime, days: int) -> dt.datetime:
    """Return the same time of the day, so many days later, by the clock of its own time zone."""
    return due + days * _DAY  # of an aware datetime this moves the hands of the clock, not the hours that pass


def _bound(due: dt.datetime, days: int, grace: dt.timedelta) -> dt.datetime:
    """Return until when an attempt is not more than so many days late."""
    return utc(_later(due, days)) + grace


def _days(handed_in_at: dt.datetime, due: dt.datetime, grace: dt.timedelta) -> int:
    """Return the number of days begun."""
    passed = handed_in_at - _bound(due, 0, grace)
    days = max(0, passed // _DAY - 1)  # one or two too few, even where a day had 25 hours
    while handed_in_at > _bound(due, days, grace):
        days += 1
    return days


def _hours(handed_in_at: dt.datetime, due: dt.datetime, grace: dt.timedelta) -> int:
    """Return the number of hours begun."""
    return max(0, math.ceil((handed_in_at - _bound(due, 0, grace)) / _HOUR))


def _units(late: LatePolicy, handed_in_at: dt.datetime, due: dt.datetime, days: int, slip_days: int) -> int:
    """Return how many of *days* late, or of their hours, are to be paid for when so many slip days are used."""
    return days - slip_days if late.per_hour is None else _hours(handed_in_at, _later(due, slip_days), late.grace)


def _cost(late: LatePolicy, units: int, possible: int) -> Fraction:
    """Return what so many days or hours cost."""
    rate = late.per_day or late.per_hour
    cost = Fraction(0) if rate is None else rate.of(possible) * units
    return cost if late.at_most is None else min(cost, late.at_most.of(possible))


def _sum(late: LatePolicy, units: int, possible: int) -> str:
    """Say how the cost comes about, such as `−20% of 30 points = −6`."""
    rate, cost = late.per_day or late.per_hour, _cost(late, units, possible)
    assert rate is not None
    is_capped = cost < rate.of(possible) * units
    amount = late.at_most if is_capped and late.at_most is not None else rate
    times = 1 if is_capped else units
    if amount.share is not None:
        computed = f"−{percent(amount.share * times)} of {count(possible, 'point')} = −{figure(cost)}"
    elif times > 1:
        computed = f"{times} × −{figure(amount.points)} = −{figure(cost)}"
    else:
        computed = f"−{figure(cost)}"
    return f"{computed}, the most that being late costs" if is_capped else computed
