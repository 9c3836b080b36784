"""A token that is bound to a key is taken with a proof of that key, and the many ways in which a proof is none."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from joserfc.jwk import ECKey, OKPKey, RSAKey
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.bindings import TrustedProxy
from gateway.compact import NotAToken
from gateway.dpop import LEEWAY, MAX_PROOF, Called, Wanted, check_proof
from gateway.identity import Identity, KeysUnavailable, Trusted
from gateway.jwks import Keys
from gateway.presented import (
    NOT_PROVEN,
    NOT_VALID,
    KeyNotProven,
    NonceWanted,
    NotValidHere,
    challenge,
)
from gateway.settings import Dpop, Proxy
from gateway.used_proofs import Proofs
from linking.migration import migrate
from linking.storage import open_engine, reading
from records.errors import NotAuthenticated
from tests.gateway.holder import Change, Holder, hash_of
from tests.gateway.test_tokens import ISSUER, JWKS, NOW, put_together, token, with_, without

URL = "https://gateway.example.test/graphql"
CALLED = Called(method="POST", host="gateway.example.test", path="/graphql")
HOLDER = Holder()
SOMEBODY = Holder()
BOUND = token(with_(cnf={"jkt": HOLDER.thumbprint}))
LASTS = timedelta(seconds=60)


def wanted(**changes: Any) -> Wanted:  # noqa: ANN401 (any part of it)
    given: dict[str, Any] = {
        "called": CALLED,
        "token": BOUND,
        "key": HOLDER.thumbprint,
        "lasts": LASTS,
        "in_clear": False,
    }
    return Wanted(**given | changes)


def proof(**changes: Any) -> str:  # noqa: ANN401 (whatever a proof is made with)
    return HOLDER.proof(BOUND, changes.pop("url", URL), NOW, **changes)


@pytest.mark.parametrize(
    "holder",
    [
        HOLDER,
        Holder(ECKey.generate_key("P-384"), "ES384"),
        Holder(RSAKey.generate_key(2048), "PS256"),
        Holder(RSAKey.generate_key(2048), "RS256"),
        Holder(OKPKey.generate_key("Ed25519"), "Ed25519"),
    ],
    ids=lambda one: one.algorithm,
)
def test_a_proof_by_the_key_of_the_token_holds(holder: Holder) -> None:
    told = check_proof(holder.proof(BOUND, URL, NOW).encode(), wanted(key=holder.thumbprint), NOW)
    assert told.key == holder.thumbprint
    assert told.made_at == NOW


NOT_THE_TYPE: tuple[object, ...] = ("JWT", "at+jwt", "DPOP", "", None, 7, ["dpop+jwt"])
NOT_A_KEY: tuple[object, ...] = (None, "x", [], {}, {"kty": "EC"})
HEADERS: dict[str, Change] = {
    **{f"typ {value!r}": with_(typ=value) for value in NOT_THE_TYPE},
    "no typ": without("typ"),
    "no key": without("jwk"),
    **{f"jwk {value!r}": with_(jwk=value) for value in NOT_A_KEY},
    "its private key too": with_(jwk=HOLDER.key.as_dict(private=True)),
    "a secret for a key": with_(jwk={"kty": "oct", "k": "c2VjcmV0"}),
    "a key for encryption": lambda header: header["jwk"].update(use="enc"),
    "another's key": with_(jwk=SOMEBODY.key.as_dict(private=False)),
    "a key on no curve": lambda header: header["jwk"].update(x=header["jwk"]["y"]),
    "crit": with_(crit=["exp"], exp=1),
    "jku": with_(jku="https://evil.test/keys"),
    "x5c": with_(x5c=["MIIB"]),
    "b64": with_(b64=False, crit=["b64"]),
}  # fmt: skip


@pytest.mark.parametrize("head", HEADERS.values(), ids=HEADERS.keys())
def test_a_proof_whose_header_is_not_right_is_refused(head: Change) -> None:
    with pytest.raises(NotAToken):
        check_proof(proof(head=head).encode(), wanted(), NOW)


SECOND = int(NOW.timestamp())
CLAIMS: dict[str, Change] = {
    **{f"no {name}": without(name) for name in ("jti", "htm", "htu", "iat", "ath")},
    **{
        f"{name} {value!r}"[:40]: with_(**{name: value})
        for name in ("jti", "htu", "ath", "nonce")
        for value in (None, 7, "", [URL], "x" * 300, "a\nb")
    },
    **{f"htm {value!r}": with_(htm=value) for value in ("GET", "post", "", None, 7, ["POST"])},
    **{
        f"htu {value}": with_(htu=value)
        for value in (
            "http://gateway.example.test/graphql",
            "https://gateway.example.test/",
            "https://gateway.example.test/events/police",
            "https://gateway.example.test/graphql/",
            "https://gateway.example.test/GraphQL",
            "https://gateway.example.test:8443/graphql",
            "https://gateway.example.test:x/graphql",
            "https://gateway.example.test.evil.test/graphql",
            "https://gateway.example.test@evil.test/graphql",
            "https://u:p@gateway.example.test/graphql",
            "https://[gateway/graphql",
            "ftp://gateway.example.test/graphql",
            "//gateway.example.test/graphql",
            "/graphql",
        )
    },
    "made too long ago": with_(iat=SECOND - 60),
    "made tomorrow": with_(iat=SECOND + 86_400),
    "made by a clock that is too far ahead": with_(iat=SECOND + LEEWAY.seconds + 1),
    **{f"iat {value!r}": with_(iat=value) for value in ("1", None, True, -1, 0, 1e40, [1])},
    "for another token": with_(ath=hash_of("another")),
    "for the token itself and not its hash": with_(ath=BOUND[:200]),
}


@pytest.mark.parametrize("says", CLAIMS.values(), ids=CLAIMS.keys())
def test_a_proof_that_is_not_for_this_request_is_refused(says: Change) -> None:
    with pytest.raises(NotAToken):
        check_proof(proof(says=says).encode(), wanted(), NOW)


GOOD = proof()
HEAD, BODY, SIGNATURE = GOOD.split(".")
FORGED = {
    "signed by somebody else": proof(by=SOMEBODY.key),
    "a signature of another proof": f"{HEAD}.{BODY}.{proof().split('.')[2]}",
    "no signature": f"{HEAD}.{BODY}.",
    "the token": BOUND,
    "two parts": f"{HEAD}.{BODY}",
    "four parts": f"{GOOD}.x",
    "two proofs": f"{GOOD},{proof()}",
    "too long": proof(says=with_(more="x" * MAX_PROOF)),
    "nothing": "",
    "words": "proof",
    "not ASCII": "é.é.é",
    **{
        f"alg {name}": put_together(
            {"typ": "dpop+jwt", "alg": name, "jwk": HOLDER.key.as_dict(private=False)},
            {"jti": "1", "htm": "POST", "htu": URL, "iat": SECOND, "ath": hash_of(BOUND)},
        )
        for name in ("none", "None", "", "HS256", "ES384", "RS256", "dir")
    },
}


@pytest.mark.parametrize("shown", FORGED.values(), ids=FORGED.keys())
def test_a_forged_or_broken_proof_is_refused(shown: str) -> None:
    with pytest.raises(NotAToken):
        check_proof(shown.encode(), wanted(), NOW)


@pytest.mark.parametrize(
    "url, called",
    [
        (URL + "?query=x#there", CALLED),
        ("HTTPS://GATEWAY.example.TEST:443/graphql", CALLED),
        ("https://gateway.example.test/%67raphql", CALLED),
        ("wss://gateway.example.test/graphql", CALLED),
        (URL, Called(method="POST", host="gateway.example.test:443", path="/graphql")),
        (
            "https://[2001:db8::1]:8443/graphql",
            Called(method="POST", host="[2001:db8::1]:8443", path="/graphql"),
        ),
        ("https://gateway.example.test", Called(method="POST", host=CALLED.host, path="/")),
    ],
)
def test_an_address_is_the_same_however_it_is_spelt(url: str, called: Called) -> None:
    assert check_proof(proof(url=url).encode(), wanted(called=called), NOW).jti


def test_an_address_in_clear_will_do_where_nothing_ends_tls() -> None:
    in_clear = proof(url="http://gateway.example.test/graphql").encode()
    assert check_proof(in_clear, wanted(in_clear=True), NOW).jti


# A proof works once, wherever it is shown


class Replicas:
    """Gateways on one database: each knows who asks by the same issuer."""

    def __init__(self, engines: list[AsyncEngine]) -> None:
        self.engines = engines

    def proofs(self, *, nonce: bool = False, of: int = 0) -> Proofs:
        settings = Dpop(nonce=nonce)
        engine = self.engines[of % len(self.engines)]
        return Proofs(settings, lambda: engine, lambda: b"k" * 32, in_clear=False)

    def identity(self, proofs: Proofs | None = None, **how: Any) -> Identity:  # noqa: ANN401 (of `proofs`)
        async def fetch() -> bytes:
            return JWKS

        keys = Keys(fetch, seconds=300, clock=lambda: 0.0)
        return Identity(
            [Trusted(ISSUER, keys)], TrustedProxy(Proxy()), proofs or self.proofs(**how)
        )

    async def kept(self) -> int:
        async with reading(self.engines[0]) as connection:
            found = await connection.execute(sa.text("SELECT count(*) FROM used_proof"))
            return int(found.scalar_one())


@pytest.fixture
async def replicas(database_url: str) -> AsyncIterator[Replicas]:
    async with AsyncExitStack() as opened:
        engines = []
        for _ in range(1 if database_url.startswith("sqlite") else 2):
            engine = open_engine(database_url)
            opened.push_async_callback(engine.dispose)
            engines.append(engine)
        await migrate(engines[0])
        yield Replicas(engines)


def headers(
    shown: str | None, text: str = BOUND, scheme: str = "DPoP"
) -> list[tuple[bytes, bytes]]:
    found = [(b"authorization", f"{scheme} {text}".encode())]
    return found if shown is None else [*found, (b"dpop", shown.encode())]


async def test_it_is_taken_once_by_all_replicas_together_also_at_one_moment(
    replicas: Replicas,
) -> None:
    gateways = [replicas.identity(of=n) for n in range(4)]
    shown = headers(proof())
    said = await asyncio.gather(
        *(one.viewer(shown, None, NOW, CALLED) for one in gateways), return_exceptions=True
    )
    assert sum(not isinstance(one, BaseException) for one in said) == 1
    assert sum(isinstance(one, KeyNotProven) for one in said) == 3
    assert (await gateways[0].viewer(headers(proof()), None, NOW, CALLED)).subject == "7f3a"


async def test_what_began_goes_on_with_its_token_and_without_another_proof(
    replicas: Replicas,
) -> None:
    who = replicas.identity()
    shown = headers(proof())
    viewer = await who.viewer(shown, None, NOW, CALLED)
    later = NOW + timedelta(minutes=5)
    assert await who.still(shown, None, later) == viewer
    with pytest.raises(NotAuthenticated):
        await who.still(shown, None, viewer.expires_at)


async def test_a_proof_is_forgotten_once_it_is_too_old_to_be_shown_again(
    replicas: Replicas,
) -> None:
    who = replicas.identity()
    old = proof()
    await who.viewer(headers(old), None, NOW, CALLED)
    later = NOW + LASTS + 2 * LEEWAY + timedelta(seconds=1)
    new = HOLDER.proof(BOUND, URL, later)
    await who.viewer(headers(new), None, later, CALLED)
    assert await replicas.kept() == 1
    with pytest.raises(KeyNotProven):
        await who.viewer(headers(old), None, later, CALLED)


async def test_two_who_hold_keys_may_call_their_proofs_alike(replicas: Replicas) -> None:
    who = replicas.identity()
    theirs = token(with_(cnf={"jkt": SOMEBODY.thumbprint}))
    alike = with_(jti="1")
    await who.viewer(headers(proof(says=alike)), None, NOW, CALLED)
    shown = SOMEBODY.proof(theirs, URL, NOW, says=alike)
    assert (await who.viewer(headers(shown, theirs), None, NOW, CALLED)).subject


async def test_with_nonces_a_proof_has_to_hold_one_that_we_gave_out_a_moment_ago(
    replicas: Replicas,
) -> None:
    who, other = (replicas.identity(nonce=True, of=n) for n in range(2))
    with pytest.raises(NonceWanted) as asked:
        await who.viewer(headers(proof()), None, NOW, CALLED)
    told = challenge(asked.value)
    assert 'error="use_dpop_nonce"' in told["WWW-Authenticate"]
    nonce = told["DPoP-Nonce"]
    good = proof(says=with_(nonce=nonce))
    assert (await other.viewer(headers(good), None, NOW, CALLED)).subject
    with pytest.raises(KeyNotProven):
        await who.viewer(headers(good), None, NOW, CALLED)
    later = NOW + 3 * LASTS
    late = HOLDER.proof(BOUND, URL, later, says=with_(nonce=nonce))
    with pytest.raises(NonceWanted) as again:
        await who.viewer(headers(late), None, later, CALLED)
    assert challenge(again.value)["DPoP-Nonce"] != nonce


async def test_a_database_that_cannot_be_asked_lets_nobody_in(tmp_path: Any) -> None:  # noqa: ANN401 (a path)
    empty = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'empty.sqlite'}")
    who = Replicas([empty]).identity()
    with pytest.raises(KeysUnavailable):
        await who.viewer(headers(proof()), None, NOW, CALLED)
    await empty.dispose()
    starting = Proofs(Dpop(), lambda: None, lambda: b"", in_clear=False)
    with pytest.raises(KeysUnavailable):
        await Replicas([]).identity(starting).viewer(headers(proof()), None, NOW, CALLED)


# How a token comes


async def refusal(
    shown: list[tuple[bytes, bytes]], called: Called | None = CALLED
) -> NotAuthenticated:
    """Why these headers are not taken; the database is not asked."""
    who = Replicas([]).identity(Proofs(Dpop(), lambda: None, lambda: b"", in_clear=False))
    with pytest.raises(NotAuthenticated) as caught:
        await who.viewer(shown, None, NOW, called)
    return caught.value


@pytest.mark.parametrize(
    "shown",
    [
        headers(None),
        [*headers(proof()), (b"dpop", proof().encode())],
        headers(proof(says=with_(htm="GET"))),
        headers(SOMEBODY.proof(BOUND, URL, NOW)),
    ],
    ids=["none", "two", "for another request", "by another key"],
)
async def test_without_one_good_proof_it_is_said_that_one_is_wanted(
    shown: list[tuple[bytes, bytes]],
) -> None:
    error = await refusal(shown)
    assert str(error) == NOT_PROVEN
    assert challenge(error)["WWW-Authenticate"].startswith(
        'DPoP realm="homeward", error="invalid_dpop_proof", algs="ES256 '
    )


async def test_a_bound_token_is_no_bearers_and_a_plain_one_needs_no_proof() -> None:
    """RFC 9449 section 7.2: shown as a bearer's, a bound token has to be refused."""
    as_bearer = await refusal(headers(proof(), scheme="Bearer"))
    plain = token()
    as_bound = await refusal(headers(HOLDER.proof(plain, URL, NOW), plain))
    assert str(as_bearer) == str(as_bound) == NOT_VALID
    assert isinstance(as_bound, NotValidHere)
    assert 'DPoP realm="homeward", error="invalid_token"' in challenge(as_bound)["WWW-Authenticate"]
    assert challenge(as_bearer)["WWW-Authenticate"].startswith(
        'Bearer realm="homeward", error="invalid_token", DPoP '
    )


async def test_where_it_is_not_known_what_was_asked_no_proof_can_be_right() -> None:
    assert isinstance(await refusal(headers(proof()), None), KeyNotProven)


@pytest.mark.parametrize("bound_to", [None, 7, "", "x" * 43, [HOLDER.thumbprint]])
async def test_a_token_that_is_bound_to_no_key_that_could_be_is_refused(bound_to: object) -> None:
    text = token(with_(cnf={"jkt": bound_to}))
    assert isinstance(await refusal(headers(HOLDER.proof(text, URL, NOW), text)), KeyNotProven)


async def test_a_token_that_is_bound_twice_is_refused() -> None:
    text = token(with_(cnf={"jkt": HOLDER.thumbprint, "x5t#S256": "A" * 43}))
    assert str(await refusal(headers(HOLDER.proof(text, URL, NOW), text))) == NOT_VALID


async def test_who_shows_nothing_is_told_both_ways() -> None:
    asked = challenge(await refusal([]))["WWW-Authenticate"]
    assert asked.startswith('Bearer realm="homeward", DPoP realm="homeward", algs="')
