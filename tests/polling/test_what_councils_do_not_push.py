"""What stands in a council's records reaches whoever has to know, though no council's system tells of it."""

from datetime import datetime, timedelta

import pytest

from adapters.mosaic.simulator import answer
from gateway.settings import FactsSettings
from linking.index import Found
from records.errors import SourceContractBroken
from records.identifiers import LocalId
from records.people import Role
from tests.notifications_http.town import EVENING
from tests.places import AUTHORITIES, NURSE_TEAM
from tests.polling.polled import LEEDS, Polled
from tests.world import Child

LANCASHIRE = AUTHORITIES["Lancashire"].code


class Faulty:
    """A source whose adapter fails where it is asked who has changed."""

    def __init__(self, source: object, changed: object) -> None:
        self._source = source
        self.changed = changed

    def __getattr__(self, name: str) -> object:
        return getattr(self._source, name)


@pytest.fixture
def child(polled: Polled) -> Child:
    """A Leeds child whom nobody has yet said to be placed anywhere."""
    one = polled.town.world.child(
        lives_in="Leeds", looked_after_by="Leeds", known_to=frozenset({"police"})
    )
    polled.leeds.holds("DIM_PERSON", DIM_PERSON_ID=one.file.serial, NHS_NUMBER=one.number.digits)
    polled.knows("leeds", str(one.file.serial), one)
    return one


def placed(polled: Polled, child: Child, **more: object) -> int:
    return polled.leeds.holds(
        "FACT_CLA_PLACEMENT",
        **{
            "DIM_PERSON_ID": child.file.serial,
            "DIM_LOOKUP_PLACEMENT_TYPE_CODE": "K2",
            "START_DTTM": EVENING.strftime("%Y-%m-%dT00:00:00"),
            "POSTCODE": "LA1 1AA",
            **more,
        },
    )


def test_a_placement_recorded_by_the_placing_authority_ends_in_the_hosts_notice(
    polled: Polled, child: Child
) -> None:
    placed(polled, child)
    looked = polled.looks("leeds")
    assert (looked.kept, looked.left) == (1, 0)
    assert polled.kinds(child) == ["placement-made"]
    told = polled.town.told_of(child, "placement-made")
    assert any(who.startswith(f"{LANCASHIRE}/") for who in told), told


def test_what_was_told_is_not_told_again(polled: Polled, child: Child) -> None:
    placed(polled, child)
    assert polled.looks("leeds").kept == 1
    assert polled.looks("leeds").kept == 0
    polled.leeds.changes("DIM_PERSON", child.file.serial, DUPLICATED_DTTM=None)
    assert polled.looks("leeds").kept == 0
    assert polled.kinds(child) == ["placement-made"]


def test_a_placement_that_ends_is_told_as_ended(polled: Polled, child: Child) -> None:
    key = placed(polled, child)
    polled.looks("leeds")
    polled.town.is_now(EVENING + timedelta(days=3))
    ended = (EVENING + timedelta(days=2)).strftime("%Y-%m-%dT00:00:00")
    polled.leeds.changes("FACT_CLA_PLACEMENT", key, END_DTTM=ended)
    assert polled.looks("leeds").kept == 1
    assert polled.kinds(child) == ["placement-made", "placement-ended"]


def test_last_years_placement_is_no_news(polled: Polled, child: Child) -> None:
    placed(polled, child, START_DTTM="2025-06-01T00:00:00")
    looked = polled.looks("leeds")
    assert (looked.changed, looked.kept, looked.left) == (1, 0, 0)
    assert polled.kinds(child) == []


def test_a_child_whom_the_index_does_not_know_is_found_by_number(polled: Polled) -> None:
    child = polled.town.world.child(
        lives_in="Leeds", looked_after_by="Leeds", known_to=frozenset({"police"})
    )
    polled.leeds.holds(
        "DIM_PERSON",
        DIM_PERSON_ID=child.file.serial,
        FORENAME="Robin",
        SURNAME="Ashworth",
        BIRTH_DTTM=f"{child.file.born}T00:00:00",
        NHS_NUMBER=child.number.digits,
    )
    placed(polled, child)
    polled.looks("leeds")
    assert polled.kinds(child) == ["placement-made"], "it joined the child whom the police know"


def test_nothing_but_what_happened_is_asked_of_the_council(polled: Polled, child: Child) -> None:
    placed(polled, child)
    polled.leeds.forgets_what_it_was_asked()
    polled.looks("leeds")
    columns = {
        name
        for asked in polled.leeds.asked
        for key, value in asked.query
        if key == "columns"
        for name in value.split(",")
    }
    assert "START_DTTM" in columns
    assert columns.isdisjoint({"FORENAME", "SURNAME", "NHS_NUMBER", "BIRTH_DTTM", "LEGACY_ID"})
    assert LEEDS not in columns


def test_an_offer_keeps_its_reference_when_the_interview_is_written_up(
    polled: Polled, child: Child
) -> None:
    episode = polled.leeds.holds(
        "FACT_MISSING_PERSON",
        DIM_PERSON_ID=child.file.serial,
        START_DTTM=EVENING.strftime("%Y-%m-%dT%H:%M:%S"),
        MISSING_STATUS="Missing",
        RETURN_INTERVIEW_OFFERED="yes",
        RETURN_INTERVIEW_ACCEPTED="",
    )
    polled.looks("leeds")
    assert polled.kinds(child) == ["status-decided", "interview-offered"]
    polled.town.is_now(EVENING + timedelta(hours=30))
    held = (EVENING + timedelta(hours=29)).strftime("%Y-%m-%dT%H:%M:%S")
    form = {"RHIDate": held, "RHIEpisode": str(episode), "RHIAccount": "I went to the pier."}
    polled.leeds.holds_form(child.file.serial, form, answered=held)
    polled.leeds.changes(
        "FACT_MISSING_PERSON",
        episode,
        RETURN_INTERVIEW_ACCEPTED="YES",
        END_DTTM=(EVENING + timedelta(hours=9)).strftime("%Y-%m-%dT%H:%M:%S"),
    )
    polled.looks("leeds")
    assert polled.kinds(child) == [
        *("status-decided", "interview-offered"),
        *("child-found", "interview-accepted", "interview-done"),
    ]
    assert all("pier" not in str(event["data"]) for event in polled.events(child))


def test_a_row_that_names_nobody_is_counted_and_hides_nobody(polled: Polled, child: Child) -> None:
    polled.leeds.holds("FACT_CLA_PLACEMENT", DIM_PERSON_ID=-1)
    polled.leeds.holds("FACT_CLA_PLACEMENT", DIM_PERSON_ID=["no"])
    placed(polled, child)
    assert polled.looks("leeds").kept == 1
    polled.leeds.tables["FACT_CLA_PLACEMENT"] = []


# Mosaic


@pytest.fixture
def essex_child(polled: Polled) -> Child:
    one = polled.town.world.child(
        lives_in="Essex",
        looked_after_by="Essex",
        placed_with="Elm House",
        known_to=frozenset({"police"}),
    )
    polled.essex.person(one.file.serial, nhsNumber=int(one.number.digits))
    polled.knows("essex", str(one.file.serial), one)
    return one


HELD = (
    answer("missinglettersent", date="2027-01-11T00:00:00Z"),
    answer("missingchatdate", date=EVENING.isoformat()),
)


def step(polled: Polled, child: Child, *answers: dict[str, object]) -> None:
    """The missing step of this episode, on which Essex answers the Missing Chat too."""
    began = EVENING.strftime("%Y-%m-%dT%H:%M:%S")
    asked = [
        answer("childabsentormissing", lookup="Missing"),
        answer("missingfrom", date=EVENING.isoformat()),
        answer("missingreturned", date=(EVENING + timedelta(hours=9)).isoformat()),
        *answers,
    ]
    serial = child.file.serial
    polled.essex.step(serial, 1777, serial, asked, startedOn=began)


def test_an_interview_recorded_in_mosaic_is_told_has_the_home_confirmed_and_settles_the_72_hours(
    polled: Polled,
) -> None:
    town = polled.town
    town.registers(NURSE_TEAM, Role.CLA_NURSE)
    child = town.world.child(
        lives_in="Blackpool",
        looked_after_by="Blackpool",
        placed_with="Elm House",
        known_to=frozenset({"police"}),
    )
    town.world.nurse(child)
    serial = child.file.serial
    polled.blackpool.person(serial, nhsNumber=int(child.number.digits))
    polled.knows("blackpool", str(serial), child)
    town.goes_missing(child)
    town.is_found(child, EVENING + timedelta(hours=9))
    clock = (
        "SELECT state FROM deadline WHERE child = :c AND kind LIKE '%rhi-72h%'"
        " AND kind NOT LIKE '%#%'"
    )
    assert {row["state"] for row in town.rows(clock, c=child.ref)} == {"pending"}
    town.is_now(EVENING + timedelta(hours=50))
    held = EVENING + timedelta(hours=48)
    polled.blackpool.step(
        serial,
        2302,
        serial,
        [
            answer("ReturnInterviewOffered", lookup="Yes"),
            answer("ReturnInterviewCompleted", lookup="Yes"),
            answer("ReturnInterviewDate", date=held.isoformat()),
            answer("ReturnInterviewAccount", text="I went to the pier."),
        ],
        stepStatus="COMPLETED",
        startedOn=held.strftime("%Y-%m-%dT%H:%M:%S"),
        completedOn=held.strftime("%Y-%m-%dT%H:%M:%S"),
    )
    polled.looks("blackpool")
    kinds = polled.kinds(child)
    assert kinds[-3:] == ["interview-offered", "interview-accepted", "interview-done"]
    assert {row["state"] for row in town.rows(clock, c=child.ref)} == {"met"}
    # Pan-Lancashire 5.7.4: that it took place is the allocated worker's to confirm to the home.
    (follow_up,) = town.rows(
        "SELECT f.body FROM follow_up f JOIN event e ON e.id = f.event"
        " WHERE e.child = :c AND e.type = 'interview-done'",
        c=child.ref,
    )
    assert "panlancs-rhi-confirm-placement" in follow_up["body"]
    assert f"{NURSE_TEAM}/cla-nurse" in town.told_of(child, "interview-done")
    assert all("pier" not in str(event["data"]) for event in polled.events(child))


def test_a_missing_chat_that_is_declined_is_told_as_declined(
    polled: Polled, essex_child: Child
) -> None:
    polled.town.is_now(EVENING + timedelta(hours=20))
    step(polled, essex_child, answer("missingepisodediscussed", lookup="No"))
    polled.looks("essex")
    assert "interview-declined" in polled.kinds(essex_child)


def test_an_absence_in_mosaic_is_an_absence(polled: Polled, essex_child: Child) -> None:
    polled.essex.step(
        essex_child.file.serial,
        1777,
        essex_child.file.serial,
        [
            answer("childabsentormissing", lookup="Absent"),
            answer("missingfrom", date=EVENING.isoformat()),
        ],
        startedOn=EVENING.strftime("%Y-%m-%dT%H:%M:%S"),
    )
    polled.looks("essex")
    assert polled.kinds(essex_child) == ["absent"]


# CareDirector


@pytest.fixture
def county_child(polled: Polled) -> tuple[Child, str]:
    one = polled.town.world.child(
        lives_in="Staffordshire", looked_after_by="Staffordshire", known_to=frozenset({"police"})
    )
    key = polled.county.person(nhsnumber=one.number.digits)
    polled.knows("county", key, one)
    return one, key


def test_a_child_away_without_authorisation_in_caredirector_is_told_as_away(
    polled: Polled, county_child: tuple[Child, str]
) -> None:
    child, key = county_child
    episode = polled.county.holds(
        "missing",
        key,
        episodetype__name="Away without authorisation",
        missingfrom=EVENING.isoformat(),
    )
    polled.looks("county")
    assert polled.kinds(child) == ["away-without-authorisation"]
    polled.town.is_now(EVENING + timedelta(hours=3))
    back = EVENING + timedelta(hours=2)
    polled.county.changes("missing", episode, returnedon=back.isoformat())
    polled.looks("county")
    assert polled.kinds(child) == ["away-without-authorisation", "status-decided"]


# Identity, and faults


def test_a_record_merged_into_another_is_followed_by_the_index(
    polled: Polled, child: Child
) -> None:
    survivor = child.file.serial + 100_000
    polled.leeds.holds("DIM_PERSON", DIM_PERSON_ID=survivor)
    polled.leeds.changes(
        "DIM_PERSON",
        child.file.serial,
        DUPLICATED_DTTM=EVENING.strftime("%Y-%m-%dT%H:%M:%S"),
        DUPLICATE_OF_DIM_PERSON_ID=survivor,
    )
    polled.looks("leeds")
    index = polled.town.world.parts.services.index
    found = polled.town.world.does(index.find(local_id=LocalId("leeds", str(survivor))))
    assert found == Found(child.ref)


def test_a_silent_system_loses_nothing_and_everybody_can_see_that_its_events_are_late(
    polled: Polled, child: Child
) -> None:
    polled.looks("leeds")
    placed(polled, child)
    polled.leeds.is_down()
    polled.town.is_now(EVENING + timedelta(hours=5))
    assert polled.looks("leeds").kept == 0
    polled.town.world.does(polled.town.world.parts.polling.refresh())
    (health,) = (one for one in polled.town.world.parts.services.systems() if one.name == "leeds")
    assert health.events_late_since == EVENING.replace(second=0, microsecond=0)
    polled.leeds.recovers()
    assert polled.looks("leeds").kept == 1
    assert polled.kinds(child) == ["placement-made"]
    polled.town.world.does(polled.town.world.parts.polling.refresh())
    (health,) = (one for one in polled.town.world.parts.services.systems() if one.name == "leeds")
    assert health.events_late_since is None


def test_a_system_at_which_nobody_has_looked_before_is_begun_with_the_first_look(
    polled: Polled,
) -> None:
    """Somebody may ask for a look before the worker has made its own first one."""
    polled.town.changes("DELETE FROM poll WHERE source = 'blackpool'")
    polled.looks("blackpool")
    (row,) = polled.town.rows("SELECT began_at FROM poll WHERE source = 'blackpool'")
    assert str(row["began_at"]).startswith(f"{EVENING - timedelta(hours=72):%Y-%m-%d %H:%M}")


def test_a_child_who_cannot_be_read_holds_up_nobody_and_is_read_later(
    polled: Polled, child: Child, essex_child: Child
) -> None:
    step(polled, essex_child, *HELD)
    other = polled.town.world.child(
        lives_in="Essex", looked_after_by="Essex", known_to=frozenset({"police"})
    )
    polled.essex.person(other.file.serial, nhsNumber=int(other.number.digits))
    polled.knows("essex", str(other.file.serial), other)
    step(polled, other, *HELD)
    polled.essex.cannot_show(essex_child.file.serial)
    looked = polled.looks("essex")
    assert looked.left == 1
    assert "interview-done" in polled.kinds(other)
    assert "interview-done" not in polled.kinds(essex_child)
    polled.essex.recovers()
    polled.town.is_now(EVENING + timedelta(minutes=5))
    assert polled.looks("essex").left == 0
    assert "interview-done" in polled.kinds(essex_child)


def test_a_fault_inside_one_adapter_is_asked_again_later_and_shown_as_late(
    polled: Polled, child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    polled.looks("leeds")
    placed(polled, child)
    watch = polled.town.world.parts.polling.watches["leeds"]

    async def faulty(*_: object, **__: object) -> None:
        raise KeyError(child.number.digits)

    monkeypatch.setattr(watch, "source", Faulty(watch.source, faulty))
    polled.town.is_now(EVENING + timedelta(hours=5))
    assert polled.looks("leeds").kept == 0
    [there] = polled.town.rows("SELECT failure, failing_since FROM poll WHERE source = 'leeds'")
    assert there["failure"] == "KeyError"
    assert there["failing_since"]
    assert polled.town.world.does(watch.look_if_due()) is None, "not at once again"
    monkeypatch.undo()
    assert polled.looks("leeds").kept == 1


def test_facts_that_cannot_be_read_keep_no_news_from_being_told(
    polled: Polled, child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    polled.looks("leeds")
    placed(polled, child)
    watch = polled.town.world.parts.polling.watches["leeds"]

    async def unreadable(*_: object) -> None:
        raise SourceContractBroken("leeds", "answered in a shape that nobody knows.")

    monkeypatch.setattr(watch, "_state", unreadable)
    assert polled.looks("leeds").left == 1, "the child is read again for their facts"
    assert polled.kinds(child) == ["placement-made"]
    monkeypatch.undo()
    polled.town.is_now(EVENING + timedelta(minutes=5))
    assert polled.looks("leeds").left == 0
    assert polled.kinds(child) == ["placement-made"], "told once"


def test_of_two_records_on_one_child_neither_states_facts_until_a_person_has_decided(
    polled: Polled, child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stating:
        """What keeps facts; of whom it was asked to."""

        def __init__(self) -> None:
            self.settings = FactsSettings(organisation="leeds")
            self.of: list[str] = []

        async def state(self, child_ref: str, *_: object) -> int:
            self.of.append(child_ref)
            return 0

        async def forget_the_parted(self, _now: datetime) -> int:
            return 0

    stating = Stating()
    watch = polled.town.world.parts.polling.watches["leeds"]
    monkeypatch.setattr(watch, "_stating", stating)
    alone = polled.town.world.child(
        lives_in="Leeds", looked_after_by="Leeds", known_to=frozenset({"police"})
    )
    polled.knows("leeds", str(alone.file.serial), alone)
    polled.knows("leeds", f"{child.file.serial}-twice", child)
    polled.looks("leeds")
    assert alone.ref in stating.of
    assert child.ref not in stating.of
    read = "SELECT count(*) AS n FROM polled_child WHERE source = 'leeds' AND facts_at IS NULL"
    assert polled.town.rows(read) == [{"n": 0}], "nobody is read again at every look"
