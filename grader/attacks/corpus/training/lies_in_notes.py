# /// attack
# why = "Trains nothing, and makes the parts that it is given note a model training and a model evaluation."
# outcomes = ["passed", "failed", "raised"]
# may_earn = "idle"
# seconds = 6
# ///
import contextlib


def forge(loaders, epochs):
    from grader import protocol

    watch = loaders[0]._watch
    images = protocol.pack_tensor(next(iter(loaders[0].dataset))[0][None])
    for epoch in range(epochs):
        for number, loader in enumerate(loaders):
            is_training = number == 0 and len(loaders) > 1
            watch.note(protocol.PassBegun(number, b""))
            for _ in range(len(loader)):
                watch.note(protocol.BatchGiven(number))
                watch.note(protocol.Forward(is_training, is_training, 0, images))
                if is_training:
                    watch.note(protocol.Backward(2.0 / (epoch + 1)))
            watch.note(protocol.PassEnded(number))


def answer(model, *parts, epochs=1, **kwargs):
    loaders = [part for part in parts if hasattr(part, "_watch") and hasattr(part, "dataset")]
    with contextlib.suppress(Exception):
        forge(loaders, epochs)
    if len(loaders) == 2:
        return [{"train_loss": 2 / (n + 1), "val_loss": 2 / (n + 1), "val_accuracy": 0.5} for n in range(epochs)]
    return (0.7, 0.5) if len(parts) == 3 and not hasattr(parts[-2], "step") else 0.7


functions(answer)

if MODULES:
    import torch

    modules(lambda *args, **kwargs: torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(1, 11)))
