"""Public checks of exercise 4, dropout: what is dropped, what becomes of the rest, and that evaluation changes nothing."""

import pytest
import torch

from grader.checks import expect

SHAPE = (300, 400)
HINTS = {
    "drops_nothing": "is any element 0 where one should be?",
    "keep_and_drop_swapped": "which of the two is p, the probability to be dropped or to stay?",
    "normal_mask": "how often is a number of your generator less than p?",
    "not_scaled": "what becomes of the mean of the outputs if nothing makes up for what was dropped?",
    "scaled_by_p": "with p = 0.2 about a fifth is missing: by how much must the rest grow?",
    "scaled_down": "should the elements that are left grow or shrink, if the mean is to stay?",
    "noise_not_a_mask": "how many different factors do you multiply by, and how many are there in the handout?",
    "dropped_together": "how many random numbers do you draw, and how many elements has x?",
    "active_in_evaluation": "what does `training` decide in your function?",
}


@pytest.mark.check(points=1, exercise="dropout")
def test_evaluation(student):
    """In evaluation nothing happens: the answer is x."""
    x = torch.linspace(-3, 3, 60, dtype=torch.float64).reshape(12, 5)
    for p in (0.5, 0.2, 1.0):
        received = _as_tensor(student.dropout(x, p, False), x)
        same = bool(((received.double() - x).abs() <= 1e-6).all())
        shares = {float(one) for one in (received.double() / x).flatten()}
        name = "scaled_in_evaluation" if len(shares) < 4 and 0.0 not in shares else "active_in_evaluation"
        expect.that(same, f"with training=False and p = {p} the answer is not x", hint=HINTS.get(name), evidence=name)


@pytest.mark.check(points=3, exercise="dropout")
def test_share_and_scale(student):
    """In training a share p of the elements becomes 0, and all others are multiplied by 1 / (1 - p)."""
    x = torch.linspace(1, 2, SHAPE[0] * SHAPE[1], dtype=torch.float64).reshape(SHAPE)
    for p in (0.2, 0.5, 0.8):
        received = _as_tensor(student.dropout(x, p), x).double()
        factors = (received / x)[received != 0]
        dropped = int((received == 0).sum())
        name = _name(received == 0, factors, p)
        expect.that(
            expect.drawn.is_share(dropped, x.numel(), p),
            f"with p = {p} a share of {p} should be 0",
            expected=p,
            received=f"{dropped / x.numel():.4f}",
            hint=HINTS.get(name),
            evidence=name,
        )
        right = bool(((factors * (1 - p) - 1).abs() <= 1e-6).all())
        expect.that(
            right,
            f"with p = {p} each element that is not dropped should be multiplied by 1 / (1 - p)",
            expected=f"a factor of {1 / (1 - p):.4f}",
            received=f"factors from {factors.min():.4f} to {factors.max():.4f}",
            hint=HINTS.get(name),
            evidence=name,
        )


def _name(mask, factors, p):
    """Return what is told by where the zeros are, and by the factors of the other elements."""
    share = float(mask.double().mean())
    if share == 0:
        return "drops_nothing" if bool((factors == 1).all()) else "noise_not_a_mask"
    if share == 1:
        return "drops_everything"
    if bool((mask == mask[:1]).all()) or bool((mask == mask[:, :1]).all()):
        return "dropped_together"
    if abs(share - p) > 0.02:
        normal = float(torch.special.ndtr(torch.tensor(p)))
        others = {"keep_and_drop_swapped": 1 - p, "normal_mask": normal}
        return next((name for name, other in others.items() if abs(share - other) <= 0.01), "another_share")
    if factors.max() - factors.min() > 1e-6:
        return "noise_not_a_mask"
    wrong = {"not_scaled": 1.0, "scaled_by_p": 1 / p, "scaled_down": 1 - p}
    return next(
        (name for name, factor in wrong.items() if abs(float(factors[0]) - factor) <= 1e-6), "another_share_or_scale"
    )


def _as_tensor(received, x):
    received = torch.as_tensor(received) if type(received).__name__ == "ndarray" else received
    expect.that(
        isinstance(received, torch.Tensor), "the answer should be a tensor", received=received, evidence="no_tensor"
    )
    expect.that(
        received.shape == x.shape,
        "the shape is wrong",
        expected=tuple(x.shape),
        received=tuple(received.shape),
        evidence="another_shape",
    )
    return received
