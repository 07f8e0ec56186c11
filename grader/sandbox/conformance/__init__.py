"""Attack a sandbox and report which of its promises hold."""
