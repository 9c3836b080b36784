"""An episode that a system records in a word that nobody knows is told to nobody, and that is said."""

from datetime import timedelta

import pytest

from adapters.mosaic.simulator import answer
from tests.notifications_http.town import EVENING
from tests.polling.polled import Polled
from tests.world import Child

HOUR = timedelta(hours=1)


def words(polled: Polled, source: str) -> list[str]:
    found = polled.town.rows(
        "SELECT code FROM unread_code WHERE source = :s AND kind = 'episode'", s=source
    )
    return sorted(row["code"] for row in found)


@pytest.fixture
def child(polled: Polled) -> Child:
    return polled.town.world.child(
        lives_in="Essex", looked_after_by="Essex", known_to=frozenset({"police"})
    )


def test_a_status_in_liquidlogic_that_nobody_knows_is_kept_for_whoever_runs_the_gateway(
    polled: Polled, child: Child
) -> None:
    polled.leeds.holds("DIM_PERSON", DIM_PERSON_ID=child.file.serial)
    polled.knows("leeds", str(child.file.serial), child)
    for status in ("Abducted?", "Missing", "", None):
        polled.leeds.holds(
            "FACT_MISSING_PERSON",
            DIM_PERSON_ID=child.file.serial,
            START_DTTM=EVENING.strftime("%Y-%m-%dT%H:%M:%S"),
            MISSING_STATUS=status,
        )
    polled.looks("leeds")
    assert polled.kinds(child) == ["status-decided"]
    assert words(polled, "leeds") == ["Abducted?"]


def test_a_word_of_the_forms_list_in_mosaic_is_kept_and_somebodys_own_words_are_not(
    polled: Polled, child: Child
) -> None:
    serial = child.file.serial
    polled.essex.person(serial)
    polled.knows("essex", str(serial), child)
    began = EVENING.strftime("%Y-%m-%dT%H:%M:%S")
    for place, kind in enumerate(
        (
            answer("childabsentormissing", lookup="Not where expected"),
            answer("childabsentormissing", text="Robin is with J. Smith"),
        )
    ):
        polled.essex.step(serial * 10 + place, 1777, serial, [kind], startedOn=began)
    polled.looks("essex")
    assert polled.kinds(child) == []
    assert words(polled, "essex") == ["Not where expected"]


def test_a_kind_in_caredirector_that_the_map_does_not_list_is_kept(
    polled: Polled, child: Child
) -> None:
    key = polled.county.person()
    polled.knows("county", key, child)
    polled.county.holds(
        "missing", key, episodetype__name="Unaccounted for", missingfrom=EVENING.isoformat()
    )
    polled.looks("county")
    assert words(polled, "county") == ["Unaccounted for"]


def test_a_status_of_a_force_that_nobody_knows_is_kept(polled: Polled, child: Child) -> None:
    force = polled.lancashire
    force.nominal(child.file.nominal)
    polled.knows("lancashire", child.file.nominal, child)
    force.report(
        f"LX-{child.file.serial}",
        child.file.nominal,
        status="SUSPENDED",
        reportedTime=EVENING.isoformat(),
        recordedTime=EVENING.isoformat(),
    )
    polled.looks("lancashire")
    assert words(polled, "lancashire") == ["SUSPENDED"]
