"""``POST /events/carers/{name}``: what the system of a home or fostering service states, as its people could.

A document names the child by an NHS number or by the gateway's own id, and what happened in the words of
`recordEvent`. It is held to the same paragraphs and to what the organisation is to the child; a child
whom nobody knows and one who is not theirs have one answer. Told 201, it is durable; sent again under
the same reference, it changes nothing and has the same receipt.

Source: North East Lincolnshire, Away from placement without authorisation: the carer decides.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Final

import msgspec
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response

from disclosure.acts import May
from disclosure.doing import Doing, Done, NotDone
from disclosure.happenings import Saying, say_happened, take_back
from disclosure.sayable import SaidToHappen
from gateway.bindings import TrustedProxy
from gateway.dpop import Called
from gateway.identity import Identity, KeysUnavailable
from gateway.inbound import JSON_API, NOT_KEPT, errors, refused_kind
from gateway.opening import Opened
from gateway.request import Gone, Refused, body_of
from gateway.senders import NOT_KNOWN, Proof
from gateway.settings import CarersSettings, Limits, Settings
from linking.index import Found
from protocols.duties_vocabulary import KEYS
from records.errors import MalformedIdentifier, NotAuthenticated, NotRecorded, WrongArgument
from records.identifiers import NHSNumber
from records.people import Access, Purpose, Viewer
from schema.ids import ChildId

_log = logging.getLogger(__name__)

ISSUER: Final = "homeward:carers"
_LATER: Final = {"Retry-After": "5"}
_WHY: Final = Access(purpose=Purpose.CARE, reason="Stated by the carers' own system")
_NOT_YOURS: Final = (
    "Not taken: there is no such child here, or this is not yours to state of them. Where you fear for a child, ring"
    " the police; of an absence, ring the child's social worker or the Emergency Duty Team."
)


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """One statement: that something happened, or that an earlier one was a mistake."""

    reference: Annotated[str, msgspec.Meta(min_length=8, max_length=128)]
    child: Annotated[str, msgspec.Meta(min_length=1, max_length=200)] | None = None
    nhs_number: Annotated[str, msgspec.Meta(min_length=10, max_length=20)] | None = None
    event: SaidToHappen | None = None
    at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    detail: dict[str, bool | int | str] = {}
    takes_back: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None
    because: Annotated[str, msgspec.Meta(max_length=1000)] | None = None


class Carers:
    """The addresses at which carers' systems state things. ``opened`` gives what keeps them, once it is there."""

    def __init__(
        self,
        settings: Settings,
        proxy: TrustedProxy,
        identity: Identity,
        opened: Callable[[], Opened | None],
        clock: Callable[[], datetime],
    ) -> None:
        self._systems: Mapping[str, tuple[CarersSettings, Proof]] = {
            name: (one, Proof(f"carers.{name}", one.inbound, proxy))
            for name, one in settings.carers.items()
        }
        self._limits: Limits = settings.limits
        self._identity = identity
        self._opened = opened
        self._clock = clock

    async def __call__(self, request: Request) -> Response:
        """Keep one statement, or say why not."""
        now = self._clock()
        name = str(request.path_params["name"])
        try:
            system = await self._proven(name, request, now)
            if system is None:
                return errors(401, NOT_KNOWN, {"WWW-Authenticate": 'Bearer realm="homeward"'})
            described, proof = system
            if request.url.query:
                return errors(400, "Put everything into the body: nothing belongs in the address.")
            refused = refused_kind(request)
            if refused is not None:
                return refused
            body = await body_of(
                request.scope, request.receive, proof.body_bytes, self._limits.body_seconds
            )
            opened = self._opened()
            if opened is None:
                return errors(503, NOT_KEPT, _LATER)
            outcome = await self._taken(opened, _viewer(name, described, now), body, now)
        except Refused as refusal:
            return errors(refusal.status, refusal.message, refusal.headers)
        except Gone:
            return Response(status_code=400)
        except (WrongArgument, MalformedIdentifier) as error:
            return errors(422, str(error))
        except (SQLAlchemyError, OSError, NotRecorded, KeysUnavailable) as error:
            _log.error("What carers stated could not be kept (%s).", type(error).__name__)
            return errors(503, NOT_KEPT, _LATER)
        await opened.notices.said.look_safely()
        return _answer(outcome)

    async def _proven(
        self, name: str, request: Request, now: datetime
    ) -> tuple[CarersSettings, Proof] | None:
        found = self._systems.get(name)
        if found is None:
            return None
        peer = request.client.host if request.client else None
        try:
            itself = await found[1].is_itself(
                self._identity,
                request.scope["headers"],
                peer,
                now,
                Called.by(request.scope),
            )
        except NotAuthenticated as error:
            if isinstance(error, KeysUnavailable):
                raise
            return None
        return found if itself else None

    async def _taken(
        self, opened: Opened, viewer: Viewer, body: bytes, now: datetime
    ) -> Done | NotDone:
        """What came of a document.

        Raises:
            WrongArgument: it cannot be read, or says what does not belong together.
            MalformedIdentifier: its number is no NHS number.
            NotRecorded: it could not be written down; nothing took effect.
        """
        said = _read(body)
        doing = Doing(
            viewer=viewer,
            access=_WHY,
            child_ref=await _child(opened, said),
            now=now,
            key=said.reference,
        )
        door = opened.services.door
        if said.takes_back is not None:
            return await take_back(door, doing, said.takes_back, said.because or "")
        if said.event is None or said.at is None:
            raise WrongArgument("Say what happened (`event`) and when (`at`), or what `takesBack`.")
        unknown = sorted(said.detail.keys() - KEYS.keys())
        if unknown:
            raise WrongArgument(
                "`detail` holds a name that no protocol asks about; see docs/events.md."
            )
        more = {KEYS[name]: value for name, value in said.detail.items()}
        return await say_happened(door, doing, Saying(what=said.event, at=said.at, more=more))


def _read(body: bytes) -> _Document:
    try:
        return msgspec.json.decode(body, type=_Document)
    except msgspec.ValidationError as error:
        # It names the field and what belongs there, and no value that was sent.
        raise WrongArgument(f"The document is not as it should be: {_plain(error)}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise WrongArgument("The document is no JSON.") from None


def _plain(error: msgspec.ValidationError) -> str:
    """What the library says of a mistake, without the value that it may repeat."""
    text = str(error)
    where = text.rpartition(" - at ")[2].strip("`") if " - at " in text else "the whole"
    if text.startswith("Object contains unknown field"):
        return "it holds a field that there is not"
    return f"look at `{where}`"


async def _child(opened: Opened, said: _Document) -> str:
    """Whom it names; somebody invented where that is nobody, so that both take the same path."""
    if (said.child is None) == (said.nhs_number is None):
        raise WrongArgument("Name the child by `nhsNumber` or by `child`: one of them.")
    ids, index = opened.services.ids, opened.services.index
    if said.child is not None:
        match ids.read(said.child):
            case ChildId(ref):
                return index.kept.of(ref)
            case _:
                return ids.invent(f"id:{said.child}")
    number = NHSNumber("".join((said.nhs_number or "").split()))
    found = await index.find(nhs_number=number)
    return found.child_ref if isinstance(found, Found) else ids.invent(f"find:{number.digits}")


def _viewer(name: str, described: CarersSettings, now: datetime) -> Viewer:
    return Viewer(
        subject=name,
        issuer=ISSUER,
        role=described.role,
        organisation=described.organisation,
        client=name,
        expires_at=now + timedelta(minutes=1),
    )


def _answer(outcome: Done | NotDone) -> Response:
    if isinstance(outcome, NotDone):
        assert outcome.may is not May.YES  # noqa: S101 (it was not done)
        return errors(403, _NOT_YOURS)
    body = msgspec.json.encode({"data": {"type": "receipt", "id": outcome.ref}})
    return Response(body, 201, media_type=JSON_API)
