"""What a right training loop does, and what wrong ones make of it."""
