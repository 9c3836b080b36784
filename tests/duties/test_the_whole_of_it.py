"""Completeness: every sentence of a catalogue's duties is carried, every event has its answer."""

from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from protocols.bundle import Bundle
from protocols.checking import bundle_of
from protocols.duties import Treatment
from protocols.duties_building import KINDS
from protocols.duties_vocabulary import CIRCUMSTANCES, KEYS, Circumstance, Event
from protocols.listing import rules_listing
from protocols.load import files_of, load_bundle
from protocols.rule import CatalogueKind
from protocols.verify import verify
from protocols.vocabulary import Fact, Form
from records.events import EVENT_OF

SENTENCES: Final = {
    "essex": {
        CatalogueKind.NOTIFY: 26,
        CatalogueKind.DEADLINE: 6,
        CatalogueKind.ESCALATE: 11,
        CatalogueKind.TRIGGER: 7,
        CatalogueKind.MEETING: 6,
        CatalogueKind.RECORD: 20,
        CatalogueKind.RESPONSIBILITY: 15,
    },
    "north-east-lincolnshire": {
        CatalogueKind.NOTIFY: 38,
        CatalogueKind.DEADLINE: 9,
        CatalogueKind.ESCALATE: 9,
        CatalogueKind.TRIGGER: 5,
        CatalogueKind.MEETING: 7,
        CatalogueKind.RECORD: 33,
        CatalogueKind.RESPONSIBILITY: 23,
    },
    "pan-lancashire": {
        CatalogueKind.NOTIFY: 27,
        CatalogueKind.DEADLINE: 5,
        CatalogueKind.ESCALATE: 8,
        CatalogueKind.TRIGGER: 8,
        CatalogueKind.MEETING: 6,
        CatalogueKind.RECORD: 26,
        CatalogueKind.RESPONSIBILITY: 35,
    },
    "somerset": {
        CatalogueKind.NOTIFY: 8,
        CatalogueKind.DEADLINE: 7,
        CatalogueKind.ESCALATE: 4,
        CatalogueKind.TRIGGER: 5,
        CatalogueKind.MEETING: 1,
        CatalogueKind.RECORD: 16,
        CatalogueKind.RESPONSIBILITY: 12,
    },
    "staffordshire-stoke": {
        CatalogueKind.NOTIFY: 30,
        CatalogueKind.DEADLINE: 3,
        CatalogueKind.ESCALATE: 15,
        CatalogueKind.TRIGGER: 10,
        CatalogueKind.MEETING: 22,
        CatalogueKind.RECORD: 22,
        CatalogueKind.RESPONSIBILITY: 28,
    },
}
"""How many sentences of each kind the catalogue of rules has."""

COME_DUE: Final = frozenset({Event.DEADLINE_REACHED, Event.DEADLINE_BREACHED})
"""What a clock brings about: its own duty answers it."""

SPEAKING: Final = sorted(p.id for p in load_bundle().protocols.values() if p.duties)


@pytest.mark.parametrize("protocol", sorted(SENTENCES))
def test_every_sentence_of_the_catalogue_is_carried(bundle: Bundle, protocol: str) -> None:
    carried = {
        d.catalogue_id: d.kind
        for d in bundle.protocols[protocol].duties
        if d.kind is not CatalogueKind.SHARE and not d.catalogue_id.endswith("-says-nothing")
    }

    assert Counter(carried.values()) == SENTENCES[protocol]


@pytest.mark.parametrize("protocol", SPEAKING)
def test_every_event_has_a_duty_or_the_protocol_says_that_it_is_silent(
    bundle: Bundle, protocol: str
) -> None:
    answered = {event for d in bundle.protocols[protocol].duties for event in d.events}

    assert set(Event) - COME_DUE - answered == set()


@pytest.mark.parametrize("protocol", SPEAKING)
def test_what_waits_or_has_to_be_done_can_come_to_an_end(bundle: Bundle, protocol: str) -> None:
    for duty in bundle.protocols[protocol].duties:
        if duty.clock is not None:
            assert duty.clock.met_by or duty.clock.stopped_by, duty.ref.id


@pytest.mark.parametrize("protocol", SENTENCES)
def test_every_duty_that_tells_says_whose_it_is_to_tell(bundle: Bundle, protocol: str) -> None:
    duties = [duty for duty in bundle.protocols[protocol].duties if duty.tells]
    assert duties
    assert not [duty.ref.id for duty in duties if not duty.tellers]


@pytest.mark.parametrize("protocol", SPEAKING)
def test_every_duty_is_listed_with_how_it_is_treated(bundle: Bundle, protocol: str) -> None:
    listed = {rule["id"]: rule for rule in rules_listing(bundle)}

    for duty in bundle.protocols[protocol].duties:
        row = listed[duty.catalogue_id]
        assert row["protocol"] == protocol
        for treatment in duty.treatments:
            assert duty.silent or treatment.value in row["treatment"], duty.ref.id


def test_a_list_tells_whom_when_and_where(bundle: Bundle) -> None:
    listed = {rule["id"]: rule["treatment"] for rule in rules_listing(bundle)}

    assert listed["panlancs-rhi-72h"] == (
        "duty: timed (within 72 hours from found), surfaced (rhi_interviewer)"
    )
    assert listed["panlancs-strategy-48h-not-held"] == (
        "consent engine: opens record.decision-rationale; "
        "duty: timed (after 48 hours from reported, by the end of that working day), "
        "recorded (the child's record at the Local Authority), "
        "notified (team_manager), surfaced (team_manager)"
    )
    assert "again every 1 month" in listed["panlancs-trigger-plan-monthly"]
    assert (
        "3 episodes in 90 days, within 5 working days, advisory"
        in (listed["panlancs-three-in-90-meeting"])
    )
    assert listed["panlancs-says-nothing"] == "duty: the protocol is silent"


def test_the_events_of_systems_are_events_that_duties_know() -> None:
    ours = {event.value for event in Event}

    assert set(EVENT_OF) - ours == {"placement-withdrawn"}


def test_every_circumstance_has_its_shape_and_no_name_means_two_things() -> None:
    assert set(CIRCUMSTANCES) == set(Circumstance)
    assert {f.value for f in Fact} & {c.value for c in Circumstance} == {"meeting"}
    assert KEYS["meeting"] is Circumstance.MEETING
    for circumstance, shape in CIRCUMSTANCES.items():
        assert bool(shape.values) is (shape.form in {Form.CHOICE, Form.SET}), circumstance


def test_treatments_and_kinds_are_those_that_the_docs_name() -> None:
    docs = (Path(__file__).parents[2] / "docs" / "writing-a-protocol.md").read_text("utf-8")

    for treatment in Treatment:
        assert f"`{treatment.value}`" in docs
    for kind in KINDS:
        assert kind.value in docs


def test_a_misquoted_duty_is_found_with_its_line(tmp_path: Path) -> None:
    files = files_of()
    name = "pan_lancashire/duties.toml"
    words = "a return interview will be offered to any child"
    files[name] = files[name].replace(words, words.replace("any", "every"), 1)
    line = 1 + files[name][: files[name].index("offered to every child")].count("\n")
    texts = tmp_path / "pan-lancashire.txt"
    texts.write_text(f"5.7.4 Return Interview\n\n{words}", "utf-8")

    [checked] = [c for c in verify(bundle_of(files), tmp_path) if c.found]

    found = {wrong.rule: wrong for wrong in checked.misquoted}
    wrong = found["panlancs-rhi-offer-any-child"]
    assert "do not stand in the text" in wrong.what
    assert wrong.file == name
    assert 0 < line - wrong.line < 20
    assert "panlancs-rhi-offer-any-child/placed-here" not in found
