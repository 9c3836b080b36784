"""What systems do not push, asked for from time to time: each change becomes the same event as if pushed."""
