def refuse(why):
    raise ValueError(why)
