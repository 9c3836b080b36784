"""Who may see what, in situations that nobody compared beforehand. Each test names the paragraph it goes by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from disclosure.assertion import Capacity, Says
from records.people import Kind, Purpose, Role, Standing
from tests.acting import breaks_glass
from tests.casefile import ACCOUNT, INTERVIEWED, SYNOPSIS
from tests.places import AUTHORITIES, HOMES
from tests.scenarios.asked import AREAS, EPISODE, EVERYTHING, INTERVIEW, PLACEMENT
from tests.world import Child, Practitioner, World

ASKED = f"identity {{ state }} {EPISODE}{INTERVIEW}"
WORDS = ACCOUNT.encode()


def back(world: World, area: str, **how: object) -> Child:
    """A child of that authority in a home there, found again, whose interview is written up."""
    child = world.child(
        lives_in=area,
        looked_after_by=area,
        placed_with="Elm House",
        **{"aged": 14, **how},  # type: ignore[arg-type]
    )
    child.goes_missing()
    child.is_found()
    child.file.interviewed(safeguarding=None)
    world.forgets_what_was_asked()
    return child


def nobody(world: World, child: Child) -> str:
    """An id of no child, of the same make."""
    return str(world.parts.services.ids.child("Z" * len(child.ref)))


def is_a_stranger(world: World, who: Practitioner, child: Child) -> bool:
    """Whether somebody is answered about this child as about one whom nobody knows, and no system is asked."""
    world.forgets_what_was_asked()
    answers = [who.asks(one, EVERYTHING) for one in (child, nobody(world, child))]
    same = len({told.without_reference for told in answers}) == 1
    return same and not answers[0].found and world.were_asked() == frozenset()


# Whose child it no longer is, and whose it never was


def _other_home(world: World, _child: Child) -> Practitioner:
    return world.person(Role.REGISTERED_MANAGER, HOMES["Oak House"], purpose=Purpose.CARE)


def _former_home(world: World, child: Child) -> Practitioner:
    ended = datetime.now(UTC) - timedelta(days=1)
    child.registers.stands(
        Standing.PROVIDES_PLACEMENT, organisation=HOMES["Oak House"], until=ended
    )
    return world.person(Role.REGISTERED_MANAGER, HOMES["Oak House"], purpose=Purpose.CARE)


def _former_worker(world: World, child: Child) -> Practitioner:
    who = world.person(Role.FAMILY_HELP_PRACTITIONER, "SERVICE-999003")
    ended = datetime.now(UTC) - timedelta(hours=1)
    child.registers.stands(
        Standing.ALLOCATED_WORKER, organisation="SERVICE-999003", person=who.person, until=ended
    )
    return who


def _another_force(world: World, _child: Child) -> Practitioner:
    return world.person(Role.POLICE_MISSING_COORDINATOR, "E23000005")


def _another_interviewer(world: World, _child: Child) -> Practitioner:
    return world.person(
        Role.RETURN_INTERVIEW_SERVICE, "SERVICE-999002", purpose=Purpose.RETURN_INTERVIEW
    )


def _another_school(world: World, _child: Child) -> Practitioner:
    return world.person(Role.SCHOOL, "SCHOOL-999002", purpose=Purpose.EDUCATION)


STRANGERS: tuple[Callable[[World, Child], Practitioner], ...] = (
    _other_home,
    _former_home,
    _former_worker,
    _another_force,
    _another_interviewer,
    _another_school,
)


@pytest.mark.parametrize("who", STRANGERS)
@pytest.mark.parametrize("area", AREAS)
def test_whoever_has_nothing_to_do_with_the_child_any_more_is_answered_as_about_nobody(
    world: World, area: str, who: Callable[[World, Child], Practitioner]
) -> None:
    child = back(world, area)
    assert is_a_stranger(world, who(world, child), child)


def test_another_force_sees_the_episode_from_when_it_looks_for_the_child(world: World) -> None:
    """North East Lincolnshire, Intelligence and prevention: a child who runs to another force's area."""
    child = back(world, "North East Lincolnshire")
    officer = world.person(Role.POLICE_MISSING_COORDINATOR, "E23000013")
    assert is_a_stranger(world, officer, child)
    child.registers.stands(Standing.INVESTIGATING_FORCE, organisation="E23000013")
    assert "status" in officer.asks(child, EPISODE).given("missingEpisodes")


def test_the_two_authorities_of_one_protocol_are_no_authority_of_each_others_children(
    world: World,
) -> None:
    """Staffordshire and Stoke 9.1: "both" is whose child it is and where it lives, and no third."""
    child = back(world, "Staffordshire")
    for role in (Role.FRONT_DOOR, Role.MISSING_COORDINATOR, Role.EMERGENCY_DUTY_TEAM):
        stoke = world.person(role, AUTHORITIES["Stoke-on-Trent"].code)
        assert is_a_stranger(world, stoke, child)


# Consent, capacity, and whose it is


def coordinator_reads(world: World, child: Child) -> bool:
    return WORDS in world.police_coordinator(child).asks(child, ASKED).raw


def test_in_staffordshire_agreement_alone_is_not_enough_and_neither_is_that_it_is_critical(
    world: World,
) -> None:
    """13.14: only if consent is given *and* the information is critical."""
    for agrees, critical in ((True, False), (False, True), (True, True)):
        child = back(world, "Staffordshire")
        child.registers.was_told()
        child.registers.child_says(Says.AGREES if agrees else Says.REFUSES)
        if critical:
            child.registers.judged("critical")
        assert coordinator_reads(world, child) is (agrees and critical)


def test_agreement_with_the_police_is_none_with_health(world: World) -> None:
    """Pan-Lancashire 5.7.4: a copy for police and health, subject to consent, asked for each."""
    child = back(world, "Lancashire")
    child.registers.child_says(Says.AGREES, Kind.POLICE)
    nurse = world.nurse(child).asks(child, ASKED)
    assert coordinator_reads(world, child)
    assert WORDS not in nurse.raw
    assert nurse.reason("returnInterviews", "RHI_FULL") == "NO_CONSENT"


@pytest.mark.parametrize(
    "capacity, counts",
    [
        (Capacity.COMPETENT, True),
        (Capacity.SIXTEEN_OR_OVER, True),
        (Capacity.NOT_COMPETENT, False),
        (Capacity.NOT_ASSESSED, False),
    ],
)
def test_a_yes_of_a_child_who_could_not_decide_it_opens_nothing(
    world: World, capacity: Capacity, *, counts: bool
) -> None:
    """Pan-Lancashire 5.7.4, subject to consent: a yes that nobody says was theirs to give is none."""
    child = back(world, "Lancashire", aged=16 if capacity is Capacity.SIXTEEN_OR_OVER else 11)
    child.registers.child_says(Says.AGREES, capacity=capacity)
    assert coordinator_reads(world, child) is counts


def test_a_childs_no_closes_although_nobody_assessed_whether_they_could_say_it(
    world: World,
) -> None:
    child = back(world, "Lancashire", aged=10)
    child.registers.child_says(Says.REFUSES, capacity=Capacity.NOT_ASSESSED)
    child.registers.parent_says(Says.AGREES)
    assert not coordinator_reads(world, child)


def test_a_yes_that_was_not_theirs_to_give_does_not_lift_an_earlier_no(world: World) -> None:
    child = back(world, "Lancashire", aged=12)
    child.registers.child_says(Says.REFUSES)
    child.registers.child_says(Says.AGREES, capacity=Capacity.NOT_COMPETENT)
    assert not coordinator_reads(world, child)


@pytest.mark.parametrize("looked_after", [True, False])
def test_in_essex_a_parents_no_to_sharing_changes_nothing_and_the_childs_no_everything(
    world: World, *, looked_after: bool
) -> None:
    """Essex, the note on consent: parents sign for the chat to take place, the child for its being shared."""
    child = world.child(
        lives_in="Essex",
        looked_after_by="Essex" if looked_after else None,
        aged=14,
        open_to_social_care=True,
    )
    child.goes_missing()
    child.is_found()
    child.file.interviewed(safeguarding=None)
    child.registers.child_says(Says.AGREES)
    child.registers.parent_says(Says.REFUSES)
    coordinator = world.police_coordinator(child)

    agreed = coordinator.asks(child, ASKED)
    child.registers.child_says(Says.WITHDREW)
    withdrew = coordinator.asks(child, ASKED)

    assert "RHI_SYNOPSIS" not in agreed.withheld("returnInterviews")
    assert withdrew.reason("returnInterviews", "RHI_SYNOPSIS") == "NO_CONSENT"
    for told in (agreed, withdrew):
        assert WORDS not in told.raw


# The home, the foster carer, the family


@pytest.mark.parametrize("area", AREAS)
def test_a_foster_carer_has_nothing_of_what_the_child_told_the_interviewer(
    world: World, area: str
) -> None:
    """Carers are on no list of who has the interview; in Lancashire a placement has no copy (5.7.4)."""
    child = back(world, area)
    child.registers.child_says(Says.AGREES)
    child.registers.judged("critical")
    carer = world.knows(
        child, Role.FOSTER_CARER, Standing.CARES_FOR_CHILD, "public", purpose=Purpose.CARE
    )
    told = carer.asks(child, ASKED)
    for words in (ACCOUNT, SYNOPSIS):
        assert words.encode() not in told.raw


def test_north_east_lincolnshires_foster_carer_learns_that_the_child_is_safe_and_not_where(
    world: World,
) -> None:
    """Return of a missing child in care: the authority arranges the return."""
    child = back(world, "North East Lincolnshire")
    carer = world.knows(
        child, Role.FOSTER_CARER, Standing.CARES_FOR_CHILD, "public", purpose=Purpose.CARE
    )
    told = carer.asks(child, EPISODE)
    assert "safety" in told.given("missingEpisodes")
    assert "lastSeen" not in told.given("missingEpisodes")
    assert b"Bus station" not in told.raw


def test_in_lancashire_the_home_is_told_the_day_and_no_word_by_the_clock_of_the_interview(
    world: World,
) -> None:
    """5.7.4: confirmation that the interview has taken place."""
    child = back(world, "Lancashire")
    told = world.home_manager(child).asks(child, ASKED)
    assert told.given("returnInterviews") == {"confirmation"}
    (held,) = told.shown("returnInterviews", "confirmation")
    assert held["heldAt"].startswith(f"{INTERVIEWED:%Y-%m-%d}")


@pytest.mark.parametrize("area", AREAS)
def test_a_mother_at_home_is_given_no_copy_of_what_her_child_told_somebody_else(
    world: World, area: str
) -> None:
    """No protocol lists parents among those who have the interview."""
    child = world.child(lives_in=area, aged=13, open_to_social_care=True)
    child.goes_missing()
    child.is_found()
    child.file.interviewed()
    child.registers.states("pr_contact_unsafe", value=False)
    child.registers.child_says(Says.AGREES)
    told = world.mother(child).asks(child, ASKED)
    for words in (ACCOUNT, SYNOPSIS):
        assert words.encode() not in told.raw


# Commissioned interviewers, reviewing officers, partners, youth justice


@pytest.mark.parametrize("area", ["Staffordshire", "Stoke-on-Trent", "Lancashire", "Essex"])
def test_a_commissioned_interviewer_is_not_given_the_childs_file(world: World, area: str) -> None:
    """13.6 and 5.7.4 give the interview to hold, and neither health nor the place on any record."""
    child = back(world, area)
    child.file.has_asthma()
    told = world.interviewer(child).asks(child, EVERYTHING)
    for words in (b"Asthma", b"LA1 1AA", b"grey van", b"kept-by-police"):
        assert words not in told.raw


def test_somersets_reviewing_officer_has_updates_while_the_child_is_missing_and_no_interview(
    world: World,
) -> None:
    """LONGER ABSENCES: relevant updates for the reviewing officer and the health team."""
    child = world.child(
        lives_in="Somerset", looked_after_by="Somerset", placed_with="Elm House", aged=14
    )
    child.goes_missing()
    child.file.interviewed()
    told = world.reviewing_officer(child).asks(child, ASKED)
    assert "status" in told.given("missingEpisodes")


def test_an_agency_that_is_on_no_plan_learns_no_needs_in_somerset(world: World) -> None:
    """RETURNING: involved agencies of a child on a multi-agency plan are told of identified needs."""
    told = {}
    for plan in (frozenset({"multi-agency"}), frozenset[str]()):
        child = world.child(lives_in="Somerset", aged=14, open_to_social_care=True, on_plan=plan)
        child.goes_missing()
        child.file.interviewed()
        answer = world.partner(child, Role.PARTNER_AGENCY).asks(child, ASKED)
        assert WORDS not in answer.raw
        held_back = answer.withheld("returnInterviews") if answer.found else {"RHI_NEEDS": {}}
        told[len(plan)] = "RHI_NEEDS" not in held_back
    assert told == {1: True, 0: False}


def test_youth_justice_learns_nothing_of_a_note_that_is_kept_apart(world: World) -> None:
    """North East Lincolnshire, Recording: sensitive disclosures are recorded separately."""
    child = back(world, "North East Lincolnshire")
    child.registers.states("sensitive_disclosure", value=True)
    worker = world.allocated(child, Role.YOUTH_JUSTICE_WORKER)
    told = worker.asks(child, ASKED)
    assert "sensitive" not in told.given("returnInterviews")
    assert WORDS not in told.raw


# A school, a nurse, and glass that is not theirs to break


def test_lancashires_school_has_the_fact_and_cannot_tell_whether_there_was_an_interview(
    world: World,
) -> None:
    """5.7.4, Operation Encompass: all schools are notified of the missing episode."""
    child = back(world, "Lancashire")
    told = world.head_teacher(child).asks(child, ASKED)
    assert told.given("missingEpisodes") == {"status"}
    assert told.given("returnInterviews") == set()
    assert told.state("returnInterviews") == "NOT_CONFIRMED"


def _catch22(world: World, child: Child) -> Practitioner:
    return world.interviewer(child)


def _foster(world: World, child: Child) -> Practitioner:
    return world.knows(
        child, Role.FOSTER_CARER, Standing.CARES_FOR_CHILD, "public", purpose=Purpose.CARE
    )


WITHOUT_GLASS: tuple[Callable[[World, Child], Practitioner], ...] = (
    lambda world, child: world.head_teacher(child),
    lambda world, child: world.home_manager(child),
    lambda world, child: world.mother(child),
    _catch22,
    _foster,
)


@pytest.mark.parametrize("who", range(len(WITHOUT_GLASS)))
@pytest.mark.parametrize("area", ["Lancashire", "Somerset", "North East Lincolnshire"])
def test_a_role_that_no_override_lists_breaks_no_glass_whatever_it_writes(
    world: World, area: str, who: int
) -> None:
    child = back(world, area)
    asker = WITHOUT_GLASS[who](world, child)
    broken = breaks_glass(asker, child, "RHI_FULL", "PLACEMENT_ADDRESS")
    assert broken["__typename"] == "Refused"
    told = asker.asks(child, f"identity {{ state }} {INTERVIEW}{PLACEMENT}")
    # Whoever held the interview reads what they wrote, and nothing more.
    assert (WORDS in told.raw) is (asker.role is Role.RETURN_INTERVIEW_SERVICE)
    assert b"LA1 1AA" not in told.raw


# A system that goes down in the middle


def test_what_is_withheld_stays_withheld_and_what_is_silent_is_named_when_the_council_goes_down(
    world: World,
) -> None:
    child = back(world, "Somerset")
    worker, home = world.social_worker(child), world.home_manager(child)
    asked = "returnInterviews { state sources { name state } records { account { state } } } missingEpisodes { state }"
    before = home.asks(child, ASKED)
    assert worker.asks(child, asked).state("returnInterviews") in {"DISCLOSED", "REDUCED"}
    world.liquidlogic.is_down()
    after = home.asks(child, ASKED)
    during = worker.asks(child, asked)
    assert before.without_reference == after.without_reference
    assert during.state("returnInterviews") == "UNAVAILABLE"
    assert "liquidlogic" in during.silent("returnInterviews")
    assert during.state("missingEpisodes") != "UNAVAILABLE"


# The child themselves


@pytest.mark.parametrize("area", AREAS)
def test_the_child_reads_who_asked_about_them_and_a_parent_does_not(
    world: World, area: str
) -> None:
    child = back(world, area)
    young = world.person(Role.CHILD, "family")
    child.registers.stands(Standing.IS_THE_CHILD, person=young.person)
    world.home_manager(child).asks(child, ASKED)
    document = (
        "query ($c: ID!) { accessLog(child: $c, first: 5) { __typename ... on AccessLog {"
        " entries { plainEnglish organisation } } } }"
    )
    own = young.sends(document, {"c": child.id}).body["data"]["accessLog"]
    hers = world.mother(child).sends(document, {"c": child.id}).body["data"]["accessLog"]
    assert own["__typename"] == "AccessLog"
    assert any("asked to know" in one["plainEnglish"] for one in own["entries"])
    assert hers["__typename"] == "Refused"
