"""Public checks of exercise 6, batch normalization: the handout's mini-batch."""

import pytest
import torch

from grader.checks import expect

X = torch.tensor([[1.0, 0.0], [3.0, 40.0], [5.0, 0.0], [7.0, 0.0]], dtype=torch.float64)
GAMMA, BETA = torch.tensor([1.0, 2.0], dtype=torch.float64), torch.tensor([0.0, 10.0], dtype=torch.float64)
ZEROS, ONES = torch.zeros(2, dtype=torch.float64), torch.ones(2, dtype=torch.float64)


@pytest.mark.check(points=1, exercise="batch_norm")
def test_handout_batch(student):
    """In training the handout's mini-batch is normalized by its own mean and variance, feature by feature."""
    out, _mean, _var = _three(student.batch_norm(X, GAMMA, BETA, ZEROS, ONES, True, 0.1, 0.0))
    root5, root3 = 5**0.5, 3**0.5
    columns = [
        [-3 / root5, -1 / root5, 1 / root5, 3 / root5],
        [10 - 2 / root3, 10 + 6 / root3, 10 - 2 / root3, 10 - 2 / root3],
    ]
    expect.close(out, torch.tensor(columns, dtype=torch.float64).T)


@pytest.mark.check(points=1, exercise="batch_norm")
def test_handout_statistics(student):
    """After the handout's mini-batch the running means are 0.4 and 1, the running variances 1.5667 and 40.9."""
    _out, mean, var = _three(student.batch_norm(X, GAMMA, BETA, ZEROS, ONES, True))
    expect.close(mean, torch.tensor([0.4, 1.0], dtype=torch.float64))
    expect.close(var, torch.tensor([0.9 + 2 / 3, 40.9], dtype=torch.float64))


@pytest.mark.check(points=1, exercise="batch_norm")
def test_handout_evaluation(student):
    """In evaluation the running statistics normalize, and stay as they are."""
    running_mean, running_var = (
        torch.tensor([4.0, 10.0], dtype=torch.float64),
        torch.tensor([4.0, 25.0], dtype=torch.float64),
    )
    out, mean, var = _three(student.batch_norm(X[:1], GAMMA, BETA, running_mean, running_var, False, eps=0.0))
    expect.close(out, torch.tensor([[-1.5, 6.0]], dtype=torch.float64))
    expect.close(mean, running_mean)
    expect.close(var, running_var)


def _three(answer):
    expect.that(
        isinstance(answer, tuple | list) and len(answer) == 3, "the answer should be (out, mean, var)", received=answer
    )
    return answer
