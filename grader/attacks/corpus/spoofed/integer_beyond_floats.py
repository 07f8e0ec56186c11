# /// attack
# why = "Returns an integer that no floating-point number can hold, for whoever turns answers into floats."
# outcomes = ["failed", "raised"]
# ///
import itertools

LARGE = -(10**400)
answers = itertools.cycle([LARGE, (LARGE, LARGE)])


def answer(*args, epochs=1, **kwargs):
    if epochs > 1 or "device" in kwargs:
        return [{"train_loss": LARGE, "val_loss": LARGE, "val_accuracy": LARGE}] * epochs
    return next(answers)


everywhere(answer)
