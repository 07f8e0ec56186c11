"""What holds of every account: its steps lead to its score, no rule is unjust, and another way to compute it agrees."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from fractions import Fraction

from attempts import DUE, ENTERED, NOW, attempt, mark, scored
from hypothesis import given
from hypothesis import strategies as st

from grader.classroom.policies import (
    Account,
    Adjustment,
    Amount,
    AssignmentPolicy,
    Attempt,
    Counts,
    CoursePolicy,
    Decision,
    Excused,
    Extension,
    LatePolicy,
    Mark,
    Override,
    Record,
    Standing,
    account,
    accounts,
    figure,
)

DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
TIMES = st.integers(-3 * 1440, 14 * 1440).map(lambda minutes: minutes * MINUTE)
POINTS = st.integers(-200, 200).map(lambda tenths: Fraction(tenths, 10))
AMOUNTS = st.one_of(
    st.integers(0, 100).map(lambda percent: Amount(share=Fraction(percent, 100))),
    st.integers(0, 120).map(lambda tenths: Amount(points=Fraction(tenths, 10))),
)
SLIP_DAYS = st.integers(0, 5)


@st.composite
def late_policies(draw: st.DrawFn) -> LatePolicy:
    """Rules for being late."""
    rate = draw(st.sampled_from(("per_day", "per_hour", "")))
    return LatePolicy(
        **({rate: draw(AMOUNTS)} if rate else {}),
        grace=draw(st.integers(0, 90)) * MINUTE,
        at_most=draw(st.none() | AMOUNTS),
        accept_days=draw(st.none() | st.integers(0, 9)),
        slip_days_per_assignment=draw(st.none() | st.integers(0, 3)),
    )


@st.composite
def policies(draw: st.DrawFn, *, extra_credit: bool = True, scale: bool = True) -> AssignmentPolicy:
    """Rules for an assignment, in UTC, where a day of the clock has 24 hours."""
    return AssignmentPolicy(
        slug="addition",
        due=draw(st.none() | st.just(DUE.astimezone(dt.UTC))),
        extension=draw(st.none() | TIMES.map(lambda time: DUE + time)),
        attempts=draw(st.none() | st.integers(1, 4)),
        counts=draw(st.sampled_from(Counts)),
        extra_credit=("bonus",) if extra_credit and draw(st.booleans()) else (),
        scale_to=draw(st.none() | st.integers(1, 100)) if scale else None,
        late=draw(late_policies()),
    )


@st.composite
def attempts(draw: st.DrawFn, number: int = 1) -> Attempt:
    """An attempt at an exercise of checks, one for extra credit and one that staff mark."""
    return attempt(
        number,
        score=scored(sums=(draw(st.integers(0, 20)), 20), bonus=(draw(st.integers(0, 5)), 5), essay=(0, 10)),
        after=draw(st.none() | TIMES),
        late=draw(st.booleans()),
        pending=draw(st.sampled_from(((), ("essay",)))),
        ungraded=draw(st.integers(0, 4)) == 0,
    )


@st.composite
def several(draw: st.DrawFn) -> list[Attempt]:
    """Attempts of one student."""
    return [draw(attempts(number)) for number in range(1, draw(st.integers(0, 5)) + 1)]


EXTENSIONS = TIMES.map(lambda time: Extension(**ENTERED, until=DUE + time))
MARKS = st.builds(
    mark, st.just("essay"), st.sampled_from(("clarity", "depth")), st.integers(-2, 12).map(lambda n: n / 2)
)
ADJUSTMENTS = st.builds(
    lambda points, exercise: Adjustment(**ENTERED, points=points, exercise=exercise),
    POINTS,
    st.sampled_from((None, "sums")),
)
OVERRIDES = POINTS.map(lambda points: Override(**ENTERED, points=points))
DECISIONS = st.lists(st.one_of(EXTENSIONS, MARKS, ADJUSTMENTS, OVERRIDES, st.just(Excused(**ENTERED))), max_size=6)


# --- another way to compute it ----------------------------------------------------------------------------------------


def lost(
    policy: AssignmentPolicy, work: Attempt, due: dt.datetime | None, earned: Fraction, slip_days: int
) -> Fraction:
    """Return what lateness takes, with the slip days that help most; all points where it is not accepted."""
    late = policy.late
    if due is None or work.handed_in_at is None:
        return Fraction(0)
    over = work.handed_in_at - due - late.grace
    if late.accept_days is not None and over > late.accept_days * DAY:
        return earned
    possible = worth_at_most(policy)
    costs = []
    for used in range(
        min(slip_days, 99 if late.slip_days_per_assignment is None else late.slip_days_per_assignment) + 1
    ):
        rest = max(over - used * DAY, dt.timedelta(0))
        by_day = late.per_day.of(possible) * math.ceil(rest / DAY) if late.per_day else Fraction(0)
        by_hour = late.per_hour.of(possible) * math.ceil(rest / dt.timedelta(hours=1)) if late.per_hour else Fraction(0)
        cost = by_day + by_hour
        costs.append(cost if late.at_most is None else min(cost, late.at_most.of(possible)))
    return min(*costs, earned)


def worth_at_most(policy: AssignmentPolicy) -> int:
    """Return what is possible in the attempts that are drawn here."""
    return 30 if policy.extra_credit else 35


def expected(policy: AssignmentPolicy, works: list[Attempt], decisions: list[Decision], slip_days: int) -> Fraction:
    """Compute the score without any step."""
    possible = worth_at_most(policy)
    extended = [decision.until for decision in decisions if isinstance(decision, Extension)]
    due = None
    if policy.due is not None:
        due = max(time for time in (policy.due, policy.extension, *extended[-1:]) if time is not None)
    marks = {decision.item: decision.points for decision in decisions if isinstance(decision, Mark)}
    settled = [decision for decision in decisions if isinstance(decision, Override | Excused)]
    usable = 0 if settled and isinstance(settled[-1], Excused) else slip_days
    values = []
    for work in [work for work in works if not work.ungraded][: policy.attempts]:
        earned = work.score.earned + min(max(sum(marks.values(), Fraction(0)), Fraction(0)), Fraction(10))
        refused = (
            due is not None
            and work.handed_in_at is not None
            and policy.late.accept_days is not None
            and work.handed_in_at > due + policy.late.grace + policy.late.accept_days * DAY
        )
        values.append((not refused, earned - lost(policy, work, due, earned, usable)))
    candidates = [value for is_accepted, value in values if is_accepted] or [value for _, value in values][-1:]
    score = Fraction(0)
    if candidates:
        score = max(candidates) if policy.counts is Counts.BEST else candidates[-1]
    scale = Fraction(1)
    if works and policy.scale_to is not None:
        scale = Fraction(policy.scale_to, possible)
    score *= scale
    is_excused = False
    for decision in decisions:
        if isinstance(decision, Excused):
            score, is_excused = Fraction(0), True
        elif isinstance(decision, Override):
            score, is_excused = max(decision.points, Fraction(0)), False
        elif isinstance(decision, Adjustment) and not is_excused:
            score = max(score + decision.points * (scale if decision.exercise else 1), Fraction(0))
    return score


@given(policies(), several(), DECISIONS, SLIP_DAYS)
def test_the_score_is_right(policy, works, decisions, slip_days):
    """It is what the rules come to when they are computed in another way."""
    assert account(policy, works, decisions, NOW, slip_days).score == expected(policy, works, decisions, slip_days)


# --- steps ------------------------------------------------------------------------------------------------------------


@given(policies(), several(), DECISIONS, SLIP_DAYS)
def test_steps_lead_to_the_score(policy, works, decisions, slip_days):
    """The last step has the score, none is below 0, and each that changes it shows by how much or to what."""
    found = account(policy, works, decisions, NOW, slip_days)

    before = Fraction(0)
    for step in found.steps:
        says = (figure(abs(step.score - before)), figure(step.score), "no score is below 0", "does not count")
        assert step.score >= 0
        assert step.score == before or any(one in step.says for one in says), step
        before = step.score
    assert before == found.score


@given(policies(), several(), DECISIONS, SLIP_DAYS, st.randoms())
def test_the_order_of_attempts_does_not_matter(policy, works, decisions, slip_days, random):
    """Their numbers say which is the latest."""
    found = account(policy, works, decisions, NOW, slip_days)
    random.shuffle(works)

    assert account(policy, works, decisions, NOW, slip_days) == found


# --- what is just -----------------------------------------------------------------------------------------------------


@given(policies(extra_credit=False), several(), st.lists(st.one_of(EXTENSIONS, MARKS), max_size=5), SLIP_DAYS)
def test_no_score_is_above_what_is_possible(policy, works, decisions, slip_days):
    """Without extra credit, and as long as staff neither adjust nor set it."""
    found = account(policy, works, decisions, NOW, slip_days, possible=35)

    assert 0 <= found.score <= found.possible


@given(policies(), attempts(), TIMES, TIMES, DECISIONS, SLIP_DAYS)
def test_handing_in_later_never_gains(policy, work, first, second, decisions, slip_days):
    """Of two times the earlier one is worth as much or more."""
    early, late = sorted((first, second))

    def score(after: dt.timedelta) -> Fraction:
        return account(policy, [dataclasses.replace(work, handed_in_at=DUE + after)], decisions, NOW, slip_days).score

    assert score(early) >= score(late)


@given(policies(), several(), attempts(9), SLIP_DAYS)
def test_handing_in_again_never_loses_where_the_best_counts(policy, works, another, slip_days):
    """Nor where attempts are limited: the first ones count."""
    policy = dataclasses.replace(policy, counts=Counts.BEST)
    before = account(policy, works, [], NOW, slip_days)

    assert account(policy, [*works, another], [], NOW, slip_days).score >= before.score


@given(policies(), several(), DECISIONS, SLIP_DAYS)
def test_an_ungraded_attempt_costs_nothing(policy, works, decisions, slip_days):
    """Without it the score is the same, where another one is graded."""
    graded = [work for work in works if not work.ungraded]
    if graded:
        found = account(policy, works, decisions, NOW, slip_days)

        assert found.score == account(policy, graded, decisions, NOW, slip_days).score


@given(policies(), several(), DECISIONS, TIMES)
def test_an_extension_never_loses(policy, works, decisions, time):
    """Of a student with one attempt: of several, one that is accepted now may count instead."""
    without = [decision for decision in decisions if not isinstance(decision, Extension)]
    extension = Extension(**ENTERED, until=DUE + time)
    before = account(policy, works[:1], without, NOW)

    assert account(policy, works[:1], [extension, *without], NOW).score >= before.score


# --- slip days --------------------------------------------------------------------------------------------------------


@given(policies(), several(), DECISIONS, SLIP_DAYS)
def test_slip_days_are_used_by_who_is_late(policy, works, decisions, slip_days):
    """No more than are left, than one assignment may take, or than the days late; none where nothing counts."""
    found = account(policy, works, decisions, NOW, slip_days)
    limit = policy.late.slip_days_per_assignment

    assert 0 <= found.slip_days_used <= min(slip_days, slip_days if limit is None else limit)
    if found.slip_days_used:
        assert policy.due is not None
        assert found.counted is not None
        assert found.counted.handed_in_at is not None
        over = found.counted.handed_in_at - policy.due - policy.late.grace
        assert found.slip_days_used <= math.ceil(over / DAY)
        assert found.standing is not Standing.EXCUSED


@given(policies(), several(), DECISIONS, SLIP_DAYS, SLIP_DAYS)
def test_more_slip_days_never_lose(policy, works, decisions, one, other):
    """Who has more of them has as many points, or more."""
    few, many = sorted((one, other))

    assert account(policy, works, decisions, NOW, many).score >= account(policy, works, decisions, NOW, few).score


@given(policies(), attempts(), DECISIONS, SLIP_DAYS)
def test_no_slip_day_is_wasted(policy, work, decisions, slip_days):
    """With one fewer than were used a finished attempt would be worth less."""
    work = dataclasses.replace(work, pending=())
    decisions = [decision for decision in decisions if isinstance(decision, Extension | Mark)]
    found = account(policy, [work], decisions, NOW, slip_days)

    if found.slip_days_used:
        assert account(policy, [work], decisions, NOW, found.slip_days_used - 1).score < found.score
    assert account(policy, [work], decisions, NOW, found.slip_days_used).score == found.score


# --- decisions --------------------------------------------------------------------------------------------------------


@given(policies(), several(), DECISIONS, OVERRIDES, st.lists(ADJUSTMENTS, max_size=3))
def test_a_set_score_forgets_what_was_before(policy, works, decisions, override, after):
    """What is decided after it adds to it, in order."""

    def score(*entered: Decision) -> Account:
        return account(policy, works, entered, NOW)

    found = score(*decisions, override, *after)

    assert score(*decisions, override).score == max(override.points, 0)
    assert found.score == score(override, *after).score
    assert found.standing is Standing.SCORED


@given(policies(), several(), DECISIONS, ADJUSTMENTS)
def test_an_adjustment_adds_its_points(policy, works, decisions, adjustment):
    """As far as the score stays at 0 or above, and unless the student is excused."""
    adjustment = dataclasses.replace(adjustment, exercise=None)
    before = account(policy, works, decisions, NOW)
    after = account(policy, works, [*decisions, adjustment], NOW)

    excused = before.standing is Standing.EXCUSED
    assert after.score == (0 if excused else max(before.score + adjustment.points, 0))
    assert after.possible == before.possible


# --- a whole course ---------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(policies(), several(), DECISIONS, st.integers(0, 3)), max_size=4), SLIP_DAYS)
def test_slip_days_add_up(assignments, slip_days):
    """Those that were used and those that are left are all that there were; the total is a mean."""
    policy = CoursePolicy(
        order=tuple(f"a{index}" for index in range(len(assignments))),
        slip_days=slip_days,
        assignments={
            f"a{index}": dataclasses.replace(rules, slug=f"a{index}", weight=Fraction(weight))
            for index, (rules, _, _, weight) in enumerate(assignments)
        },
    )
    records = {
        f"a{index}": Record(attempts=tuple(works), decisions=tuple(decisions))
        for index, (_, works, decisions, _) in enumerate(assignments)
    }

    found = accounts(policy, "ada", records, NOW)
    shares = [one.score / one.possible for one in found.by_assignment.values() if one.possible]

    assert sum(one.slip_days_used for one in found.by_assignment.values()) + found.slip_days_left == slip_days
    assert found.slip_days_left >= 0
    assert found.total is None or 0 <= found.total <= max((*shares, Fraction(0)))
    assert len(found.steps) == len(assignments)
