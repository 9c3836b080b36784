"""Systems that hold records: one folder for each kind, which do not know one another."""
