import pytest
import torch

from grader.checks import expect, pictures


@pytest.mark.check(points=1, exercise="dilation_and_groups")
def test_groups_see_their_channels(student):
    """With 4 channels, 6 filters and 2 groups, the first three filters see the first two channels, the others the last two."""
    x = torch.tensor([1.0, 10.0, 100.0, 1000.0]).double().reshape(1, 4, 1, 1)
    weight = torch.tensor([[1, 0], [0, 1], [1, 1], [1, 0], [0, 1], [1, 2]]).double()[:, :, None, None]
    output = torch.tensor([1.0, 10.0, 11.0, 100.0, 1000.0, 2100.0]).double().reshape(1, 6, 1, 1)
    with expect.picture(pictures.sheets(x=x, weight=weight)):
        expect.close(student.grouped_conv2d(x, weight, groups=2), output)


@pytest.mark.check(points=1, exercise="dilation_and_groups")
def test_dilated_filter(student):
    """A filter with the dilation (2, 1) meets every second row; one that covers more than the padded image is a ValueError."""
    x = torch.arange(1.0, 16).double().reshape(1, 1, 5, 3)
    weight = torch.tensor([[1.0, 0, 0], [0, 0, 0], [0, 0, 100.0]]).double()[None, None]
    with expect.picture(pictures.sheets(x=x, weight=weight)):
        output = student.grouped_conv2d(x, weight, dilation=(2, 1))
        expect.close(output, torch.tensor([[[[1501.0]]]]).double())
        expect.raises(ValueError, student.grouped_conv2d, x, weight, dilation=(3, 1))
