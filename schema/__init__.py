"""What can be asked, in the practice's words."""
