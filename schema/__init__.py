"""What can be asked, in the practice's words: one schema for every role.

It is made from the records, one Answer field for each category and for each part, and
everything in it that is about a child was given by `disclosure.disclose`.
"""

from schema.making import printed, schema

__all__ = ["printed", "schema"]
