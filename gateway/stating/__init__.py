"""Who is what to a child, and what is known of them, read from the records of the systems that are polled."""
