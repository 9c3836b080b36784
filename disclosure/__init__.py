"""The one door: a fact about a child leaves only through here.

Gather what deciding needs, decide, write the decision down, ask only permitted systems, hand over.
"""
