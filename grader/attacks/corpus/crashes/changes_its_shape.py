# /// attack
# why = "Computes what is right once, and then in another shape each time, when nobody looks at the shape any more."
# outcomes = ["passed", "failed", "raised", "timed_out"]
# may_earn = "all"
# base = "reference"
# ///

import itertools

SHAPES = (
    lambda scores: scores.flatten(),
    lambda scores: scores[:1],
    lambda scores: scores[:, :1],
    lambda scores: scores.T,
    lambda scores: scores.unsqueeze(0),
    lambda scores: scores.sum(),
    lambda scores: scores[:0],
)


def build(name):
    def constructed(*args, **kwargs):
        network, turn = honest(name)(*args, **kwargs), itertools.count(-1)

        def change(_network, _images, scores):
            number = -1 if network.training else next(turn)
            return scores if number < 0 else SHAPES[number % len(SHAPES)](scores)

        network.register_forward_hook(change)
        return network

    return constructed


for name in MODULES:
    globals()[name] = build(name)
