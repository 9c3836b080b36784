"""The running service: its edges, and the one place everything meets."""
