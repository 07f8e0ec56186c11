"""Public checks of exercises 5 and 6, schedules of the learning rate."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import expect


@pytest.mark.check(points=1, exercise="step_decay")
def test_steps_of_the_handout(student):
    """The example of the handout is right: 0.1 up to epoch 29, then 0.01, and 0.001 from epoch 60 on."""
    for epoch, lr in ((0, 0.1), (1, 0.1), (29, 0.1), (30, 0.01), (59, 0.01), (60, 0.001), (90, 0.0001)):
        expect.close(student.step_decay(0.1, epoch, 30), lr)
    expect.close(student.step_decay(0.8, 5, 2, 0.5), 0.2)


@pytest.mark.check(points=1, exercise="step_decay")
@given(
    lr=st.sampled_from([1.0, 0.3, 0.05]),
    epoch=st.integers(0, 40),
    step_size=st.integers(1, 12),
    gamma=st.sampled_from([0.1, 0.5, 0.9]),
)
def test_any_steps(student, lr, epoch, step_size, gamma):
    """The learning rate is that of PyTorch's StepLR."""
    expected = _follow(torch.optim.lr_scheduler.StepLR, lr, epoch, step_size=step_size, gamma=gamma)
    expect.close(student.step_decay(lr, epoch, step_size, gamma), expected)


@pytest.mark.check(points=1, exercise="cosine_decay")
def test_cosine_of_the_handout(student):
    """The example of the handout is right: from 0.1 over 0.05, in the middle, to 0."""
    for epoch, share in ((0, 1), (5, 0.5), (2, 0.9045084971874737), (8, 0.09549150281252627)):
        expect.close(student.cosine_decay(0.1, epoch, 10), 0.1 * share)
    _vanishes(student.cosine_decay(0.1, 10, 10))


@pytest.mark.check(points=1, exercise="cosine_decay")
@given(
    lr=st.sampled_from([1.0, 0.3, 0.05]),
    epochs=st.integers(1, 30),
    lr_min=st.sampled_from([0.001, 0.01, 0.05]),
    data=st.data(),
)
def test_any_cosine(student, lr, epochs, lr_min, data):
    """The learning rate is that of PyTorch's CosineAnnealingLR."""
    epoch = data.draw(st.integers(0, epochs), label="epoch")
    expected = _follow(torch.optim.lr_scheduler.CosineAnnealingLR, lr, epoch, T_max=epochs, eta_min=lr_min)
    expect.close(student.cosine_decay(lr, epoch, epochs, lr_min), expected)


def _follow(kind, lr: float, epoch: int, **arguments) -> float:
    """Return the learning rate that a schedule of PyTorch has in an epoch."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    schedule = kind(optimizer, **arguments)
    for _ in range(epoch):
        optimizer.step()
        schedule.step()
    return schedule.get_last_lr()[0]


def _vanishes(received) -> None:
    """Require 0 up to rounding, which is of the size of what has been subtracted."""
    expect.that(
        abs(expect.number(received, "the learning rate")) < 1e-12,
        "the learning rate of the last epoch is wrong",
        received=received,
        expected=0.0,
    )
