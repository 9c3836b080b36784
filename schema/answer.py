"""Answer: what was given, what was withheld and why, who was silent. Never `null` for any of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import strawberry

from disclosure.answers import AnswerState, Refusal, ReportState
from records.items import Category, Item
from records.people import Kind, Purpose, Role
from schema.words import as_enum

as_enum(AnswerState)
as_enum(ReportState, "SourceState")
as_enum(Refusal)
as_enum(Category)
as_enum(Item)
as_enum(Kind, "AgencyKind")
as_enum(Role)
as_enum(Purpose)


@strawberry.type(
    description="A paragraph that decided something: enough to find it and to check us."
)
class RuleRef:
    """A rule as a caller may see it."""

    id: strawberry.ID = strawberry.field(
        description="The rule's own id, the same in every version."
    )
    protocol: str = strawberry.field(description="The protocol's title.")
    paragraph: str = strawberry.field(description="The heading under which it stands.")
    quote: str = strawberry.field(description="A few of its own words.")
    says: str = strawberry.field(description="What it says, in plain English.")
    verified: bool = strawberry.field(
        description="Whether the quotation was checked against the text. If not, confirm before relying on it."
    )
    version: str = strawberry.field(description="The edition of the protocol.")


@strawberry.type(description="Whom to ask about what was withheld.")
class Ask:
    """The role that can help, in the words used locally. No telephone numbers."""

    role: Role = strawberry.field(description="The role to ask.")
    label: str = strawberry.field(description="What that role is called locally.")
    why: str = strawberry.field(description="Why they can help.")


@strawberry.type(
    description="One item of information that was not given, why not, and whom to ask."
)
class Withheld:
    """A refusal, which depends on the rules and on who asks, never on what is held."""

    item: Item = strawberry.field(description="What was withheld.")
    category: Category = strawberry.field(description="The category it belongs to.")
    reason: Refusal = strawberry.field(
        description="The kind of refusal. SILENT is none: no paragraph speaks of your role and this item."
    )
    says: str = strawberry.field(description="The refusal in a sentence.")
    rules: list[RuleRef] = strawberry.field(description="The paragraphs that decided.")
    ask: Ask = strawberry.field(description="Whom to ask.")
    can_break_glass: bool = strawberry.field(
        description="Whether you may open it in an emergency, with a written reason that is reviewed."
    )
    held_by: list[Kind] = strawberry.field(
        description=(
            "Whose records of it are kept back, where it is given from other agencies' records. Empty: everybody's."
        )
    )
    duties: list[RuleRef] = strawberry.field(
        description="Duties to share that this refusal meets: record why not sharing is right."
    )


@strawberry.type(description="Something about the data that a reader should know.")
class DataNote:
    """A repair, a doubt, or a breach of a rule of the data."""

    code: str = strawberry.field(description="A stable slug.")
    says: str = strawberry.field(description="The note in plain English, without any value.")


@strawberry.type(description="What one system said, or why it said nothing.")
class SourceReport:
    """A system by the name it has here. Each of them is named, whether it answered or not."""

    name: str = strawberry.field(description="The system's name in this deployment.")
    system: str = strawberry.field(description="The product.")
    agency: Kind = strawberry.field(description="Whose system it is.")
    state: ReportState = strawberry.field(description="Whether it answered.")
    as_of: datetime | None = strawberry.field(description="The instant for which it vouches.")
    says: str = strawberry.field(description="The same in a sentence.")
    incomplete: bool = strawberry.field(
        description="Whether something that it sent could not be read and was left out."
    )
    notes: list[DataNote] = strawberry.field(
        description="What was repaired, doubted or left out while its answer was read."
    )


@strawberry.type(description="Where a record is held.")
class RecordSource:
    """Where a record comes from, and as of when."""

    name: str = strawberry.field(description="The system's name in this deployment.")
    system: str = strawberry.field(description="The product.")
    as_of: datetime = strawberry.field(description="The instant for which the system vouches.")
    recorded_at: datetime | None = strawberry.field(
        description=(
            "When the record was made or last changed, if the system says. Given only with the whole "
            "record: it would otherwise tell that a part you may not see has changed."
        )
    )


@strawberry.interface(
    description=(
        "The answer to one question: several things at once may be true of it. Part given, part withheld, "
        "one system silent. `null` beside it only ever means recorded as empty, and only where `state` is "
        "`DISCLOSED` or `REDUCED`."
    )
)
class Answer:
    """What every answer says beside its content."""

    state: AnswerState = strawberry.field(
        description="What this answer is. NOT_CONFIRMED says neither that something is held nor that nothing is."
    )
    withheld: list[Withheld] = strawberry.field(
        description="What you asked for and were not given."
    )
    sources: list[SourceReport] = strawberry.field(
        description="What each system said, or why it did not."
    )
    as_of: datetime | None = strawberry.field(
        description="The instant for which all that answered vouch: the oldest of theirs."
    )


@strawberry.interface(description="Anything with an id, which can be asked for again by that id.")
class Node:
    """Relay's Node. The same rules decide, whichever way a thing is reached."""

    id: strawberry.ID = strawberry.field(description="An opaque id. It cannot be read or guessed.")

    @classmethod
    def resolve_type(cls, value: Any, _info: object, _kind: object) -> str:  # noqa: ANN401 - any node
        """The type of a node is a fact about what stands behind it."""
        return str(value.typename)
