"""``homeward peers``: the gateways of other regions, whether each can be spoken to, and the directory that lists them."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import sqlalchemy as sa
import typer
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from joserfc.jwk import ECKey, OKPKey
from rich.table import Table

from gateway.bindings import thumbprint
from gateway.cli.deployment import AsJson, Config, opened_for, settings_of
from gateway.cli.output import STDOUT, Exit, print_json, say
from gateway.cli.peers_checking import Checked, checks
from gateway.federating import Federation
from gateway.federation_directory import read_file, trusted_key
from gateway.federation_keys import make_peer_keys, own_peer_keys
from gateway.keys import pem
from gateway.settings import PeersSettings, Settings
from linking.storage import reading
from notifications.peers import (
    Peer,
    PeerDirectory,
    Peers,
    line_of,
    read_directory,
    sign_directory,
)
from notifications.tables import DELIVERY, DeliveryState
from records.errors import WrongSettings

app: Final = typer.Typer(help="Gateways of other regions.", no_args_is_help=True)
directory_app: Final = typer.Typer(
    help="The signed directory that lists them.", no_args_is_help=True
)
app.add_typer(directory_app, name="directory")

_WAITS: Final = (
    sa.select(DELIVERY.c.recipient, DELIVERY.c.state, sa.func.count())
    .where(
        DELIVERY.c.recipient.in_(sa.bindparam("of", expanding=True)),
        DELIVERY.c.state.in_((DeliveryState.PENDING.value, DeliveryState.FAILED.value)),
    )
    .group_by(DELIVERY.c.recipient, DELIVERY.c.state)
)


class Listed(msgspec.Struct, frozen=True):
    """One gateway as the directory has it, and what of ours it has not got."""

    name: str
    ours: bool
    endpoint: str
    serves: tuple[str, ...]
    desk: str
    keys_until: datetime | None
    waiting: int
    given_up: int


@app.callback()
def peers() -> None:
    """Gateways of other regions."""


@directory_app.callback()
def directory() -> None:
    """The signed directory that lists them."""


@app.command("list")
def list_peers(config: Config = None, *, as_json: AsJson = False) -> None:
    """List the gateways, whom each serves, until when its keys are good, and what still waits to go there."""
    found = asyncio.run(_listed(settings_of(config)))
    if as_json:
        print_json(found)
        return
    table = Table("Gateway", "Serves", "Keys until", "Waiting", "Given up", "Ring", box=None)
    for one in found:
        until = "none is good" if one.keys_until is None else f"{one.keys_until:%Y-%m-%d}"
        name = f"{one.name} (this one)" if one.ours else one.name
        counts = (str(one.waiting), str(one.given_up))
        table.add_row(name, " ".join(one.serves), until, *counts, one.desk)
    STDOUT.print(table)


@app.command()
def check(config: Config = None, *, as_json: AsJson = False) -> None:
    """Look at the directory, the keys and every other gateway; nothing is sent about anybody. Exit 3 if anything is wrong."""
    found = asyncio.run(_checked(settings_of(config)))
    if as_json:
        print_json(found)
    else:
        for one in found:
            mark = "[green]well[/green] " if one.well else "[red]wrong[/red]"
            STDOUT.print(f"{mark}  {one.what}: {one.says}", highlight=False)
    if not all(one.well for one in found):
        raise typer.Exit(Exit.NO)


@app.command()
def entry(
    endpoint: Annotated[str, typer.Option(help="Where others reach this gateway: https://…")],
    serves: Annotated[
        list[str], typer.Option(help="An authority that it answers for, by GSS code; repeatable.")
    ],
    desk: Annotated[str, typer.Option(help="Whom to ring when no machine gets through.")],
    days: Annotated[int, typer.Option(min=1, help="For how many days its keys are good.")] = 365,
    config: Config = None,
) -> None:
    """Print this gateway's entry, for whoever issues the directory: its public keys, the certificate of `tls.identity`.

    In development, keys that are missing are made.
    """
    settings = settings_of(config)
    ours, keys, identity = _ours(settings), own_peer_keys(settings), settings.tls.identity
    kid, opening = next(iter(keys.opening.items()))
    now = datetime.now(UTC)
    good = {"starts": now, "ends": now + timedelta(days=days)}
    public: list[tuple[str, str, OKPKey | ECKey]] = [
        (keys.kid, "sig", keys.signing),
        (kid, "enc", opening),
    ]
    if identity is None:
        say(
            "`tls.identity` is not set: the entry lists no certificate, and others will not know us."
        )
    print_json(
        {
            "name": ours.name,
            "endpoint": endpoint,
            "serves": serves,
            "desk": desk,
            "certificates": [] if identity is None else [_thumbprint(identity)],
            "keys": [
                {"kid": of, "use": use, "jwk": key.as_dict(private=False), **good}
                for of, use, key in public
            ],
        }
    )


@app.command("keys")
def make_keys(config: Config = None) -> None:
    """Make the keys by which this gateway proves itself to others, where they are missing. None is overwritten."""
    settings = settings_of(config)
    _ours(settings)
    made = make_peer_keys(settings)
    for path in made:
        say(f"{path}: made. Nobody else needs it: `peers entry` prints what others may know.")
    if not made:
        say(f"{settings.keys.folder}: both keys are there already.")


@directory_app.command("key")
def make_key(
    out: Annotated[
        Path, typer.Argument(help="Where the private key goes; the public one beside it.")
    ],
) -> None:
    """Make the issuer's key: FILE.pem for signing, and FILE.pub.pem for every gateway to trust."""
    private = Ed25519PrivateKey.generate()
    public = out.with_suffix(".pub.pem")
    if out.exists() or public.exists():
        raise WrongSettings(f"{out}: there already; a key is never overwritten")
    handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem(private))
    form = PublicFormat.SubjectPublicKeyInfo
    public.write_bytes(private.public_key().public_bytes(Encoding.PEM, form))
    say(f"{out}: made; {public} is what others trust.")


@directory_app.command()
def sign(
    entries: Annotated[
        list[Path], typer.Argument(help="The gateways' entries, as `peers entry` prints them.")
    ],
    version: Annotated[int, typer.Option(min=1, help="Higher than that of any directory before.")],
    key: Annotated[Path, typer.Option(help="The issuer's private key (Ed25519, PEM).")],
    days: Annotated[int, typer.Option(min=1, help="For how many days it is good.")] = 90,
    out: Annotated[
        Path | None, typer.Option(help="Where to write it; to stdout otherwise.")
    ] = None,
) -> None:
    """Sign a directory of these gateways. One that cannot work, or in which two contradict, is not signed."""
    now = datetime.now(UTC)
    private = _private(key)
    if out is not None and out.exists():
        _higher(version, read_directory(read_file(out), [private.public_key()]), out)
    said = {
        "version": version,
        "issuedAt": now,
        "expiresAt": now + timedelta(days=days),
        "peers": [msgspec.Raw(read_file(path)) for path in entries],
    }
    signed = sign_directory(msgspec.json.encode(said), OKPKey.import_key(pem(private)))
    if out is None:
        STDOUT.print(signed.decode(), highlight=False, soft_wrap=True)
        return
    out.write_bytes(signed + b"\n")
    say(f"{out}: signed, good for {days} days.")


def _higher(version: int, there: PeerDirectory, out: Path) -> None:
    if version <= there.version:
        raise WrongSettings(
            f"{out}: holds version {there.version}, and no gateway takes an older one or another of the same"
            f" number; sign this one with --version {there.version + 1}"
        )


@directory_app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A signed directory.")],
    key: Annotated[list[Path], typer.Option(help="A public key that is trusted; repeatable.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Say whether a trusted key signed a directory, and what it lists. Exit 2 if not, 3 if it has run out."""
    found = read_directory(read_file(file), [trusted_key(path) for path in key])
    well = datetime.now(UTC) < found.expires_at
    if as_json:
        print_json(_summary(found))
    else:
        names = ", ".join(peer.name for peer in found.peers)
        until = f"{found.expires_at:%Y-%m-%d}"
        STDOUT.print(f"Version {found.version}, until {until}: {names}.", highlight=False)
    if not well:
        say("It has run out: nothing it lists is used or believed any more.")
        raise typer.Exit(Exit.NO)


def _summary(found: PeerDirectory) -> dict[str, Any]:
    return {
        "version": found.version,
        "issued_at": found.issued_at,
        "expires_at": found.expires_at,
        "peers": [
            {"name": peer.name, "endpoint": peer.endpoint, "serves": peer.serves}
            for peer in found.peers
        ],
    }


async def _listed(settings: Settings) -> list[Listed]:
    _ours(settings)
    async with opened_for(settings) as parts:
        peers = _peers(parts.notices.federation)
        lines = {line_of(code): peer.name for peer in peers.others for code in peer.serves}
        counts: dict[tuple[str, str], int] = {}
        async with reading(parts.engine) as connection:
            for who, state, number in await connection.execute(_WAITS, {"of": sorted(lines)}):
                key = (lines[who], state)
                counts[key] = counts.get(key, 0) + number
    now = datetime.now(UTC)
    return [
        Listed(
            name=peer.name,
            ours=peer.name == peers.own,
            endpoint=peer.endpoint,
            serves=peer.serves,
            desk=peer.desk,
            keys_until=_good_until(peer, now),
            waiting=counts.get((peer.name, DeliveryState.PENDING.value), 0),
            given_up=counts.get((peer.name, DeliveryState.FAILED.value), 0),
        )
        for peer in peers.directory.peers
    ]


def _good_until(peer: Peer, now: datetime) -> datetime | None:
    """Until when it can be written to and believed with the keys of now; None where it cannot."""
    signing, closing = peer.key("sig", now), peer.key("enc", now)
    return None if signing is None or closing is None else min(signing.ends, closing.ends)


async def _checked(settings: Settings) -> list[Checked]:
    _ours(settings)
    async with opened_for(settings) as parts:
        federation = parts.notices.federation
        peers = _peers(federation)
        assert federation is not None  # noqa: S101 (without it there are no peers)
        return [one async for one in checks(federation, peers, settings, datetime.now(UTC))]


def _ours(settings: Settings) -> PeersSettings:
    if settings.peers is None:
        raise WrongSettings("This deployment names no other gateways: add a [peers] section.")
    return settings.peers


def _peers(federation: Federation | None) -> Peers:
    found = None if federation is None else federation.peers()
    if found is None:
        raise WrongSettings("peers: there is no directory yet; see that it can be had")
    return found


def _private(path: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError:
        raise WrongSettings(f"{path}: cannot be read; correct the path") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise WrongSettings(f"{path}: not an unencrypted Ed25519 private key in PEM; replace it")
    return key


def _thumbprint(path: Path) -> str:
    try:
        made = x509.load_pem_x509_certificate(path.read_bytes())
    except OSError:
        raise WrongSettings(f"{path}: cannot be read; correct the path") from None
    except ValueError:
        raise WrongSettings(f"{path}: no certificate in PEM; replace it") from None
    found = thumbprint(made.public_bytes(Encoding.PEM))
    assert found is not None  # noqa: S101 (it was read as one)
    return found
