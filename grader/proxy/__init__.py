"""Ask a worker: the proxies that checks talk to, and what comes back."""
