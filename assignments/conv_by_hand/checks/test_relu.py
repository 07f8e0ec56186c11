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
