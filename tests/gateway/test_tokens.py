"""Who is let in, and the many ways in which a token is not one of ours."""

import base64
import hmac
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from gateway.bindings import TrustedProxy
from gateway.claims import LEEWAY_SECONDS, MAX_TOKEN
from gateway.identity import Identity, Trusted
from gateway.jwks import Keys
from gateway.presented import NOT_VALID, challenge
from gateway.settings import Issuer, Proxy
from records.errors import NotAuthenticated
from records.people import Role, Viewer

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ISS = "https://id.example.test"
ISSUER = Issuer(
    iss=ISS,
    audience="homeward",
    jwks_url=f"{ISS}/keys",
    algorithms=("ES256", "PS256", "RS256", "Ed25519"),
)
EC = ECKey.generate_key("P-256", {"kid": "ec"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
ED = OKPKey.generate_key("Ed25519", {"kid": "ed"})
WEAK = RSAKey.import_key(RSAKey.generate_key(2048).as_dict(private=True, kid="other"))
JWKS = msgspec.json.encode({"keys": [key.as_dict(private=False) for key in (EC, RSA, ED)]})

Change = Callable[[dict[str, Any]], object]


def without(name: str) -> Change:
    return lambda values: values.pop(name)


def with_(**changes: object) -> Change:
    return lambda values: values.update(changes)


def claims() -> dict[str, Any]:
    issued = int(NOW.timestamp()) - 5
    return {
        "iss": ISS,
        "aud": "homeward",
        "sub": "7f3a",
        "client_id": "lancs-portal",
        "iat": issued,
        "exp": issued + 600,
        "jti": "0192f",
        "roles": ["social-worker"],
        "organisation": "E10000017",
    }


def header() -> dict[str, Any]:
    return {"typ": "at+jwt", "alg": "ES256", "kid": "ec"}


def signed(head: Mapping[str, Any], payload: bytes, key: Any = EC) -> str:  # noqa: ANN401 (any key)
    registry = jws.JWSRegistry(algorithms=[head["alg"]], strict_check_header=False)
    return jws.serialize_compact(dict(head), payload, key, registry=registry)


def token(change: Change | None = None, head: Change | None = None) -> str:
    """A good token, changed before it is signed."""
    said, top = claims(), header()
    if change is not None:
        change(said)
    if head is not None:
        head(top)
    return signed(top, json.dumps(said).encode())


def encoded(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def put_together(head: object, payload: object, signature: bytes = b"x" * 64) -> str:
    return f"{encoded(head)}.{encoded(payload)}.{encoded(signature)}"


def identity(proxy: Proxy | None = None) -> Identity:
    async def fetch() -> bytes:
        return JWKS

    keys = Keys(fetch, seconds=300, clock=time.monotonic)
    return Identity([Trusted(ISSUER, keys)], TrustedProxy(proxy or Proxy()))


async def ask(
    text: str | bytes,
    *others: tuple[bytes, bytes],
    now: datetime = NOW,
    who: Identity | None = None,
) -> Viewer:
    shown = text.encode("latin-1") if isinstance(text, str) else text
    headers = [(b"authorization", b"Bearer " + shown), *others]
    return await (who or identity()).viewer(headers, "192.0.2.7", now)


async def test_a_good_token_says_who_asks_and_in_which_role() -> None:
    viewer = await ask(token(with_(team="MASH East")))
    assert viewer == Viewer(
        subject="7f3a",
        issuer=ISS,
        role=Role.SOCIAL_WORKER,
        organisation="E10000017",
        client="lancs-portal",
        expires_at=datetime.fromtimestamp(claims()["exp"], UTC),
        team="MASH East",
    )


@pytest.mark.parametrize("kind", ["at+jwt", "application/at+jwt", "AT+JWT"])
async def test_both_spellings_of_the_type_are_taken(kind: str) -> None:
    assert (await ask(token(head=with_(typ=kind)))).subject == "7f3a"


@pytest.mark.parametrize(
    "algorithm, key",
    [("RS256", RSA), ("PS256", RSA), ("Ed25519", ED)],
    ids=["RS256", "PS256", "Ed25519"],
)
async def test_every_allowed_algorithm_is_taken_with_its_own_key(
    algorithm: str, key: RSAKey | OKPKey
) -> None:
    head = header() | {"alg": algorithm, "kid": key.kid}
    assert (await ask(signed(head, json.dumps(claims()).encode(), key))).subject == "7f3a"


async def test_one_audience_among_several_is_enough() -> None:
    assert (await ask(token(with_(aud=["other", "homeward"])))).subject == "7f3a"


NOT_TEXT: tuple[object, ...] = (
    "", " ", 7, None, ["7f3a"], {"a": 1}, "a\nb", "a\x00b", "x" * 300, " a",
)  # fmt: skip
NOT_AN_INSTANT: tuple[object, ...] = ("1", None, True, -1, 0, 10**30, [1], {"a": 1}, 1e40)

NOT_HELD: tuple[object, ...] = (
    None,
    {},
    [],
    "x",
    {"x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"},
    {"x5t#S256": None},
    {"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"},
    {"jwk": {"kty": "EC"}},
    {"kid": "a"},
    {"unheard-of": "x"},
)

CLAIMS_REFUSED: dict[str, Change] = {
    **{
        f"no {name}": without(name)
        for name in ("iss", "aud", "sub", "client_id", "iat", "exp", "jti", "roles", "organisation")
    },
    **{
        f"{name} is {json.dumps(value)[:20]}": with_(**{name: value})
        for name in ("sub", "client_id", "jti", "organisation", "iss", "team")
        for value in NOT_TEXT
    },
    **{
        f"aud is {json.dumps(value)[:30]}": with_(aud=value)
        for value in (
            "",
            "other",
            [],
            ["other"],
            ["homeward", 7],
            {"homeward": 1},
            7,
            None,
            "Homeward",
        )
    },
    **{
        f"{name} is {str(value)[:20]}": with_(**{name: value})
        for name in ("exp", "iat", "nbf")
        for value in NOT_AN_INSTANT
    },
    "expired a second ago": with_(exp=int(NOW.timestamp()) - 1),
    "expires now": with_(exp=int(NOW.timestamp())),
    "issued in the future": with_(iat=int(NOW.timestamp()) + LEEWAY_SECONDS + 1),
    "not valid yet": with_(nbf=int(NOW.timestamp()) + LEEWAY_SECONDS + 1),
    "valid for ten years": with_(exp=int(NOW.timestamp()) + 315_360_000),
    "valid a second longer than allowed": with_(
        iat=int(NOW.timestamp()), exp=int(NOW.timestamp()) + ISSUER.lifetime_seconds + 1
    ),
    **{
        f"roles is {json.dumps(value)[:40]}": with_(roles=value)
        for value in (
            [],
            "social-worker",
            {"social-worker": True},
            None,
            7,
            ["admin"],
            ["social-worker", "admin"],
            ["social-worker", "social-worker"],
            ["social-worker", 7],
            [["social-worker"]],
            ["SOCIAL_WORKER"],
            ["social-worker "],
            ["social-worker"] * 100,
        )
    },
    **{f"cnf is {json.dumps(value)[:40]}": with_(cnf=value) for value in NOT_HELD},
    "another issuer": with_(iss="https://id.example.test.evil.test"),
    "issuer with a slash more": with_(iss=f"{ISS}/"),
}


@pytest.mark.parametrize("change", CLAIMS_REFUSED.values(), ids=CLAIMS_REFUSED.keys())
async def test_a_signed_token_whose_claims_are_not_right_is_refused(change: Change) -> None:
    with pytest.raises(NotAuthenticated, match=NOT_VALID):
        await ask(token(change))


HEADERS_REFUSED: dict[str, Change] = {
    **{
        f"typ is {value!r}": with_(typ=value)
        for value in ("JWT", "dpop+jwt", "logout+jwt", "id+jwt", "", None, 7, ["at+jwt"], "at+jwt ")
    },
    "no typ": without("typ"),
    "no kid": without("kid"),
    **{
        f"kid is {value!r}": with_(kid=value)
        for value in (
            "",
            "none",
            "../../dev/null",
            "ec' OR 1=1 --",
            "EC",
            "a\x00",
            "https://evil.test",
        )
    },
    "jku": with_(jku="http://127.0.0.1:1/keys"),
    "x5u": with_(x5u="http://127.0.0.1:1/cert"),
    "x5c": with_(x5c=["MIIB"]),
    "jwk of its own": with_(jwk=EC.as_dict(private=False)),
    "crit": with_(crit=["exp"], exp=1),
    "crit, empty": with_(crit=[]),
    "b64": with_(b64=False, crit=["b64"]),
    "zip": with_(zip="DEF"),
}


@pytest.mark.parametrize("change", HEADERS_REFUSED.values(), ids=HEADERS_REFUSED.keys())
async def test_a_signed_token_whose_header_is_not_right_is_refused(change: Change) -> None:
    top = header()
    change(top)
    text = put_together(top, claims())
    # Signed with the issuer's own key over this very header, so that only the header is wrong.
    content = text.rpartition(".")[0].encode()
    signature = jws.JWSRegistry.algorithms["ES256"].sign(content, EC)
    with pytest.raises(NotAuthenticated, match=NOT_VALID):
        await ask(f"{content.decode()}.{encoded(signature)}")


def forged() -> dict[str, str]:
    payload = json.dumps(claims()).encode()
    public = RSA.as_pem(private=False)
    head, body, signature = token().split(".")
    hs_head = encoded({"typ": "at+jwt", "alg": "HS256", "kid": "rsa"})
    hs_content = f"{hs_head}.{encoded(payload)}"
    twice_headed = b'{"alg":"none","typ":"at+jwt","alg":"ES256","kid":"ec"}'
    twice = b'{"roles":["social-worker"],' + payload[1:]
    return {
        **{
            f"alg {name}": put_together({"typ": "at+jwt", "alg": name, "kid": "ec"}, claims(), b"")
            for name in ("none", "None", "NONE", "nOnE", "", "HS256", "ES256K", "ES384", "dir")
        },
        "alg missing": put_together({"typ": "at+jwt", "kid": "ec"}, claims()),
        "alg is a list": put_together({"typ": "at+jwt", "alg": ["ES256"], "kid": "ec"}, claims()),
        "the public key as an HMAC secret": (
            f"{hs_content}.{encoded(hmac.digest(public, hs_content.encode(), 'sha256'))}"
        ),
        "signed by somebody else": signed(header(), payload, ECKey.generate_key("P-256")),
        "signed by somebody else, RSA": signed(
            header() | {"alg": "RS256", "kid": "rsa"}, payload, WEAK
        ),
        "another key's id": signed(header() | {"kid": "rsa"}, payload),
        "RS256 with the EC key's id": signed(header() | {"alg": "RS256"}, payload, RSA),
        "a signature of zeros": put_together(header(), claims(), bytes(64)),
        "a signature of ones": put_together(header(), claims(), b"\x01" * 64),
        "no signature": f"{head}.{body}.",
        "half a signature": f"{head}.{body}.{signature[:40]}",
        "another payload": f"{head}.{encoded(claims() | {'roles': ['inspector']})}.{signature}",
        "a claim said twice": signed(header(), twice),
        "a header said twice": (f"{encoded(twice_headed)}.{body}.{signature}"),
        "NaN": signed(header(), payload.replace(b'"jti"', b'"n":NaN,"jti"')),
        "exp beyond any number": signed(header(), payload[:-1] + b',"nbf":1e999}'),
        "claims are a list": signed(header(), b"[]"),
        "claims are text": signed(header(), b'"x"'),
        "claims are not UTF-8": signed(header(), b'{"sub":"\xff"}'),
        "claims are 100,000 digits": signed(header(), b'{"exp":' + b"9" * 5000 + b"}"),
        "brackets": put_together(header(), b"[" * 4000),
        "two parts": f"{head}.{body}",
        "four parts": f"{head}.{body}.{signature}.x",
        "five parts, as if encrypted": f"{head}.{body}.{signature}.x.y",
        "padding": f"{head}=.{body}.{signature}",
        "plain base64": f"{head}.{body}.{signature[:-2]}+/",
        "a blank within": f"{head}. {body}.{signature}",
        "too long": token(with_(sub="x" * 200, more="y" * MAX_TOKEN)),
        "empty": "",
        "dots": "..",
        "text": "social-worker",
        "not ASCII": "é.é.é",
    }


FORGED = forged()


@pytest.mark.parametrize("text", FORGED.values(), ids=FORGED.keys())
async def test_a_forged_or_broken_token_is_refused(text: str) -> None:
    with pytest.raises(NotAuthenticated, match=NOT_VALID):
        await ask(text)


def test_the_attack_list_is_long_enough_to_mean_something() -> None:
    assert len(CLAIMS_REFUSED) + len(HEADERS_REFUSED) + len(FORGED) > 150


@pytest.mark.parametrize(
    "headers, says",
    [
        ([], "no access token"),
        ([(b"authorization", b"Basic eDp5")], "not valid"),
        ([(b"authorization", b"Bearer")], "not valid"),
        ([(b"authorization", b"DPoP " + token().encode())], "not valid"),
        ([(b"authorization", b"Bearer " + token().encode())] * 2, "not valid"),
        ([(b"cookie", b"token=" + token().encode())], "no access token"),
    ],
)
async def test_a_token_comes_once_and_as_a_bearer(
    headers: list[tuple[bytes, bytes]], says: str
) -> None:
    with pytest.raises(NotAuthenticated, match=says) as caught:
        await identity().viewer(headers, None, NOW)
    expected = "invalid_token" in challenge(caught.value)["WWW-Authenticate"]
    assert expected is (says == "not valid")


async def test_one_of_several_roles_is_chosen_by_header_and_never_guessed() -> None:
    several = token(with_(roles=["team-manager", "social-worker"]))
    chosen = await ask(several, (b"homeward-role", b"team-manager"))
    assert chosen.role is Role.TEAM_MANAGER
    for headers in (
        (),
        ((b"homeward-role", b"inspector"),),
        ((b"homeward-role", b"team-manager"),) * 2,
    ):
        with pytest.raises(NotAuthenticated, match="which role"):
            await ask(several, *headers)
    with pytest.raises(NotAuthenticated, match="which role"):
        await ask(token(), (b"homeward-role", b"inspector"))


async def test_a_verified_token_is_remembered_and_dies_on_the_second() -> None:
    who = identity()
    text = token()
    expires = datetime.fromtimestamp(claims()["exp"], UTC)
    assert await ask(text, who=who) == await ask(text, who=who)
    assert (await ask(text, who=who, now=expires - timedelta(seconds=1))).subject == "7f3a"
    with pytest.raises(NotAuthenticated):
        await ask(text, who=who, now=expires)


async def test_the_clock_of_the_issuer_may_be_a_little_ahead() -> None:
    ahead = int(NOW.timestamp()) + LEEWAY_SECONDS
    assert (await ask(token(with_(iat=ahead, nbf=ahead)))).subject == "7f3a"


async def test_a_remembered_token_still_needs_its_binding_each_time() -> None:
    who = identity(Proxy(addresses=("192.0.2.7",), certificate_header="X-Client-Cert"))
    bound = token(with_(cnf={"x5t#S256": "A" * 43}))
    for _ in range(2):
        with pytest.raises(NotAuthenticated, match=NOT_VALID):
            await ask(bound, who=who)
