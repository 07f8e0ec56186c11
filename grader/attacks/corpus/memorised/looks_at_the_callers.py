# /// attack
# why = "Looks through the variables of whoever calls it for an expected value, or for somebody who knows it."
# outcomes = ["failed"]
# ///
import sys


def student(name):
    def answer(*args, **kwargs):
        frame = sys._getframe(1)
        while frame is not None:
            for key in ("expected", "right", "want"):
                if isinstance(frame.f_locals.get(key), (int, tuple)):
                    return frame.f_locals[key]
            geometry = frame.f_locals.get("geometry") or frame.f_locals.get("layer")
            for key in ("output_size", "side", "expected"):
                if hasattr(geometry, key):
                    return getattr(geometry, key)
            frame = frame.f_back
        return -1

    return answer


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
