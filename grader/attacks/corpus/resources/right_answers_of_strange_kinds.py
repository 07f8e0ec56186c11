# /// attack
# why = "Answers rightly, but in numbers of strange kinds: of eight bits, complex, unsigned, without data, with a flag instead of a sign."
# outcomes = ["passed", "failed", "raised", "crashed", "out_of_memory", "timed_out"]
# may_earn = "all"
# base = "reference"
# seconds = 5
# ///

import contextlib
import itertools

TURN = itertools.count()
KINDS = ("float8_e4m3fn", "float8_e8m0fnu", "float8_e5m2", "complex64", "uint64", "float64", "bfloat16", "bool", "int8")


def strange(value):
    import torch

    turn = next(TURN) % (len(KINDS) + 2)
    tensor = torch.as_tensor(value).detach()
    if turn < len(KINDS):
        return tensor.to(getattr(torch, KINDS[turn]))
    return tensor.to("meta") if turn == len(KINDS) else torch._neg_view(-tensor)


def respond(name):
    def answer(*args, **kwargs):
        value = honest(name)(*args, **kwargs)
        with contextlib.suppress(Exception):
            return strange(value)
        return value

    return answer


def build(name):
    def constructed(*args, **kwargs):
        network = honest(name)(*args, **kwargs)
        network.register_forward_hook(lambda _network, _images, scores: strange(scores))
        return network

    return constructed


for name in FUNCTIONS:
    globals()[name] = respond(name)
for name in MODULES:
    globals()[name] = build(name)
