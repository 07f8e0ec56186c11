"""
All assignments of one student: slip days are used up in the order of the due dates, and points come to a total by weight.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction

from grader.classroom.policies.accounting import account, granted
from grader.classroom.policies.figures import figure, percent, points
from grader.classroom.policies.policy import AssignmentPolicy, CoursePolicy, utc
from grader.classroom.policies.values import Account, CourseAccount, Record, Standing


def accounts(
    policy: CoursePolicy,
    student: str,
    by_assignment: Mapping[str, Record],
    now: dt.datetime,
    *,
    only_released: bool = False,
) -> CourseAccount:
    """
    Return the accounts of one student, and what they come to.

    Args:
        student: Id, as in the extensions of course.toml.
        by_assignment: What there is of this student; of an assignment that is not named there is nothing.
        only_released: Whether the total is for the student: what they may not see yet is left out of it.
    """
    slugs = dict.fromkeys((*policy.order, *by_assignment))
    rules = {slug: policy.of(slug, student) for slug in slugs}
    left, found = policy.slip_days, {}
    for slug in sorted(slugs, key=lambda slug: _when_due(rules[slug])):  # stable: else in the order of the course
        record = by_assignment.get(slug, Record())
        found[slug] = account(
            rules[slug],
            record.attempts,
            record.decisions,
            now,
            left,
            is_published=record.is_published,
            possible=record.possible,
        )
        left -= found[slug].slip_days_used
    steps, total, weights = [], Fraction(0), Fraction(0)
    for slug in slugs:
        one, due = found[slug], rules[slug].due_for(granted(by_assignment.get(slug, Record()).decisions))
        weight, why_not = rules[slug].weight, _why_not(one, rules[slug], due, now, only_released)
        if why_not:
            steps.append(f"{slug}: {why_not}")
            continue
        share = _share(one)
        total += weight * share
        weights += weight
        what = f"{figure(one.score)} of {points(one.possible)} is {percent(share)}" if one.possible else percent(share)
        pending = ", and a part waits for staff" if one.standing is Standing.PENDING else ""
        nothing = "nothing was handed in, " if one.standing is Standing.NOTHING else ""
        steps.append(f"{slug}: {nothing}{what}, weight {figure(weight)}{pending}")
    return CourseAccount(
        by_assignment={slug: found[slug] for slug in slugs},
        total=total / weights if weights else None,
        steps=tuple(steps),
        slip_days_left=left,
    )


def _when_due(policy: AssignmentPolicy) -> tuple[bool, float]:
    """Return what assignments are sorted by: what has no due date comes last."""
    return policy.due is None, 0.0 if policy.due is None else utc(policy.due).timestamp()


def _share(one: Account) -> Fraction:
    """Return how much of the possible points was earned."""
    return one.score / one.possible if one.possible else Fraction(0)


def _why_not(
    one: Account, policy: AssignmentPolicy, due: dt.datetime | None, now: dt.datetime, only_released: bool
) -> str:
    """Say why an assignment does not count in the total; empty where it does."""
    if policy.weight == 0:
        return "weight 0"
    if one.standing is Standing.EXCUSED:
        return "excused"
    if one.standing is Standing.UNGRADED:
        return "not graded yet"
    if only_released and not one.is_released:
        return "not released yet"
    if one.standing is Standing.NOTHING:
        if due is None:
            return "nothing was handed in, and it has no due date"
        return "" if utc(now) > utc(due) else "nothing was handed in yet"
    return "" if one.possible else "nobody knows how many points are possible"
