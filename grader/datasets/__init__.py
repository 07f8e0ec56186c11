"""Images to train on, and labels that never leave the harness."""
