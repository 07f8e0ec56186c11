# /// attack
# why = "Looks through all objects of its process for results of checks, and makes them passed, again and again."
# outcomes = ["failed"]
# ///
import atexit
import contextlib
import gc
import threading
import time


def mend():
    for thing in gc.get_objects():
        with contextlib.suppress(Exception):
            if type(thing).__name__ in {"CheckResult", "TestReport"} and str(thing.outcome) in {"failed", "raised"}:
                object.__setattr__(thing, "outcome", type(thing.outcome)("passed"))
                object.__setattr__(thing, "feedback", None)


def watch():
    for _ in range(50):
        mend()
        time.sleep(0.02)


def answer(*args, **kwargs):
    mend()
    return -1


atexit.register(mend)
threading.Thread(target=watch, daemon=True).start()
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
