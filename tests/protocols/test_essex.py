"""Casework under the Essex guidance: the situations of the comparison."""

from collections.abc import Iterable
from typing import Final

import pytest

from consent.bundle import Bundle
from consent.decision import Decision, Reason
from consent.engine import decide
from consent.situation import Situation
from consent.vocabulary import UNKNOWN, Known
from protocols.status import Verdict, admit_grade, participation, presumptions, terms
from records.items import Item
from records.people import Kind
from tests.consent.cases.essex import (
    AT,
    CHILD,
    DIRECTOR,
    FAMILY_WORKER,
    FOSTER_CARER,
    HOME,
    HOST_AUTHORITY,
    HOST_HUB,
    HUB,
    INTERVIEWER,
    MEDIA,
    MPLO,
    NURSE,
    OFFICER,
    OTHER_FRONT_DOOR,
    PANEL,
    PARENT,
    REVIEWING_OFFICER,
    SCHOOL,
    SERVICE_MANAGER,
    SOCIAL_WORKER,
    UNCLE,
    knowing,
    placed_elsewhere,
    placed_in_essex,
)
from tests.consent.casework import Person
from tests.protocols.casework import facts

INTERVIEW = (Item.RHI_FULL, Item.RHI_SYNOPSIS, Item.RHI_CONFIRMATION)
AT_HOME_NOT_OPEN: Final[dict[str, Known]] = {
    "looked_after": False,
    "open_to_social_care": False,
    "known_to_services": False,
}


def _of(bundle: Bundle, situation: Situation, item: Item) -> Decision:
    return decide(bundle, situation, [item])[item]


def _opened(bundle: Bundle, situation: Situation, items: Iterable[Item]) -> set[Item]:
    return {item for item, told in decide(bundle, situation, list(items)).items() if told.open}


def _names(decision: Decision) -> list[str]:
    return [ref.id for ref in decision.rules]


# T01: first episode of a child at home who is not open


def test_the_hub_has_the_notification_and_the_mplo_alone_the_synopsis(bundle: Bundle) -> None:
    assert _of(bundle, knowing(HUB.asks(), **AT_HOME_NOT_OPEN), Item.EPISODE_DETAIL).open
    assert _of(bundle, knowing(MPLO.asks(), **AT_HOME_NOT_OPEN), Item.RHI_SYNOPSIS).open
    assert not _of(bundle, knowing(OFFICER.asks(), **AT_HOME_NOT_OPEN), Item.RHI_SYNOPSIS).open
    assert not _of(bundle, knowing(FAMILY_WORKER.asks(), **AT_HOME_NOT_OPEN), Item.RHI_FULL).open


def test_a_parent_of_a_child_at_home_can_stop_the_chat_and_a_parent_of_a_child_in_care_cannot(
    bundle: Bundle,
) -> None:
    protocol = bundle.protocols[AT]

    at_home = participation(protocol, facts(age=14, looked_after=False, open_to_social_care=True))
    in_care = participation(protocol, facts(age=14, looked_after=True))

    needed = {who for ruling in at_home for who in ruling.needs}
    assert needed == {"child", "parental-responsibility"}
    assert {who for ruling in in_care for who in ruling.needs} == {"child"}
    assert [p.rule.id for p in presumptions(protocol, facts(looked_after=True))] == [
        "essex-rhi-parent-consent-cla"
    ]


def test_whether_a_parent_must_agree_is_doubtful_while_nobody_knows_whether_the_child_is_in_care(
    bundle: Bundle,
) -> None:
    rulings = participation(bundle.protocols[AT], facts(age=14))

    [parents] = [r for r in rulings if r.needs == ("parental-responsibility",)]
    assert not parents.certain


def test_a_parent_s_signature_is_for_the_chat_and_never_governs_sharing_it(bundle: Bundle) -> None:
    answers: tuple[Known, ...] = ("agrees", "refuses", "withdrew", "not-asked", UNKNOWN)
    for parent_says in answers:
        situation = SOCIAL_WORKER.asks(looked_after=False, parent_says=parent_says)

        assert _of(bundle, situation, Item.RHI_SYNOPSIS).open


# T02: the manager of the child's home


@pytest.mark.parametrize("child_says", ["agrees", "refuses", "not-asked"])
@pytest.mark.parametrize("asker", [HOME, FOSTER_CARER])
def test_carers_have_neither_the_chat_nor_a_synopsis_nor_confirmation(
    bundle: Bundle, asker: Person, child_says: str
) -> None:
    told = decide(bundle, asker.asks(child_says=child_says), INTERVIEW)

    assert not any(decision.open for decision in told.values())
    assert "essex-rhi-withhold-placement" in _names(told[Item.RHI_FULL])
    assert "essex-rhi-withhold-placement" in _names(told[Item.RHI_SYNOPSIS])
    assert told[Item.RHI_CONFIRMATION].reason is Reason.SILENT


# T03: the child refuses all sharing


@pytest.mark.parametrize("child_says", ["refuses", "withdrew"])
@pytest.mark.parametrize("asker", [MPLO, SOCIAL_WORKER, HUB, SERVICE_MANAGER])
def test_nothing_of_a_chat_goes_further_once_the_child_refuses_to_have_it_shared(
    bundle: Bundle, asker: Person, child_says: str
) -> None:
    told = decide(
        bundle,
        asker.asks(child_says=child_says),
        [Item.RHI_SYNOPSIS, Item.RHI_FULL, Item.RHI_NEEDS],
    )

    for decision in told.values():
        assert not decision.open
        assert "essex-rhi-child-consent" in _names(decision)
    assert told[Item.RHI_SYNOPSIS].reason is Reason.NO_CONSENT


def test_the_nurse_learns_nothing_of_a_chat_whatever_the_child_says(bundle: Bundle) -> None:
    for child_says in ("agrees", "refuses"):
        situation = NURSE.asks(child_says=child_says)

        assert _opened(bundle, situation, [*INTERVIEW, Item.RHI_EXISTS, Item.RHI_NEEDS]) == set()


def test_a_child_who_will_not_sign_has_declined_and_no_chat_is_held(bundle: Bundle) -> None:
    rulings = participation(bundle.protocols[AT], facts(age=15, looked_after=True))

    signing = {r.rule.id: r.if_refused for r in rulings}
    assert "essex-rhi-voluntary" in signing
    assert signing["essex-rhi-child-consent/taking-part"] is not None


# what a signed chat gives, and to whom


def test_the_child_s_signature_is_notice_and_a_signed_chat_is_shared_without_asking_again(
    bundle: Bundle,
) -> None:
    answers: tuple[Known, ...] = (True, False, UNKNOWN)
    for told in answers:
        situation = MPLO.asks(child_says="not-asked", child_told=told)

        assert _of(bundle, situation, Item.RHI_SYNOPSIS).open


@pytest.mark.parametrize("asker", [MPLO, OFFICER, HOME, SCHOOL, NURSE, SOCIAL_WORKER, HUB])
def test_the_whole_chat_is_nobody_s_here_but_the_interviewer_s(
    bundle: Bundle, asker: Person
) -> None:
    assert not _of(bundle, asker.asks(child_says="agrees"), Item.RHI_FULL).open
    assert _of(bundle, INTERVIEWER.asks(child_says="agrees"), Item.RHI_FULL).open


def test_social_worker_has_synopsis_and_action_plan_and_the_refused_form_names_its_paragraph(
    bundle: Bundle,
) -> None:
    told = decide(bundle, SOCIAL_WORKER.asks(), [Item.RHI_FULL, Item.RHI_SYNOPSIS, Item.RHI_NEEDS])

    assert told[Item.RHI_SYNOPSIS].open
    assert told[Item.RHI_NEEDS].open
    assert _names(told[Item.RHI_FULL]) == ["essex-rhi-full-withheld/social-care"]
    assert told[Item.RHI_FULL].rules[0].ambiguity is not None


@pytest.mark.parametrize("child_says", ["agrees", "refuses"])
def test_parents_sign_the_form_and_do_not_have_what_was_said(
    bundle: Bundle, child_says: str
) -> None:
    situation = PARENT.asks(looked_after=False, parent_says="agrees", child_says=child_says)

    assert _opened(bundle, situation, [*INTERVIEW, Item.RHI_NEEDS, Item.CONSENT_RECORD]) == set()


def test_the_child_sees_what_was_signed_and_who_was_named(bundle: Bundle) -> None:
    items = {Item.CONSENT_RECORD, Item.NOTICE_GIVEN}

    assert _opened(bundle, CHILD.asks(), items) == items


# T04: a disclosure of assault


def test_a_disclosure_reaches_the_hub_while_no_word_of_a_chat_is_released(bundle: Bundle) -> None:
    situation = HUB.asks(child_says="refuses", at_risk=True)

    assert _of(bundle, situation, Item.RHI_SAFEGUARDING).open
    assert _opened(bundle, situation, [Item.RHI_FULL, Item.RHI_SYNOPSIS, Item.RHI_NEEDS]) == set()


def test_without_a_recorded_risk_the_hub_has_no_safeguarding_extract_from_police_or_interviewer(
    bundle: Bundle,
) -> None:
    rules = _names(_of(bundle, HUB.asks(child_says="agrees", at_risk=False), Item.RHI_SAFEGUARDING))

    assert "essex-harm-to-ai" not in rules


# T05 and T07: placed in Essex, and placed by Essex elsewhere


def test_leeds_learns_that_its_child_placed_in_essex_is_missing(bundle: Bundle) -> None:
    told = _of(bundle, placed_in_essex(OTHER_FRONT_DOOR), Item.EPISODE_STATUS)

    assert {"essex-carer-notifies-responsible-la", "essex-ola-inbound-silent"} <= set(_names(told))


@pytest.mark.parametrize("child_says", ["agrees", "refuses"])
def test_essex_has_nothing_of_leeds_interview_of_a_child_placed_in_essex(
    bundle: Bundle, child_says: str
) -> None:
    for asker in (HOST_HUB, HOST_AUTHORITY, MPLO, HOME):
        situation = placed_in_essex(asker, child_says=child_says, at_risk=True)

        assert _opened(bundle, situation, [*INTERVIEW, Item.RHI_EXISTS]) == set()


def test_leeds_own_worker_reads_leeds_own_interview_of_a_child_placed_in_essex(
    bundle: Bundle,
) -> None:
    assert _of(bundle, placed_in_essex(SOCIAL_WORKER), Item.RHI_FULL).open


def test_the_host_of_an_essex_child_knows_of_the_episode_and_has_no_chat(bundle: Bundle) -> None:
    situation = placed_elsewhere(HOST_AUTHORITY, child_says="agrees")

    assert _opened(bundle, situation, [Item.EPISODE_STATUS, Item.EPISODE_DETAIL, *INTERVIEW]) == {
        Item.EPISODE_STATUS
    }


def test_an_essex_child_placed_elsewhere_keeps_worker_synopsis_and_reviewing_officer(
    bundle: Bundle,
) -> None:
    assert _of(bundle, placed_elsewhere(SOCIAL_WORKER), Item.RHI_SYNOPSIS).open
    assert _of(bundle, placed_elsewhere(REVIEWING_OFFICER), Item.CONTACT_RECORD).open
    assert not _of(bundle, placed_elsewhere(SOCIAL_WORKER), Item.RHI_FULL).open


# T08: the school asks to see a plan


def test_the_school_of_a_child_at_home_sees_no_plan_though_the_worker_would_consult_it(
    bundle: Bundle,
) -> None:
    situation = SCHOOL.asks(looked_after=False, pattern_developing=True, release_decided=True)
    plans = [Item.PREVENTION_PLAN, Item.PLACEMENT_PLAN, Item.CARE_PLAN]

    told = decide(bundle, situation, [*plans, Item.EPISODE_HISTORY])

    assert not any(decision.open for decision in told.values())
    assert told[Item.PREVENTION_PLAN].reason is Reason.SILENT


@pytest.mark.parametrize(
    "pattern_developing, release_decided, open_",
    [(True, True, True), (True, False, False), (False, True, False), (UNKNOWN, True, False)],
)
def test_the_school_of_a_child_in_care_sees_the_plan_only_if_the_worker_decided_to_consult_it(
    bundle: Bundle, *, pattern_developing: Known, release_decided: bool, open_: bool
) -> None:
    situation = SCHOOL.asks(pattern_developing=pattern_developing, release_decided=release_decided)

    assert _of(bundle, situation, Item.CARE_PLAN).open is open_


# T13: an unaccompanied boy, and a man who says that he is his uncle


def test_a_man_who_says_he_is_the_uncle_learns_nothing_at_all(bundle: Bundle) -> None:
    situation = UNCLE.asks(uasc=True, trafficking=True, located=True, release_decided=True)

    told = decide(bundle, situation, list(Item))

    assert not any(decision.open for decision in told.values())
    assert told[Item.PLACEMENT_ADDRESS].reason is Reason.SILENT


# T17: graded low


def test_a_grade_of_low_is_kept_as_sent_and_never_converted(bundle: Bundle) -> None:
    ruling = admit_grade(bundle.protocols[AT], "low", facts(age=13, investigation_begun=False))

    assert ruling.verdict is Verdict.NOT_DEFINED
    assert ruling.rule is None


# T18: a child of nine


def test_a_child_of_nine_is_not_offered_a_chat_and_one_of_ten_is(bundle: Bundle) -> None:
    def child_is_asked(age: int) -> bool:
        rulings = participation(bundle.protocols[AT], facts(age=age, looked_after=True))
        return any("child" in ruling.needs for ruling in rulings)

    assert not child_is_asked(9)
    assert child_is_asked(10)


def test_the_age_of_ten_is_no_condition_of_sharing(bundle: Bundle) -> None:
    assert _of(bundle, SOCIAL_WORKER.asks(age=9), Item.RHI_SYNOPSIS).open


# T19: a child in foster care; nurse and head teacher ask


def test_the_head_teacher_learns_that_the_child_is_found_and_nothing_more(bundle: Bundle) -> None:
    found = SCHOOL.asks(age=12, located=True)
    still_missing = SCHOOL.asks(age=12, located=False)
    asked = [Item.EPISODE_STATUS, Item.EPISODE_DETAIL, Item.EPISODE_HISTORY, *INTERVIEW]

    assert _opened(bundle, found, asked) == {Item.EPISODE_STATUS}
    assert _opened(bundle, still_missing, asked) == set()


def test_the_nurse_learns_of_neither_episode_nor_interview(bundle: Bundle) -> None:
    situation = NURSE.asks(age=12, located=True, child_says="not-asked")

    assert _opened(bundle, situation, [Item.EPISODE_EXISTS, Item.EPISODE_STATUS, *INTERVIEW]) == (
        set()
    )


# the corners where a mistake hurts


def test_a_mother_with_parental_responsibility_and_unsafe_contact_learns_nothing_of_the_episode(
    bundle: Bundle,
) -> None:
    asked = [
        Item.EPISODE_EXISTS,
        Item.EPISODE_STATUS,
        Item.WHEREABOUTS_SAFE,
        Item.WHEREABOUTS_LOCATION,
        Item.PLACEMENT_ADDRESS,
    ]

    unsafe = PARENT.asks(reported_missing=True, located=True, pr_contact_unsafe=True)
    doubtful = PARENT.asks(reported_missing=True, located=True, pr_contact_unsafe=UNKNOWN)

    for situation in (unsafe, doubtful):
        assert _opened(bundle, situation, asked) == set()
        assert "essex-withhold-from-pr" in _names(_of(bundle, situation, Item.EPISODE_STATUS))


def test_a_mother_who_is_safe_to_tell_learns_that_the_child_is_missing_and_never_where(
    bundle: Bundle,
) -> None:
    safe = PARENT.asks(reported_missing=True, located=True, pr_contact_unsafe=False)

    asked = [Item.EPISODE_STATUS, Item.EPISODE_DETAIL, Item.WHEREABOUTS_LOCATION]
    assert _opened(bundle, safe, asked) == {Item.EPISODE_STATUS}


def test_health_needs_on_return_go_to_health_by_decision_and_to_parents_only_with_the_child(
    bundle: Bundle,
) -> None:
    undecided = _of(bundle, NURSE.asks(located=True), Item.HEALTH_NEEDS)
    decided = _of(bundle, NURSE.asks(located=True, release_decided=True), Item.HEALTH_NEEDS)
    parent = _of(bundle, PARENT.asks(located=True, release_decided=True), Item.HEALTH_NEEDS)

    assert Kind.SOCIAL_CARE not in undecided.holders
    assert Kind.SOCIAL_CARE in decided.holders
    assert not parent.open
    assert parent.reason is Reason.NO_CONSENT


def test_nothing_reaches_the_media_by_rule_and_those_to_be_consulted_see_what_is_proposed(
    bundle: Bundle,
) -> None:
    assert not _of(bundle, MEDIA.asks(), Item.MEDIA_MATERIAL).open
    assert not _of(bundle, MEDIA.asks(release_decided=True), Item.MEDIA_MATERIAL).open
    assert _of(bundle, DIRECTOR.asks(), Item.MEDIA_MATERIAL).open
    assert not _of(bundle, PARENT.asks(pr_contact_unsafe=True), Item.MEDIA_MATERIAL).open


def test_intelligence_is_shared_at_mace_and_not_outside_it(bundle: Bundle) -> None:
    assert _of(bundle, PANEL.asks(meeting="mace-1"), Item.INTELLIGENCE_REPORT).open
    assert not _of(bundle, PANEL.asks(meeting="none"), Item.INTELLIGENCE_REPORT).open


def test_police_have_the_planning_form_once_the_child_is_reported_missing(bundle: Bundle) -> None:
    assert not _of(bundle, OFFICER.asks(reported_missing=False), Item.PREVENTION_PLAN).open
    assert _of(bundle, OFFICER.asks(reported_missing=True), Item.PREVENTION_PLAN).open


def test_police_s_own_check_is_read_by_the_worker_of_an_open_child_and_by_nobody_else(
    bundle: Bundle,
) -> None:
    worker = _of(bundle, SOCIAL_WORKER.asks(), Item.SAW_RECORD)
    manager = _of(bundle, SERVICE_MANAGER.asks(), Item.SAW_RECORD)

    assert Kind.POLICE in worker.holders
    assert Kind.POLICE not in manager.holders


def test_a_child_who_is_away_is_not_missing_and_is_under_constant_review(bundle: Bundle) -> None:
    away = facts(looked_after=True, whereabouts_known=True, where_expected=False)

    assert [(t.status, t.missing) for t in terms(bundle.protocols[AT], away)] == [
        ("away_from_placement", False)
    ]
    reviewed = [p.rule.id for p in presumptions(bundle.protocols[AT], away)]
    assert "essex-away-constant-review" in reviewed
