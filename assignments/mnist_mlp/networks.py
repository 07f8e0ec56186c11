"""
The networks of the handout: a linear classifier, and two multi-layer perceptrons.

Tables are explained in `grader/checks/architectures/table.py`.
"""

from grader.checks.architectures.table import Network, parse

NETWORKS = (
    Network(
        name="linear_classifier",
        title="the linear classifier of the handout",
        module="LinearClassifier",
        family="handout",
        sides=(28,),
        channels=1,
        layers=parse("flatten, linear classes"),
    ),
    Network(
        name="mlp",
        title="the multi-layer perceptron of the handout",
        module="MLP",
        family="handout",
        sides=(28,),
        channels=1,
        layers=parse("flatten, linear 100, relu, linear 100, relu, linear classes"),
    ),
    Network(
        name="cifar_mlp",
        title="the multi-layer perceptron of the handout for colour images",
        module="CifarMLP",
        family="handout",
        sides=(32,),
        channels=3,
        layers=parse("flatten, linear 256, relu, linear 128, relu, linear classes"),
    ),
)
