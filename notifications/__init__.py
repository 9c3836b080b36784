"""Who has to be told, by when, and whether they were: events, notices, deadlines, deliveries."""
