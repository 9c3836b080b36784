"""What keeps one agency's bad night from becoming everybody's.

Around each system stand, from the outside in: `sharing` (the same question asked twice at one
moment goes out once), `breaker` (a system that fails too often is given a rest), and around
each of its calls `pace` (how many at once, how many a second) and `guarded` (asking again,
where that is harmless, out of a `budget`). `measuring` says how the system is doing.

Nothing here keeps an answer, reads one, or knows a child; see docs/decisions, "Nothing of an
answer is kept".
"""
