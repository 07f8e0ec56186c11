"""Hidden checks of exercises 7 to 11: several parameters, what is remembered, a learning rate that changes, and eps."""

from collections.abc import Sequence

import pytest
import torch

from grader.checks import expect, tolerances
from grader.datasets import noise

SEVERAL = """
float64, float32 = torch.float64, torch.float32
dtypes = float64, float64, float64, float64, float32
parameters = [torch.tensor(one, dtype=dtype, requires_grad=True) for one, dtype in zip(begins, dtypes)]
optimizer = {name}((p for p in parameters), {arguments})
for gradients in rounds:
    for p, gradient in zip(parameters, gradients):
        p.grad = None if gradient is None else torch.tensor(gradient, dtype=p.dtype)
    optimizer.step()
answer = [p.detach() for p in parameters]
"""

APART = """
p, q = (torch.tensor(begin, dtype=torch.float64, requires_grad=True) for begin in begins)
first, second = {name}([p], {arguments}), {name}([q], {arguments})
p.grad, q.grad = torch.zeros_like(p), torch.zeros_like(q)
for to_p, to_q in rounds:
    p.grad.copy_(torch.tensor(to_p, dtype=torch.float64))
    first.step()
    p.grad.zero_()
    q.grad.copy_(torch.tensor(to_q, dtype=torch.float64))
    second.step()
    q.grad.zero_()
answer = [p.detach(), q.detach()]
"""

CHANGE = """
p = torch.tensor(begin, dtype=torch.float64, requires_grad=True)
optimizer = {name}([p], {arguments})
for lr, gradient in zip(rates, gradients):
    optimizer.lr = lr
    p.grad = torch.tensor(gradient, dtype=torch.float64)
    optimizer.step()
answer = p.detach()
"""

FOLLOW = """
p = torch.zeros(3, dtype=torch.float64, requires_grad=True)
optimizer = {name}([p], {arguments})
for gradient in gradients:
    p.grad = torch.tensor(gradient, dtype=torch.float64)
    optimizer.step()
answer = p.detach()
"""

RATES = (0.1, 0.1, 0.02, 0.3, 0.3)
PYTORCH = {
    "SGD": torch.optim.SGD,
    "Nesterov": torch.optim.SGD,
    "Adagrad": torch.optim.Adagrad,
    "RMSprop": torch.optim.RMSprop,
    "Adam": torch.optim.Adam,
}


# --- several parameters ---------------------------------------------------------------------------------------------------


@pytest.mark.check(points=1, exercise="sgd", disclosure="counterexample")
def test_sgd_several_parameters(student, keys):
    """SGD changes each of several parameters by its own gradients, and leaves one alone that has none."""
    _changes_several(student.SGD, keys, momentum=0.9, weight_decay=0.1)


@pytest.mark.check(points=1, exercise="nesterov", disclosure="counterexample")
def test_nesterov_several_parameters(student, keys):
    """Nesterov changes each of several parameters by its own gradients, and leaves one alone that has none."""
    _changes_several(student.Nesterov, keys, momentum=0.9, more={"nesterov": True})


@pytest.mark.check(points=1, exercise="adagrad", disclosure="counterexample")
def test_adagrad_several_parameters(student, keys):
    """Adagrad changes each of several parameters by its own gradients, and leaves one alone that has none."""
    _changes_several(student.Adagrad, keys)


@pytest.mark.check(points=1, exercise="rmsprop", disclosure="counterexample")
def test_rmsprop_several_parameters(student, keys):
    """RMSprop changes each of several parameters by its own gradients, and leaves one alone that has none."""
    _changes_several(student.RMSprop, keys, alpha=0.9)


@pytest.mark.check(points=1, exercise="adam", disclosure="counterexample")
def test_adam_several_parameters(student, keys):
    """Adam changes each of several parameters by its own gradients, and leaves one alone that has none."""
    _changes_several(student.Adam, keys, betas=(0.8, 0.9))


# --- what is remembered ---------------------------------------------------------------------------------------------------


@pytest.mark.check(points=1, exercise="sgd", disclosure="counterexample")
def test_sgd_own_memory(student, keys):
    """Two SGD optimizers share nothing, and remember no tensor that the next gradient is written into."""
    _remembers_by_itself(student.SGD, keys, momentum=0.9)


@pytest.mark.check(points=1, exercise="nesterov", disclosure="counterexample")
def test_nesterov_own_memory(student, keys):
    """Two Nesterov optimizers share nothing, and remember no tensor that the next gradient is written into."""
    _remembers_by_itself(student.Nesterov, keys, momentum=0.9, more={"nesterov": True})


@pytest.mark.check(points=1, exercise="adagrad", disclosure="counterexample")
def test_adagrad_own_memory(student, keys):
    """Two Adagrad optimizers share nothing, and remember no tensor that the next gradient is written into."""
    _remembers_by_itself(student.Adagrad, keys)


@pytest.mark.check(points=1, exercise="rmsprop", disclosure="counterexample")
def test_rmsprop_own_memory(student, keys):
    """Two RMSprop optimizers share nothing, and remember no tensor that the next gradient is written into."""
    _remembers_by_itself(student.RMSprop, keys, alpha=0.9)


@pytest.mark.check(points=1, exercise="adam", disclosure="counterexample")
def test_adam_own_memory(student, keys):
    """Two Adam optimizers share nothing, and remember no tensor that the next gradient is written into."""
    _remembers_by_itself(student.Adam, keys, betas=(0.8, 0.9))


# --- a learning rate that changes -----------------------------------------------------------------------------------------


@pytest.mark.check(points=1, exercise="sgd", disclosure="counterexample")
def test_sgd_changed_lr(student, keys):
    """SGD takes a learning rate that is changed between two steps."""
    _takes_new_rates(student.SGD, keys, momentum=0.0)
    _takes_new_rates(student.SGD, keys, momentum=0.9)


@pytest.mark.check(points=1, exercise="nesterov", disclosure="counterexample")
def test_nesterov_changed_lr(student, keys):
    """Nesterov takes a learning rate that is changed between two steps."""
    _takes_new_rates(student.Nesterov, keys, momentum=0.9)


@pytest.mark.check(points=1, exercise="adagrad", disclosure="counterexample")
def test_adagrad_changed_lr(student, keys):
    """Adagrad takes a learning rate that is changed between two steps."""
    _takes_new_rates(student.Adagrad, keys)


@pytest.mark.check(points=1, exercise="rmsprop", disclosure="counterexample")
def test_rmsprop_changed_lr(student, keys):
    """RMSprop takes a learning rate that is changed between two steps."""
    _takes_new_rates(student.RMSprop, keys, alpha=0.9)


@pytest.mark.check(points=1, exercise="adam", disclosure="counterexample")
def test_adam_changed_lr(student, keys):
    """Adam takes a learning rate that is changed between two steps."""
    _takes_new_rates(student.Adam, keys, betas=(0.8, 0.9))


# --- eps ------------------------------------------------------------------------------------------------------------------

EPSILONS = ((1.0, {"eps": 1e-2}), (1.0, {}), (1e-6, {}), (1e-9, {}), (1e-3, {"eps": 1e-2}), (1e-6, {"eps": 1e-6}))
"""Scales of gradients, the smaller, the more eps matters; and eps, where it is given."""


@pytest.mark.check(points=1, exercise="adagrad")
def test_adagrad_eps(student, keys):
    """Adagrad adds eps to the root, also where gradients are tiny or zero."""
    _adds_eps(student.Adagrad, keys)


@pytest.mark.check(points=1, exercise="rmsprop")
def test_rmsprop_eps(student, keys):
    """RMSprop adds eps to the root, also where gradients are tiny or zero."""
    _adds_eps(student.RMSprop, keys)


@pytest.mark.check(points=2, exercise="adam")
def test_adam_eps(student, keys):
    """Adam adds eps to the root of the corrected average, also where gradients are tiny or zero."""
    _adds_eps(student.Adam, keys)


# --- asked of all -----------------------------------------------------------------------------------------------------------


def _changes_several(optimizer, keys, *, more=None, **arguments) -> None:
    """Require the values of several parameters that come from a generator, two of them alike in shape."""
    shapes = ((2,), (1, 2), (2,), (), (3,))
    drawn = [list(_cut(row, shapes)) for row in _away_from_zero(noise.normal(keys.images, 5, 10))]
    for one in drawn:
        one[-1] = one[-1].float()
    begins, rounds = drawn[0], [[*one[:1], None, *one[2:]] for one in drawn[1:]]
    rounds[2][0] = rounds[3][0] = None
    if optimizer.name != "Adam":  # whose correction may count steps without a gradient or not
        rounds[0][0] = rounds[1][3] = None
    arguments["lr"] = 0.1
    received = optimizer.use(_lines(SEVERAL, optimizer, arguments), begins=_listed(begins), rounds=_listed(rounds))
    expected = _end(optimizer.name, begins, rounds, **arguments, **(more or {}))
    for place, (got, want) in enumerate(zip(received, expected, strict=True)):
        _is_near(got, want, hint=f"this is parameter {place} of 0 to 4")
        expect.that(
            not isinstance(got, torch.Tensor) or got.dtype == want.dtype,
            "step changes the dtype of a parameter",
            received=str(getattr(got, "dtype", "")),
            expected=str(want.dtype),
        )


def _remembers_by_itself(optimizer, keys, *, more=None, **arguments) -> None:
    """Require the values of two parameters, each with an optimizer, whose gradients are written into the same tensors again."""
    begins, *rounds = ([*pair] for pair in _away_from_zero(noise.normal(keys.images, 5, 2, 2)))
    arguments["lr"] = 0.1
    received = optimizer.use(_lines(APART, optimizer, arguments), begins=_listed(begins), rounds=_listed(rounds))
    expected = _end(optimizer.name, begins, rounds, **arguments, **(more or {}))
    for got, want in zip(received, expected, strict=True):
        _is_near(got, want)


def _takes_new_rates(optimizer, keys, **arguments) -> None:
    """Require the value of a parameter after steps of several lengths; with momentum, in one of the two usual forms."""
    begin, *gradients = _away_from_zero(noise.normal(keys.images, len(RATES) + 1, 2))
    lines = _lines(CHANGE, optimizer, {"lr": 0.1, **arguments})
    received = optimizer.use(lines, begin=begin.tolist(), gradients=_listed(gradients), rates=RATES)
    if "momentum" in arguments:
        is_nesterov = optimizer.name == "Nesterov"
        first, second = _two_forms(begin, gradients, arguments["momentum"], is_nesterov=is_nesterov)
        is_second = isinstance(received, torch.Tensor) and received.shape == second.shape
        is_nearer = is_second and (received - second).abs().max() < (received - first).abs().max()
        wanted = second if is_nearer else first
        _is_of_float64(received, wanted)
        expect.close(received, wanted)
        return
    p = begin.clone().requires_grad_()
    oracle = PYTORCH[optimizer.name]([p], lr=0.1, **arguments)
    for lr, gradient in zip(RATES, gradients, strict=True):
        oracle.param_groups[0]["lr"] = lr
        p.grad = gradient.clone()
        oracle.step()
    _is_near(received, p.detach())


def _two_forms(
    begin: torch.Tensor, gradients: Sequence[torch.Tensor], momentum: float, *, is_nesterov: bool
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return where momentum leads whose velocity is of gradients, and whose velocity is of steps."""
    first = second = begin
    of_gradients = of_steps = torch.zeros_like(begin)
    for lr, gradient in zip(RATES, gradients, strict=True):
        of_gradients = momentum * of_gradients + gradient
        of_steps = momentum * of_steps - lr * gradient
        first = first - lr * (gradient + momentum * of_gradients if is_nesterov else of_gradients)
        second = second + (momentum * of_steps - lr * gradient if is_nesterov else of_steps)
    return first, second


def _adds_eps(optimizer, keys) -> None:
    """Require the steps from 0, so that they are compared on their own scale; the first gradient has a zero in it."""
    for place, (scale, arguments) in enumerate(EPSILONS):
        gradients = list(scale * noise.normal(keys.images.derive(place), 4, 3).round(decimals=2))
        gradients[0][1] = 0
        received = optimizer.use(_lines(FOLLOW, optimizer, arguments), gradients=_listed(gradients))
        begins, rounds = [torch.zeros(3, dtype=torch.float64)], [[gradient] for gradient in gradients]
        (expected,) = _end(optimizer.name, begins, rounds, **arguments)
        if place == 0:  # where a wrong eps changes more than rounding does
            _is_of_float64(received, expected)
        expect.close(received, expected)


def _end(name: str, begins: Sequence[torch.Tensor], rounds, **arguments) -> list[torch.Tensor]:
    """Return where PyTorch's optimizer leads parameters, with the gradients of each round."""
    parameters = [begin.clone().requires_grad_() for begin in begins]
    oracle = PYTORCH[name](parameters, **arguments)
    for gradients in rounds:
        for p, gradient in zip(parameters, gradients, strict=True):
            p.grad = None if gradient is None else gradient.clone()
        oracle.step()
    return [p.detach() for p in parameters]


def _is_of_float64(received, expected: torch.Tensor) -> None:
    """Require that numbers which are right to the precision of float32 have that of float64."""
    if not isinstance(received, torch.Tensor) or received.shape != expected.shape:
        return
    difference, scale = (received.double() - expected).abs().max(), expected.abs().max()
    near, nearer = (bool(difference <= tolerances.BY_DTYPE[dtype] * scale) for dtype in ("float32", "float64"))
    expect.that(
        nearer or not near,
        "the parameter is of float64, but its values have the precision of float32 only",
        hint="of which dtype is what you remember? `torch.zeros` and a Python list make float32",
        evidence="memory_in_float32",
    )


def _away_from_zero(numbers: torch.Tensor) -> torch.Tensor:
    """Return numbers moved away from 0: where gradients are small, eps matters, which has checks of its own."""
    return (numbers + (numbers >= 0) - 0.5).round(decimals=2)


def _lines(lines: str, optimizer, arguments: dict[str, object]) -> str:
    """Return what to ask, with an optimizer and its arguments written out."""
    written = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
    return lines.format(name=optimizer.name, arguments=written)


def _listed(values):
    """Return tensors as lists of numbers, which a student reads more easily."""
    if isinstance(values, list):
        return [_listed(one) for one in values]
    if isinstance(values, torch.Tensor):
        return (values.double().round(decimals=2) if values.dtype == torch.float32 else values).tolist()
    return values


def _is_near(received, expected: torch.Tensor, *, hint: str | None = None) -> None:
    """Require numbers that agree as those of float32 do, so that a wrong eps costs the points of eps alone."""
    if isinstance(received, torch.Tensor) and received.shape == expected.shape:
        difference, scale = (received.double() - expected.double()).abs().max(), expected.abs().max().clamp_min(1)
        if difference <= tolerances.BY_DTYPE["float32"] * scale:
            return
    expect.close(received, expected, hint=hint)


def _cut(row: torch.Tensor, shapes):
    """Yield tensors of these shapes, cut from a row of numbers."""
    for shape in shapes:
        size = torch.Size(shape).numel()
        yield row[:size].reshape(shape)
        row = row[size:]
