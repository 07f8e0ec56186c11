"""
The network of the handout.

Tables are explained in `grader/checks/architectures/table.py`.
"""

from grader.checks.architectures.table import Network, parse

NETWORKS = (
    Network(
        name="naive_convnet",
        title="the network of the handout",
        module="NaiveConvNet",
        family="handout",
        sides=(28,),
        channels=1,
        layers=parse(
            "conv 64 3 p1, relu, maxpool 2/2, conv 128 3 p1, relu, maxpool 2/2, conv 256 3 p1, relu, maxpool 7/1, "
            "flatten, linear 128, relu, linear classes"
        ),
    ),
)
