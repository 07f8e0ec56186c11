"""
What checks may ask for, as pytest fixtures.
"""

from __future__ import annotations

import pytest

from grader.checks.architectures.networks import Networks
from grader.datasets import Task
from grader.errors import AssignmentError
from grader.grading.check import name_of, visibility_of
from grader.grading.sides import Grading
from grader.keys import Keys
from grader.proxy import Reference, SharedEvidence, Student

GRADING = pytest.StashKey[Grading]()
"""Where the grading stands in pytest's configuration."""


@pytest.fixture(scope="session")
def student(pytestconfig: pytest.Config) -> Student:
    """Whatever the submission defines, answered by a worker of this check."""
    return Student(pytestconfig.stash[GRADING].session)


@pytest.fixture(scope="session")
def reference(pytestconfig: pytest.Config) -> Reference:
    """The reference solution, answered by a process that never sees a submission."""
    grading = pytestconfig.stash[GRADING]
    if grading.reference is None:
        raise AssignmentError("a check asks for `reference`, but this copy of the course has no solutions")
    return Reference(grading.reference, f"solutions/{grading.assignment.slug}/{grading.assignment.file}")


@pytest.fixture(scope="session")
def networks(pytestconfig: pytest.Config) -> Networks:
    """The networks that the assignment knows, to compare the submission's with."""
    return pytestconfig.stash[GRADING].networks


@pytest.fixture(scope="session")
def task(pytestconfig: pytest.Config) -> Task:
    """What networks are trained on in this grading."""
    task = pytestconfig.stash[GRADING].task
    if task is None:
        raise AssignmentError("a check asks for `task`, but assignment.toml has no [training]")
    return task


@pytest.fixture
def keys(request: pytest.FixtureRequest) -> Keys:
    """What this check may draw random numbers from: keys of its own, that follow from the secret of the grading."""
    return request.config.stash[GRADING].keys.of_check(name_of(request.node))


@pytest.fixture
def shared(request: pytest.FixtureRequest) -> SharedEvidence:
    """What several checks need to know of the submission, asked for once: public ones among themselves, and hidden ones."""
    grading = request.config.stash[GRADING]
    return grading.shared[visibility_of(request.node, grading.assignment)]
