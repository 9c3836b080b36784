"""The hot path: a document compiled once into a plan, which answers straight to bytes.

For the commonest question, a child with any of its categories, nothing is left to decide for
each field: the door has decided, and the plan writes. Whatever it does not know is left to
graphql-core, and a property test proves that both give the same bytes.
"""

from gateway.plan.plan import Plans

__all__ = ["Plans"]
