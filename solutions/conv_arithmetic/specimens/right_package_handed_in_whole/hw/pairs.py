def height_and_width(value):
    try:
        height, width = value
    except TypeError:
        return value, value
    return height, width
