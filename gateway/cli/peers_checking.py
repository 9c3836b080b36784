"""Whether this gateway can speak with the others: directory, keys, certificates, and a word with each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from gateway.bindings import thumbprint
from gateway.federating import Federation
from gateway.settings import Settings
from notifications.peer_asking import Unanswered
from notifications.peers import Peer, Peers

SOON: Final = timedelta(days=30)


class Checked(msgspec.Struct, frozen=True):
    """One thing looked at: whether it is well, and what to do where it is not."""

    what: str
    well: bool
    says: str


async def checks(
    federation: Federation, peers: Peers, settings: Settings, now: datetime
) -> AsyncIterator[Checked]:
    """Everything that has to be so for notices to go to and fro; each other gateway is asked what it has for us."""
    listed = peers.directory
    left = listed.expires_at - now
    yield Checked(
        "Directory",
        well=left > SOON,
        says=f"version {listed.version}, until {listed.expires_at:%Y-%m-%d}"
        + ("" if left > SOON else "; have a new one issued"),
    )
    yield _own_key(federation, peers.us, now)
    yield _own_opening(federation, peers.us, now)
    yield _own_certificate(settings, peers.us)
    for peer in peers.others:
        yield _keys(peer, now)
        yield await _word(federation, peer)


def _own_key(federation: Federation, us: Peer, now: datetime) -> Checked:
    key = next((key for key in us.keys if key.kid == federation.keys.kid), None)
    if key is None or not key.is_good(now):
        says = "the directory does not list it as good now; have it listed, or put back the one it lists"
        return Checked("Our signing key", well=False, says=says)
    return Checked("Our signing key", well=True, says=f"listed, good until {key.ends:%Y-%m-%d}")


def _own_opening(federation: Federation, us: Peer, now: datetime) -> Checked:
    key = us.key("enc", now)
    if key is None or key.kid not in federation.keys.opening:
        says = "others close to a key that is not here; put it back, or have ours listed"
        return Checked("Our key for content", well=False, says=says)
    return Checked("Our key for content", well=True, says=f"listed, good until {key.ends:%Y-%m-%d}")


def _own_certificate(settings: Settings, us: Peer) -> Checked:
    identity = settings.tls.identity
    if identity is None:
        says = "none: set `tls.identity` to the certificate and key that others know us by"
        return Checked("Our certificate", well=False, says=says)
    try:
        made = x509.load_pem_x509_certificate(identity.read_bytes())
    except (OSError, ValueError):
        return Checked("Our certificate", well=False, says="`tls.identity` holds none; replace it")
    if thumbprint(made.public_bytes(Encoding.PEM)) not in us.certificates:
        says = "the directory does not list it; have it listed before it is used"
        return Checked("Our certificate", well=False, says=says)
    return Checked("Our certificate", well=True, says="listed")


def _keys(peer: Peer, now: datetime) -> Checked:
    what = f"Gateway {peer.name}, keys"
    good = [peer.key("sig", now), peer.key("enc", now)]
    if None in good:
        says = f"none is good for one of its uses; nothing is sent there: ring {peer.desk}"
        return Checked(what, well=False, says=says)
    until = min(key.ends for key in good if key is not None)
    return Checked(
        what,
        well=until - now > SOON,
        says=f"good until {until:%Y-%m-%d}" + ("" if until - now > SOON else "; ask for new ones"),
    )


async def _word(federation: Federation, peer: Peer) -> Checked:
    try:
        heads = await federation.fetching.heads(peer)
    except Unanswered as error:
        says = f"gives no answer that proves itself ({error.reason}); if it lasts, ring {peer.desk}"
        return Checked(f"Gateway {peer.name}", well=False, says=says)
    return Checked(
        f"Gateway {peer.name}",
        well=True,
        says=f"answers, knows us, has {len(heads.lines)} lines for us",
    )
