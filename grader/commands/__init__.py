"""The commands, a module each: read the options, call the harness, print what came out.  Only these and `cli` print or exit."""
