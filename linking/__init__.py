"""Which records, in which systems, are the same child."""
