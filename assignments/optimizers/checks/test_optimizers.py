"""Public checks of exercises 7 to 11, the five optimizers, against those of PyTorch in float64."""

import pytest
import torch

from grader.checks import expect, tolerances
from grader.datasets import noise

FOLLOW = """
p = torch.tensor(begin, dtype=torch.float64, requires_grad=True)
optimizer = {name}([p], {arguments})
trace = []
for gradient in gradients:
    p.grad = torch.tensor(gradient, dtype=torch.float64)
    optimizer.step()
    trace.append(p.detach().clone())
answer = torch.stack(trace)
"""

TRAIN = """
w = torch.tensor(begin, dtype=torch.float64, requires_grad=True)
optimizer = {name}([w], {arguments})
trace = []
for target in targets:
    optimizer.zero_grad()
    ((w - torch.tensor(target, dtype=torch.float64)) ** 2).sum().backward()
    gradient = w.grad.clone()
    optimizer.step()
    trace.append(w.detach().clone())
    change = None if w.grad is None else (w.grad - gradient).detach()
optimizer.zero_grad()
is_empty = w.grad is None or not w.grad.any()
answer = torch.stack(trace), change, w.is_leaf and w.requires_grad, bool(is_empty)
"""

SIZES = (((1,), 1, 1.0), ((1,), 3, 1.0), ((3,), 4, 3.0), ((2, 3), 5, 30.0), ((2, 1, 2), 7, 1.0))
"""Of what is asked: the shape of a parameter, the number of its gradients, and their scale; the smallest first."""


# --- 7. SGD with momentum -------------------------------------------------------------------------------------------------


@pytest.mark.check(points=1, exercise="sgd")
def test_sgd_by_hand(student):
    """The example of the handout is right: with momentum 0.9 p is 0.9, 0.61 and 0.449."""
    _goes(student.SGD, [0.9, 0.61, 0.449], lr=0.1, momentum=0.9)
    _goes(student.SGD, [0.85, 0.4725, 0.209125], lr=0.1, momentum=0.9, weight_decay=0.5)


@pytest.mark.check(points=2, exercise="sgd")
def test_sgd_any_momentum(student, keys):
    """The steps are those of PyTorch's SGD with any momentum, also with none."""
    for momentum in (0.0, 0.5, 0.9):
        _follows(student.SGD, keys, torch.optim.SGD, momentum=momentum)


@pytest.mark.check(points=2, exercise="sgd")
def test_sgd_weight_decay(student, keys):
    """The steps are those of PyTorch's SGD with weight decay, with momentum and without."""
    for momentum, decay in ((0.0, 0.1), (0.9, 0.01), (0.9, 1.0)):
        _follows(student.SGD, keys, torch.optim.SGD, momentum=momentum, weight_decay=decay)


@pytest.mark.check(points=2, exercise="sgd")
def test_sgd_in_training(student, keys):
    """SGD trains: step changes the parameter in place and leaves its gradient alone, and zero_grad empties it."""
    _trains(student.SGD, torch.optim.SGD, keys, lr=0.1, momentum=0.9, weight_decay=0.1)


# --- 8. Nesterov momentum -------------------------------------------------------------------------------------------------


@pytest.mark.check(points=1, exercise="nesterov")
def test_nesterov_by_hand(student):
    """The example of the handout is right: p is 0.81, 0.349 and 0.3041."""
    _goes(student.Nesterov, [0.81, 0.349, 0.3041], lr=0.1)


@pytest.mark.check(points=2, exercise="nesterov")
def test_nesterov_any_steps(student, keys):
    """The steps are those of PyTorch's SGD with Nesterov momentum."""
    for momentum in (0.3, 0.5, 0.9):
        _follows(student.Nesterov, keys, torch.optim.SGD, momentum=momentum, more={"nesterov": True})


@pytest.mark.check(points=1, exercise="nesterov")
def test_nesterov_in_training(student, keys):
    """Nesterov trains: step changes the parameter in place and leaves its gradient alone, and zero_grad empties it."""
    _trains(student.Nesterov, torch.optim.SGD, keys, lr=0.1, momentum=0.9, more={"nesterov": True})


# --- 9. Adagrad -----------------------------------------------------------------------------------------------------------


@pytest.mark.check(points=1, exercise="adagrad")
def test_adagrad_by_hand(student):
    """The example of the handout is right: p is 0.9, 0.810557 and 0.851382."""
    _goes(student.Adagrad, [0.9, 0.810557, 0.851382], lr=0.1)


@pytest.mark.check(points=2, exercise="adagrad")
def test_adagrad_any_steps(student, keys):
    """The steps are those of PyTorch's Adagrad."""
    _follows(student.Adagrad, keys, torch.optim.Adagrad)


@pytest.mark.check(points=1, exercise="adagrad")
def test_adagrad_in_training(student, keys):
    """Adagrad trains: step changes the parameter in place and leaves its gradient alone, and zero_grad empties it."""
    _trains(student.Adagrad, torch.optim.Adagrad, keys, lr=0.1)


# --- 10. RMSprop ----------------------------------------------------------------------------------------------------------


@pytest.mark.check(points=1, exercise="rmsprop")
def test_rmsprop_by_hand(student):
    """The example of the handout is right: with alpha 0.9 p is 0.683772, 0.398058 and 0.534015."""
    _goes(student.RMSprop, [0.683772, 0.398058, 0.534015], lr=0.1, alpha=0.9)


@pytest.mark.check(points=2, exercise="rmsprop")
def test_rmsprop_any_steps(student, keys):
    """The steps are those of PyTorch's RMSprop."""
    for alpha in (0.5, 0.9, 0.99):
        _follows(student.RMSprop, keys, torch.optim.RMSprop, alpha=alpha)


@pytest.mark.check(points=1, exercise="rmsprop")
def test_rmsprop_in_training(student, keys):
    """RMSprop trains: step changes the parameter in place and leaves its gradient alone, and zero_grad empties it."""
    _trains(student.RMSprop, torch.optim.RMSprop, keys, lr=0.1, alpha=0.8)


# --- 11. Adam -------------------------------------------------------------------------------------------------------------


@pytest.mark.check(points=1, exercise="adam")
def test_adam_by_hand(student):
    """The example of the handout is right: p is 0.9, 0.803482 and 0.761473."""
    _goes(student.Adam, [0.9, 0.803482, 0.761473], lr=0.1)


@pytest.mark.check(points=3, exercise="adam")
def test_adam_any_steps(student, keys):
    """The steps are those of PyTorch's Adam."""
    for betas in ((0.9, 0.999), (0.5, 0.9), (0.8, 0.7)):
        _follows(student.Adam, keys, torch.optim.Adam, betas=betas)


@pytest.mark.check(points=1, exercise="adam")
def test_adam_in_training(student, keys):
    """Adam trains: step changes the parameter in place and leaves its gradient alone, and zero_grad empties it."""
    _trains(student.Adam, torch.optim.Adam, keys, lr=0.1, betas=(0.8, 0.9))


# --- what they have in common ---------------------------------------------------------------------------------------------


def _goes(optimizer, expected: list[float], **arguments) -> None:
    """Require the values of a parameter 1 after the gradients 1, 2 and -1, to as many digits as the handout has."""
    received = optimizer.use(_lines(FOLLOW, optimizer, arguments), begin=[1.0], gradients=[[1.0], [2.0], [-1.0]])
    _is_near(received, torch.tensor(expected, dtype=torch.float64)[:, None], is_rounded=True)


def _follows(optimizer, keys, kind, more=None, **arguments) -> None:
    """Require the steps of an optimizer of PyTorch, for parameters of several shapes and several learning rates."""
    for place, (shape, count, scale) in enumerate(SIZES):
        begin, *gradients = noise.normal(keys.images.derive(place, str(arguments)), count + 1, *shape).round(decimals=2)
        gradients = [scale * _away_from_zero(gradient, 0.5) for gradient in gradients]
        options = {"lr": (0.1, 0.01)[place % 2], **arguments}
        p = begin.clone().requires_grad_()
        oracle, trace = kind([p], **options, **(more or {})), []
        for gradient in gradients:
            p.grad = gradient.clone()
            oracle.step()
            trace.append(p.detach().clone())
        lines = _lines(FOLLOW, optimizer, options)
        received = optimizer.use(lines, begin=begin.tolist(), gradients=[one.tolist() for one in gradients])
        _is_near(received, torch.stack(trace))


def _trains(optimizer, kind, keys, more=None, **arguments) -> None:
    """Require that an optimizer trains as one of PyTorch does, with gradients that autograd finds."""
    begin, *targets = noise.normal(keys.images, 6, 2, 2).round(decimals=2)
    targets = [_away_from_zero(target, 5.0) for target in targets]
    w = begin.clone().requires_grad_()
    oracle, trace = kind([w], **arguments, **(more or {})), []
    for target in targets:
        oracle.zero_grad()
        torch.nn.functional.mse_loss(w, target, reduction="sum").backward()
        oracle.step()
        trace.append(w.detach().clone())
    lines = _lines(TRAIN, optimizer, arguments)
    received = optimizer.use(lines, begin=begin.tolist(), targets=[one.tolist() for one in targets])
    steps, change, is_leaf, is_empty = received
    _is_near(steps, torch.stack(trace))
    is_left_alone = isinstance(change, torch.Tensor) and not change.any()
    expect.that(is_left_alone, "step has changed the gradient of the parameter", hint="what may step change?")
    expect.that(is_leaf, "after step the parameter does not ask for a gradient any more, or has a history")
    expect.that(is_empty, "after zero_grad the gradient is neither None nor zero")


def _away_from_zero(numbers: torch.Tensor, far: float) -> torch.Tensor:
    """Return numbers moved so far from 0: where gradients are small, eps matters, which other checks ask about."""
    return (numbers + far * (2 * (numbers >= 0) - 1)).round(decimals=2)


def _lines(lines: str, optimizer, arguments: dict[str, object]) -> str:
    """Return what to ask, with an optimizer and its arguments written out."""
    written = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
    return lines.format(name=optimizer.name, arguments=written)


def _is_near(received, expected: torch.Tensor, *, is_rounded: bool = False) -> None:
    """Require numbers that agree up to rounding, be it that of float32, which other checks do not let pass."""
    if isinstance(received, torch.Tensor) and received.shape == expected.shape:
        difference, scale = (received.double() - expected).abs().max(), expected.abs().max().clamp_min(1)
        if difference <= tolerances.BY_DTYPE["float32"] * scale:
            if difference > 10 * tolerances.BY_DTYPE["float64"] * scale and not is_rounded:
                expect.remark(
                    "your numbers are right to some six digits: is your memory of its dtype, and eps where it belongs?"
                )
            return
    expect.close(received, expected)
