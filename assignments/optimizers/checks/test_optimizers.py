"""Public checks of exercises 7 to 11, the five optimizers, against those of PyTorch in float64."""

from dataclasses import dataclass, field

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.checks import expect, tolerances
from grader.datasets import noise

FOLLOW = """
p = begin.clone().requires_grad_()
optimizer = {name}([p], **arguments)
trace = []
for gradient in gradients:
    p.grad = gradient.clone()
    optimizer.step()
    trace.append(p.detach().clone())
answer = torch.stack(trace)
"""

TRAIN = """
w = begin.clone().requires_grad_()
optimizer = {name}([w], **arguments)
trace = []
for target in targets:
    optimizer.zero_grad()
    ((w - target) ** 2).sum().backward()
    gradient = w.grad.clone()
    optimizer.step()
    trace.append(w.detach().clone())
    is_same_gradient = w.grad is not None and torch.equal(w.grad, gradient)
optimizer.zero_grad()
is_empty = w.grad is None or not w.grad.any()
answer = torch.stack(trace), is_same_gradient, w.is_leaf and w.requires_grad, bool(is_empty)
"""

NUMBERS = torch.float64


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Gradients for a parameter, as the sizes and the seed that they follow from."""

    shape: tuple[int, ...]
    count: int
    """Of gradients."""
    scale: float
    """Of gradients; the parameter has numbers of the size of 1."""
    seed: int
    arguments: dict[str, object] = field(default_factory=dict)

    def tensors(self) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """Return the parameter at its beginning and its gradients."""
        generator = torch.Generator().manual_seed(self.seed)
        begin, *gradients = torch.randn((self.count + 1, *self.shape), dtype=NUMBERS, generator=generator)
        return begin, [self.scale * gradient for gradient in gradients]


def steps(**arguments: st.SearchStrategy) -> st.SearchStrategy[Steps]:
    """Draw gradients, and the arguments of an optimizer."""
    return st.builds(
        Steps,
        shape=st.sampled_from([(1,), (3,), (2, 3), (2, 1, 2)]),
        count=st.integers(1, 7),
        scale=st.sampled_from([1.0, 0.1, 30.0]),
        seed=st.integers(0, 2**31),
        arguments=st.fixed_dictionaries({"lr": st.sampled_from([0.1, 0.01, 0.003]), **arguments}),
    )


# --- 7. SGD with momentum -------------------------------------------------------------------------------------------------


@pytest.mark.check(points=1, exercise="sgd")
def test_sgd_by_hand(student):
    """The example of the handout is right: with momentum 0.9 p is 0.9, 0.61 and 0.449."""
    _goes(student.SGD, [0.9, 0.61, 0.449], lr=0.1, momentum=0.9)
    _goes(student.SGD, [0.85, 0.4725, 0.209125], lr=0.1, momentum=0.9, weight_decay=0.5)


@pytest.mark.check(points=2, exercise="sgd")
@settings(max_examples=60)
@given(steps=steps(momentum=st.sampled_from([0.0, 0.5, 0.9])))
def test_sgd_any_momentum(student, steps):
    """The steps are those of PyTorch's SGD with any momentum, also with none."""
    _follows(student.SGD, steps, torch.optim.SGD)


@pytest.mark.check(points=2, exercise="sgd")
@settings(max_examples=60)
@given(steps=steps(momentum=st.sampled_from([0.0, 0.9]), weight_decay=st.sampled_from([0.01, 0.1, 1.0])))
def test_sgd_weight_decay(student, steps):
    """The steps are those of PyTorch's SGD with weight decay, with momentum and without."""
    _follows(student.SGD, steps, torch.optim.SGD)


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
@settings(max_examples=60)
@given(steps=steps(momentum=st.sampled_from([0.3, 0.5, 0.9])))
def test_nesterov_any_steps(student, steps):
    """The steps are those of PyTorch's SGD with Nesterov momentum."""
    _follows(student.Nesterov, steps, torch.optim.SGD, nesterov=True)


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
@settings(max_examples=60)
@given(steps=steps())
def test_adagrad_any_steps(student, steps):
    """The steps are those of PyTorch's Adagrad."""
    _follows(student.Adagrad, steps, torch.optim.Adagrad)


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
@settings(max_examples=60)
@given(steps=steps(alpha=st.sampled_from([0.5, 0.9, 0.99])))
def test_rmsprop_any_steps(student, steps):
    """The steps are those of PyTorch's RMSprop."""
    _follows(student.RMSprop, steps, torch.optim.RMSprop)


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
@settings(max_examples=60)
@given(steps=steps(betas=st.sampled_from([(0.9, 0.999), (0.5, 0.9), (0.8, 0.7)])))
def test_adam_any_steps(student, steps):
    """The steps are those of PyTorch's Adam."""
    _follows(student.Adam, steps, torch.optim.Adam)


@pytest.mark.check(points=1, exercise="adam")
def test_adam_in_training(student, keys):
    """Adam trains: step changes the parameter in place and leaves its gradient alone, and zero_grad empties it."""
    _trains(student.Adam, torch.optim.Adam, keys, lr=0.1, betas=(0.8, 0.9))


# --- what they have in common ---------------------------------------------------------------------------------------------


def _goes(optimizer, expected: list[float], **arguments) -> None:
    """Require the values of a parameter 1 after the gradients 1, 2 and -1, to as many digits as the handout has."""
    gradients = [torch.tensor([value], dtype=NUMBERS) for value in (1.0, 2.0, -1.0)]
    code, begin = FOLLOW.format(name=optimizer.name), torch.ones(1, dtype=NUMBERS)
    received = optimizer.use(code, begin=begin, gradients=gradients, arguments=arguments)
    _is_near(received, torch.tensor(expected, dtype=NUMBERS)[:, None], is_rounded=True)


def _follows(optimizer, steps: Steps, kind, **more) -> None:
    """Require the steps of an optimizer of PyTorch."""
    begin, gradients = steps.tensors()
    p = begin.clone().requires_grad_()
    oracle, trace = kind([p], **steps.arguments, **more), []
    for gradient in gradients:
        p.grad = gradient.clone()
        oracle.step()
        trace.append(p.detach().clone())
    code = FOLLOW.format(name=optimizer.name)
    received = optimizer.use(code, begin=begin, gradients=gradients, arguments=steps.arguments)
    _is_near(received, torch.stack(trace))


def _trains(optimizer, kind, keys, more=None, **arguments) -> None:
    """Require that an optimizer trains as one of PyTorch does, with gradients that autograd finds."""
    begin, *targets = noise.normal(keys.images, 6, 2, 3)
    w = begin.clone().requires_grad_()
    oracle, trace = kind([w], **arguments, **(more or {})), []
    for target in targets:
        oracle.zero_grad()
        torch.nn.functional.mse_loss(w, target, reduction="sum").backward()
        oracle.step()
        trace.append(w.detach().clone())
    code = TRAIN.format(name=optimizer.name)
    received = optimizer.use(code, begin=begin, targets=targets, arguments=arguments)
    steps, is_same_gradient, is_leaf, is_empty = received
    _is_near(steps, torch.stack(trace))
    expect.that(is_same_gradient, "step has changed the gradient of the parameter", hint="what may step change?")
    expect.that(is_leaf, "after step the parameter does not ask for a gradient any more, or has a history")
    expect.that(is_empty, "after zero_grad the gradient is neither None nor zero")


def _is_near(received, expected: torch.Tensor, *, is_rounded: bool = False) -> None:
    """Require numbers that agree up to rounding, be it that of float32, which other checks do not let pass."""
    if isinstance(received, torch.Tensor) and received.shape == expected.shape:
        difference, scale = (received.double() - expected).abs().max(), expected.abs().max()
        if difference <= tolerances.BY_DTYPE["float32"] * scale:
            if difference > 10 * tolerances.BY_DTYPE["float64"] * scale and not is_rounded:
                expect.remark("your numbers have the precision of float32: is your memory of the parameter's dtype?")
            return
    expect.close(received, expected)
