"""
Edits of activations: omitted, another one, or one where none belongs.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.checks.architectures.edits.edit import (
    Clues,
    Edit,
    Layers,
    after,
    changed,
    first_flat,
    indices_of,
    inserted,
    without,
)
from grader.checks.architectures.table import ACTIVATIONS, Layer

_SLOPES = (0.0, 0.1, 0.2, 0.3)
"""Of leaky ReLUs, the first as PyTorch has it."""
_WHICH = "Which activation does the handout name?"
_QUESTIONS = {
    "sigmoid": "A sigmoid is nearly flat for large numbers, so hardly any gradient comes back through it. " + _WHICH,
    "tanh": "A tanh is nearly flat for large numbers, so hardly any gradient comes back through it. " + _WHICH,
    "leaky_relu": "A leaky ReLU lets a little of the negative numbers through. " + _WHICH,
    "gelu": "GELUs came years later. " + _WHICH,
    "prelu": "What would an activation learn, and how many parameters has the handout's? " + _WHICH,
}
_ENDS = {
    "relu": (
        "relu_after_the_last_layer",
        "a ReLU after the last layer",
        "How can the network say that a class is unlikely if no score may fall below zero?",
    ),
    "softmax": (
        "softmax_at_the_end",
        "a softmax after the last layer",
        "The cross entropy normalises by itself. What does it make of numbers that have been normalised before?",
    ),
    "log_softmax": (
        "log_softmax_at_the_end",
        "a log-softmax after the last layer",
        "The cross entropy does so by itself. Which numbers did the handout ask for, scores or logarithms of probabilities?",
    ),
    "softmax_over_images": (
        "softmax_over_the_images",
        "a softmax after the last layer, which runs over the images",
        "Which axis holds the classes, and should the scores be normalised at all?",
    ),
    "softmax_in_evaluation": (
        "softmax_at_the_end",
        "a softmax after the last layer in evaluation mode",
        "The cross entropy normalises by itself, and a network should compute the same in both modes. What is returned?",
    ),
    "log_softmax_in_evaluation": (
        "log_softmax_at_the_end",
        "a log-softmax after the last layer in evaluation mode",
        "The cross entropy does so by itself, and a network should compute the same in both modes. What is returned?",
    ),
    "sigmoid": (
        "sigmoid_at_the_end",
        "a sigmoid after the last layer",
        "A sigmoid squeezes every score between 0 and 1. What is the largest score that your network can give?",
    ),
}


def _bends(layers: Layers) -> list[int]:
    return indices_of(layers, *ACTIVATIONS)


def missing(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """One activation is omitted, those of all convolutions, those of all linear layers, or all."""
    flat, positions = first_flat(layers), _bends(layers)
    of_maps, of_features = [i for i in positions if i < flat], [i for i in positions if i > flat]
    for place in positions:
        what = ACTIVATIONS[layers[place].kind].removeprefix("a ").removeprefix("an ")
        yield Edit(
            name="no_relu_after_a_convolution" if place < flat else "no_relu_between_linear_layers",
            difference=f"without the {what} {after(layers, place)}",
            question="Two layers with nothing between them are one layer. Go through your forward pass: what follows each layer?",
            layers=without(layers, place),
        )
    between = [i for i in of_maps if i + 1 < len(layers) and layers[i + 1].kind not in ("maxpool", "avgpool")]
    if 1 < len(between) < len(of_maps):
        yield Edit(
            name="no_relu_after_a_convolution",
            difference="with an activation before each pooling alone",
            question="Two convolutions with nothing between them are one. Go through your forward pass: what follows each layer?",
            layers=without(layers, *between),
        )
    question = "A matrix times a matrix is a matrix. What can layers compute when nothing between them bends?"
    for name, difference, omitted in (
        ("no_relu_after_any_convolution", "without any activation after the convolutions", of_maps),
        ("no_relu_between_linear_layers", "without any activation after the linear layers", of_features),
        ("no_relu_at_all", "without any activation", positions),
    ):
        if len(omitted) > 1:
            yield Edit(name=name, difference=difference, question=question, layers=without(layers, *omitted))


def another(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """One activation, or every one, is another."""
    positions = _bends(layers)
    flat = first_flat(layers)
    groups = {
        "in place of every ReLU": positions,
        "in place of the ReLUs after convolutions": [i for i in positions if i < flat],
        "in place of the ReLUs after linear layers": [i for i in positions if i > flat],
    }
    for kind, word in {**ACTIVATIONS, "softmax": "a softmax"}.items():
        if kind not in clues.kinds:
            continue
        for where, some in ({f"in place of the ReLU {after(layers, i)}": [i] for i in positions} | groups).items():
            if not some or any(layers[i].kind == kind for i in some) or (len(some) == 1 and "the ReLUs" in where):
                continue
            for slope in _SLOPES if kind == "leaky_relu" else (0,):
                told = word + (f" with a slope of {slope:g}" if slope else "")
                yield Edit(
                    name=f"{kind}_instead_of_relu",
                    difference=f"with {told} {where}",
                    question=_QUESTIONS.get(kind, _WHICH),
                    layers=changed(layers, *some, kind=kind, size=slope),
                )


def too_many(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """There is an activation where the table has none: after the last layer, after a pooling, at the start."""
    for kind, (name, difference, question) in _ENDS.items():
        yield Edit(name=name, difference=f"with {difference}", question=question, layers=(*layers, Layer(kind=kind)))
    for kind in sorted((clues.kinds & set(ACTIVATIONS)) - set(_ENDS)):
        yield Edit(
            name=f"{kind}_at_the_end",
            difference=f"with {ACTIVATIONS[kind]} after the last layer",
            question="Logits may be any number. Which ones can this function return?",
            layers=(*layers, Layer(kind=kind)),
        )
    for kind in sorted(clues.kinds & {*ACTIVATIONS, "softmax"}):
        for place in range(len(layers)):
            if place and layers[place - 1].kind in ACTIVATIONS:
                continue  # one after another bends nothing new, or is told as another one
            yield Edit(
                name="an_activation_too_many",
                difference=f"with {ACTIVATIONS.get(kind, 'a softmax')} {_before(layers, place)}",
                question="Lay each step of your forward pass beside the handout: which one is not there?",
                layers=inserted(layers, place, Layer(kind=kind)),
            )


def _before(layers: Layers, place: int) -> str:
    if place == 0:
        return "before the first layer"
    return f"more {after(layers, place)}"


OPERATORS = (missing, another, too_many)
