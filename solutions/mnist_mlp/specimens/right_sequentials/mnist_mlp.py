from torch import nn


def iterations_per_epoch(total_inputs, batch_size, drop_last=False):
    if batch_size < 1 or total_inputs < 1:
        raise ValueError("at least one input, and one in a batch")
    return total_inputs // batch_size if drop_last else -(-total_inputs // batch_size)


def mlp_parameter_count(image_shape, hidden_units, num_classes, bias=True):
    *rest, last = image_shape
    if rest:
        return mlp_parameter_count((*rest[:-1], rest[-1] * last), hidden_units, num_classes, bias)
    if not hidden_units:
        return last * num_classes + num_classes * bias
    first, *others = hidden_units
    return last * first + first * bias + mlp_parameter_count((first,), others, num_classes, bias)


class LinearClassifier(nn.Sequential):
    def __init__(self, num_classes=10):
        super().__init__(nn.Flatten(), nn.LazyLinear(num_classes))


class MLP(nn.Sequential):
    def __init__(self, num_classes=10):
        super().__init__(
            nn.Flatten(), nn.LazyLinear(100), nn.ReLU(inplace=True), nn.LazyLinear(100), nn.ReLU(inplace=True), nn.LazyLinear(num_classes)
        )


class CifarMLP(nn.Sequential):
    def __init__(self, num_classes=10):
        super().__init__(nn.Flatten(), nn.Linear(3072, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, num_classes))
