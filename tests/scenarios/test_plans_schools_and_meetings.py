"""T08 and beyond: who sees a council's plans for a child, the school, and meetings, under each protocol.

Each plan is asked for by itself; each meeting is opened by its own kind.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from consent.vocabulary import Fact
from disclosure.answers import Enquiry
from records.items import Category, Item
from records.meeting import Meeting, MeetingKind
from records.people import Access, Role, Viewer
from tests.answers import Told
from tests.documents import ACTION, FORMS, MEETS, MINUTES, RISK, SCHOOL_NAME, STRATEGY_MINUTES
from tests.scenarios.asked import AREAS, DOCUMENTS, MEETINGS, PLANS, SCHOOLING
from tests.world import Child, Practitioner, World

PLACED = {
    "Staffordshire": "Staffordshire",
    "Stoke-on-Trent": "Stoke-on-Trent",
    "Essex": "Essex",
    "Somerset": "Somerset",
    "Lancashire": "Lancashire",
    "North East Lincolnshire": "North East Lincolnshire",
}
ALL = PLANS + SCHOOLING + MEETINGS


def written_about(world: World, area: str, *, looked_after: bool = True) -> Child:
    """A child of whom the council has written everything that its forms ask."""
    child = (
        world.child(lives_in=area, looked_after_by=area, placed_with="Elm House")
        if looked_after
        else world.child(
            lives_in=area, open_to_social_care=True, on_plan=frozenset({"child-in-need"})
        )
    )
    papers = child.file.documents
    papers.care_plan()
    for kind in FORMS[child.file.council]:
        papers.plan(kind)
    if child.file.council != "mosaic-essex":
        papers.school()
        papers.meeting("mfh-risk-management" if area == "Lancashire" else "missing-intervention")
    papers.meeting("strategy", STRATEGY_MINUTES)
    world.forgets_what_was_asked()
    return child


def kinds(told: Told) -> set[str]:
    """The kinds of the meetings that were shown."""
    return {str(one["kind"]) for one in told.shown("meetings", "called")}


# T08: the school asks for the plan


@pytest.mark.parametrize("area", AREAS)
def test_the_school_sees_no_plan_by_any_name_and_cannot_tell_whether_there_is_one(
    world: World, area: str
) -> None:
    planned = written_about(world, area, looked_after=False)
    bare = world.child(
        lives_in=area, open_to_social_care=True, on_plan=frozenset({"child-in-need"})
    )
    world.forgets_what_was_asked()

    answers = [
        world.head_teacher(child).asks(child, f"identity {{ state }} {PLANS}")
        for child in (planned, bare)
    ]

    assert {told.state(field) for told in answers for field in DOCUMENTS} == {"NOT_CONFIRMED"}
    assert len({told.without_reference for told in answers}) == 1
    assert not any(text in answers[0].raw.decode() for text in (RISK, ACTION))


def test_in_staffordshire_the_school_is_asked_to_the_missing_intervention_meeting_and_no_other(
    world: World,
) -> None:
    child = written_about(world, "Staffordshire", looked_after=False)

    told = world.head_teacher(child).asks(child, MEETINGS)

    assert kinds(told) == {"MISSING_INTERVENTION"}
    assert told.shown("meetings", "called")[0]["meetsOn"] == MEETS
    assert told.states("meetings", "minutes") == {"WITHHELD"}
    assert told.state("meetings") == "REDUCED"
    assert MINUTES.encode() not in told.raw


@pytest.mark.parametrize("area", ["Essex", "Lancashire", "North East Lincolnshire"])
def test_elsewhere_the_school_cannot_tell_whether_there_is_a_meeting(
    world: World, area: str
) -> None:
    child = written_about(world, area, looked_after=False)
    bare = world.child(lives_in=area, open_to_social_care=True)

    answers = [world.head_teacher(one).asks(one, MEETINGS) for one in (child, bare)]

    assert len({told.without_reference for told in answers}) == 1
    assert STRATEGY_MINUTES.encode() not in answers[0].raw


def test_in_somerset_the_school_knows_of_the_strategy_discussion_it_belongs_to(
    world: World,
) -> None:
    child = written_about(world, "Somerset", looked_after=False)
    told = world.head_teacher(child).asks(child, MEETINGS)
    assert kinds(told) == {"STRATEGY"}
    assert STRATEGY_MINUTES.encode() not in told.raw


@pytest.mark.parametrize("area", AREAS)
def test_the_childs_own_worker_reads_all_that_their_council_wrote(world: World, area: str) -> None:
    child = written_about(world, area)

    told = world.social_worker(child).asks(child, ALL)

    fields = {"prevention": "preventionPlans", "placement": "placementPlans"}
    for kind in FORMS[child.file.council].keys() & fields.keys():
        (plan,) = told.shown(fields[kind], "plan")
        assert (plan["risks"], plan["actions"]) == ([RISK], [ACTION])
    (care,) = told.shown("carePlans", "plan")
    assert "ostering" in str(care["permanence"])
    if child.file.council != "mosaic-essex":
        assert told.shown("schooling", "school") == [{"name": SCHOOL_NAME}]
    assert told.state("meetings") == "DISCLOSED"
    assert "STRATEGY" in kinds(told)
    assert STRATEGY_MINUTES.encode() in told.raw


# Whom the paragraphs name


def _foster_or_home(world: World, child: Child) -> Practitioner:
    return world.home_manager(child)


HOME_HAS: dict[str, set[str]] = {
    "Staffordshire": {"placementPlans"},
    "Stoke-on-Trent": {"placementPlans"},
    "Essex": {"placementPlans", "preventionPlans"},
    "Somerset": set(),
    "Lancashire": {"placementPlans", "carePlans"},
    "North East Lincolnshire": {"placementPlans", "carePlans", "preventionPlans"},
}
"""Essex 2.2; Staffordshire 16.2; Pan-Lancashire 5.5.2; North East Lincolnshire, "On admission"."""


@pytest.mark.parametrize("area", AREAS)
def test_the_home_has_the_plans_that_its_protocol_names_and_cannot_tell_of_others(
    world: World, area: str
) -> None:
    child = written_about(world, area)

    told = world.home_manager(child).asks(child, f"identity {{ state }} {PLANS}")

    assert {field for field in DOCUMENTS if told.state(field) == "DISCLOSED"} == HOME_HAS[area]
    others = set(DOCUMENTS) - HOME_HAS[area]
    assert {told.state(field) for field in others} <= {"NOT_CONFIRMED"}


def test_in_somerset_the_home_has_the_care_plan_of_a_child_at_risk_of_going_missing(
    world: World,
) -> None:
    child = written_about(world, "Somerset")
    child.registers.states("at_risk_of_missing", value=True)
    told = world.home_manager(child).asks(child, PLANS)
    assert told.state("carePlans") == "DISCLOSED"


@pytest.mark.parametrize("area", ["Essex", "North East Lincolnshire"])
def test_the_police_have_the_prevention_plan_once_the_child_is_reported_missing_and_not_before(
    world: World, area: str
) -> None:
    child = written_about(world, area)
    officer = world.officer(child)

    before = officer.asks(child, f"identity {{ state }} {PLANS}")
    child.goes_missing()
    after = officer.asks(child, PLANS)

    assert before.state("preventionPlans") == "NOT_CONFIRMED"
    assert [one["risks"] for one in after.shown("preventionPlans", "plan")] == [[RISK]]


@pytest.mark.parametrize("area", ["North East Lincolnshire", "Somerset", "Staffordshire"])
def test_the_police_have_the_philomena_form_once_the_child_is_reported_missing(
    world: World, area: str
) -> None:
    child = written_about(world, area)
    officer = world.officer(child)

    before = officer.asks(child, f"identity {{ state }} {PLANS}")
    child.goes_missing()
    after = officer.asks(child, PLANS)

    assert before.state("philomenaForms") == "NOT_CONFIRMED"
    assert len(after.shown("philomenaForms", "form")) == 1


# Meetings, kind by kind


def test_in_staffordshire_the_police_have_the_minutes_of_the_meeting_they_belong_to_alone(
    world: World,
) -> None:
    child = written_about(world, "Staffordshire")

    told = world.officer(child).asks(child, MEETINGS)

    assert kinds(told) == {"MISSING_INTERVENTION"}
    assert [one["minutes"] for one in told.shown("meetings", "minutes")] == [MINUTES]
    assert STRATEGY_MINUTES.encode() not in told.raw
    assert told.state("meetings") == "REDUCED"


def test_in_lancashire_the_mother_is_asked_to_the_risk_meeting_and_never_learns_of_the_strategy(
    world: World,
) -> None:
    child, without = (written_about(world, "Lancashire") for _ in range(2))
    only_strategy = world.child(
        lives_in="Lancashire", looked_after_by="Lancashire", placed_with="Elm House"
    )
    only_strategy.file.documents.meeting("strategy", STRATEGY_MINUTES)
    nothing = world.child(
        lives_in="Lancashire", looked_after_by="Lancashire", placed_with="Elm House"
    )

    told = world.mother(child).asks(child, MEETINGS)
    others = [world.mother(one).asks(one, MEETINGS) for one in (only_strategy, nothing)]

    assert kinds(told) == {"MFH_RISK_MANAGEMENT"}
    assert told.states("meetings", "minutes") == {"WITHHELD"}
    assert STRATEGY_MINUTES.encode() not in told.raw
    assert {one.state("meetings") for one in others} == {"WITHHELD"}
    assert [one.child["meetings"]["records"] for one in others] == [[], []]
    assert others[0].child["meetings"]["withheld"] == others[1].child["meetings"]["withheld"]
    assert without.id != child.id


def test_no_meeting_is_not_said_to_be_nothing_held_to_somebody_who_may_know_of_one_kind(
    world: World,
) -> None:
    child = world.child(lives_in="Staffordshire", looked_after_by="Staffordshire")
    told = world.officer(child).asks(child, MEETINGS)
    assert told.state("meetings") == "WITHHELD"


def test_in_lancashire_the_police_know_of_both_meetings_and_have_the_minutes_of_one_alone(
    world: World,
) -> None:
    child = written_about(world, "Lancashire")

    told = world.police_coordinator(child).asks(child, MEETINGS)

    assert kinds(told) == {"MFH_RISK_MANAGEMENT", "STRATEGY"}
    minutes = {
        record["called"]["kind"]: record["minutes"] for record in told.child["meetings"]["records"]
    }
    assert minutes["MFH_RISK_MANAGEMENT"]["minutes"] == MINUTES
    assert minutes["STRATEGY"]["state"] == "WITHHELD"
    assert [one["item"] for one in minutes["STRATEGY"]["withheld"]] == ["MEETING_MINUTES"]
    assert STRATEGY_MINUTES.encode() not in told.raw


@pytest.mark.parametrize(
    "rests_on, shown",
    [("missing-intervention", {MeetingKind.MISSING_INTERVENTION}), ("none", set())],
)
def test_a_notice_of_one_meeting_brings_no_other(
    world: World, rests_on: str, shown: set[MeetingKind]
) -> None:
    child = written_about(world, "Staffordshire")
    officer = world.officer(child)
    now = world.clock()
    viewer = Viewer(
        subject=officer.subject,
        issuer=officer.person[0],
        role=officer.role,
        organisation=officer.organisation,
        client="notices",
        expires_at=now + timedelta(minutes=5),
    )
    enquiry = Enquiry(
        viewer=viewer,
        access=Access(purpose=officer.purpose, reason="A notice is due"),
        child_ref=child.ref,
        items=frozenset({Item.MEETING_REQUEST, Item.MEETING_MINUTES}),
        now=now,
        given={Fact.CHANNEL: "feed", Fact.MEETING: rests_on},
    )
    given = world.does(world.parts.services.door.disclose(enquiry))
    meetings = [one for one in given.records[Category.MEETINGS] if isinstance(one, Meeting)]
    assert {one.kind for one in meetings} == shown


# T04: harm is told of, and a strategy discussion is called


@pytest.mark.parametrize("area", ["Somerset", "Essex", "North East Lincolnshire", "Lancashire"])
def test_the_police_learn_that_a_strategy_discussion_is_called_and_not_what_is_said_there(
    world: World, area: str
) -> None:
    child = written_about(world, area)
    child.goes_missing()

    told = world.officer(child).asks(child, MEETINGS)

    assert "STRATEGY" in kinds(told)
    minutes = {
        record["called"]["kind"]: record["minutes"]["state"]
        for record in told.child["meetings"]["records"]
    }
    assert minutes["STRATEGY"] == "WITHHELD"
    assert STRATEGY_MINUTES.encode() not in told.raw


# T05: a child of Leeds is placed in Lancashire


def test_the_host_has_the_placement_and_care_plans_of_a_child_that_leeds_placed_there(
    world: World,
) -> None:
    child = world.child(lives_in="Lancashire", looked_after_by="Leeds", placed_with="Elm House")
    child.file.documents.care_plan()
    for kind in ("placement", "prevention"):
        child.file.documents.plan(kind)

    host = world.host_coordinator(child).asks(child, PLANS)
    elsewhere = world.person(Role.MISSING_COORDINATOR, "E10000028").asks(child, PLANS)

    assert {field for field in DOCUMENTS if host.state(field) == "DISCLOSED"} == {
        "carePlans",
        "placementPlans",
    }
    assert host.state("preventionPlans") == "NOT_CONFIRMED"
    assert not elsewhere.found


# T13: an unaccompanied boy


SPECIAL = "identity { state withheld { item reason } records { special { state immigrationStatuses ethnicity } } }"


@pytest.mark.parametrize("area", [area for area in AREAS if area != "Essex"])
def test_what_the_council_holds_of_his_immigration_status_is_read_by_nobody_but_its_own_workers(
    world: World, area: str
) -> None:
    """The worker reads it in their own authority's record; no paragraph gives it to anybody else.

    Whoever else asks is told whom to ask, and the system is not asked for it.
    """
    child = world.child(
        lives_in=area, looked_after_by=area, placed_with="Elm House", aged=17, uasc=True
    )
    child.goes_missing()
    world.liquidlogic.holds(
        "FACT_IMMIGRATION_STATUS",
        DIM_PERSON_ID=child.file.serial,
        DIM_LOOKUP_IMMGR_STATUS_CODE="UASC-WAITING",
    )
    official = world.partner(child, Role.HOME_OFFICE, "home-office")
    for somebody in (world.officer(child), official, world.uncle()):
        told = somebody.asks(child, SPECIAL)
        assert b"UASC-WAITING" not in told.raw
        if told.found:
            assert told.states("identity", "special") <= {"WITHHELD"}
    assert "FACT_IMMIGRATION_STATUS" not in str(world.liquidlogic.asked)
    assert b"UASC-WAITING" in world.social_worker(child).asks(child, SPECIAL).raw


# The school

WHO_HAS_THE_SCHOOL: tuple[tuple[Callable[[World, Child], Practitioner], str], ...] = (
    (World.nurse, "NOT_CONFIRMED"),
    (World.mother, "NOT_CONFIRMED"),
    (World.home_manager, "NOT_CONFIRMED"),
    (World.social_worker, "DISCLOSED"),
)


@pytest.mark.parametrize("asker,state", WHO_HAS_THE_SCHOOL)
def test_which_school_a_child_goes_to_is_for_their_own_authority(
    world: World, asker: Callable[[World, Child], Practitioner], state: str
) -> None:
    child = written_about(world, "Lancashire")
    told = asker(world, child).asks(child, SCHOOLING)
    assert (told.state("schooling") if told.found else "NOT_CONFIRMED") == state
    assert (SCHOOL_NAME.encode() in told.raw) is (state == "DISCLOSED")


@pytest.mark.parametrize("field", [*DOCUMENTS, "schooling", "meetings"])
def test_a_council_that_is_silent_is_named_and_never_read_as_no_plan(
    world: World, field: str
) -> None:
    child = written_about(world, "Lancashire")
    worker = world.allocated(child, Role.SOCIAL_WORKER)
    world.liquidlogic.fails()
    told = worker.asks(child, f"{field} {{ state sources {{ name state }} records {{ id }} }}")
    assert told.state(field) == "UNAVAILABLE"
    assert "liquidlogic" in told.silent(field)
