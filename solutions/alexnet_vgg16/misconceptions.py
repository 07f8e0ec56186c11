"""
Known mistakes in AlexNet and VGG16 that no single edit of a layer makes, each with the hint it deserves.

Each is an edit: from the table of a right network to the tables that the mistake makes of it.  Mistakes in a single layer need no
entry: `grader/checks/architectures/edits/` makes them of any table.
"""

from collections.abc import Iterator

from grader.checks.architectures.table import Layer, parse

Table = tuple[Layer, ...]


def local_response_normalisation_everywhere(layers: Table) -> Iterator[Table]:
    """Local response normalisation follows every convolution.

    The paper normalises after the first two convolutions only.
    """
    flat = next(i for i, layer in enumerate(layers) if layer.kind == "flatten")
    for k in (1, 2):
        changed: list[Layer] = []
        for i, layer in enumerate(layers):
            if layer.kind not in ("lrn", "lrn_of_sum"):
                changed.append(layer)
            if layer.kind == "relu" and i < flat:
                changed += parse(f"lrn {k}")
        yield tuple(changed)


MISCONCEPTIONS = {
    "AlexNet": (local_response_normalisation_everywhere,),
    "VGG16": (local_response_normalisation_everywhere,),
}
