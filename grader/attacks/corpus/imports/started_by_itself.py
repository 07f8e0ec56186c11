# /// attack
# why = "Takes itself for the main program, and runs tests of its own that pass and end the process with success."
# outcomes = ["failed", "raised", "crashed"]
# ///

import sys
import unittest

__name__ = "__main__"
sys.modules["__main__"] = sys.modules.get(__name__, sys)
everywhere(lambda *args, **kwargs: -1)


class Check(unittest.TestCase):
    def test_that_passes(self):
        assert self


if __name__ == "__main__":
    unittest.main(module=sys.modules["__main__"], argv=["tests"], exit=True)
