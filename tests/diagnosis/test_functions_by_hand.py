"""Each mistake is named in a function that was written by hand, in another way than the reference."""

from __future__ import annotations

import pytest
from tiny_courses import WriteCourse

from grader.diagnosis.mutations import mutants_of

POSITIONS = '''
def square(size, window, stride=1, padding=0):
    """Count the positions of a window."""
    reach = size + 2 * padding - window
    if reach < 0:
        raise ValueError("the window does not fit")
    return reach // stride + 1
'''
OF_POSITIONS = """
CALLS = [
    (9, 3), (10, 3, 3), (11, 4, 2, 1), (8, 3, 4, 2), (6, 2, 5, 3), (20, 6, 3), (13, 5, 4, 1), (12, 1, 2), (17, 2, 7, 5),
    (4, 3, 1, 4), (5, 3, 7), (5, 8, 2, 2), (7, 7),
]
REFUSED = [(2, 5), (3, 9, 1, 1), (1, 4, 2, 1)]
"""
WRONG_POSITIONS = {
    "nothing_is_refused": """
import numpy as np

def square(size, window, stride=1, padding=0):
    return int(np.floor((padding + size + padding - window) / stride)) + 1
""",
    "raises_another_error": """
def square(size, window, stride=1, padding=0):
    padded = padding + size + padding
    assert window <= padded, "too small"
    return len(range(0, padded - window + 1, stride))
""",
    "returns_where_it_should_raise": """
def square(size, window, stride=1, padding=0):
    return len(range(0, padding + size + padding - window + 1, stride))
""",
    "decides_otherwise_at_the_border": """
def square(size, window, stride=1, padding=0):
    padded = padding + size + padding
    if window >= padded:
        raise ValueError
    return sum(1 for start in range(0, padded, stride) if start + window <= padded)
""",
    "compares_the_other_way": """
import math

def square(size, window, stride=1, padding=0):
    padded = padding + size + padding
    if padded >= window:
        raise ValueError
    return math.floor((padded - window) / stride) + 1
""",
    "a_term_is_missing": """
def square(size, window, stride=1, padding=0):
    row = [0] * padding + [1] * size + [0] * padding
    return 1 + len(row[stride - 1 :: stride])
""",
    "a_factor_is_missing": """
import numpy as np

def square(size, window, stride=1, padding=0):
    padded = np.concatenate([np.zeros(padding), np.ones(size)])
    starts = [start for start in range(0, len(padded), stride) if start + window <= len(padded)]
    if not starts:
        raise ValueError
    return len(starts)
""",
    "something_counts_twice": """
def square(size, window, stride=1, padding=0):
    row = [1] * size
    for _ in range(2):
        row = [0] * padding + row + [0] * padding
    if len(row) < window:
        raise ValueError
    return len(row[window - 1 :: stride])
""",
    "something_is_scaled": """
def square(size, window, stride=1, padding=0):
    end = padding + size + padding - sum(stride for _ in range(window))
    if end < 0:
        raise ValueError
    return len(range(0, end + 1, stride))
""",
    "rounds_up": """
import math

def square(size, window, stride=1, padding=0):
    if window > size + padding + padding:
        raise ValueError
    return math.ceil((size + padding + padding - window) / stride) + 1
""",
    "each_term_is_rounded": """
def square(size, window, stride=1, padding=0):
    whole = padding + size + padding
    if whole < window:
        raise ValueError
    ends, _ = divmod(whole, stride)
    first, _ = divmod(window, stride)
    return 1 + ends - first
""",
    "rounds_to_nearest": """
import numpy as np

def square(size, window, stride=1, padding=0):
    if window > size + padding + padding:
        raise ValueError
    return 1 + int(np.rint(np.divide(size + padding + padding - window, stride)))
""",
    "divides_without_rounding": """
def square(size, window, stride=1, padding=0):
    if size + padding + padding < window:
        raise ValueError
    return (size + padding + padding + stride - window) / stride
""",
    "returns_a_float": """
import math

def square(size, window, stride=1, padding=0):
    if size + padding + padding < window:
        raise ValueError
    return 1.0 + math.floor((size + padding + padding - window) / stride)
""",
    "another_operation": """
def square(size, window, stride=1, padding=0):
    inner = list(range(size))[padding : size - padding] if 2 * padding < size else []
    end = len(inner) - window if inner else size - padding - padding - window
    if end < 0:
        raise ValueError
    return len(range(0, end + 1, stride))
""",
    "the_wrong_way_round": """
def square(size, window, stride=1, padding=0):
    left = padding + size + padding
    if left < window:
        raise ValueError
    whole, _rest = divmod(stride, left - window)
    return whole + 1
""",
    "off_by_one": """
def square(size, window, stride=1, padding=0):
    start, count = 0, 1
    if window > padding + size + padding:
        raise ValueError
    while start + window <= padding + size + padding:
        start, count = start + stride, count + 1
    return count
""",
    "another_value_in_its_place": """
def square(size, window, stride=1, padding=0):
    end = padding + size + padding - window
    if end < 0:
        raise ValueError
    return len(range(0, end + 1, window))
""",
    "an_argument_is_ignored": """
def square(size, window, stride=1, padding=0):
    if window > size:
        raise ValueError
    return len(list(range(size))[window - 1 :: stride])
""",
    "another_default": """
def square(size, window, stride=2, padding=0):
    row = [0] * padding + [1] * size + [0] * padding
    if len(row) < window:
        raise ValueError
    return len(row[window - 1 :: stride])
""",
    "two_arguments_exchanged": """
def square(size, stride, window=1, padding=0):
    row = [0] * padding + [1] * size + [0] * padding
    if len(row) < window:
        raise ValueError
    return len(row[window - 1 :: stride])
""",
    "refuses_too_much": """
def square(size, window, stride=1, padding=0):
    row = [0] * padding + [1] * size + [0] * padding
    count = len(row[window - 1 :: stride])
    if count < 2:
        raise ValueError
    return count
""",
}
OUTLINE = '''
def square(images, shift, window=3, bias=True):
    """Make a few numbers of a shape (C, H, W) and a window, which is one side or two."""
    channels, height, width = images
    tall, wide = window if isinstance(window, tuple) else (window, window)
    rows, columns = _moved(height - 4, tall, shift), _moved(width - 4, wide, shift)
    return channels * rows * columns + (channels if bias else 2), max(-1, height - width), rows


def _moved(side, step, further=0):
    return side // step + further
'''
OF_OUTLINE = """
CALLS = [
    ((3, 9, 8), 2), ((1, 2, 3), 5, (2, 3)), ((4, 1, 12), 1, (5, 2)), ((2, 6, 3), 7, (4, 3), False), ((5, 3, 2), 1, 5),
    ((6, 12, 1), 3, (2, 7), False), ((2, 15, 11), 4, 2), ((7, 2, 2), 2, (4, 3), False), ((3, 8, 5), 9), ((2, 5, 9), 3, (1, 4)),
]
"""
WRONG_OUTLINES = {
    "cuts_towards_zero": """
import math

def square(images, shift, window=3, bias=True):
    c, h, w = images
    kh, kw = (window, window) if isinstance(window, int) else window
    a = math.trunc((h - 4) / kh) + shift
    b = math.trunc((w - 4) / kw) + shift
    return c * a * b + (c if bias else 2), h - w if h - w > -1 else -1, a
""",
    "two_things_exchanged": """
def square(images, shift, window=3, bias=True):
    c, h, w = images
    kh, kw = (window, window) if isinstance(window, int) else window
    a = kh // (h - 4) + shift
    b = (w - 4) // kw + shift
    return c * a * b + (c if bias else 2), h - w if h - w > -1 else -1, a
""",
    "an_argument_is_not_passed_on": """
def square(images, shift, window=3, bias=True):
    c, h, w = images
    kh, kw = (window, window) if isinstance(window, int) else window
    a = (h - 4) // kh + shift
    b = (w - 4) // kw
    total = 2
    if bias:
        total = c
    return total + c * a * b, h - w if h - w > -1 else -1, a
""",
    "a_case_is_forgotten": """
def square(images, shift, window=3, bias=True):
    c, h, w = images
    kh, kw = (window, window) if isinstance(window, int) else window
    a, b = ((side - 4) // k + shift for side, k in ((h, kh), (w, kw)))
    return 2 + c * a * b, sorted([-1, h - w])[1], a
""",
    "an_argument_counts_in_one_direction": """
def square(images, shift, window=3, bias=True):
    c, h, w = images
    k = window if isinstance(window, int) else window[0]
    a, b = (h - 4) // k + shift, (w - 4) // 3 + shift
    total = c if bias else 2
    return total + c * a * b, sorted([-1, h - w])[1], a
""",
    "takes_the_first_for_all": """
def square(images, shift, window=3, bias=True):
    c, h, w = images
    k = window if isinstance(window, int) else window[0]
    a, b = [(side - 4) // k + shift for side in (h, w)]
    total = c if bias else 2
    return total + c * a * b, sorted([-1, h - w])[1], a
""",
    "takes_the_last_for_all": """
def square(images, shift, window=3, bias=True):
    c, h, w = images
    if not isinstance(window, int):
        _, window = window
    a, b = [(side - 4) // window + shift for side in (h, w)]
    total = c if bias else 2
    return total + c * a * b, sorted([-1, h - w])[1], a
""",
    "takes_the_largest_for_all": """
def square(images, shift, window=3, bias=True):
    c, h, w = images
    *_, k = (window,) if isinstance(window, int) else sorted(window)
    a, b = [(side - 4) // k + shift for side in (h, w)]
    total = c if bias else 2
    return total + c * a * b, sorted([-1, h - w])[1], a
""",
    "takes_the_smallest_for_all": """
import numpy as np

def square(images, shift, window=3, bias=True):
    c, h, w = images
    k = int(np.min(window))
    a, b = [(side - 4) // k + shift for side in (h, w)]
    total = c if bias else 2
    return total + c * a * b, sorted([-1, h - w])[1], a
""",
    "takes_a_pair_the_wrong_way_round": """
def square(images, shift, window=3, bias=True):
    c, h, w = images
    kw, kh = window if hasattr(window, "__len__") else [window] * 2
    a, b = (h - 4) // kh + shift, (w - 4) // kw + shift
    total = c if bias else 2
    return total + c * a * b, sorted([-1, h - w])[1], a
""",
    "takes_the_parts_in_another_order": """
def square(images, shift, window=3, bias=True):
    h, w, c = images
    kh, kw = window if hasattr(window, "__len__") else [window] * 2
    a, b = (h - 4) // kh + shift, (w - 4) // kw + shift
    total = c if bias else 2
    return total + c * a * b, sorted([-1, h - w])[1], a
""",
    "a_pair_is_not_taken": """
def square(images, shift, window=3, bias=True):
    c, h, w = images
    a, b = (h - 4) // window + shift, (w - 4) // window + shift
    total = c if bias else 2
    return total + c * a * b, sorted([-1, h - w])[1], a
""",
    "another_number": """
def square(images, shift, window=3, bias=True):
    c, h, w = images
    kh, kw = window if hasattr(window, "__len__") else [window] * 2
    a, b = (h - 4) // kh + shift, (w - 4) // kw + shift
    total = c if bias else 2
    return total + c * a * b, sorted([1, h - w])[1], a
""",
    "answers_in_another_order": """
def square(images, shift, window=3, bias=True):
    c, h, w = images
    kh, kw = window if hasattr(window, "__len__") else [window] * 2
    a, b = (h - 4) // kh + shift, (w - 4) // kw + shift
    return a, c * a * b + (c if bias else 2), sorted([-1, h - w])[1]
""",
    "returns_a_nested_answer": """
def square(images, shift, window=3, bias=True):
    c, h, w = images
    kh, kw = window if hasattr(window, "__len__") else [window] * 2
    a, b = (h - 4) // kh + shift, (w - 4) // kw + shift
    return [c * a * b + (c if bias else 2), sorted([-1, h - w])[1:] + [a]]
""",
}
CHECKS = '''
@pytest.mark.check(points=1, exercise="squares")
def test_answers(student, reference):
    """The answers are right."""
    expect.equal([student.square(*call) for call in CALLS], [reference.square(*call) for call in CALLS])
'''
REFUSES = '''
@pytest.mark.check(points=1, exercise="squares")
def test_refuses(student):
    """What does not fit is refused."""
    for call in REFUSED:
        expect.raises(ValueError, student.square, *call)
'''
UNSEEN = {
    "returns_a_list",  # a list of the right numbers passes: `expect.equal` takes it for the tuple
    "parameters_in_another_order",  # of calls without names it is the same as two arguments that are exchanged
}
"""Names for which there is no function here."""


def named(course: WriteCourse, checks: str, reference: str, source: str) -> set[str | None]:
    """Return what is named in the checks that a source does not pass."""
    results = course(checks, reference=reference).grade(source).checks
    return {one.feedback.misconception for one in results if one.feedback}


@pytest.mark.slow
@pytest.mark.remaining
@pytest.mark.parametrize("name", WRONG_POSITIONS)
def test_a_mistake_with_numbers_is_named(tiny_course: WriteCourse, name: str) -> None:
    """The name is that of the change of the reference which gives the same answers, though it shares no line with it."""
    found = named(tiny_course, OF_POSITIONS + CHECKS + REFUSES, POSITIONS, WRONG_POSITIONS[name])

    assert found - {None} == {name}  # where exceptions are all that was seen, nothing is named


@pytest.mark.slow
@pytest.mark.remaining
@pytest.mark.parametrize("name", WRONG_OUTLINES)
def test_a_mistake_with_pairs_is_named(tiny_course: WriteCourse, name: str) -> None:
    """The name is that of the change of the reference which gives the same answers, though it shares no line with it."""
    assert named(tiny_course, OF_OUTLINE + CHECKS, OUTLINE, WRONG_OUTLINES[name]) == {name}


@pytest.mark.parametrize(
    "rounded",
    [
        pytest.param("round((padded - window) / stride + 1)", id="one-is-added-before"),
        pytest.param("int((padded - window) / stride + 0.5) + 1", id="one-half-upwards"),
    ],
)
def test_a_way_to_round_is_named(tiny_course: WriteCourse, rounded: str) -> None:
    """Ways to round to the nearest differ at one half."""
    source = f"""
def square(size, window, stride=1, padding=0):
    padded = padding + size + padding
    if window > padded:
        raise ValueError
    return {rounded}
"""

    assert named(tiny_course, OF_POSITIONS + CHECKS + REFUSES, POSITIONS, source) == {"rounds_to_nearest"}


@pytest.mark.parametrize(
    "counted",
    [
        pytest.param("size // stride - window // stride + 2 * padding // stride + 1", id="all"),
        pytest.param("size // stride + (2 * padding - window) // stride + 1", id="the-input-apart"),
        pytest.param("(size - window) // stride + (padding + padding) // stride + 1", id="the-padding-apart"),
    ],
)
def test_a_way_to_round_parts_of_a_sum_is_named(tiny_course: WriteCourse, counted: str) -> None:
    """One term may be divided apart from the others, or each."""
    source = f"""
def square(size, window, stride=1, padding=0):
    if window > padding + size + padding:
        raise ValueError
    return {counted}
"""

    assert named(tiny_course, OF_POSITIONS + CHECKS + REFUSES, POSITIONS, source) == {"each_term_is_rounded"}


def test_a_value_that_was_computed_is_taken_for_an_argument_or_another_value(tiny_course: WriteCourse) -> None:
    """A default that was filled in, and what a function has a name for, may stand where another value belongs."""
    reference = '''
    def square(size, window, stride=None):
        """Count something like windows."""
        if 2 * size < window:
            raise ValueError("it does not fit")
        rows, columns = size - window, size * 3
        return rows * columns, rows + (window if stride is None else stride), columns + rows
    '''
    checks = '''
    CALLS = [(9, 2), (9, 3, 30), (10, 3, 2), (4, 7), (13, 5, 1), (8, 9, 2), (6, 4), (7, 1, 20), (15, 11, 3)]

    @pytest.mark.check(points=1, exercise="squares")
    def test_answers(student, reference):
        """The answers are right."""
        expect.equal([student.square(*call) for call in CALLS], [reference.square(*call) for call in CALLS])
    '''
    of_a_step = """
    def square(size, window, stride=None):
        step = stride or window
        if size + size < step:
            raise ValueError
        inner = size - window
        return inner * size * 3, inner + step, size * 3 + inner
    """
    of_a_sum = """
    def square(size, window, stride=None):
        if size + size < window:
            raise ValueError
        three = size + size + size
        return three * (size - window), size - window + (stride or window), three + three
    """

    results = [tiny_course(checks, reference=reference).check(source) for source in (of_a_step, of_a_sum)]
    told = [(one.feedback.misconception, str(one.feedback.hint)) for one in results if one.feedback]

    assert [name for name, _hint in told] == ["another_value_in_its_place"] * 2
    assert "takes `stride` where `window` belongs" in told[0][1]
    assert "takes one value where another belongs" in told[1][1]


def test_an_order_of_parameters_is_told_from_arguments_that_are_exchanged(tiny_course: WriteCourse) -> None:
    """Calls by name are right, those by position are not."""
    by_name = '''
@pytest.mark.check(points=1, exercise="squares")
def test_names(student, reference):
    """Arguments may be named."""
    for size in (9, 14):
        expect.equal(student.square(size, 3, padding=2, stride=3), reference.square(size, 3, 3, 2))
'''
    source = """
def square(size, window, padding=0, stride=1):
    row = [0] * padding + [1] * size + [0] * padding
    if len(row) < window:
        raise ValueError
    return len(row[window - 1 :: stride])
"""

    assert named(tiny_course, OF_POSITIONS + by_name + CHECKS, POSITIONS, source) == {"parameters_in_another_order"}


def test_every_change_is_written_by_hand() -> None:
    """There is a function for each name that is made of the two references, and for no other."""
    made = {mutant.name for reference in (POSITIONS, OUTLINE) for mutant in mutants_of(reference, "square")}

    assert {*WRONG_POSITIONS, *WRONG_OUTLINES} == made - UNSEEN
