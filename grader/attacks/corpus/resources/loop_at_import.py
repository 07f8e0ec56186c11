# /// attack
# why = "Never finishes being imported."
# outcomes = ["timed_out"]
# ///

while True:
    pass
