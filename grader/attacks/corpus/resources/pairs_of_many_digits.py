# /// attack
# why = "Returns losses, accuracies and a history in which every number is right in kind and larger than a float can be."
# outcomes = ["failed", "raised"]
# ///

HUGE = 10**400


def answer(*args, **kwargs):
    epochs = kwargs.get("epochs")
    if isinstance(epochs, int):
        return [{"train_loss": HUGE, "val_loss": HUGE, "val_accuracy": HUGE} for _ in range(epochs)]
    return HUGE if any(hasattr(argument, "zero_grad") and hasattr(argument, "step") for argument in args) else (HUGE, HUGE)


everywhere(answer)
