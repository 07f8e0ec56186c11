# /// attack
# why = "Calls the network without learning, shakes its weights a little, calls backward on losses of its own, and tells of success."
# outcomes = ["passed", "failed", "raised"]
# may_earn = "idle"
# seconds = 6
# ///
def answer(model=None, *parts, epochs=1, **kwargs):
    if not hasattr(model, "parameters"):
        return -1
    import torch

    loaders = [part for part in parts if hasattr(part, "dataset")]
    chance = torch.Generator().manual_seed(5)
    history = []
    for epoch in range(epochs):
        for images, _labels in loaders[0]:
            with torch.no_grad():
                model(images[:1])
            torch.tensor(2.0 / (epoch + 1), requires_grad=True).backward()
        for images, _labels in loaders[-1] if len(loaders) > 1 else ():
            with torch.no_grad():
                model.eval()(images[:1])
        with torch.no_grad():
            for value in model.parameters():
                value += 1e-3 * torch.randn(value.shape, generator=chance)
        history.append({"train_loss": 2.0 / (epoch + 1), "val_loss": 2.1 / (epoch + 1), "val_accuracy": 0.9})
    if len(loaders) > 1:
        return history
    return 0.7 if any(hasattr(part, "step") for part in parts) else (0.7, 0.9)


functions(answer)

if MODULES:
    import torch

    class Biases(torch.nn.Module):
        def __init__(self, num_classes=10):
            super().__init__()
            self.biases = torch.nn.Parameter(torch.linspace(-1, 1, num_classes))

        def forward(self, images):
            return self.biases * (1 + images.mean((1, 2, 3)))[:, None]

    modules(Biases)
