"""Results of checks with any text in them, as Hypothesis draws them."""

from __future__ import annotations

from hypothesis import strategies as st

from grader.figures import Bars, Confusion, Curves, Figures, Line, Misread
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
numbers = st.none() | st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def confusions(draw: st.DrawFn) -> Confusion:
    """A matrix of one or two classes, with an image or none."""
    classes = draw(st.integers(1, 2))
    row = st.lists(st.integers(0, 99), min_size=classes, max_size=classes).map(tuple)
    pixels = st.binary(min_size=6, max_size=6)
    image = st.builds(
        Misread,
        width=st.just(2),
        height=st.just(1),
        channels=st.just(3),
        pixels=pixels,
        label=st.just(0),
        read_as=st.just(0),
    )
    return Confusion(
        title="read",
        labels=tuple(draw(st.lists(ANY_TEXT, min_size=classes, max_size=classes))),
        counts=tuple(draw(st.lists(row, min_size=classes, max_size=classes))),
        unread=draw(st.integers(0, 9)),
        misread=tuple(draw(st.lists(image, max_size=1))),
    )


lines = st.builds(Line, name=ANY_TEXT, values=st.lists(numbers, max_size=3).map(tuple))
bars = st.lists(st.tuples(ANY_TEXT, numbers), max_size=3).map(
    lambda pairs: Bars(
        title="norms", of="parameter", labels=tuple(one for one, _ in pairs), values=tuple(one for _, one in pairs)
    )
)
figures = st.builds(
    Figures,
    curves=st.lists(
        st.builds(Curves, title=st.just("loss"), step=st.just("epoch"), lines=st.lists(lines, max_size=2).map(tuple)),
        max_size=1,
    ).map(tuple),
    bars=st.lists(bars, max_size=1).map(tuple),
    confusions=st.lists(confusions(), max_size=1).map(tuple),
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
    peak_bytes=st.integers(0, 2**40),
    measured=st.lists(st.builds(Measured, name=ANY_TEXT, value=st.floats()), max_size=1).map(tuple),
    figures=figures,
    defined_at=st.none() | locations,
)
