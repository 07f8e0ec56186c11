"""All that a check file imports: expectations, oracles, strategies, architectures and the rehearsal of training loops."""
