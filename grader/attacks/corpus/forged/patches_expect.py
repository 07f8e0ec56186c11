# /// attack
# why = "Replaces every function that compares by one that accepts everything."
# outcomes = ["failed"]
# ///
import contextlib
import importlib
import sys
import types

for name in ("values", "network", "known", "loop", "history", "learning"):
    with contextlib.suppress(ImportError, PermissionError):
        importlib.import_module(f"grader.checks.expect.{name}")
for name, module in list(sys.modules.items()):
    if name.startswith("grader.checks.expect"):
        for key, value in list(vars(module).items()):
            if isinstance(value, types.FunctionType):
                setattr(module, key, lambda *args, **kwargs: None)

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
