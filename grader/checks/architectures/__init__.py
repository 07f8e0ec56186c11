"""Tables of layers, and what a network turns out to be beside them."""
