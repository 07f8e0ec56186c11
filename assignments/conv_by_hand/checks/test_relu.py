import pytest
import torch

from grader.checks import expect

COPY = "write into a copy, `x.clone()`, or make a new tensor"


@pytest.mark.check(points=1, exercise="relu")
def test_largest_of_zero_and_input(student):
    """Negative numbers become 0, all others stay as they are, however large."""
    x = torch.tensor([[-2.0, 0.0, 3.0], [-0.5, 0.25, 100.0]]).double()
    expect.close(student.relu(x), torch.tensor([[0.0, 0.0, 3.0], [0.0, 0.25, 100.0]]).double())


@pytest.mark.check(points=1, exercise="relu_backward")
def test_gradient_passes_where_x_is_positive(student):
    """The gradient passes where x was positive, and nowhere else."""
    x, grad_output = torch.tensor([-2.0, 0.0, 3.0, 0.5]).double(), torch.tensor([5.0, 7.0, 9.0, -4.0]).double()
    expect.close(student.relu_backward(grad_output, x), torch.tensor([0.0, 0.0, 9.0, -4.0]).double())


@pytest.mark.check(points=1, exercise="relu")
def test_relu_leaves_x_alone(student):
    """After the call, x is what it was."""
    x = torch.tensor([[-2.0, 0.0, 3.0], [-0.5, 0.25, 100.0]]).double()
    after = student.relu.use("relu(x); answer = x", x=x)
    expect.that(same(after, x), "relu has changed its argument x", expected=x, received=after, hint=COPY)


@pytest.mark.check(points=1, exercise="relu_backward")
def test_relu_backward_leaves_its_arguments_alone(student):
    """After the call, x and grad_output are what they were."""
    x, grad_output = torch.tensor([-2.0, 0.0, 3.0, 0.5]).double(), torch.tensor([5.0, 7.0, 9.0, -4.0]).double()
    after = student.relu_backward.use("relu_backward(g, x); answer = x, g", x=x, g=grad_output)
    expect.that(same(after[0], x), "relu_backward has changed its argument x", expected=x, received=after[0], hint=COPY)
    changed = "relu_backward has changed its argument grad_output"
    expect.that(same(after[1], grad_output), changed, expected=grad_output, received=after[1], hint=COPY)


def same(after, before):
    return getattr(after, "shape", None) == before.shape and torch.equal(after, before)
