"""
The rules of a course: from points of checks to the score of a student, with a sentence for each step.

    values.py      attempts and decisions of a student; the account that they give
    policy.py      what holds in a course; schema.py and loading.py read it from course.toml
    lateness.py    how late, what that costs, and which slip days are worth using
    counting.py    what one attempt is worth: its checks, extra credit, marks, lateness
    accounting.py  START HERE: attempts and decisions of one assignment to an Account
    totals.py      all assignments of one student: slip days, and the total
    ledger.py      steps, and a score that is never below 0; marking.py: points that people give
    figures.py     how points, shares and times are shown
    explaining.py  an Account as text

Nothing here reads a gradebook or a clock.
"""

from __future__ import annotations

from grader.classroom.policies.accounting import account
from grader.classroom.policies.explaining import explain, in_words
from grader.classroom.policies.figures import figure, percent, when
from grader.classroom.policies.loading import load
from grader.classroom.policies.marking import marks
from grader.classroom.policies.policy import (
    Amount,
    AssignmentPolicy,
    Counts,
    CoursePolicy,
    LatePolicy,
    Release,
)
from grader.classroom.policies.totals import accounts
from grader.classroom.policies.values import (
    DECISIONS,
    Account,
    Adjustment,
    Attempt,
    Comment,
    CourseAccount,
    Decision,
    Excused,
    Extension,
    Mark,
    NotExcused,
    Override,
    Record,
    RegradeAnswer,
    RegradeRequest,
    Standing,
    Step,
)

__all__ = [
    "DECISIONS",
    "Account",
    "Adjustment",
    "Amount",
    "AssignmentPolicy",
    "Attempt",
    "Comment",
    "Counts",
    "CourseAccount",
    "CoursePolicy",
    "Decision",
    "Excused",
    "Extension",
    "LatePolicy",
    "Mark",
    "NotExcused",
    "Override",
    "Record",
    "RegradeAnswer",
    "RegradeRequest",
    "Release",
    "Standing",
    "Step",
    "account",
    "accounts",
    "explain",
    "figure",
    "in_words",
    "load",
    "marks",
    "percent",
    "when",
]
