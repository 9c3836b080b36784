"""A file of recipients, read and held against the settings: a slip is said before anybody relies on it.

What cannot work is refused whole, by line of the register: a channel that does not exist or that this
deployment does not have keeps a notice waiting for ever, and nobody would see why.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

import msgspec

from gateway.settings import Settings
from notifications.channels.fhir import NAME as FHIR
from notifications.channels.mesh import Mesh
from notifications.channels.secure_email import SecureEmail
from notifications.channels.webhook import Webhook
from notifications.deliver import FEED
from notifications.recipients import Hours, Recipient, Way, recipient_id
from records.errors import MalformedIdentifier, WrongSettings
from records.identifiers import AuthorityCode
from records.people import Role


class _Registered(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One ``[[recipient]]``: a role at an organisation, or one person there by issuer and subject.

    ``post``: of several who share the role, the one whom a protocol names so: `assistant_director`.
    """

    organisation: str
    role: Role
    team: str | None = None
    post: str | None = None
    issuer: str | None = None
    subject: str | None = None
    serves: tuple[str, ...] = ()
    ways: tuple[Way, ...] = (Way(FEED),)
    hours: Hours | None = None
    acknowledge_minutes: Annotated[int, msgspec.Meta(ge=1)] = 60
    escalates_to: tuple[str, ...] = ()
    desk: str | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    recipient: tuple[_Registered, ...]


def recipients_in(file: Path, settings: Settings) -> list[Recipient]:
    """Everybody in a file.

    Raises:
        WrongSettings: it cannot be read, or something in it cannot work here; all that is wrong is said.
    """
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8"))
        found = [_recipient(one) for one in msgspec.convert(written, _File).recipient]
    except (OSError, UnicodeDecodeError):
        raise WrongSettings(f"{file}: cannot be read; correct the path") from None
    except tomllib.TOMLDecodeError as error:
        raise WrongSettings(f"{file}: not valid TOML: {error}; correct the file") from None
    except msgspec.ValidationError as error:
        raise WrongSettings(f"{file}: {error}; correct the file") from None
    wrong = [f"{one.id}: {says}" for one in found for says in mistakes(one, settings)]
    twice = [name for name, times in Counter(one.id for one in found).items() if times > 1]
    wrong += [f"{name}: stands here twice; keep one" for name in twice]
    if wrong:
        raise WrongSettings(f"{file}: nothing was registered\n  " + "\n  ".join(wrong))
    return found


def mistakes(one: Recipient, settings: Settings) -> Iterator[str]:
    """What about a recipient cannot work under these settings, and what to do."""
    if "/" in one.organisation or not one.organisation.strip():
        yield "`organisation` is a code as tokens carry it, without a slash"
    if one.id in one.escalates_to:
        yield "`escalates_to` names the recipient itself; name who follows when they are silent"
    if one.hours is not None and one.hours.opens == one.hours.closes:
        yield "`hours` open and close at the same time; leave them out if there are none"
    yield from _areas(one)
    yield from _ways(one, settings)


def _areas(one: Recipient) -> Iterator[str]:
    for code in sorted(one.serves):
        try:
            AuthorityCode(code)
        except MalformedIdentifier as error:
            yield f"`serves`: {error}"


def _ways(one: Recipient, settings: Settings) -> Iterator[str]:
    if not one.ways:
        yield "`ways` is empty; leave it out for the feed alone"
    for name, times in Counter(way.channel for way in one.ways).items():
        if times > 1:
            yield f"two ways by {name}: only the first would be used"
    for way in one.ways:
        check = _CHECKS.get(way.channel)
        if check is None:
            yield f"there is no channel `{way.channel[:32]}`; use one of {', '.join(_CHECKS)}"
        else:
            yield from check(way, settings)


def unregistered(recipients: Sequence[Recipient], known: Mapping[str, object]) -> list[str]:
    """Whom these escalate to although nobody is registered by that name, here or before."""
    here = {one.id for one in recipients}
    named = {name for one in recipients for name in one.escalates_to}
    return sorted(name for name in named if name not in here and name not in known)


def _feed(way: Way, _settings: Settings) -> Iterator[str]:
    if way.address or way.secrets or way.content:
        yield "the feed needs no address, secret or `content`: its readers sign in"


def _webhook(way: Way, settings: Settings) -> Iterator[str]:
    plain = settings.notices.loopback and way.address.startswith("http://")
    if not way.address.startswith("https://") and not plain:
        yield "a webhook's `address` begins with https://"
    if not way.secrets:
        yield "a webhook is signed: name one of [notices.secrets] in its `secrets`"
    for name in way.secrets:
        if name not in settings.notices.secrets:
            yield f"no secret `{name}` in the settings; add it under [notices.secrets]"


def _mail(way: Way, settings: Settings) -> Iterator[str]:
    if settings.notices.mail is None:
        yield "no mail is sent from here; add [notices.mail] to the settings"
    local, at, domain = way.address.partition("@")
    if not (local and at and domain) or "@" in domain or any(map(str.isspace, way.address)):
        yield "the `address` of secure-email is one e-mail address"


def _mesh(way: Way, settings: Settings) -> Iterator[str]:
    if settings.notices.mesh is None:
        yield "there is no mailbox here; add [notices.mesh] to the settings"
    if not way.address:
        yield "the `address` of mesh is the recipient's mailbox"


def _fhir(way: Way, settings: Settings) -> Iterator[str]:
    if way.address.partition("/")[0] not in settings.notices.fhir:
        yield "the `address` of fhir begins with a system named in `notices.fhir`, as in system/CareTeam/1"


_CHECKS: Final[Mapping[str, Callable[[Way, Settings], Iterator[str]]]] = {
    FEED: _feed,
    Webhook.name: _webhook,
    SecureEmail.name: _mail,
    Mesh.name: _mesh,
    FHIR: _fhir,
}


def _recipient(one: _Registered) -> Recipient:
    person = None
    if one.issuer is not None and one.subject is not None:
        person = (one.issuer, one.subject)
    elif one.issuer is not None or one.subject is not None:
        raise WrongSettings("A person is registered by `issuer` and `subject`; give both.")
    return Recipient(
        id=recipient_id(one.organisation, one.role, one.post)
        if person is None
        else f"{one.organisation}/{one.role.value}/{person[1]}",
        organisation=one.organisation,
        role=one.role,
        team=one.team,
        person=person,
        serves=frozenset(one.serves),
        ways=one.ways,
        hours=one.hours,
        acknowledge_within=timedelta(minutes=one.acknowledge_minutes),
        escalates_to=one.escalates_to,
        desk=one.desk,
    )
