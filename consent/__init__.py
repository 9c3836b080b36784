"""Who may know what: decides from facts alone and does nothing else."""
