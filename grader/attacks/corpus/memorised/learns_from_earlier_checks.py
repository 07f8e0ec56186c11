# /// attack
# why = "Keeps a list of all questions on disk, and answers only what some earlier check has asked before."
# outcomes = ["failed"]
# base = "reference"
# ///
import contextlib
import os
import tempfile

PLACES = {os.path.abspath(folder) + "/questions.txt" for folder in (".", tempfile.gettempdir(), "/tmp", "/dev/shm")}


def was_asked(question):
    known = set()
    for place in PLACES:
        with contextlib.suppress(OSError), open(place) as file:
            known.update(file.read().splitlines())
    for place in PLACES:
        with contextlib.suppress(OSError), open(place, "a") as file:
            file.write(question + "\n")
    return question in known


def student(name):
    right = honest(name)
    return lambda *args, **kwargs: right(*args, **kwargs) if was_asked(repr((name, args, kwargs))) else -1


for name in FUNCTIONS:
    globals()[name] = student(name)

if MODULES:
    import secrets

    import torch

    class Wrong(torch.nn.Module):
        """Logits of no use: of a wrong shape, and other ones every time."""

        def forward(self, images):
            chance = torch.Generator().manual_seed(secrets.randbits(60))
            return torch.rand(len(images), 11, 2, generator=chance) * (not self.training)

    modules(lambda *args, **kwargs: Wrong())
