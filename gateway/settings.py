"""The deployment: one TOML file and `HOMEWARD_*` in the environment, read once at the start.

What may be set, and what holds where nothing is. `gateway.settings_reading` reads the file,
`gateway.settings_mistakes` says what no single value shows. Secrets are in files, and the
settings say where.
"""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec

from records.people import Role, Standing

Count: TypeAlias = Annotated[int, msgspec.Meta(ge=1)]
Seconds: TypeAlias = Annotated[float, msgspec.Meta(gt=0, le=3600)]
Text: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]
ClaimPath: TypeAlias = Text | Annotated[tuple[Text, ...], msgspec.Meta(min_length=1, max_length=5)]
MailboxId: TypeAlias = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{1,60}$")]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of the settings. A word it does not know is a mistake, not an extra."""


class Issuer(Section, frozen=True):
    """Who issues access tokens for the gateway, and what their tokens must look like.

    ``jwks_seconds`` is how long keys are kept: a key that the issuer has withdrawn is dead
    here after that time at the latest. ``lifetime_seconds`` is the longest ``exp - iat``.

    ``organisation_claim``, ``roles_claim`` and ``team_claim`` say where the issuer puts them: a name,
    or the names on the way down. ``roles`` says what it calls ours, its name first; where it is given,
    what else a token names is no role here.
    """

    iss: Text
    audience: Text
    jwks_url: Text | None = None
    jwks_file: Path | None = None
    algorithms: tuple[Text, ...] = ("ES256", "PS256", "RS256", "Ed25519")
    jwks_seconds: Seconds = 300.0
    lifetime_seconds: Count = 900
    organisation_claim: ClaimPath = "organisation"
    roles_claim: ClaimPath = "roles"
    team_claim: ClaimPath = "team"
    roles: dict[str, Role] = msgspec.field(default_factory=dict)


class Dpop(Section, frozen=True):
    """Proofs of the key that an access token is bound to (RFC 9449), where an issuer binds them.

    A proof is good for ``seconds`` after it was made, and once. With ``nonce`` it has to hold a value
    that the gateway gave out a moment ago, so that none can be made beforehand; a client without it
    is sent it, and asks again.
    """

    seconds: Annotated[float, msgspec.Meta(ge=1, le=600)] = 60.0
    nonce: bool = False


class Keys(Section, frozen=True):
    """Where the gateway's own secrets are, one file each.

    In development a missing file is made at the first start; in production it stops it.
    """

    folder: Path = Path(".homeward/keys")


class Limits(Section, frozen=True):
    """What is refused before any work is done.

    Counts follow fragments: a field in a fragment spread twice counts twice. ``fields`` bounds
    what one document asks for after that, ``repeats`` one answer name in one selection.
    One client may ask ``client_burst`` times at once, and ``client_per_second`` times a second after that.
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
    client_per_second: Annotated[float, msgspec.Meta(gt=0)] = 100.0
    client_burst: Count = 500


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

    The service asks for a certificate: `tls.identity`. Where notices are sent by this process, the
    mailbox is collected too, every ``collect_seconds``. ``documents`` says whose documents are read
    as events: `mailbox/workflow id` of the sender, and the system under `[sources]` that it is.
    """

    url: Text
    mailbox: MailboxId
    workflow: Text
    password_file: Path
    shared_key_file: Path
    collects: bool = True
    collect_seconds: Seconds = 60.0
    documents: dict[str, str] = msgspec.field(default_factory=dict)


class Notices(Section, frozen=True):
    """Who has to be told: how notices are sent, and by which processes.

    ``works``: this process sends notices and fires clocks; without it, some other has to
    (``homeward work``). ``origin`` names this deployment in what it sends. ``secrets`` are the files of
    webhook secrets by the names that recipients are registered with. ``loopback``: webhooks to this
    very machine, over plain HTTP too; in development only. ``desk`` are the recipients who are told
    that an event waits for somebody to say which child it is about. ``fhir`` are the systems under
    `[sources]` into which notices are put as tasks, looked at every ``follow_seconds``.
    Every ``reconsider_seconds`` it is looked up whose facts have changed, so that their clocks and recipients
    are judged again, and whether a week, a month, a quarter or a year has ended.
    """

    desk: tuple[Text, ...] = ()
    works: bool = True
    origin: Text = "urn:homeward"
    secrets: dict[str, Path] = msgspec.field(default_factory=dict)
    loopback: bool = False
    mail: Mail | None = None
    mesh: MeshMailbox | None = None
    fhir: tuple[Text, ...] = ()
    follow_seconds: Seconds = 30.0
    heartbeat_seconds: Seconds = 20.0
    look_seconds: Seconds = 1.0
    reconsider_seconds: Seconds = 10.0


class FactsSettings(Section, frozen=True):
    """How the codes of one system are read as standing with a child: its workers, teams, homes, schools.

    ``organisation`` is whose system it is, as its people's tokens carry it. A worker is a person by
    ``workers_file`` (columns `worker` and `subject`: the system's key and the `sub` of their tokens), or
    with ``subjects_are_workers`` by that key itself; ``issuer`` is who issues those tokens. ``teams`` gives
    the team that tokens carry, ``jobs`` what a worker in a job is to the child, ``providers`` and
    ``schools`` the organisation of each, ``nurse_teams`` the team for children looked after in an
    authority's area (GSS code). ``legal`` and ``placements`` read codes that are not SSDA903's, ``uasc`` the
    codes of an immigration status that says so. ``knows_as`` is what the organisation is to every child
    whom its system knows. A child is read again after ``reread_hours`` at the latest.
    """

    organisation: Text
    issuer: Text | None = None
    workers_file: Path | None = None
    subjects_are_workers: bool = False
    teams: dict[str, Text] = msgspec.field(default_factory=dict)
    jobs: dict[str, Standing] = msgspec.field(
        default_factory=lambda: {"Independent reviewing officer": Standing.REVIEWS_CARE}
    )
    providers: dict[str, Text] = msgspec.field(default_factory=dict)
    schools: dict[str, Text] = msgspec.field(default_factory=dict)
    nurse_teams: dict[str, Text] = msgspec.field(default_factory=dict)
    legal: dict[str, Text] = msgspec.field(default_factory=dict)
    placements: dict[str, Text] = msgspec.field(default_factory=dict)
    uasc: tuple[Text, ...] = ()
    knows_as: Standing | None = None
    reread_hours: Annotated[float, msgspec.Meta(gt=0, le=24 * 31)] = 24.0


class PollSettings(Section, frozen=True):
    """How often a system that pushes nothing is asked what has changed there.

    ``jitter`` is the share of the interval by which it varies. At the first look, what happened in
    the last ``looks_back_hours`` is told, and nothing older. A look may take ``deadline_seconds`` and
    has calls of its own (``at_once``, ``calls_per_second``) beside those of questions. What is told
    is late when the system's own data are older than ``late_after_seconds``: three intervals, at
    least a quarter of an hour, unless said otherwise. ``asked_for`` is on whose behalf it is asked.
    ``facts`` has standing with each child, and what is known of them, read from the same records.

    A child of whom something was told in the last 90 days is read again after ``reread_hours``. A record that
    is not found is taken for gone if data ``gone_after_hours`` newer do not hold it either, and what was told of it
    is taken back; where more than ``gone_at_most`` are gone at once, nothing is.
    """

    every_seconds: Annotated[float, msgspec.Meta(gt=0, le=86_400)] = 300.0
    jitter: Annotated[float, msgspec.Meta(ge=0, le=0.5)] = 0.1
    looks_back_hours: Annotated[float, msgspec.Meta(gt=0, le=24 * 31)] = 72.0
    deadline_seconds: Annotated[float, msgspec.Meta(gt=0, le=3600)] = 60.0
    at_once: Count = 2
    calls_per_second: Annotated[float, msgspec.Meta(gt=0)] | None = None
    late_after_seconds: Annotated[float, msgspec.Meta(gt=0)] | None = None
    asked_for: Text = "homeward"
    reread_hours: Annotated[float, msgspec.Meta(gt=0, le=24 * 31)] = 24.0
    gone_after_hours: Annotated[float, msgspec.Meta(gt=0, le=24 * 31)] = 6.0
    gone_at_most: Count = 20
    facts: FactsSettings | None = None


class PeersSettings(Section, frozen=True):
    """Gateways of other regions: what this one is called among them, and where they are listed.

    ``directory_keys`` are files of the public keys (PEM, Ed25519) of whoever issues the directory: the
    old and the new while they change. The directory is read from ``directory_file`` at the start and
    fetched from ``directory_url`` every ``refresh_seconds``; the newest that is signed counts. An
    authority that does not acknowledge within ``acknowledge_minutes``, or cannot be reached, is for
    the recipients in ``desk``. What pushes did not bring is fetched every ``fetch_seconds``.
    """

    name: Text
    directory_keys: tuple[Path, ...]
    directory_file: Path | None = None
    directory_url: Text | None = None
    desk: tuple[Text, ...] = ()
    acknowledge_minutes: Count = 30
    fetch_seconds: Seconds = 60.0
    refresh_seconds: Seconds = 900.0
    body_bytes: Count = 1024 * 1024


class SourceSettings(Section, frozen=True):
    """One system: its kind of adapter, how long it may take, and what its adapter needs to know.

    A setting of the adapter that is a secret is better not written here: under
    `client_secret_file` stands the file that holds what `client_secret` would be.

    ``at_once`` bounds the calls to it under way, ``calls_per_second`` those begun in a second,
    where that is less than what its adapter says of its interface. Both are for one gateway:
    replicas share what a system allows, so give each its part. ``organisations`` are those whose
    own record stands in it, by the codes that their people's tokens carry; where it is not said,
    it counts as every organisation's of its kind. ``inbound`` is there for a system
    that pushes documents to `/events/<name>`, ``poll`` for one that is asked what has changed.
    """

    adapter: Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]*$")]
    deadline_seconds: Seconds = 5.0
    at_once: Count | None = None
    calls_per_second: Annotated[float, msgspec.Meta(gt=0)] | None = None
    organisations: tuple[Text, ...] = ()
    inbound: InboundSettings | None = None
    poll: PollSettings | None = None
    config: dict[str, Any] = msgspec.field(default_factory=dict)

    def __repr__(self) -> str:
        """Which adapter; not its settings, among which are secrets."""
        return f"SourceSettings({self.adapter!r}, …)"


class CarersSettings(Section, frozen=True):
    """The system of a children's home or fostering service, which states absences at `/events/carers/<name>`.

    ``organisation`` is whose it is, by the code that its people's tokens carry, and ``role`` the one it speaks in.
    """

    organisation: Text
    inbound: InboundSettings
    role: Role = Role.REGISTERED_MANAGER


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
    dpop: Dpop = Dpop()
    keys: Keys = Keys()
    limits: Limits = Limits()
    documents: Documents = Documents()
    proxy: Proxy = Proxy()
    tls: Tls = Tls()
    telemetry: Telemetry = Telemetry()
    notices: Notices = Notices()
    peers: PeersSettings | None = None
    sources: dict[str, SourceSettings] = msgspec.field(default_factory=dict)
    carers: dict[str, CarersSettings] = msgspec.field(default_factory=dict)

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
