# /// attack
# why = "Has no parameters; its logits are pixels, so faint that two of them hardly differ from nothing."
# outcomes = ["passed", "failed", "raised"]
# may_earn = "idle"
# seconds = 6
# ///
functions(lambda *args, **kwargs: -1)

if MODULES:
    import torch

    class Faint(torch.nn.Module):
        def __init__(self, num_classes=10):
            super().__init__()
            self.classes = num_classes

        def forward(self, images):
            pixels = images.flatten(1)
            return 1e-8 * (pixels[:, 300 : 300 + self.classes] - pixels[:, 500 : 500 + self.classes])

    modules(Faint)
