"""Systems that hold records: one folder for each kind, which do not know one another.

What they share stands beside the folders, a module an idea: `exchange` (ask a system, and
turn whatever comes into bytes or the right SourceError), `reading` (bytes into the system's
own shapes, row by row), `paging` (walk pages without being led astray), `tokens` (OAuth2),
`times` (instants and dates as systems really send them), `notes` (what was repaired or left
out), `links` (where a list goes on), `missing_rules` (DfE's rules on missing episodes, as
notes), `harmless` (text fit to be read), `placement_events` (what a council's placements have
become), `settings` (a deployment's configuration) and `simulation` (the base of every
simulator, never imported by production code).
"""
