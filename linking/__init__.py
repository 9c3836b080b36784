"""Which records, in which systems, are one child; and the database that this and the rooms above share.

Exact identifiers only. Doubt is said ("ambiguous"), never settled by merging.
"""
