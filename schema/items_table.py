"""Which items of information can be asked for, under which field, and why the others cannot.

An item that no connected system is known to hold stays out of Child: a field that could only ever say
"nothing held" would read as an answer. What the gateway itself keeps of such an item, and where that
is to be seen, is said beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from records.items import ITEM_CATEGORY, Item
from records.kinds_of_record import RECORD_OF
from records.record import parts_of
from schema.child import CATEGORY_OF_FIELD
from schema.gathering import LISTED
from schema.words import graphql_name

_I = Item
NOT_ASKED: Final[Mapping[Item, str]] = MappingProxyType(
    {
        _I.CONSENT_RECORD: "Kept by the gateway itself (`recordConsent`); seen in `accessLog` and the child's access report.",
        _I.NOTICE_GIVEN: "Kept by the gateway itself; seen in `accessLog` and the child's access report.",
        _I.CONTACT_RECORD: "Who was told and when is the gateway's own record: `whoHasBeenTold`. Other contacts stand in case notes, which no system is known to give as such.",
        _I.STATUS_DECISION: "How an episode was classified is part of the episode; who decided it is in no system's known interface.",
        _I.DECISION_RATIONALE: "A grade's rationale is `missingEpisodes.records.assessment`. Other rationales stand in logs that no system is known to give.",
        _I.PARENT_INFORMATION: "What parents say of an episode stands in case notes, which no system is known to give as such.",
        _I.EVIDENCE: "Exhibits and phone data stay in the force's own systems: none is known to give them.",
        _I.MEDIA_MATERIAL: "Press material is made for one appeal and held by the force's press office; no system is known to give it.",
        _I.AGGREGATE_DATA: "Figures about many children: nothing is asked here of a child who is only counted.",
    }
)
"""Items of which Child has no field, each with the reason."""


def asked_under(item: Item) -> str | None:
    """The field of Child under which an item is asked for; None where there is none."""
    record = RECORD_OF.get(ITEM_CATEGORY[item])
    if record is None:
        return None
    fields = {category: name for name, category in CATEGORY_OF_FIELD.items()}
    field = fields[record.category]
    for name, held in parts_of(record).items():
        if held is item:
            return f"{field}.records.{graphql_name(name)}"
    if item is record.exists:
        return field
    return f"{field}.records" if item in LISTED.get(record.category, ()) else None


def printed() -> str:
    """The page, as it is committed."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    asked = {item: under for item in Item if (under := asked_under(item)) is not None}
    yield "# What can be asked of a child"
    yield ""
    yield "Printed by `homeward schema items --write` from `schema/items_table.py`; do not edit."
    yield ""
    yield (
        f"Rules decide {len(Item)} items of information. {len(asked)} of them can be asked for under"
        f" `Child`, each under the field below; {len(Item) - len(asked)} cannot, for the reason given."
    )
    yield ""
    yield "| item | asked under |"
    yield "|---|---|"
    yield from (f"| `{item.value}` | `{under}` |" for item, under in asked.items())
    yield ""
    yield "## Not asked for"
    yield ""
    yield "| item | why there is no field |"
    yield "|---|---|"
    yield from (f"| `{item.value}` | {why} |" for item, why in NOT_ASKED.items())
    yield ""
    yield (
        "No item is a child in need plan or a child protection plan, and no protocol gives one to"
        " anybody, so Liquidlogic's are left out of `carePlans`. What paragraphs call the care plan is"
        " the plan of a looked-after child. No item is attendance, exclusion or special educational"
        " need: `education.school` is the school's name."
    )
