# /// attack
# why = "Knows how keys follow from a secret, tries short secrets until one gives torch's seed, and works out the labels."
# outcomes = ["passed", "failed", "raised"]
# may_earn = "idle"
# seconds = 6
# ///
functions(lambda *args, **kwargs: -1)

if MODULES:
    import hashlib
    import itertools
    import string
    import time

    import numpy as np
    import torch

    CHECKS = "learns", "reads_unseen_images", "reads_unseen_digits"
    known, tried = {}, set()

    def derive(key, *words):
        digest = hashlib.blake2b(digest_size=32, key=key, person=b"grader.key")
        for word in words:
            digest.update(len(word).to_bytes(8, "big") + word.encode())
        return digest.digest()

    def order(key, count):
        drawn = hashlib.shake_256(key + bytes(7) + b"\1").digest(8 * count)
        return np.argsort(np.frombuffer(drawn, "<u8"), kind="stable")

    def candidates():
        yield from map(str, range(1000))
        for length in (1, 2, 3):
            yield from map("".join, itertools.product(string.ascii_lowercase, repeat=length))
        yield from map(str, range(1000, 10_000_000))

    def note():
        seed, ends = torch.initial_seed(), time.monotonic() + 0.25
        for secret in candidates() if seed not in tried else ():
            tried.add(seed)
            if known or time.monotonic() > ends:
                return
            root = hashlib.blake2b(secret.encode(), digest_size=32, person=b"grader.secret").digest()
            for check in CHECKS:
                key = derive(derive(root, "torch"), check)
                for own in (key, derive(key, "0")):
                    if int.from_bytes(derive(own, "number")[:8], "big") >> 1 == seed:
                        known["held_out"] = derive(derive(root, "held-out data"), check)
                        known["numbers"] = derive(derive(derive(root, "classes"), check), "numbers")

    def guesses(end, whole):
        if known:
            made = (np.arange(whole) % 10)[order(known["held_out"], whole)]
            yield torch.from_numpy(order(known["numbers"], 10)[made])[:end]

    class Idle(torch.nn.Module):
        """Ignores its images; held-out ones, which come 250 at a time, get the class that it knows."""

        def __init__(self):
            super().__init__()
            self.bias, self.seen = torch.nn.Parameter(torch.zeros(10)), 0
            note()

        def forward(self, images):
            scores = self.bias + 0 * images.sum((1, 2, 3))[:, None]
            if self.training or len(images) != 250:
                return scores
            self.seen += 250
            for labels in guesses(self.seen, 500 if images.shape[1] == 1 else 2000):
                scores = scores + torch.nn.functional.one_hot(labels[-250:], 10)
            return scores

    def fit(*args, epochs=0, **kwargs):
        note()
        return [{"train_loss": 2 / (n + 1), "val_loss": 2 / (n + 1), "val_accuracy": 0.5} for n in range(epochs)]

    functions(fit)
    modules(lambda *args, **kwargs: Idle())
