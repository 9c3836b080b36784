"""Whether this gateway can speak with the others: directory, keys, certificates, and a word with each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from gateway.bindings import thumbprint
from gateway.federating import Federation
from gateway.federation_directory import read_file, trusted_key
from gateway.settings import Settings
from notifications.peer_asking import Unanswered
from notifications.peers import Peer, PeerDirectory, Peers, read_directory
from records.errors import WrongSettings

SOON: Final = timedelta(days=30)

_NOT_KNOWN: Final = (
    "it does not know our certificate: its directory may be older than ours, or the certificate another than is"
    " listed"
)
_MEANS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "unreachable": "it cannot be reached: it is down, or the way there is closed",
        "timed-out": "it does not answer in time",
        "insecure": "its certificate is not good for its address, or none of `tls.authorities` made it",
        "broken": "what it answers is broken off",
        "refused-unknown-certificate": _NOT_KNOWN,
        "refused-unknown-key": "its directory does not list our signing key",
        "refused-key-expired": "by its directory our keys are no longer good",
        "refused-clock-skew": "our clock is ahead of its by more than a minute",
        "refused-stale-signature": "our clock is behind its, or what we send is on its way for minutes",
        "bad-signature": "its answer is not signed by a key that the directory lists for it",
        "unknown-key": "its answer is signed by a key that the directory does not list",
    }
)
"""What the reasons mean that somebody can do something about."""


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
    behind = _file_behind(settings, listed)
    if behind is not None:
        yield behind
    yield _own_key(federation, peers.us, now)
    yield _own_opening(federation, peers.us, now)
    yield _own_certificate(settings, peers.us)
    for peer in peers.others:
        yield _keys(peer, now)
        yield await _word(federation, peer)


def _file_behind(settings: Settings, listed: PeerDirectory) -> Checked | None:
    """What is wrong where the file holds another directory than the one in force; None where it is that one, or there is none."""
    ours = settings.peers
    if ours is None or ours.directory_file is None:
        return None
    try:
        there = read_directory(
            read_file(ours.directory_file), [trusted_key(path) for path in ours.directory_keys]
        )
    except WrongSettings as error:
        return Checked("Directory file", well=False, says=str(error))
    if there == listed or there.version > listed.version:
        return None
    says = (
        f"holds version {there.version}, and version {listed.version} is in force: no directory goes back;"
        " have it signed under a higher version"
    )
    return Checked("Directory file", well=False, says=says)


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
        what = _MEANS.get(error.reason, "it gives no answer that proves itself")
        says = f"{what} ({error.reason}); if it lasts, ring {peer.desk}"
        return Checked(f"Gateway {peer.name}", well=False, says=says)
    told = (
        f"{len(heads.lines)} of our authorities" if heads.lines else "none of our authorities yet"
    )
    return Checked(f"Gateway {peer.name}", well=True, says=f"answers and knows us; has told {told}")
