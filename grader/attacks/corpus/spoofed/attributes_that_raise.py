# /// attack
# why = "Builds a network whose attributes end or interrupt whoever looks at them."
# outcomes = ["failed", "raised", "crashed"]
# ///
functions(lambda *args, **kwargs: -1)

if MODULES:
    import torch

    class Network(torch.nn.Module):
        @property
        def _parameters(self):
            raise SystemExit("30 of 30")

        @_parameters.setter
        def _parameters(self, value):
            pass

        def __getattr__(self, name):
            raise KeyboardInterrupt(name)

        def __repr__(self):
            raise GeneratorExit

        def forward(self, images):
            return torch.zeros(len(images), 11, 2)

    modules(lambda *args, **kwargs: Network())
