import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import expect, oracles, pictures
from grader.checks.strategies import PoolGeometry, pool_geometries

FIRST = [[1, 1, 2, 4], [5, 6, 3, 8], [3, 2, 0, 1], [1, 2, 7, 5]]
SECOND = [[0, 1, 3, 4], [5, 6, 5, 8], [3, 2, 1, 0], [1, 2, 3, 4]]
NEGATIVE = [[-5, -3], [-4, -2]]


@pytest.mark.check(points=2, exercise="max_pooling")
def test_lecture_maxima(student):
    """The images of the slides, windows of 2 x 2, give the maxima of the slides; padded cells never win."""
    for image, output in ((FIRST, [[6, 8], [3, 7]]), (SECOND, [[6, 8], [3, 4]])):
        x = numbers(image)
        with expect.picture(pictures.sheets(x=x[0, 0])):
            expect.close(student.max_pool2d(x, (2, 2), (2, 2)), numbers(output))
            expect.close(student.max_pool2d(x, kernel_size=(2, 2)), numbers(output))
    x = numbers(NEGATIVE)
    with expect.picture(pictures.sheets(x=x[0, 0])):
        expect.close(student.max_pool2d(x, (2, 2), (2, 2), (1, 1)), x)


@pytest.mark.check(points=1, exercise="average_pooling")
def test_lecture_averages(student):
    """The image of the slides, windows of 2 x 2, gives the averages of the slides; the zeros of the padding count."""
    x = numbers(SECOND)
    with expect.picture(pictures.sheets(x=x[0, 0])):
        expect.close(student.avg_pool2d(x, (2, 2), (2, 2)), numbers([[3, 5], [2, 2]]))
        expect.close(student.avg_pool2d(x, kernel_size=(2, 2)), numbers([[3, 5], [2, 2]]))
    x = numbers(NEGATIVE)
    with expect.picture(pictures.sheets(x=x[0, 0])):
        expect.close(student.avg_pool2d(x, (2, 2), (2, 2), (1, 1)), x / 4)


@pytest.mark.check(points=1, exercise="average_pooling")
@given(
    down=pool_geometries(max_spare=4),
    right=pool_geometries(max_spare=4),
    channels=st.integers(1, 2),
    seed=st.integers(0, 9999),
)
def test_any_averages(student, down: PoolGeometry, right: PoolGeometry, channels, seed):
    """The averages are right for any window, stride and padding, each with its own height and width."""
    x = torch.randint(-9, 10, (2, channels, down.n, right.n), generator=torch.Generator().manual_seed(seed)).double()
    size, stride, padding = (down.f, right.f), (down.step, right.step), (down.padding, right.padding)
    given_stride = None if down.stride is None or right.stride is None else stride
    with expect.picture(pictures.sheets(x=x)):
        output = student.avg_pool2d(x, size, given_stride, padding)
        expect.close(output, oracles.by_torch(torch.nn.functional.avg_pool2d, x, size, given_stride, padding))


@pytest.mark.check(points=1, exercise="max_pooling")
def test_window_that_does_not_fit(student):
    """A window that is larger than the padded image, or padding of more than half a window, is a ValueError."""
    x = torch.ones(1, 1, 3, 5).double()
    expect.raises(ValueError, student.max_pool2d, x, (4, 2))
    expect.raises(ValueError, student.max_pool2d, x, (2, 6))
    expect.raises(ValueError, student.max_pool2d, x, (2, 2), (1, 1), (2, 0))
    expect.raises(ValueError, student.max_pool2d, x, (3, 3), (1, 1), (1, 2))
    expect.accepts(ValueError, student.max_pool2d, x, (3, 5))
    expect.accepts(ValueError, student.max_pool2d, x, (5, 4), (1, 1), (1, 2))


def numbers(values):
    return torch.tensor(values).double()[None, None]
