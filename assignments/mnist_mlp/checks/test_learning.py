"""Public check of exercise 6: eight digits by heart."""

import pytest
from torch.nn import functional as F

from grader.checks import expect
from grader.datasets import splits as data

MAX_ROUNDS = 5
"""Of 40 steps. In 200 trainings the reference always knew them after two rounds."""


@pytest.mark.check(points=2, exercise="learning", seconds=30)
def test_mlp_learns_eight_digits(student, networks, keys):
    """The MLP learns eight digits by heart in 200 steps of Adam, or fewer."""
    digits = data.digits(keys.images, 8)
    model = student.MLP.build(keys.torch)
    expect.network.logits(model.predict(digits.images), 8, 10)
    for number in range(MAX_ROUNDS):
        model.train_on(
            digits.images, digits.labels, epochs=40, batch_size=8, learning_rate=1e-3, key=keys.torch.derive(number)
        )
        logits = model.predict(digits.images)
        right = int((logits.argmax(dim=1) == digits.labels).sum())
        loss = F.cross_entropy(logits.double(), digits.labels).item()
        if right == 8 and loss < 0.1:
            expect.known.goes_through_layers(networks, student.MLP)  # a table of the eight does not
            return
    expect.that(
        False,
        "the network does not learn eight digits by heart",
        received=f"{right} of 8 right, cross entropy {loss:.3g}",
        expected="8 of 8 right, cross entropy below 0.1",
        hint="a network that cannot do this cannot learn: look at its gradients and at its first weights",
    )
