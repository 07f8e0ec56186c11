"""What passes, what does not, and what a student reads then."""

from __future__ import annotations

import math
from collections.abc import Callable
from unittest.mock import ANY

import numpy
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import expect, findings, tolerances
from grader.errors import CheckFailed, ForbiddenOperation, StudentRaised
from grader.protocol import Opaque

NAN, INF = math.nan, math.inf


def failure(
    function: Callable[..., None], *args: object, **kwargs: object
) -> tuple[str, str | None, str | None, str | None]:
    """Return message, expected, received and hint of an expectation that must fail."""
    with pytest.raises(CheckFailed) as caught:
        function(*args, **kwargs)
    return caught.value.message, caught.value.expected, caught.value.received, caught.value.hint


# --- equal ---


@pytest.mark.parametrize(
    ("received", "expected"),
    [(5, 5), (True, True), (None, None), (0.5, 0.5), ("a", "a"), ((1, 2), (1, 2)), ([1, 2], (1, 2)), ((), ())],
    ids=repr,
)
def test_equal_values_pass(received: object, expected: object) -> None:
    """The same value of the same type passes; a list may stand for a tuple."""
    expect.equal(received, expected)


@pytest.mark.parametrize(
    ("received", "expected", "message"),
    [
        pytest.param(4, 5, "the answer is wrong", id="other-value"),
        pytest.param(5.0, 5, "the answer should be an int, but it is a float", id="float-for-int"),
        pytest.param(True, 1, "the answer should be an int, but it is a bool", id="bool-for-int"),
        pytest.param(1, True, "the answer should be a bool, but it is an int", id="int-for-bool"),
        pytest.param(None, 5, "the answer should be an int, but it is None (is a `return` missing?)", id="nothing"),
        pytest.param("5", 5, "the answer should be an int, but it is a text", id="text-for-int"),
        pytest.param(NAN, 0.5, "the answer is wrong", id="not-a-number"),
        pytest.param((1, 2.0), (1, 2), "the answer is wrong", id="float-in-a-tuple"),
        pytest.param((True, 2), (1, 2), "the answer is wrong", id="bool-in-a-tuple"),
        pytest.param((1, 3), (1, 2), "the answer is wrong", id="other-item"),
        pytest.param((1,), (1, 2), "the answer is wrong", id="short-tuple"),
        pytest.param([1], (1, 2), "the answer should be a tuple, but it is a list", id="short-list"),
        pytest.param(3, (1, 2), "the answer should be a tuple, but it is an int", id="int-for-tuple"),
        pytest.param(Opaque("dict", "{}"), 5, "the answer should be an int, but it is a dict", id="something-else"),
        pytest.param(torch.ones(1), 1, "the answer should be an int, but it is a Tensor", id="tensor-for-int"),
        pytest.param(
            numpy.ones(1), (1,), "the answer should be a tuple, but it is a numpy array", id="array-for-tuple"
        ),
        pytest.param(
            Opaque("ndarray", "[None]"),
            (1,),
            "the answer should be a tuple, but it is a numpy array",
            id="array-of-objects",
        ),
        pytest.param((torch.ones(2), 2), (1, 2), "the answer is wrong", id="tensor-in-a-tuple"),
        pytest.param((torch.ones(2), 2), (1, 2, 3), "the answer is wrong", id="tensor-in-a-short-tuple"),
        pytest.param(((1, torch.ones(2)), 2), ((1, 2), 2), "the answer is wrong", id="tensor-in-a-nested-tuple"),
        pytest.param({"a": torch.ones(2)}, {"a": 1}, "the answer is wrong", id="tensor-in-a-dictionary"),
        pytest.param([True], [1], "the answer is wrong", id="bool-in-a-list"),
    ],
)
def test_unequal_values_fail(received: object, expected: object, message: str) -> None:
    """Another value or another type fails, and the message says which."""
    got = failure(expect.equal, received, expected, hint="think")

    assert got == (message, expect.render(expected), expect.render(received), "think")


class Agreeable:
    """Equal to everything, as a tampered object might be."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


def test_an_object_that_agrees_with_everything_fails() -> None:
    """Types are compared before values, so `__eq__` decides nothing."""
    assert failure(expect.equal, Agreeable(), 5)[0] == "the answer should be an int, but it is a Agreeable"
    assert failure(expect.equal, (Agreeable(),), (5,))[0] == "the answer is wrong"


# --- raises ---


def remote(error: BaseException | None = None, value: object = 7) -> Callable[..., object]:
    """Return a function that answers as a student's would."""

    def function(*_args: object, **_kwargs: object) -> object:
        if error is not None:
            raise error
        return value

    return function


def raised(*names: str, text: str = "", loading: bool = False) -> StudentRaised:
    """Return a student's exception."""
    return StudentRaised(names, text, (), while_loading=loading)


@pytest.mark.parametrize("names", [("ValueError",), ("Odd", "ValueError", "Exception")], ids=["exact", "subclass"])
def test_the_expected_exception_passes(names: tuple[str, ...]) -> None:
    """The type that is asked for, or one that is derived from it, passes."""
    expect.raises(ValueError, remote(raised(*names)), 1, key=2)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("function", "message", "received"),
    [
        pytest.param(remote(), "this call should raise a ValueError, but it returns a value", "7", id="returns"),
        pytest.param(
            remote(raised("TypeError", "Exception", text="no")),
            "this call should raise a ValueError, but it raises TypeError",
            "TypeError: no",
            id="raises-another",
        ),
    ],
)
def test_anything_else_than_the_exception_fails(function: Callable[..., object], message: str, received: str) -> None:
    """A value or another exception fails, and is shown."""
    got = failure(expect.raises, ValueError, function, hint="refuse it")

    assert got == (message, "ValueError", received, "refuse it")


@pytest.mark.parametrize(
    "error",
    [raised("NotImplementedError", "RuntimeError", "Exception"), raised("ValueError", loading=True)],
    ids=["not-implemented", "while-loading"],
)
def test_what_is_not_there_yet_stays_raised(error: StudentRaised) -> None:
    """A stub, or a file that cannot be imported, does not pass for refusing its arguments."""
    with pytest.raises(StudentRaised):
        expect.raises(RuntimeError, remote(error))  # type: ignore[arg-type]


# --- accepts ---


@pytest.mark.parametrize(
    "function",
    [
        remote(),
        remote(raised("TypeError", "Exception")),
        remote(raised("NotImplementedError", "ValueError")),
        remote(ForbiddenOperation("convolution")),
    ],
    ids=["answers", "raises-another", "not-implemented", "is-forbidden-an-operator"],
)
def test_what_does_not_refuse_accepts(function: Callable[..., object]) -> None:
    """Any answer will do, right or wrong, and another exception is for other checks."""
    expect.accepts(ValueError, function, 3)  # type: ignore[arg-type]


@pytest.mark.parametrize("names", [("ValueError",), ("Odd", "ValueError", "Exception")], ids=["exact", "subclass"])
def test_who_refuses_everything_fails(names: tuple[str, ...]) -> None:
    """A call with which nothing is wrong may not be refused."""
    got = failure(expect.accepts, ValueError, remote(raised(*names, text="no")))

    assert got == (
        "nothing is wrong with this call, but it raises a ValueError",
        "an answer",
        f"{names[0]}: no",
        None,
    )


# --- close ---

DTYPES = {name: getattr(torch, name) for name in tolerances.BY_DTYPE}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3], ids=["small", "one", "large"])
def test_the_tolerance_is_that_of_the_dtype(dtype: str, scale: float) -> None:
    """Differences below `tolerance * max|expected|` pass and those above fail, on every scale."""
    expected = torch.tensor([0.0, scale, -scale], dtype=torch.float64)
    for factor, passes in ((0.4, True), (2.5, False)):
        shift = torch.tensor([factor * tolerances.BY_DTYPE[dtype] * scale, 0.0, 0.0], dtype=torch.float64)
        received = (expected + shift).to(DTYPES[dtype])
        if passes:
            expect.close(received, expected.to(DTYPES[dtype]))
        else:
            assert failure(expect.close, received, expected.to(DTYPES[dtype]))[0] == "1 of 3 values differ"


@given(value=st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_number_is_close_to_itself(value: float) -> None:
    """Any finite number passes for itself, and NaN never does."""
    expect.close(value, value)
    assert failure(expect.close, NAN, value)[0] == "the value is wrong"


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        pytest.param(NAN, NAN, id="nan-for-nan"),
        pytest.param(INF, 1.0, id="infinity-for-a-number"),
        pytest.param(torch.tensor([1.0, NAN]), torch.tensor([1.0, 2.0]), id="nan-in-a-tensor"),
        pytest.param(torch.tensor([NAN]), torch.tensor([NAN]), id="nan-for-nan-in-a-tensor"),
        pytest.param(torch.tensor([INF]), torch.tensor([1.0]), id="infinity-in-a-tensor"),
        pytest.param(torch.tensor([INF]), torch.tensor([INF]), id="infinity-for-infinity"),
        pytest.param(torch.tensor([1e-6]), torch.tensor([0.0]), id="something-for-nothing"),
    ],
)
def test_values_that_are_no_numbers_never_pass(received: object, expected: object) -> None:
    """NaN and infinities fail, also where the oracle is broken itself; and so does noise where zero is right."""
    assert "differ" in (message := failure(expect.close, received, expected)[0]) or message == "the value is wrong"


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        pytest.param(5, 5.0, id="int-for-float"),
        pytest.param(torch.tensor(5), 5.0, id="integer-tensor"),
        pytest.param(torch.zeros(0, 3), torch.zeros(0, 3), id="empty"),
        pytest.param(torch.zeros(2), torch.zeros(2), id="zeros"),
        pytest.param(torch.tensor([1, 2]), torch.tensor([1, 2]), id="integers"),
        pytest.param(numpy.ones(2), torch.ones(2), id="array-for-tensor"),
        pytest.param([[1.0, 2]], torch.tensor([[1.0, 2.0]]), id="list-for-tensor"),
    ],
)
def test_close_values_pass(received: object, expected: object) -> None:
    """Numbers and tensors pass across integer and float."""
    expect.close(received, expected)  # type: ignore[arg-type]


def test_a_difference_is_located() -> None:
    """The worst place is named with both values; NaN is worse than any number."""
    expected = torch.arange(6.0).reshape(2, 3)
    received = expected.clone()
    received[1, 0] += 1
    received[0, 2] += 5

    assert failure(expect.close, received, expected, hint="h") == (
        "2 of 6 values differ",
        "2 at (0, 2)",
        "7 at (0, 2)",
        "h",
    )
    received[1, 1] = NAN
    assert failure(expect.close, received, expected)[:3] == ("3 of 6 values differ", "4 at (1, 1)", "nan at (1, 1)")


def test_a_wrong_shape_is_said_first() -> None:
    """Shapes are compared before values, without broadcasting."""
    got = failure(expect.close, torch.ones(3), torch.ones(1, 3))

    assert got[:3] == ("the shape is wrong", "(1, 3)", "(3,)")


@pytest.mark.parametrize(
    ("received", "kind"),
    [
        (None, "None (is a `return` missing?)"),
        (True, "a bool"),
        ("1", "a text"),
        ([1.0], "a list"),
        (Opaque("dict", "{}"), "a dict"),
    ],
    ids=["none", "bool", "text", "list", "dict"],
)
def test_what_is_no_number_is_not_close(received: object, kind: str) -> None:
    """Only numbers and tensors can be close; True is no number."""
    assert failure(expect.close, received, 1.0)[0] == f"the answer should be a number or a tensor, but it is {kind}"


@pytest.mark.parametrize("received", [[1.0, "2"], [[1.0], [1.0, 2.0]], [None]], ids=repr)
def test_a_list_that_is_no_tensor_is_not_close(received: object) -> None:
    """A list stands for a tensor where it holds numbers in rows of one length."""
    message = failure(expect.close, received, torch.ones(2))[0]

    assert message == "the answer should be a number or a tensor, but it is a list"


PARTS = {"f": 6.0, "dW": torch.tensor([[1.0, 2.0]], dtype=torch.float64)}


@pytest.mark.parametrize("received", [(6, [[1, 2]]), [torch.tensor(6.0), numpy.array([[1.0, 2.0]])]], ids=type)
def test_close_parts_pass(received: object) -> None:
    """Numbers and tensors of any kind pass, in a tuple or a list."""
    expect.close_parts(received, PARTS)


@pytest.mark.parametrize("received", [numpy.array([1.0, 2.0]), torch.tensor([1, 2])], ids=type)
def test_a_tensor_has_parts(received: object) -> None:
    """Several numbers may come as one tensor or array; a single one has no parts."""
    expect.close_parts(received, {"a": 1.0, "b": 2.0})
    assert (
        failure(expect.close_parts, torch.tensor(1.0), {"a": 1.0})[0] == "the answer should be (a), but it is a Tensor"
    )


@pytest.mark.parametrize(
    ("received", "told"),
    [
        (None, ("the answer should be (f, dW), but it is None (is a `return` missing?)", None, "None")),
        ((6.0,), ("the answer should be (f, dW): 2 parts, but it has 1", None, "(6.0,)")),
        ((5.0, [[1, 1]]), ("the value of f is wrong", "6", "5")),
        ((6.0, [[1, 1]]), ("1 of 2 values of dW differ", "2 at (0, 1)", "1 at (0, 1)")),
        ((6.0, [1, 2]), ("the shape of dW is wrong", "(1, 2)", "(2,)")),
        ((6.0, None), ("dW should be a number or a tensor, but it is None (is a `return` missing?)", ANY, "None")),
    ],
    ids=["nothing", "short", "first", "second", "shape", "part"],
)
def test_the_first_wrong_part_is_told(received: object, told: tuple[str, object, str]) -> None:
    """A part is named as the handout names it."""
    assert failure(expect.close_parts, received, PARTS, hint="h") == (*told, "h")


SMALL = {"loss": 1.4, "db": torch.tensor([6.8e-4, 0.0], dtype=torch.float64)}


@pytest.mark.parametrize(
    ("apart", "dtype", "is_close"),
    [
        (9e-9, torch.float32, True),
        (1e-6, torch.float32, False),
        (5e-12, torch.float64, True),
        (9e-9, torch.float64, False),
    ],
    ids=str,
)
@pytest.mark.parametrize("at", [0, 1])
def test_a_small_part_has_the_rounding_of_the_largest(
    apart: float, dtype: torch.dtype, is_close: bool, at: int
) -> None:
    """What is left of sums that cancel, or nothing, is as exact as their terms are; far below that it is wrong."""
    received = SMALL["db"].clone()
    received[at] += apart

    if is_close:
        expect.close_parts((1.4, received.to(dtype)), SMALL)
    else:
        assert failure(expect.close_parts, (1.4, received.to(dtype)), SMALL)[0] == "1 of 2 values of db differ"


@pytest.mark.parametrize(
    ("value", "or_tensor", "remarks"),
    [
        (torch.tensor(0.5), False, 1),
        (torch.tensor(0.5), True, 0),
        (numpy.float64(0.5), True, 0),
        (torch.tensor([0.5]), True, 1),
        (0.5, False, 0),
    ],
)
def test_a_tensor_is_remarked_upon_where_a_number_alone_is_asked_for(
    value: object, or_tensor: bool, remarks: int
) -> None:
    """It is the number in any case; where a tensor without axes is as good, only one with axes is worth a word."""
    with findings.gather() as found:
        assert expect.number(value, "the answer", or_tensor=or_tensor) == 0.5

    assert len(found.remarks) == remarks


def test_another_precision_is_remarked() -> None:
    """A float32 answer to a float64 question passes by float32's tolerance and leaves a remark, once."""
    expected = torch.tensor([1.0, 2.0], dtype=torch.float64)
    with findings.gather() as found:
        for _ in range(2):
            expect.close(expected.float() + 5e-6, expected)

    assert found.remarks == [
        "your answer is float32 although the input is float64: create tensors with `dtype=x.dtype`",
    ]
    assert failure(expect.close, expected + 5e-6, expected)[0] == "2 of 2 values differ"


@pytest.mark.parametrize("of", [float, lambda value: [float(value)], lambda value: torch.tensor([value]).double()])
def test_digits_of_float32_are_remarked(of: Callable[[numpy.float32], object]) -> None:
    """What was computed in float32 passes by its tolerance in whatever holds it now; what has other digits does not."""
    third, expected = numpy.float32(1 / 3), torch.tensor([1 / 3], dtype=torch.float64)
    expected = expected[0] if of is float else expected
    with findings.gather() as found:
        expect.close(of(third), expected)
        expect.close(1 / 3, 1 / 3)

    assert [one.partition(":")[0] for one in found.remarks] == ["your answer has the digits of float32 alone"]
    assert failure(expect.close, float(third) + 1e-10, 1 / 3)[0] == "the value is wrong"
    assert failure(expect.close, 0.25, 0.2501)[0] == "the value is wrong"


# --- same_function, that, remarks, render ---


def test_functions_are_the_same_up_to_rounding() -> None:
    """Networks agree below a relative distance of 1e-3 and differ above it."""
    expected = torch.tensor([3.0, 4.0])
    expect.same_function(expected * (1 + 0.9e-3), expected)
    got = failure(expect.same_function, expected * 1.01, expected, what="input gradient", hint="h")

    assert got == (
        "with the same weights in every layer, the input gradient is not that of the network asked for",
        "less than 0.001 away",
        "0.01 away",
        "h",
    )


@pytest.mark.parametrize("bad", [NAN, INF], ids=["nan", "infinity"])
def test_functions_that_are_not_finite_differ(bad: float) -> None:
    """An output that is not finite is never the same function."""
    assert failure(expect.same_function, torch.tensor([bad]), torch.ones(1))[2] == "not finite"


def test_functions_of_another_shape_differ() -> None:
    """The shape comes first, without broadcasting."""
    got = failure(expect.same_function, torch.ones(3), torch.ones(2, 3))

    assert got[:3] == ("the output has the wrong shape", "(2, 3)", "(3,)")


def test_functions_that_should_be_zero_are_compared() -> None:
    """Where everything expected is zero, zero passes and anything else does not."""
    expect.same_function(torch.zeros(3), torch.zeros(3))
    assert failure(expect.same_function, torch.full((3,), 1e-3), torch.zeros(3))


def test_gradients_that_rounding_tells_apart_are_asked_for_again() -> None:
    """A gradient that is near in one draw and the same in the next is right; of draws that are not needed none is asked for."""
    expected = torch.tensor([3.0, 4.0])
    draws = iter([(expected * 1.02, expected), (expected * 1.0001, expected), (expected * 9, expected)])
    expect.same_gradient(draws)

    assert len(list(draws)) == 1


def test_gradients_that_are_never_the_same_are_wrong() -> None:
    """What is near in every draw is wrong, with what the last one gave."""
    expected = torch.tensor([3.0, 4.0])
    got = failure(expect.same_gradient, iter([(expected * 1.05, expected), (expected * 1.03, expected)]), hint="h")

    assert got == (
        "with the same weights in every layer, the gradient of the images is not that of the network asked for",
        "less than 0.001 away",
        "0.03 away",
        "h",
    )


@pytest.mark.parametrize("factor", [1.2, NAN, -1.0], ids=["far", "not-finite", "turned"])
def test_gradients_that_no_rounding_makes_are_not_asked_for_again(factor: float) -> None:
    """One draw is enough where gradients are far apart."""
    expected = torch.tensor([3.0, 4.0])
    draws = iter([(expected * factor, expected), (expected, expected)])

    assert failure(expect.same_gradient, draws)
    assert len(list(draws)) == 1


def test_anything_else_may_be_required() -> None:
    """`that` fails with the sentence of the check and shows what it is given."""
    expect.that(True, "unused")
    assert failure(expect.that, False, "a sentence") == ("a sentence", None, None, None)
    got = failure(expect.that, False, "a sentence", received=(1, 2), expected="less", hint="h")
    assert got == ("a sentence", "less", "(1, 2)", "h")
    assert failure(expect.that, False, "a sentence", received=0, expected=0)[1:3] == ("0", "0")


def test_findings_are_those_of_one_check() -> None:
    """Remarks come back in order, each once, of one name the last number; what is said before or after is not among them."""
    expect.remark("before")
    with findings.gather() as found:
        for text in ("one", "two", "one"):
            expect.remark(text)
        for value in (0.25, 0.5):
            expect.measured("accuracy", value)
    expect.remark("after")
    expect.measured("accuracy", 1.0)

    assert found.remarks == ["one", "two"]
    assert [(one.name, one.value) for one in found.measured] == [("accuracy", 0.5)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param("a text", "a text", id="text"),
        pytest.param((1, 2.5), "(1, 2.5)", id="tuple"),
        pytest.param(torch.tensor([1.0, 2.0]), "tensor of shape (2,): 1, 2", id="tensor"),
        pytest.param(torch.arange(10.0).reshape(2, 5), "tensor of shape (2, 5): 0, 1, 2, 3, …", id="large-tensor"),
        pytest.param(numpy.arange(2), "array of shape (2,): 0, 1", id="array"),
        pytest.param(torch.zeros(0), "tensor of shape (0,): ", id="empty-tensor"),
        pytest.param(torch.tensor([True, False]), "tensor of shape (2,): 1, 0", id="truth-values"),
        pytest.param([0] * 1000, "[0, " + "0, " * 65 + "0…", id="long-list"),
        pytest.param(Opaque("dict", "{'a': 1}"), "{'a': 1}", id="dict"),
        pytest.param(Opaque("Odd", ""), "<Odd>", id="without-text"),
    ],
)
def test_values_are_rendered_short(value: object, text: str) -> None:
    """A value is shown on one line, cut where it is long."""
    assert expect.render(value) == text
