"""Hidden checks of exercise 4: the borders of p, which elements are dropped together, and the gradient."""

import itertools

import pytest
import torch

from grader.checks import expect
from grader.checks.expect.drawn import DEVIATIONS

SHAPE = (120, 10, 80)
MASKS = """
    answer = [dropout(x, p, True) for _call in range(4)], x
"""
GRADIENT = """
    leaf = x.clone().requires_grad_()
    out = dropout(leaf, p)
    if out.requires_grad:
        out.backward(factors)
    answer = out, leaf.grad
"""
HINTS = {
    "same_mask_each_call": "what makes your random numbers start anew in each call?",
    "dropped_together": "how many random numbers do you draw, and how many elements has x?",
    "exact_share": "is each element dropped independently of the others, if always exactly so many are dropped?",
    "gradient_cut": "is your answer a tensor that torch can go back through, all the way to x?",
    "changes_its_arguments": "which lines change a tensor, and which make a new one?",
    "drops_nothing": "is any element 0 where one should be?",
    "noise_not_a_mask": "how many different factors do you multiply by, and how many are there in the handout?",
    "nan_where_all_is_dropped": "what do you divide by if p is 1?",
}


@pytest.mark.check(points=1, exercise="dropout")
def test_borders_of_p(student):
    """p = 0 drops nothing, p = 1 drops everything without NaN, and any p beyond these is a ValueError."""
    x = torch.linspace(-3, 3, 60, dtype=torch.float64).reshape(3, 4, 5)
    for p, right in ((0.0, x), (1.0, torch.zeros_like(x)), (0, x), (1, torch.zeros_like(x))):
        received = _tensor(student.dropout(x, p, True), x)
        name = "nan_where_all_is_dropped" if bool(received.isnan().any()) else "wrong_at_a_border_of_p"
        same = bool(((received - right).abs() <= 1e-6).all())
        expect.that(
            same,
            f"with p = {p} the answer is wrong",
            expected=right,
            received=received,
            hint=HINTS.get(name),
            evidence=name,
        )
    for p in (-0.1, 1.5):
        expect.raises(ValueError, student.dropout, x, p, hint=f"is {p} a probability?")


@pytest.mark.check(points=2, exercise="dropout")
def test_each_element_alone(student):
    """Each element is dropped independently of its row, its column and all others, and anew in each call."""
    x = torch.linspace(1, 2, 96_000, dtype=torch.float64).reshape(SHAPE)
    received, after = student.dropout.use(MASKS, x=x, p=0.5)
    _fails_if(not torch.equal(_tensor(after, x), x), "x has changed", "changes_its_arguments")
    masks = [_mask(one, x) for one in received]
    counts = [int(mask.sum()) for mask in masks]
    same = any(torch.equal(one, other) for one, other in itertools.pairwise(masks))
    _fails_if(same, "two calls drop the same elements", "same_mask_each_call")
    for mask in masks:
        for axis in range(3):
            _spread_along(mask, axis)
    for one, other in itertools.pairwise(range(len(masks))):
        both = int((masks[one] & masks[other]).sum())
        expected = counts[one] * counts[other] / x.numel()
        _fails_if(
            abs(both - expected) > DEVIATIONS * expected**0.5,
            "what a call drops depends on the call before",
            "calls_depend",
        )
    _fails_if(len(set(counts)) == 1, "each call drops exactly as many elements", "exact_share")


@pytest.mark.check(points=2, exercise="dropout")
def test_gradient(student):
    """The gradient of a dropped element is 0, that of another one is multiplied by what the element was multiplied by."""
    x = torch.linspace(1, 2, 600, dtype=torch.float64).reshape(20, 30)
    factors = torch.linspace(-1, 3, 600, dtype=torch.float64).reshape(20, 30)
    for p in (0.5, 0.25):
        received, gradient = student.dropout.use(GRADIENT, x=x, factors=factors, p=p)
        _mask(received, x)
        _fails_if(gradient is None, "no gradient reaches x", "gradient_cut")
        right = factors * _tensor(received, x) / x
        near = bool(((_tensor(gradient, x) - right).abs() <= 1e-5).all())
        _fails_if(not near, "the gradient is not that of what was dropped and scaled", "gradient_cut")


def _mask(received, x):
    """Return what is dropped, which must be some and not all."""
    received = _tensor(received, x)
    mask = received == 0
    share = float(mask.double().mean())
    _fails_if(share == 0, "nothing is dropped", "drops_nothing" if bool((received == x).all()) else "noise_not_a_mask")
    _fails_if(not 0.1 < share < 0.9, f"a share of {share:.3f} is dropped", "another_share")
    return mask


def _spread_along(mask, axis):
    """
    Require that what is dropped at one index of an axis says nothing of what is dropped at the next one.

    Where a share p is dropped, neighbours both are in a share p^2 of all cases; since pairs overlap, the deviation of their
    number is larger than that of independent pairs, by a factor below 2.
    """
    length = mask.shape[axis]
    one, other = mask.narrow(axis, 0, length - 1), mask.narrow(axis, 1, length - 1)
    both, of = int((one & other).sum()), one.numel()
    share = float(mask.double().mean()) ** 2
    _fails_if(
        abs(both - of * share) > 2 * DEVIATIONS * (of * share * (1 - share)) ** 0.5,
        "whether an element is dropped depends on its neighbours",
        "dropped_together",
    )


def _fails_if(is_wrong, message, name):
    expect.that(not is_wrong, message, hint=HINTS.get(name), evidence=name)


def _tensor(received, x):
    received = torch.as_tensor(received) if type(received).__name__ == "ndarray" else received
    is_like = isinstance(received, torch.Tensor) and received.shape == x.shape
    expect.that(is_like, "the answer should be a tensor of the shape of x", received=received, evidence="another_shape")
    return received.double()
