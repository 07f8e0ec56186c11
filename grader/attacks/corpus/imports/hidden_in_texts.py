# /// attack
# why = "Hides in packed texts and in bytecode what it does, so that nobody who reads or searches the source finds it."
# outcomes = ["failed", "raised", "crashed"]
# ///

import base64
import marshal
import types
import zlib

SOURCE = """
for name, module in list(__import__("sys").modules.items()):
    if name.startswith("grader.checks.expect"):
        module.equal = module.raises = module.close = module.that = lambda *args, **kwargs: None
"""
PACKED = base64.b85encode(zlib.compress(SOURCE.encode()))
exec(zlib.decompress(base64.b85decode(PACKED)))
code = marshal.loads(marshal.dumps(compile(SOURCE, "<nothing>", "exec")))
types.FunctionType(code, {"__builtins__": __builtins__})()
eval("".join(map(chr, (101, 118, 101, 114, 121, 119, 104, 101, 114, 101))))(lambda *args, **kwargs: -1)
