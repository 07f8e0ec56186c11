"""
Known wrong networks, each with the hint it deserves.

`_Slide` is the right network, in pieces.  A mistake replaces one piece, so its class shows nothing but the
mistake.  Every class differs from the right network and from every other one in its table of parameters, or
in its outputs or input gradients once the harness has set all weights.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional as F

Layer = Callable[[torch.Tensor], torch.Tensor]


def _same(values: torch.Tensor) -> torch.Tensor:
    return values


class _Slide(nn.Module):
    widths: tuple[int, int, int] = (64, 128, 256)
    kernel_size = 3
    padding = 1
    conv_stride = 1
    conv_bias = True
    linear_bias = True
    activations: tuple[Layer, ...] = (F.relu, F.relu, F.relu, F.relu)
    """After each convolution, then between the linear layers."""
    pools: tuple[Layer, ...] = (nn.MaxPool2d(2), nn.MaxPool2d(2), nn.MaxPool2d(7, stride=1))
    features = 256
    """How many numbers per image reach the first linear layer."""

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        channels = (1, *self.widths)
        self.convs: list[nn.Module] | nn.ModuleList = nn.ModuleList(
            nn.Conv2d(
                channels[i],
                channels[i + 1],
                self.kernel_size,
                stride=self.conv_stride if i < 2 else 1,
                padding=self.padding,
                bias=self.conv_bias,
            )
            for i in range(3)
        )
        self.hidden = nn.Linear(self.features, 128, bias=self.linear_bias)
        self.last = nn.Linear(128, num_classes, bias=self.linear_bias)

    def extract(self, images: torch.Tensor) -> torch.Tensor:
        for index in range(3):
            images = self.pools[index](self.activations[index](self.convs[index](images)))
        return images

    def flatten(self, maps: torch.Tensor) -> torch.Tensor:
        return maps.flatten(1)

    def classify(self, features: torch.Tensor) -> torch.Tensor:
        return self.last(self.activations[3](self.hidden(features)))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.classify(self.flatten(self.extract(images)))


# --- activations ----------------------------------------------------------------------------------


class NoReLUAfterFirstConvolution(_Slide):
    """There is no ReLU after the first convolution.

    Two layers with no activation between them are one layer. Go through your forward pass: is every
    convolution followed by one?
    """

    activations = (_same, F.relu, F.relu, F.relu)


class NoReLUAfterSecondConvolution(_Slide):
    """There is no ReLU after the second convolution.

    Two layers with no activation between them are one layer. Go through your forward pass: is every
    convolution followed by one?
    """

    activations = (F.relu, _same, F.relu, F.relu)


class NoReLUAfterThirdConvolution(_Slide):
    """There is no ReLU after the third convolution.

    Two layers with no activation between them are one layer. Go through your forward pass: is every
    convolution followed by one?
    """

    activations = (F.relu, F.relu, _same, F.relu)


class NoReLUAfterAnyConvolution(_Slide):
    """No convolution is followed by a ReLU.

    What can a stack of convolutions compute when nothing between them bends? Look at what the slide puts
    after each one.
    """

    activations = (_same, _same, _same, F.relu)


class NoReLUBetweenLinearLayers(_Slide):
    """There is no ReLU between the two linear layers.

    A matrix times a matrix is a matrix. What makes two linear layers more than one?
    """

    activations = (F.relu, F.relu, F.relu, _same)


class NoReLUAtAll(_Slide):
    """The network has no activation at all.

    Without activations only the pooling is not linear. What does the slide put after each layer that has
    weights, except the last?
    """

    activations = (_same, _same, _same, _same)


class SigmoidInsteadOfReLU(_Slide):
    """The activations are sigmoids.

    A sigmoid is nearly flat for large inputs, so little gradient comes back through three of them. Which
    activation does the slide use?
    """

    activations = (torch.sigmoid, torch.sigmoid, torch.sigmoid, torch.sigmoid)


class TanhInsteadOfReLU(_Slide):
    """The activations are hyperbolic tangents.

    Print the smallest and the largest value after an activation. Which range does the activation of the
    slide have?
    """

    activations = (torch.tanh, torch.tanh, torch.tanh, torch.tanh)


class LeakyReLUInsteadOfReLU(_Slide):
    """The activations let a little of the negative values through.

    What should the activation of the slide answer for -1?
    """

    activations = (F.leaky_relu, F.leaky_relu, F.leaky_relu, F.leaky_relu)


class LearnedActivation(_Slide):
    """The activations have parameters of their own.

    What would a ReLU have to learn? Print the names of your parameters and find the ones that belong to
    no convolution and no linear layer.
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__(num_classes)
        self.bends = nn.ModuleList(nn.PReLU() for _ in range(4))
        self.activations = tuple(self.bends)


# --- the end of the network -----------------------------------------------------------------------


class SoftmaxAtTheEnd(_Slide):
    """The network ends with a softmax.

    Logits are scores before any normalisation; the loss turns them into probabilities itself. What
    happens to the gradient if that is done twice?
    """

    def classify(self, features: torch.Tensor) -> torch.Tensor:
        return super().classify(features).softmax(dim=1)


class SoftmaxOverTheBatch(_Slide):
    """The network ends with a softmax over the images of the batch.

    Logits are scores before any normalisation. And along which axis do the classes of one image lie?
    """

    def classify(self, features: torch.Tensor) -> torch.Tensor:
        return super().classify(features).softmax(dim=0)


class LogSoftmaxAtTheEnd(_Slide):
    """The network ends with a log-softmax.

    Logits are scores before any normalisation. Which part of the training already contains the logarithm
    of the softmax?
    """

    def classify(self, features: torch.Tensor) -> torch.Tensor:
        return super().classify(features).log_softmax(dim=1)


class SigmoidAtTheEnd(_Slide):
    """The network ends with a sigmoid.

    Logits may be any number. What is the largest score that your network can give?
    """

    def classify(self, features: torch.Tensor) -> torch.Tensor:
        return super().classify(features).sigmoid()


class ReLUAfterLastLayer(_Slide):
    """There is a ReLU after the last layer.

    How can the network say that a class is unlikely if no score may fall below zero?
    """

    def classify(self, features: torch.Tensor) -> torch.Tensor:
        return super().classify(features).relu()


class ClassNumbersInsteadOfLogits(_Slide):
    """The network returns the number of the best class instead of the logits.

    The loss needs a score for every class, and an index has no gradient. Where does the choice of a class
    belong?
    """

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return super().forward(images).argmax(dim=1).float()


class LogitsAsMaps(_Slide):
    """The logits still have a height and a width of one.

    Compare the number of axes of your output with the task. Which step of the slide takes the last two
    away?
    """

    def classify(self, features: torch.Tensor) -> torch.Tensor:
        return super().classify(features)[:, :, None, None]


# --- convolutions and poolings --------------------------------------------------------------------


class NoPadding(_Slide):
    """The convolutions do not pad.

    On the slide, a convolution keeps height and width. What does a 3x3 kernel do at the border of an
    image?
    """

    padding = 0
    pools = (nn.MaxPool2d(2), nn.MaxPool2d(2), nn.MaxPool2d(3))


class FiveByFiveKernels(_Slide):
    """The kernels are 5x5.

    The shapes on the slide fit, the number of weights does not. How many inputs does one number of the
    output see?
    """

    kernel_size = 5
    padding = 2


class HalfTheFilters(_Slide):
    """The convolutions have 32, 64 and 128 filters.

    Compare the channels after each of your convolutions with the slide.
    """

    widths = (32, 64, 128)
    features = 128


class AveragePooling(_Slide):
    """The two small poolings take the mean.

    The mean of a window and its strongest value tell different things. Which pooling does the slide name?
    """

    pools = (nn.AvgPool2d(2), nn.AvgPool2d(2), nn.MaxPool2d(7))


class AveragePoolingAtTheEnd(_Slide):
    """The last pooling takes the mean of each map.

    Global average pooling is common in later networks. Which pooling does the slide name after the third
    convolution?
    """

    pools = (nn.MaxPool2d(2), nn.MaxPool2d(2), nn.AvgPool2d(7))


class AveragePoolingEverywhere(_Slide):
    """All poolings take the mean.

    The mean of a window and its strongest value tell different things. Which pooling does the slide name?
    """

    pools = (nn.AvgPool2d(2), nn.AvgPool2d(2), nn.AvgPool2d(7))


class StridedConvolutions(_Slide):
    """The first two convolutions move by two pixels, and nothing is pooled after them.

    The sizes after each pair of layers fit, the ones in between do not. Which layer of the slide halves
    the height and the width?
    """

    conv_stride = 2
    pools = (_same, _same, nn.MaxPool2d(7))


class LearnedPooling(_Slide):
    """The poolings are convolutions with weights of their own.

    How many parameters does the slide's network have in its poolings? What would a maximum learn?
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__(num_classes)
        self.shrink = nn.ModuleList(nn.Conv2d(width, width, 2, stride=2) for width in self.widths[:2])
        self.pools = (*self.shrink, nn.MaxPool2d(7))


class BiasForEveryPixel(_Slide):
    """Every pixel of a map has a bias of its own.

    A convolution shares its weights over all positions, the bias included. How many biases does one
    filter need?
    """

    conv_bias = False

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__(num_classes)
        sides = (28, 14, 7)
        self.shifts = nn.ParameterList(
            nn.Parameter(torch.zeros(width, side, side)) for width, side in zip(self.widths, sides, strict=True)
        )

    def extract(self, images: torch.Tensor) -> torch.Tensor:
        for index in range(3):
            images = self.pools[index](F.relu(self.convs[index](images) + self.shifts[index]))
        return images


class NoBiasInConvolutions(_Slide):
    """The convolutions have no bias.

    Count the first convolution by hand: 64 filters of 3x3 weights, and what else has each filter?
    """

    conv_bias = False


class NoBiasInLinearLayers(_Slide):
    """The linear layers have no bias.

    Count the last layer by hand: 128 weights for each class, and what else has each class?
    """

    linear_bias = False


class NoBiasAnywhere(_Slide):
    """No layer has a bias.

    Count one layer by hand. Besides its weights, what does each filter and each neuron have?
    """

    conv_bias = False
    linear_bias = False


# --- layers too many or too few -------------------------------------------------------------------


class ForgottenLastPooling(_Slide):
    """The last pooling is missing, so the first linear layer takes 256 x 7 x 7 numbers.

    Write down the shape after every layer, then multiply channels, height and width just before the
    flattening. What does the slide say there?
    """

    pools = (nn.MaxPool2d(2), nn.MaxPool2d(2), _same)
    features = 256 * 7 * 7


class OneLinearLayer(_Slide):
    """There is a single linear layer.

    How many vectors does the slide's table show after the flattening?
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__(num_classes)
        del self.hidden
        self.last = nn.Linear(256, num_classes)

    def classify(self, features: torch.Tensor) -> torch.Tensor:
        return self.last(features)


class ExtraLinearLayer(_Slide):
    """There is a third linear layer.

    How many vectors does the slide's table show after the flattening?
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__(num_classes)
        self.middle = nn.Linear(128, 128)

    def classify(self, features: torch.Tensor) -> torch.Tensor:
        return self.last(F.relu(self.middle(F.relu(self.hidden(features)))))


class ExtraConvolution(_Slide):
    """There is a fourth convolution.

    Count the convolutions on the slide, and compare the channels before the last pooling.
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__(num_classes)
        self.extra = nn.Conv2d(256, 256, 3, padding=1)
        self.pools = (*self.pools[:2], lambda maps: F.max_pool2d(F.relu(self.extra(maps)), 7))


class ConvolutionsInAPythonList(_Slide):
    """The convolutions are kept in a plain Python list, so the network does not know their weights.

    Print the names of your parameters: which layers are missing? A module registers the layers that are
    its attributes, or that lie in a container made for modules.
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__(num_classes)
        convolutions = list(self.convs)
        del self.convs
        self.convs = convolutions


class LinearLayersInAPythonList(_Slide):
    """The linear layers are kept in a plain Python list, so the network does not know their weights.

    Print the names of your parameters: which layers are missing? A module registers the layers that are
    its attributes, or that lie in a container made for modules.
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__(num_classes)
        self.layers = [self.hidden, self.last]
        del self.hidden, self.last

    def classify(self, features: torch.Tensor) -> torch.Tensor:
        return self.layers[1](F.relu(self.layers[0](features)))


class BatchNormAdded(_Slide):
    """The convolutions are followed by batch normalisation.

    Batch normalisation is younger than this network. Which of your parameters does the slide not have?
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__(num_classes)
        self.norms = nn.ModuleList(nn.BatchNorm2d(width) for width in self.widths)
        self.activations = (*(self._normalised(norm) for norm in self.norms), F.relu)

    @staticmethod
    def _normalised(norm: nn.Module) -> Layer:
        return lambda maps: F.relu(norm(maps))


class BatchNormStatisticsAsParameters(BatchNormAdded):
    """Batch normalisation was added, and its running mean and variance are parameters.

    Running statistics are measured, not learned, so nobody counts them as parameters. And does the slide
    normalise at all?
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__(num_classes)
        for norm in self.norms:
            for name in ("running_mean", "running_var"):
                value = getattr(norm, name)
                delattr(norm, name)
                norm.register_parameter(name, nn.Parameter(value, requires_grad=False))


class DropoutAdded(_Slide):
    """There is dropout between the linear layers.

    Run one batch twice in training mode and compare. Does the slide's network contain chance?
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__(num_classes)
        self.drop = nn.Dropout()

    def classify(self, features: torch.Tensor) -> torch.Tensor:
        return self.last(self.drop(F.relu(self.hidden(features))))


class DropoutNeverOff(_Slide):
    """There is dropout between the linear layers, and it stays on in evaluation mode.

    Run one batch twice in evaluation mode and compare. How does a function learn which mode the network
    is in? And does the slide drop anything?
    """

    def classify(self, features: torch.Tensor) -> torch.Tensor:
        return self.last(F.dropout(F.relu(self.hidden(features)), p=0.5, training=True))


# --- images and batches ---------------------------------------------------------------------------


class FlattenMixesImages(_Slide):
    """The flattening mixes numbers of different images.

    `view` and `reshape` keep the order in memory and know nothing of images. Which axis must stay the
    first?
    """

    def flatten(self, maps: torch.Tensor) -> torch.Tensor:
        return maps.transpose(0, 1).reshape(len(maps), -1)


class BatchStandardised(_Slide):
    """The images are standardised with the mean and deviation of their batch.

    The answer for an image must not depend on its neighbours. Does the task ask the network to change its
    input?
    """

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return super().forward((images - images.mean()) / images.std())


class DividesBy255(_Slide):
    """The network divides its input by 255.

    Which range do the images already have when they arrive? Print the smallest and the largest value.
    """

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return super().forward(images / 255)


class GraphCut(_Slide):
    """The way back from the logits to the images is cut.

    What does `detach`, `.data`, `torch.tensor(...)` or `no_grad` do to everything that came before it? Follow
    the gradient back, layer by layer: does it reach the images?
    """

    def flatten(self, maps: torch.Tensor) -> torch.Tensor:
        return super().flatten(maps).detach()


MISCONCEPTIONS = {
    "NaiveConvNet": (
        NoReLUAfterFirstConvolution,
        NoReLUAfterSecondConvolution,
        NoReLUAfterThirdConvolution,
        NoReLUAfterAnyConvolution,
        NoReLUBetweenLinearLayers,
        NoReLUAtAll,
        SigmoidInsteadOfReLU,
        TanhInsteadOfReLU,
        LeakyReLUInsteadOfReLU,
        LearnedActivation,
        SoftmaxAtTheEnd,
        SoftmaxOverTheBatch,
        LogSoftmaxAtTheEnd,
        SigmoidAtTheEnd,
        ReLUAfterLastLayer,
        ClassNumbersInsteadOfLogits,
        LogitsAsMaps,
        NoPadding,
        FiveByFiveKernels,
        HalfTheFilters,
        AveragePooling,
        AveragePoolingAtTheEnd,
        AveragePoolingEverywhere,
        StridedConvolutions,
        LearnedPooling,
        BiasForEveryPixel,
        NoBiasInConvolutions,
        NoBiasInLinearLayers,
        NoBiasAnywhere,
        ForgottenLastPooling,
        OneLinearLayer,
        ExtraLinearLayer,
        ExtraConvolution,
        ConvolutionsInAPythonList,
        LinearLayersInAPythonList,
        BatchNormAdded,
        BatchNormStatisticsAsParameters,
        DropoutAdded,
        DropoutNeverOff,
        FlattenMixesImages,
        BatchStandardised,
        DividesBy255,
        GraphCut,
    ),
}

PROBES = {"NaiveConvNet": (3, 1, 28, 28)}
