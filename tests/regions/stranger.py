"""Somebody who speaks to a gateway's doors by hand: with any certificate, any key, any words."""

import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import msgspec

from notifications.ledger import new_ref
from notifications.peer_events import BATCH, CLOUDEVENT, wrapped
from notifications.peer_proof import OwnPeerKeys, sign_request
from notifications.peers import PeerKey
from tests.regions.papers import Papers
from tests.regions.placed import LANCS, LINE, STAFFS
from tests.regions.regions import Region

INBOX = "/federation/v1/inbox"


@dataclass
class Stranger:
    """One who has a certificate and signs with some keys, and speaks to one region."""

    to: Region
    identity: Path
    keys: OwnPeerKeys
    papers: Papers
    name: str = "lancashire"

    def now(self) -> datetime:
        """What the gateway takes the time to be."""
        return self.to.town.world.clock()

    def event(self, **other: Any) -> dict[str, Any]:  # noqa: ANN401 (whatever an event may have)
        """An event as a gateway has it before it is closed. Names of its data go into its data."""
        inside = {name: other.pop(name) for name in tuple(other) if name in self._data()}
        attributes = {
            "specversion": "1.0",
            "id": new_ref(),
            "source": f"urn:homeward:{self.name}",
            "type": "uk.homeward.placement-made",
            "subject": new_ref(),
            "time": self.now(),
            "sequence": 1,
            "recipient": LINE,
            "datacontenttype": "application/json",
        }
        return attributes | other | {"data": self._data() | inside}

    def closed(self, event: dict[str, Any], to: Region | None = None) -> dict[str, Any]:
        """The same, closed to the region (or to another one)."""
        (key,) = [k for k in (to or self.to).entry["keys"] if k["use"] == "enc"]
        sealed: dict[str, Any] = msgspec.json.decode(
            wrapped(msgspec.json.encode(event), msgspec.convert(key, PeerKey))
        )
        return sealed

    def sends(self, *events: dict[str, Any], **how: Any) -> httpx2.Response:  # noqa: ANN401 (see posts)
        """One event, or a batch, closed, signed and posted."""
        sealed = [self.closed(event) if "codes" in event["data"] else event for event in events]
        body = msgspec.json.encode(sealed[0] if len(sealed) == 1 else sealed)
        return self.posts(body, kind=CLOUDEVENT if len(sealed) == 1 else BATCH, **how)

    def posts(
        self,
        body: bytes,
        *,
        kind: str = CLOUDEVENT,
        late: timedelta = timedelta(0),
        headers: dict[str, str] | None = None,
    ) -> httpx2.Response:
        """These bytes, signed now (or ``late`` ago), or with headers that somebody made before."""
        url = self.to.front.url + INBOX
        if headers is None:
            headers = self.signed(body, kind=kind, late=late)
        with self.client() as client:
            return client.post(url, content=body, headers=headers)

    def signed(
        self, body: bytes, *, kind: str = CLOUDEVENT, late: timedelta = timedelta(0)
    ) -> dict[str, str]:
        url = self.to.front.url + INBOX
        return sign_request(self.keys, "POST", url, {"content-type": kind}, body, self.now() - late)

    def gets(self, path: str) -> httpx2.Response:
        """An address, signed."""
        url = self.to.front.url + path
        headers = sign_request(self.keys, "GET", url, {}, None, self.now())
        with self.client() as client:
            return client.get(url, headers=headers)

    def client(self) -> httpx2.Client:
        context = ssl.create_default_context(cafile=str(self.papers.authority))
        context.load_cert_chain(self.identity)
        return httpx2.Client(verify=context, timeout=20)

    def _data(self) -> dict[str, Any]:
        return {
            "event": new_ref(),
            "statement": new_ref(),
            "responsible": LANCS,
            "host": STAFFS,
            "codes": {"placement_ref": "PL-STRANGE", "placement_type": "residential"},
            "about": {},
            "because": [
                {
                    "rule": "staffs-ola-inform-host",
                    "partnership": "staffordshire-stoke",
                    "applies": "host",
                }
            ],
            "items": ["placement.detail"],
            "withheld": [],
            "urgent": True,
            "via": [self.name],
            "lookedAfter": True,
        }

    def kept(self, ref: str) -> int:
        """How often the gateway has a notice in its inbox."""
        return len(self.to.rows("SELECT 1 FROM peer_inbox WHERE notice_ref = :r", r=ref))


def results(reply: httpx2.Response) -> list[tuple[str, str | None]]:
    """What became of each event: outcome and reason."""
    assert reply.status_code == 202, reply.text
    return [(one["outcome"], one.get("reason")) for one in reply.json()["results"]]


def refusal(reply: httpx2.Response) -> tuple[int, str]:
    """The status and the reason of a refusal."""
    return reply.status_code, reply.json()["reason"]
