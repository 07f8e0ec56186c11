"""
Why a submission's network is not the one asked for: another known network, a mistake in a table, or arguments that do not fit.
"""

from __future__ import annotations

import math
from collections import Counter

from grader.checks.architectures.networks import CLASSES, Networks, is_refused_call
from grader.checks.architectures.structure import Structure, first_difference, steps_of_network
from grader.checks.architectures.table import Network
from grader.checks.expect.known import drops_at
from grader.diagnosis import network_search, network_values, unfit_sizes
from grader.diagnosis.misconceptions import Misconception
from grader.diagnosis.mistake import Mistake
from grader.diagnosis.network_evidence import KEYS, OTHER_CLASSES, NetworkEvidence
from grader.diagnosis.network_search import Explanation
from grader.errors import StudentRaised
from grader.model import ExplainedBy
from grader.proxy import Parameter, RemoteName, Session

_TOO_LARGE, _TOO_SMALL = 5.0, 0.05
"""Standard deviations of initial values, as multiples of PyTorch's own, from which on they are named."""


def explain(networks: Networks, session: Session, name: str, known: tuple[Misconception, ...]) -> Mistake | None:
    """
    Return what explains that a check of the network *name* failed, or None.

    Args:
        known: Its known mistakes, as edits of tables.

    Raises:
        GraderError, WorkerLost: As asking the submission does.
    """
    network = RemoteName(session, name)
    evidence = NetworkEvidence(networks, network)
    try:
        examined = evidence.examined
    except StudentRaised:
        return _refused(network)
    structure = examined.structure
    if examined.error is not None and not unfit_sizes.is_of_sizes(str(examined.error)):
        return None  # the exception says itself what is wrong, and nothing is known of what would have come after it
    other = networks.other(network, KEYS)
    if other is not None:
        asked = networks.nearest(structure, name)
        difference = first_difference(structure, asked)
        parts = f" It leaves {asked.title}: {difference}" if difference else ""
        return Mistake(name=other.name, hint=f"this is {other.title}.{parts}")
    accepted = networks.accepted(name)
    if examined.error is None:
        if structure.evaluation_dropouts and any(layer.kind == "dropout" for one in accepted for layer in one.layers):
            return network_values.dropout_never_off(structure.evaluation_dropouts)
        same = next((one for one in network_search.alike(accepted, evidence) if _is_same(one, evidence)), None)
        if same is not None:
            return _of_values(evidence, same)
    hidden = _in_a_list(structure, evidence, accepted)
    if hidden is not None:
        return hidden
    found = network_search.explain(accepted, evidence, known, max_edits=2 if examined.error is None else 1)
    if found is None and examined.error is not None:
        side = networks.side_that_fits(network)
        if side is not None:
            return _made_for(side, structure)
        found = network_search.explain(accepted, evidence, max_edits=2)
    if found is not None:
        return _told(found, stops=examined.error is not None)
    anew = _made_anew(structure, evidence, accepted)
    if anew is not None:
        return anew
    if examined.error is None:
        return None
    return unfit_sizes.explain(str(examined.error), structure.steps[-1].shape if structure.steps else structure.images)


def _told(found: Explanation, *, stops: bool) -> Mistake:
    explained_by = ExplainedBy(
        distance=len(found.edits),
        reproduces="the layer at which it stops, and the sizes that torch names"
        if stops
        else "logits in both modes, and the gradient of an image",
    )
    if not found.edits[0].difference:  # an author's own hint says all
        return Mistake(name=found.edits[0].name, hint=found.edits[0].question, explained_by=explained_by)
    differences = ", and ".join(edit.difference for edit in found.edits)
    questions = dict.fromkeys(edit.question for edit in found.edits)
    return Mistake(
        name=found.edits[0].name,
        hint=f"what this network computes is {found.base.title}, but {differences}. {' '.join(questions)}",
        explained_by=explained_by,
    )


def _is_same(network: Network, evidence: NetworkEvidence) -> bool:
    return evidence.has_projections_of(network) and not evidence.differences(network)


def _in_a_list(structure: Structure, evidence: NetworkEvidence, accepted: tuple[Network, ...]) -> Mistake | None:
    """Explain layers whose weights torch does not know of, since they are in a list or another plain value."""
    hidden = evidence.unregistered
    if not hidden:
        return None
    there = Counter(structure.table)
    there.update(_size(one) for one in hidden)
    for one in accepted:
        weights = Counter({size: count for size, count in one.table(structure.classes).items() if size[1] > 1})
        if weights <= there and not weights <= structure.table:
            names = ", ".join(parameter.name for parameter in hidden[:4])
            return Mistake(
                name="layers_are_not_registered",
                hint=f"torch does not know of the weights {names}: they lie in a plain list or dict. A module registers layers "
                "that are its attributes, or that lie in a container made for modules",
            )
    return None


def _made_anew(structure: Structure, evidence: NetworkEvidence, accepted: tuple[Network, ...]) -> Mistake | None:
    """Explain layers that a right network has and goes through, but not among its parameters."""
    for one in accepted:
        lacking = one.table(structure.classes) - structure.table
        same_steps = steps_of_network(one, structure.side, structure.classes) == structure.used_steps
        fits = same_steps and any(columns > 1 for _rows, columns in lacking)
        if fits and structure.table <= one.table(structure.classes) and evidence.depends_on_other_weights():
            sizes = ", ".join(f"{rows:,} x {columns:,}" for rows, columns in sorted(lacking) if columns > 1)
            return Mistake(
                name="layers_are_not_registered",
                hint=f"it goes through all layers of the handout, but weights of {sizes} are not among its parameters. Where are "
                "these layers made: once in `__init__` as attributes, or whenever `forward` runs?",
            )
    return None


def _size(parameter: Parameter) -> tuple[int, int]:
    rows = parameter.shape[0] if parameter.shape else 1
    return rows, parameter.count // max(rows, 1)


def _of_dropout(evidence: NetworkEvidence, network: Network) -> Mistake | None:
    """Explain dropouts that are not those of a network, which may be before or after the activations."""
    structure, found = evidence.structure, evidence.structure.training_dropouts
    asked = [layer.size for layer in network.layers if layer.kind == "dropout"]
    question = "After which layers does the handout drop, and how much?"
    if not asked or (not found and evidence.is_random_in_training()):
        return None  # it drops by hand
    positions = (tuple(range(len(asked))), tuple(range(1, len(asked) + 1)))
    is_there = any(drops_at(found, position, structure, network) for position in positions)
    if not found:
        return Mistake(
            name="no_dropout", hint="in training mode nothing is dropped. Where does `forward` use your dropout layers?"
        )
    if len(found) != len(asked):
        name, word = ("a_dropout_is_missing", "less") if len(found) < len(asked) else ("a_dropout_too_many", "more")
        return Mistake(name=name, hint=f"it has one dropout {word} than the handout. {question}")
    if is_there and all(one.probability == asked[0] for one in found):
        return None
    if is_there:
        return Mistake(
            name="dropout_of_another_share", hint=f"its dropouts drop another share than the handout's. {question}"
        )
    return Mistake(name="dropout_elsewhere", hint=f"its dropouts are elsewhere than the handout's. {question}")


def _of_values(evidence: NetworkEvidence, network: Network) -> Mistake | None:
    """Explain a network that is right but for what its parameters hold, or whether they may change."""
    frozen = network_values.of_frozen(evidence.structure.parameters)
    if frozen is not None:
        return frozen
    dropout = _of_dropout(evidence, network)
    if dropout is not None:
        return dropout
    classes = evidence.structure.classes
    if evidence.classes_when_asked not in (None, OTHER_CLASSES):
        return Mistake(
            name="num_classes_ignored",
            hint=f"asked for {OTHER_CLASSES} classes it gives {evidence.classes_when_asked} logits. "
            "Which of your layers should know how many classes there are?",
        )
    if evidence.classes_by_default not in (None, CLASSES):
        return Mistake(
            name="another_number_of_classes_by_default",
            hint=f"built without arguments it gives {evidence.classes_by_default} logits. What does `__init__` take by default?",
        )
    if classes != CLASSES:
        return Mistake(
            name="another_number_of_classes",
            hint=f"asked for {CLASSES} classes it gives {classes} logits. Where does the last layer get its number from?",
        )
    constant = network_values.of_constant(evidence.initial)
    if constant is not None:
        return constant
    weights = [one for one in evidence.initial if len(one.shape) > 1]
    ratios = [(one, _against_torchs_own(one)) for one in weights]
    large = [one for one, ratio in ratios if ratio > _TOO_LARGE]
    small = [one for one, ratio in ratios if ratio < _TOO_SMALL]
    for found, name, word in (
        (large, "initial_weights_too_large", "much larger"),
        (small, "initial_weights_too_small", "much smaller"),
    ):
        if found:
            first = found[0]
            return Mistake(
                name=name,
                hint=f"the initial values of {', '.join(one.name for one in found[:4])} are {word} than PyTorch's own: "
                f"{first.deviation:.2g} instead of {_torchs_own(first):.2g}. How do the numbers change from layer to layer?",
            )
    return None


def _torchs_own(parameter: Parameter) -> float:
    """Return the standard deviation of nn.Linear's and nn.Conv2d's weights, uniform within 1 / sqrt(inputs)."""
    return math.sqrt(1 / (3 * math.prod(parameter.shape[1:])))


def _against_torchs_own(parameter: Parameter) -> float:
    return 1.0 if parameter.deviation is None else parameter.deviation / _torchs_own(parameter)


def _made_for(side: int, structure: Structure) -> Mistake:
    asked = f"{structure.side} x {structure.side}"
    return Mistake(
        name="made_for_other_images",
        hint=f"this network is made for {side} x {side}: it runs on images of that size, and not on the {asked} of this "
        "exercise. Build it by the table of the handout, whose linear layers are made for these",
    )


def _refused(network: RemoteName) -> Mistake | None:
    """Explain a constructor that needs arguments which nobody gives it."""
    try:
        network.blank()
    except StudentRaised as error:
        if not is_refused_call(error):
            return None
        return Mistake(
            name="unknown_constructor_arguments",
            hint=f"it is built as `{network.name}()` and `{network.name}(num_classes=…)`: "
            "give every other argument of `__init__` a default value",
        )
    return None
