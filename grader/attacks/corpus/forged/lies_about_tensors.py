# /// attack
# why = "Sends tensors whose bytes say another shape, type or length than they have."
# outcomes = ["crashed", "failed", "raised"]
# ///
import contextlib
import itertools
import json

headers = itertools.cycle(
    [
        {"": {"dtype": "F32", "shape": [3, 10], "data_offsets": [0, 4]}},
        {"": {"dtype": "F32", "shape": [2**40, 2**40], "data_offsets": [0, 8]}},
        {"": {"dtype": "F32", "shape": [0, 2**62, 2**62], "data_offsets": [0, 0]}},
        {"": {"dtype": "F99", "shape": [2], "data_offsets": [0, 8]}},
        {"": {"dtype": "F32", "shape": [-2], "data_offsets": [0, 8]}},
        {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}},
        {},
    ]
)


def blob(*args):
    head = json.dumps(next(headers)).encode()
    return len(head).to_bytes(8, "little") + head + bytes(8)


with contextlib.suppress(ImportError):
    from grader import protocol

    protocol.pack_tensor = blob
    functions(lambda *args, **kwargs: protocol.TensorValue(blob()))
    real = protocol.pack
    protocol.pack = lambda value, *more: (
        value if isinstance(value, protocol.TensorValue) else real(value, *more)
    )

if MODULES:
    import secrets

    import torch

    class Wrong(torch.nn.Module):
        """Logits of no use: of a wrong shape, and other ones every time."""

        def forward(self, images):
            chance = torch.Generator().manual_seed(secrets.randbits(60))
            return torch.rand(len(images), 11, 2, generator=chance) * (not self.training)

    modules(lambda *args, **kwargs: Wrong())
