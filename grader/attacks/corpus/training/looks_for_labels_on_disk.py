# /// attack
# why = "Searches every folder that it may read for files of labels, and predicts what they say."
# outcomes = ["failed"]
# seconds = 3
# ///
import contextlib
import os

WORDS = ("label", "target", "answer", "held_out", "heldout", "test_y", "y_test")
labels, seen = [], 0
for folder, folders, names in os.walk("/"):
    folders[:] = [name for name in folders if name not in {"proc", "sys", "dev"}]
    for name in names:
        if any(word in name.lower() for word in WORDS) and name.endswith((".npy", ".npz", ".pt", ".csv", ".txt", ".gz")):
            with contextlib.suppress(Exception):
                import numpy

                read = numpy.load if name.endswith((".npy", ".npz")) else numpy.loadtxt
                labels.append(numpy.asarray(read(os.path.join(folder, name))).astype(int).ravel())
    seen += len(names)
    if seen > 20_000:
        break
functions(lambda *args, **kwargs: -1)

if MODULES:
    import secrets

    import torch

    class Network(torch.nn.Module):
        def forward(self, images):
            for some in labels:
                if len(some) == len(images):
                    return torch.nn.functional.one_hot(torch.as_tensor(some) % 10, 10).float()
            chance = torch.Generator().manual_seed(secrets.randbits(60))
            return torch.rand(len(images), 11, 2, generator=chance) * (not self.training)

    modules(lambda *args, **kwargs: Network())
