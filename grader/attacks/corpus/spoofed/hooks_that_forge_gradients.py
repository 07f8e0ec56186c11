# /// attack
# why = "Builds a network whose hooks replace outputs and gradients on the way to whoever looks at them."
# outcomes = ["failed", "raised"]
# ///
functions(lambda *args, **kwargs: -1)

if MODULES:
    import secrets

    import torch

    class Network(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = torch.nn.Linear(1, 1)
            self.spare = torch.nn.Parameter(torch.zeros(2_000_001))
            self.layer.weight.register_hook(torch.ones_like)
            self.register_forward_pre_hook(self.look)
            self.register_forward_hook(self.replace)
            self.register_full_backward_hook(lambda module, inputs, outputs: tuple(map(torch.ones_like, inputs)))

        def look(self, module, inputs):
            if inputs[0].requires_grad:
                inputs[0].register_hook(torch.ones_like)
                inputs[0].register_post_accumulate_grad_hook(lambda images: images.grad.fill_(1))

        def replace(self, module, inputs, output):
            chance = torch.Generator().manual_seed(secrets.randbits(60))
            noise = torch.rand(len(output), 11, 2, generator=chance) * (not self.training)
            return output[:, :1, None] * 0 + noise

        def forward(self, images):
            return self.layer(images.flatten(1)[:, :1])

    modules(lambda *args, **kwargs: Network())
