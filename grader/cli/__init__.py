"""What is typed: one file for each command, which parses, calls one function, prints and exits."""
