"""
Every known mistake proves the checks: handed in, it loses points, and it is recognised.

Each misconception is made into a submission: the reference with one name replaced by the wrong version, or a network built
from a table that the mistake edited.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from grader import submission as submissions
from grader.authoring.audit import mistakes
from grader.checks.architectures import networks
from grader.checks.architectures.edits import Clues, Layers, edits_of
from grader.checks.architectures.table import ACTIVATIONS
from grader.course import assignment as assignments
from grader.diagnosis import misconceptions
from grader.diagnosis.misconceptions import Misconception
from grader.grading import grade
from grader.grading.reference_cache import CachedAnswers
from grader.grading.request import GradingRequest, Sides
from grader.grading.running import GradingPlugin
from grader.grading.sides import open_grading
from grader.model import CheckResult, Outcome, Suite
from grader.sandbox import Bubblewrap, Local, Sandbox

COURSE = Path(__file__).parents[2]
SEED = "7"
SELECTED = {
    "naive_convnet": "not learns_eight_digits and not reads_unseen_digits",
    "alexnet_vgg16": "stages or parameters or not_normalised or same_function",
}
"""Checks that are run, as an expression of pytest's; test_specimens.py runs them all."""

UNSEEN = dict.fromkeys(
    (
        *("a_pooling_rounds_up", "exchanges_the_colours"),  # 28 divides by 2, and grey images have no colours
        *(
            "width_before_height_when_flattened",
            "channels_last_when_flattened",
            "averages_the_maps",
        ),  # of maps of 1 x 1
        "pools_the_whole_map",  # the last pooling does so, with another name
    )
)
"""Mistakes that change nothing in this network."""
EVERY_NTH_EDIT = 12
"""Of the edits of a table, since each is a grading."""
EVERY = 3
"""Of mistakes with networks, which take seconds each, the suite has every third, and `make audit` has them all."""
LARGE = "VGG16"
"""A network with which a mistake takes half a minute: the suite has the same mistakes with a smaller one."""

pytestmark = pytest.mark.slow


def known_in(slug: str) -> pytest.MarkDecorator:
    """Run a test for each known mistake of an assignment."""
    assignment = assignments.load(COURSE, slug)
    names = tuple(name for exercise in assignment.exercises for name in exercise.provides)
    path = COURSE / "solutions" / slug / "misconceptions.py"
    known = misconceptions.load_catalogue(path, names, assignment.modules).misconceptions
    every = EVERY if assignment.modules else 1
    small = [one for one in known if one.replaces != LARGE]
    tried_small = {one.name for one in small}
    chosen = [*small[::every], *(one for one in known if one.name not in tried_small)]
    return pytest.mark.parametrize(
        "known",
        [
            pytest.param(one, id=f"{one.replaces}-{one.name}", marks=() if one in chosen else pytest.mark.audit)
            for one in known
        ],
    )


@pytest.fixture(scope="class")
def sandboxes(request: pytest.FixtureRequest) -> Iterator[tuple[Sandbox, Sandbox, Path]]:
    """Both sandboxes of the assignment of a class, and a folder for kept answers, which its tests share."""
    packages = assignments.load(COURSE, request.cls.slug).packages
    with Bubblewrap(packages) as sandbox, Local(packages) as ours, tempfile.TemporaryDirectory() as kept:
        yield sandbox, ours, Path(kept)


@pytest.fixture
def sides(sandboxes: tuple[Sandbox, Sandbox, Path]) -> Sides:
    """Both sides of a grading."""
    sandbox, ours, kept = sandboxes
    return Sides(submission=sandbox, reference=CachedAnswers(ours, kept))


def hand_in(folder: Path, slug: str, known: Misconception, sides: Sides) -> list[CheckResult]:
    """Grade the reference with one of its names replaced by a known mistake."""
    assignment = assignments.load(COURSE, slug)
    mutant = mistakes.handed_in(assignment, known)
    assert mutant is not None
    for name, content in mutant.files.items():
        (folder / name).write_text(content)
    submission = submissions.read(folder, assignment)
    grading = open_grading(GradingRequest(assignment=assignment, seed=SEED), submission, sides)
    plugin = GradingPlugin(grading)
    grade._run_pytest(assignment, Suite.ALL, plugin, *(("-k", SELECTED[slug]) if slug in SELECTED else ()))
    return plugin.results


def edited(slug: str) -> list[Misconception]:
    """Return the first mistake of each name that edits make of the only table of an assignment and that shows in its checks."""
    assignment = assignments.load(COURSE, slug)
    (table,) = networks.load(assignment.folder / "networks.py", assignment.networks)
    clues = Clues(
        kinds=frozenset({*ACTIVATIONS, "softmax", "bn"}), rows=(32, 96), columns=(), pairs=(), probabilities=(0.5,)
    )
    made: dict[str, Misconception] = {}
    for edit in edits_of(table.layers, clues):
        if edit.name not in made | UNSEEN and replace(table, layers=edit.layers).fits(table.sides[0]):
            made[edit.name] = Misconception(
                name=edit.name,
                replaces=table.module,
                title=edit.difference,
                hint=edit.question,
                implementation=partial(_only, edit.layers),
                source="",
            )
    return list(made.values())


def _only(layers: Layers, _right: Layers) -> list[Layers]:
    return [layers]


EDITED = [
    pytest.param(one, id=one.name, marks=() if number % EVERY_NTH_EDIT == 0 else pytest.mark.audit)
    for number, one in enumerate(edited("naive_convnet"))
]


# a class for each, so that processes that share the work can each take one


class TestConvArithmetic:
    """Mistakes with functions."""

    slug = "conv_arithmetic"

    @known_in(slug)
    def test_known_mistake(self, known: Misconception, tmp_path: Path, sides: Sides) -> None:
        """It loses points and is named."""
        loses_points_and_is_named(hand_in(tmp_path, self.slug, known, sides), known)


class TestNaiveConvnet:
    """Mistakes that edits make of its table; nobody wrote them down."""

    slug = "naive_convnet"

    @pytest.mark.parametrize("known", EDITED)
    def test_known_mistake(self, known: Misconception, tmp_path: Path, sides: Sides) -> None:
        """It loses points and is named."""
        loses_points_and_is_named(hand_in(tmp_path, self.slug, known, sides), known)


BY_AUDIT = {"backprop", "cnn_as_dnn", "conv_by_hand", "mnist_mlp", "optimizers", "regularization"}
"""Assignments with a hundred known mistakes and more."""


class TestAlexnetVgg16:
    """Mistakes with a table of layers."""

    slug = "alexnet_vgg16"

    @known_in(slug)
    def test_known_mistake(self, known: Misconception, tmp_path: Path, sides: Sides) -> None:
        """It loses points and is named."""
        loses_points_and_is_named(hand_in(tmp_path, self.slug, known, sides), known)


def test_no_assignment_is_forgotten() -> None:
    """Each that names mistakes has a class above, or more of them than can be handed in here: `grader audit` hands in those."""
    there = {slug for slug in assignments.slugs(COURSE) if (COURSE / "solutions" / slug / "misconceptions.py").exists()}

    assert there - BY_AUDIT == {"conv_arithmetic", "alexnet_vgg16"}
    assert there >= BY_AUDIT


def loses_points_and_is_named(checks: Sequence[CheckResult], known: Misconception) -> None:
    """Require that a known mistake fails a check, is named there, and no other mistake is named anywhere."""
    lost = [check for check in checks if check.outcome is not Outcome.PASSED]

    assert lost
    assert all(check.outcome is not Outcome.UNGRADED for check in lost), [check.feedback for check in lost]
    named = {check.feedback.misconception for check in lost if check.feedback is not None}
    assert named - {None} == {known.name}
