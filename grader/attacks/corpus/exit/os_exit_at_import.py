# /// attack
# why = "Ends the process with success while the file is imported, before any check has failed."
# outcomes = ["crashed"]
# ///
import os

os._exit(0)
