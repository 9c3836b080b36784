"""The words that decisions are made in: facts, and the value that says nobody can tell."""

from protocols.vocabulary import (
    NOTHING_RECORDED,
    SHAPES,
    UNKNOWN,
    Fact,
    Form,
    IsUnknown,
    Known,
    Shape,
    Unknown,
    Value,
    fits,
)

__all__ = [
    "NOTHING_RECORDED",
    "SHAPES",
    "UNKNOWN",
    "Fact",
    "Form",
    "IsUnknown",
    "Known",
    "Shape",
    "Unknown",
    "Value",
    "fits",
]
