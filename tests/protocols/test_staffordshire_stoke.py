"""Casework under the Staffordshire and Stoke-on-Trent protocol: the situations of the comparison."""

from collections.abc import Iterable

import pytest

from consent.bundle import Bundle
from consent.decision import Decision, Reason
from consent.engine import decide
from consent.situation import Situation
from consent.vocabulary import UNKNOWN, Known
from protocols.status import Verdict, admit_grade, participation, terms
from records.items import Item
from records.people import Kind, Role, Standing
from tests.consent.cases.staffordshire_stoke import (
    AT,
    CATCH22,
    CHAD,
    CHILD,
    CHILDRENS_SERVICES,
    COORDINATOR,
    FAMILY_PRACTITIONER_LEAD,
    FOSTER_CARER,
    HOME,
    HOST_CHAD,
    HOST_SERVICES,
    LEEDS_FRONT_DOOR,
    MISSING_OFFICER,
    NURSE,
    OFFICER,
    PARENT,
    PARTNER,
    PCSO,
    SCHOOL,
    SERVICE_MANAGER,
    SOCIAL_WORKER,
    STOKE,
    TEAM_COORDINATOR,
    UNCLE,
    from_staffordshire,
    from_stoke,
    knowing,
    placed_by_leeds,
)
from tests.consent.casework import Person, person
from tests.protocols.casework import facts

NOT_OTHERS = {Standing.INTERVIEWS_CHILD, Standing.IS_THE_CHILD}
INTERVIEW = (Item.RHI_FULL, Item.RHI_SYNOPSIS, Item.RHI_CONFIRMATION)


def _of(bundle: Bundle, situation: Situation, item: Item) -> Decision:
    return decide(bundle, situation, [item])[item]


def _opened(bundle: Bundle, situation: Situation, items: Iterable[Item]) -> set[Item]:
    return {item for item, told in decide(bundle, situation, list(items)).items() if told.open}


def _names(decision: Decision) -> list[str]:
    return [ref.id for ref in decision.rules]


# T01: first episode of a child at home who is not open


def test_a_parents_refusal_changes_nothing_about_an_interview_that_the_child_agrees_to_share(
    bundle: Bundle,
) -> None:
    at_home: dict[str, Known] = {
        "looked_after": False,
        "open_to_social_care": False,
        "known_to_services": False,
    }

    staffordshire = from_staffordshire(
        FAMILY_PRACTITIONER_LEAD, child_says="agrees", parent_says="refuses", **at_home
    )
    stoke = from_stoke(CHAD, child_says="agrees", parent_says="refuses", **at_home)

    assert _of(bundle, staffordshire, Item.RHI_FULL).open
    assert _of(bundle, stoke, Item.RHI_FULL).open
    assert participation(bundle.protocols[AT], facts(looked_after=False)) == ()


def test_a_family_practitioner_lead_has_no_interview_of_a_child_who_is_known_to_services(
    bundle: Bundle,
) -> None:
    situation = from_staffordshire(FAMILY_PRACTITIONER_LEAD, child_says="agrees")

    told = _of(bundle, situation, Item.RHI_FULL)

    assert not told.open
    assert told.reason is Reason.SILENT


def test_a_stoke_child_who_is_not_open_has_an_interview_that_stays_in_the_front_door(
    bundle: Bundle,
) -> None:
    not_open: dict[str, Known] = {
        "looked_after": False,
        "open_to_social_care": False,
        "child_says": "agrees",
    }

    assert _of(bundle, from_stoke(CHAD, **not_open), Item.RHI_FULL).open
    coordinator = _of(bundle, from_stoke(TEAM_COORDINATOR, **not_open), Item.RHI_FULL)
    assert Kind.VOLUNTARY not in coordinator.holders


# T02: the manager of the child's home


@pytest.mark.parametrize("child_says", ["agrees", "refuses", "not-asked"])
def test_the_home_has_neither_the_interview_nor_a_synopsis_nor_confirmation(
    bundle: Bundle, child_says: str
) -> None:
    situation = from_staffordshire(HOME, child_says=child_says)

    told = decide(bundle, situation, INTERVIEW)

    assert not any(decision.open for decision in told.values())
    assert "staffs-rhi-withhold-placement" in _names(told[Item.RHI_FULL])
    assert "staffs-rhi-withhold-placement" in _names(told[Item.RHI_SYNOPSIS])
    assert told[Item.RHI_CONFIRMATION].reason is Reason.SILENT


def test_the_home_hears_nothing_of_the_interview_by_being_asked_to_a_meeting(
    bundle: Bundle,
) -> None:
    situation = from_staffordshire(HOME, meeting="missing-intervention", child_says="agrees")

    assert _of(bundle, situation, Item.MEETING_REQUEST).open
    assert not _opened(bundle, situation, [*INTERVIEW, Item.MEETING_MINUTES, Item.RHI_NEEDS])


# T03: the child agreed to talk and refuses all sharing


@pytest.mark.parametrize("asker", [COORDINATOR, OFFICER, SOCIAL_WORKER, MISSING_OFFICER])
def test_a_child_who_refuses_all_sharing_is_believed_and_only_the_interview_s_date_is_told(
    bundle: Bundle, asker: Person
) -> None:
    told = decide(bundle, from_staffordshire(asker, child_says="refuses"), INTERVIEW)

    for item in (Item.RHI_FULL, Item.RHI_SYNOPSIS):
        assert not told[item].open
        assert "staffs-rhi-withhold-no-consent" in _names(told[item])
    assert told[Item.RHI_SYNOPSIS].reason in {Reason.NO_CONSENT, Reason.DENIED}
    assert told[Item.RHI_CONFIRMATION].open


def test_the_social_worker_is_told_that_it_is_the_child_s_agreement_that_is_lacking(
    bundle: Bundle,
) -> None:
    told = _of(bundle, from_staffordshire(SOCIAL_WORKER, child_says="refuses"), Item.RHI_FULL)

    assert told.reason is Reason.NO_CONSENT


def test_the_nurse_learns_nothing_of_an_interview_not_even_that_there_was_one(
    bundle: Bundle,
) -> None:
    situation = from_staffordshire(NURSE, child_says="refuses")

    assert _opened(bundle, situation, [*INTERVIEW, Item.RHI_EXISTS, Item.EPISODE_EXISTS]) == set()


def test_a_child_whom_nobody_asked_has_agreed_to_nothing(bundle: Bundle) -> None:
    told = _of(bundle, from_staffordshire(SOCIAL_WORKER), Item.RHI_SYNOPSIS)

    assert not told.open
    assert {"staffs-consent-inform/not-told", "staffs-consent-gain"} <= set(_names(told))


@pytest.mark.parametrize("child_says", ["refuses", "withdrew", "not-asked", UNKNOWN])
@pytest.mark.parametrize("critical", [True, False])
def test_nobody_but_interviewer_and_child_has_the_words_without_the_childs_agreement(
    bundle: Bundle, *, child_says: Known, critical: bool
) -> None:
    everybody = [
        person(role, *(s for s in Standing if s not in NOT_OTHERS), at=AT)
        for role in Role
        if role is not Role.CHILD
    ]

    for somebody in everybody:
        situation = from_staffordshire(
            somebody,
            child_says=child_says,
            critical=critical,
            child_told=True,
            meeting="missing-intervention",
            release_decided=True,
        )
        assert not _opened(bundle, situation, [Item.RHI_FULL, Item.RHI_SYNOPSIS, Item.RHI_NEEDS])


def test_the_interviewer_reads_what_they_wrote_whatever_the_child_says(bundle: Bundle) -> None:
    assert _of(bundle, from_staffordshire(CATCH22, child_says="refuses"), Item.RHI_FULL).open


def test_the_child_sees_who_was_told_and_what_was_recorded_of_the_answer(bundle: Bundle) -> None:
    items = [Item.NOTICE_GIVEN, Item.CONSENT_RECORD]

    assert _opened(bundle, CHILD.asks(), items) == set(items)
    assert _opened(bundle, PARENT.asks(), items) == set()


# 13.14: consent and criticality


@pytest.mark.parametrize(
    "child_says, critical, open_",
    [
        ("agrees", True, True),
        ("agrees", False, False),
        ("refuses", True, False),
        ("refuses", False, False),
        ("agrees", UNKNOWN, False),
        (UNKNOWN, True, False),
    ],
)
def test_police_have_the_interview_only_with_consent_and_only_if_it_is_critical(
    bundle: Bundle, *, child_says: Known, critical: Known, open_: bool
) -> None:
    situation = from_staffordshire(COORDINATOR, child_says=child_says, critical=critical)

    assert _of(bundle, situation, Item.RHI_FULL).open is open_


def test_agreed_but_not_critical_is_refused_by_the_paragraph_and_not_for_lack_of_consent(
    bundle: Bundle,
) -> None:
    told = _of(
        bundle,
        from_staffordshire(COORDINATOR, child_says="agrees", critical=False),
        Item.RHI_FULL,
    )

    assert told.reason is Reason.DENIED
    assert _names(told) == ["staffs-rhi-withhold-no-consent/not-critical"]
    assert told.rules[0].ambiguity is not None


def test_the_named_routes_need_the_child_s_agreement_and_not_that_it_is_critical(
    bundle: Bundle,
) -> None:
    known: dict[str, Known] = {"child_says": "agrees", "critical": False}

    assert _of(bundle, from_staffordshire(SOCIAL_WORKER, **known), Item.RHI_FULL).open
    assert _of(bundle, from_staffordshire(MISSING_OFFICER, **known), Item.RHI_FULL).open
    assert _of(bundle, from_stoke(TEAM_COORDINATOR, **known), Item.RHI_FULL).open
    assert not _of(bundle, from_stoke(SERVICE_MANAGER, **known), Item.RHI_FULL).open


# T04: a disclosure of assault


def test_police_and_front_door_learn_of_an_assault_and_of_nothing_else_that_was_said(
    bundle: Bundle,
) -> None:
    for asker in (COORDINATOR, CHAD, SOCIAL_WORKER):
        situation = from_stoke(asker, child_says="refuses", crime_suspected=True)

        assert _of(bundle, situation, Item.RHI_SAFEGUARDING).open
        assert not _opened(bundle, situation, [Item.RHI_FULL, Item.RHI_SYNOPSIS, Item.RHI_NEEDS])


def test_without_a_suspected_crime_or_danger_police_have_no_safeguarding_extract(
    bundle: Bundle,
) -> None:
    situation = from_stoke(COORDINATOR, child_says="refuses", crime_suspected=UNKNOWN)

    assert not _of(bundle, situation, Item.RHI_SAFEGUARDING).open


def test_the_home_does_not_learn_of_the_assault_by_this_protocol(bundle: Bundle) -> None:
    situation = from_staffordshire(HOME, crime_suspected=True, at_risk=True, child_says="refuses")

    assert (
        _opened(bundle, situation, [Item.RHI_SAFEGUARDING, Item.RHI_SAFEGUARDING_PROVIDER]) == set()
    )


# T05: a child whom Leeds has placed here


def test_leeds_has_the_reports_and_with_consent_the_interview_of_its_child_placed_here(
    bundle: Bundle,
) -> None:
    agreed = placed_by_leeds(LEEDS_FRONT_DOOR, child_says="agrees")
    refused = placed_by_leeds(LEEDS_FRONT_DOOR, child_says="refuses")

    reports = {Item.EPISODE_DETAIL, Item.RISK_ASSESSMENT}
    assert _opened(bundle, agreed, {*reports, Item.RHI_FULL}) == {*reports, Item.RHI_FULL}
    assert _opened(bundle, refused, {*reports, Item.RHI_FULL}) == reports
    assert "staffs-ola-rhi-to-placing" in _names(_of(bundle, agreed, Item.RHI_FULL))


def test_the_host_knows_that_leeds_child_was_interviewed_and_not_what_was_said(
    bundle: Bundle,
) -> None:
    situation = placed_by_leeds(HOST_SERVICES, child_says="agrees", critical=True)

    assert _opened(bundle, situation, [*INTERVIEW, Item.RISK_ASSESSMENT, Item.CARE_PLAN]) == {
        Item.RHI_CONFIRMATION
    }
    assert _of(bundle, situation, Item.EPISODE_STATUS).open


@pytest.mark.parametrize("told, open_", [(True, True), (False, False)])
def test_stoke_s_front_door_has_leeds_child_s_interview_only_where_the_child_was_told(
    bundle: Bundle, *, told: bool, open_: bool
) -> None:
    situation = placed_by_leeds(HOST_CHAD, living_in=STOKE, child_says="agrees", child_told=told)

    assert _of(bundle, situation, Item.RHI_FULL).open is open_
    assert _of(bundle, situation, Item.RHI_CONFIRMATION).open


def test_consent_still_governs_the_interview_of_a_staffordshire_child_who_lives_elsewhere(
    bundle: Bundle,
) -> None:
    elsewhere = COORDINATOR.asks(host="pan-lancashire", child_says="refuses")

    told = _of(bundle, elsewhere, Item.RHI_FULL)

    assert not told.open
    assert "staffs-consent-gain" in _names(told)


# T08: repeated episodes, and the school asks for a plan


def test_the_school_is_asked_to_the_meeting_and_sees_no_plan_and_no_interview(
    bundle: Bundle,
) -> None:
    situation = from_staffordshire(
        SCHOOL, looked_after=False, meeting="missing-intervention", child_says="agrees"
    )
    plans = [Item.PREVENTION_PLAN, Item.PLACEMENT_PLAN, Item.CARE_PLAN, Item.TRIGGER_PLAN_FULL]

    assert _of(bundle, situation, Item.MEETING_REQUEST).open
    assert _opened(bundle, situation, [*plans, *INTERVIEW, Item.EPISODE_STATUS]) == set()


def test_police_have_the_minutes_of_a_missing_intervention_meeting_and_of_no_other(
    bundle: Bundle,
) -> None:
    assert _of(bundle, OFFICER.asks(meeting="missing-intervention"), Item.MEETING_MINUTES).open
    assert not _of(bundle, OFFICER.asks(meeting="strategy"), Item.MEETING_MINUTES).open


def test_a_wider_partner_of_the_weekly_meeting_hears_of_one_child_once_that_is_decided(
    bundle: Bundle,
) -> None:
    weekly: dict[str, Known] = {"meeting": "weekly-subgroup"}

    assert not _of(bundle, knowing(PARTNER.asks(), **weekly), Item.EPISODE_HISTORY).open
    assert _of(
        bundle, knowing(PARTNER.asks(), release_decided=True, **weekly), Item.EPISODE_HISTORY
    ).open


# T13: an unaccompanied boy, and a man who says that he is his uncle


def test_a_man_who_says_he_is_the_uncle_learns_nothing_at_all(bundle: Bundle) -> None:
    situation = from_staffordshire(
        UNCLE, uasc=True, trafficking=True, located=True, collection_appropriate=True
    )

    told = decide(bundle, situation, list(Item))

    assert not any(decision.open for decision in told.values())
    assert told[Item.PLACEMENT_ADDRESS].reason is Reason.SILENT


def test_police_have_the_welfare_check_of_an_unaccompanied_child_and_of_no_other(
    bundle: Bundle,
) -> None:
    photo = Item.TRIGGER_PLAN_PHOTO
    theirs = _of(bundle, from_staffordshire(OFFICER, uasc=True), photo)
    others = _of(bundle, from_staffordshire(OFFICER, uasc=False), photo)

    assert Kind.SOCIAL_CARE in theirs.holders
    assert Kind.SOCIAL_CARE not in others.holders


# T17: graded low


def test_a_first_record_graded_low_is_refused_and_accepted_once_the_investigation_has_begun(
    bundle: Bundle,
) -> None:
    protocol = bundle.protocols[AT]

    first = admit_grade(protocol, "low", facts(age=13, investigation_begun=False))
    later = admit_grade(protocol, "low", facts(age=13, investigation_begun=True))
    high = admit_grade(protocol, "high", facts(age=13, investigation_begun=False))

    assert first.verdict is Verdict.REFUSED
    assert first.rule is not None
    assert first.rule.id == "staffs-risk-low-not-initial"
    assert later.verdict is Verdict.ADMITTED
    assert high.verdict is Verdict.ADMITTED


# T19: a child in foster care; nurse and head teacher ask


@pytest.mark.parametrize("asker", [NURSE, SCHOOL])
def test_nurse_and_head_teacher_learn_of_neither_episode_nor_interview(
    bundle: Bundle, asker: Person
) -> None:
    situation = from_staffordshire(asker, age=12, child_says="not-asked", located=True)

    told = decide(bundle, situation, [Item.EPISODE_STATUS, Item.EPISODE_EXISTS, *INTERVIEW])

    assert not any(decision.open for decision in told.values())
    assert told[Item.EPISODE_STATUS].reason is Reason.SILENT
    assert "staffs-rhi-withhold-placement" in _names(told[Item.RHI_FULL])


# the corners where a mistake hurts


def test_where_a_child_is_stays_closed_to_a_parent_while_nobody_has_said_that_it_is_safe(
    bundle: Bundle,
) -> None:
    found: dict[str, Known] = {
        "located": True,
        "collection_appropriate": True,
        "release_decided": True,
    }

    unsafe = knowing(PARENT.asks(), pr_contact_unsafe=True, **found)
    doubtful = knowing(PARENT.asks(), pr_contact_unsafe=UNKNOWN, **found)
    safe = knowing(PARENT.asks(), pr_contact_unsafe=False, **found)

    for situation in (unsafe, doubtful):
        assert not _of(bundle, situation, Item.WHEREABOUTS_LOCATION).open
        assert not _of(bundle, situation, Item.PLACEMENT_ADDRESS).open
        assert _of(bundle, situation, Item.WHEREABOUTS_SAFE).open
    assert _of(bundle, safe, Item.WHEREABOUTS_LOCATION).open


def test_religion_and_orientation_reach_police_alone_and_only_once_they_are_judged_to_matter(
    bundle: Bundle,
) -> None:
    decided: dict[str, Known] = {"reported_missing": True, "release_decided": True}

    assert not _of(bundle, OFFICER.asks(reported_missing=True), Item.IDENTITY_SPECIAL).open
    assert _of(bundle, knowing(OFFICER.asks(), **decided), Item.IDENTITY_SPECIAL).open
    for other in (CHILDRENS_SERVICES, LEEDS_FRONT_DOOR, HOST_SERVICES):
        assert not _of(bundle, knowing(other.asks(), **decided), Item.IDENTITY_SPECIAL).open
    # A child's own worker reads what their own authority has recorded, and nothing of the report.
    worker = _of(bundle, knowing(SOCIAL_WORKER.asks(), **decided), Item.IDENTITY_SPECIAL)
    assert worker.holders == worker.own == {Kind.SOCIAL_CARE}


def test_a_child_with_no_recorded_risk_has_no_profile_with_the_police_until_reported_missing(
    bundle: Bundle,
) -> None:
    assert not _of(bundle, PCSO.asks(at_risk_of_missing=False), Item.PHILOMENA_FORM).open
    assert not _of(bundle, OFFICER.asks(reported_missing=False), Item.PHILOMENA_FORM).open
    assert _of(bundle, OFFICER.asks(reported_missing=True), Item.PHILOMENA_FORM).open


def test_addresses_of_others_reach_carers_only_once_they_are_judged_safe_to_check(
    bundle: Bundle,
) -> None:
    undecided = placed_by_leeds(FOSTER_CARER)
    decided = placed_by_leeds(FOSTER_CARER, release_decided=True)

    assert not _of(bundle, undecided, Item.TRIGGER_PLAN_ASSOCIATES).open
    assert _of(bundle, decided, Item.TRIGGER_PLAN_ASSOCIATES).open


def test_the_trigger_plan_s_passwords_are_nobody_s_under_this_protocol(bundle: Bundle) -> None:
    for somebody in (SOCIAL_WORKER, HOME, COORDINATOR, PARTNER, SCHOOL):
        assert not _of(
            bundle, somebody.asks(reported_missing=True), Item.TRIGGER_PLAN_CREDENTIALS
        ).open


def test_a_child_away_with_known_whereabouts_and_no_concern_is_not_missing(bundle: Bundle) -> None:
    away = facts(looked_after=True, whereabouts_known=True, absence_authorised=False, concern=False)
    lost = facts(looked_after=True, whereabouts_known=False, where_expected=False)

    assert [t.missing for t in terms(bundle.protocols[AT], away)] == [False]
    assert all(t.missing for t in terms(bundle.protocols[AT], lost))
