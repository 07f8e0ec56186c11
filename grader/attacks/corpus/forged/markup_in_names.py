# /// attack
# why = "Gives its functions, files and exceptions names that are markup or escape sequences, for reports of where it raised."
# outcomes = ["raised", "failed"]
# ///
import os

NAME = "<script>alert(1)</script>\x1b[2J::error::30 of 30\n"
FILE = os.path.join(os.getcwd(), "<img src=x onerror=alert(1)>\x1b[H.py")
Error = type(NAME, (Exception,), {})
code = compile("def answer(*args, **kwargs):\n    raise Error('30 of 30')\n", FILE, "exec")
exec(code)
answer.__code__ = answer.__code__.replace(co_name=NAME, co_qualname=NAME)
everywhere(answer)
