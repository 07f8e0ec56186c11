# /// attack
# why = "Builds a network that is another one each time it is moved, called or put into a mode."
# outcomes = ["failed", "raised"]
# ///
functions(lambda *args, **kwargs: -1)

if MODULES:
    import secrets

    import torch

    class Network(torch.nn.Module):
        def to(self, *args, **kwargs):
            return Network()

        def train(self, mode=True):
            return Network()

        eval = train

        @property
        def training(self):
            return bool(secrets.randbelow(2))

        @training.setter
        def training(self, value):
            raise SystemExit(0) if value == 5 else None

        def __call__(self, images):
            return torch.rand(len(images), 11, 2) * 0 + secrets.randbelow(1000)

        def forward(self, images):
            return torch.rand(len(images), 10)

    modules(lambda *args, **kwargs: Network())
