"""Public checks of exercise 4, the engine: graphs of a few Values."""

import math

import pytest

from grader.checks import expect


@pytest.mark.check(points=1, exercise="engine")
def test_graph_of_the_handout(student):
    """f = (x + y) z of the handout has the right value and gradients, that of x + y and its own included."""
    received = student.Value.use(
        """
        x, y, z = Value(-2.0), Value(5.0), Value(-4.0)
        s = x + y
        f = s * z
        f.backward()
        answer = [f.data, x.grad, y.grad, z.grad, s.grad, f.grad]
        """
    )
    expected = {"f.data": -12.0, "x.grad": -4.0, "y.grad": -4.0, "z.grad": 3.0, "s.grad": -4.0, "f.grad": 1.0}
    expect.close_parts(received, expected, hint="the handout draws this graph: which number stands below which line?")


@pytest.mark.check(points=1, exercise="engine")
def test_plain_numbers(student):
    """Plain numbers may stand on either side of +, - and *, and -a and sum([a, b]) work as well."""
    for expression, data, by_a, by_b in (
        ("a + 4", 7.0, 1.0, 0.0),
        ("4 + a", 7.0, 1.0, 0.0),
        ("a * 0.5", 1.5, 0.5, 0.0),
        ("0.5 * a", 1.5, 0.5, 0.0),
        ("a - 1", 2.0, 1.0, 0.0),
        ("1 - a", -2.0, -1.0, 0.0),
        ("a - b", 5.0, 1.0, -1.0),
        ("-a", -3.0, -1.0, 0.0),
        ("sum([a, b])", 1.0, 1.0, 1.0),
    ):
        lines = f"a, b = Value(3), Value(-2.0)\nf = {expression}\nf.backward()\nanswer = [f.data, a.grad, b.grad]"
        expected = {"f.data": data, "a.grad": by_a, "b.grad": by_b}
        expect.close_parts(
            student.Value.use(lines), expected, hint=f"by how much does {expression} grow if a grows by 1?"
        )


@pytest.mark.check(points=2, exercise="engine")
def test_used_in_several_ways(student):
    """What comes back to a Value on several paths is added up: a * a + a has the gradient 2 a + 1."""
    hint = "how often is each Value used, and what comes back from each use?"
    received = student.Value.use("a = Value(3.0)\nf = a * a + a\nf.backward()\nanswer = [f.data, a.grad]")
    expect.close_parts(received, {"f.data": 12.0, "a.grad": 7.0}, hint=hint)
    received = student.Value.use(
        """
        a = Value(3.0)
        b = a * 2
        c = b * b
        d = c + 1
        e = d + b
        e.backward()
        answer = [e.data, a.grad, b.grad]
        """
    )
    hint = "b has an effect on e and on c: what has come back to it when it passes its gradient on?"
    expect.close_parts(received, {"e.data": 43.0, "a.grad": 26.0, "b.grad": 13.0}, hint=hint)
    received = student.Value.use(
        """
        a = Value(3.0)
        b = a * 2
        c = a + b
        d = b * c
        d.backward()
        answer = [d.data, a.grad, b.grad, c.grad]
        """
    )
    hint = "b has an effect on d and on c: what has come back to it when it passes its gradient on?"
    expect.close_parts(received, {"d.data": 54.0, "a.grad": 36.0, "b.grad": 15.0, "c.grad": 6.0}, hint=hint)


@pytest.mark.check(points=1, exercise="engine")
def test_functions_of_values(student):
    """relu, exp and log have the right values and derivatives, relu on both sides of 0 and at 0."""
    for call, at, data, gradient in (
        ("relu", 2.0, 2.0, 3.0),
        ("relu", -2.0, 0.0, 0.0),
        ("relu", 0.0, 0.0, 0.0),
        ("exp", 1.5, math.exp(1.5), 3 * math.exp(1.5)),
        ("log", 4.0, math.log(4), 0.75),
    ):
        lines = f"a = Value({at})\nb = a.{call}()\nf = b * 3\nf.backward()\nanswer = [b.data, a.grad]"
        hint = f"what is the derivative of {call} at {at:g}, and by what is it multiplied on the way back?"
        expect.close_parts(student.Value.use(lines), {"b.data": data, "a.grad": gradient}, hint=hint)
