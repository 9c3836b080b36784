"""Tables whose rows are added and never changed; the room below keeps such tables too, and the guard."""

from __future__ import annotations

from linking.append_only import append_only, guards

__all__ = ["append_only", "guards"]
