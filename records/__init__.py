"""The shared vocabulary: what every room of the house says to every other.

Imports only the standard library. A record is what one system holds, in the
practice's words; an item is the smallest thing that can be shared or withheld.
"""
