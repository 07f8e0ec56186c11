"""Hidden checks of exercise 5: any scores, small and large."""

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.checks import expect

CASES = {
    "samples": st.integers(1, 5),
    "classes": st.integers(2, 6),
    "scale": st.sampled_from((1, 1, 5, 1000)),
    "number": st.integers(0, 2**32),
}


@pytest.mark.check(points=1, exercise="loss")
@given(**CASES)
@example(samples=4, classes=3, scale=1, number=0)
@example(samples=3, classes=4, scale=1000, number=0)
def test_any_cross_entropy(student, samples, classes, scale, number):
    """Probabilities and cross entropy are right for any number of samples and classes, with scores up to some thousands."""
    scores, labels = _drawn(samples, classes, scale, number)
    expect.close(student.softmax(scores), (scores - scores.logsumexp(dim=1, keepdim=True)).exp())
    expect.close(student.cross_entropy(scores, labels), _cross_entropy(scores, labels))


@pytest.mark.check(points=1, exercise="loss")
@given(**CASES)
@example(samples=4, classes=3, scale=1, number=0)
@example(samples=3, classes=4, scale=1000, number=0)
def test_any_gradient_of_scores(student, samples, classes, scale, number):
    """The gradient of the cross entropy is right for any number of samples and classes, with scores up to some thousands."""
    scores, labels = _drawn(samples, classes, scale, number)
    leaf = scores.clone().requires_grad_()
    (expected,) = torch.autograd.grad(_cross_entropy(leaf, labels), leaf)
    expect.close(student.cross_entropy_gradient(scores, labels), expected)


@pytest.mark.check(points=1, exercise="loss", disclosure="counterexample")
def test_scores_stay(student):
    """None of the three functions changes the scores and labels that it gets."""
    scores, labels = _drawn(3, 4, 1, 7)
    leaf = scores.clone().requires_grad_()
    loss = _cross_entropy(leaf, labels)
    (gradient,) = torch.autograd.grad(loss, leaf)
    for asked, call, answer in (
        (student.softmax, "softmax(scores)", (scores - scores.logsumexp(dim=1, keepdim=True)).exp()),
        (student.cross_entropy, "cross_entropy(scores, labels)", loss.detach()),
        (student.cross_entropy_gradient, "cross_entropy_gradient(scores, labels)", gradient),
    ):
        received = asked.use(f"result = {call}\nanswer = [result, scores, labels]", scores=scores, labels=labels)
        expect.that(isinstance(received, list) and len(received) == 3, "the answer should be [result, scores, labels]")
        expect.close(received[0], answer)
        for name, before, after in (("scores", scores, received[1]), ("labels", labels, received[2])):
            expect.that(
                getattr(after, "shape", None) == before.shape and torch.equal(after, before),
                f"{asked.name} has changed its argument {name}",
                expected=before,
                received=after,
                hint="which statement of yours changes a tensor in its place?",
                evidence="changes_its_argument",
            )


def _drawn(samples, classes, scale, number):
    """Return scores, and labels of which the first is that of the smallest score: a loss near 0 would be all rounding."""
    generator = torch.Generator().manual_seed(number)
    scores = scale * torch.randn(samples, classes, dtype=torch.float64, generator=generator)
    labels = torch.randint(classes, (samples,), generator=generator)
    labels[0] = scores[0].argmin()
    return scores, labels


def _cross_entropy(scores, labels):
    """Return what F.cross_entropy does, which would wait for a second thread hundreds of times."""
    return (scores.logsumexp(dim=1) - scores[torch.arange(len(labels)), labels]).mean()
