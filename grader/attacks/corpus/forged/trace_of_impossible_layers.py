# /// attack
# why = "Describes its network as one of impossible layers: thousands of them, of negative and of endless sizes."
# outcomes = ["failed", "raised"]
# ///
import contextlib

functions(lambda *args, **kwargs: -1)

if MODULES:
    import secrets

    import torch

    class Wrong(torch.nn.Module):
        """Logits of no use: of a wrong shape, and other ones every time."""

        def forward(self, images):
            chance = torch.Generator().manual_seed(secrets.randbits(60))
            return torch.rand(len(images), 11, 2, generator=chance) * (not self.training)

    modules(lambda *args, **kwargs: Wrong())

with contextlib.suppress(ImportError):
    from grader import protocol

    traced, described = protocol.Traced, protocol.Described
    sizes = ((1, -5), (2**62,) * 60, (), (0,), (1, 2**40))
    stages = [protocol.StageEntry("convolution", sizes[turn % 5], float("nan")) for turn in range(3_999)]
    stages.append(protocol.StageEntry("addmm", (1, -5)))
    entries = tuple(
        protocol.ParameterEntry(f"{turn}", (2**62,) * 60, "float32", True) for turn in range(3_000)
    )
    protocol.Traced = lambda *args: traced(tuple(stages), None)
    protocol.Described = lambda *args: described(entries)
