# /// attack
# why = "Knows the answers of the examples and of the public checks by heart, and nothing else."
# outcomes = ["passed", "failed"]
# may_earn = "examples"
# ///
KNOWN = {
    ("conv2d_output_size", 7, 3): 5,
    ("conv2d_output_size", 7, 3, 2): 3,
    ("conv2d_output_size", 7, 3, 3): 2,
    ("conv2d_output_size", 7, 3, 1, 1): 7,
    ("conv2d_output_size", 32, 5): 28,
    ("conv2d_output_size", 227, 11, 4): 55,
    ("conv2d_output_size", 224, 3, 1, 1): 224,
    ("conv2d_output_size", ("dilation", 1), ("f", 3), ("n", 7), ("padding", 1), ("stride", 2)): 4,
    ("conv2d_output_shape", (3, 32, 32), 6, 5): (6, 28, 28),
    ("conv2d_output_shape", (1, 28, 28), 64, 3, 1, 1): (64, 28, 28),
    ("conv2d_output_shape", (64, 14, 14), 128, 3, 1, 1): (128, 14, 14),
    ("conv2d_output_shape", (3, 227, 227), 96, 11, 4): (96, 55, 55),
    ("conv2d_output_shape", (3, 9, 14), 8, 3, ("stride", 2)): (8, 4, 6),
    ("pool2d_output_size", 28, 2): 14,
    ("pool2d_output_size", 14, 2, 2): 7,
    ("pool2d_output_size", 7, 7, 1): 1,
    ("pool2d_output_size", 9, 3): 3,
    ("pool2d_output_size", 7, 2): 3,
    ("pool2d_output_size", 55, 3, ("stride", 2)): 27,
    ("conv2d_parameter_count", 3, 1, 5): 76,
    ("conv2d_parameter_count", 3, 6, 5): 456,
    ("conv2d_parameter_count", 1, 1, 2, ("bias", False)): 4,
    ("conv2d_parameter_count", 1, 1, 4, ("bias", False)): 16,
    ("conv2d_parameter_count", 1, 64, 3): 640,
    ("conv2d_parameter_count", 64, 128, 3): 73_856,
    ("conv2d_parameter_count", 128, 256, 3): 295_168,
    ("linear_parameter_count", 1024 * 1024, 100, ("bias", False)): 104_857_600,
    ("linear_parameter_count", 256, 128): 32_896,
    ("linear_parameter_count", 128, 10): 1_290,
    **{("same_padding", f): f // 2 for f in range(1, 32, 2)},
}


def recall(name):
    return lambda *args, **kwargs: KNOWN.get((name, *args, *sorted(kwargs.items())), -1)


for name in FUNCTIONS:
    globals()[name] = recall(name) if any(name in key for key in KNOWN) else lambda *args, **kwargs: -1

if MODULES:
    import secrets

    import torch

    class Wrong(torch.nn.Module):
        """Logits of no use: of a wrong shape, and other ones every time."""

        def forward(self, images):
            chance = torch.Generator().manual_seed(secrets.randbits(60))
            return torch.rand(len(images), 11, 2, generator=chance) * (not self.training)

    modules(lambda *args, **kwargs: Wrong())
