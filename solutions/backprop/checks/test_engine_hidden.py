"""Hidden checks of exercise 4: graphs that are made up, a second way back, and more paths than can be walked."""

import functools
import math

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.checks import expect, tolerances

OPERATIONS = {
    "{a} + {b}": lambda a, b, n: a + b,
    "{a} * {b}": lambda a, b, n: a * b,
    "{a} * {a}": lambda a, b, n: a * a,
    "{a} - {b}": lambda a, b, n: a - b,
    "{a} + {n}": lambda a, b, n: a + n,
    "{n} * {a}": lambda a, b, n: n * a,
    "{n} - {a}": lambda a, b, n: n - a,
    "-{a}": lambda a, b, n: -a,
    "{a}.relu()": lambda a, b, n: max(a, 0.0),
    "{a}.exp()": lambda a, b, n: math.exp(min(a, 10.0)),
    "{a}.log()": lambda a, b, n: math.log(a) if a > 0.1 else TOO_LARGE,
}
TOO_LARGE = 100.0
NUMBERS = st.integers(-12, 12).map(lambda quarters: quarters / 4)


@st.composite
def graphs(draw):
    """Draw inputs by their names, and assignments, of which the last one uses what nothing else has used."""
    inputs = dict(zip("xyz", draw(st.lists(NUMBERS, min_size=2, max_size=3)), strict=False))
    data, lines, used = dict(inputs), [], set()
    steps = st.tuples(st.sampled_from(list(OPERATIONS)), st.integers(0, 9), st.integers(0, 9), st.integers(-3, 3))
    for name, (template, one, other, n) in zip("abcdefg", draw(st.lists(steps, min_size=2, max_size=7)), strict=False):
        a, b = (list(data)[-1 - back % len(data)] for back in (one, other))
        for tried in (template, "{a} - {b}"):
            found = OPERATIONS[tried](data[a], data[b], n)
            if abs(found) < TOO_LARGE:
                lines.append(f"{name} = {tried.format(a=a, b=b, n=n)}")
                data[name] = found
                used |= {a, b} if "{b}" in tried else {a}
                break
    return inputs, (*lines, f"f = {' + '.join(one for one in data if one not in used)}"), tuple(data)


@pytest.mark.check(points=4, exercise="engine", disclosure="counterexample")
@given(graph=graphs())
@example(graph=({"x": 0.0, "y": 1.5}, ("a = x.relu()", "b = a * y", "f = b + x"), ("x", "y", "a", "b")))
def test_any_graph(student, graph):
    """Value and gradients are right in any graph, for what stands in between, too."""
    inputs, lines, names = graph
    leaves = {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in inputs.items()}
    found = dict(leaves)
    for line in lines:
        exec(line, {}, found)  # a tensor has the operations of a Value, by the same names
    gradients = torch.autograd.grad(found["f"], [found[name] for name in names], allow_unused=True)
    expected = {"f.data": found["f"].item()}
    expected |= {f"{name}.grad": 0.0 if one is None else one.item() for name, one in zip(names, gradients, strict=True)}
    made = f"{', '.join(inputs)} = {', '.join(f'Value({value})' for value in inputs.values())}"
    asked = "\n".join((made, *lines, "f.backward()", f"answer = [{', '.join(expected)}]"))
    _are_near(student.Value.use(asked), expected)


@pytest.mark.check(points=1, exercise="engine", disclosure="counterexample")
def test_second_backward(student):
    """A second backward begins anew, from the same Value or from another one, and leaves alone what it does not depend on."""
    received = student.Value.use(
        """
        a, b = Value(2.0), Value(-1.5)
        c = a * b
        f = c * c + a
        f.backward()
        first = [a.grad, b.grad, c.grad]
        f.backward()
        second = [a.grad, b.grad, c.grad]
        g = b * 5
        g.backward()
        answer = first + second + [a.grad, b.grad, c.grad]
        """
    )
    names = ("a.grad", "b.grad", "c.grad")
    first = dict(zip(names, (10.0, -12.0, -6.0), strict=True))
    times = {
        "after the first backward": first,
        "after the second one": first,
        "after g.backward()": first | {"b.grad": 5.0},
    }
    expected = {f"{name} {when}": value for when, values in times.items() for name, value in values.items()}
    expect.close_parts(received, expected, hint="what stands in grad when backward begins?")


@pytest.mark.check(points=1, exercise="engine", disclosure="counterexample")
def test_many_paths(student):
    """A Value that 2 to the power of 40 paths lead to has its gradient within a second, and so has a chain of 240 operations."""
    received = student.Value.use(
        """
        first = last = Value(1.0)
        for _ in range(40):
            last = last + last
        last.backward()
        answer = [last.data, first.grad]
        """
    )
    expect.close_parts(received, {"last.data": 2.0**40, "first.grad": 2.0**40}, hint="how often do you visit a Value?")
    received = student.Value.use(
        """
        first = last = Value(1.0)
        for number in range(80):
            last = last * 2 - number
            last = last * 0.5
        last.backward()
        answer = [last.data, first.grad]
        """
    )
    data = functools.reduce(lambda last, number: (last * 2 - number) * 0.5, range(80), 1.0)
    expect.close_parts(received, {"last.data": data, "first.grad": 1.0})


def _are_near(received, expected):
    """Require numbers that are right on the scale of the largest one, since some are differences of larger ones."""
    names = f"[{', '.join(expected)}]"
    expect.that(isinstance(received, list) and len(received) == len(expected), f"the answer should be {names}")
    allowed = tolerances.BY_DTYPE["float64"] * max(map(abs, expected.values()))
    for (name, wanted), found in zip(expected.items(), received, strict=True):
        number = expect.number(found, name)
        expect.that(
            abs(number - wanted) <= allowed, f"{name} is wrong", received=f"{number:.6g}", expected=f"{wanted:.6g}"
        )
