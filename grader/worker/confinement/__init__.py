"""Hold a worker: its supervisor, namespaces, filters and limits.  UNTRUSTED SIDE."""
