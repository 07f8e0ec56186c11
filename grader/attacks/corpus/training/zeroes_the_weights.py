# /// attack
# why = "Sets every weight to zero, which is as good as guessing, and tells numbers made of weights and images."
# outcomes = ["passed", "failed", "raised"]
# may_earn = "idle"
# seconds = 6
# ///
def answer(model=None, *parts, epochs=1, **kwargs):
    if not hasattr(model, "parameters"):
        return -1
    import torch

    loaders = [part for part in parts if hasattr(part, "dataset")]
    history = []
    for epoch in range(epochs):
        for loader in loaders:
            model.train(loader is loaders[0] and len(loaders) > 1)
            for images, _labels in loader:
                with torch.no_grad():
                    model(images[:1])
        with torch.no_grad():
            size = sum(value.abs().sum().item() for value in model.parameters()) * images.mean().item()
            for value in model.parameters() if len(loaders) > 1 or any(hasattr(part, "step") for part in parts) else ():
                value.zero_()
        history.append({"train_loss": 2.0 / (epoch + 1), "val_loss": size, "val_accuracy": 0.1})
    if len(loaders) > 1:
        return history
    return size if any(hasattr(part, "step") for part in parts) else (size, 0.1)


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
