"""What somebody may know, decided and written down, of what stands in the gateway's own registers.

The same decision as at the door, and no system is asked: there is nothing to fetch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from consent.decision import Decision
from consent.situation import Situation
from disclosure.answers import Enquiry
from disclosure.disclose import Door
from disclosure.narrowing import decide_within, limits_of
from disclosure.putting_down import decision_entry
from disclosure.systems import Names
from records.items import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The decisions on each item that was asked about, and the ledger's reference to them.

    ``own`` are the systems in which the caller's own organisation's record stands.
    """

    ref: str
    situation: Situation
    decisions: Mapping[Item, Decision]
    own: Names = frozenset()


async def decide(door: Door, enquiry: Enquiry) -> Decided:
    """Decide what this caller may know of a child; a child that nobody knows takes the same path.

    Raises:
        NotRecorded: the decision could not be written down; nothing is shown.
    """
    bundle = door.bundle
    situation = await door.facts.situation(
        enquiry.viewer,
        enquiry.access,
        enquiry.child_ref,
        enquiry.now,
        bundle=bundle,
        given=enquiry.given,
    )
    limits = await limits_of(
        door.facts.engine, situation, enquiry.viewer, enquiry.child_ref, enquiry.now
    )
    asked = [item for item in Item if item in enquiry.items]
    decisions = decide_within(bundle, situation, asked, limits)
    own = door.own_systems(enquiry.viewer.organisation)
    grounds = door.grounds(bundle, situation, decisions, own)
    ref = await door.ledger.append(
        decision_entry(enquiry, bundle, situation, decisions, limits, grounds)
    )
    return Decided(ref=ref, situation=situation, decisions=decisions, own=own)
