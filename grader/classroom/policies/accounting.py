"""
Attempts and decisions of one student in one assignment to an account: which attempt counts, and what becomes of its points.

    the attempt that counts → extra credit, marks, lateness (counting) → another scale → decisions of staff, in order
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

from grader.classroom.policies.counting import Worth, possible_points, worth
from grader.classroom.policies.figures import count, figure, points, signed, when
from grader.classroom.policies.ledger import Ledger
from grader.classroom.policies.marking import marks
from grader.classroom.policies.policy import AssignmentPolicy, Counts
from grader.classroom.policies.values import (
    Account,
    Adjustment,
    Attempt,
    Comment,
    Decision,
    Excused,
    Extension,
    Mark,
    NotExcused,
    Override,
    RegradeAnswer,
    RegradeRequest,
    Standing,
)


def account(
    policy: AssignmentPolicy,
    attempts: Sequence[Attempt],
    decisions: Sequence[Decision],
    now: dt.datetime,
    slip_days_left: int = 0,
    *,
    is_published: bool = False,
    possible: int = 0,
) -> Account:
    """
    Return the score of one student in one assignment, with every step of it.

    Args:
        policy: What holds for this student (`CoursePolicy.of`).
        attempts: In any order.
        decisions: In the order in which they were entered.
        slip_days_left: How many the student may use here.
        is_published: Whether staff have published the assignment; for the release "published".
        possible: What the assignment is worth without extra credit, where no attempt says it.
    """
    attempts = sorted(attempts, key=lambda attempt: attempt.number)
    decisions = _without_what_is_undone(decisions)
    until = granted(decisions)
    due, given = policy.due_for(until), marks(decisions)
    graded = [attempt for attempt in attempts if not attempt.ungraded]
    settled = next((entry for entry in reversed(decisions) if isinstance(entry, Override | Excused)), None)
    is_excused = isinstance(settled, Excused)
    usable = 0 if is_excused else slip_days_left
    worths = [worth(policy, attempt, given, due, usable) for attempt in graded[: policy.attempts]]
    chosen = _choose(policy, worths)
    ledger = Ledger()
    if chosen is not None:
        raw, why = chosen.possible, _why(policy, chosen, worths, attempts)
        chosen.tell(ledger, why, extended=_extended(policy, decisions, due))
    else:
        raw = possible_points(policy, attempts[-1]) if attempts else possible
        ledger.add("no attempt could be graded yet" if attempts else "nothing was handed in")
    for says in _not_counted(policy, chosen, worths, attempts):
        ledger.add(says)
    scale = _scale(policy, raw, ledger)
    titles = {entry.exercise: entry.title for entry in chosen.attempt.score.exercises} if chosen else {}
    standing = _decide(decisions, ledger, _standing(chosen, attempts), scale, titles)
    requests, open_requests, astray = _requests(decisions)
    return Account(
        score=ledger.score,
        possible=0 if is_excused else int(raw * scale),
        steps=ledger.steps,
        counted=None if chosen is None else chosen.attempt,
        pending=() if chosen is None or settled is not None else chosen.marked.pending,
        is_released=policy.is_released(now, until, is_published=is_published),
        comments=_comments(decisions, requests, titles),
        slip_days_used=0 if chosen is None else chosen.lateness.slip_days,
        standing=standing,
        warnings=(
            *(() if settled is not None else _doubts(chosen, attempts)),
            *(f"request {number} for a regrade is open: {requests[number - 1].text}" for number in open_requests),
            *astray,
        ),
        open_requests=open_requests,
    )


def _without_what_is_undone(decisions: Sequence[Decision]) -> Sequence[Decision]:
    """Leave out that the student was excused, where that was taken back later."""
    last = max((number for number, one in enumerate(decisions) if isinstance(one, NotExcused)), default=0)
    return [one for number, one in enumerate(decisions) if number >= last or not isinstance(one, Excused)]


def granted(decisions: Sequence[Decision]) -> dt.datetime | None:
    """Return until when the last extension gives time."""
    return next((decision.until for decision in reversed(decisions) if isinstance(decision, Extension)), None)


def _choose(policy: AssignmentPolicy, worths: Sequence[Worth]) -> Worth | None:
    """Return the attempt that counts; one that was too late counts only where there is no other."""
    candidates = [found for found in worths if not found.lateness.refusal] or worths[-1:]
    if not candidates:
        return None
    if policy.counts is Counts.LATEST:
        return max(candidates, key=lambda found: _turn(found.attempt))
    return max(candidates, key=lambda found: (found.score, -found.lateness.slip_days, -found.attempt.number))


def _why(policy: AssignmentPolicy, chosen: Worth, worths: Sequence[Worth], attempts: Sequence[Attempt]) -> str:
    """Say why this attempt counts, where there are others."""
    if len(attempts) == 1:
        return ""
    if policy.counts is Counts.BEST and sum(not found.lateness.refusal for found in worths) > 1:
        return f" of {len(attempts)} counts, the best after what being late costs"
    last = max(attempts, key=_turn)
    said = "" if chosen.attempt is last else " of those that may count"
    once_more = ", since it was handed in once more" if not said and last is not attempts[-1] else ""
    return f" of {len(attempts)} counts, the latest{said}{once_more}"


def _turn(attempt: Attempt) -> tuple[int, int]:
    return attempt.turn, attempt.number


def _not_counted(
    policy: AssignmentPolicy, chosen: Worth | None, worths: Sequence[Worth], attempts: Sequence[Attempt]
) -> list[str]:
    """Say which attempts could not count, whatever they are worth."""
    by_attempt = {found.attempt.number: found for found in worths}
    said = []
    for attempt in attempts:
        found = by_attempt.get(attempt.number)
        if attempt.ungraded:
            said.append(f"attempt {attempt.number} is ungraded, through no fault of the student: it does not count")
        elif found is None:
            assert policy.attempts is not None
            limit = count(policy.attempts, "attempt")
            said.append(f"attempt {attempt.number} does not count: {limit} may be handed in")
        elif found.lateness.refusal and found is not chosen:
            said.append(f"attempt {attempt.number}: {found.lateness.refusal}")
    return said


def _extended(policy: AssignmentPolicy, decisions: Sequence[Decision], due: dt.datetime | None) -> str:
    """Say what extensions do; empty where there is none."""
    last = next((entry for entry in reversed(decisions) if isinstance(entry, Extension)), None)
    by = "" if last is None else _by(last)
    if policy.due is None or due is None:
        return "" if last is None else f"an extension changes nothing, since there is no due date{by}"
    if due > policy.due:
        by = by if last is not None and last.until == due else " (course.toml)"
        return f"extension: due {when(due, policy.timezone)}, not {when(policy.due, policy.timezone)}{by}"
    if last is None:
        return ""
    return f"an extension until {when(last.until, policy.timezone)} changes nothing: that is no later{by}"


def _by(decision: Decision) -> str:
    """Say whose decision it is, and why; nothing where that is left out."""
    if not decision.by:
        return ""
    return f" ({decision.by}{f': {decision.reason}' if decision.reason else ''})"


def _scale(policy: AssignmentPolicy, raw: int, ledger: Ledger) -> Fraction:
    """Change the score to the scale of the policy; returns by how much."""
    if policy.scale_to is None or raw == 0:
        return Fraction(1)
    scale = Fraction(policy.scale_to, raw)
    before = figure(ledger.score)
    ledger.reach(
        f"{before} of {points(raw)} is {figure(ledger.score * scale)} of {policy.scale_to}", ledger.score * scale
    )
    return scale


def _standing(chosen: Worth | None, attempts: Sequence[Attempt]) -> Standing:
    """Return how far the score may be relied on before anybody decides."""
    if chosen is None:
        return Standing.UNGRADED if attempts else Standing.NOTHING
    return Standing.PENDING if chosen.marked.pending else Standing.SCORED


def _decide(
    decisions: Sequence[Decision], ledger: Ledger, standing: Standing, scale: Fraction, titles: dict[str, str]
) -> Standing:
    """Apply what staff have decided about the score, in order; returns how far it may be relied on after that."""
    for decision in decisions:
        if isinstance(decision, Excused):
            standing = Standing.EXCUSED
            ledger.reach(f"excused{_by(decision)}: the assignment does not count", 0)
        elif isinstance(decision, NotExcused):
            ledger.add(f"excused no more{_by(decision)}: the assignment counts")
        elif isinstance(decision, Override):
            standing = Standing.SCORED
            ledger.reach(f"set to {points(decision.points)}{_by(decision)}", decision.points)
        elif isinstance(decision, Adjustment):
            if standing is Standing.EXCUSED:
                ledger.add(f"{signed(decision.points)}{_by(decision)} changes nothing for who is excused")
                continue
            standing = Standing.SCORED if standing is Standing.NOTHING else standing
            ledger.add(*_adjusted(decision, scale, titles))
    return standing


def _adjusted(decision: Adjustment, scale: Fraction, titles: dict[str, str]) -> tuple[str, Fraction]:
    """Return sentence and points of an adjustment."""
    if decision.exercise is None:
        return f"adjusted by {signed(decision.points)}{_by(decision)}", decision.points
    change = decision.points * scale
    title = titles.get(decision.exercise, decision.exercise)
    scaled = "" if scale == 1 else f", scaled {signed(change)}"
    return f"{title} adjusted by {signed(decision.points)}{scaled}{_by(decision)}", change


def _requests(decisions: Sequence[Decision]) -> tuple[list[RegradeRequest], tuple[int, ...], list[str]]:
    """Return the requests for a regrade, the numbers of those without an answer, and warnings of answers without one."""
    requests = [entry for entry in decisions if isinstance(entry, RegradeRequest)]
    answered = {entry.request for entry in decisions if isinstance(entry, RegradeAnswer)}
    numbers = range(1, len(requests) + 1)
    astray = [
        f"an answer names request {number} for a regrade, which there is not"
        for number in sorted(answered - {*numbers})
    ]
    return requests, tuple(number for number in numbers if number not in answered), astray


def _comments(
    decisions: Sequence[Decision], requests: Sequence[RegradeRequest], titles: dict[str, str]
) -> tuple[str, ...]:
    """Return what staff say to the student, in order."""
    said, held = [], set(map(id, marks(decisions).values()))
    for decision in decisions:
        if isinstance(decision, Comment):
            said.append(decision.text)
        elif isinstance(decision, Mark) and decision.comment and id(decision) in held:
            said.append(f"{titles.get(decision.exercise, decision.exercise)}, {decision.item}: {decision.comment}")
        elif isinstance(decision, RegradeAnswer) and 0 < decision.request <= len(requests):
            said.append(f"You asked: {requests[decision.request - 1].text} Answer: {decision.text}")
    return tuple(said)


def _doubts(chosen: Worth | None, attempts: Sequence[Attempt]) -> tuple[str, ...]:
    """Return what staff should look at or enter."""
    ungraded = tuple(
        f"attempt {attempt.number} is ungraded: grade it again" for attempt in attempts if attempt.ungraded
    )
    if chosen is None:
        return ungraded
    late = (chosen.lateness.warning,) if chosen.lateness.warning else ()
    return (*ungraded, *late, *chosen.marked.warnings)
