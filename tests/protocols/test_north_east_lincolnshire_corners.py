"""T13, T17 and sensitive corners under the North East Lincolnshire protocol: trafficking, grades, parents, pictures."""

from collections.abc import Iterable

import pytest

from consent.bundle import Bundle
from consent.decision import Decision, Reason
from consent.engine import decide
from consent.situation import Situation
from consent.vocabulary import UNKNOWN, Known
from protocols.protocol import Protocol
from protocols.status import (
    Verdict,
    admit_grade,
    admit_term,
    first_grade,
    may_lower,
    presumptions,
    terms,
    who_decides,
)
from records.items import Item
from records.people import Role, Standing
from tests.consent.cases.north_east_lincolnshire import (
    AT,
    OFFICER,
    OTHER_FORCE,
    PARENT,
    REPORTER,
    UNCLE,
    at_home,
)
from tests.consent.casework import person
from tests.protocols.casework import facts

INTERVIEW = (Item.RHI_FULL, Item.RHI_SYNOPSIS, Item.RHI_CONFIRMATION)


def _of(bundle: Bundle, situation: Situation, item: Item) -> Decision:
    return decide(bundle, situation, [item])[item]


def _opened(bundle: Bundle, situation: Situation, items: Iterable[Item]) -> set[Item]:
    return {item for item, told in decide(bundle, situation, list(items)).items() if told.open}


def _names(decision: Decision) -> list[str]:
    return [ref.id for ref in decision.rules]


@pytest.fixture
def protocol(bundle: Bundle) -> Protocol:
    return bundle.protocols[AT]


# T13: an unaccompanied boy, and a man who says that he is his uncle


@pytest.mark.parametrize("verified", [False, UNKNOWN])
def test_a_man_who_says_he_is_the_uncle_is_refused_the_place_by_the_rule(
    bundle: Bundle, verified: Known
) -> None:
    situation = UNCLE.asks(uasc=True, trafficking=True, relationship_verified=verified)

    told = decide(bundle, situation, list(Item))

    assert not any(decision.open for decision in told.values())
    for item in (Item.PLACEMENT_ADDRESS, Item.PLACEMENT_EXISTS, Item.WHEREABOUTS_LOCATION):
        assert told[item].reason is Reason.DENIED
        assert "nelincs-uasc-location-withheld" in _names(told[item])


def test_a_verified_uncle_is_no_longer_refused_but_no_paragraph_tells_him_anything(
    bundle: Bundle,
) -> None:
    situation = UNCLE.asks(uasc=True, trafficking=False, relationship_verified=True)

    assert _of(bundle, situation, Item.PLACEMENT_ADDRESS).reason is Reason.SILENT


def test_the_boy_is_presumed_a_victim_of_trafficking_once_missing(protocol: Protocol) -> None:
    presumed = presumptions(protocol, facts(uasc=True, reported_missing=True))

    assert "nelincs-uasc-missing-presume-trafficked" in [p.rule.id for p in presumed]


def test_police_are_told_of_crimes_against_him_and_immigration_staff_only_by_a_decision(
    bundle: Bundle,
) -> None:
    immigration = person(Role.HOME_OFFICE, Standing.NAMED_PARTNER, at=AT)
    shared = [Item.INTELLIGENCE_REPORT, Item.RISK_ASSESSMENT]

    assert _opened(bundle, OFFICER.asks(uasc=True), shared) == set(shared)
    assert _opened(bundle, immigration.asks(uasc=True), shared) == set()
    decided = immigration.asks(uasc=True, release_decided=True)
    assert _opened(bundle, decided, shared) == set(shared)
    assert not _opened(bundle, decided, [*INTERVIEW, Item.RHI_NEEDS])


# T17: graded low


def test_a_first_record_graded_low_is_refused_and_starts_high(protocol: Protocol) -> None:
    known = facts(age=13)

    for grade in ("low", "very-low", "standard", "no-apparent-risk"):
        assert admit_grade(protocol, grade, known).verdict is Verdict.REFUSED
    for grade in ("high", "medium"):
        assert admit_grade(protocol, grade, known).verdict is Verdict.ADMITTED
    first = first_grade(protocol, known)
    assert first is not None
    assert first[0] == "high"


def test_a_wanted_child_is_no_exception(protocol: Protocol) -> None:
    wanted = admit_grade(protocol, "low", facts(age=17, wanted=True))
    unsaid = admit_grade(protocol, "low", facts(age=17))

    assert wanted.verdict is unsaid.verdict is Verdict.REFUSED
    assert wanted.rule is not None
    assert wanted.rule.id == "nelincs-wanted-no-low"
    assert unsaid.rule is not None
    assert unsaid.rule.id == "nelincs-grades-only-medium-high"


@pytest.mark.parametrize(
    "rank, reasoned, verdict",
    [
        ("inspector", True, Verdict.ADMITTED),
        ("superintendent", True, Verdict.ADMITTED),
        ("locate-team-sergeant", True, Verdict.ADMITTED),
        ("sergeant", True, Verdict.REFUSED),
        ("constable", True, Verdict.REFUSED),
        ("inspector", False, Verdict.REFUSED),
    ],
)
def test_a_grade_is_lowered_by_an_inspector_or_the_locate_teams_sergeant_with_a_reason(
    protocol: Protocol, rank: str, *, reasoned: bool, verdict: Verdict
) -> None:
    ruling = may_lower(protocol, rank, reason_recorded=reasoned, facts=facts(age=13))

    assert ruling.verdict is verdict


# What the status rules say of the hard cases


def test_whereabouts_decide_between_missing_and_away(protocol: Protocol) -> None:
    away = terms(protocol, facts(looked_after=True, whereabouts_known=True, where_expected=False))
    gone = terms(protocol, facts(looked_after=True, whereabouts_known=False, where_expected=False))

    assert [(t.status, t.missing) for t in away] == [("away_from_placement", False)]
    assert [(t.status, t.missing) for t in gone] == [("missing", True)]


def test_an_absconder_of_sixteen_whose_whereabouts_nobody_knows_is_missing_all_the_same(
    protocol: Protocol,
) -> None:
    known = facts(
        absconder=True,
        liable_to_arrest=True,
        age=16,
        at_risk=False,
        trafficking=False,
        whereabouts_known=False,
    )

    assert {(t.status, t.missing) for t in terms(protocol, known)} == {
        ("missing", True),
        ("absconder", False),
    }


def test_in_doubt_whether_more_is_behind_it_no_absconder_is_solely_an_absconder(
    protocol: Protocol,
) -> None:
    known = facts(absconder=True, liable_to_arrest=True, age=16, at_risk=UNKNOWN)

    assert terms(protocol, known) == ()


def test_absent_is_a_word_that_may_not_be_used(protocol: Protocol) -> None:
    assert admit_term(protocol, "absent").verdict is Verdict.REFUSED


def test_carer_and_police_each_decide_their_own_question(protocol: Protocol) -> None:
    decided = {rule.id: who for who, rule in who_decides(protocol, facts(looked_after=True))}

    assert decided == {
        "nelincs-away-classification-dispute": ("police",),
        "nelincs-away-classification-dispute/carer": ("placement_provider", "foster_carer"),
    }


# Parents, reporters, care leavers, pictures and plans


def test_a_parent_is_kept_up_to_date_where_it_is_safe_and_not_where_nobody_knows(
    bundle: Bundle,
) -> None:
    for unsafe, open_ in ((False, True), (True, False), (UNKNOWN, False)):
        situation = at_home(PARENT, reported_missing=True, pr_contact_unsafe=unsafe)
        assert _of(bundle, situation, Item.EPISODE_STATUS).open is open_


def test_a_mother_with_parental_responsibility_who_is_unsafe_learns_no_place_at_all(
    bundle: Bundle,
) -> None:
    situation = PARENT.asks(
        located=True,
        collection_appropriate=True,
        release_decided=True,
        relationship_verified=True,
        pr_contact_unsafe=True,
    )

    places = [Item.WHEREABOUTS_LOCATION, Item.WHEREABOUTS_SAFE, Item.PLACEMENT_ADDRESS]
    assert _opened(bundle, situation, places) == set()


def test_the_person_who_reported_hears_how_it_stands_and_no_more_until_an_officer_decides(
    bundle: Bundle,
) -> None:
    asked = [Item.EPISODE_STATUS, Item.RISK_GRADE, Item.WHEREABOUTS_LOCATION]

    assert _opened(bundle, REPORTER.asks(), asked) == {Item.EPISODE_STATUS}
    assert _opened(bundle, REPORTER.asks(release_decided=True, uasc=False), asked) == set(asked)


def test_parents_of_an_adult_care_leaver_learn_nothing_unless_they_agree(bundle: Bundle) -> None:
    def asks(age: int, says: str) -> Situation:
        return at_home(PARENT, age=age, care_leaver=True, reported_missing=True, child_says=says)

    assert not _of(bundle, asks(19, "not-asked"), Item.EPISODE_STATUS).open
    assert _of(bundle, asks(19, "agrees"), Item.EPISODE_STATUS).open
    assert _of(bundle, asks(17, "not-asked"), Item.EPISODE_STATUS).open


@pytest.mark.parametrize(
    "says, grade, decided, open_",
    [
        ("agrees", "medium", False, True),
        ("not-asked", "high", False, True),
        ("not-asked", "medium", False, False),
        ("not-asked", UNKNOWN, False, False),
        ("refuses", "high", False, False),
        ("refuses", "high", True, True),
        ("withdrew", "medium", False, False),
    ],
)
def test_the_photograph_waits_for_agreement_except_at_high_risk_and_a_refusal_for_a_decision(
    bundle: Bundle, says: str, grade: Known, *, decided: bool, open_: bool
) -> None:
    situation = OFFICER.asks(
        reported_missing=True, photo_says=says, risk_grade=grade, release_decided=decided
    )

    assert _of(bundle, situation, Item.TRIGGER_PLAN_PHOTO).open is open_


def test_nothing_is_published_but_at_high_risk_and_by_decision(bundle: Bundle) -> None:
    for grade, decided in (("medium", True), ("high", False), (UNKNOWN, True)):
        situation = OFFICER.asks(risk_grade=grade, release_decided=decided, photo_says="agrees")
        assert not _of(bundle, situation, Item.MEDIA_MATERIAL).open
    assert _of(
        bundle, OFFICER.asks(risk_grade="high", release_decided=True), Item.MEDIA_MATERIAL
    ).open


@pytest.mark.parametrize("reported, open_", [(True, True), (False, False), (UNKNOWN, False)])
def test_the_philomena_form_stays_with_the_home_until_the_child_is_reported(
    bundle: Bundle, reported: Known, *, open_: bool
) -> None:
    situation = OFFICER.asks(reported_missing=reported)

    assert _of(bundle, situation, Item.PHILOMENA_FORM).open is open_


def test_a_child_who_is_merely_away_is_the_carers_to_record_and_not_for_the_police(
    bundle: Bundle,
) -> None:
    assert not _of(
        bundle, OFFICER.asks(whereabouts_known=True, concern=False), Item.CONTACT_RECORD
    ).open
    assert _of(bundle, OFFICER.asks(whereabouts_known=True, concern=True), Item.CONTACT_RECORD).open


def test_a_force_that_the_child_ran_to_has_report_and_risk_and_no_plan_or_catch_up(
    bundle: Bundle,
) -> None:
    asked = [Item.EPISODE_DETAIL, Item.RISK_ASSESSMENT, Item.CARE_PLAN, *INTERVIEW]

    assert _opened(bundle, at_home(OTHER_FORCE), asked) == {
        Item.EPISODE_DETAIL,
        Item.RISK_ASSESSMENT,
    }


def test_at_the_48_hour_meeting_parents_are_kept_from_intelligence(bundle: Bundle) -> None:
    situation = PARENT.asks(meeting="risk-management-48-hour")

    assert _of(bundle, situation, Item.MEETING_REQUEST).open
    assert _names(_of(bundle, situation, Item.INTELLIGENCE_REPORT)) == [
        "nelincs-48h-meeting-open/professionals-only"
    ]


def test_nobody_has_a_childs_passwords_under_this_protocol(bundle: Bundle) -> None:
    for role in Role:
        everything = person(role, *Standing, at=AT).asks(
            reported_missing=True, release_decided=True, life_at_risk=True, child_says="agrees"
        )
        assert not _of(bundle, everything, Item.TRIGGER_PLAN_CREDENTIALS).open
