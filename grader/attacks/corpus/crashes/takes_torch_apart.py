# /// attack
# why = "Deletes and exchanges the insides of torch that everybody needs who looks at a network."
# outcomes = ["crashed", "failed", "raised", "timed_out"]
# ///

import contextlib


def take_apart():
    with contextlib.suppress(ImportError):
        import torch

        for owner, name in (
            (torch.nn.Module, "__call__"),
            (torch.nn.Module, "named_parameters"),
            (torch.nn.Module, "train"),
            (torch.Tensor, "backward"),
            (torch.Tensor, "detach"),
            (torch.Tensor, "shape"),
            (torch.optim.Adam, "step"),
            (torch, "Generator"),
            (torch.nn.functional, "cross_entropy"),
        ):
            with contextlib.suppress(Exception):
                delattr(owner, name)
            with contextlib.suppress(Exception):
                setattr(owner, name, lambda *args, **kwargs: True)
        torch.allclose = torch.equal = torch.is_tensor = lambda *args, **kwargs: True


def answer(*args, **kwargs):
    take_apart()
    return -1


everywhere(answer)
