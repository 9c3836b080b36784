"""Systems that hold records: one folder for each kind, which do not know one another.

What they share stands beside the folders, a module an idea: `exchange` (ask a system, and
turn whatever comes into bytes or the right SourceError), `reading` (bytes into the system's
own shapes, row by row), `paging` (walk pages without being led astray), `tokens` (OAuth2),
`times` (instants and dates as systems really send them), `notes` (what was repaired or left
out), `settings` (a deployment's configuration) and `simulation` (the base of every simulator,
never imported by production code).
"""
