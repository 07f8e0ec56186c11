"""Public checks of exercise 5, softmax and cross entropy."""

import math

import pytest
import torch
from torch.nn import functional as F

from grader.checks import expect


@pytest.mark.check(points=1, exercise="loss")
def test_rows_of_probabilities(student):
    """The scores of the handout get the right probabilities, each row by itself."""
    scores = _tensor([[3.2, 5.1, -1.7], [0.0, 0.0, 0.0], [1.0, -1.0, 0.5], [-3.0, 0.2, 2.0]])
    hint = "to what does each row of your answer add up, and to what each column?"
    expect.close(student.softmax(scores), F.softmax(scores, dim=1), hint=hint)


@pytest.mark.check(points=1, exercise="loss")
def test_cross_entropy_of_guessing(student):
    """Ten equal scores have a cross entropy of ln 10 = 2.30, however many samples there are, and the handout's cat has 2.04."""
    for samples in (1, 4):
        received = student.cross_entropy(_tensor([[0.5] * 10] * samples), torch.arange(samples))
        expect.close(received, math.log(10), hint="what is the probability of each of ten classes with equal scores?")
    cat = _tensor([[3.2, 5.1, -1.7]])
    expect.close(student.cross_entropy(cat, torch.tensor([0])), F.cross_entropy(cat, torch.tensor([0])))


@pytest.mark.check(points=1, exercise="loss")
def test_large_scores(student):
    """Scores of 1000 give finite probabilities and a finite cross entropy: (0, 1000) and label 0 give 1000."""
    scores, hint = _tensor([[0.0, 1000.0], [1000.0, 999.0], [-1000.0, -1001.0]]), "what is e to the power of 1000?"
    expect.close(student.softmax(scores), F.softmax(scores, dim=1), hint=hint)
    hint = "what is the probability of a class 1000 behind the best one, and what its logarithm?"
    for row, label in (([1000.0, 999.0], 1), ([0.0, -1000.0], 1), ([0.0, 1000.0], 0)):
        row, label = _tensor([row]), torch.tensor([label])
        expect.close(student.cross_entropy(row, label), F.cross_entropy(row, label), hint=hint)


@pytest.mark.check(points=1, exercise="loss")
def test_gradient_of_the_handout(student):
    """The scores (2, 1) and (0, 4) of the handout, both with label 0, have the gradient that the handout shows in exercise 6."""
    scores, labels = _tensor([[2.0, 1.0], [0.0, 4.0]]), torch.tensor([0, 0])
    leaf = scores.clone().requires_grad_()
    (expected,) = torch.autograd.grad(F.cross_entropy(leaf, labels), leaf)
    hint = "which of these scores should grow to make the loss smaller, and how much does each sample count?"
    expect.close(student.cross_entropy_gradient(scores, labels), expected, hint=hint)


def _tensor(rows):
    return torch.tensor(rows, dtype=torch.float64)
