"""Results of checks with any text in them, as Hypothesis draws them."""

from __future__ import annotations

from hypothesis import strategies as st

from grader.model import (
    Cause,
    CheckResult,
    Disclosure,
    ExplainedBy,
    Feedback,
    Location,
    Measured,
    Outcome,
    Visibility,
)

ANY_TEXT = st.text(
    st.characters(exclude_categories=()) | st.sampled_from("\0\x1b\x07\x7f\x9b\ud800\r\n\t"), max_size=12
)
"""Control characters and lone surrogates among it."""

locations = st.builds(
    Location,
    path=ANY_TEXT | st.sampled_from(["a.py", "hw 1/a,b:c%.ipynb", "../a.py"]),
    line=st.integers(1, 10**9),
    cell=st.integers(0, 99),
)
feedbacks = st.builds(
    Feedback,
    message=ANY_TEXT,
    counterexample=st.none() | ANY_TEXT,
    expected=st.none() | ANY_TEXT,
    received=st.none() | ANY_TEXT,
    picture=st.none() | ANY_TEXT,
    hint=st.none() | ANY_TEXT,
    misconception=st.none() | st.just("off_by_one"),
    explained_by=st.none()
    | st.builds(ExplainedBy, reproduces=ANY_TEXT, distance=st.none() | st.integers(min_value=1, max_value=2)),
    follows_from=st.none()
    | st.builds(Cause, check=st.just("any_pair"), says=ANY_TEXT, function=st.none() | st.just("pair")),
    trace=st.lists(ANY_TEXT, max_size=2).map(tuple),
    raised_at=st.none() | locations,
)
checks = st.builds(
    CheckResult,
    name=st.just("any_sum"),
    title=st.just("Any two numbers are added."),
    exercise=st.just("sums"),
    points=st.integers(1, 9),
    outcome=st.sampled_from(Outcome),
    visibility=st.sampled_from(Visibility),
    disclosure=st.sampled_from(Disclosure),
    feedback=st.none() | feedbacks,
    remarks=st.lists(ANY_TEXT, max_size=2).map(tuple),
    output=ANY_TEXT,
    wall_seconds=st.floats(0),
    measured=st.lists(st.builds(Measured, name=ANY_TEXT, value=st.floats()), max_size=1).map(tuple),
    defined_at=st.none() | locations,
)
