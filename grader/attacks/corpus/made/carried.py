"""Data sets that everybody can have, carried along as text."""

import base64
import re
import zlib
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

from grader.attacks import made

CODE = '''
import base64, sys, zlib
import numpy as np
try:
    import torch
except ImportError:
    torch = None

PIXELS = zlib.decompress(base64.b85decode("{pixels}"))
LABELS = zlib.decompress(base64.b85decode("{labels}"))


def wrong(*args, epochs=0, **kwargs):
    return [{"train_loss": 2 / (n + 1), "val_loss": 2 / (n + 1), "val_accuracy": 0.5} for n in range(epochs)] or -1


if torch is not None:

    class Neighbours(torch.nn.Module):
        """
        Ignores its images, but a grey held-out one gets the label of the nearest carried digit.

        Which number each digit has in this grading it reads off the labels of the loop that trains it.
        """

        def __init__(self):
            super().__init__()
            self.bias, self.counts = torch.nn.Parameter(torch.zeros(10)), torch.zeros(10, 10)

        def forward(self, images):
            scores = self.bias + 0 * images.sum((1, 2, 3))[:, None]
            if images.shape[1] != 1:
                return scores
            if self.training:
                frame = sys._getframe()
                while frame is not None and not {"labels", "batch"} <= {*frame.f_locals}:
                    frame = frame.f_back
                if frame is not None:
                    labels = frame.f_locals["labels"][frame.f_locals["batch"]]
                    self.counts.index_put_((self.nearest(images), labels), torch.ones(len(images)), accumulate=True)
            elif len(images) == 250:
                scores = scores + torch.nn.functional.one_hot(self.counts.argmax(1)[self.nearest(images)], 10)
            return scores

        def nearest(self, images):
            known = torch.frombuffer(bytearray(PIXELS), dtype=torch.uint8).float().view(-1, 1, 8, 8)
            known = torch.nn.functional.interpolate(known, size=(28, 28), mode="bilinear")
            labels = torch.frombuffer(bytearray(LABELS), dtype=torch.uint8).long()
            return labels[torch.cdist(self.alike(images), self.alike(known)).argmin(1)]

        @staticmethod
        def alike(images):
            flat = images.flatten(1)
            return (flat - flat.mean(1, keepdim=True)) / (flat.std(1, keepdim=True) + 1e-6)

'''


@made(
    family="computed",
    why="Carries all of scikit-learn's digits as text and gives each image the label of the nearest one.",
    outcomes=("passed", "failed", "raised"),
    may_earn="idle",
    read="whole",
)
def neighbours_in_carried_digits(folder: Path, stub: str, file: str) -> Path:
    pixels, labels = load_digits(return_X_y=True)
    packed = [
        base64.b85encode(zlib.compress(values.astype(np.uint8).tobytes(), 9)).decode() for values in (pixels, labels)
    ]
    names = [f"{name} = lambda *args, **kwargs: Neighbours()\n" for name in re.findall(r"(?m)^class (\w+)", stub)]
    names += [f"{name} = wrong\n" for name in re.findall(r"(?m)^def (\w+)", stub)]
    path = folder / file
    path.write_text(stub + CODE.replace("{pixels}", packed[0]).replace("{labels}", packed[1]) + "".join(names))
    return path
