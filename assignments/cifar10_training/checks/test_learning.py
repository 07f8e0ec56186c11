"""The public check of learning: as the hidden one, on other images."""

import pytest

from grader.checks import expect


@pytest.mark.check(points=4, exercise="learning", seconds=120)
def test_learns(student, task, keys):
    """CifarNet, trained by fit, reads at least as many unseen images as the handout asks for."""
    expect.learning.reads_unseen_images(student.CifarNet, student.fit, task, keys)
