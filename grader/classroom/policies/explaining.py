"""
An account as lines of text: after each step the score, then what the step says.
"""

from __future__ import annotations

from grader.classroom.policies.figures import figure
from grader.classroom.policies.values import Account, Standing

_ENDS = {
    Standing.PENDING: "; a part waits for staff",
    Standing.UNGRADED: ": there is no score yet",
    Standing.NOTHING: "",
    Standing.SCORED: "",
}


def explain(account: Account) -> str:
    """Return the steps of an account, one a line, and what they come to."""
    scores = [figure(step.score) for step in account.steps]
    width = max(map(len, scores))
    lines = [f"{score:>{width}}  {step.says}" for score, step in zip(scores, account.steps, strict=True)]
    if account.standing is Standing.EXCUSED:
        return "\n".join((*lines, "excused"))
    end = _ENDS[account.standing]
    return "\n".join((*lines, f"score {figure(account.score)} of {account.possible}{end}"))


def in_words(account: Account) -> str:
    """Return what an account comes to, as a report says it."""
    if account.standing in (Standing.EXCUSED, Standing.UNGRADED):
        return account.standing.value
    return f"{figure(account.score)} of {account.possible} points{_ENDS[account.standing]}"
