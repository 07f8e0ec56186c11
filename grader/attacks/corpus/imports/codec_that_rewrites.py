# /// attack
# why = "Registers a codec, and runs source in it that is harmless to read and something else once it is decoded."
# outcomes = ["failed", "raised", "crashed"]
# ///

import codecs
import contextlib

HIDDEN = """
import sys
for name, module in list(sys.modules.items()):
    if name.startswith("grader.checks.expect"):
        module.equal = module.raises = module.close = module.that = lambda *args, **kwargs: None
"""


def decode(data, errors="strict"):
    return HIDDEN, len(data)


def search(name):
    return codecs.CodecInfo(name=name, encode=codecs.utf_8_encode, decode=decode) if name == "harmless" else None


codecs.register(search)
with contextlib.suppress(SyntaxError, LookupError):
    exec(b"# coding: harmless\nnumber = 1\n")
exec(decode(b"")[0])
everywhere(lambda *args, **kwargs: -1)
