"""What is wrong with settings that no single value shows."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from disclosure.sayable import CARING
from gateway.settings import Settings, is_loopback
from gateway.stating.mistakes import mistakes as wrong_facts

ALGORITHMS: Final = frozenset(
    {"ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512", "Ed25519"}
)


def mistakes(settings: Settings) -> list[str]:
    """Each mistake as half a line: what is wrong and what to do."""
    return [
        *_wrong_listen(settings),
        *_wrong_issuers(settings),
        *_wrong_edge(settings),
        *_wrong_notices(settings),
        *_wrong_peers(settings),
        *_wrong_health_channels(settings),
        *wrong_facts(settings),
    ]


def _wrong_listen(settings: Settings) -> list[str]:
    host, _, port = settings.listen.rpartition(":")
    if not host or not (port.isascii() and port.isdigit()) or int(port) > 65535:  # noqa: PLR2004 (the highest port)
        return [f"`listen` is not host:port; write for example {Settings().listen}"]
    return []


def _wrong_issuers(settings: Settings) -> list[str]:
    wrong = []
    if settings.production and not settings.issuers:
        wrong.append("production needs `[[issuers]]`; name who issues its access tokens")
    if len({issuer.iss for issuer in settings.issuers}) < len(settings.issuers):
        wrong.append("two `[[issuers]]` have the same `iss`; keep one")
    for issuer in settings.issuers:
        unknown = set(issuer.algorithms) - ALGORITHMS
        if unknown or not issuer.algorithms:
            allowed = ", ".join(sorted(ALGORITHMS))
            wrong.append(f"`algorithms` of an issuer may hold {allowed}; correct the list")
        if (issuer.jwks_url is None) == (issuer.jwks_file is None):
            wrong.append("an issuer needs one of `jwks_url` and `jwks_file`; give exactly one")
        if issuer.jwks_url is not None and not _safe_url(issuer.jwks_url, settings):
            wrong.append("`jwks_url` has to begin with https://; keys are not fetched in clear")
    return wrong


def _wrong_edge(settings: Settings) -> list[str]:
    wrong = []
    if settings.production and not settings.hosts:
        wrong.append("production needs `hosts`; list the names that callers may ask for")
    if settings.proxy.certificate_header and not settings.proxy.addresses:
        wrong.append("`certificate_header` needs `addresses` of the proxy that sets it; add them")
    for address in (*settings.proxy.addresses, *settings.telemetry.metrics_for):
        try:
            ipaddress.ip_network(address)
        except ValueError:
            wrong.append("`addresses` and `metrics_for` are IP addresses or networks; correct them")
    if settings.documents.required and settings.documents.folder is None:
        wrong.append("`documents.required` needs `documents.folder`; say where they are")
    return wrong


def _wrong_notices(settings: Settings) -> list[str]:
    wrong = []
    if settings.production and settings.notices.loopback:
        wrong.append("`notices.loopback` is for development; remove it")
    mail = settings.notices.mail
    if settings.production and mail is not None and not mail.tls:
        wrong.append("`notices.mail.tls` is off; in production every message goes over TLS")
    pushing = {f"sources.{name}": one.inbound for name, one in settings.sources.items()}
    pushing |= {f"carers.{name}": one.inbound for name, one in settings.carers.items()}
    wrong += [
        f"`carers.{name}.role` is no role of a home or fostering service;"
        f" choose one of {', '.join(sorted(role.value for role in CARING))}"
        for name, one in settings.carers.items()
        if one.role not in CARING
    ]
    for where, inbound in pushing.items():
        if inbound is None:
            continue
        by_secret = inbound.client_id is not None and bool(inbound.secret_files)
        if by_secret == (inbound.token_client is not None):
            wrong.append(
                f"`{where}.inbound` needs `client_id` with `secret_files`, or `token_client`;"
                " give one of the two"
            )
        if inbound.certificate is not None and settings.proxy.certificate_header is None:
            wrong.append(
                f"`{where}.inbound.certificate` needs `proxy.certificate_header`;"
                " say how the proxy passes certificates on"
            )
    return wrong


def _wrong_health_channels(settings: Settings) -> list[str]:
    wrong = []
    mesh = settings.notices.mesh
    if mesh is not None and not _safe_url(mesh.url, settings):
        wrong.append("`notices.mesh.url` has to begin with https://; notices do not go in clear")
    if not settings.sources.keys() >= set(settings.notices.fhir):
        wrong.append("`notices.fhir` holds names of systems under `[sources]`; correct it")
    for sender, system in ({} if mesh is None else mesh.documents).items():
        if sender.count("/") != 1 or system not in settings.sources:
            wrong.append(
                "`notices.mesh.documents` has `mailbox/workflow id` on the left and the name of a"
                " system under `[sources]` on the right; correct it"
            )
    return wrong


def _wrong_peers(settings: Settings) -> list[str]:
    peers = settings.peers
    if peers is None:
        return []
    wrong = []
    if not peers.directory_keys:
        wrong.append("`peers.directory_keys` is empty; name the public key of whoever issues it")
    if peers.directory_file is None and peers.directory_url is None:
        wrong.append(
            "`peers` needs `directory_file` or `directory_url`; say where the directory is"
        )
    if peers.directory_url is not None and not _safe_url(peers.directory_url, settings):
        wrong.append("`peers.directory_url` has to begin with https://; it is not fetched in clear")
    if settings.proxy.certificate_header is None:
        wrong.append(
            "`peers` needs `proxy.certificate_header`; say how the proxy passes on the"
            " certificates that gateways show"
        )
    if settings.production and not peers.desk:
        wrong.append("`peers.desk` is empty; say who is told when a gateway cannot be reached")
    return wrong


def _safe_url(url: str, settings: Settings) -> bool:
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return True
    in_dev = not settings.production and parts.scheme == "http"
    return in_dev and is_loopback(parts.hostname or "")
