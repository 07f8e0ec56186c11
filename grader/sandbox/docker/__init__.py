"""The `docker` sandbox: containers of workers on an engine, and the images that they start from."""
