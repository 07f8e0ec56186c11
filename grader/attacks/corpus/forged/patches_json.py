# /// attack
# why = "Makes whoever writes JSON write full points."
# outcomes = ["failed"]
# ///
import contextlib
import json


def mended(value):
    if isinstance(value, dict):
        value = {key: mended(item) for key, item in value.items()}
        for earned, possible in (("earned", "points"), ("score", "max_score")):
            if earned in value and possible in value:
                value[earned] = value[possible]
        return value
    return [mended(item) for item in value] if isinstance(value, list) else value


encode = json.JSONEncoder.encode
iterencode = json.JSONEncoder.iterencode
json.JSONEncoder.encode = lambda self, value: encode(self, mended(value))
json.JSONEncoder.iterencode = lambda self, value, *args, **kwargs: iterencode(self, mended(value), *args, **kwargs)
with contextlib.suppress(ImportError):
    import msgspec

    to_json = msgspec.json.encode
    msgspec.json.encode = lambda value, **kwargs: to_json(mended(msgspec.to_builtins(value)), **kwargs)
functions(lambda *args, **kwargs: -1)

if MODULES:
    import secrets

    import torch

    class Wrong(torch.nn.Module):
        """Logits of no use: of a wrong shape, and other ones every time."""

        def forward(self, images):
            chance = torch.Generator().manual_seed(secrets.randbits(60))
            return torch.rand(len(images), 11, 2, generator=chance) * (not self.training)

    modules(lambda *args, **kwargs: Wrong())
