"""Each mistake is named in a network that was written by hand, in a style of its own, as a student would write it."""

from __future__ import annotations

import pytest
from small_networks import ASKED, CLUES, DIVIDED, NORMALISED, Explain

from grader.checks.architectures.edits import edits_of
from grader.checks.architectures.table import Network

HEAD = "import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n\n\n"
OF_ASKED = {
    "no_relu_after_a_convolution": """
def positive(x):
    return torch.maximum(x, torch.zeros_like(x))


class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, padding=1)
        self.conv2 = nn.Conv2d(4, 6, 3, padding=1)
        self.conv3 = nn.Conv2d(6, 6, 3, padding=1)
        self.fc1 = nn.Linear(96, 12)
        self.fc2 = nn.Linear(12, 12)
        self.fc3 = nn.Linear(12, num_classes)

    def forward(self, x):
        x = F.max_pool2d(positive(self.conv1(x)), 2)
        x = self.conv2(x)
        x = positive(self.conv3(x))
        x = F.max_pool2d(x, 3, 2)
        x = x.view(x.size(0), -1)
        return self.fc3(positive(self.fc2(positive(self.fc1(x)))))
""",
    "no_relu_between_linear_layers": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 4, 3, padding="same"), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(4, 6, 3, padding="same"), nn.ReLU(),
            nn.Conv2d(6, 6, 3, padding="same"), nn.ReLU(), nn.MaxPool2d(3, stride=2),
        )
        sizes = [96, 12, 12, num_classes]
        self.weights = nn.ParameterList(nn.Parameter(torch.randn(a, b) / a**0.5) for a, b in zip(sizes, sizes[1:]))
        self.biases = nn.ParameterList(nn.Parameter(torch.zeros(b)) for b in sizes[1:])

    def forward(self, x):
        x = self.features(x).flatten(1)
        for w, b in zip(self.weights, self.biases):
            x = x @ w + b
        return x
""",
    "no_relu_after_any_convolution": """
def new(*shape):
    return nn.Parameter(0.1 * torch.randn(*shape))


class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.k1, self.k2, self.k3 = new(4, 3, 3, 3), new(6, 4, 3, 3), new(6, 6, 3, 3)
        self.c1, self.c2, self.c3 = new(4), new(6), new(6)
        self.classifier = nn.Sequential(
            nn.Flatten(), nn.Linear(96, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, num_classes)
        )

    def forward(self, x):
        x = F.conv2d(x, self.k1, self.c1, padding=1)
        x = F.max_pool2d(x, 2, 2)
        x = F.conv2d(x, self.k2, self.c2, padding=1)
        x = F.conv2d(x, self.k3, self.c3, padding=1)
        x = F.max_pool2d(x, 3, 2)
        return self.classifier(x)
""",
    "no_relu_at_all": """
class Net(nn.Sequential):
    def __init__(self, num_classes=10):
        layers, channels = [], 3
        for width, pool in ((4, nn.MaxPool2d(2)), (6, None), (6, nn.MaxPool2d(3, 2))):
            layers.append(nn.Conv2d(channels, width, 3, padding=1))
            channels = width
            if pool is not None:
                layers.append(pool)
        super().__init__(*layers, nn.Flatten(), nn.Linear(96, 12), nn.Linear(12, 12), nn.Linear(12, num_classes))
""",
    "leaky_relu_instead_of_relu": """
def stage(inputs, outputs):
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel_size=3, padding=1), nn.LeakyReLU(0.1, inplace=True))


class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.body = nn.Sequential(stage(3, 4), nn.MaxPool2d(2), stage(4, 6), stage(6, 6), nn.MaxPool2d(3, 2))
        self.head = nn.Sequential(nn.Linear(96, 12), nn.LeakyReLU(0.1), nn.Linear(12, 12), nn.LeakyReLU(0.1))
        self.out = nn.Linear(12, num_classes)

    def forward(self, images):
        n = images.shape[0]
        return self.out(self.head(self.body(images).reshape(n, 96)))
""",
    "sigmoid_instead_of_relu": """
def bent(x):
    return 1 / (1 + torch.exp(-x))


class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(3, 4, 3, 1, 1), nn.Conv2d(4, 6, 3, 1, 1), nn.Conv2d(6, 6, 3, 1, 1)])
        self.w1, self.b1 = nn.Parameter(torch.randn(96, 12) / 10), nn.Parameter(torch.zeros(1, 12))
        self.w2, self.b2 = nn.Parameter(torch.randn(12, 12) / 4), nn.Parameter(torch.zeros(1, 12))
        self.w3, self.b3 = nn.Parameter(torch.randn(12, num_classes) / 4), nn.Parameter(torch.zeros(1, num_classes))

    def forward(self, x):
        pools = {0: (2, 2), 2: (3, 2)}
        for i, conv in enumerate(self.convs):
            x = bent(conv(x))
            if i in pools:
                x = F.max_pool2d(x, *pools[i])
        x = x.flatten(start_dim=1)
        hidden = bent(x @ self.w1 + self.b1)
        hidden = bent(hidden @ self.w2 + self.b2)
        return hidden @ self.w3 + self.b3
""",
    "tanh_instead_of_relu": """
class Block(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.kernel = nn.Parameter(torch.empty(outputs, inputs, 3, 3))
        self.bias = nn.Parameter(torch.zeros(outputs))
        nn.init.kaiming_uniform_(self.kernel)

    def forward(self, x):
        return F.conv2d(x, self.kernel, self.bias, padding=1).tanh()


class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.one, self.two, self.three = Block(3, 4), Block(4, 6), Block(6, 6)
        self.fc = nn.Sequential(nn.Linear(96, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, num_classes))

    def forward(self, x):
        x = F.max_pool2d(self.one(x), kernel_size=2)
        x = F.max_pool2d(self.three(self.two(x)), kernel_size=3, stride=2)
        return self.fc(x.view(len(x), -1))
""",
    "gelu_instead_of_relu": """
class Net(nn.Module):
    act = staticmethod(F.gelu)

    def __init__(self, num_classes=10):
        super().__init__()
        self.conv = nn.ModuleDict({"a": nn.Conv2d(3, 4, 3, padding=1), "b": nn.Conv2d(4, 6, 3, padding=1)})
        self.conv["c"] = nn.Conv2d(6, 6, 3, padding=1)
        self.pool = nn.ModuleDict({"a": nn.MaxPool2d(2), "b": nn.Identity(), "c": nn.MaxPool2d(3, 2)})
        self.dense = nn.ModuleList([nn.Linear(96, 12), nn.Linear(12, 12)])
        self.last = nn.Linear(12, num_classes)

    def forward(self, x):
        for key in "abc":
            x = self.pool[key](self.act(self.conv[key](x)))
        x = torch.flatten(x, 1)
        for layer in self.dense:
            x = self.act(layer(x))
        return self.last(x)
""",
    "elu_instead_of_relu": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3, padding=1), nn.ELU(),
            nn.Conv2d(6, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten(),
        )
        self.dense = nn.Linear(96, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)
        for i, layer in enumerate(self.dense):
            self.add_module(f"dense{i}", layer)

    def forward(self, x):
        x = self.layers(x)
        *hidden, last = self.dense
        for layer in hidden:
            x = layer(x).clamp(min=0)
        return last(x)
""",
    "selu_instead_of_relu": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        kernels = [(4, 3, 3, 3), (6, 4, 3, 3), (6, 6, 3, 3)]
        matrices = [(12, 96), (12, 12), (num_classes, 12)]
        self.w = nn.ParameterList([torch.randn(s) / 10 for s in kernels + matrices])
        self.b = nn.ParameterList([torch.zeros(s[0]) for s in kernels + matrices])

    def forward(self, x):
        x = F.max_pool2d(torch.selu(F.conv2d(x, self.w[0], self.b[0], 1, 1)), 2)
        for i in (1, 2):
            x = torch.selu(F.conv2d(x, self.w[i], self.b[i], 1, 1))
        x = F.max_pool2d(x, 3, 2).view(-1, 96)
        for i in (3, 4):
            x = torch.selu(F.linear(x, self.w[i], self.b[i]))
        return F.linear(x, self.w[5], self.b[5])
""",
    "silu_instead_of_relu": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.a = nn.Conv2d(3, 4, (3, 3), padding=(1, 1))
        self.b = nn.Conv2d(4, 6, (3, 3), padding=(1, 1))
        self.c = nn.Conv2d(6, 6, (3, 3), padding=(1, 1))
        self.d, self.e, self.f = nn.Linear(96, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)
        self.small, self.large = nn.MaxPool2d(2), nn.MaxPool2d(3, 2)

    def forward(self, x):
        x = self.small(F.silu(self.a(x)))
        x = self.large(F.silu(self.c(F.silu(self.b(x)))))
        x = x.reshape(x.shape[0], -1)
        return self.f(F.relu(self.e(F.relu(self.d(x)))))
""",
    "softplus_instead_of_relu": """
class Dense(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.matrix = nn.Parameter(torch.randn(inputs, outputs) / inputs**0.5)
        self.offset = nn.Parameter(torch.zeros(outputs))

    def forward(self, x):
        return torch.einsum("ni,io->no", x, self.matrix) + self.offset


class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.maps = nn.Sequential(
            nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3, padding=1), nn.ReLU(),
            nn.Conv2d(6, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten(),
        )
        self.top = nn.Sequential(Dense(96, 12), nn.Softplus(), Dense(12, 12), nn.Softplus(), Dense(12, num_classes))

    def forward(self, x):
        return self.top(self.maps(x))
""",
    "relu6_instead_of_relu": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(i, o, 3, padding=1) for i, o in [(3, 4), (4, 6), (6, 6)])
        self.linears = nn.ModuleList(nn.Linear(i, o) for i, o in [(96, 12), (12, 12), (12, num_classes)])

    def bend(self, x):
        return torch.clamp(x, 0, 6)

    def forward(self, x):
        x = self.bend(self.convs[0](x))
        x = F.max_pool2d(x, 2)
        x = self.bend(self.convs[1](x))
        x = self.bend(self.convs[2](x))
        x = F.max_pool2d(x, 3, 2)
        x = x.view(x.shape[0], -1)
        x = self.bend(self.linears[0](x))
        x = self.bend(self.linears[1](x))
        return self.linears[2](x)
""",
    "clamped_instead_of_relu": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 6, 3, padding=1)
        self.conv3 = nn.Conv2d(6, 6, 3, padding=1)
        self.rest = nn.Sequential(
            nn.Flatten(), nn.Linear(96, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, num_classes)
        )

    def forward(self, x):
        x = self.conv1(x).clamp(0, 1)
        x = F.max_pool2d(x, 2)
        x = self.conv2(x).clamp(0, 1)
        x = self.conv3(x).clamp(0, 1)
        return self.rest(F.max_pool2d(x, 3, 2))
""",
    "prelu_instead_of_relu": """
class ConvUnit(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.slope = nn.Parameter(torch.tensor([0.25]))

    def forward(self, x):
        return F.prelu(self.conv(x), self.slope)


class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.u1, self.u2, self.u3 = ConvUnit(3, 4), ConvUnit(4, 6), ConvUnit(6, 6)
        self.w = nn.ParameterList([torch.randn(96, 12) / 10, torch.randn(12, 12) / 4, torch.randn(12, num_classes) / 4])
        self.b = nn.ParameterList([torch.zeros(12), torch.zeros(12), torch.zeros(num_classes)])

    def forward(self, x):
        x = F.max_pool2d(self.u1(x), 2)
        x = F.max_pool2d(self.u3(self.u2(x)), 3, 2).flatten(1)
        x = torch.relu(torch.matmul(x, self.w[0]) + self.b[0])
        x = torch.relu(torch.matmul(x, self.w[1]) + self.b[1])
        return torch.matmul(x, self.w[2]) + self.b[2]
""",
    "softmax_instead_of_relu": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, padding=1)
        self.conv2 = nn.Conv2d(4, 6, 3, padding=1)
        self.conv3 = nn.Conv2d(6, 6, 3, padding=1)
        self.fc = nn.ModuleList([nn.Linear(96, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)])

    def features(self, x):
        x = F.max_pool2d(self.conv1(x).relu(), 2)
        x = self.conv3(self.conv2(x).relu()).relu()
        return F.max_pool2d(x, 3, stride=2)

    def forward(self, x):
        x = self.features(x).flatten(1)
        for layer in self.fc[:-1]:
            x = F.softmax(layer(x), dim=1)
        return self.fc[-1](x)
""",
    "relu_after_the_last_layer": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(i, o, 3, padding=1) for i, o in [(3, 4), (4, 6), (6, 6)])
        self.linears = nn.ModuleList(nn.Linear(i, o) for i, o in [(96, 12), (12, 12), (12, num_classes)])

    def forward(self, x):
        for number, conv in enumerate(self.convs):
            x = torch.relu(conv(x))
            if number == 0:
                x = F.max_pool2d(x, 2)
        x = F.max_pool2d(x, 3, 2).flatten(1)
        for linear in self.linears:
            x = torch.relu(linear(x))
        return x
""",
    "softmax_at_the_end": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        shapes = [(4, 3, 3, 3), (6, 4, 3, 3), (6, 6, 3, 3), (12, 96), (12, 12), (num_classes, 12)]
        for i, shape in enumerate(shapes):
            setattr(self, f"w{i}", nn.Parameter(torch.randn(shape) / 10))
            setattr(self, f"b{i}", nn.Parameter(torch.zeros(shape[0])))

    def forward(self, x):
        x = F.relu(F.conv2d(x, self.w0, self.b0, padding=1))
        x = F.max_pool2d(x, 2)
        x = F.relu(F.conv2d(x, self.w1, self.b1, padding=1))
        x = F.relu(F.conv2d(x, self.w2, self.b2, padding=1))
        x = F.max_pool2d(x, 3, 2)
        x = x.reshape(len(x), -1)
        x = F.relu(x @ self.w3.t() + self.b3)
        x = F.relu(x @ self.w4.t() + self.b4)
        scores = x @ self.w5.t() + self.b5
        shares = torch.exp(scores - scores.max(dim=1, keepdim=True).values)
        return shares / shares.sum(dim=1, keepdim=True)
""",
    "log_softmax_at_the_end": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3, padding=1), nn.ReLU(),
            nn.Conv2d(6, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten(),
            nn.Linear(96, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, num_classes),
        )

    def forward(self, x):
        logits = self.net(x)
        return logits - torch.logsumexp(logits, dim=1, keepdim=True)
""",
    "softmax_over_the_images": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3, padding=1), nn.ReLU(),
            nn.Conv2d(6, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2),
        )
        self.fc1, self.fc2, self.fc3 = nn.Linear(96, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)

    def forward(self, x):
        x = self.features(x).view(-1, 96)
        x = self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))
        return torch.softmax(x, dim=0)
""",
    "sigmoid_at_the_end": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.first, self.rest = nn.Conv2d(3, 4, 3, padding=1), nn.ModuleList([nn.Conv2d(4, 6, 3, padding=1)])
        self.rest.append(nn.Conv2d(6, 6, 3, padding=1))
        self.w = nn.ParameterList([torch.randn(12, 96) / 10, torch.randn(12, 12) / 4, torch.randn(num_classes, 12) / 4])
        self.b = nn.ParameterList([torch.zeros(12), torch.zeros(12), torch.zeros(num_classes)])

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.first(x)), 2)
        for conv in self.rest:
            x = F.relu(conv(x))
        x = F.max_pool2d(x, 3, 2).flatten(1)
        for w, b in list(zip(self.w, self.b))[:-1]:
            x = F.relu(F.linear(x, w, b))
        return F.linear(x, self.w[-1], self.b[-1]).sigmoid()
""",
    "clamped_at_the_end": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3, padding=1), nn.ReLU(),
            nn.Conv2d(6, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2),
        )
        self.classifier = nn.Sequential(nn.Linear(96, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU())
        self.scores = nn.Linear(12, num_classes)

    def forward(self, x):
        scores = self.scores(self.classifier(torch.flatten(self.features(x), 1)))
        return torch.clamp(scores, min=0.0, max=1.0)
""",
    "elu_at_the_end": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.c1, self.c2, self.c3 = (nn.Conv2d(i, o, 3, padding=1) for i, o in ((3, 4), (4, 6), (6, 6)))
        self.l1, self.l2, self.l3 = (nn.Linear(i, o) for i, o in ((96, 12), (12, 12), (12, num_classes)))

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.c1(x)), 2)
        x = F.max_pool2d(F.relu(self.c3(F.relu(self.c2(x)))), 3, 2)
        x = F.relu(self.l2(F.relu(self.l1(x.flatten(1)))))
        return F.elu(self.l3(x))
""",
    "gelu_at_the_end": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        layers = [nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3, padding=1), nn.ReLU()]
        layers += [nn.Conv2d(6, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten()]
        layers += [nn.Linear(96, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, num_classes), nn.GELU()]
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
""",
    "leaky_relu_at_the_end": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3, padding=1), nn.ReLU(),
            nn.Conv2d(6, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2),
        )
        self.w1, self.w2, self.w3 = (
            nn.Parameter(torch.randn(*s) / 10) for s in ((96, 12), (12, 12), (12, num_classes))
        )
        self.b1, self.b2, self.b3 = (nn.Parameter(torch.zeros(n)) for n in (12, 12, num_classes))

    def forward(self, x):
        x = self.body(x).flatten(1)
        x = torch.addmm(self.b1, x, self.w1).relu()
        x = torch.addmm(self.b2, x, self.w2).relu()
        return F.leaky_relu(torch.addmm(self.b3, x, self.w3))
""",
    "prelu_at_the_end": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(i, o, 3, padding=1) for i, o in [(3, 4), (4, 6), (6, 6)])
        self.dense = nn.Sequential(nn.Linear(96, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, num_classes))
        self.bend = nn.PReLU()

    def forward(self, x):
        a, b, c = self.convs
        x = F.max_pool2d(a(x), 2).relu()
        x = F.max_pool2d(c(b(x).relu()), 3, 2).relu()
        return self.bend(self.dense(x.flatten(1)))
""",
    "relu6_at_the_end": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.features = nn.Sequential()
        for name, layer in (("conv1", nn.Conv2d(3, 4, 3, padding=1)), ("relu1", nn.ReLU()), ("pool1", nn.MaxPool2d(2))):
            self.features.add_module(name, layer)
        self.features.append(nn.Conv2d(4, 6, 3, padding=1)).append(nn.ReLU())
        self.features.append(nn.Conv2d(6, 6, 3, padding=1)).append(nn.ReLU()).append(nn.MaxPool2d(3, 2))
        self.linear1, self.linear2, self.linear3 = nn.Linear(96, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)

    def forward(self, x):
        x = self.features(x).reshape(x.shape[0], -1)
        for layer, bend in ((self.linear1, F.relu), (self.linear2, F.relu), (self.linear3, F.relu6)):
            x = bend(layer(x))
        return x
""",
    "selu_at_the_end": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.kernels = nn.ParameterList(torch.randn(o, i, 3, 3) / 10 for i, o in [(3, 4), (4, 6), (6, 6)])
        self.offsets = nn.ParameterList(torch.zeros(o) for o in (4, 6, 6))
        self.dense = nn.Sequential(nn.Linear(96, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, num_classes))

    def forward(self, x):
        pools = (lambda y: F.max_pool2d(y, 2)), (lambda y: y), (lambda y: F.max_pool2d(y, 3, 2))
        for kernel, offset, pool in zip(self.kernels, self.offsets, pools):
            x = pool(F.conv2d(x, kernel, offset, padding=1).relu())
        return F.selu(self.dense(x.view(x.size(0), -1)))
""",
    "silu_at_the_end": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 6, 3, padding=1)
        self.conv3, self.fc1 = nn.Conv2d(6, 6, 3, padding=1), nn.Linear(96, 12)
        self.fc2, self.fc3 = nn.Linear(12, 12), nn.Linear(12, num_classes)
        self.relu, self.silu = nn.ReLU(), nn.SiLU()

    def forward(self, x):
        steps = [self.conv1, self.relu, nn.MaxPool2d(2), self.conv2, self.relu, self.conv3, self.relu]
        steps += [nn.MaxPool2d(3, 2), nn.Flatten(), self.fc1, self.relu, self.fc2, self.relu, self.fc3, self.silu]
        for step in steps:
            x = step(x)
        return x
""",
    "softplus_at_the_end": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.maps = nn.Sequential(
            nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3, padding=1), nn.ReLU(),
            nn.Conv2d(6, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2),
        )
        self.as_convs = nn.Sequential(
            nn.Conv2d(6, 12, 4), nn.ReLU(), nn.Conv2d(12, 12, 1), nn.ReLU(), nn.Conv2d(12, num_classes, 1)
        )

    def forward(self, x):
        return F.softplus(self.as_convs(self.maps(x)).flatten(1))
""",
    "tanh_at_the_end": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv = nn.ModuleList([nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 6, 3, padding=1)])
        self.conv += [nn.Conv2d(6, 6, 3, padding=1)]
        self.w = nn.ParameterDict({"a": torch.randn(12, 96) / 10, "b": torch.randn(12, 12) / 4})
        self.w["c"] = nn.Parameter(torch.randn(num_classes, 12) / 4)
        self.bias = nn.ParameterDict({"a": torch.zeros(12), "b": torch.zeros(12), "c": torch.zeros(num_classes)})

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv[0](x)), 2)
        x = F.relu(self.conv[2](F.relu(self.conv[1](x))))
        x = F.max_pool2d(x, (3, 3), (2, 2)).flatten(1)
        for key in "ab":
            x = F.relu(torch.einsum("ni,oi->no", x, self.w[key]) + self.bias[key])
        return torch.tanh(torch.einsum("ni,oi->no", x, self.w["c"]) + self.bias["c"])
""",
    "an_activation_too_many": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, padding=1)
        self.conv2 = nn.Conv2d(4, 6, 3, padding=1)
        self.conv3 = nn.Conv2d(6, 6, 3, padding=1)
        self.fc1, self.fc2, self.fc3 = nn.Linear(96, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.max_pool2d(x, 2)
        x = F.relu(self.conv2(x))
        x = F.relu(self.conv3(x))
        x = F.max_pool2d(x, 3, 2)
        x = torch.sigmoid(x)
        x = x.view(x.size(0), -1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)
""",
    "average_pooling": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(i, o, 3, padding=1) for i, o in [(3, 4), (4, 6), (6, 6)])
        self.linears = nn.ModuleList(nn.Linear(i, o) for i, o in [(96, 12), (12, 12), (12, num_classes)])

    @staticmethod
    def pool(x, size, stride):
        return F.avg_pool2d(x, size, stride)

    def forward(self, x):
        x = self.pool(F.relu(self.convs[0](x)), 2, 2)
        for conv in self.convs[1:]:
            x = F.relu(conv(x))
        x = self.pool(x, 3, 2).flatten(1)
        for linear in self.linears[:-1]:
            x = F.relu(linear(x))
        return self.linears[-1](x)
""",
    "bias_after_the_activation": """
class Convolution(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.kernel = nn.Parameter(torch.randn(outputs, inputs, 3, 3) / (3 * inputs**0.5))
        self.offset = nn.Parameter(torch.zeros(outputs, 1, 1))

    def forward(self, x):
        return F.conv2d(x, self.kernel, padding=1).relu() + self.offset


class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.one, self.two, self.three = Convolution(3, 4), Convolution(4, 6), Convolution(6, 6)
        self.head = nn.Sequential(nn.Linear(96, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, num_classes))

    def forward(self, x):
        x = F.max_pool2d(self.one(x), 2)
        x = F.max_pool2d(self.three(self.two(x)), 3, 2)
        return self.head(x.flatten(1))
""",
    "one_bias_for_all_units": """
class Dense(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(inputs, outputs) / inputs**0.5)
        self.bias = nn.Parameter(torch.tensor(0.0))

    def forward(self, x):
        return x @ self.weight + self.bias


class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.maps = nn.Sequential(
            nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3, padding=1), nn.ReLU(),
            nn.Conv2d(6, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten(),
        )
        self.dense = nn.ModuleList([Dense(96, 12), Dense(12, 12), Dense(12, num_classes)])

    def forward(self, x):
        x = self.maps(x)
        for dense in self.dense[:-1]:
            x = torch.relu(dense(x))
        return self.dense[-1](x)
""",
    "makes_the_images_black_and_white": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(i, o, 3, padding=1) for i, o in [(3, 4), (4, 6), (6, 6)])
        self.linears = nn.ModuleList(nn.Linear(i, o) for i, o in [(96, 12), (12, 12), (12, num_classes)])

    def forward(self, x):
        x = torch.where(x >= 0.5, 1.0, 0.0)
        x = F.max_pool2d(F.relu(self.convs[0](x)), 2)
        x = F.max_pool2d(F.relu(self.convs[2](F.relu(self.convs[1](x)))), 3, 2).flatten(1)
        for linear in self.linears[:2]:
            x = F.relu(linear(x))
        return self.linears[2](x)
""",
    "pads_one_side_only": """
def shifted(x, weight, bias):
    n, c, h, w = x.shape
    padded = torch.cat([torch.zeros(n, c, 2, w), x], dim=2)
    padded = torch.cat([torch.zeros(n, c, h + 2, 2), padded], dim=3)
    total = bias[:, None, None]
    for i in range(3):
        for j in range(3):
            total = total + torch.einsum("nchw,kc->nkhw", padded[:, :, i : i + h, j : j + w], weight[:, :, i, j])
    return total


class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.weights = nn.ParameterList(nn.Parameter(torch.randn(o, i, 3, 3) / 6) for i, o in [(3, 4), (4, 6), (6, 6)])
        self.biases = nn.ParameterList(nn.Parameter(torch.zeros(o)) for o in (4, 6, 6))
        self.head = nn.Sequential(nn.Linear(96, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, num_classes))

    def forward(self, x):
        for i in range(3):
            x = shifted(x, self.weights[i], self.biases[i]).relu()
            if i != 1:
                x = F.max_pool2d(x, *((2, 2) if i == 0 else (3, 2)))
        return self.head(x.flatten(1))
""",
    "a_pixel_of_the_window_is_left_out": """
def halve(x):
    x = x[..., : x.shape[2] // 2 * 2, : x.shape[3] // 2 * 2]
    a, b, c = x[..., ::2, ::2], x[..., ::2, 1::2], x[..., 1::2, ::2]
    return torch.max(torch.max(a, b), torch.max(b, c))


class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.a, self.b, self.c = nn.Conv2d(3, 4, 3, 1, 1), nn.Conv2d(4, 6, 3, 1, 1), nn.Conv2d(6, 6, 3, 1, 1)
        self.l1, self.l2, self.l3 = nn.Linear(96, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)

    def forward(self, x):
        x = halve(torch.relu(self.a(x)))
        x = torch.relu(self.c(torch.relu(self.b(x))))
        x = F.max_pool2d(x, 3, 2).reshape(len(x), -1)
        return self.l3(torch.relu(self.l2(torch.relu(self.l1(x)))))
""",
    "pools_pixels_that_lie_apart": """
def halve(x):
    n, c, h, w = x.shape
    x = x[:, :, : h // 2 * 2, : w // 2 * 2]
    return x.reshape(n, c, 2, h // 2, 2, w // 2).max(2)[0].max(3)[0]


class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, padding=1)
        self.conv2 = nn.Conv2d(4, 6, 3, padding=1)
        self.conv3 = nn.Conv2d(6, 6, 3, padding=1)
        self.head = nn.Sequential(
            nn.Flatten(), nn.Linear(96, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, num_classes)
        )

    def forward(self, x):
        x = halve(self.conv1(x).relu())
        x = self.conv3(self.conv2(x).relu()).relu()
        return self.head(F.max_pool2d(x, 3, 2))
""",
    "channels_last_read_as_maps": """
class Conv(nn.Module):
    def __init__(self, inputs, units):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(units, inputs * 9) / (9 * inputs) ** 0.5)
        self.bias = nn.Parameter(torch.zeros(units))

    def forward(self, x):
        n, _, h, w = x.shape
        patches = F.unfold(x, 3, padding=1).transpose(1, 2)
        return (patches @ self.weight.T + self.bias).reshape(n, -1, h, w)


class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1, self.conv2, self.conv3 = Conv(3, 4), Conv(4, 6), Conv(6, 6)
        self.fc1, self.fc2, self.fc3 = nn.Linear(96, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv3(F.relu(self.conv2(x)))), 3, 2)
        x = F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))
        return self.fc3(x)
""",
    "convolution_mixes_images": """
def convolve(x, kernel, bias):
    n, _, h, w = x.shape
    columns = F.unfold(x, 3, padding=1).permute(1, 0, 2).reshape(kernel.shape[1] * 9, -1)
    maps = kernel.flatten(1) @ columns + bias[:, None]
    return maps.view(n, len(kernel), h, w)


class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(i, o, 3) for i, o in [(3, 4), (4, 6), (6, 6)])
        self.head = nn.Sequential(nn.Linear(96, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, num_classes))

    def forward(self, x):
        one, two, three = self.convs
        x = F.max_pool2d(convolve(x, one.weight, one.bias).relu(), 2)
        x = convolve(x, two.weight, two.bias).relu()
        x = convolve(x, three.weight, three.bias).relu()
        return self.head(F.max_pool2d(x, 3, 2).flatten(1))
""",
    "pools_the_whole_map": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 6, 3, padding=1)
        self.conv3 = nn.Conv2d(6, 6, 3, padding=1)
        self.w1, self.b1 = nn.Parameter(torch.randn(6, 12) / 3), nn.Parameter(torch.zeros(12))
        self.w2, self.b2 = nn.Parameter(torch.randn(12, 12) / 4), nn.Parameter(torch.zeros(12))
        self.w3, self.b3 = nn.Parameter(torch.randn(12, num_classes) / 4), nn.Parameter(torch.zeros(num_classes))

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.relu(self.conv3(F.relu(self.conv2(x))))
        x = x.amax(dim=(2, 3))
        x = F.relu(x @ self.w1 + self.b1)
        x = F.relu(x @ self.w2 + self.b2)
        return x @ self.w3 + self.b3
""",
    "a_pooling_is_missing": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.k1, self.k2 = nn.Parameter(torch.randn(4, 3, 3, 3) / 5), nn.Parameter(torch.randn(6, 4, 3, 3) / 6)
        self.k3, self.c1 = nn.Parameter(torch.randn(6, 6, 3, 3) / 7), nn.Parameter(torch.zeros(4))
        self.c2, self.c3 = nn.Parameter(torch.zeros(6)), nn.Parameter(torch.zeros(6))
        self.fc = nn.Sequential(nn.Linear(486, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, num_classes))

    def forward(self, x):
        for kernel, bias in ((self.k1, self.c1), (self.k2, self.c2), (self.k3, self.c3)):
            x = F.conv2d(x, kernel, bias, padding=1).clamp(min=0)
        x = F.max_pool2d(x, 3, 2)
        return self.fc(x.view(x.size(0), 6 * 9 * 9))
""",
    "pools_before_the_convolution": """
class Down(nn.Module):
    def __init__(self, inputs, outputs, *window):
        super().__init__()
        self.pool = nn.MaxPool2d(*window) if window else nn.Identity()
        self.conv = nn.Conv2d(inputs, outputs, 3, padding=1)

    def forward(self, x):
        return F.relu(self.conv(self.pool(x)))


class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.features = nn.Sequential(Down(3, 4, 2), Down(4, 6), Down(6, 6, 3, 2))
        self.classifier = nn.Sequential(
            nn.Linear(96, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, num_classes)
        )

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))
""",
    "a_pooling_elsewhere": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(i, o, 3, padding=1) for i, o in [(3, 4), (4, 6), (6, 6)])
        self.dense = nn.Sequential(nn.Linear(96, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, num_classes))

    def forward(self, x):
        for conv in self.convs[:2]:
            x = torch.relu(conv(x))
        x = F.max_pool2d(x, 2)
        x = torch.relu(self.convs[2](x))
        x = F.max_pool2d(x, 3, 2)
        return self.dense(x.flatten(1))
""",
    "no_pooling_at_all": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.Conv2d(4, 6, 3, padding=1), nn.ReLU())
        self.net.append(nn.Conv2d(6, 6, 3, padding=1)).append(nn.ReLU())
        self.first = nn.Parameter(torch.randn(6 * 19 * 19, 12) / 46)
        self.first_bias = nn.Parameter(torch.zeros(12))
        self.rest = nn.ModuleList([nn.Linear(12, 12), nn.Linear(12, num_classes)])

    def forward(self, x):
        x = self.net(x).reshape(len(x), -1)
        x = F.relu(x.matmul(self.first) + self.first_bias)
        x = F.relu(self.rest[0](x))
        return self.rest[1](x)
""",
    "a_pooling_too_many": """
def block(inputs, outputs):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))


class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.block1, self.block2 = block(3, 4), block(4, 6)
        self.conv = nn.Conv2d(6, 6, 3, padding=1)
        self.fc1, self.fc2, self.fc3 = nn.Linear(6, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)

    def forward(self, x):
        x = self.block2(self.block1(x))
        x = F.max_pool2d(F.relu(self.conv(x)), 3, 2)
        x = torch.relu(self.fc1(x.view(-1, 6)))
        return self.fc3(torch.relu(self.fc2(x)))
""",
    "windows_of_another_size": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        shapes = [(4, 3, 3, 3), (6, 4, 3, 3), (6, 6, 3, 3), (12, 96), (12, 12), (num_classes, 12)]
        self.weights = nn.ParameterList(0.1 * torch.randn(*shape) for shape in shapes)
        self.biases = nn.ParameterList(torch.zeros(shape[0]) for shape in shapes)

    def forward(self, x):
        wb = list(zip(self.weights, self.biases))
        x = F.max_pool2d(F.relu(F.conv2d(x, *wb[0], padding=1)), 2)
        x = F.relu(F.conv2d(x, *wb[1], padding=1))
        x = F.max_pool2d(F.relu(F.conv2d(x, *wb[2], padding=1)), 2)
        x = x.view(x.size(0), -1)
        return F.linear(F.relu(F.linear(F.relu(F.linear(x, *wb[3])), *wb[4])), *wb[5])
""",
    "a_pooling_rounds_up": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.pool = nn.MaxPool2d(2, 2, ceil_mode=True)
        self.convs = nn.Sequential(nn.Conv2d(4, 6, 3, padding=1), nn.ReLU(), nn.Conv2d(6, 6, 3, padding=1), nn.ReLU())
        self.stem = nn.Conv2d(3, 4, 3, padding=1)
        self.fc = nn.ModuleList([nn.Linear(96, 12), nn.Linear(12, 12)])
        self.out = nn.Linear(12, num_classes)

    def forward(self, x):
        x = self.convs(self.pool(self.stem(x).relu()))
        x = torch.flatten(F.max_pool2d(x, 3, 2), 1)
        for layer in self.fc:
            x = layer(x).relu()
        return self.out(x)
""",
    "a_stride_instead_of_a_pooling": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.k = nn.ParameterList([torch.randn(4, 3, 3, 3) / 5, torch.randn(6, 4, 3, 3) / 6, torch.randn(6, 6, 3, 3) / 7])
        self.c = nn.ParameterList([torch.zeros(4), torch.zeros(6), torch.zeros(6)])
        self.top = nn.Sequential(
            nn.Flatten(), nn.Linear(96, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, num_classes)
        )

    def forward(self, x):
        for kernel, bias, stride in zip(self.k, self.c, (2, 1, 1)):
            x = F.relu(F.conv2d(x, kernel, bias, stride=stride, padding=1))
        return self.top(F.max_pool2d(x, 3, stride=2))
""",
    "leaves_pixels_out_instead_of_pooling": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, padding=1)
        self.conv2 = nn.Conv2d(4, 6, 3, padding=1)
        self.conv3 = nn.Conv2d(6, 6, 3, padding=1)
        self.fc1, self.fc2, self.fc3 = nn.Linear(96, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = x[..., ::2, ::2]
        x = F.relu(self.conv2(x))
        x = F.max_pool2d(F.relu(self.conv3(x)), 3, 2)
        x = F.relu(self.fc1(x.flatten(1)))
        return self.fc3(F.relu(self.fc2(x)))
""",
    "a_convolution_instead_of_a_pooling": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, padding=1)
        self.down = nn.Parameter(torch.randn(4, 4, 2, 2) / 4)
        self.down_bias = nn.Parameter(torch.zeros(4))
        self.tail = nn.ModuleList([nn.Conv2d(4, 6, 3, padding=1), nn.Conv2d(6, 6, 3, padding=1)])
        self.fc = nn.ModuleList(nn.Linear(i, o) for i, o in [(96, 12), (12, 12), (12, num_classes)])

    def forward(self, x):
        x = torch.relu(self.stem(x))
        x = F.conv2d(x, self.down, self.down_bias, stride=2)
        for conv in self.tail:
            x = torch.relu(conv(x))
        x = F.max_pool2d(x, 3, 2).view(len(x), -1)
        x = torch.relu(self.fc[0](x))
        x = torch.relu(self.fc[1](x))
        return self.fc[2](x)
""",
    "kernels_of_another_size": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        k = 5
        self.convs = nn.ModuleList(nn.Conv2d(i, o, k, padding=k // 2) for i, o in [(3, 4), (4, 6), (6, 6)])
        self.w = nn.ParameterList([torch.randn(96, 12) / 10, torch.randn(12, 12) / 4, torch.randn(12, num_classes) / 4])
        self.b = nn.ParameterList([torch.zeros(12), torch.zeros(12), torch.zeros(num_classes)])

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.convs[0](x)), 2)
        x = F.relu(self.convs[1](x))
        x = F.max_pool2d(F.relu(self.convs[2](x)), 3, 2).flatten(1)
        for w, b in zip(self.w[:2], self.b[:2]):
            x = F.relu(x @ w + b)
        return x @ self.w[2] + self.b[2]
""",
    "no_padding": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1, self.conv2, self.conv3 = nn.Conv2d(3, 4, 3), nn.Conv2d(4, 6, 3), nn.Conv2d(6, 6, 3)
        self.fc1, self.fc2, self.fc3 = nn.Linear(6, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)

    def forward(self, x):
        x = self.conv1(x)
        x = F.relu(x)
        x = F.max_pool2d(x, 2)
        x = self.conv2(x)
        x = F.relu(x)
        x = self.conv3(x)
        x = F.relu(x)
        x = F.max_pool2d(x, 3, 2)
        x = x.view(-1, x.shape[1] * x.shape[2] * x.shape[3])
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))
""",
    "another_padding": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.kernels = nn.ParameterList(torch.randn(o, i, 3, 3) / 6 for i, o in [(3, 4), (4, 6), (6, 6)])
        self.offsets = nn.ParameterList(torch.zeros(o) for o in (4, 6, 6))
        self.linears = nn.Sequential(
            nn.Flatten(), nn.Linear(216, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, num_classes)
        )

    def convolve(self, x, i):
        x = F.pad(x, (2, 2, 2, 2))
        return F.relu(F.conv2d(x, self.kernels[i], self.offsets[i]))

    def forward(self, x):
        x = F.max_pool2d(self.convolve(x, 0), 2)
        x = self.convolve(self.convolve(x, 1), 2)
        return self.linears(F.max_pool2d(x, 3, 2))
""",
    "another_stride": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        strides = {"conv1": 1, "conv2": 2, "conv3": 1}
        self.convs = nn.ModuleDict()
        for (name, stride), i, o in zip(strides.items(), (3, 4, 6), (4, 6, 6)):
            self.convs[name] = nn.Conv2d(i, o, 3, stride=stride, padding=1)
        self.fc1, self.fc2, self.fc3 = nn.Linear(24, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.convs["conv1"](x)), 2)
        x = F.relu(self.convs["conv2"](x))
        x = F.max_pool2d(F.relu(self.convs["conv3"](x)), 3, 2)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x.reshape(x.shape[0], -1))))))
""",
    "dilated_convolution": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.w = nn.ParameterList([torch.randn(4, 3, 3, 3) / 5, torch.randn(6, 4, 3, 3) / 6, torch.randn(6, 6, 3, 3) / 7])
        self.b = nn.ParameterList([torch.zeros(4), torch.zeros(6), torch.zeros(6)])
        self.fc = nn.Sequential(nn.Linear(96, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, num_classes))

    def forward(self, x):
        x = F.relu(F.conv2d(x, self.w[0], self.b[0], padding=2, dilation=2))
        x = F.max_pool2d(x, 2)
        for w, b in zip(self.w[1:], self.b[1:]):
            x = F.relu(F.conv2d(x, w, b, padding=2, dilation=2))
        return self.fc(F.max_pool2d(x, 3, 2).flatten(1))
""",
    "flipped_kernels": """
def convolve(x, kernel, bias):
    n, _, height, width = x.shape
    columns = F.unfold(x, 3, padding=1)
    rows = torch.flip(kernel, dims=(2, 3)).reshape(len(kernel), -1)
    return (rows @ columns).view(n, -1, height, width) + bias.view(1, -1, 1, 1)


class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.kernels = nn.ParameterList(torch.randn(o, i, 3, 3) / 6 for i, o in [(3, 4), (4, 6), (6, 6)])
        self.biases = nn.ParameterList(torch.zeros(o) for o in (4, 6, 6))
        self.fc = nn.Sequential(nn.Linear(96, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, num_classes))

    def forward(self, x):
        x = F.max_pool2d(F.relu(convolve(x, self.kernels[0], self.biases[0])), 2)
        x = F.relu(convolve(x, self.kernels[1], self.biases[1]))
        x = F.relu(convolve(x, self.kernels[2], self.biases[2]))
        return self.fc(F.max_pool2d(x, 3, 2).flatten(1))
""",
    "another_padding_mode": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(i, o, 3) for i, o in [(3, 4), (4, 6), (6, 6)])
        self.border = nn.ReplicationPad2d(1)
        self.fc = nn.Sequential(nn.Linear(96, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, num_classes))

    def forward(self, x):
        one, two, three = (lambda y, conv=conv: F.relu(conv(self.border(y))) for conv in self.convs)
        x = F.max_pool2d(one(x), 2)
        x = F.max_pool2d(three(two(x)), 3, 2)
        return self.fc(x.view(len(x), -1))
""",
    "another_number_of_filters": """
class Net(nn.Module):
    def __init__(self, num_classes=10, widths=(8, 12, 12)):
        super().__init__()
        a, b, c = widths
        self.k1, self.k2 = nn.Parameter(torch.randn(a, 3, 3, 3) / 5), nn.Parameter(torch.randn(b, a, 3, 3) / 9)
        self.k3 = nn.Parameter(torch.randn(c, b, 3, 3) / 10)
        self.c1, self.c2, self.c3 = (nn.Parameter(torch.zeros(width, 1, 1)) for width in widths)
        self.fc1, self.fc2, self.fc3 = nn.Linear(c * 16, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)

    def forward(self, x):
        x = F.relu(F.conv2d(x, self.k1, padding=1) + self.c1)
        x = F.max_pool2d(x, 2)
        x = F.relu(F.conv2d(x, self.k2, padding=1) + self.c2)
        x = F.relu(F.conv2d(x, self.k3, padding=1) + self.c3)
        x = F.max_pool2d(x, 3, 2).flatten(1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))
""",
    "other_widths_in_the_classifier": """
class Net(nn.Module):
    def __init__(self, num_classes=10, hidden=24):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(i, o, 3, padding=1) for i, o in [(3, 4), (4, 6), (6, 6)])
        sizes = [96, hidden, hidden, num_classes]
        self.w = nn.ParameterList(torch.randn(i, o) / i**0.5 for i, o in zip(sizes, sizes[1:]))
        self.b = nn.ParameterList(torch.zeros(o) for o in sizes[1:])

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.convs[0](x)), 2)
        x = F.relu(self.convs[2](F.relu(self.convs[1](x))))
        x = F.max_pool2d(x, 3, 2).reshape(-1, 96)
        for i in range(3):
            x = x @ self.w[i] + self.b[i]
            if i < 2:
                x = F.relu(x)
        return x
""",
    "two_widths_exchanged": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        layers, inputs = [], 3
        for step in (6, "M2", 4, 6, "M3"):
            if isinstance(step, str):
                layers.append(nn.MaxPool2d(int(step[1]), 2))
            else:
                layers += [nn.Conv2d(inputs, step, 3, padding=1), nn.ReLU(inplace=True)]
                inputs = step
        self.features = nn.Sequential(*layers)
        self.fc1, self.fc2, self.fc3 = nn.Linear(96, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)

    def forward(self, x):
        x = torch.flatten(self.features(x), 1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))
""",
    "convolutions_without_bias": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.k1 = nn.Parameter(torch.randn(4, 3, 3, 3) / 5)
        self.k2 = nn.Parameter(torch.randn(6, 4, 3, 3) / 6)
        self.k3 = nn.Parameter(torch.randn(6, 6, 3, 3) / 7)
        self.fc = nn.ModuleList(nn.Linear(i, o) for i, o in [(96, 12), (12, 12), (12, num_classes)])

    def forward(self, x):
        x = F.max_pool2d(F.relu(F.conv2d(x, self.k1, padding=1)), 2)
        x = F.relu(F.conv2d(x, self.k2, padding=1))
        x = F.max_pool2d(F.relu(F.conv2d(x, self.k3, padding=1)), 3, 2).flatten(1)
        x = F.relu(self.fc[0](x))
        x = F.relu(self.fc[1](x))
        return self.fc[2](x)
""",
    "linear_layers_without_bias": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3, padding=1), nn.ReLU(),
            nn.Conv2d(6, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2),
        )
        self.w1, self.w2 = nn.Parameter(torch.randn(96, 12) / 10), nn.Parameter(torch.randn(12, 12) / 4)
        self.w3 = nn.Parameter(torch.randn(12, num_classes) / 4)

    def forward(self, x):
        x = self.features(x).flatten(1)
        return ((x @ self.w1).relu() @ self.w2).relu() @ self.w3
""",
    "no_biases": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        shapes = [(4, 3, 3, 3), (6, 4, 3, 3), (6, 6, 3, 3), (12, 96), (12, 12), (num_classes, 12)]
        self.w = nn.ParameterList(torch.randn(shape) / 8 for shape in shapes)

    def forward(self, x):
        pools = [(2, 2), None, (3, 2)]
        for kernel, pool in zip(self.w[:3], pools):
            x = F.relu(F.conv2d(x, kernel, padding=1))
            if pool:
                x = F.max_pool2d(x, *pool)
        x = x.flatten(1)
        for matrix in self.w[3:5]:
            x = F.relu(F.linear(x, matrix))
        return F.linear(x, self.w[5])
""",
    "a_convolution_is_missing": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, padding=1)
        self.conv2 = nn.Conv2d(4, 6, 3, padding=1)
        self.w = nn.ParameterList([torch.randn(12, 96) / 10, torch.randn(12, 12) / 4, torch.randn(num_classes, 12) / 4])
        self.b = nn.ParameterList([torch.zeros(12), torch.zeros(12), torch.zeros(num_classes)])

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 3, 2)
        x = x.view(-1, 96)
        x = F.relu(F.linear(x, self.w[0], self.b[0]))
        x = F.relu(F.linear(x, self.w[1], self.b[1]))
        return F.linear(x, self.w[2], self.b[2])
""",
    "a_convolution_too_many": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, padding=1)
        self.block = nn.ModuleList(nn.Conv2d(4 if i == 0 else 6, 6, 3, padding=1) for i in range(3))
        self.fc1, self.fc2, self.fc3 = nn.Linear(96, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.stem(x)), 2)
        for conv in self.block:
            x = F.relu(conv(x))
        x = F.max_pool2d(x, 3, 2).view(x.size(0), -1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))
""",
    "a_layer_is_used_twice": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(i, o, 3, padding=1) for i, o in [(3, 4), (4, 6), (6, 6)])
        self.first, self.hidden = nn.Linear(96, 12), nn.Linear(12, 12)
        self.last = nn.Linear(12, num_classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.convs[0](x)), 2)
        x = F.relu(self.convs[1](x))
        x = F.max_pool2d(F.relu(self.convs[2](x)), 3, 2).flatten(1)
        x = F.relu(self.first(x))
        for _ in range(2):
            x = F.relu(self.hidden(x))
        return self.last(x)
""",
    "a_linear_layer_is_missing": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.k = nn.ParameterList([torch.randn(4, 3, 3, 3) / 5, torch.randn(6, 4, 3, 3) / 6, torch.randn(6, 6, 3, 3) / 7])
        self.c = nn.ParameterList([torch.zeros(4), torch.zeros(6), torch.zeros(6)])
        self.hidden, self.hidden_bias = nn.Parameter(torch.randn(96, 12) / 10), nn.Parameter(torch.zeros(12))
        self.out, self.out_bias = nn.Parameter(torch.randn(12, num_classes) / 4), nn.Parameter(torch.zeros(num_classes))

    def forward(self, x):
        x = F.relu(F.conv2d(x, self.k[0], self.c[0], padding=1))
        x = F.max_pool2d(x, 2)
        x = F.relu(F.conv2d(x, self.k[1], self.c[1], padding=1))
        x = F.relu(F.conv2d(x, self.k[2], self.c[2], padding=1))
        x = F.max_pool2d(x, 3, 2).flatten(1)
        x = F.relu(x @ self.hidden + self.hidden_bias)
        return x @ self.out + self.out_bias
""",
    "a_linear_layer_too_many": """
def mlp(*sizes):
    layers = []
    for i, o in zip(sizes, sizes[1:]):
        layers += [nn.Linear(i, o), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 6, 3, padding=1)
        self.conv3, self.mlp = nn.Conv2d(6, 6, 3, padding=1), mlp(96, 12, 12, 12, num_classes)

    def forward(self, x):
        x = F.max_pool2d(self.conv1(x).relu(), 2)
        x = F.max_pool2d(self.conv3(self.conv2(x).relu()).relu(), 3, 2)
        return self.mlp(x.reshape(x.shape[0], -1))
""",
    "convolutions_in_groups": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, padding=1)
        self.kernel, self.offset = nn.Parameter(torch.randn(6, 2, 3, 3) / 4), nn.Parameter(torch.zeros(6))
        self.conv3 = nn.Conv2d(6, 6, 3, padding=1)
        self.fc = nn.Sequential(nn.Linear(96, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, num_classes))

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.conv2d(x, self.kernel, self.offset, padding=1, groups=2)
        x = F.relu(self.conv3(F.relu(x)))
        return self.fc(F.max_pool2d(x, 3, 2).flatten(1))
""",
    "a_layer_is_not_used": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, padding=1)
        self.conv2 = nn.Conv2d(4, 6, 3, padding=1)
        self.conv3 = nn.Conv2d(6, 6, 3, padding=1)
        self.fc1, self.fc2, self.fc3 = nn.Linear(96, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 3, 2)
        x = x.view(-1, 6 * 4 * 4)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))
""",
    "a_bias_is_not_used": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(i, o, 3, padding=1) for i, o in [(3, 4), (4, 6), (6, 6)])
        sizes = [(96, 12), (12, 12), (12, num_classes)]
        self.w = nn.ParameterList(torch.randn(i, o) / i**0.5 for i, o in sizes)
        self.b = nn.ParameterList(torch.zeros(o) for _, o in sizes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.convs[0](x)), 2)
        x = F.max_pool2d(F.relu(self.convs[2](F.relu(self.convs[1](x)))), 3, 2).flatten(1)
        x = F.relu(x @ self.w[0])
        x = F.relu(x @ self.w[1] + self.b[1])
        return x @ self.w[2] + self.b[2]
""",
    "a_shortcut_around_a_layer": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 6, 3, padding=1)
        self.conv3 = nn.Conv2d(6, 6, 3, padding=1)
        self.fc1, self.fc2, self.fc3 = nn.Linear(96, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.relu(self.conv2(x))
        identity = x
        out = self.conv3(x)
        out += identity
        x = F.max_pool2d(F.relu(out), 3, 2)
        x = x.view(len(x), -1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))
""",
    "batch_norm_added": """
def conv_bn(inputs, outputs):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.one, self.two, self.three = conv_bn(3, 4), conv_bn(4, 6), conv_bn(6, 6)
        self.w = nn.ParameterList([torch.randn(96, 12) / 10, torch.randn(12, 12) / 4, torch.randn(12, num_classes) / 4])
        self.b = nn.ParameterList([torch.zeros(12), torch.zeros(12), torch.zeros(num_classes)])

    def forward(self, x):
        x = F.max_pool2d(self.one(x), 2)
        x = F.max_pool2d(self.three(self.two(x)), 3, 2).flatten(1)
        x = F.relu(x @ self.w[0] + self.b[0])
        x = F.relu(x @ self.w[1] + self.b[1])
        return x @ self.w[2] + self.b[2]
""",
    "normalisation_added": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 6, 3, padding=1)
        self.conv3 = nn.Conv2d(6, 6, 3, padding=1)
        self.scales = nn.ParameterList([torch.ones(4), torch.ones(6), torch.ones(6)])
        self.shifts = nn.ParameterList([torch.zeros(4), torch.zeros(6), torch.zeros(6)])
        self.fc = nn.Sequential(nn.Linear(96, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, num_classes))

    def normalise(self, x, i):
        return F.relu(F.group_norm(x, 2, self.scales[i], self.shifts[i]))

    def forward(self, x):
        x = F.max_pool2d(self.normalise(self.conv1(x), 0), 2)
        x = self.normalise(self.conv2(x), 1)
        x = self.normalise(self.conv3(x), 2)
        return self.fc(F.max_pool2d(x, 3, 2).flatten(1))
""",
    "local_response_normalisation_added": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(i, o, 3, padding=1) for i, o in [(3, 4), (4, 6), (6, 6)])
        self.fc1, self.fc2, self.fc3 = nn.Linear(96, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)

    def forward(self, x):
        x = F.relu(self.convs[0](x))
        x = F.local_response_norm(x, size=5, alpha=1e-4, beta=0.75, k=2.0)
        x = F.max_pool2d(x, 2)
        for conv in self.convs[1:]:
            x = F.relu(conv(x))
        x = F.max_pool2d(x, 3, 2).view(len(x), -1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))
""",
    "dropout_added": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.kernels = nn.ParameterList(torch.randn(o, i, 3, 3) / 6 for i, o in [(3, 4), (4, 6), (6, 6)])
        self.offsets = nn.ParameterList(torch.zeros(o) for o in (4, 6, 6))
        self.fc1, self.fc2, self.fc3 = nn.Linear(96, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(F.conv2d(x, self.kernels[0], self.offsets[0], padding=1)), 2)
        x = F.relu(F.conv2d(x, self.kernels[1], self.offsets[1], padding=1))
        x = F.max_pool2d(F.relu(F.conv2d(x, self.kernels[2], self.offsets[2], padding=1)), 3, 2)
        x = F.relu(self.fc1(x.flatten(1)))
        x = F.dropout(x, 0.4, training=self.training)
        return self.fc3(F.relu(self.fc2(x)))
""",
    "dropout_never_off": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3, padding=1), nn.ReLU(),
            nn.Conv2d(6, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2),
        )
        self.fc1, self.fc2, self.fc3 = nn.Linear(96, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)

    def forward(self, x):
        x = self.features(x).flatten(1)
        x = F.dropout(F.relu(self.fc1(x)), 0.5)
        return self.fc3(F.relu(self.fc2(x)))
""",
    "channels_last_when_flattened": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(i, o, 3, padding=1) for i, o in [(3, 4), (4, 6), (6, 6)])
        self.w = nn.ParameterList([torch.randn(96, 12) / 10, torch.randn(12, 12) / 4, torch.randn(12, num_classes) / 4])
        self.b = nn.ParameterList([torch.zeros(12), torch.zeros(12), torch.zeros(num_classes)])

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.convs[0](x)), 2)
        x = F.max_pool2d(F.relu(self.convs[2](F.relu(self.convs[1](x)))), 3, 2)
        n, c, h, w = x.shape
        x = torch.einsum("nchw->nhwc", x).reshape(n, h * w * c)
        x = F.relu(x @ self.w[0] + self.b[0])
        x = F.relu(x @ self.w[1] + self.b[1])
        return x @ self.w[2] + self.b[2]
""",
    "flatten_mixes_images": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.k = nn.ParameterList([torch.randn(4, 3, 3, 3) / 5, torch.randn(6, 4, 3, 3) / 6, torch.randn(6, 6, 3, 3) / 7])
        self.c = nn.ParameterList([torch.zeros(4), torch.zeros(6), torch.zeros(6)])
        self.w1, self.b1 = nn.Parameter(torch.randn(12, 96) / 10), nn.Parameter(torch.zeros(12, 1))
        self.w2, self.b2 = nn.Parameter(torch.randn(12, 12) / 4), nn.Parameter(torch.zeros(12, 1))
        self.w3, self.b3 = nn.Parameter(torch.randn(num_classes, 12) / 4), nn.Parameter(torch.zeros(num_classes, 1))

    def forward(self, x):
        x = F.max_pool2d(F.relu(F.conv2d(x, self.k[0], self.c[0], padding=1)), 2)
        x = F.relu(F.conv2d(x, self.k[1], self.c[1], padding=1))
        x = F.max_pool2d(F.relu(F.conv2d(x, self.k[2], self.c[2], padding=1)), 3, 2)
        columns = x.reshape(96, -1)
        columns = F.relu(self.w1 @ columns + self.b1)
        columns = F.relu(self.w2 @ columns + self.b2)
        return (self.w3 @ columns + self.b3).T
""",
    "width_before_height_when_flattened": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3, padding=1), nn.ReLU(),
            nn.Conv2d(6, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2),
        )
        self.fc1, self.fc2, self.fc3 = nn.Linear(96, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)

    def forward(self, x):
        x = self.features(x)
        columns = [x[:, channel, :, column] for channel in range(6) for column in range(4)]
        x = torch.cat(columns, dim=1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))
""",
    "flattens_the_images_too": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(i, o, 3, padding=1) for i, o in [(3, 4), (4, 6), (6, 6)])
        self.fc1, self.fc2, self.fc3 = nn.Linear(96, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.convs[0](x)), 2)
        x = F.max_pool2d(F.relu(self.convs[2](F.relu(self.convs[1](x)))), 3, 2)
        x = x.view(-1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))
""",
    "averages_the_maps": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.k1, self.k2 = nn.Parameter(torch.randn(4, 3, 3, 3) / 5), nn.Parameter(torch.randn(6, 4, 3, 3) / 6)
        self.k3, self.c1 = nn.Parameter(torch.randn(6, 6, 3, 3) / 7), nn.Parameter(torch.zeros(4))
        self.c2, self.c3 = nn.Parameter(torch.zeros(6)), nn.Parameter(torch.zeros(6))
        self.fc = nn.Sequential(nn.Linear(6, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, num_classes))

    def forward(self, x):
        x = F.max_pool2d(F.relu(F.conv2d(x, self.k1, self.c1, padding=1)), 2)
        x = F.relu(F.conv2d(x, self.k2, self.c2, padding=1))
        x = F.max_pool2d(F.relu(F.conv2d(x, self.k3, self.c3, padding=1)), 3, 2)
        return self.fc(x.mean(dim=(2, 3)))
""",
    "divides_the_images": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.net = nn.ModuleList([nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 6, 3, padding=1)])
        self.net.extend([nn.Conv2d(6, 6, 3, padding=1), nn.Linear(96, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)])

    def forward(self, images):
        x = images.float() / 255.0
        for i, layer in enumerate(self.net):
            x = layer(x)
            if i == 5:
                return x
            x = x.relu()
            x = F.max_pool2d(x, 2) if i == 0 else F.max_pool2d(x, 3, 2).flatten(1) if i == 2 else x
""",
    "multiplies_the_images": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.kernels = nn.ParameterList(torch.randn(o, i, 3, 3) / 6 for i, o in [(3, 4), (4, 6), (6, 6)])
        self.offsets = nn.ParameterList(torch.zeros(o) for o in (4, 6, 6))
        self.fc1, self.fc2, self.fc3 = nn.Linear(96, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)

    def forward(self, x):
        pixels = 255 * x
        x = F.max_pool2d(F.relu(F.conv2d(pixels, self.kernels[0], self.offsets[0], padding=1)), 2)
        x = F.relu(F.conv2d(x, self.kernels[1], self.offsets[1], padding=1))
        x = F.max_pool2d(F.relu(F.conv2d(x, self.kernels[2], self.offsets[2], padding=1)), 3, 2)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x.reshape(len(x), -1))))))
""",
    "standardises_the_images": """
MEAN, STD = torch.tensor([[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]])[:, :, None, None]


class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3, padding=1), nn.ReLU(),
            nn.Conv2d(6, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2),
        )
        self.w = nn.ParameterList([torch.randn(96, 12) / 10, torch.randn(12, 12) / 4, torch.randn(12, num_classes) / 4])
        self.b = nn.ParameterList([torch.zeros(12), torch.zeros(12), torch.zeros(num_classes)])

    def forward(self, x):
        x = self.features((x - MEAN) / STD).flatten(1)
        x = F.relu(x @ self.w[0] + self.b[0])
        x = F.relu(x @ self.w[1] + self.b[1])
        return x @ self.w[2] + self.b[2]
""",
    "standardises_the_batch": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(i, o, 3, padding=1) for i, o in [(3, 4), (4, 6), (6, 6)])
        self.linears = nn.ModuleList(nn.Linear(i, o) for i, o in [(96, 12), (12, 12), (12, num_classes)])

    def prepared(self, x):
        deviation, mean = torch.std_mean(x)
        return (x - mean) / deviation

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.convs[0](self.prepared(x))), 2)
        x = F.relu(self.convs[2](F.relu(self.convs[1](x))))
        x = F.max_pool2d(x, 3, 2).flatten(1)
        for linear in self.linears[:2]:
            x = F.relu(linear(x))
        return self.linears[2](x)
""",
    "exchanges_the_colours": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 6, 3, padding=1)
        self.conv3 = nn.Conv2d(6, 6, 3, padding=1)
        self.fc = nn.Sequential(nn.Linear(96, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, num_classes))

    def forward(self, x):
        red, green, blue = x.unbind(dim=1)
        x = torch.stack((blue, green, red), dim=1)
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv3(F.relu(self.conv2(x)))), 3, 2)
        return self.fc(x.view(x.shape[0], -1))
""",
    "repeats_the_image": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(9, 4, 3, padding=1), nn.Conv2d(4, 6, 3, padding=1)
        self.conv3 = nn.Conv2d(6, 6, 3, padding=1)
        self.w = nn.ParameterList([torch.randn(12, 96) / 10, torch.randn(12, 12) / 4, torch.randn(num_classes, 12) / 4])
        self.b = nn.ParameterList([torch.zeros(12), torch.zeros(12), torch.zeros(num_classes)])

    def forward(self, x):
        x = torch.cat([x, x, x], dim=1)
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv3(F.relu(self.conv2(x)))), 3, 2).flatten(1)
        for w, b in zip(self.w[:2], self.b[:2]):
            x = F.relu(F.linear(x, w, b))
        return F.linear(x, self.w[2], self.b[2])
""",
    "shifts_the_images": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.k = nn.ParameterList([torch.randn(4, 3, 3, 3) / 5, torch.randn(6, 4, 3, 3) / 6, torch.randn(6, 6, 3, 3) / 7])
        self.c = nn.ParameterList([torch.zeros(4), torch.zeros(6), torch.zeros(6)])
        self.fc1, self.fc2, self.fc3 = nn.Linear(96, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)

    def forward(self, x):
        x = 2 * x - 1
        for i in range(3):
            x = F.relu(F.conv2d(x, self.k[i], self.c[i], padding=1))
            if i == 0:
                x = F.max_pool2d(x, 2)
        x = F.max_pool2d(x, 3, 2).flatten(1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))
""",
    "standardises_each_image": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3, padding=1), nn.ReLU(),
            nn.Conv2d(6, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten(),
        )
        self.fc = nn.Sequential(nn.Linear(96, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, num_classes))

    def forward(self, images):
        pixels = images.view(len(images), -1)
        mean = pixels.mean(1).view(-1, 1, 1, 1)
        deviation = pixels.std(1).view(-1, 1, 1, 1)
        return self.fc(self.features((images - mean) / deviation))
""",
    "transposes_the_images": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(i, o, 3, padding=1) for i, o in [(3, 4), (4, 6), (6, 6)])
        self.w = nn.ParameterList([torch.randn(96, 12) / 10, torch.randn(12, 12) / 4, torch.randn(12, num_classes) / 4])
        self.b = nn.ParameterList([torch.zeros(12), torch.zeros(12), torch.zeros(num_classes)])

    def forward(self, x):
        x = x.permute(0, 1, 3, 2)
        x = F.max_pool2d(F.relu(self.convs[0](x)), 2)
        x = F.max_pool2d(F.relu(self.convs[2](F.relu(self.convs[1](x)))), 3, 2).flatten(1)
        x = F.relu(x @ self.w[0] + self.b[0])
        x = F.relu(x @ self.w[1] + self.b[1])
        return x @ self.w[2] + self.b[2]
""",
    "class_numbers_instead_of_logits": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 6, 3, padding=1)
        self.conv3 = nn.Conv2d(6, 6, 3, padding=1)
        self.fc1, self.fc2, self.fc3 = nn.Linear(96, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv3(F.relu(self.conv2(x)))), 3, 2)
        x = self.fc3(F.relu(self.fc2(F.relu(self.fc1(x.flatten(1))))))
        _, best = torch.max(x, dim=1)
        return best
""",
    "squeezes_single_images": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.maps = nn.Sequential(
            nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3, padding=1), nn.ReLU(),
            nn.Conv2d(6, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2),
        )
        self.as_convs = nn.Sequential(
            nn.Conv2d(6, 12, 4), nn.ReLU(), nn.Conv2d(12, 12, 1), nn.ReLU(), nn.Conv2d(12, num_classes, 1)
        )

    def forward(self, x):
        return self.as_convs(self.maps(x)).squeeze()
""",
    "subtracts_the_largest_logit": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.kernels = nn.ParameterList(torch.randn(o, i, 3, 3) / 6 for i, o in [(3, 4), (4, 6), (6, 6)])
        self.offsets = nn.ParameterList(torch.zeros(o) for o in (4, 6, 6))
        self.fc1, self.fc2, self.fc3 = nn.Linear(96, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(F.conv2d(x, self.kernels[0], self.offsets[0], padding=1)), 2)
        x = F.relu(F.conv2d(x, self.kernels[1], self.offsets[1], padding=1))
        x = F.max_pool2d(F.relu(F.conv2d(x, self.kernels[2], self.offsets[2], padding=1)), 3, 2)
        scores = self.fc3(F.relu(self.fc2(F.relu(self.fc1(x.flatten(1))))))
        return scores - scores.max(dim=1, keepdim=True).values
""",
    "logits_as_maps": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(i, o, 3, padding=1) for i, o in [(3, 4), (4, 6), (6, 6)])
        self.head = nn.ModuleList([nn.Conv2d(6, 12, kernel_size=4), nn.Conv2d(12, 12, kernel_size=1)])
        self.head.append(nn.Conv2d(12, num_classes, kernel_size=1))

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.convs[0](x)), 2)
        x = F.max_pool2d(F.relu(self.convs[2](F.relu(self.convs[1](x)))), 3, 2)
        x = F.relu(self.head[0](x))
        x = F.relu(self.head[1](x))
        return self.head[2](x)
""",
    "gradient_is_cut": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3, padding=1), nn.ReLU(),
            nn.Conv2d(6, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2),
        )
        self.classifier = nn.Sequential(
            nn.Linear(96, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, num_classes)
        )

    def forward(self, x):
        with torch.no_grad():
            maps = self.features(x)
        return self.classifier(maps.flatten(1))
""",
    "steps_in_another_order": """
class Block(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, padding=1)

    def forward(self, x):
        return self.conv(F.relu(x))


class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.a, self.b, self.c = Block(3, 4), Block(4, 6), Block(6, 6)
        self.fc1, self.fc2, self.fc3 = nn.Linear(96, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)

    def forward(self, x):
        x = F.max_pool2d(self.a(x), 2)
        x = F.max_pool2d(self.c(self.b(x)), 3, 2).flatten(1)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x)))))
""",
    "channels_do_not_match": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.k = nn.ParameterList([torch.randn(4, 3, 3, 3) / 5, torch.randn(6, 6, 3, 3) / 7, torch.randn(6, 6, 3, 3) / 7])
        self.c = nn.ParameterList([torch.zeros(4), torch.zeros(6), torch.zeros(6)])
        self.fc = nn.Sequential(nn.Linear(96, 12), nn.ReLU(), nn.Linear(12, 12), nn.ReLU(), nn.Linear(12, num_classes))

    def forward(self, x):
        x = F.max_pool2d(F.relu(F.conv2d(x, self.k[0], self.c[0], padding=1)), 2)
        x = F.relu(F.conv2d(x, self.k[1], self.c[1], padding=1))
        x = F.relu(F.conv2d(x, self.k[2], self.c[2], padding=1))
        return self.fc(F.max_pool2d(x, 3, 2).flatten(1))
""",
    "flatten_size_wrong": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.convs = nn.ModuleList(nn.Conv2d(i, o, 3, padding=1) for i, o in [(3, 4), (4, 6), (6, 6)])
        self.w = nn.ParameterList([torch.randn(150, 12) / 12, torch.randn(12, 12) / 4, torch.randn(12, num_classes) / 4])
        self.b = nn.ParameterList([torch.zeros(12), torch.zeros(12), torch.zeros(num_classes)])

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.convs[0](x)), 2)
        x = F.max_pool2d(F.relu(self.convs[2](F.relu(self.convs[1](x)))), 3, 2).flatten(1)
        x = F.relu(x @ self.w[0] + self.b[0])
        x = F.relu(x @ self.w[1] + self.b[1])
        return x @ self.w[2] + self.b[2]
""",
    "images_have_other_channels": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 6, 3, padding=1)
        self.conv3 = nn.Conv2d(6, 6, 3, padding=1)
        self.fc1, self.fc2, self.fc3 = nn.Linear(96, 12), nn.Linear(12, 12), nn.Linear(12, num_classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv3(F.relu(self.conv2(x)))), 3, 2)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x.view(-1, 96))))))
""",
}
OF_DIVIDED = {
    "groups_in_some_layers_only": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.k1, self.k2 = nn.Parameter(torch.randn(4, 3, 3, 3) / 5), nn.Parameter(torch.randn(8, 4, 3, 3) / 6)
        self.c1, self.c2 = nn.Parameter(torch.zeros(4)), nn.Parameter(torch.zeros(8))
        self.norm1, self.norm2 = nn.BatchNorm2d(4), nn.BatchNorm2d(8)
        self.out = nn.Linear(8, num_classes)

    def forward(self, x):
        x = F.relu(self.norm1(F.conv2d(x, self.k1, self.c1, padding=1)))
        x = F.max_pool2d(x, 2)
        x = F.relu(self.norm2(F.conv2d(x, self.k2, self.c2, padding=1)))
        return self.out(F.max_pool2d(x, 9, 1).flatten(1))
""",
    "a_normalisation_is_missing": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, padding=1)
        self.kernel, self.offset = nn.Parameter(torch.randn(8, 2, 3, 3) / 4), nn.Parameter(torch.zeros(8))
        self.norm = nn.BatchNorm2d(4)
        self.w, self.b = nn.Parameter(torch.randn(8, num_classes) / 3), nn.Parameter(torch.zeros(num_classes))

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.norm(self.conv1(x))), 2)
        x = F.relu(F.conv2d(x, self.kernel, self.offset, padding=1, groups=2))
        return x.amax(dim=(2, 3)) @ self.w + self.b
""",
    "width_given_as_eps": """
def block(inputs, outputs, **options):
    return [nn.Conv2d(inputs, outputs, 3, padding=1, **options), nn.BatchNorm2d(outputs, outputs), nn.ReLU()]


class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.features = nn.Sequential(*block(3, 4), nn.MaxPool2d(2), *block(4, 8, groups=2))
        self.out = nn.Conv2d(8, num_classes, 1)

    def forward(self, x):
        return self.out(F.adaptive_max_pool2d(self.features(x), 1)).flatten(1)
""",
    "view_makes_rows_of_parts_of_images": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4)
        self.conv2, self.bn2 = nn.Conv2d(4, 8, 3, padding=1, groups=2), nn.BatchNorm2d(8)
        self.fc = nn.Linear(8, num_classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 2)
        x = F.relu(self.bn2(self.conv2(x)))
        x = x.view(-1, 8)
        return self.fc(x)
""",
}
OF_NORMALISED = {
    "normalises_by_other_numbers": """
class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.first = nn.Sequential(
            nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.LocalResponseNorm(5, 1e-3, 0.75, 2), nn.MaxPool2d(2)
        )
        self.second = nn.Conv2d(4, 6, 3, padding=1)
        self.w, self.b = nn.Parameter(torch.randn(6, num_classes) / 3), nn.Parameter(torch.zeros(num_classes))

    def forward(self, x):
        return F.relu(self.second(self.first(x))).amax(dim=(2, 3)) @ self.w + self.b
""",
    "normalises_within_each_channel": """
class LRN(nn.Module):
    def forward(self, x):
        squares = F.avg_pool2d(x * x, kernel_size=5, stride=1, padding=2)
        return x * (2 + 1e-4 * squares).pow(-0.75)


class Net(nn.Sequential):
    def __init__(self, num_classes=10):
        super().__init__(
            nn.Conv2d(3, 4, 3, padding="same"), nn.ReLU(), LRN(), nn.MaxPool2d(2, 2),
            nn.Conv2d(4, 6, 3, padding="same"), nn.ReLU(), nn.MaxPool2d(9), nn.Flatten(), nn.Linear(6, num_classes),
        )
""",
}
BY_HAND = [
    *((name, ASKED, source) for name, source in OF_ASKED.items()),
    *((name, DIVIDED, source) for name, source in OF_DIVIDED.items()),
    *((name, NORMALISED, source) for name, source in OF_NORMALISED.items()),
]


@pytest.mark.slow
@pytest.mark.remaining
@pytest.mark.parametrize(("name", "asked", "source"), BY_HAND, ids=[name for name, _asked, _source in BY_HAND])
def test_a_mistake_is_named_however_it_is_written(explain: Explain, name: str, asked: Network, source: str) -> None:
    """The name is that of the edit which makes the same mistake, though no table made the network."""
    found = explain(HEAD + source, asked)

    assert found is not None
    assert found.name == name, found.hint


def test_every_mistake_is_written_by_hand() -> None:
    """There is a network for each name that the edits make for the tables, and for no other."""
    tables = (asked.made_for_its_images().layers for asked in (ASKED, DIVIDED, NORMALISED))
    made = {edit.name for layers in tables for edit in edits_of(layers, CLUES)}

    assert {name for name, _asked, _source in BY_HAND} == made
