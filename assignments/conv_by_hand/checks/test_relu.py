import pytest
import torch

from grader.checks import expect


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
    require_unchanged("relu", "x", x, student.relu.use("relu(x); answer = x", x=x))


@pytest.mark.check(points=1, exercise="relu_backward")
def test_relu_backward_leaves_its_arguments_alone(student):
    """After the call, x and grad_output are what they were."""
    x, grad_output = torch.tensor([-2.0, 0.0, 3.0, 0.5]).double(), torch.tensor([5.0, 7.0, 9.0, -4.0]).double()
    lines = "relu_backward(grad_output, x); answer = x, grad_output"
    x_after, grad_output_after = student.relu_backward.use(lines, x=x, grad_output=grad_output)
    require_unchanged("relu_backward", "x", x, x_after)
    require_unchanged("relu_backward", "grad_output", grad_output, grad_output_after)


def require_unchanged(function, name, before, after):
    """Require that an argument is after a call what it was before."""
    expect.that(
        getattr(after, "shape", None) == before.shape and torch.equal(after, before),
        f"{function} has changed its argument {name}",
        expected=before,
        received=after,
        hint=f"which of your lines writes into {name}? Write into a copy, `{name}.clone()`, or make a new tensor",
        evidence="changes_its_argument",
    )
