"""The hidden check of learning: on images that are made for this grading alone."""

import pytest

from grader.checks import expect


@pytest.mark.check(points=9, exercise="learning", seconds=120, calibrates=True)
def test_reads_unseen_images(student, task, keys):
    """CifarNet, trained by fit on images made for this grading, reads unseen images of the same kind."""
    expect.learning.reads_unseen_images(student.CifarNet, student.fit, task, keys)
