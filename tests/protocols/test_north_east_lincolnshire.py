"""Casework under the North East Lincolnshire protocol: the situations of the comparison."""

from collections.abc import Iterable
from datetime import date

import pytest

from consent.bundle import Bundle
from consent.decision import Decision, Reason
from consent.engine import decide
from consent.situation import Situation
from consent.vocabulary import UNKNOWN, Known
from protocols.protocol import Protocol
from protocols.status import (
    flags,
    participation,
)
from records.items import Item
from records.people import Kind, Role
from tests.consent.cases.north_east_lincolnshire import (
    AT,
    CHILDRENS_SERVICES,
    CHILDS_YOUTH_JUSTICE,
    COORDINATOR,
    DESIGNATED_OFFICER,
    DUTY_TEAM,
    FAMILY_HELP,
    FOSTER_CARER,
    HOME,
    HOST_COORDINATOR,
    HOST_OFFICER,
    HOST_YOUTH_JUSTICE,
    INTERVIEWER,
    LEEDS_FRONT_DOOR,
    LOCATE_TEAM,
    MISSING_OFFICER,
    NURSE,
    OFFICER,
    PARTNER,
    SCHOOL,
    SOCIAL_WORKER,
    SUPERVISOR,
    YOUTH_JUSTICE,
    at_home,
    placed_by_leeds,
    placed_in_leeds,
)
from tests.consent.casework import Person, person
from tests.protocols.casework import facts

INTERVIEW = (Item.RHI_FULL, Item.RHI_SYNOPSIS, Item.RHI_CONFIRMATION)
SAFETY = (Item.RHI_SAFEGUARDING, Item.RHI_SAFEGUARDING_PROVIDER)


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


def test_police_report_reaches_coordinator_duty_team_missing_officer_and_no_stranger(
    bundle: Bundle,
) -> None:
    for somebody in (COORDINATOR, DUTY_TEAM, MISSING_OFFICER):
        assert _of(bundle, at_home(somebody), Item.EPISODE_DETAIL).open

    stranger = person(Role.SOCIAL_WORKER, at=AT)
    assert _opened(bundle, at_home(stranger, reported_missing=True), list(Item)) == set()


def test_youth_justice_sees_that_a_child_is_missing_and_details_only_of_one_it_knows(
    bundle: Bundle,
) -> None:
    seen = [Item.EPISODE_STATUS, Item.EPISODE_DETAIL, Item.RISK_GRADE]

    assert _opened(bundle, at_home(YOUTH_JUSTICE), seen) == {Item.EPISODE_STATUS}
    assert _opened(bundle, at_home(CHILDS_YOUTH_JUSTICE), seen) == set(seen)


def test_no_agreement_of_a_parent_is_needed_for_a_catch_up(protocol: Protocol) -> None:
    assert participation(protocol, facts(looked_after=False, open_to_social_care=False)) == ()


# T02: the manager of the child's home


@pytest.mark.parametrize("child_says", ["agrees", "refuses", "not-asked"])
@pytest.mark.parametrize("asker", [HOME, FOSTER_CARER])
def test_the_home_has_neither_the_catch_up_nor_a_synopsis_nor_confirmation(
    bundle: Bundle, asker: Person, child_says: str
) -> None:
    told = decide(bundle, asker.asks(child_says=child_says), INTERVIEW)

    assert not any(decision.open for decision in told.values())
    assert "nelincs-rhi-withhold-placement" in _names(told[Item.RHI_FULL])
    assert "nelincs-rhi-withhold-placement" in _names(told[Item.RHI_SYNOPSIS])
    assert told[Item.RHI_CONFIRMATION].reason is Reason.SILENT


def test_the_worker_may_tell_the_home_that_it_took_place_and_of_a_danger_and_never_the_text(
    bundle: Bundle,
) -> None:
    situation = HOME.asks(release_decided=True, child_says="agrees")

    assert _opened(bundle, situation, [*INTERVIEW, *SAFETY, Item.RHI_NEEDS]) == {
        Item.RHI_CONFIRMATION,
        Item.RHI_SAFEGUARDING,
    }


# T03: the child agreed to talk and refuses all sharing


def test_police_learn_only_when_the_catch_up_took_place_where_the_child_refuses(
    bundle: Bundle,
) -> None:
    told = decide(
        bundle, LOCATE_TEAM.asks(child_says="refuses"), [*INTERVIEW, Item.RHI_NEEDS, Item.RHI_OFFER]
    )

    assert {item for item, decision in told.items() if decision.open} == {Item.RHI_CONFIRMATION}
    assert "nelincs-rhi-share-police" in _names(told[Item.RHI_CONFIRMATION])
    assert told[Item.RHI_SYNOPSIS].reason is Reason.NO_CONSENT
    assert _names(told[Item.RHI_SYNOPSIS]) == ["nelincs-rhi-share-police/refused"]


@pytest.mark.parametrize("child_says", ["agrees", "not-asked"])
def test_police_have_what_is_relevant_and_never_the_whole_account(
    bundle: Bundle, child_says: str
) -> None:
    told = decide(bundle, LOCATE_TEAM.asks(child_says=child_says), INTERVIEW)

    assert told[Item.RHI_SYNOPSIS].open
    assert told[Item.RHI_FULL].reason is Reason.DENIED


def test_where_nobody_can_tell_what_the_child_said_police_have_no_synopsis(bundle: Bundle) -> None:
    assert not _of(bundle, LOCATE_TEAM.asks(child_says=UNKNOWN), Item.RHI_SYNOPSIS).open


@pytest.mark.parametrize("asker", [SOCIAL_WORKER, FAMILY_HELP, SUPERVISOR, COORDINATOR])
def test_the_childs_own_workers_read_liquid_logic_whatever_the_child_says(
    bundle: Bundle, asker: Person
) -> None:
    told = _of(bundle, asker.asks(child_says="refuses"), Item.RHI_FULL)

    assert told.open
    assert Kind.SOCIAL_CARE in told.holders


def test_the_nurse_learns_neither_of_the_episode_nor_that_there_was_a_catch_up(
    bundle: Bundle,
) -> None:
    asked = [*INTERVIEW, Item.RHI_EXISTS, Item.EPISODE_EXISTS]

    for child_says in ("agrees", "refuses"):
        assert _opened(bundle, NURSE.asks(child_says=child_says), asked) == set()


def test_an_agency_is_told_what_the_child_needs_unless_the_child_refuses(bundle: Bundle) -> None:
    refused = _of(bundle, PARTNER.asks(child_says="refuses"), Item.RHI_NEEDS)

    assert _of(bundle, PARTNER.asks(child_says="not-asked"), Item.RHI_NEEDS).open
    assert refused.reason is Reason.NO_CONSENT


# T04: a disclosure of assault


def test_police_and_authority_learn_of_an_assault_at_once_and_of_nothing_else_that_was_said(
    bundle: Bundle,
) -> None:
    police = LOCATE_TEAM.asks(
        child_says="refuses", crime_suspected=True, at_risk=True, sensitive_disclosure=True
    )
    authority = CHILDRENS_SERVICES.asks(child_says="refuses", crime_suspected=True)

    assert _opened(bundle, police, [*SAFETY, Item.RHI_SENSITIVE, Item.RHI_SYNOPSIS]) == set(SAFETY)
    assert "nelincs-crime-police-attend" in _names(_of(bundle, police, Item.RHI_SAFEGUARDING))
    assert "nelincs-abuse-contact-immediately" in _names(_of(bundle, police, Item.RHI_SAFEGUARDING))
    assert _opened(bundle, authority, SAFETY) == set(SAFETY)


@pytest.mark.parametrize("asker", [SOCIAL_WORKER, FAMILY_HELP, COORDINATOR, OFFICER, HOME])
def test_readers_of_the_catch_up_see_that_a_restricted_note_exists_and_not_the_note(
    bundle: Bundle, asker: Person
) -> None:
    told = _of(bundle, asker.asks(sensitive_disclosure=True), Item.RHI_SENSITIVE)

    assert not told.open
    assert _names(told) == ["nelincs-rhi-sensitive-separate"]


def test_the_note_is_read_by_its_writer_and_by_whom_the_writer_chose(bundle: Bundle) -> None:
    assert _of(bundle, INTERVIEWER.asks(sensitive_disclosure=True), Item.RHI_SENSITIVE).open
    assert not _of(
        bundle, DESIGNATED_OFFICER.asks(sensitive_disclosure=True), Item.RHI_SENSITIVE
    ).open
    for chosen in (SOCIAL_WORKER, DESIGNATED_OFFICER):
        assert _of(
            bundle, chosen.asks(release_decided=True, sensitive_disclosure=True), Item.RHI_SENSITIVE
        ).open


@pytest.mark.parametrize("asker", [YOUTH_JUSTICE, CHILDS_YOUTH_JUSTICE, HOME, OFFICER, SCHOOL])
def test_a_decision_to_release_something_else_never_opens_the_restricted_note(
    bundle: Bundle, asker: Person
) -> None:
    situation = asker.asks(sensitive_disclosure=True, release_decided=True, child_says="agrees")

    assert not _of(bundle, situation, Item.RHI_SENSITIVE).open


def test_youth_justice_sees_nothing_of_an_assault(bundle: Bundle) -> None:
    situation = CHILDS_YOUTH_JUSTICE.asks(
        child_says="agrees", crime_suspected=True, at_risk=True, urgent=True
    )

    assert not _opened(bundle, situation, [*SAFETY, Item.RHI_FULL, Item.RHI_SYNOPSIS])


def test_without_crime_danger_or_urgency_there_is_no_safeguarding_extract_for_police(
    bundle: Bundle,
) -> None:
    situation = LOCATE_TEAM.asks(child_says="agrees", crime_suspected=UNKNOWN)

    assert _opened(bundle, situation, SAFETY) == set()


# T05: a child whom Leeds has placed here


def test_leeds_is_told_by_police_and_by_the_coordinator(bundle: Bundle) -> None:
    told = _of(bundle, placed_by_leeds(LEEDS_FRONT_DOOR), Item.EPISODE_DETAIL)

    assert told.open
    assert {"nelincs-forward-responsible-la", "nelincs-ola-share-responsible"} <= set(_names(told))


def test_leeds_with_no_secure_address_is_not_emailed_and_still_sees_its_child_when_signed_in(
    bundle: Bundle,
) -> None:
    email: dict[str, Known] = {"channel": "secure-email"}

    for known in (False, UNKNOWN):
        emailed = placed_by_leeds(LEEDS_FRONT_DOOR, secure_email_known=known, **email)
        assert not _of(bundle, emailed, Item.EPISODE_STATUS).open
    given = placed_by_leeds(LEEDS_FRONT_DOOR, secure_email_known=True, **email)
    assert _of(bundle, given, Item.EPISODE_STATUS).open
    asks = placed_by_leeds(LEEDS_FRONT_DOOR, secure_email_known=False)
    assert _of(bundle, asks, Item.EPISODE_DETAIL).open


def test_missing_officer_has_details_of_leeds_child_and_youth_justice_a_notice(
    bundle: Bundle,
) -> None:
    seen = [Item.EPISODE_STATUS, Item.EPISODE_DETAIL]

    assert _opened(bundle, placed_by_leeds(HOST_OFFICER), seen) == set(seen)
    assert _opened(bundle, placed_by_leeds(HOST_YOUTH_JUSTICE), seen) == {Item.EPISODE_STATUS}


@pytest.mark.parametrize("child_says", ["agrees", "not-asked"])
def test_an_interview_that_leeds_held_is_forwarded_to_the_coordinator_here(
    bundle: Bundle, child_says: str
) -> None:
    situation = placed_by_leeds(
        HOST_COORDINATOR, rhi_by="responsible-authority", child_says=child_says
    )

    told = _of(bundle, situation, Item.RHI_FULL)

    assert told.open
    assert _names(told) == ["nelincs-ola-rhi-forward-to-nel"]


def test_a_leeds_child_who_refuses_keeps_the_interview_in_leeds(bundle: Bundle) -> None:
    situation = placed_by_leeds(
        HOST_COORDINATOR, rhi_by="responsible-authority", child_says="refuses"
    )

    assert _opened(bundle, situation, [*INTERVIEW, Item.RHI_NEEDS]) == {
        Item.RHI_CONFIRMATION,
        Item.RHI_NEEDS,
    }
    assert _of(bundle, situation, Item.RHI_FULL).reason is Reason.NO_CONSENT


def test_what_the_missing_officer_wrote_for_leeds_stays_readable_to_the_officer(
    bundle: Bundle,
) -> None:
    situation = placed_by_leeds(HOST_OFFICER, rhi_by="host-authority", child_says="refuses")

    assert _of(bundle, situation, Item.RHI_FULL).open


def test_a_home_elsewhere_still_has_what_this_protocol_gives_it_and_still_no_catch_up(
    bundle: Bundle,
) -> None:
    situation = placed_in_leeds(HOME, child_says="agrees")

    assert _opened(bundle, situation, [Item.PREVENTION_PLAN, Item.RHI_SYNOPSIS]) == {
        Item.PREVENTION_PLAN
    }


def test_the_whole_account_of_a_child_of_ours_in_lancashire_does_not_go_to_police_there(
    bundle: Bundle,
) -> None:
    told = _of(bundle, LOCATE_TEAM.asks(host="pan-lancashire", child_says="agrees"), Item.RHI_FULL)

    assert not told.open
    assert "nelincs-rhi-share-police/not-the-whole" in _names(told)


# T08: repeated episodes, and the school asks for a plan


def test_the_second_episode_sets_the_flag_however_long_ago_the_first(protocol: Protocol) -> None:
    first, second, third = date(2026, 1, 5), date(2026, 2, 14), date(2026, 3, 27)

    assert flags(protocol, [first], first) == ()
    [flag] = flags(protocol, [first, second, third], second)
    assert (flag.flag, flag.episodes) == ("repeat-missing", 2)
    assert len(flags(protocol, [first, second, third], third)) == 1


def test_the_school_sees_no_plan_no_episode_and_no_catch_up(bundle: Bundle) -> None:
    plans = [Item.PREVENTION_PLAN, Item.PLACEMENT_PLAN, Item.CARE_PLAN, Item.TRIGGER_PLAN_FULL]
    situation = SCHOOL.asks(looked_after=False, child_says="agrees", reported_missing=True)

    assert _opened(bundle, situation, [*plans, *INTERVIEW, Item.EPISODE_EXISTS]) == set()


# T19: nurse and head teacher


def test_nurse_and_head_teacher_are_denied_episode_and_catch_up_by_silence(
    bundle: Bundle,
) -> None:
    for asker in (NURSE, SCHOOL):
        situation = asker.asks(child_says="agrees", located=True)

        assert _of(bundle, situation, Item.EPISODE_STATUS).reason is Reason.SILENT
        assert not _opened(bundle, situation, [*INTERVIEW, Item.EPISODE_EXISTS])
