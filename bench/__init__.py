"""Every figure in the docs, reproducible by one command: `make bench`, or `python -m bench NAME`."""
