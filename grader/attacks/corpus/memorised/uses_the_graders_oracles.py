# /// attack
# why = "Asks the grader's own oracles, which know the right answers, where they can be imported."
# outcomes = ["failed"]
# ///
import contextlib

functions(lambda *args, **kwargs: -1)

with contextlib.suppress(ImportError, PermissionError):
    from grader.checks import oracles

    right = {
        "conv2d_output_size": oracles.conv2d_side,
        "conv2d_output_shape": oracles.conv2d_shape,
        "same_padding": oracles.same_padding,
        "pool2d_output_size": oracles.pool2d_side,
        "conv2d_parameter_count": oracles.conv2d_parameters,
        "linear_parameter_count": oracles.linear_parameters,
    }
    for name in set(FUNCTIONS) & set(right):
        globals()[name] = right[name]

if MODULES:
    import secrets

    import torch

    class Wrong(torch.nn.Module):
        """Logits of no use: of a wrong shape, and other ones every time."""

        def forward(self, images):
            chance = torch.Generator().manual_seed(secrets.randbits(60))
            return torch.rand(len(images), 11, 2, generator=chance) * (not self.training)

    modules(lambda *args, **kwargs: Wrong())
