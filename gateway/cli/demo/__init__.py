"""The demo: an invented child, simulated agencies on loopback, one question, five answers."""
