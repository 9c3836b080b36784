"""A child's access report: who asked about them, when, why, and what they were shown or not, in plain words.

Made from the ledger alone. Refusals stand in it as well as what was shown. Written reasons may name
other people, so they are given to those who check and never to the child by themselves.

Source: UK GDPR, Articles 15(1)(c) and 12(1): recipients, in clear and plain language, for a child above all.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from consent.bundle import Bundle
from disclosure import grounding, plain_words, trail
from disclosure.acts import ENTITLED, THE_CHILD, Act, May, may
from disclosure.disclose import Door
from disclosure.doing import Doing, NotDone, asker, situation_of
from disclosure.entries import Entry, EntryKind, Written
from disclosure.grounding import InWords
from disclosure.saying import Sayings
from disclosure.weighing import LONDON
from records.items import Item
from records.people import Purpose, Role

_PAGE: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
)
_MAY_BE_IN_IT: Final = frozenset(EntryKind) - {
    EntryKind.OPENED,
    EntryKind.INDEX,
    EntryKind.APPROVED,
    EntryKind.HOLIDAY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that somebody did about the child.

    ``shown`` is what went out to them and ``withheld`` what did not although they asked, in words.
    ``refused``: they were given nothing of what they asked, or were not let do it. ``grounds``: in
    law, of what was shown; empty where nothing was, and None of a decision older than their record.
    """

    ref: str
    at: datetime
    what: EntryKind
    role: Role | None
    organisation: str
    purpose: Purpose | None
    reason: str | None = field(repr=False)
    asked: tuple[str, ...]
    shown: tuple[str, ...]
    withheld: tuple[str, ...]
    refused: bool
    broke_glass: bool
    says: str
    grounds: tuple[InWords, ...] | None = None

    @property
    def because_in_law(self) -> tuple[str, ...]:
        """Why they could be told, in plain sentences, each once."""
        return tuple(dict.fromkeys(said for one in self.grounds or () for said in one.says))

    @property
    def day(self) -> str:
        """The day and time in London, as people write it."""
        at = self.at.astimezone(LONDON)
        return f"{at.day} {at:%B %Y, %H:%M}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessReport:
    """Everything that was done about one child, oldest first."""

    made_at: datetime
    lines: tuple[Line, ...] = field(repr=False)

    @property
    def unverified(self) -> bool:
        """Whether a reason in law stands in it that nobody accountable has confirmed."""
        return any(not one.verified for line in self.lines for one in line.grounds or ())

    @property
    def made_on(self) -> str:
        """The day on which it was made, as people write it."""
        on = self.made_at.astimezone(LONDON)
        return f"{on.day} {on:%B %Y}"


async def access_report(
    door: Door, child_ref: str, now: datetime, *, with_reasons: bool
) -> AccessReport:
    """The report on one child, of whom nothing may be known; whoever calls checks who may have it."""
    child = door.ledger.pseudonyms.child(child_ref)
    found = [
        entry
        async for entry in trail.entries(
            door.ledger.engine, child=child, kinds=_MAY_BE_IN_IT, until=None
        )
    ]
    bodies = {entry.ref: msgspec.json.decode(entry.row)["body"] for entry in found}
    receipts = {
        bodies[entry.ref]["decision"]: bodies[entry.ref]
        for entry in found
        if entry.kind is EntryKind.RECEIPT
    }
    sayings = Sayings(door.bundle)
    lines = tuple(
        _with_grounds(
            _line(entry, bodies[entry.ref], receipts.get(entry.ref, {}), sayings, with_reasons),
            door.bundle,
            bodies[entry.ref],
            receipts.get(entry.ref, {}),
        )
        for entry in found
        if entry.kind is not EntryKind.RECEIPT
    )
    return AccessReport(made_at=now, lines=lines)


async def read_access_log(door: Door, doing: Doing) -> AccessReport | NotDone:
    """The report for whoever may have it: who answers for the record, who inspects, the child.

    Inspectors and information-governance leads give the purpose "assure". That they read it is
    written down first, and so stands in the report.

    Raises:
        NotRecorded: it could not be written down; nothing is shown.
    """
    situation = await situation_of(door, doing)
    rows = ENTITLED[Act.READ_ACCESS_LOG]
    if doing.access.purpose is not Purpose.ASSURE:
        rows = (THE_CHILD,)
    allowed = may(rows, situation)
    await door.ledger.append(
        Entry(
            kind=EntryKind.LOOKED_AT,
            at=doing.now,
            child_ref=doing.child_ref,
            by=(doing.viewer.issuer, doing.viewer.subject),
            reason=doing.access.reason,
            body={
                **asker(doing.viewer, doing.access),
                "looked_at": "access-log",
                "allowed": allowed.value,
            },
        )
    )
    if allowed is not May.YES:
        return NotDone(allowed)
    for_the_child = may((THE_CHILD,), situation) is May.YES
    return await access_report(door, doing.child_ref, doing.now, with_reasons=not for_the_child)


def as_html(report: AccessReport) -> str:
    """The report as one page that can be printed, without anything from elsewhere."""
    return _PAGE.get_template("access_report.html").render(report=report)


def as_plain(report: AccessReport) -> dict[str, Any]:
    """The report as JSON has it."""
    return {
        "made_at": report.made_at,
        "lines": [
            {
                "ref": line.ref,
                "at": line.at,
                "what": line.what.value,
                "organisation": line.organisation,
                "role": None if line.role is None else line.role.value,
                "purpose": None if line.purpose is None else line.purpose.value,
                "reason": line.reason,
                "asked": line.asked,
                "shown": line.shown,
                "withheld": line.withheld,
                "refused": line.refused,
                "broke_glass": line.broke_glass,
                "grounds": None
                if line.grounds is None
                else [dataclasses.asdict(one) for one in line.grounds],
                "says": line.says,
            }
            for line in report.lines
        ],
    }


def _line(
    entry: Written,
    body: Mapping[str, Any],
    receipt: Mapping[str, Any],
    sayings: Sayings,
    with_reasons: bool,  # noqa: FBT001 (a private function's)
) -> Line:
    # A message says what it disclosed; a question is followed by a receipt.
    given = _items(receipt.get("items", body.get("disclosed", ())))
    asked = _items(body.get("asked", body.get("items", (*given, *body.get("withheld", ())))))
    closed = {item for item in _items(body.get("withheld", ())) if item in asked}
    decided = entry.kind is EntryKind.DECISION
    role = body.get("role")
    purpose = body.get("purpose")
    refused = body.get("allowed", "yes") != "yes" or (decided and not body.get("open"))
    broke_glass = bool(body.get("set_aside")) or entry.kind is EntryKind.BREAK_GLASS
    who = Role(role) if role in {one.value for one in Role} else None
    why = Purpose(purpose) if purpose in {one.value for one in Purpose} else None
    return Line(
        ref=entry.ref,
        at=entry.at,
        what=entry.kind,
        role=who,
        organisation=sayings.organisation(_whose(body)),
        purpose=why,
        reason=entry.reason if with_reasons else None,
        asked=plain_words.items(asked),
        shown=plain_words.items(given),
        withheld=plain_words.items(closed),
        refused=refused,
        broke_glass=broke_glass,
        says=sayings.of(
            entry.kind,
            body,
            role=who,
            purpose=why,
            asked=plain_words.in_short(asked),
            shown=plain_words.in_short(given),
            withheld=plain_words.items(closed),
            refused=refused,
        ),
    )


def _with_grounds(
    line: Line, bundle: Bundle, body: Mapping[str, Any], receipt: Mapping[str, Any]
) -> Line:
    """The line with the grounds of what it says was shown, by whom it was told."""
    if line.what is not EntryKind.DECISION or "grounds" not in body:
        return line
    told = _items(receipt.get("items", ()))
    rows = dict.fromkeys(
        (one.basis, one.confidence)
        for one in grounding.read(body["grounds"])
        if not told.isdisjoint(one.items)
    )
    return dataclasses.replace(
        line, grounds=tuple(grounding.in_words(bundle, *one) for one in rows)
    )


def _whose(body: Mapping[str, Any]) -> str:
    """The organisation that did it, or that a message went to."""
    return str(body.get("organisation", body.get("recipient", "")))


def _items(values: Iterable[Any]) -> set[Item]:
    """The items among some; a slug that is none any more is passed over."""
    known = {item.value for item in Item}
    slugs = (value.value if isinstance(value, Item) else value for value in values)
    return {Item(value) for value in slugs if isinstance(value, str) and value in known}
