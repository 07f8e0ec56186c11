"""Answer requests by running student code.  UNTRUSTED SIDE."""
