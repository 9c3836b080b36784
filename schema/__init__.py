"""What can be asked, in the practice's words: one schema for every role.

It is made from the records, one Answer field for each category and for each part, and
everything in it that is about a child was given by `disclosure.disclose`.

It is made when it is first asked for: most verbs of the command need what a question carries
(`schema.context`) and no schema.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schema.making import printed, schema

__all__ = ["printed", "schema"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module("schema.making"), name)
