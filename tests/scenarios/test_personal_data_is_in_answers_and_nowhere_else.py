"""Promise 9: a child whose fields are sentinel strings goes through everything, and is looked for."""

import logging

import httpx2
import pytest

from gateway.logs import Line
from records.people import Role
from tests.casefile import ABOUT_THE_HOME, ACCOUNT, FAMILY, GIVEN, SAFEGUARDING, SYNOPSIS
from tests.world import World

WORDS = (ACCOUNT, SYNOPSIS, SAFEGUARDING, ABOUT_THE_HOME, FAMILY, GIVEN, "Bus station", "Asthma")
EVERYTHING = """
identity { state records { core { state givenNames familyName birthDate } numbers { state nhsNumber } } }
missingEpisodes { state records { status { state } detail { state circumstances } lastSeen { state place } } }
returnInterviews { state records { account { state account } safeguarding { state matters } } }
health { state records { needs { state needs } } }
"""


def test_a_sentinel_child_is_in_answers_and_nowhere_else(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    child = world.child(lives_in="Lancashire", looked_after_by="Blackpool", placed_with="Elm House")
    child.file.reported_missing()
    child.file.found()
    child.file.interviewed(about_the_home=ABOUT_THE_HOME)
    child.file.has_asthma()
    askers = [
        world.social_worker(child),
        world.police_coordinator(child),
        world.nurse(child),
        world.host_coordinator(child),
        world.home_manager(child),
        world.head_teacher(child),
        world.person(Role.ENQUIRER, "nobody"),
    ]
    shown = b"".join(asker.asks(child, EVERYTHING).raw for asker in askers)
    assert ACCOUNT.encode() in shown, "The sentinel did not go through the gateway at all."

    refused = []
    for break_it in ("truncates", "answers_with_wrong_types", "fails", "refuses", "hangs_up"):
        for simulator in world.simulators.values():
            getattr(simulator, break_it)()
        refused.append(askers[0].asks(child, EVERYTHING).raw)
    refused.append(askers[0].sends("{ child(id: 1) { nam } }").raw)
    refused.append(askers[0].sends(f'{{ child(id: "{FAMILY}") {{ ... on Child {{ x }} }} }}').raw)

    number = child.number.digits
    sentinels = (*(word.encode() for word in WORDS), number.encode(), child.file.born.encode())
    for body in refused:
        assert not [word for word in sentinels if word in body]

    line = Line()
    ours = {record.name.split(".")[0] for record in caplog.records}
    logged = "\n".join(line.format(record) for record in caplog.records).encode()
    assert ours, "Nothing was logged, so nothing was looked at."
    assert not [word for word in sentinels if word in logged]

    metrics = httpx2.get(f"{world.url}/metrics").content
    assert b"homeward" in metrics
    assert not [word for word in sentinels if word in metrics]
    assert child.ref.encode() not in metrics
    for simulator in world.simulators.values():
        for asked in simulator.asked:
            assert FAMILY not in asked.path
