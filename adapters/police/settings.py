"""What a deployment says of one force's system."""

from __future__ import annotations

import enum

import msgspec

from adapters.settings import Seconds, Secret, Url


class Product(enum.Enum):
    """The record systems that have a dialect here."""

    COMPACT = "compact"
    CONNECT = "connect"
    NICHE = "niche"


class PoliceSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One ``[sources.<name>]`` section.

    ``force`` is the police force code, such as ``lancashire``; it is shown with an episode.
    The header names are a setting because the standard names the client id and secret, and
    not the headers that carry them. ``mail_labels`` says how the fields of the force's e-mails are
    labelled, by their names in `adapters.police.handover.LABELS`, where that is otherwise.
    ``reads_trigger_plans`` is false where CONNECT's layer does not list nominals by their plans: a
    plan is then told only when it is pushed.
    """

    product: Product
    base_url: Url
    client_id: str
    client_secret: Secret
    force: str | None = None
    id_header: str = "x-client-id"
    secret_header: str = "x-client-secret"  # noqa: S105 - a header's name, no secret
    mail_labels: dict[str, str] = msgspec.field(default_factory=dict)
    reads_trigger_plans: bool = True
    timeout: Seconds = 5.0
    deadline: Seconds = 8.0
