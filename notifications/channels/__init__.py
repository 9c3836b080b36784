"""Ways of reaching somebody: one file each. A channel sends what it is given and decides nothing."""
