"""What comes back from a worker is looked at where it crosses: strange evidence is told for what it is."""

from __future__ import annotations

import numpy
import pytest
import torch

from grader import protocol
from grader.checks import expect
from grader.errors import CheckFailed, Crashed, HarnessFault
from grader.proxy import packing as packing


@pytest.mark.parametrize(
    ("output", "message"),
    [
        pytest.param(
            torch.zeros(2, 3, dtype=torch.int64), "should be floating-point numbers, but it is int64", id="int"
        ),
        pytest.param(
            torch.zeros(2, 3).to(torch.float8_e5m2),
            "your code gives a tensor of dtype float8_e5m2, with which nothing can be computed here",
            id="float8",
        ),
        pytest.param(torch.zeros(2, 0), "the output is empty", id="empty"),
    ],
)
def test_outputs_that_nothing_can_be_computed_with_fail(output: torch.Tensor, message: str) -> None:
    """An output of integers, of eight-bit numbers or of nothing fails the check that asked for it."""
    with pytest.raises(CheckFailed, match=message):
        packing.scores(protocol.pack_tensor(output))


@pytest.mark.parametrize("name", ["complex64", "uint16", "uint32", "uint64", "float8_e4m3fn", "float8_e5m2"])
def test_a_dtype_that_is_not_in_the_list_is_refused_with_a_sentence(name: str) -> None:
    """What torch stores but hardly computes with is the submission's fault wherever it comes from, and needs no explanation."""
    packed = protocol.pack_tensor(torch.ones(2, 2).to(getattr(torch, name)))

    with pytest.raises(
        CheckFailed, match=f"your code gives a tensor of dtype {name}, with which nothing can"
    ) as caught:
        packing.readable(protocol.unpack_tensor, packed)
    assert caught.value.is_explained
    assert "`.float()`" in str(caught.value.hint)


def test_a_check_cannot_ask_with_a_refused_dtype() -> None:
    """A tensor of ours that a worker would refuse is a fault of the check."""
    with pytest.raises(HarnessFault, match="a check asked with a tensor of dtype uint16, which cannot cross"):
        packing.pack(torch.ones(2, dtype=torch.uint16))


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
def test_the_usual_kinds_of_numbers_are_read(dtype: torch.dtype) -> None:
    """Half, single and double precision come back as they are."""
    output = torch.ones(2, 3, dtype=dtype)

    assert torch.equal(packing.scores(protocol.pack_tensor(output)), output)


@pytest.mark.parametrize(
    "received", [torch.zeros(2, 1, 4, 5), torch.zeros(2, 1, 4, 4, dtype=torch.float64)], ids=["shape", "dtype"]
)
def test_a_gradient_that_pytorch_cannot_have_given_is_a_crash(received: torch.Tensor) -> None:
    """The gradient of the images has their shape and dtype, or somebody else answered."""
    images = torch.zeros(2, 1, 4, 4)

    with pytest.raises(
        Crashed, match="disturbed the process that ran it: the gradient of the images has another shape"
    ):
        packing.gradient(protocol.pack_tensor(received), images)
    assert torch.equal(packing.gradient(protocol.pack_tensor(images), images), images)


GIVEN = {"weight": torch.ones(2, 3, dtype=torch.float64), "seen": torch.tensor(4)}


def test_weights_come_back_in_double_precision() -> None:
    """Whatever precision a submission trains in, its weights are compared in ours."""
    state = packing.state_like({"weight": torch.full((2, 3), 0.5), "seen": torch.tensor(9)}, GIVEN)

    assert state["weight"].dtype == torch.float64
    assert torch.equal(state["weight"], torch.full((2, 3), 0.5, dtype=torch.float64))
    assert state["seen"].item() == 9


@pytest.mark.parametrize(
    ("state", "named"),
    [
        pytest.param({"weight": GIVEN["weight"]}, "another seen", id="one-is-missing"),
        pytest.param({**GIVEN, "bias": torch.zeros(2)}, "another bias", id="one-more"),
        pytest.param({**GIVEN, "weight": torch.zeros(3, 2)}, "another weight", id="another-shape"),
        pytest.param({**GIVEN, "weight": torch.zeros(2, 3, dtype=torch.int64)}, "another weight", id="integers"),
    ],
)
def test_weights_of_another_network_fail(state: dict[str, torch.Tensor], named: str) -> None:
    """A network with other weights than the one that was handed over is named by what is other."""
    with pytest.raises(
        CheckFailed, match="the network has other weights afterwards than the one that was handed"
    ) as caught:
        packing.state_like(state, GIVEN)
    assert caught.value.received == named


def test_a_number_beyond_a_float_fails() -> None:
    """An integer that no float can hold is far too large for a loss."""
    with pytest.raises(CheckFailed, match="the mean loss is far too large") as caught:
        expect.number(10**400, "the mean loss")
    assert caught.value.received == f"an integer of {(10**400).bit_length():,} bits"


def test_a_check_can_ask_with_arrays_and_numbers_of_numpy() -> None:
    """They arrive as what they are: an array as an array, a number as a plain one."""
    array = numpy.arange(6.0).reshape(2, 3)[:, ::2]
    for asked in (array, [array]):
        arrived = protocol.unpack(packing.pack(asked))
        assert numpy.array_equal(arrived[0] if isinstance(arrived, list) else arrived, array)
        assert isinstance(arrived, list | numpy.ndarray)
    assert packing.pack(numpy.float64(2.5)) == packing.pack(2.5)
    assert packing.pack(numpy.int64(2)) == packing.pack(2)


def test_a_check_cannot_ask_with_what_no_message_holds() -> None:
    """An array of complex numbers, or of texts, and any other object are a fault of the check."""
    with pytest.raises(HarnessFault, match="a check asked with an array of dtype complex128, which cannot cross"):
        packing.pack(numpy.ones(2, dtype=complex))
    with pytest.raises(HarnessFault, match="a check asked with an array of dtype <U1, which cannot cross"):
        packing.pack(numpy.array(["a"]))
    with pytest.raises(HarnessFault, match="a check asked with a object, which cannot cross to a worker"):
        packing.pack(object())
