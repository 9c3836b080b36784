"""How the gateway shows a system who it is: headers, and fresh ones after a 401."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Credentials(Protocol):
    """Headers that let the gateway in."""

    async def headers(self) -> Mapping[str, str]:
        """The headers to send.

        Raises:
            SourceError: they could not be had.
        """

    async def renewed(self, refused: Mapping[str, str]) -> Mapping[str, str] | None:
        """Other headers after those given met a 401; None when there are none to be had.

        Raises:
            SourceError: they could not be had.
        """


class Fixed:
    """Headers that do not change: an API key, or a client id and secret."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = dict(headers)

    async def headers(self) -> Mapping[str, str]:
        return self._headers

    async def renewed(self, refused: Mapping[str, str]) -> Mapping[str, str] | None:  # noqa: ARG002 - the port's shape: a key has no successor
        return None
