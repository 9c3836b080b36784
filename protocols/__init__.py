"""What each partnership agreed, as data with its paragraph."""
