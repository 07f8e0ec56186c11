"""Public checks of the function: what may and what may not happen between an image and its logits."""

import pytest
import torch

from grader import expect


@pytest.mark.check(points=2, exercise="function")
def test_logits_are_not_probabilities(student):
    """The output is not normalised: its rows are not probabilities, nor logarithms of probabilities."""
    logits = _logits(student, weights_seed=1)
    expect.that(
        not _nearly(logits.sum(dim=1), 1.0),
        "the numbers of each row add up to 1, as probabilities do",
        hint="logits are scores before any normalisation; which part of the training normalises them?",
    )
    expect.that(
        not _nearly(logits.logsumexp(dim=1), 0.0),
        "the exponentials of each row add up to 1, as they do for logarithms of probabilities",
        hint="logits are scores before any normalisation; which part of the training normalises them?",
    )


@pytest.mark.check(points=1, exercise="function")
def test_logits_of_both_signs(student):
    """The logits may be negative and positive."""
    logits = torch.cat([_logits(student, weights_seed=seed) for seed in (1, 2)])
    smallest, largest = logits.min().item(), logits.max().item()
    expect.that(
        smallest < 0 < largest,
        "all logits have the same sign, whatever the weights are",
        received=f"from {smallest:.3g} to {largest:.3g}",
        expected="some below 0 and some above 0",
        hint="what is the last thing that happens to the scores before you return them?",
    )


@pytest.mark.check(points=2, exercise="function")
def test_images_do_not_mix(student):
    """The logits of an image depend on that image alone, in training mode too."""
    for training in (False, True):
        for row in (0, 2):
            only_row = torch.zeros(3, 10)
            only_row[row] = torch.linspace(-1, 1, 10)
            model = student.NaiveConvNet()
            _require_logits(model.run(_noise(3)).output)
            run = model.run(_noise(3), weights_seed=1, training=training, gradients=True, upstream=only_row)
            others = [n for n in range(3) if n != row]
            largest = run.input_gradient[others].abs().max().item()
            mode = "training" if training else "evaluation"
            expect.that(
                largest == 0,
                f"in {mode} mode, another image changes the logits of an image",
                received=f"a gradient of {largest:.3g} on the other images",
                expected="a gradient of exactly 0",
                hint="look for a step that takes the batch as a whole: which axis is that of the images?",
            )


@pytest.mark.check(points=1, exercise="function")
def test_same_in_both_modes(student):
    """The network computes the same in training and in evaluation mode."""
    model = student.NaiveConvNet()
    evaluating = model.run(_noise(3), weights_seed=1).output
    training = model.run(_noise(3), weights_seed=1, training=True).output
    _require_logits(evaluating)
    _require_logits(training)
    apart = ((training - evaluating).norm() / evaluating.norm().clamp_min(1e-12)).item()
    expect.that(
        apart < 1e-4,
        "the same images with the same weights get other logits in training mode",
        received=f"{apart:.2g} away, relative to their size",
        hint="which layers know the mode that the network is in? Is one of them on the slide?",
    )


def _noise(count: int) -> torch.Tensor:
    """Return the same *count* random images every time."""
    return torch.rand(count, 1, 28, 28, generator=torch.Generator().manual_seed(0))


def _logits(student, weights_seed: int) -> torch.Tensor:
    logits = student.NaiveConvNet().run(_noise(4), weights_seed=weights_seed).output
    _require_logits(logits)
    return logits


def _require_logits(output: torch.Tensor) -> None:
    expect.that(
        output.ndim == 2 and output.shape[1] == 10 and output.is_floating_point(),
        "the output is not one logit per class for each image",
        received=f"shape {tuple(output.shape)}, {output.dtype}",
        expected="shape (N, 10), torch.float32",
    )


def _nearly(values: torch.Tensor, number: float) -> bool:
    return bool(((values - number).abs() < 1e-3).all())
