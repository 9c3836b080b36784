"""A child of one partnership placed in another: the host's grants govern, and refusals of both count.

Each pair is played over HTTP: whose home, whose police, whose worker, whose records.
"""

import pytest

from disclosure.assertion import Says
from records.people import Role
from tests.casefile import ACCOUNT, PASSWORD, SAFEGUARDING, SENSITIVE
from tests.scenarios.asked import EPISODE, IDENTITY, INTERVIEW, PLAN
from tests.world import Child, World

NE = "North East Lincolnshire"


def placed(
    world: World,
    by: str,
    lives_in: str,
    says: Says = Says.AGREES,
    *,
    rhi_by: str = "responsible-authority",
    sensitive: bool = False,
) -> Child:
    child = world.child(
        lives_in=lives_in,
        looked_after_by=by,
        placed_with="Oak House",
        rhi_by=rhi_by,
        sensitive_disclosure=sensitive,
        critical=True,
    )
    child.goes_missing()
    child.is_found()
    child.file.interviewed(sensitive=SENSITIVE if sensitive else None)
    child.registers.child_says(says)
    child.registers.was_told()
    world.forgets_what_was_asked()
    return child


# An Essex child placed in Lancashire


def test_the_home_of_an_essex_child_in_lancashire_is_told_that_it_took_place(world: World) -> None:
    """Lancashire grants it, and Essex has no refusal of it; the form itself both refuse."""
    child = placed(world, "Essex", "Lancashire")

    told = world.home_manager(child).asks(child, INTERVIEW)

    assert told.given("returnInterviews") == {"confirmation", "safeguarding"}
    assert {"panlancs-rhi-withhold-placement", "essex-rhi-withhold-placement"} <= told.rules(
        "returnInterviews", "RHI_FULL"
    )
    assert not child.file.was_asked_for("account")


def test_the_copy_that_lancashire_gives_police_and_health_essex_refuses_for_its_child(
    world: World,
) -> None:
    ours = placed(world, "Lancashire", "Lancashire")
    theirs = placed(world, "Essex", "Lancashire")

    for asker in (World.police_coordinator, World.nurse):
        assert ACCOUNT.encode() in asker(world, ours).asks(ours, INTERVIEW).raw
        kept = asker(world, theirs).asks(theirs, INTERVIEW)
        assert ACCOUNT.encode() not in kept.raw
        assert any(
            rule.startswith("essex-rhi-full-withheld")
            for rule in kept.rules("returnInterviews", "RHI_FULL")
        )


def test_essexs_own_worker_is_not_given_more_by_the_child_being_elsewhere(world: World) -> None:
    at_home = placed(world, "Essex", "Essex")
    away = placed(world, "Essex", "Lancashire")

    for child in (at_home, away):
        told = world.social_worker(child).asks(child, INTERVIEW)
        assert ACCOUNT.encode() not in told.raw
        assert told.reason("returnInterviews", "RHI_FULL") == "DENIED"


def test_an_essex_child_who_refuses_is_heard_in_lancashire(world: World) -> None:
    child = placed(world, "Essex", "Lancashire", Says.REFUSES)

    told = world.police_coordinator(child).asks(child, INTERVIEW)

    assert told.given("returnInterviews") == {"confirmation"}
    assert {"panlancs-rhi-share-police-health/no-consent", "essex-rhi-child-consent"} <= told.rules(
        "returnInterviews", "RHI_SYNOPSIS"
    )


def test_the_school_of_an_essex_child_in_lancashire_is_told_by_lancashires_paragraph(
    world: World,
) -> None:
    child = placed(world, "Essex", "Lancashire")
    told = world.head_teacher(child).asks(child, EPISODE + INTERVIEW)
    assert told.given("missingEpisodes") == {"status"}
    assert told.state("returnInterviews") == "NOT_CONFIRMED"


def test_the_police_who_look_for_the_child_are_asked_and_essexs_system_only_for_what_is_open(
    world: World,
) -> None:
    child = placed(world, "Essex", "Lancashire")

    told = world.police_coordinator(child).asks(child, EPISODE)

    assert world.were_asked() == told.asked
    assert "police" in told.asked
    assert not child.file.was_asked_for("held")


# A North East Lincolnshire child placed in Staffordshire


@pytest.mark.parametrize("lives_in", ["Staffordshire", "Stoke-on-Trent"])
def test_neither_protocol_gives_the_home_anything_of_the_interview(
    world: World, lives_in: str
) -> None:
    child = placed(world, NE, lives_in)
    told = world.home_manager(child).asks(child, IDENTITY + INTERVIEW)
    assert told.state("returnInterviews") == "NOT_CONFIRMED"


@pytest.mark.parametrize("lives_in", ["Staffordshire", "Stoke-on-Trent"])
def test_the_whole_account_that_staffordshire_would_give_police_north_east_lincolnshire_refuses(
    world: World, lives_in: str
) -> None:
    ours, theirs = placed(world, lives_in, lives_in), placed(world, NE, lives_in)

    given = world.police_coordinator(ours).asks(ours, INTERVIEW)
    kept = world.police_coordinator(theirs).asks(theirs, INTERVIEW)

    assert given.shown("returnInterviews", "account") == [{"account": ACCOUNT}]
    assert ACCOUNT.encode() not in kept.raw
    assert "nelincs-rhi-share-police/not-the-whole" in kept.rules("returnInterviews", "RHI_FULL")


@pytest.mark.parametrize("lives_in", ["Staffordshire", "Stoke-on-Trent", "Lancashire", "Somerset"])
def test_the_restricted_note_stays_restricted_wherever_the_child_lives(
    world: World, lives_in: str
) -> None:
    child = placed(world, NE, lives_in, sensitive=True)

    for asker in (
        world.social_worker(child),
        world.police_coordinator(child),
        world.home_manager(child),
        world.host_coordinator(child),
    ):
        assert SENSITIVE.encode() not in asker.asks(child, IDENTITY + INTERVIEW).raw
    assert not child.file.was_asked_for("sensitive")


@pytest.mark.parametrize("lives_in", ["Staffordshire", "Stoke-on-Trent"])
def test_in_the_hosts_area_the_hosts_consent_rules_bind_the_responsible_authoritys_worker(
    world: World, lives_in: str
) -> None:
    child = placed(world, NE, lives_in, Says.REFUSES)

    told = world.social_worker(child).asks(child, INTERVIEW)

    assert "confirmation" in told.given("returnInterviews")
    assert ACCOUNT.encode() not in told.raw
    assert "staffs-rhi-withhold-no-consent" in told.rules("returnInterviews", "RHI_FULL")


# A Staffordshire child placed in Lancashire, and a Lancashire child placed in Staffordshire


def test_staffordshires_child_who_refuses_keeps_the_words_from_its_own_worker_in_lancashire_too(
    world: World,
) -> None:
    refused = placed(world, "Staffordshire", "Lancashire", Says.REFUSES)
    told = world.social_worker(refused).asks(refused, INTERVIEW)
    assert ACCOUNT.encode() not in told.raw
    assert "staffs-consent-gain" in told.rules("returnInterviews", "RHI_FULL")


def test_a_lancashire_child_in_a_home_elsewhere_is_still_kept_from_the_homes_eyes(
    world: World,
) -> None:
    """The home has Lancashire's word that it took place, and neither protocol gives it the form."""
    child = placed(world, "Lancashire", "Staffordshire")

    told = world.home_manager(child).asks(child, INTERVIEW)

    assert told.given("returnInterviews") == {"confirmation", "safeguarding"}
    assert told.shown("returnInterviews", "safeguarding") == [{"matters": [SAFEGUARDING]}]
    assert {"panlancs-rhi-withhold-placement", "staffs-rhi-withhold-placement"} <= told.rules(
        "returnInterviews", "RHI_FULL"
    )


# A Somerset child placed in North East Lincolnshire


def test_somerset_keeps_its_interview_from_police_in_the_hosts_area(world: World) -> None:
    ours, theirs = placed(world, NE, NE), placed(world, "Somerset", NE)

    given = world.police_coordinator(ours).asks(ours, INTERVIEW)
    kept = world.police_coordinator(theirs).asks(theirs, INTERVIEW)

    assert "synopsis" in given.given("returnInterviews")
    assert "synopsis" not in kept.given("returnInterviews")
    assert "somerset-rhi-withhold-police" in kept.rules("returnInterviews", "RHI_SYNOPSIS")


# What one partnership grants at home it does not grant elsewhere


def test_the_episode_that_lancashire_tells_its_schools_is_not_told_to_a_school_in_somerset(
    world: World,
) -> None:
    at_home, away = (
        placed(world, "Lancashire", "Lancashire"),
        placed(world, "Lancashire", "Somerset"),
    )

    told = world.head_teacher(at_home).asks(at_home, EPISODE)
    not_told = world.head_teacher(away).asks(away, IDENTITY + EPISODE)

    assert told.given("missingEpisodes") == {"status"}
    assert not_told.state("missingEpisodes") == "NOT_CONFIRMED"


def test_the_plans_that_lancashire_sends_with_a_child_reach_the_home_in_essex_without_passwords(
    world: World,
) -> None:
    """Pan-Lancashire 5.5.5: the placing authority gives trigger, home and care plans."""
    child = placed(world, "Lancashire", "Essex")
    child.file.trigger_plan()

    told = world.home_manager(child).asks(child, PLAN)

    assert "plan" in told.given("triggerPlans")
    assert PASSWORD.encode() not in told.raw


@pytest.mark.parametrize(
    "by, lives_in",
    [("Essex", "Lancashire"), (NE, "Staffordshire"), ("Somerset", NE), ("Lancashire", "Essex")],
)
def test_the_responsible_authority_learns_that_its_child_is_missing_wherever_it_is_placed(
    world: World, by: str, lives_in: str
) -> None:
    child = placed(world, by, lives_in)
    told = world.of_responsible(child, Role.FRONT_DOOR).asks(child, EPISODE)
    assert "status" in told.given("missingEpisodes")


@pytest.mark.parametrize(
    "by, lives_in",
    [("Essex", "Lancashire"), (NE, "Staffordshire"), ("Somerset", NE), ("Lancashire", "Essex")],
)
def test_where_it_is_not_known_where_the_child_lives_less_is_told_and_never_more(
    world: World, by: str, lives_in: str
) -> None:
    known, unknown = placed(world, by, lives_in), placed(world, by, lives_in)
    unknown.registers.host_is_doubtful()

    for asker in (World.police_coordinator, World.nurse, World.home_manager, World.head_teacher):
        sure, doubtful = (
            asker(world, child).asks(child, IDENTITY + EPISODE + INTERVIEW)
            for child in (known, unknown)
        )
        for category in ("missingEpisodes", "returnInterviews"):
            assert doubtful.given(category) <= sure.given(category)
