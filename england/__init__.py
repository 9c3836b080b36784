"""A simulated England: invented children whose numbers behave like the published ones.

For the demo, the tests and the benchmarks; nothing that serves a question imports it. Every
name, address and number in it is invented: NHS numbers come from the unissued 999 range, and
postcodes begin with letters that no real one begins with.
"""
