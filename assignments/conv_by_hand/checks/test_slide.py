import pytest
import torch

from grader.checks import expect, pictures

IMAGE = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
CROSS = [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
SECOND_IMAGE = [[1, 0, 1, 1], [0, 1, 0, 0], [1, 0, 0, 1], [1, 0, 1, 1], [0, 0, 0, 1]]


@pytest.mark.check(points=2, exercise="slide")
def test_lecture_images(student):
    """The images of the slides give the numbers of the slides."""
    cases = (
        (IMAGE, CROSS, [[4, 3, 4], [2, 4, 3], [2, 3, 4]]),
        (SECOND_IMAGE, [[1, 0], [0, 1]], [[2, 0, 1], [0, 1, 1], [1, 1, 1], [1, 0, 2]]),
        (SECOND_IMAGE, [[1, 0, 1], [0, 1, 0], [1, 0, 0]], [[4, 1], [1, 1], [1, 2]]),
    )
    for image, kernel, output in cases:
        image, kernel = numbers(image), numbers(kernel)
        with expect.picture(pictures.sheets(image=image, kernel=kernel)):
            expect.close(student.slide(image, kernel), numbers(output))


@pytest.mark.check(points=1, exercise="slide")
def test_filter_too_large(student):
    """A filter that is higher or wider than the image is a ValueError; one that is as large is none."""
    expect.raises(ValueError, student.slide, torch.ones(2, 5).double(), torch.ones(3, 3).double())
    expect.raises(ValueError, student.slide, torch.ones(5, 2).double(), torch.ones(3, 3).double())
    image, kernel = numbers([[1, 2, 3]]), numbers([[4, 5, 6]])
    with expect.picture(pictures.sheets(image=image, kernel=kernel)):
        expect.close(student.slide(image, kernel), numbers([[32]]))


def numbers(values):
    return torch.tensor(values).double()
