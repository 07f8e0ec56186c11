# /// attack
# why = "Returns pairs of numbers that no float can hold, as a loss and an accuracy, or as a whole history."
# outcomes = ["failed", "raised"]
# ///

import itertools

HUGE = 10**400
ANSWERS = itertools.cycle(
    (
        (HUGE, HUGE),
        [{"train_loss": HUGE, "val_loss": HUGE, "val_accuracy": HUGE}] * 6,
        {"train_loss": [HUGE] * 6, "val_loss": [HUGE] * 6, "val_accuracy": [HUGE] * 6},
        HUGE,
    )
)


def answer(*args, **kwargs):
    return next(ANSWERS)


everywhere(answer)
