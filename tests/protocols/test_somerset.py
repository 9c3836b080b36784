"""Casework under the Somerset protocol: the situations of the comparison."""

from collections.abc import Iterable
from datetime import date, timedelta

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
    first_grade,
    flags,
    participation,
)
from records.items import Item
from records.people import Kind, Role, Standing
from tests.consent.cases.somerset import (
    AT,
    CHILDRENS_SOCIAL_CARE,
    FAMILY_WORKER,
    FOSTER_CARER,
    HOME,
    HOST_SOMERSET_DIRECT,
    LEEDS_FRONT_DOOR,
    LINE_MANAGER,
    NURSE,
    OFFICER,
    OTHER_HOST,
    PARENT,
    PARTNER,
    PMEX,
    REVIEWING_OFFICER,
    SCHOOL,
    SOCIAL_WORKER,
    SOMERSET_DIRECT,
    UNCLE,
    at_home,
    placed_by_leeds,
    placed_in_leeds,
)
from tests.consent.casework import Person, person
from tests.protocols.casework import facts

INTERVIEW = (Item.RHI_FULL, Item.RHI_SYNOPSIS, Item.RHI_CONFIRMATION)
SAFETY = (Item.RHI_SAFEGUARDING, Item.RHI_SAFEGUARDING_PROVIDER)
PLANNED = frozenset({"multi-agency"})


def _of(bundle: Bundle, situation: Situation, item: Item) -> Decision:
    return decide(bundle, situation, [item])[item]


def _opened(bundle: Bundle, situation: Situation, items: Iterable[Item]) -> set[Item]:
    return {item for item, told in decide(bundle, situation, list(items)).items() if told.open}


def _names(decision: Decision) -> list[str]:
    return [ref.id for ref in decision.rules]


@pytest.fixture
def protocol(bundle: Bundle) -> Protocol:
    return bundle.protocols[AT]


# T01: first episode of a child at home who is not open


def test_somerset_direct_has_the_report_of_a_child_with_no_worker_and_only_if_recorded_missing(
    bundle: Bundle,
) -> None:
    missing = at_home(SOMERSET_DIRECT, open_to_social_care=False, recorded_missing=True)
    absent = at_home(SOMERSET_DIRECT, open_to_social_care=False, recorded_missing=False)

    assert Kind.POLICE in _of(bundle, missing, Item.EPISODE_DETAIL).holders
    assert Kind.POLICE not in _of(bundle, absent, Item.EPISODE_STATUS).holders


def test_no_agreement_of_a_parent_is_needed_for_an_interview(protocol: Protocol) -> None:
    assert participation(protocol, facts(looked_after=False, open_to_social_care=False)) == ()


# T02: the manager of the child's home


@pytest.mark.parametrize("child_says", ["agrees", "refuses", "not-asked"])
@pytest.mark.parametrize("asker", [HOME, FOSTER_CARER])
def test_the_home_has_neither_the_interview_nor_a_synopsis_nor_confirmation(
    bundle: Bundle, asker: Person, child_says: str
) -> None:
    told = decide(bundle, asker.asks(child_says=child_says), [*INTERVIEW, Item.RHI_EXISTS])

    assert not any(decision.open for decision in told.values())
    assert _names(told[Item.RHI_FULL]) == ["somerset-rhi-withhold-police"]
    assert _names(told[Item.RHI_SYNOPSIS]) == ["somerset-rhi-withhold-police"]
    assert told[Item.RHI_CONFIRMATION].reason is Reason.SILENT


def test_a_carer_who_held_the_interview_at_the_childs_wish_keeps_no_copy_of_it(
    bundle: Bundle,
) -> None:
    carer = person(
        Role.CARE_PROFESSIONAL, Standing.PROVIDES_PLACEMENT, Standing.INTERVIEWS_CHILD, at=AT
    )

    assert not _of(bundle, carer.asks(child_says="agrees"), Item.RHI_FULL).open


# T03: the child agreed to talk and refuses all sharing


@pytest.mark.parametrize(
    "asker, rule",
    [
        (SOCIAL_WORKER, "somerset-rhi-record-lcs"),
        (FAMILY_WORKER, "somerset-rhi-record-lcs"),
        (PMEX, "somerset-rhi-record-lcs"),
        (LINE_MANAGER, "somerset-rhi-manager-review"),
    ],
)
def test_worker_pmex_and_manager_read_lcs_whatever_the_child_says(
    bundle: Bundle, asker: Person, rule: str
) -> None:
    told = _of(bundle, asker.asks(child_says="refuses"), Item.RHI_FULL)

    assert told.open
    assert rule in _names(told)


@pytest.mark.parametrize("child_says", ["agrees", "refuses", "not-asked", UNKNOWN])
@pytest.mark.parametrize("asker", [OFFICER, NURSE, SCHOOL, PARENT])
def test_police_nurse_school_and_parent_have_no_interview_and_no_synopsis_ever(
    bundle: Bundle, asker: Person, child_says: Known
) -> None:
    situation = asker.asks(
        child_says=child_says, release_decided=True, crime_suspected=True, meeting="strategy"
    )

    assert _opened(bundle, situation, [Item.RHI_FULL, Item.RHI_SYNOPSIS]) == set()


def test_police_learn_that_the_interview_took_place_and_the_nurse_not_even_that(
    bundle: Bundle,
) -> None:
    assert _of(bundle, OFFICER.asks(child_says="refuses"), Item.RHI_CONFIRMATION).open
    assert not _opened(bundle, NURSE.asks(child_says="agrees"), [*INTERVIEW, Item.RHI_EXISTS])


def test_an_agency_on_the_childs_plan_learns_needs_unless_the_child_refuses(
    bundle: Bundle,
) -> None:
    def asks(says: Known, plan: frozenset[str]) -> Decision:
        return _of(bundle, PARTNER.asks(on_plan=plan, child_says=says), Item.RHI_NEEDS)

    assert asks("not-asked", PLANNED).open
    assert asks("agrees", frozenset()).reason is Reason.SILENT
    assert asks("refuses", PLANNED).reason is Reason.NO_CONSENT
    assert not asks(UNKNOWN, PLANNED).open


# T04: a disclosure of assault


def test_managers_learn_of_an_assault_swiftly_and_can_call_a_strategy_discussion(
    bundle: Bundle,
) -> None:
    for asker in (LINE_MANAGER, CHILDRENS_SOCIAL_CARE, SOCIAL_WORKER):
        situation = asker.asks(child_says="refuses", crime_suspected=True)
        assert _opened(bundle, situation, SAFETY) == set(SAFETY)
    host = placed_by_leeds(HOST_SOMERSET_DIRECT, child_says="refuses", at_risk=True)
    assert _opened(bundle, host, [*SAFETY, Item.RHI_FULL]) == set(SAFETY)


def test_police_have_a_workers_extract_once_it_is_released_and_the_text_stays_on_lcs(
    bundle: Bundle,
) -> None:
    before = OFFICER.asks(child_says="refuses", crime_suspected=True)
    after = OFFICER.asks(child_says="refuses", crime_suspected=True, release_decided=True)
    no_need = OFFICER.asks(child_says="agrees", crime_suspected=False, release_decided=True)

    assert _opened(bundle, before, SAFETY) == set()
    assert _opened(bundle, after, [*SAFETY, *INTERVIEW]) == {*SAFETY, Item.RHI_CONFIRMATION}
    assert _opened(bundle, no_need, SAFETY) == set()


def test_police_are_called_to_the_strategy_discussion_through_which_they_learn(
    bundle: Bundle,
) -> None:
    assert _of(bundle, OFFICER.asks(meeting="strategy"), Item.MEETING_REQUEST).open
    assert not _of(bundle, OFFICER.asks(meeting="none"), Item.MEETING_REQUEST).open


# T05: a child whom Leeds has placed here


def test_leeds_worker_learns_of_the_episode_to_decide_who_interviews(bundle: Bundle) -> None:
    told = _of(bundle, placed_by_leeds(LEEDS_FRONT_DOOR), Item.EPISODE_STATUS)

    assert told.open
    assert "somerset-rhi-ola-liaison" in _names(told)
    assert Kind.POLICE in told.holders


def test_somersets_front_door_does_not_have_the_interview_of_leeds_child(bundle: Bundle) -> None:
    situation = placed_by_leeds(HOST_SOMERSET_DIRECT, child_says="agrees", recorded_missing=True)

    assert not _opened(bundle, situation, INTERVIEW)
    assert _of(bundle, situation, Item.EPISODE_STATUS).open


def test_a_somerset_child_elsewhere_is_somersets_to_know_of_and_the_host_hears_only_that(
    bundle: Bundle,
) -> None:
    host = placed_in_leeds(OTHER_HOST)

    assert _of(bundle, placed_in_leeds(CHILDRENS_SOCIAL_CARE), Item.EPISODE_STATUS).open
    assert _opened(bundle, host, [Item.EPISODE_STATUS, Item.EPISODE_DETAIL, *INTERVIEW]) == {
        Item.EPISODE_STATUS
    }


def test_lancashires_confirmation_to_a_home_is_not_undone_by_somersets_silence(
    bundle: Bundle,
) -> None:
    situation = HOME.asks(responsible="pan-lancashire", child_says="agrees")

    told = decide(bundle, situation, INTERVIEW)

    assert {item for item, decision in told.items() if decision.open} == {Item.RHI_CONFIRMATION}
    assert {"somerset-rhi-withhold-police", "panlancs-rhi-withhold-placement"} <= set(
        _names(told[Item.RHI_FULL])
    )


# T08: repeated episodes, and the school asks for a plan


def test_three_episodes_in_ninety_days_set_no_flag_and_three_in_twenty_eight_do(
    protocol: Protocol,
) -> None:
    spread = [date(2026, 1, 5), date(2026, 2, 14), date(2026, 3, 27)]
    last = date(2026, 2, 16)
    close = [last - timedelta(days=n) for n in (0, 10, 27)]

    assert flags(protocol, spread, spread[-1]) == ()
    [flag] = flags(protocol, close, last)
    assert (flag.flag, flag.episodes) == ("repeat-missing", 3)


def test_the_school_sees_no_plan_no_episode_and_no_interview(bundle: Bundle) -> None:
    plans = [Item.PREVENTION_PLAN, Item.PLACEMENT_PLAN, Item.CARE_PLAN, Item.TRIGGER_PLAN_FULL]
    situation = SCHOOL.asks(looked_after=False, child_says="agrees", trigger_plan_exists=True)

    assert _opened(bundle, situation, [*plans, *INTERVIEW, Item.EPISODE_EXISTS]) == set()


def test_a_trigger_plan_is_for_police_and_the_allocated_worker_and_not_for_the_home(
    bundle: Bundle,
) -> None:
    for asker in (OFFICER, SOCIAL_WORKER, FAMILY_WORKER):
        told = _of(bundle, asker.asks(), Item.TRIGGER_PLAN_FULL)
        assert "somerset-trigger-plan-3-in-28/recipients" in _names(told)
    for asker in (HOME, FOSTER_CARER, NURSE, PARTNER):
        assert not _of(bundle, asker.asks(), Item.TRIGGER_PLAN_EXISTS).open


# T13: an unaccompanied boy, and a man who says that he is his uncle


@pytest.mark.parametrize("verified", [True, False])
def test_a_man_who_says_he_is_the_uncle_learns_nothing_at_all(
    bundle: Bundle, *, verified: bool
) -> None:
    situation = UNCLE.asks(
        uasc=True,
        trafficking=True,
        relationship_verified=verified,
        located=True,
        release_decided=True,
    )

    told = decide(bundle, situation, list(Item))

    assert not any(decision.open for decision in told.values())
    assert told[Item.PLACEMENT_ADDRESS].reason is Reason.SILENT


# T17: graded low


def test_a_grade_is_kept_as_sent_because_none_is_defined_here(protocol: Protocol) -> None:
    for grade in ("low", "high", "standard"):
        assert admit_grade(protocol, grade, facts(age=13)).verdict is Verdict.NOT_DEFINED
    assert first_grade(protocol, facts(age=13)) is None


# T19: nurse and head teacher


def test_the_nurse_knows_missing_and_found_and_nothing_of_the_interview(bundle: Bundle) -> None:
    situation = NURSE.asks(child_says="agrees", located=True)

    told = _of(bundle, situation, Item.EPISODE_STATUS)

    assert told.open
    assert _names(told) == ["somerset-iro-health-updates"]
    assert not _opened(bundle, situation, [*INTERVIEW, Item.EPISODE_DETAIL, Item.RISK_GRADE])


def test_the_reviewing_officer_is_told_of_the_episode_too(bundle: Bundle) -> None:
    assert "somerset-iro-health-updates" in _names(
        _of(bundle, REVIEWING_OFFICER.asks(), Item.EPISODE_STATUS)
    )


def test_another_authoritys_nurse_is_not_told_by_somersets_social_workers(bundle: Bundle) -> None:
    assert not _of(bundle, placed_by_leeds(NURSE), Item.EPISODE_EXISTS).open


def test_the_head_teacher_is_only_called_to_a_strategy_discussion(bundle: Bundle) -> None:
    asked = [Item.EPISODE_EXISTS, *INTERVIEW, Item.MEETING_REQUEST]

    assert _opened(bundle, SCHOOL.asks(child_says="agrees"), asked) == set()
    assert _opened(bundle, SCHOOL.asks(meeting="strategy"), asked) == {Item.MEETING_REQUEST}
