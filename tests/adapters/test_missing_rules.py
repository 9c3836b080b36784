"""DfE's rules on missing episodes: one row a rule, and what it must not say."""

from datetime import UTC, date, datetime

import pytest

from adapters.missing_rules import RULES, note_dates, note_kind, noted
from adapters.notes import Notes
from records.child import (
    Identity,
    IdentityCore,
    LegalStatus,
    LegalStatusDetail,
    Placement,
    PlacementDetail,
)
from records.episode import EpisodeState, EpisodeStatus, MissingEpisode
from records.record import DataNote, Provenance, Record

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
WHENCE = Provenance(source="council", system="any", as_of=NOW)


def at(day: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


def episode(
    began: datetime | None = None,
    ended: datetime | None = None,
    state: EpisodeState = EpisodeState.MISSING,
) -> MissingEpisode:
    state = EpisodeState.FOUND if ended else state
    status = EpisodeStatus(state=state, missing_from=began, found_at=ended)
    return MissingEpisode(ref="e", provenance=WHENCE, status=status)


def placement(started: date | None, ended: date | None, ceased: str | None = None) -> Placement:
    return Placement(
        ref="p",
        provenance=WHENCE,
        detail=PlacementDetail(
            placement_type="K2",
            provider=None,
            ofsted_urn=None,
            host_authority=None,
            responsible_authority=None,
            started_on=started,
            ended_on=ended,
            ceased_because=ceased,
        ),
    )


def care(
    started: date | None, ended: date | None = None, *, looked_after: bool | None = True
) -> LegalStatus:
    return LegalStatus(
        ref="l",
        provenance=WHENCE,
        status=LegalStatusDetail(
            code=None,
            description=None,
            looked_after=looked_after,
            started_on=started,
            ended_on=ended,
        ),
    )


def born(on: date | None) -> Identity:
    core = IdentityCore(given_names=("Robin",), family_name=None, birth_date=on)
    return Identity(ref="i", provenance=WHENCE, core=core)


ANSWERS: dict[str, tuple[list[Record], list[str]]] = {
    "574: one begins while another is open": (
        [episode(at(10)), episode(at(12), at(13))],
        ["overlaps-another-episode"],
    ),
    "574: one begins before another ended": (
        [episode(at(10), at(14)), episode(at(12), at(13))],
        ["overlaps-another-episode"],
    ),
    "574 kept: one begins when another ends": (
        [episode(at(10), at(12)), episode(at(12), at(13))],
        [],
    ),
    "575: the placement ended and the episode did not": (
        [placement(date(2026, 1, 1), date(2026, 11, 15)), episode(at(10))],
        ["open-after-placement"],
    ),
    "575 kept: the placement goes on": (
        [placement(date(2026, 1, 1), None), episode(at(10))],
        [],
    ),
    "575 kept: the placement will end": (
        [placement(date(2026, 1, 1), date(2026, 12, 15)), episode(at(10))],
        [],
    ),
    "575 kept: it was another placement": (
        [placement(date(2026, 1, 1), date(2026, 2, 1)), episode(at(10))],
        [],
    ),
    "575 kept: the child is back": (
        [placement(date(2026, 1, 1), date(2026, 11, 15)), episode(at(10), at(11))],
        [],
    ),
    "570: it begins in the next collection year": (
        [episode(datetime(2027, 4, 2, 12, tzinfo=UTC))],
        ["begins-after-the-year"],
    ),
    "570 kept: the last day of this one": ([episode(datetime(2027, 3, 31, 12, tzinfo=UTC))], []),
    "571: it ends in the next collection year": (
        [episode(at(10), datetime(2027, 4, 2, 12, tzinfo=UTC))],
        ["ends-after-the-year"],
    ),
    "571 kept: an episode of a past year is rightly there": (
        [episode(datetime(2020, 5, 1, 12, tzinfo=UTC), datetime(2020, 5, 2, 12, tzinfo=UTC))],
        [],
    ),
    "580: missing when care ended, and adopted is the reason": (
        [
            care(date(2025, 1, 1), date(2026, 11, 12)),
            placement(date(2025, 1, 1), date(2026, 11, 12), "E11 Adopted"),
            episode(at(10), at(14)),
        ],
        ["care-ceased-otherwise"],
    ),
    "580 kept: E8, as a code and in words": (
        [
            care(date(2025, 1, 1), date(2026, 11, 12)),
            placement(date(2025, 1, 1), date(2026, 11, 12), "E8"),
            placement(date(2025, 1, 2), date(2026, 11, 12), "Ceased for any other reason"),
            episode(at(10), at(14)),
        ],
        [],
    ),
    "580 kept: words that may be either say nothing": (
        [
            care(date(2025, 1, 1), date(2026, 11, 12)),
            placement(date(2025, 1, 1), date(2026, 11, 12), "Went home"),
            episode(at(10), at(14)),
        ],
        [],
    ),
    "580 kept: back before care ended": (
        [
            care(date(2025, 1, 1), date(2026, 11, 12)),
            placement(date(2025, 1, 1), date(2026, 11, 12), "E11"),
            episode(at(10), at(11)),
        ],
        [],
    ),
    "577: no longer looked after, still missing": (
        [care(date(2025, 1, 1), date(2026, 11, 20)), episode(at(10))],
        ["open-after-care"],
    ),
    "577 kept: one status ended and another goes on": (
        [care(date(2025, 1, 1), date(2026, 1, 1)), care(date(2026, 1, 1)), episode(at(10))],
        [],
    ),
    "578: missing after care ended": (
        [care(date(2025, 1, 1), date(2026, 1, 1)), episode(at(10), at(11))],
        ["began-after-care"],
    ),
    "581: missing before care began": (
        [care(date(2026, 11, 12)), episode(at(10), at(11))],
        ["began-before-care"],
    ),
    "581 kept: when care began is not known": (
        [care(None), episode(at(10), at(11))],
        [],
    ),
    "577, 578, 581 kept: a status that may be care settles nothing": (
        [
            care(date(2025, 1, 1), date(2026, 1, 1)),
            care(date(2026, 1, 1), looked_after=None),
            episode(at(10)),
        ],
        [],
    ),
    "577, 578, 581 kept: a child who was never looked after": (
        [care(date(2026, 11, 12), looked_after=False), episode(at(10))],
        [],
    ),
    "586: before the date of birth": (
        [born(date(2026, 11, 11)), episode(at(10), at(11))],
        ["before-birth"],
    ),
    "586 kept: two dates of birth measure nothing": (
        [born(date(2026, 11, 11)), born(date(2011, 1, 1)), episode(at(10), at(11))],
        [],
    ),
    "586 kept: no date of birth": ([born(None), episode(at(10), at(11))], []),
}


@pytest.mark.parametrize("rule", ANSWERS)
def test_a_breach_is_a_note_and_the_rest_is_as_it_was(rule: str) -> None:
    records, codes = ANSWERS[rule]
    found = list(noted(records))
    assert [type(one) for one in found] == [type(one) for one in records]
    assert [note.code for one in found for note in one.notes] == codes
    untouched = [one for one, before in zip(found, records, strict=True) if one == before]
    assert len(untouched) == len(records) - len(codes)


def test_what_was_not_given_is_not_hinted_at() -> None:
    """Without the placement in the answer, nothing says that one ended."""
    open_ = episode(at(10))
    assert list(noted([open_])) == [open_]
    bare = MissingEpisode(ref="e", provenance=WHENCE)
    ended = placement(date(2026, 1, 1), date(2026, 11, 15))
    assert list(noted([bare, ended])) == [bare, ended]


@pytest.mark.parametrize(
    "began, ended, read, codes",
    [
        ("2026-11-10", None, episode(at(10)), []),
        (None, None, episode(), ["starts-nowhere"]),
        (" ", "2026-11-10", episode(None, at(10)), ["starts-nowhere"]),
        ("2026-02-31", None, episode(), ["starts-on-no-date"]),
        ("2026-11-10", "tomorrow", episode(at(10)), ["ends-on-no-date"]),
        ("2026-11-10", "2026-11-09", episode(at(10), at(9)), ["ends-before-it-starts"]),
    ],
)
def test_dates_that_are_blank_impossible_or_in_the_wrong_order(
    began: str | None, ended: str | None, read: MissingEpisode, codes: list[str]
) -> None:
    notes = Notes()
    assert read.status is not None
    note_dates(read.status, notes, began=began, ended=ended)
    assert [note.code for note in notes.all()] == codes


def test_every_note_names_its_rule() -> None:
    notes = Notes()
    note_kind(notes)
    said: list[DataNote] = list(notes.all())
    said += [
        note for records, _ in ANSWERS.values() for one in noted(records) for note in one.notes
    ]
    assert all("(DfE " in note.says for note in said)


def test_every_rule_runs_or_says_why_not() -> None:
    assert [rule.number for rule in RULES] == sorted({rule.number for rule in RULES})
    assert all(rule.note or rule.not_run for rule in RULES)
    for rule in RULES:
        assert rule.note is None or str(rule.number) in rule.note.says
