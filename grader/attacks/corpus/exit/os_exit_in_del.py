# /// attack
# why = "Returns an object that ends the process with success when it is thrown away."
# outcomes = ["crashed"]
# ///
import os


class Parting:
    def __del__(self):
        os._exit(0)


everywhere(lambda *args, **kwargs: Parting())
