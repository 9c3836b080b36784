"""Situations T01, T05, T07 and T11 under every protocol: pushed by the police, told to whom the protocol names.

Reported on Monday 11 January 2027 at 18:00 UTC, found the next morning at 09:00.
Source: the compared situations; each pair is a recipient and the paragraph that names it.
"""

from datetime import timedelta

import pytest

from records.people import Role, Standing
from tests.notifications_http.asking import clocks, told_to
from tests.notifications_http.kept import due, told
from tests.notifications_http.town import EVENING, Town
from tests.places import AUTHORITIES, NURSE_TEAM, SCHOOL
from tests.world import Child

HOUR = timedelta(hours=1)
FOUND = EVENING + 15 * HOUR
LEEDS = "E08000035"
REPORTED = "child-reported-missing"


@pytest.fixture(autouse=True)
def services(town: Town) -> None:
    """Forces, nurses and a school who can be told."""
    for authority in AUTHORITIES.values():
        for role in (Role.POLICE_MISSING_COORDINATOR, Role.POLICE_REFERRAL_MANAGER):
            town.registers(authority.force, role, serves=frozenset({authority.code}))
    town.registers(NURSE_TEAM, Role.CLA_NURSE)
    town.registers(SCHOOL, Role.SCHOOL)


# T01: a child at home who is open to nobody

AT_HOME = {
    "Lancashire": (
        {
            ("E10000017/childrens-services", "panlancs-auto-notify-csc"),
            ("E10000017/childrens-services", "panlancs-share-risk-assessment"),
            (f"{SCHOOL}/school", "panlancs-school-encompass"),
            ("pan-lancashire/health_practitioner", "panlancs-health-not-cla-notified"),
        },
        "panlancs-rhi-72h",
    ),
    "Staffordshire": (
        {
            ("E10000028/childrens-services", "staffs-compact-auto-notify"),
            ("E10000028/local_support_team", "staffs-staffs-officer-routes"),
        },
        "staffs-rhi-72h",
    ),
    "Stoke-on-Trent": (
        {("E06000021/childrens-services", "staffs-compact-auto-notify")},
        "staffs-rhi-72h",
    ),
    "Essex": ({("E10000012/front-door", "essex-unopen-auto-notify")}, None),
    "Somerset": (
        {
            ("E06000066/front-door", "somerset-police-inform-somerset-direct"),
            ("E06000066/front-door", "somerset-sd-safeguarding-referral"),
        },
        None,
    ),
    "North East Lincolnshire": (
        {
            ("E06000012/missing-coordinator", "nelincs-niche-report-inbox"),
            ("E06000012/missing-officer", "nelincs-unknown-share"),
            ("north-east-lincolnshire/youth_justice", "nelincs-unknown-share"),
        },
        "nelincs-rhi-72h",
    ),
}


@pytest.mark.parametrize("area", AT_HOME)
def test_t01_a_first_episode_at_home_is_told_to_those_whom_the_protocol_names(
    town: Town, area: str
) -> None:
    expected, interview = AT_HOME[area]
    child = town.world.child(lives_in=area, aged=14, open_to_social_care=False)
    child.registers.stands(Standing.CHILDS_SCHOOL, organisation=SCHOOL)
    town.goes_missing(child)
    town.is_found(child, FOUND)
    assert expected <= told(town, child, REPORTED)
    if interview is not None:
        assert due(town, child, interview) == [FOUND + 72 * HOUR]


# T05: a child whom Leeds looks after, in a home here

FROM_LEEDS = {
    "Lancashire": {
        ("E10000017/childrens-services", "panlancs-ola-police-notify-host"),
        (f"{LEEDS}/childrens-services", "panlancs-ola-host-informs-placing"),
    },
    "Staffordshire": {
        ("E10000028/childrens-services", "staffs-compact-auto-notify/placed-here"),
        (f"{LEEDS}/childrens-services", "staffs-ola-forward-reports"),
    },
    "Stoke-on-Trent": {
        ("E06000021/childrens-services", "staffs-compact-auto-notify/placed-here"),
        (f"{LEEDS}/childrens-services", "staffs-ola-forward-reports"),
    },
    "Essex": {
        (f"{LEEDS}/childrens-services", "essex-carer-notifies-responsible-la"),
        (f"{LEEDS}/childrens-services", "essex-ola-inbound-silent"),
    },
    "Somerset": {
        ("E06000066/front-door", "somerset-police-inform-somerset-direct"),
        (f"{LEEDS}/childrens-services", "somerset-rhi-ola-liaison"),
    },
    "North East Lincolnshire": {
        (f"{LEEDS}/childrens-services", "nelincs-forward-responsible-la"),
        (f"{LEEDS}/childrens-services", "nelincs-ola-share-responsible"),
        ("E06000012/missing-officer", "nelincs-ola-share-officer-yjp"),
    },
}
FOUND_IS_TOLD = {
    "Lancashire": (f"{LEEDS}/childrens-services", "panlancs-ola-host-informs-placing"),
    "Staffordshire": (f"{LEEDS}/childrens-services", "staffs-ola-forward-reports"),
    "Stoke-on-Trent": (f"{LEEDS}/childrens-services", "staffs-ola-forward-reports"),
    "Essex": (f"{LEEDS}/childrens-services", "essex-ola-inbound-silent"),
    "Somerset": (f"{LEEDS}/childrens-services", "somerset-rhi-ola-liaison"),
    "North East Lincolnshire": (f"{LEEDS}/childrens-services", "nelincs-ola-rhi-agreement"),
}
INTERVIEW_OF_LEEDS = {
    "Lancashire": "panlancs-rhi-72h",
    "Staffordshire": "staffs-rhi-72h",
    "Stoke-on-Trent": "staffs-rhi-72h",
    "North East Lincolnshire": "nelincs-ola-rhi-agreement",
}


def placed_by_leeds(town: Town, area: str) -> Child:
    child = town.world.child(
        lives_in=area, looked_after_by="Leeds", placed_with="Elm House", aged=14
    )
    child.registers.stands(Standing.NURSE_TEAM, organisation=NURSE_TEAM)
    child.registers.stands(Standing.CHILDS_SCHOOL, organisation=SCHOOL)
    child.registers.stands(Standing.INVESTIGATING_FORCE, organisation=child.host.force)
    return child


@pytest.mark.parametrize("area", FROM_LEEDS)
def test_t05_host_and_leeds_are_told_of_missing_and_found_each_once(town: Town, area: str) -> None:
    child = placed_by_leeds(town, area)
    town.goes_missing(child)
    town.is_found(child, FOUND)
    assert FROM_LEEDS[area] <= told(town, child, REPORTED)
    assert FOUND_IS_TOLD[area] in told(town, child, "child-found")
    notices = town.rows(
        "SELECT event, recipient FROM delivery WHERE child = :c AND state != 'failed'", c=child.ref
    )
    assert len(notices) == len({(n["event"], n["recipient"]) for n in notices})
    if (rule := INTERVIEW_OF_LEEDS.get(area)) is not None:
        assert due(town, child, rule) == [FOUND + 72 * HOUR]
    else:
        assert not due(town, child, f"{area.lower()}-rhi-72h")


def test_t05_in_lancashire_exactly_these_are_told_in_the_evening(town: Town) -> None:
    child = placed_by_leeds(town, "Lancashire")
    town.goes_missing(child)
    assert town.told_of(child, REPORTED) == {
        f"{LEEDS}/childrens-services",
        "E10000017/childrens-services",
        # Outside 9 to 5 the duty team stands in for the social worker (5.1.1).
        "E10000017/emergency-duty-team",
        f"{SCHOOL}/school",
        f"{NURSE_TEAM}/cla-nurse",
    }
    assert town.told_of(child, "placement-never-notified") == {
        f"{LEEDS}/childrens-services",
        "E10000017/childrens-services",
    }


def test_t05_leeds_and_the_host_each_see_the_whole_of_it(town: Town) -> None:
    child = placed_by_leeds(town, "Lancashire")
    town.goes_missing(child)
    town.is_found(child, FOUND)
    for who in (town.world.social_worker(child), town.world.of_host(child, Role.FRONT_DOOR)):
        seen = told_to(who, child)
        assert {(t["recipient"], t["event"]) for t in seen["tells"] if t["event"] == REPORTED} >= {
            (f"{LEEDS}/childrens-services", REPORTED),
            (f"{SCHOOL}/school", REPORTED),
        }
        assert "placement-never-notified" in {one["event"] for one in seen["tells"]}
        (clock, *_) = clocks(who, child, "panlancs-rhi-72h")
        assert clock["dueAt"] == "2027-01-15T09:00:00Z"


# T07: a child of this area, placed in Leeds

PLACED_AWAY = {
    "Lancashire": ("panlancs-rhi-within-two-hours", FOUND + 72 * HOUR),
    "Staffordshire": ("staffs-rhi-out-of-county", FOUND + 72 * HOUR),
    "Stoke-on-Trent": ("staffs-rhi-out-of-county", FOUND + 72 * HOUR),
    "Essex": ("essex-contact-48h", FOUND + 48 * HOUR),
    "North East Lincolnshire": ("nelincs-out-rhi-silent", FOUND + 72 * HOUR),
}


@pytest.mark.parametrize("area", PLACED_AWAY)
def test_t07_the_responsible_authoritys_clocks_run_wherever_the_child_is(
    town: Town, area: str
) -> None:
    rule, at = PLACED_AWAY[area]
    child = town.world.child(
        lives_in="Leeds", looked_after_by=area, placed_with="Oak House", aged=15
    )
    town.goes_missing(child)
    town.is_found(child, FOUND)
    assert due(town, child, rule) == [at]


def test_t07_essex_tells_the_host_and_so_does_somerset_where_its_text_is_silent(
    town: Town,
) -> None:
    for area, rule in (
        ("Essex", "essex-sw-notifies-host"),
        ("Somerset", "somerset-out-notify-host-silent"),
    ):
        town.is_now(EVENING)
        child = town.world.child(
            lives_in="Leeds", looked_after_by=area, placed_with="Oak House", aged=15
        )
        town.goes_missing(child)
        assert (f"{LEEDS}/childrens-services", rule) in told(town, child, REPORTED)


# T11: still missing after days

STILL_MISSING = {
    "Lancashire": {"panlancs-strategy-48h": 48, "panlancs-strategy-request-route/at-48h": 48},
    "Staffordshire": {
        "staffs-24h-line-manager": 24,
        "staffs-3d-urgent-care-review": 72,
        "staffs-5d-staffs-dcs": 120,
    },
    "Stoke-on-Trent": {
        "staffs-24h-line-manager": 24,
        "staffs-3d-urgent-care-review": 72,
        "staffs-5d-stoke-dcs": 120,
    },
    "Essex": {"essex-strategy-5d-home": 120, "essex-dld-5d-home": 120},
    "Somerset": {"somerset-strategy-24h": 24},
    "North East Lincolnshire": {"nelincs-48h-update": 48, "nelincs-48h-meeting-open": 48},
}


@pytest.mark.parametrize("area", STILL_MISSING)
def test_t11_each_clock_fires_at_its_hour_and_tells_somebody_once(town: Town, area: str) -> None:
    child = town.world.child(lives_in=area, aged=15, open_to_social_care=True)
    town.goes_missing(child)
    expected = {rule: EVENING + hours * HOUR for rule, hours in STILL_MISSING[area].items()}
    for rule, at in expected.items():
        assert due(town, child, rule) == [at], rule
    first = min(expected.values())
    town.is_now(first - timedelta(minutes=1))
    town.works_off(child)
    assert not told(town, child, "deadline-reached")
    town.is_now(EVENING + 145 * HOUR)
    town.works_off(child)
    reached = told(town, child, "deadline-reached")
    assert expected.keys() <= {rule for _, rule in reached}
    fired = town.rows(
        "SELECT fired_event FROM deadline WHERE child = :c AND state = 'fired'", c=child.ref
    )
    assert len(fired) == len({row["fired_event"] for row in fired})


def test_t11_a_child_who_is_found_in_time_stops_the_clocks(town: Town) -> None:
    child = town.world.child(lives_in="Lancashire", aged=15, open_to_social_care=True)
    town.goes_missing(child)
    town.is_found(child, EVENING + 47 * HOUR)
    town.is_now(EVENING + 49 * HOUR)
    town.works_off(child)
    assert not told(town, child, "deadline-reached")
