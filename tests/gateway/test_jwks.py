"""An issuer's keys: rotation, withdrawal, and an issuer that cannot be reached."""

import asyncio

import msgspec
import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from gateway.jwks import FAILED_PAUSE, UNKNOWN_PAUSE, Keys, KeysUnavailable, read_keys, signs_with
from records.http import Failure, NoReplyError

SECONDS = 300
OLD = ECKey.generate_key("P-256", {"kid": "old"})
NEW = ECKey.generate_key("P-256", {"kid": "new"})


def published(*keys: ECKey | RSAKey | OKPKey | OctKey) -> bytes:
    return msgspec.json.encode({"keys": [key.as_dict(private=False) for key in keys]})


class AnIssuer:
    """Publishes keys, counts who asks, and can be down; the clock is a number."""

    def __init__(self, *keys: ECKey) -> None:
        self.keys = keys
        self.fetched = 0
        self.down = False
        self.now = 1000.0
        self.gate: asyncio.Event | None = None

    async def fetch(self) -> bytes:
        self.fetched += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.down:
            raise NoReplyError(Failure.UNREACHABLE)
        return published(*self.keys)

    def trusted(self) -> Keys:
        return Keys(self.fetch, seconds=SECONDS, clock=lambda: self.now)


async def settled(keys: Keys) -> None:
    """Let a fetch in the background end."""
    if keys._fetching is not None:
        await keys._fetching


async def test_a_new_key_works_at_its_first_token() -> None:
    issuer = AnIssuer(OLD)
    keys = issuer.trusted()
    assert await keys.key("old") is not None
    issuer.keys = (OLD, NEW)
    issuer.now += UNKNOWN_PAUSE
    assert await keys.key("new") is not None
    assert issuer.fetched == 2


async def test_forged_key_ids_cannot_make_us_hammer_the_issuer() -> None:
    issuer = AnIssuer(OLD)
    keys = issuer.trusted()
    await keys.key("old")
    for number in range(1000):
        assert await keys.key(f"forged-{number}") is None
    assert issuer.fetched == 1
    issuer.now += UNKNOWN_PAUSE
    for number in range(1000):
        assert await keys.key(f"forged-{number}") is None
    assert issuer.fetched == 2


async def test_a_withdrawn_key_is_dead_after_the_stated_time_at_the_latest() -> None:
    issuer = AnIssuer(OLD)
    keys = issuer.trusted()
    key = await keys.key("old")
    assert key is not None
    issuer.keys = (NEW,)
    issuer.now += SECONDS / 2 - 1
    assert await keys.key("old") is key
    issuer.now += SECONDS / 2 + 1
    assert await keys.key("old") is None
    assert not keys.fresh("old", key)


async def test_keys_are_renewed_in_the_background_before_their_time_is_up() -> None:
    issuer = AnIssuer(OLD)
    keys = issuer.trusted()
    first = await keys.key("old")
    issuer.now += SECONDS / 2
    assert await keys.key("old") is first
    await settled(keys)
    assert issuer.fetched == 2
    assert first is not None
    assert keys.fresh("old", first)


async def test_an_issuer_that_cannot_be_reached_at_the_start_lets_nobody_in_until_it_can() -> None:
    issuer = AnIssuer(OLD)
    issuer.down = True
    keys = issuer.trusted()
    with pytest.raises(KeysUnavailable):
        await keys.key("old")
    issuer.down = False
    with pytest.raises(KeysUnavailable):
        await keys.key("old")
    assert issuer.fetched == 1
    issuer.now += FAILED_PAUSE
    assert await keys.key("old") is not None


async def test_an_issuer_that_goes_away_later_closes_the_door_when_its_keys_are_too_old() -> None:
    issuer = AnIssuer(OLD)
    keys = issuer.trusted()
    assert await keys.key("old") is not None
    issuer.down = True
    issuer.now += SECONDS - 1
    assert await keys.key("old") is not None
    await settled(keys)
    issuer.now += 1 + FAILED_PAUSE
    with pytest.raises(KeysUnavailable):
        await keys.key("old")


async def test_many_callers_at_once_fetch_once_and_one_who_leaves_takes_nobody_along() -> None:
    issuer = AnIssuer(OLD)
    issuer.gate = asyncio.Event()
    keys = issuer.trusted()
    asking = [asyncio.create_task(keys.key("old")) for _ in range(50)]
    await asyncio.sleep(0)
    asking[0].cancel()
    issuer.gate.set()
    found = await asyncio.gather(*asking, return_exceptions=True)
    assert isinstance(found[0], asyncio.CancelledError)
    assert all(isinstance(one, ECKey) for one in found[1:])
    assert issuer.fetched == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"keys":{}}',
        b'{"keys":null}',
        b"<html>",
        b"[" * 100_000,
        b"\xff",
    ],
)
async def test_what_is_no_key_set_is_as_good_as_no_answer(body: bytes) -> None:
    with pytest.raises(ValueError, match="not a key set"):
        read_keys(body)


@pytest.mark.filterwarnings("ignore:Key size")
def test_only_public_signature_keys_of_sufficient_strength_are_kept() -> None:
    rsa = RSAKey.generate_key(2048, {"kid": "rsa"}).as_dict(private=False)
    ec = NEW.as_dict(private=False)
    body = msgspec.json.encode(
        {
            "keys": [
                rsa,
                ec,
                {"kty": "oct", "k": "AAAA", "kid": "secret"},
                ec | {"kid": "enc", "use": "enc"},
                {k: v for k, v in ec.items() if k != "kid"},
                ec | {"kid": ""},
                ec | {"kid": "odd", "x": "AAAA"},
                ec | {"kid": "unknown", "crv": "P-1"},
                RSAKey.generate_key(1024, {"kid": "weak"}).as_dict(private=False),
                {"kty": ["EC"], "kid": "list"},
                {"kty": "RSA", "kid": "no-n"},
                None,
                7,
            ]
        }
    )
    assert read_keys(body).keys() == {"rsa", "new"}


def test_a_key_signs_only_with_its_own_kind_and_its_stated_algorithm() -> None:
    keys = read_keys(
        msgspec.json.encode(
            {
                "keys": [
                    NEW.as_dict(private=False) | {"kid": "any"},
                    NEW.as_dict(private=False) | {"kid": "stated", "alg": "ES256"},
                    RSAKey.generate_key(2048).as_dict(private=False)
                    | {"kid": "ps", "alg": "PS256"},
                ]
            }
        )
    )
    assert signs_with(keys["any"], "ES256")
    assert signs_with(keys["stated"], "ES256")
    assert not signs_with(keys["any"], "ES384")
    assert not signs_with(keys["any"], "RS256")
    assert signs_with(keys["ps"], "PS256")
    assert not signs_with(keys["ps"], "RS256")
