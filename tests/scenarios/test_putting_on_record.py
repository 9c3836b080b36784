"""What people say and judge is put on record through the gateway, and counts from the next answer on."""

from typing import Any

import pytest

from disclosure.assertion import Says
from records.people import Purpose, Role, Standing
from tests.acting import records
from tests.casefile import ACCOUNT
from tests.world import Child, Practitioner, World

INTERVIEW = (
    "returnInterviews { state withheld { item reason } records { account { state account } } }"
)
WHY = "Heard from the child in the car on the way back."
CHILD_SAYS = {"giver": "CHILD", "capacity": "COMPETENT"}


def interviewed(world: World) -> Child:
    child = world.child(lives_in="Lancashire", looked_after_by="Blackpool", placed_with="Elm House")
    child.file.reported_missing()
    child.file.interviewed()
    return child


def sees(who: Practitioner, child: Child) -> bool:
    return ACCOUNT.encode() in who.asks(child, INTERVIEW).raw


def test_a_child_who_withdraws_is_heeded_by_the_next_answer(world: World) -> None:
    child = interviewed(world)
    worker, police = world.social_worker(child), world.police_coordinator(child)
    assert not sees(police, child)

    agreed = records(worker, "recordConsent", child, says="AGREES", **CHILD_SAYS)
    assert agreed["__typename"] == "Recorded"
    assert sees(police, child)

    withdrew = records(worker, "withdrawConsent", child, **CHILD_SAYS)
    assert withdrew["__typename"] == "Recorded"
    assert not sees(police, child)
    assert police.asks(child, INTERVIEW).withheld("returnInterviews")["RHI_FULL"]["reason"] == (
        "NO_CONSENT"
    )


def test_a_withdrawal_for_one_agency_leaves_the_others(world: World) -> None:
    child = interviewed(world)
    worker, police, nurse = (
        world.social_worker(child),
        world.police_coordinator(child),
        world.nurse(child),
    )
    records(worker, "recordConsent", child, says="AGREES", **CHILD_SAYS)
    records(worker, "withdrawConsent", child, withAgencies="POLICE", **CHILD_SAYS)

    assert not sees(police, child)
    assert sees(nurse, child)


def test_the_police_write_down_a_refusal_and_never_an_agreement(world: World) -> None:
    child = interviewed(world)
    police = world.police_coordinator(child)

    agreed = records(police, "recordConsent", child, says="AGREES", **CHILD_SAYS)
    assert agreed["__typename"] == "Refused"
    assert not sees(police, child)
    refuses = records(police, "recordConsent", child, says="REFUSES", **CHILD_SAYS)
    assert refuses["__typename"] == "Recorded"


def test_the_home_writes_down_neither(world: World) -> None:
    child = interviewed(world)
    child.registers.child_says(Says.AGREES)
    manager, police = world.home_manager(child), world.police_coordinator(child)

    for mutation, given in (("recordConsent", {"says": "REFUSES"}), ("withdrawConsent", {})):
        assert records(manager, mutation, child, **CHILD_SAYS, **given)["__typename"] == "Refused"
    assert sees(police, child)


def test_a_parent_speaks_for_themselves_and_the_child_for_the_child(world: World) -> None:
    child = interviewed(world)
    mother = world.person(Role.PARENTAL_RESPONSIBILITY_HOLDER, "family")
    young = world.person(Role.CHILD, "family")
    child.registers.stands(Standing.PARENTAL_RESPONSIBILITY, person=mother.person)
    child.registers.stands(Standing.IS_THE_CHILD, person=young.person)
    parent_says = {"giver": "PARENT", "capacity": "PARENTAL_RESPONSIBILITY", "says": "AGREES"}

    for who, given, expected in (
        (mother, parent_says, "Recorded"),
        (mother, {**CHILD_SAYS, "says": "AGREES"}, "Refused"),
        (young, {**CHILD_SAYS, "says": "AGREES"}, "Recorded"),
        (young, parent_says, "Refused"),
    ):
        assert records(who, "recordConsent", child, **given)["__typename"] == expected


def test_what_is_judged_urgent_opens_and_runs_out(world: World) -> None:
    child = interviewed(world)
    worker = world.social_worker(child)
    police = world.police_coordinator(child)
    matters = "returnInterviews { state records { safeguarding { state matters } } }"

    def opened() -> set[str]:
        return police.asks(child, matters).states("returnInterviews", "safeguarding")

    assert opened() == {"WITHHELD"}
    judged = records(
        worker, "recordJudgement", child, judgement="URGENT", value=True, hours=4, reason=WHY
    )
    assert judged["__typename"] == "Recorded"
    assert judged["thisWeek"] == 1
    assert opened() == {"DISCLOSED"}
    with world.later(hours=5):
        assert opened() == {"WITHHELD"}


def test_whoever_would_see_more_by_it_does_not_judge_the_interview_urgent(world: World) -> None:
    child = interviewed(world)
    judged = records(
        world.police_coordinator(child),
        "recordJudgement",
        child,
        judgement="URGENT",
        value=True,
        hours=4,
        reason=WHY,
    )
    assert judged["__typename"] == "Refused"


def test_a_judgement_stands_no_longer_than_its_table_says(world: World) -> None:
    child = interviewed(world)
    told = _raw(
        world.social_worker(child),
        "recordJudgement",
        {
            "child": child.id,
            "judgement": "URGENT",
            "value": True,
            "hours": 25,
            "reason": WHY,
            "clientMutationId": "one-of-mine",
        },
    )
    (error,) = told["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "24 hours" in error["message"]


def test_sent_twice_it_is_done_once_and_anothers_key_is_another_key(world: World) -> None:
    child = interviewed(world)
    worker, colleague = world.social_worker(child), world.social_worker(child)
    given: dict[str, Any] = {
        "judgement": "AT_RISK",
        "value": True,
        "hours": 4,
        "reason": WHY,
        "clientMutationId": "the-same-message",
    }
    first = records(worker, "recordJudgement", child, **given)
    again = records(worker, "recordJudgement", child, **given)
    others = records(colleague, "recordJudgement", child, **given)

    assert first == again
    assert others["id"] != first["id"]
    changed = _raw(worker, "recordJudgement", {**given, "child": child.id, "hours": 5})
    (error,) = changed["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


MUTATIONS: dict[str, dict[str, Any]] = {
    "recordConsent": {**CHILD_SAYS, "says": "AGREES"},
    "withdrawConsent": CHILD_SAYS,
    "recordParticipation": {"giver": "CHILD", "says": "AGREES"},
    "recordNotice": {"told": True, "why": WHY},
    "recordJudgement": {"judgement": "AT_RISK", "value": True, "hours": 4, "reason": WHY},
    "recordNotShared": {
        "items": ["RHI_FULL"],
        "withRole": "POLICE_OFFICER",
        "told": ["TEAM_MANAGER"],
        "because": WHY,
    },
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_no_mutation_tells_whether_there_is_such_a_child(world: World, mutation: str) -> None:
    child = interviewed(world)
    stranger = world.person(Role.SOCIAL_WORKER, "E08000035")
    unknown = str(world.parts.services.ids.child("A" * len(child.ref)))
    told = []
    for named in (child.id, unknown, child.id[:-4] + "AAAA", "no id at all"):
        given = {**MUTATIONS[mutation], "child": named, "clientMutationId": f"{mutation}-{named}"}
        reply = stranger.sends(_document(mutation), {"input": given})
        told.append((reply.status, reply.raw, sorted(reply.reply.headers)))
    assert told[0] == told[1] == told[2] == told[3]
    assert b"Not known here by what you gave" in told[0][1]


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_whoever_is_with_the_child_may_do_each_of_them(world: World, mutation: str) -> None:
    child = interviewed(world)
    given = MUTATIONS[mutation]
    assert records(world.social_worker(child), mutation, child, **given)["__typename"] == "Recorded"


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_without_a_purpose_nothing_is_done(world: World, mutation: str) -> None:
    child = interviewed(world)
    worker = world.social_worker(child)
    reply = world.client.post(
        f"{world.url}/graphql",
        headers={"Authorization": f"Bearer {worker.token()}"},
        json={
            "query": _document(mutation),
            "variables": {
                "input": {
                    **MUTATIONS[mutation],
                    "child": child.id,
                    "clientMutationId": "one-of-mine",
                }
            },
        },
    ).json()
    assert reply["errors"][0]["extensions"]["code"] == "PURPOSE_REQUIRED"


def test_a_refused_attempt_is_in_the_ledger_as_much_as_one_that_was_let(world: World) -> None:
    child = interviewed(world)
    stranger = world.person(Role.SOCIAL_WORKER, "E08000035")
    assert child.responsible is not None
    lead = world.person(
        Role.INFORMATION_GOVERNANCE_LEAD, child.responsible.code, purpose=Purpose.ASSURE
    )
    records(stranger, "recordConsent", child, **CHILD_SAYS, says="AGREES")
    log = lead.sends(
        f'{{ accessLog(child: "{child.id}") {{ ... on AccessLog {{ entries {{ what refused organisation }} }} }} }}'
    )
    entries = log.body["data"]["accessLog"]["entries"]
    assert {"what": "CONSENT", "refused": True, "organisation": "Leeds City Council"} in entries


def _document(mutation: str) -> str:
    kind = f"{mutation[0].upper()}{mutation[1:]}Input"
    return (
        f"mutation Do($input: {kind}!) {{ {mutation}(input: $input)"
        " { __typename ... on Refused { says ask { role label why } rules { id } } } }"
    )


def _raw(who: Practitioner, mutation: str, given: dict[str, Any]) -> dict[str, Any]:
    return who.sends(_document(mutation), {"input": given}).body
