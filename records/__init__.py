"""The shared vocabulary that every part speaks."""
