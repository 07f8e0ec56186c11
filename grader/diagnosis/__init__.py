"""Which known mistake explains a failed check."""
