"""An officer who looks for a child in danger breaks glass: what opens, what does not, and who looks at it after."""

from records.people import Purpose, Role
from tests.acting import breaks_glass, does, reviews
from tests.casefile import ACCOUNT
from tests.world import Child, Practitioner, World

INTERVIEW = (
    "returnInterviews { state records { account { state account } sensitive { state account } } }"
)
CREDENTIALS = "triggerPlans { state records { credentials { state } plan { state } } }"
REVIEWED = "__typename ... on Recorded { id } ... on Refused { says }"


def interviewed(world: World) -> Child:
    child = world.child(lives_in="Lancashire", looked_after_by="Blackpool", placed_with="Elm House")
    child.file.reported_missing()
    child.file.trigger_plan()
    child.file.interviewed()
    return child


def officer(world: World, child: Child, role: Role = Role.POLICE_OFFICER) -> Practitioner:
    return world.person(role, child.host.force, purpose=Purpose.LOCATE)


def supervisor(world: World, child: Child) -> Practitioner:
    return world.person(Role.POLICE_SUPERVISOR, child.host.force, purpose=Purpose.ASSURE)


def sees_the_account(who: Practitioner, child: Child) -> bool:
    told = who.asks(child, INTERVIEW)
    seen = ACCOUNT.encode() in told.raw
    assert not seen or told.states("returnInterviews", "account") == {"DISCLOSED"}
    return seen


def test_a_listed_role_sees_what_it_broke_glass_for_and_nothing_else(world: World) -> None:
    child = interviewed(world)
    who = officer(world, child)
    assert not sees_the_account(who, child)

    opened = breaks_glass(who, child, "RHI_FULL")

    assert opened["__typename"] == "GlassBroken"
    assert opened["items"] == ["RHI_FULL"]
    assert {rule["id"] for rule in opened["rules"]} == {"england-vital-interest"}
    assert sees_the_account(who, child)
    told = who.asks(child, f"{INTERVIEW} {CREDENTIALS} placements {{ state }}")
    assert told.states("returnInterviews", "sensitive") == {"WITHHELD"}
    # The override lists these as well, but nobody broke glass for them.
    assert told.state("triggerPlans") == "NOT_CONFIRMED"
    assert told.state("placements") == "NOT_CONFIRMED"


def test_it_opens_to_that_person_alone(world: World) -> None:
    child = interviewed(world)
    who, colleague = officer(world, child), officer(world, child)
    breaks_glass(who, child, "RHI_FULL")

    assert sees_the_account(who, child)
    assert not sees_the_account(colleague, child)


def test_it_opens_only_where_they_broke_it_from(world: World) -> None:
    child = interviewed(world)
    who = officer(world, child)
    breaks_glass(who, child, "RHI_FULL")

    seconded = world.person(who.role, "E23000010", purpose=who.purpose, subject=who.subject)

    assert sees_the_account(who, child)
    assert seconded.person == who.person
    assert not sees_the_account(seconded, child)


def test_it_runs_out_by_itself(world: World) -> None:
    child = interviewed(world)
    who = officer(world, child)
    breaks_glass(who, child, "RHI_FULL", minutes=90)

    with world.later(minutes=89):
        assert sees_the_account(who, child)
    with world.later(minutes=91):
        assert not sees_the_account(who, child)


def test_nobody_breaks_glass_for_more_than_twelve_hours_or_without_a_reason(world: World) -> None:
    child = interviewed(world)
    who = officer(world, child)
    for given in ({"minutes": 721}, {"minutes": 0}, {"reason": "urgent"}):
        told = who.sends(
            "mutation Do($input: BreakGlassInput!) { breakGlass(input: $input) { __typename } }",
            {
                "input": {
                    "child": child.id,
                    "items": ["RHI_FULL"],
                    "reason": "He is in the river and cannot be found.",
                    "clientMutationId": "a-message-of-mine",
                    **given,
                }
            },
        )
        (error,) = told.body["errors"]
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert not sees_the_account(who, child)


def test_a_role_that_is_not_listed_is_told_so_in_a_plain_sentence(world: World) -> None:
    child = interviewed(world)
    manager = world.home_manager(child)
    told = breaks_glass(manager, child, "RHI_FULL")

    assert told["__typename"] == "Refused"
    assert told["says"].startswith("Breaking glass is not for your role.")
    assert {rule["id"] for rule in told["rules"]} == {"england-vital-interest"}
    assert not sees_the_account(manager, child)


def test_what_no_override_lists_stays_closed(world: World) -> None:
    child = interviewed(world)
    who = officer(world, child)
    told = breaks_glass(who, child, "TRIGGER_PLAN_CREDENTIALS", "RHI_FULL")

    assert told["__typename"] == "Refused"
    assert "trigger-plan.credentials" in told["says"]
    assert "rhi.full" not in told["says"]
    assert not sees_the_account(who, child)


def test_a_child_under_protection_stays_closed_and_nobody_can_tell(world: World) -> None:
    sealed = interviewed(world)
    sealed.registers.judged("identity_sealed")
    who = officer(world, sealed)
    broken, asked = [], []
    for named in (sealed.id, sealed.id[:-4] + "AAAA", "no id at all"):
        told = breaks_glass(who, named, "RHI_FULL")
        mine = {"id", "expiresAt", "thisWeek", "clientMutationId"}
        broken.append({name: said for name, said in told.items() if name not in mine})
        asked.append(who.asks(named, INTERVIEW).body["data"])
    assert broken[0] == broken[1] == broken[2]
    assert asked[0] == asked[1] == asked[2]


def test_whoever_has_only_an_nhs_number_breaks_glass_with_it(world: World) -> None:
    child = interviewed(world)
    who = officer(world, child)
    find = f"{{ findChild(nhsNumber: {child.number.digits!r}) {{ __typename ... on Child {{ {INTERVIEW} }} }} }}"
    find = find.replace("'", '"')
    assert who.sends(find).body["data"]["findChild"]["__typename"] == "NotFoundOrNotPermitted"
    nobodys = next(world._numbers)

    told = [breaks_glass(who, number, "RHI_FULL") for number in (child.number, nobodys)]

    mine = {"id", "expiresAt", "thisWeek", "clientMutationId"}
    of_child, of_nobody = ({k: v for k, v in one.items() if k not in mine} for one in told)
    assert of_child == of_nobody
    assert ACCOUNT.encode() in who.sends(find).raw


def test_a_supervisor_finds_it_with_the_refusals_that_it_set_aside(world: World) -> None:
    child = interviewed(world)
    who = world.police_coordinator(child)
    first = breaks_glass(who, child, "RHI_FULL")
    second = breaks_glass(who, child, "PLACEMENT_ADDRESS")

    queue = {one["id"]: one for one in reviews(supervisor(world, child))}

    assert second["thisWeek"] == 2
    assert queue[first["id"]]["child"] == child.id
    assert queue[first["id"]]["items"] == ["RHI_FULL"]
    assert {rule["id"] for rule in queue[first["id"]]["setAside"]} >= {
        "panlancs-rhi-share-police-health/no-consent"
    }
    assert queue[second["id"]]["thisWeek"] == 2
    assert not queue[first["id"]]["overdue"]
    with world.later(days=7):
        queue = {one["id"]: one for one in reviews(supervisor(world, child))}
        assert queue[first["id"]]["overdue"]


def test_nobody_reviews_their_own_and_nobody_reviews_elsewhere(world: World) -> None:
    child = interviewed(world)
    who = world.person(
        Role.POLICE_SUPERVISOR, child.host.force, purpose=Purpose.LOCATE, subject="sergeant-1"
    )
    broken = breaks_glass(who, child, "RHI_FULL")
    elsewhere = world.person(Role.POLICE_SUPERVISOR, "E23000028", purpose=Purpose.ASSURE)
    nurse = world.nurse(child)

    for reviewer in (who, elsewhere, nurse):
        assert broken["id"] not in {one["id"] for one in reviews(reviewer)}
        told = _review(reviewer, broken, "JUSTIFIED")
        assert told["__typename"] == "Refused"
    assert _review(supervisor(world, child), broken, "JUSTIFIED")["__typename"] == "Recorded"


def test_glass_that_should_not_have_been_broken_closes_at_once_and_leaves_the_queue(
    world: World,
) -> None:
    child = interviewed(world)
    who = officer(world, child)
    broken = breaks_glass(who, child, "RHI_FULL", minutes=600)
    assert sees_the_account(who, child)

    assert _review(supervisor(world, child), broken, "NOT_JUSTIFIED")["__typename"] == "Recorded"

    assert not sees_the_account(who, child)
    assert broken["id"] not in {one["id"] for one in reviews(supervisor(world, child))}
    assert _review(supervisor(world, child), broken, "JUSTIFIED")["__typename"] == "Refused"


def test_the_lead_of_the_responsible_authority_reviews_what_others_did_about_its_child(
    world: World,
) -> None:
    child = interviewed(world)
    broken = breaks_glass(officer(world, child), child, "RHI_FULL")
    assert child.responsible is not None
    lead = world.person(
        Role.INFORMATION_GOVERNANCE_LEAD, child.responsible.code, purpose=Purpose.ASSURE
    )
    other = world.person(Role.INFORMATION_GOVERNANCE_LEAD, "E10000012", purpose=Purpose.ASSURE)

    assert broken["id"] in {one["id"] for one in reviews(lead)}
    assert broken["id"] not in {one["id"] for one in reviews(other)}


def _review(who: Practitioner, broken: dict[str, str], finding: str) -> dict[str, str]:
    return does(
        who,
        "reviewBreakGlass",
        REVIEWED,
        id=broken["id"],
        finding=finding,
        reason="Read the log and rang the control room.",
    )
