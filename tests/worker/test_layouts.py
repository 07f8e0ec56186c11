"""Weights that a module stores in an order of its own are seen as torch's layers store them: units first."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from grader.worker.execution.layouts import learn, units_first

IMAGES = torch.randn(4, 6, generator=torch.Generator().manual_seed(0))
MAPS = torch.randn(4, 2, 5, 5, generator=torch.Generator().manual_seed(0))


class Linear(nn.Module):
    """A linear layer from 6 to 6 features, with whatever product."""

    def __init__(self, product, shape=(6, 6)) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(shape, generator=torch.Generator().manual_seed(1)))
        self.product = product

    def forward(self, images):
        """Multiply."""
        return self.product(images, self.weight)


INPUTS_FIRST = [
    pytest.param(lambda x, w: x @ w, id="matmul"),
    pytest.param(lambda x, w: torch.addmm(torch.zeros(6), x, w), id="addmm"),
    pytest.param(lambda x, w: torch.einsum("ni,iu->nu", x, w), id="einsum"),
    pytest.param(lambda x, w: (w.t() @ x.t()).t(), id="product-from-the-left"),
    pytest.param(lambda x, w: torch.bmm(x[:, None], w.expand(4, 6, 6))[:, 0], id="bmm"),
    pytest.param(lambda x, w: torch.stack([w.t().mv(one) for one in x]), id="mv"),
    pytest.param(lambda x, w: torch.stack([one @ w for one in x]), id="vector-by-vector"),
    pytest.param(lambda x, w: F.linear(x, w.t()), id="linear-of-transposed"),
    pytest.param(lambda x, w: F.linear(x, w.t().contiguous()), id="copy"),
    pytest.param(lambda x, w: torch.einsum("ni,iu->nu", x, torch.stack(list(w))), id="copy-of-rows"),
    pytest.param(lambda x, w: F.conv1d(x[..., None], w.T.clone()[..., None])[..., 0], id="copy-for-a-convolution"),
]
UNITS_FIRST = [
    pytest.param(lambda x, w: F.linear(x, w), id="linear"),
    pytest.param(lambda x, w: x @ w.T, id="matmul"),
    pytest.param(lambda x, w: torch.einsum("ni,ui->nu", x, w), id="einsum"),
    pytest.param(lambda x, w: F.conv1d(x[..., None], w[..., None])[..., 0], id="convolution"),
    pytest.param(lambda x, w: (x[:, None] * w).sum(dim=2), id="no-product"),
    pytest.param(lambda x, w: x @ w.T.contiguous(), id="copy"),
    pytest.param(lambda x, w: x @ (w.T + 0 * x.mean()), id="nearly-a-copy"),
]


@pytest.mark.parametrize("product", INPUTS_FIRST)
def test_inputs_by_units_are_turned(product) -> None:
    """Also where there are as many units as inputs, so that the shape does not tell."""
    layer = Linear(product)
    learn(layer, IMAGES)

    turned = units_first(layer.weight).reshape(6, 6)
    assert torch.equal(turned, layer.weight.t())
    assert torch.allclose(layer(IMAGES), IMAGES @ turned.t())


@pytest.mark.parametrize("product", UNITS_FIRST)
def test_units_by_inputs_stay(product) -> None:
    """What torch's own layers would store is left alone, and so is what is in no product."""
    layer = Linear(product)
    learn(layer, IMAGES)

    assert torch.equal(units_first(layer.weight), layer.weight)
    assert torch.allclose(layer(IMAGES), IMAGES @ units_first(layer.weight).t())


def test_an_axis_of_length_one_is_no_axis_of_a_bias() -> None:
    """A bias may be (1, C, 1, 1) or (1, units); weights that are multiplied keep both axes."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.kernels = nn.ParameterList([nn.Parameter(torch.randn(3, 3, 2, 7))])
            self.shift = nn.Parameter(torch.zeros(1, 7, 1, 1))
            self.one_unit = nn.Parameter(torch.randn(7, 1))

        def forward(self, maps):
            maps = F.conv2d(maps, self.kernels[0].permute(3, 2, 0, 1)) + self.shift
            return maps.mean(dim=(2, 3)) @ self.one_unit

    net = Net()
    learn(net, MAPS)

    assert torch.equal(units_first(net.kernels[0]), net.kernels[0].permute(3, 2, 0, 1))
    assert units_first(net.shift).shape == (7,)
    assert units_first(net.one_unit).shape == (1, 7)


@pytest.mark.parametrize(
    ("shape", "convolve", "order"),
    [
        ((7, 3, 3, 2), lambda maps, w: torch.einsum("nchwij,oijc->nohw", _windows(maps), w), (0, 3, 1, 2)),
        ((3, 3, 2, 7), lambda maps, w: torch.einsum("nchwij,ijco->nohw", _windows(maps), w), (3, 2, 0, 1)),
        ((2, 7, 3, 3), lambda maps, w: F.conv2d(maps, w.transpose(0, 1).contiguous()), (1, 0, 2, 3)),
        ((7, 2, 3, 3), lambda maps, w: torch.tensordot(w, _windows(maps), ([1, 2, 3], [1, 4, 5])), (0, 1, 2, 3)),
        ((3, 3, 2, 7), lambda maps, w: _place_by_place(maps, lambda i, j: w[i, j].t()), (3, 2, 0, 1)),
        ((7, 2, 3, 3), lambda maps, w: _place_by_place(maps, lambda i, j: w[:, :, i, j]), (0, 1, 2, 3)),
        ((2, 3, 3, 7), lambda maps, w: _place_by_place(maps, lambda i, j: w[:, i, j].t().clone()), (3, 0, 1, 2)),
        ((3, 7, 2, 3), lambda maps, w: _place_by_place(maps, lambda i, j: w[i, :, :, j].contiguous()), (1, 2, 0, 3)),
    ],
    ids=[
        "einsum-channels-last",
        "einsum-tensorflow",
        "copied",
        "tensordot",
        "place-by-place-tensorflow",
        "place-by-place-torch",
        "place-by-place-copied",
        "place-by-place-in-between",
    ],
)
def test_kernels_are_seen_as_a_convolution_stores_them(shape, convolve, order) -> None:
    """(units, inputs, height, width), although all but the units are one axis of the product."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.kernel = nn.Parameter(torch.randn(shape, generator=torch.Generator().manual_seed(1)))

        def forward(self, maps):
            return convolve(maps, self.kernel)

    net = Net()
    learn(net, MAPS)
    seen = units_first(net.kernel)

    assert torch.equal(seen.reshape(7, -1), net.kernel.permute(order).reshape(7, -1))


def _place_by_place(maps, weights):
    height, width = maps.shape[-2] - 2, maps.shape[-1] - 2
    return sum(
        torch.einsum("nchw,oc->nohw", maps[:, :, i : i + height, j : j + width], weights(i, j))
        for i in range(3)
        for j in range(3)
    )


def test_what_no_product_shows_is_stored_as_in_another_part_of_the_class() -> None:
    """One channel is no axis to sum over, so nothing shows which axis of the first kernel is that of the inputs."""

    class Convolution(nn.Module):
        def __init__(self, inputs: int, units: int) -> None:
            super().__init__()
            self.kernel = nn.Parameter(torch.rand(inputs, 3, units, 3))

        def forward(self, maps):
            return _place_by_place(maps, lambda i, j: self.kernel[:, i, :, j].t())

    class Other(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.kernel = nn.Parameter(torch.rand(1, 3, 5, 3))

        def forward(self, maps):
            return maps * self.kernel.sum()

    net = nn.Sequential(Other(), Convolution(1, 5), Convolution(5, 4))
    learn(net, torch.rand(2, 1, 7, 7))

    assert torch.equal(units_first(net[1].kernel), net[1].kernel.permute(2, 0, 1, 3))
    assert torch.equal(units_first(net[2].kernel), net[2].kernel.permute(2, 0, 1, 3))
    assert torch.equal(units_first(net[0].kernel), net[0].kernel)


def test_what_is_called_alike_in_containers_of_parameters_is_not_stored_alike() -> None:
    """A kernel and a bias may have the same key in two dictionaries."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.kernels = nn.ParameterDict({"one": nn.Parameter(torch.rand(3, 3, 2, 7))})
            self.shifts = nn.ParameterDict({"one": nn.Parameter(torch.rand(1, 7, 1, 1))})
            self.scales = nn.ParameterDict({"one": nn.Parameter(torch.rand(1, 7, 5, 5))})

        def forward(self, maps):
            return (
                F.conv2d(maps, self.kernels["one"].permute(3, 2, 0, 1), padding=1) + self.shifts["one"]
            ) * self.scales["one"]

    net = Net()
    learn(net, MAPS)

    assert torch.equal(units_first(net.kernels["one"]), net.kernels["one"].permute(3, 2, 0, 1))
    assert torch.equal(units_first(net.shifts["one"]), net.shifts["one"].flatten())
    assert torch.equal(units_first(net.scales["one"]), net.scales["one"])


def test_what_becomes_infinite_hides_no_weights() -> None:
    """Where weights hold their places, what they are multiplied with may be anything."""
    layer = Linear(
        lambda x, w: ((x @ w) * 1e38 * 1e38).nan_to_num() + 0 * ((x * float("inf")) @ torch.ones(6, 6)).nan_to_num()
    )
    learn(layer, IMAGES)

    assert torch.equal(units_first(layer.weight), layer.weight.t())


def _windows(maps):
    return maps.unfold(2, 3, 1).unfold(3, 3, 1)


def test_a_bias_that_becomes_an_input_is_no_weight() -> None:
    """As in a network that was built without initial values."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = nn.Parameter(torch.zeros(6, 6)), nn.Parameter(torch.zeros(6, 6))
            self.shift = nn.Parameter(torch.zeros(1, 6))

        def forward(self, images):
            return (images @ self.first.detach() * 0 + self.shift) @ self.second

    net = Net()
    learn(net, IMAGES[:1])

    assert units_first(net.shift).shape == (6,)


def test_what_is_written_into_the_view_is_in_the_weights() -> None:
    """The view is of the parameter's own numbers."""
    layer = Linear(lambda x, w: x @ w)
    learn(layer, IMAGES)
    units_first(layer.weight)[0] = 0

    assert not layer(IMAGES)[:, 0].any()
    assert layer(IMAGES)[:, 1:].all()


def test_layers_of_torch_are_not_asked() -> None:
    """Where all weights are in layers of torch no forward pass is spent."""

    net = nn.ModuleList([nn.Linear(6, 6)])  # has no forward: a pass would raise
    learn(net, IMAGES)

    assert units_first(net[0].weight) is net[0].weight


def test_a_pass_that_raises_tells_nothing() -> None:
    """What raises is left to the question itself, and the mode of the module is what it was."""

    def fails(_images, _weight):
        raise RuntimeError("no")

    layer = Linear(fails).train()
    learn(layer, IMAGES)

    assert layer.training
    assert torch.equal(units_first(layer.weight), layer.weight)


def test_weights_that_a_network_refuses_are_told_by_memory() -> None:
    """Who looks at the weights raises where they hold their places; a second pass leaves them as they are."""

    def careful(images, weight):
        assert weight.abs().max() > 1, "who has changed these?"
        return images @ weight

    layer = Linear(careful)
    learn(layer, IMAGES)

    assert torch.equal(units_first(layer.weight), layer.weight.t())


def test_a_bias_alone_is_seen_too() -> None:
    """Where all products are in layers of torch; and after a pass with images that the network does not take."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(6, 6, bias=False)
            self.shift = nn.Parameter(torch.zeros(1, 6))

        def forward(self, images):
            return self.layer(images) + self.shift

    net = Net()
    learn(net, IMAGES[:, :5])
    assert units_first(net.shift).shape == (1, 6)
    learn(net, IMAGES)

    assert units_first(net.shift).shape == (6,)


def test_a_pass_leaves_images_and_statistics_alone() -> None:
    """A network that changes its images in place, and one with batch normalisation, are asked as if for the first time."""

    class Net(Linear):
        def __init__(self) -> None:
            super().__init__(lambda x, w: x.mul_(2) @ w)
            self.norm = nn.BatchNorm1d(6)

        def forward(self, images):
            return self.norm(super().forward(images))

    images, net = IMAGES.clone(), Net()
    weights = net.weight.clone()
    learn(net, images)

    assert torch.equal(images, IMAGES)
    assert torch.equal(net.weight, weights)
    assert int(net.norm.num_batches_tracked) == 0
