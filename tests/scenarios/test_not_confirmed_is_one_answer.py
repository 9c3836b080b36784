"""Where existence is itself the secret, the answer is the same bytes whatever lies behind it."""

import json

from disclosure.assertion import Says
from tests.answers import Told
from tests.world import World

ASKED = """
returnInterviews {
  state
  asOf
  withheld { item reason says rules { id paragraph quote } ask { role label why } duties { id } }
  sources { name system state asOf says }
  records { id confirmation { state heldAt } account { state account } }
}
"""


def without_reference(told: Told) -> bytes:
    """The body with the ledger's reference, which is new for every question, taken out."""
    body = json.loads(told.raw)
    for receipt in body["extensions"]["disclosure"]:
        receipt["ref"] = "-" * len(receipt["ref"])
    return json.dumps(body).encode()


def test_a_withheld_interview_and_no_interview_are_the_same_bytes_to_a_head_teacher(
    world: World,
) -> None:
    interviewed, never, unreachable = (
        world.child(lives_in="Lancashire", looked_after_by="Blackpool", placed_with="Elm House")
        for _ in range(3)
    )
    interviewed.file.interviewed()
    interviewed.registers.child_says(Says.REFUSES)
    world.forgets_what_was_asked()
    answers = [world.head_teacher(child).asks(child, ASKED) for child in (interviewed, never)]
    assert world.were_asked() == frozenset()
    world.mosaic.is_down()
    answers.append(world.head_teacher(unreachable).asks(unreachable, ASKED))

    assert {told.child["__typename"] for told in answers} == {"NotFoundOrNotPermitted"}
    assert len({without_reference(told) for told in answers}) == 1
    assert len({len(told.raw) for told in answers}) == 1
    assert len({frozenset(told.reply.headers) for told in answers}) == 1


def test_beside_what_the_school_may_know_the_interview_is_still_one_answer(world: World) -> None:
    interviewed, never = (
        world.child(lives_in="Lancashire", looked_after_by="Blackpool", placed_with="Elm House")
        for _ in range(2)
    )
    for child in (interviewed, never):
        child.file.reported_missing()
    interviewed.file.interviewed()
    interviewed.registers.child_says(Says.AGREES)
    told = [
        world.head_teacher(child).asks(child, f"{ASKED} missingEpisodes {{ state }}")
        for child in (interviewed, never)
    ]

    assert {one.state("missingEpisodes") for one in told} == {"REDUCED"}
    assert {one.state("returnInterviews") for one in told} == {"NOT_CONFIRMED"}
    assert len({without_reference(one) for one in told}) == 1


def test_an_unknown_child_a_forged_id_and_a_stranger_are_one_answer(world: World) -> None:
    child = world.child(lives_in="Lancashire", looked_after_by="Blackpool", placed_with="Elm House")
    stranger = world.head_teacher(child)
    nobody = world.person(stranger.role, "SCHOOL-999002", purpose=stranger.purpose)
    unknown = str(world.parts.services.ids.child("A" * len(child.ref)))
    forged = child.id[:-4] + ("AAAA" if not child.id.endswith("AAAA") else "BBBB")
    answers = [nobody.asks(one, ASKED) for one in (child, unknown, forged, "not an id")]

    assert len({json.dumps(told.body["data"]) for told in answers}) == 1
    assert len({len(told.raw) for told in answers}) == 1
