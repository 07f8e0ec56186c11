# /// attack
# why = "Looks for a loop of the same name in the grader, in its checks and its solutions, and hands the work to it."
# outcomes = ["failed"]
# ///
import contextlib
import os
import sys

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

for place in ("solutions", "../solutions", "../../solutions", *(f"{folder}/solutions" for folder in sys.path)):
    for name in (*FUNCTIONS, *MODULES):
        for folder in ("cifar10_training", "naive_convnet", "alexnet_vgg16", "conv_arithmetic"):
            with contextlib.suppress(Exception):
                path = os.path.join(place, folder, folder + ".py")
                space = {"__name__": "solution"}
                exec(compile(open(path).read(), path, "exec"), space)
                globals()[name] = space[name]
