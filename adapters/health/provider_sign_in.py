"""How a provider's server lets the gateway in: by what its deployment says, and nothing guessed.

A signed assertion is what NHS England and the vendors ask for; a client secret, HTTP Basic or a fixed
token are what servers of other makes take. A server that lets anybody in is taken on this machine only.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeVar
from urllib.parse import urlsplit

from adapters.credentials import Credentials, Fixed
from adapters.health.settings import ProviderSettings
from adapters.settings import Secret
from adapters.tokens import (
    Client,
    ClientSecret,
    ClientSecretInHeader,
    SignedAssertion,
    Tokens,
)
from records.errors import WrongSettings
from records.http import Http

T = TypeVar("T")


def credentials_of(name: str, http: Http, settings: ProviderSettings) -> Credentials:
    """The credentials that ``sign_in`` asks for.

    Raises:
        WrongSettings: one that it needs is missing, or the key cannot be read.
    """
    return _WAYS[settings.sign_in](name, http, settings)


def _by_key(name: str, http: Http, settings: ProviderSettings) -> Credentials:
    assertion = SignedAssertion(
        _needed(name, settings, "client_id", settings.client_id),
        _needed(name, settings, "private_key", settings.private_key),
        kid=_needed(name, settings, "key_id", settings.key_id),
        algorithm=settings.algorithm,
    )
    return _tokens(name, http, settings, assertion)


def _by_secret(name: str, http: Http, settings: ProviderSettings) -> Credentials:
    return _tokens(name, http, settings, ClientSecret(*_pair(name, settings)))


def _by_secret_in_header(name: str, http: Http, settings: ProviderSettings) -> Credentials:
    return _tokens(name, http, settings, ClientSecretInHeader(*_pair(name, settings)))


def _tokens(name: str, http: Http, settings: ProviderSettings, client: Client) -> Credentials:
    token_url = _needed(name, settings, "token_url", settings.token_url)
    return Tokens(name, http, token_url, client, scope=settings.scope, timeout=settings.timeout)


def _basic(name: str, _http: Http, settings: ProviderSettings) -> Credentials:
    user, secret = _pair(name, settings)
    pair = b64encode(f"{user}:{secret.reveal}".encode()).decode("ascii")
    return Fixed({"authorization": f"Basic {pair}"})


def _token(name: str, _http: Http, settings: ProviderSettings) -> Credentials:
    token = _needed(name, settings, "token", settings.token)
    return Fixed({"authorization": f"Bearer {token.reveal}"})


def _none(name: str, _http: Http, settings: ProviderSettings) -> Credentials:
    if urlsplit(settings.url.text).scheme != "http":
        raise WrongSettings(
            f"[sources.{name}] `sign_in` is `none`, which is for a server on this machine, over"
            " plain http; say how this one lets the gateway in"
        )
    return Fixed({})


def _pair(name: str, settings: ProviderSettings) -> tuple[str, Secret]:
    return (
        _needed(name, settings, "client_id", settings.client_id),
        _needed(name, settings, "client_secret", settings.client_secret),
    )


def _needed(name: str, settings: ProviderSettings, setting: str, value: T | None) -> T:
    if value is None:
        raise WrongSettings(
            f"[sources.{name}] `sign_in` is `{settings.sign_in}`, which needs `{setting}`; add it"
        )
    return value


_WAYS: Final[Mapping[str, Callable[[str, Http, ProviderSettings], Credentials]]] = MappingProxyType(
    {
        "private-key-jwt": _by_key,
        "client-secret": _by_secret,
        "client-secret-basic": _by_secret_in_header,
        "basic": _basic,
        "token": _token,
        "none": _none,
    }
)
