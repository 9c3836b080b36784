"""The one door: a fact about a child leaves only through here."""
