"""The development issuer: real tokens, for this machine and for invented people alone."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from gateway.bindings import TrustedProxy
from gateway.identity import Identity, Trusted
from gateway.issuer import LONGEST, DevelopmentIssuer
from gateway.keys import OwnKeys, development_key, own_keys
from gateway.settings import Issuer, Keys, Proxy, Settings
from records.errors import NotAuthenticated, WrongSettings
from records.people import Role, Viewer

REAL = Issuer(
    iss="https://id.example.test", audience="homeward", jwks_url="https://id.example.test/k"
)
PRODUCTION = Settings(mode="production", hosts=("gw.example.test",), issuers=(REAL,))


async def viewer(issuer: DevelopmentIssuer, token: str) -> Viewer:
    identity = Identity([Trusted(issuer.issuer, issuer.keys())], TrustedProxy(Proxy()))
    return await identity.viewer(
        [(b"authorization", f"Bearer {token}".encode())], None, datetime.now(UTC)
    )


async def test_its_tokens_are_taken_like_anybody_elses() -> None:
    issuer = DevelopmentIssuer(Settings())
    token = issuer.mint(Role.CLA_NURSE, "RXN", "nurse-7", minutes=5, team="East")
    found = await viewer(issuer, token)
    assert (found.role, found.organisation, found.subject, found.team) == (
        Role.CLA_NURSE,
        "RXN",
        "nurse-7",
        "East",
    )


async def test_they_are_worth_nothing_at_another_issuer_and_never_last_longer_than_a_day() -> None:
    issuer, another = DevelopmentIssuer(Settings()), DevelopmentIssuer(Settings())
    with pytest.raises(NotAuthenticated):
        await viewer(another, issuer.mint(Role.CLA_NURSE, "RXN", "nurse-7"))
    found = await viewer(issuer, issuer.mint(Role.CLA_NURSE, "RXN", "nurse-7", minutes=10**6))
    assert found.expires_at - datetime.now(UTC) <= LONGEST


def test_it_publishes_public_keys_alone() -> None:
    (key,) = msgspec.json.decode(DevelopmentIssuer(Settings()).jwks())["keys"]
    assert key.keys() == {"kty", "crv", "x", "y", "kid", "use", "alg"}


@pytest.mark.parametrize(
    "listen", ["0.0.0.0:8080", "192.0.2.1:8080", "[::]:8080", "gw.example.test:80"]
)
def test_it_does_not_run_where_others_can_reach_it(listen: str) -> None:
    with pytest.raises(WrongSettings, match="runs on loopback only; listen on"):
        DevelopmentIssuer(Settings(listen=listen))


@pytest.mark.parametrize("listen", ["127.0.0.1:1", "[::1]:1", "localhost:1"])
def test_loopback_has_several_names(listen: str) -> None:
    DevelopmentIssuer(Settings(listen=listen))


def test_it_does_not_run_in_production_and_has_no_key_there(tmp_path: Path) -> None:
    with pytest.raises(WrongSettings, match="does not run in production"):
        DevelopmentIssuer(PRODUCTION)
    with pytest.raises(WrongSettings, match="does not run in production"):
        development_key(with_keys(PRODUCTION, tmp_path))
    assert list(tmp_path.iterdir()) == []


async def test_a_kept_key_lets_a_command_mint_what_the_gateway_takes(tmp_path: Path) -> None:
    settings = with_keys(Settings(), tmp_path)
    gateway = DevelopmentIssuer(settings, development_key(settings))
    command = DevelopmentIssuer(settings, development_key(settings))
    assert (await viewer(gateway, command.mint(Role.SCHOOL, "S1", "head"))).role is Role.SCHOOL


def with_keys(settings: Settings, folder: Path) -> Settings:
    return msgspec.structs.replace(settings, keys=Keys(folder=folder))


def test_in_development_missing_secrets_are_made_once_for_their_owner_alone(
    tmp_path: Path,
) -> None:
    settings = with_keys(Settings(), tmp_path / "keys")
    first, second = own_keys(settings), own_keys(settings)
    assert (first.pepper, first.ids) == (second.pepper, second.ids)
    assert first.ledger.private_bytes_raw() == second.ledger.private_bytes_raw()
    assert first.pepper != first.ids
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()}
    assert modes == {"pepper": 0o600, "ids": 0o600, "ledger.pem": 0o600}
    assert repr(first) == "OwnKeys()"


def made(folder: Path) -> OwnKeys:
    return own_keys(with_keys(Settings(), folder))


def test_in_production_a_missing_or_open_secret_stops_the_start(tmp_path: Path) -> None:
    settings = with_keys(PRODUCTION, tmp_path)
    with pytest.raises(WrongSettings, match="missing; restore it"):
        own_keys(settings)
    assert list(tmp_path.iterdir()) == []
    made(tmp_path)
    own_keys(settings)
    (tmp_path / "pepper").chmod(0o640)
    with pytest.raises(WrongSettings, match="others can read it"):
        own_keys(settings)


@pytest.mark.parametrize(
    "name, content, says",
    [
        ("pepper", b"short", "shorter than 32 bytes"),
        ("ids", b" " * 100, "shorter than 32 bytes"),
        ("ledger.pem", b"nonsense", "not an unencrypted private key"),
    ],
)
def test_a_secret_that_is_none_stops_the_start_and_is_not_printed(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    made(tmp_path)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(WrongSettings, match=says) as caught:
        made(tmp_path)
    assert "nonsense" not in str(caught.value)
