"""Which attempt counts, what is added to its points, and what staff decide."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from attempts import DUE, ENTERED, NOW, PACIFIC, attempt, mark, scored

from grader.classroom.policies import (
    Account,
    Adjustment,
    Amount,
    AssignmentPolicy,
    Comment,
    Counts,
    Excused,
    Extension,
    LatePolicy,
    Override,
    RegradeAnswer,
    RegradeRequest,
    Release,
    Standing,
    account,
    explain,
)

DAY = dt.timedelta(days=1)
LATE = LatePolicy(per_day=Amount(share=Fraction(1, 10)), accept_days=7)


def rules(**keys: object) -> AssignmentPolicy:
    """Return a policy with these keys."""
    return AssignmentPolicy(**{"slug": "addition", "timezone": PACIFIC, "due": DUE, "late": LATE, **keys})  # type: ignore[arg-type]


def plain(**keys: object) -> AssignmentPolicy:
    """Return a policy without a due date, so that no sentence is about it."""
    return rules(due=None, **keys)


def says(found: Account) -> list[str]:
    """Return the sentences."""
    return [step.says for step in found.steps]


def scores(found: Account) -> list[Fraction]:
    """Return the scores after each of them."""
    return [step.score for step in found.steps]


# --- which attempt ----------------------------------------------------------------------------------------------------


def test_nothing_was_handed_in():
    """The score is 0 of what is possible, and says that it stands for nothing."""
    found = account(plain(), [], [], NOW, possible=30)

    assert (found.score, found.possible, found.counted, found.standing) == (0, 30, None, Standing.NOTHING)
    assert says(found) == ["nothing was handed in"]


def test_the_latest_counts():
    """Whatever it is worth, and in whatever order attempts are given."""
    first, second = attempt(1, 24), attempt(2, 20)

    found = account(plain(), [second, first], [], NOW)

    assert (found.score, found.counted) == (20, second)
    assert says(found) == ["attempt 2 of 2 counts, the latest: 20 of 30 points"]


def test_the_best_counts():
    """It is the best after what being late costs; of equal ones the earliest."""
    attempts = [attempt(1, 24), attempt(2, 26, after=DAY), attempt(3, 24)]

    found = account(rules(counts=Counts.BEST), attempts, [], NOW)

    assert (found.score, found.counted) == (24, attempts[0])
    assert says(found)[0] == "attempt 1 of 3 counts, the best after what being late costs: 24 of 30 points"


def test_the_best_saves_slip_days():
    """Where two attempts come to the same score, the one counts that needs fewer slip days."""
    attempts = [attempt(1, 24, after=DAY), attempt(2, 24, after=0 * DAY)]

    found = account(rules(counts=Counts.BEST), attempts, [], NOW, 3)

    assert (found.score, found.slip_days_used, found.counted) == (24, 0, attempts[1])


def test_attempts_beyond_the_limit():
    """They do not count, and each gets a sentence; an ungraded one takes none away from the student."""
    attempts = [attempt(1, 10), attempt(2, 0, ungraded=True), attempt(3, 20), attempt(4, 30)]

    found = account(plain(attempts=2), attempts, [], NOW)

    assert (found.score, found.counted) == (20, attempts[2])
    assert says(found) == [
        "attempt 3 of 4 counts, the latest of those that may count: 20 of 30 points",
        "attempt 2 is ungraded, through no fault of the student: it does not count",
        "attempt 4 does not count: 2 attempts may be handed in",
    ]
    assert scores(found) == [20, 20, 20]


def test_an_ungraded_attempt_replaces_no_graded_one():
    """The latest that is graded counts, and staff are told to grade the other one again."""
    found = account(plain(), [attempt(1, 24), attempt(2, 0, ungraded=True)], [], NOW)

    assert (found.score, found.standing) == (24, Standing.SCORED)
    assert found.warnings == ("attempt 2 is ungraded: grade it again",)


def test_only_ungraded_attempts():
    """There is no score, which is something else than a score of 0."""
    found = account(plain(), [attempt(1, 0, ungraded=True)], [], NOW)

    assert (found.score, found.possible, found.counted, found.standing) == (0, 30, None, Standing.UNGRADED)
    assert explain(found).splitlines() == [
        "0  no attempt could be graded yet",
        "0  attempt 1 is ungraded, through no fault of the student: it does not count",
        "score 0 of 30: there is no score yet",
    ]


@pytest.mark.parametrize("counts", Counts)
def test_an_attempt_that_is_not_accepted_replaces_no_other(counts):
    """Who hands in once more when it is over loses nothing."""
    found = account(rules(counts=counts), [attempt(1, 24), attempt(2, 30, after=8 * DAY)], [], NOW)

    assert found.score == 24
    assert says(found) == [
        "attempt 1 of 2 counts, the latest of those that may count: 24 of 30 points",
        "handed in on time (due 13 Nov 2026 23:59)",
        "attempt 2: handed in 8 days late (due 13 Nov 2026 23:59); after 7 days it counts nothing",
    ]


def test_only_attempts_that_are_not_accepted():
    """The latest is shown with what became of it."""
    found = account(rules(), [attempt(1, 20, after=9 * DAY), attempt(2, 24, after=9 * DAY)], [], NOW)

    assert (found.score, found.counted and found.counted.number) == (0, 2)
    assert scores(found)[:2] == [24, 0]


# --- extra credit, scale ----------------------------------------------------------------------------------------------


def test_extra_credit():
    """It is earned and not possible; lateness is a share of what is possible without it."""
    work = attempt(score=scored(sums=(30, 30), bonus=(4, 5)), after=DAY)

    found = account(rules(extra_credit=("bonus",)), [work], [], NOW)

    assert (found.score, found.possible) == (31, 30)
    assert says(found) == [
        "attempt 1: 30 of 30 points",
        "extra credit for Bonus: 4 of 5 points",
        "handed in 1 day late (due 13 Nov 2026 23:59): −10% of 30 points = −3",
    ]


def test_extra_credit_that_was_left_out_for_another_exercise():
    """What does not count in its choice does not count as extra credit."""
    work = attempt(score=scored(sums=(20, 30), bonus=(0, 5, False)))

    found = account(plain(extra_credit=("bonus",)), [work], [], NOW)

    assert (found.score, found.possible, len(found.steps)) == (20, 30, 1)


def test_another_scale():
    """Points are scaled exactly, after lateness; what is shown is rounded."""
    found = account(rules(scale_to=100), [attempt(1, 23, after=DAY)], [], NOW)

    assert (found.score, found.possible) == (Fraction(200, 3), 100)
    assert says(found)[-1] == "20 of 30 points is 66.67 of 100"
    assert explain(found).splitlines()[-2:] == ["66.67  20 of 30 points is 66.67 of 100", "score 66.67 of 100"]


def test_a_scale_where_nothing_is_possible():
    """It changes nothing."""
    found = account(plain(scale_to=100, extra_credit=("sums",)), [attempt()], [], NOW)

    assert (found.score, found.possible) == (24, 0)


# --- marks ------------------------------------------------------------------------------------------------------------

ESSAY = attempt(score=scored(sums=(20, 20), essay=(0, 10)), pending=("essay",))


def test_what_waits_for_staff():
    """It is listed and said, and its points are possible."""
    found = account(plain(), [ESSAY], [], NOW)

    assert (found.score, found.possible, found.pending, found.standing) == (20, 30, ("essay",), Standing.PENDING)
    assert says(found) == ["attempt 1: 20 of 30 points", "Essay waits for staff: 10 points"]
    assert explain(found).splitlines()[-1] == "score 20 of 30; a part waits for staff"


def test_an_exercise_that_waits_and_has_no_score():
    """It is named as it is."""
    found = account(plain(), [attempt(pending=("poem",))], [], NOW)

    assert (found.pending, says(found)[-1]) == (("poem",), "poem waits for staff")


def test_marks():
    """They go in, the last one of each item, and their comments go to the student."""
    given = [
        mark("essay", "clarity", 1, "unclear"),
        mark("essay", "depth", 3.5),
        mark("essay", "clarity", 2, "clear after all"),
    ]

    found = account(plain(), [ESSAY], given, NOW)

    assert (found.score, found.pending, found.standing) == (Fraction(51, 2), (), Standing.SCORED)
    assert says(found)[1:] == ["Essay, marked by grace (clarity 2, depth 3.5): 5.5 of 10 points"]
    assert found.comments == ("Essay, clarity: clear after all",)


def test_a_rubric_that_is_marked_in_part():
    """It waits until every item has a mark."""
    work = attempt(score=ESSAY.score, pending=("essay",), rubric={"essay": ("clarity", "depth", "style")})
    one = [mark("essay", "clarity", 2)]

    found = account(plain(), [work], one, NOW)
    done = account(plain(), [work], [*one, mark("essay", "depth", 1), mark("essay", "style", 1)], NOW)

    assert (found.score, found.pending) == (22, ("essay",))
    assert says(found)[-1] == "Essay waits for staff, who have not marked depth, style"
    assert (done.score, done.pending) == (24, ())


@pytest.mark.parametrize(
    ("points", "score", "end"),
    [(12, 30, "12 of 10 points, which counts as 10"), (-1, 20, "−1 of 10 points, which counts as 0")],
)
def test_marks_beyond_an_exercise(points, score, end):
    """An exercise is worth its points at most, and 0 at least."""
    found = account(plain(), [ESSAY], [mark("essay", "all", points)], NOW)

    assert found.score == score
    assert says(found)[-1].endswith(f": {end}")


def test_marks_beside_checks():
    """An exercise may have both."""
    work = attempt(score=scored(essay=(4, 10)), pending=("essay",))

    found = account(plain(), [work], [mark("essay", "style", 3)], NOW)

    assert found.score == 7
    assert says(found)[-1] == "Essay, marked by grace (style 3, checks 4): 7 of 10 points"


def test_marks_of_extra_credit():
    """They are not possible either."""
    found = account(plain(extra_credit=("essay",)), [ESSAY], [mark("essay", "all", 8)], NOW)

    assert (found.score, found.possible) == (28, 20)
    assert says(found)[1:] == ["Essay, marked by grace (all 8): 8 of 10 points, as extra credit"]


def test_marks_that_fit_nothing():
    """They add nothing, and staff are told why."""
    work = attempt(score=scored(sums=(20, 20), essay=(0, 10, False)), pending=("essay",))

    found = account(plain(), [work], [mark("essay", "all", 8), mark("poem", "all", 8)], NOW)

    assert (found.score, found.pending) == (20, ())
    assert found.warnings == (
        "Essay has marks, which add nothing: another exercise of its choice counts",
        "poem has marks, which add nothing: the attempt has no such exercise",
    )


def test_marks_of_an_earlier_attempt():
    """They hold, and staff are told to look again."""
    work = attempt(2, score=ESSAY.score, pending=("essay",), after=DAY)

    found = account(plain(), [work], [mark("essay", "all", 8, at=DUE)], NOW)

    assert found.score == 28
    assert found.warnings == ("Essay was marked before attempt 2 was handed in: look at it again",)


# --- decisions --------------------------------------------------------------------------------------------------------


def adjust(points: float, exercise: str | None = None, reason: str = "") -> Adjustment:
    """Return an adjustment by grace."""
    return Adjustment(**{**ENTERED, "reason": reason}, exercise=exercise, points=Fraction(points))


def override(points: float) -> Override:
    """Return a score that grace has set."""
    return Override(**ENTERED, points=Fraction(points))


EXCUSED = Excused(**{**ENTERED, "reason": "ill"})


def test_adjustments():
    """They add and take points, in order, and never lead below 0; above what is possible they may lead."""
    decisions = [adjust(-30, reason="copied"), adjust(2, "sums", "the check was too strict"), adjust(40)]

    found = account(plain(), [attempt()], decisions, NOW)

    assert says(found)[1:] == [
        "adjusted by −30 (grace: copied); no score is below 0",
        "Sums adjusted by +2 (grace: the check was too strict)",
        "adjusted by +40 (grace)",
    ]
    assert scores(found) == [24, 0, 2, 42]
    assert (found.score, found.possible) == (42, 30)


def test_adjustments_of_a_scaled_score():
    """Points of an exercise are those of its checks; others are of the score as it is shown."""
    found = account(plain(scale_to=100), [attempt()], [adjust(1, "sums"), adjust(1)], NOW)

    assert says(found)[2:] == ["Sums adjusted by +1, scaled +3.33 (grace)", "adjusted by +1 (grace)"]
    assert found.score == Fraction(80) + Fraction(100, 30) + 1


def test_points_for_a_student_who_handed_in_nothing():
    """They make it a score."""
    found = account(plain(), [], [adjust(5)], NOW, possible=30)

    assert (found.score, found.standing) == (5, Standing.SCORED)


def test_an_adjustment_grades_nothing():
    """Where no attempt could be graded, there is no score until somebody sets one."""
    work = [attempt(1, 0, ungraded=True)]

    assert account(plain(), work, [adjust(5)], NOW).standing is Standing.UNGRADED
    assert account(plain(), work, [override(5)], NOW).standing is Standing.SCORED


def test_a_score_that_is_set():
    """It is the score whatever was computed, what waits no longer does, and later adjustments add to it."""
    found = account(plain(scale_to=100), [ESSAY], [adjust(3), override(85), adjust(-1)], NOW)

    assert says(found)[-2:] == ["set to 85 points (grace)", "adjusted by −1 (grace)"]
    assert (found.score, found.pending, found.standing) == (84, (), Standing.SCORED)


def test_a_score_that_is_set_below_zero():
    """It is 0, and the sentence says so."""
    found = account(plain(), [attempt()], [override(-1)], NOW)

    assert (found.score, says(found)[-1]) == (0, "set to −1 points (grace); no score is below 0")


def test_an_excused_student():
    """The assignment counts nothing, no slip day is used for it, and points change nothing."""
    found = account(rules(), [attempt(after=DAY)], [EXCUSED, adjust(2)], NOW, 3)

    assert (found.score, found.possible, found.standing, found.slip_days_used) == (0, 0, Standing.EXCUSED, 0)
    assert says(found)[-2:] == [
        "excused (grace: ill): the assignment does not count",
        "+2 (grace) changes nothing for who is excused",
    ]
    assert explain(found).splitlines()[-1] == "excused"


def test_the_last_of_excused_and_set_holds():
    """Either takes the other one back."""
    counts = account(rules(), [attempt(after=DAY)], [EXCUSED, override(20)], NOW, 3)
    excused = account(rules(), [attempt(after=DAY)], [override(20), EXCUSED], NOW, 3)

    assert (counts.score, counts.possible, counts.standing) == (20, 30, Standing.SCORED)
    assert (excused.score, excused.possible, excused.standing) == (0, 0, Standing.EXCUSED)


def extend(until: dt.datetime, reason: str = "") -> Extension:
    """Return an extension by grace."""
    return Extension(**{**ENTERED, "reason": reason}, until=until)


@pytest.mark.parametrize(
    ("in_file", "entered", "score", "sentence"),
    [
        (None, [2], 24, "extension: due 15 Nov 2026 23:59, not 13 Nov 2026 23:59 (grace: ill)"),
        (2, [], 24, "extension: due 15 Nov 2026 23:59, not 13 Nov 2026 23:59 (course.toml)"),
        (2, [1], 24, "extension: due 15 Nov 2026 23:59, not 13 Nov 2026 23:59 (course.toml)"),
        (1, [2], 24, "extension: due 15 Nov 2026 23:59, not 13 Nov 2026 23:59 (grace: ill)"),
        (None, [20, 1], 21, "extension: due 14 Nov 2026 23:59, not 13 Nov 2026 23:59 (grace: ill)"),
        (None, [-1], 18, "an extension until 12 Nov 2026 23:59 changes nothing: that is no later (grace: ill)"),
    ],
)
def test_extensions(in_file, entered, score, sentence):
    """The last one that was entered holds, or that of the file if it is later; neither takes time away."""
    policy = rules(extension=None if in_file is None else DUE + in_file * DAY)

    found = account(policy, [attempt(after=2 * DAY)], [extend(DUE + days * DAY, "ill") for days in entered], NOW)

    assert found.score == score
    assert sentence in says(found)


def test_an_extension_of_nothing():
    """Without a due date it changes nothing."""
    found = account(plain(), [attempt()], [extend(DUE)], NOW)

    assert says(found)[-1] == "an extension changes nothing, since there is no due date (grace)"


def test_comments_and_requests():
    """A student reads comments and answers; staff see which requests nobody has answered."""
    asked = [RegradeRequest(**{**ENTERED, "by": "ada"}, text=text) for text in ("Is 0.3 not 0.1 + 0.2?", "Why −3?")]
    decisions = [
        *asked,
        Comment(**ENTERED, text="Well done."),
        RegradeAnswer(**ENTERED, request=1, text="It is not."),
        RegradeAnswer(**ENTERED, request=0, text="Yes."),
        RegradeAnswer(**ENTERED, request=7, text="Yes."),
    ]

    found = account(plain(), [attempt()], decisions, NOW)

    assert found.score == 24
    assert found.comments == ("Well done.", "You asked: Is 0.3 not 0.1 + 0.2? Answer: It is not.")
    assert found.open_requests == (2,)
    assert found.warnings == (
        "request 2 for a regrade is open: Why −3?",
        "an answer names request 0 for a regrade, which there is not",
        "an answer names request 7 for a regrade, which there is not",
    )


# --- release ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("release", "days", "is_published", "is_released"),
    [
        (Release.AT_ONCE, -1, False, True),
        (Release.DUE, -1, True, False),
        (Release.DUE, 0, False, True),
        (Release.PUBLISHED, 9, False, False),
        (Release.PUBLISHED, -9, True, True),
        (DUE + 3 * DAY, 2, True, False),
        (DUE + 3 * DAY, 3, False, True),
    ],
)
def test_release(release, days, is_published, is_released):
    """A student sees score and feedback when the policy says so."""
    policy = rules(release=release)

    found = account(policy, [attempt()], [], DUE + days * DAY, is_published=is_published)

    assert found.is_released is is_released


def test_an_extension_delays_the_release():
    """Who can still hand in on time does not see the feedback yet."""
    policy, until = rules(release=Release.DUE), extend(DUE + 2 * DAY)

    assert not account(policy, [attempt()], [until], DUE + DAY).is_released
    assert account(policy, [attempt()], [until], DUE + 2 * DAY).is_released


def test_what_was_handed_in_once_more_is_the_latest_and_no_further_attempt() -> None:
    """The first one again, after the second: it counts, and of those that may count none is taken away or added."""
    twice = [attempt(1, 20, turn=3), attempt(2, 10, turn=1), attempt(3, 30, turn=2)]
    found = account(AssignmentPolicy(slug="sums"), twice, (), NOW)
    assert found.steps[0].says == "attempt 1 of 3 counts, the latest, since it was handed in once more: 20 of 30 points"
    limited = account(AssignmentPolicy(slug="sums", attempts=2), twice, (), NOW)
    assert [step.says for step in limited.steps] == [
        "attempt 1 of 3 counts, the latest, since it was handed in once more: 20 of 30 points",
        "attempt 3 does not count: 2 attempts may be handed in",
    ]
