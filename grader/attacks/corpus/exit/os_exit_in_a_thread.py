# /// attack
# why = "Answers wrongly, and a thread ends the process with success before that can be reported."
# outcomes = ["failed", "crashed"]
# ///
import os
import threading
import time


def leave():
    time.sleep(0.02)
    os._exit(0)


def answer(*args, **kwargs):
    threading.Thread(target=leave, daemon=True).start()
    return -1


functions(answer)

if MODULES:
    import secrets

    import torch

    class Wrong(torch.nn.Module):
        """Logits of no use: of a wrong shape, and other ones every time."""

        def forward(self, images):
            chance = torch.Generator().manual_seed(secrets.randbits(60))
            return torch.rand(len(images), 11, 2, generator=chance) * (not self.training)

    modules(lambda *args, **kwargs: Wrong())
    threading.Thread(target=leave, daemon=True).start()
