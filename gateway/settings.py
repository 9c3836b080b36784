"""The deployment: one TOML file and `HOMEWARD_*` in the environment, read once at the start.

`HOMEWARD_CONFIG` names the file; nothing needs to be set for development. A variable wins
over the file: `HOMEWARD_LISTEN` sets `listen`, `HOMEWARD_LIMITS__DEPTH` sets `depth` under
`[limits]`. Secrets are in files, and the settings say where.

A mistake stops the start with one line: what is wrong, where, and what to do.
"""

from __future__ import annotations

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias
from urllib.parse import urlsplit

import msgspec

from records.errors import WrongSettings

PREFIX: Final = "HOMEWARD_"
# Read by the command before or beside the settings, and no part of them.
_OTHER_VARIABLES: Final = frozenset(
    {"CONFIG", "TOKEN", "URL", "PROTOCOL_TEXTS", "CEDAR_SITUATIONS"}
)

ALGORITHMS: Final = frozenset(
    {"ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512", "Ed25519"}
)

Count: TypeAlias = Annotated[int, msgspec.Meta(ge=1)]
Seconds: TypeAlias = Annotated[float, msgspec.Meta(gt=0, le=3600)]
Text: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of the settings. A word it does not know is a mistake, not an extra."""


class Issuer(Section, frozen=True):
    """Who issues access tokens for the gateway, and what their tokens must look like.

    ``jwks_seconds`` is how long keys are kept: a key that the issuer has withdrawn is dead
    here after that time at the latest. ``lifetime_seconds`` is the longest ``exp - iat``.
    """

    iss: Text
    audience: Text
    jwks_url: Text | None = None
    jwks_file: Path | None = None
    algorithms: tuple[Text, ...] = ("ES256", "PS256", "RS256", "Ed25519")
    jwks_seconds: Seconds = 300.0
    lifetime_seconds: Count = 900


class Keys(Section, frozen=True):
    """Where the gateway's own secrets are, one file each.

    In development a missing file is made at the first start; in production it stops it.
    """

    folder: Path = Path(".homeward/keys")


class Limits(Section, frozen=True):
    """What is refused before any work is done.

    Counts follow fragments: a field in a fragment spread twice counts twice. ``fields`` bounds
    what one document asks for after that, ``repeats`` one answer name in one selection.
    ``subscriptions`` may run on one socket, which has to begin within ``socket_seconds`` and whose
    messages have at most ``socket_bytes``.
    """

    body_bytes: Count = 128 * 1024
    header_bytes: Count = 16 * 1024
    header_count: Count = 64
    tokens: Count = 8000
    depth: Count = 16
    aliases: Count = 60
    fragments: Count = 60
    spreads: Count = 200
    root_fields: Count = 8
    repeats: Count = 10
    fields: Count = 5000
    cost: Count = 40_000
    documents: Count = 500
    connections: Count = 1000
    header_seconds: Seconds = 10.0
    body_seconds: Seconds = 10.0
    idle_seconds: Seconds = 15.0
    write_seconds: Seconds = 20.0
    answer_seconds: Seconds = 20.0
    shutdown_seconds: Seconds = 10.0
    socket_bytes: Count = 64 * 1024
    socket_seconds: Seconds = 5.0
    subscriptions: Count = 20


class Documents(Section, frozen=True):
    """Trusted documents: `<client>/<name>.graphql` under the folder, or `<name>.graphql` for all.

    Where ``required``, a document that is not among them is refused.
    """

    folder: Path | None = None
    required: bool = False


class Proxy(Section, frozen=True):
    """The proxy that ends TLS in front of the gateway, if there is one.

    Only from these addresses is anything believed that a proxy adds: the caller's address
    and, in ``certificate_header``, the certificate that the caller showed.
    """

    addresses: tuple[Text, ...] = ()
    certificate_header: Text | None = None


class Tls(Section, frozen=True):
    """Certificates for speaking to systems: authorities trusted besides the platform's, and ours."""

    authorities: tuple[Path, ...] = ()
    identity: Path | None = None


class Telemetry(Section, frozen=True):
    """Where spans go, how large a share of questions is traced, and who may read /metrics.

    ``metrics_for`` are addresses or networks. Nobody else: counts of systems asked, read
    between two questions, would tell which systems were asked.
    """

    otlp_endpoint: Text | None = None
    sampled: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.05
    metrics_for: tuple[Text, ...] = ("127.0.0.1", "::1")


class InboundSettings(Section, frozen=True):
    """How a system that pushes documents proves that it is itself.

    By an id and a secret in headers (``secret_files``: those that are good, the newest first), or by
    an access token whose client is ``token_client``. ``certificate`` is the base64url SHA-256 of
    the certificate that it has to show besides, to the proxy in front of the gateway.
    """

    client_id: Text | None = None
    secret_files: tuple[Path, ...] = ()
    id_header: Text = "x-client-id"
    secret_header: Text = "x-client-secret"  # noqa: S105 (a header's name)
    token_client: Text | None = None
    certificate: Text | None = None
    body_bytes: Count = 1024 * 1024


class Mail(Section, frozen=True):
    """The relay for secure e-mail. ``sign_in`` is the page to which messages point."""

    host: Text
    sender: Text
    sign_in: Text
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 587
    user: Text | None = None
    password_file: Path | None = None
    tls: bool = True


class MeshMailbox(Section, frozen=True):
    """Our mailbox at MESH, the health service's message exchange, and the workflow id of notices.

    The service asks for a certificate: `tls.identity`.
    """

    url: Text
    mailbox: Text
    workflow: Text
    password_file: Path
    shared_key_file: Path


class Notices(Section, frozen=True):
    """Who has to be told: how notices are sent, and by which processes.

    ``works``: this process sends notices and fires clocks; without it, some other has to
    (``homeward work``). ``origin`` names this deployment in what it sends. ``secrets`` are the files of
    webhook secrets by the names that recipients are registered with. ``loopback``: webhooks to this
    very machine, over plain HTTP too; in development only. ``desk`` are the recipients who are told
    that an event waits for somebody to say which child it is about.
    """

    desk: tuple[Text, ...] = ()
    works: bool = True
    origin: Text = "urn:homeward"
    secrets: dict[str, Path] = msgspec.field(default_factory=dict)
    loopback: bool = False
    mail: Mail | None = None
    mesh: MeshMailbox | None = None
    heartbeat_seconds: Seconds = 20.0
    look_seconds: Seconds = 1.0


class SourceSettings(Section, frozen=True):
    """One system: its kind of adapter, how long it may take, and what its adapter needs to know.

    A setting of the adapter that is a secret is better not written here: under
    `client_secret_file` stands the file that holds what `client_secret` would be.

    ``at_once`` bounds the calls to it under way, ``calls_per_second`` those begun in a second,
    where that is less than what its adapter says of its interface. Both are for one gateway:
    replicas share what a system allows, so give each its part. ``inbound`` is there for a system
    that pushes documents to `/events/<name>`.
    """

    adapter: Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]*$")]
    deadline_seconds: Seconds = 5.0
    at_once: Count | None = None
    calls_per_second: Annotated[float, msgspec.Meta(gt=0)] | None = None
    inbound: InboundSettings | None = None
    config: dict[str, Any] = msgspec.field(default_factory=dict)

    def __repr__(self) -> str:
        """Which adapter; not its settings, among which are secrets."""
        return f"SourceSettings({self.adapter!r}, …)"


OURS: Final = frozenset(SourceSettings.__struct_fields__) - {"config"}
"""The settings of a `[sources.<name>]` that are not its adapter's."""


class Settings(Section, frozen=True):
    """Everything that a deployment decides. Secrets themselves are never in it.

    ``partnerships`` are those whose protocols have to be there, so that a lost folder stops the
    start. In production a newly approved bundle is looked for every ``policy_seconds``.
    """

    mode: Literal["dev", "production"] = "dev"
    listen: Text = "127.0.0.1:8080"
    database: Text = "sqlite+aiosqlite:///.homeward/homeward.sqlite"
    protocols: Path | None = None
    partnerships: tuple[Text, ...] = ()
    policy_seconds: Seconds = 60.0
    hosts: tuple[Text, ...] = ()
    origins: tuple[Text, ...] = ()
    introspection: bool | None = None
    graphiql: bool | None = None
    issuers: tuple[Issuer, ...] = ()
    keys: Keys = Keys()
    limits: Limits = Limits()
    documents: Documents = Documents()
    proxy: Proxy = Proxy()
    tls: Tls = Tls()
    telemetry: Telemetry = Telemetry()
    notices: Notices = Notices()
    sources: dict[str, SourceSettings] = msgspec.field(default_factory=dict)

    def __repr__(self) -> str:
        """Mode and address; the database's address holds its password."""
        return f"Settings({self.mode!r}, {self.listen!r}, …)"

    @property
    def production(self) -> bool:
        """Whether real children are behind this."""
        return self.mode == "production"

    @property
    def host(self) -> str:
        """The address listened on."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The port listened on; 0 lets the machine choose."""
        return int(self.listen.rpartition(":")[2])

    @property
    def on_loopback(self) -> bool:
        """Whether nobody but this machine can reach the gateway."""
        return is_loopback(self.host)

    @property
    def shows_schema(self) -> bool:
        """Whether introspection is answered: in development unless said otherwise."""
        return not self.production if self.introspection is None else self.introspection

    @property
    def shows_graphiql(self) -> bool:
        """Whether the GraphiQL page is there: in development unless said otherwise."""
        return not self.production if self.graphiql is None else self.graphiql


def is_loopback(host: str) -> bool:
    """Whether a host is this machine and cannot be reached from another."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this deployment.

    Raises:
        WrongSettings: one line that says what is wrong, where, and what to do.
    """
    environment = os.environ if environ is None else environ
    name = environment.get(f"{PREFIX}CONFIG")
    written = _read(Path(name)) if name else {}
    where = name or "the settings"
    merged = _with_sources(_with_variables(written, environment), where)
    try:
        settings = msgspec.convert(merged, Settings, strict=False, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise WrongSettings(f"{where}: {_plain(error)}") from None
    _check(settings, where)
    return settings


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise WrongSettings(
            f"{path}: cannot be read; correct HOMEWARD_CONFIG, or unset it to use the defaults"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        said = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "it is not UTF-8"
        raise WrongSettings(f"{path}: not valid TOML: {said}; correct the file") from None


def _with_variables(written: Mapping[str, object], environ: Mapping[str, str]) -> dict[str, object]:
    """The file's settings with those of the environment laid over them."""
    merged: dict[str, object] = {
        key: dict(value) if isinstance(value, dict) else value for key, value in written.items()
    }
    for variable, value in sorted(environ.items()):
        name = variable.removeprefix(PREFIX)
        if not variable.startswith(PREFIX) or name in _OTHER_VARIABLES:
            continue
        *sections, key = name.lower().split("__")
        place = merged
        for section in sections:
            deeper = place.setdefault(section, {})
            if not isinstance(deeper, dict):
                raise WrongSettings(
                    f"{variable}: `{section}` has no settings below it; correct the name"
                )
            place = deeper
        place[key] = (
            value.split(",")
            if key in {"hosts", "origins", "addresses", "metrics_for", "partnerships", "desk"}
            else value
        )
    return merged


def _with_sources(merged: dict[str, object], where: str) -> dict[str, object]:
    """The settings with each `[sources.<name>]` parted into ours and its adapter's."""
    sources = merged.get("sources", {})
    if not isinstance(sources, dict):
        raise WrongSettings(f"{where}: `sources` is not a table; write [sources.<name>]")
    parted: dict[str, object] = {}
    for name, table in sources.items():
        if not isinstance(table, dict):
            raise WrongSettings(f"{where}: `sources.{name}` is not a table; write [sources.{name}]")
        ours = {key: table[key] for key in OURS if key in table}
        parted[name] = ours | {"config": {k: v for k, v in table.items() if k not in ours}}
    return merged | {"sources": parted}


def _decode(kind: type, value: object) -> object:
    """The one kind of setting that msgspec does not know by itself."""
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise NotImplementedError


def _plain(error: msgspec.ValidationError) -> str:
    """A mistake in plain words. msgspec names the place as `$.limits.depth`."""
    said, _, place = str(error).partition(" - at ")
    place = place.strip("`").removeprefix("$").removeprefix(".") or "the top level"
    said = said.replace("Object contains unknown field", "there is no setting called")
    said = said.replace("Object missing required field", "there has to be a setting")
    return f"{said} (at {place}); correct or remove it"


def _check(settings: Settings, where: str) -> None:
    """What no single value shows.

    Raises:
        WrongSettings: as for `load`.
    """
    for wrong in (
        *_wrong_listen(settings),
        *_wrong_issuers(settings),
        *_wrong_edge(settings),
        *_wrong_notices(settings),
    ):
        raise WrongSettings(f"{where}: {wrong}")


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
    mesh = settings.notices.mesh
    if mesh is not None and not _safe_url(mesh.url, settings):
        wrong.append("`notices.mesh.url` has to begin with https://; notices do not go in clear")
    for name, source in settings.sources.items():
        inbound = source.inbound
        if inbound is None:
            continue
        by_secret = inbound.client_id is not None and bool(inbound.secret_files)
        if by_secret == (inbound.token_client is not None):
            wrong.append(
                f"`sources.{name}.inbound` needs `client_id` with `secret_files`, or `token_client`;"
                " give one of the two"
            )
        if inbound.certificate is not None and settings.proxy.certificate_header is None:
            wrong.append(
                f"`sources.{name}.inbound.certificate` needs `proxy.certificate_header`;"
                " say how the proxy passes certificates on"
            )
    return wrong


def _safe_url(url: str, settings: Settings) -> bool:
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return True
    in_dev = not settings.production and parts.scheme == "http"
    return in_dev and is_loopback(parts.hostname or "")
