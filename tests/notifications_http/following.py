"""Following notices: over a WebSocket as clients speak graphql-transport-ws, and as server-sent events."""

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.people import Practitioner
from tests.world import World

SECONDS: Final = 10
SELECTION: Final = """
  __typename
  ... on Notification { id cursor sequence told state child event }
  ... on Heartbeat { cursor sequence at }
  ... on AccessEnded { reason says resumeFrom }
  ... on HistoryTruncated { says }
"""


def subscription(name: str = "notifications", **arguments: object) -> str:
    given = ", ".join(f"{key}: {json.dumps(value)}" for key, value in arguments.items())
    return f"subscription {{ {name}{f'({given})' if given else ''} {{ {SELECTION} }} }}"


@dataclass
class Line:
    """One socket."""

    socket: ClientConnection
    kept: list[dict[str, Any]] = field(default_factory=list)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def says(self, message: object) -> None:
        self.socket.send(json.dumps(message))

    def hears(self) -> dict[str, Any]:
        """The next message."""
        heard: dict[str, Any] = json.loads(self.socket.recv(timeout=SECONDS))
        return heard

    def begins(self, token: str) -> None:
        self.says({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
        assert self.hears()["type"] == "connection_ack"

    def follows(self, document: str, name: str | None = None) -> str:
        name = name or f"s{next(self._ids)}"
        self.says({"id": name, "type": "subscribe", "payload": {"query": document}})
        return name

    def next(self, *, quiet: bool = False) -> dict[str, Any]:
        """The next thing that a stream says; heartbeats only if quiet is wanted."""
        while True:
            heard = self.hears()
            assert heard["type"] == "next", heard
            assert "errors" not in heard["payload"], heard
            (said,) = heard["payload"]["data"].values()
            if quiet or said["__typename"] != "Heartbeat":
                found: dict[str, Any] = said
                return found


@contextmanager
def socket(
    world: World, *, protocol: str | None = "graphql-transport-ws", origin: str | None = None
) -> Iterator[Line]:
    """A socket, open and not yet begun."""
    url = world.url.replace("http://", "ws://") + "/graphql"
    protocols = None if protocol is None else [Subprotocol(protocol)]
    with connect(
        url,
        subprotocols=protocols,
        origin=None if origin is None else Origin(origin),
        open_timeout=SECONDS,
        close_timeout=2,
    ) as opened:
        yield Line(opened)


@contextmanager
def following(who: Practitioner, document: str | None = None) -> Iterator[Line]:
    """A socket on which somebody follows."""
    with socket(who.world) as line:
        line.begins(who.token())
        line.follows(document or subscription())
        yield line
