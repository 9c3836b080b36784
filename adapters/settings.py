"""A deployment's settings for one source, checked before anything is asked."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

import msgspec

from records.errors import WrongSettings

S = TypeVar("S", bound=msgspec.Struct)

Seconds = Annotated[float, msgspec.Meta(gt=0, le=60)]


class Secret:
    """A secret that never prints itself."""

    __slots__ = ("reveal",)

    def __init__(self, text: str) -> None:
        self.reveal = text

    def __repr__(self) -> str:
        """Never the secret."""
        return "Secret(…)"

    __str__ = __repr__


class Url:
    """An address of a system: https, or http on this machine only; no user, query or fragment.

    Raises:
        ValueError: it is anything else.
    """

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        parts = urlsplit(text)
        if not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
            raise ValueError("must be an address such as https://system.example/api")
        if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(parts.hostname)):
            raise ValueError("must be https (http is for this machine alone)")
        self.text = text.rstrip("/")

    def __repr__(self) -> str:
        """The host only."""
        return f"Url({urlsplit(self.text).hostname})"

    __str__ = __repr__


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _own_types(kind: type, value: object) -> object:
    if kind in {Secret, Url} and isinstance(value, str) and value.strip():
        return kind(value)
    raise ValueError("must be a text that is not empty")


def settings(name: str, shape: type[S], config: Mapping[str, object]) -> S:
    """The settings of the source ``name`` in the given shape.

    ``shape`` should be declared with ``forbid_unknown_fields=True``.

    Raises:
        WrongSettings: one plain line with the path of the mistake, and never a secret.
    """
    try:
        return msgspec.convert(dict(config), shape, dec_hook=_own_types)
    except msgspec.ValidationError as error:
        raise WrongSettings(f"[sources.{name}] {_plain(str(error))}") from None


def _plain(message: str) -> str:
    """The library's words without the value that was wrong: it may be a secret in the wrong place."""
    if message.startswith("Invalid enum value"):
        _, _, at = message.partition(" - at ")
        return f"Not one of the words that may stand here - at {at}" if at else message[:18]
    return message
