# /// attack
# why = "Returns numbers, texts and containers whose own methods raise, exit or never end while they are packed."
# outcomes = ["failed", "raised", "crashed"]
# ///
import itertools
import os


class Number:
    def __index__(self):
        raise SystemExit(0)

    def __repr__(self):
        raise GeneratorExit


class Text(str):
    def isascii(self):
        return False

    def encode(self, *args, **kwargs):
        raise KeyboardInterrupt


class Pair(tuple):
    def __len__(self):
        return -1


class Last:
    @property
    def __class__(self):
        os._exit(0)


answers = itertools.cycle([Number(), Text("5"), Pair((5, 5)), Last()])
everywhere(lambda *args, **kwargs: next(answers))
