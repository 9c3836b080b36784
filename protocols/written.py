"""A partnership's files exactly as they are written, key by key; a key that is not here refuses to load."""

from __future__ import annotations

from datetime import date
from typing import Annotated, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType, field

from protocols.protocol import Use
from protocols.rule import Applies, Basis, Because, CatalogueKind, Effect, Strength
from records.people import Kind, Role, Standing

Text: TypeAlias = Annotated[str, msgspec.Meta(min_length=1)]
Slug: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$")]
RuleId: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]+(/[a-z0-9-]+)?$")]
Words: TypeAlias = Annotated[list[Text], msgspec.Meta(min_length=1)]


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table in a file. Unknown keys are refused."""


class Span(Written, frozen=True, kw_only=True):
    """A number between two: from ``from``, and below ``below``."""

    from_: Annotated[int, msgspec.Meta(ge=0)] = field(name="from", default=0)
    below: Annotated[int, msgspec.Meta(ge=1)] | None = None


When: TypeAlias = dict[str, bool | str | list[str] | Span]


class Cite(Written, frozen=True, kw_only=True):
    """The heading people would look under, and the words that stand there (25 at most).

    Only an unverified rule may be without words.
    """

    heading: Text
    quote: str = ""


class WrittenAmbiguity(Written, frozen=True, kw_only=True):
    """Wording open to two readings."""

    issue: Text
    reading: Text
    other: Text
    confirm: Text


class Cited(Written, frozen=True, kw_only=True):
    """What every row of a rule file says, whatever it does: which rule it is and where it stands."""

    id: RuleId
    says: Text
    cite: Cite
    basis: Basis = Basis.STATED
    strength: Strength = Strength.MUST
    verified: bool | None = None
    ambiguity: WrittenAmbiguity | None = None


class WrittenRule(Cited, frozen=True, kw_only=True):
    """A `[[rule]]` of sharing.toml."""

    kind: CatalogueKind
    effect: Effect
    items: Words
    when: When = {}
    unless: When = {}
    applies: Annotated[list[Applies], msgspec.Meta(min_length=1)] | UnsetType = UNSET
    from_: Annotated[list[Kind], msgspec.Meta(min_length=1)] | UnsetType = field(
        name="from", default=UNSET
    )
    own_record: bool = False
    because: Because = Because.RULE
    starts: date | None = None
    ends: date | None = None


class WrittenGrades(Written, frozen=True, kw_only=True):
    """The `grades` of a status rule."""

    allowed: list[Text] = []
    forbidden: list[Text] = []
    starts: Text | None = None
    lowered_by: list[Text] = []
    with_reason: bool = False


class WrittenRepeats(Written, frozen=True, kw_only=True):
    """The `repeats` of a status rule; without ``within_days`` there is no window."""

    flag: Slug
    at_least: Annotated[int, msgspec.Meta(ge=1, le=50)]
    within_days: Annotated[int, msgspec.Meta(ge=1, le=3660)] | None = None


class WrittenStatusRule(Cited, frozen=True, kw_only=True):
    """A `[[status_rule]]` of sharing.toml: exactly one outcome beside its conditions."""

    kind: CatalogueKind = CatalogueKind.STATUS
    when: When = {}
    unless: When = {}
    term: Slug | None = None
    missing: bool | None = None
    forbids_term: Slug | None = None
    defines: Slug | None = None
    grades: WrittenGrades | None = None
    repeats: WrittenRepeats | None = None
    presumes: Text | None = None
    decided_by: list[Text] = []
    states: list[Slug] = []
    participation: list[Text] = []
    if_refused: Text | None = None


class SharingFile(Written, frozen=True, kw_only=True):
    """sharing.toml."""

    rule: list[WrittenRule] = []
    status_rule: list[WrittenStatusRule] = []


class WrittenAuthority(Written, frozen=True, kw_only=True):
    """An `[[authority]]` of protocol.toml."""

    name: Text
    code: Text


class WrittenRole(Written, frozen=True, kw_only=True):
    """A `[[role]]` of protocol.toml. ``standing`` empty: whoever acts in the role, whatever the child.

    ``each``: the protocol means everybody of these, and not whoever of them there is.
    """

    id: Slug
    name: Text
    roles: list[Role]
    standing: list[Standing] = []
    each: bool = False
    cite: Text


class WrittenStatus(Written, frozen=True, kw_only=True):
    """A `[[status]]` of protocol.toml."""

    id: Slug
    label: Text
    meaning: Text
    use: Use
    cite: Text
    instead: Text | None = None


class WrittenSystem(Written, frozen=True, kw_only=True):
    """A `[[system]]` of protocol.toml."""

    name: Text
    kind: Kind
    owner: Text
    used_for: Text
    cite: Text


class WrittenAsk(Written, frozen=True, kw_only=True):
    """An `[[ask]]` of protocol.toml: the subjects are what stands before the dot in an item."""

    subjects: Words
    kinds: list[Kind] = []
    role: Role
    label: Text
    why: Text


class WrittenText(Written, frozen=True, kw_only=True):
    """`[text]`: the text that quotations are checked against. The text itself is not ours to ship."""

    file: Text
    sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]


class ProtocolFile(Written, frozen=True, kw_only=True):
    """protocol.toml."""

    id: Slug
    catalogue: Slug
    title: Text
    edition: Text
    national: bool = False
    verified: bool = True
    in_force_from: date
    in_force_to: date | None = None
    review_on: date | None = None
    police_force: Text | None = None
    text: WrittenText | None = None
    terms: dict[str, Text] = {}
    authority: list[WrittenAuthority] = []
    role: list[WrittenRole] = []
    status: list[WrittenStatus] = []
    system: list[WrittenSystem] = []
    ask: list[WrittenAsk] = []
