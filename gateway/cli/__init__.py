"""The `homeward` command, one file for each group of verbs."""
