"""Who may see what under the pan-Lancashire protocol, as casework.

The situations T02 to T19 are those of the comparison of the five protocols.
"""

from dataclasses import replace
from datetime import date

from consent.bundle import Bundle
from consent.decision import Decision, Reason
from consent.engine import could_open, decide
from consent.situation import Situation
from consent.vocabulary import UNKNOWN
from records.items import Item
from records.people import Kind, Purpose, Role, Standing
from tests.consent.casework import (
    COORDINATOR,
    DUTY_TEAM,
    FOSTER_CARER,
    HOME,
    HOST_LEAD,
    NURSE,
    OFFICER,
    OWN_LEAD,
    PARENT,
    PARTNER,
    REVIEWING_OFFICER,
    SCHOOL,
    SOCIAL_WORKER,
    person,
)


def _told(bundle: Bundle, situation: Situation, item: Item) -> Decision:
    return decide(bundle, situation, [item])[item]


def _decided_by(decision: Decision) -> str:
    return decision.rules[0].id


def test_t02_the_home_learns_that_the_interview_took_place_and_not_a_word_of_it(
    bundle: Bundle,
) -> None:
    home = HOME.asks(child_says="agrees")

    for item in (Item.RHI_FULL, Item.RHI_SYNOPSIS):
        refused = _told(bundle, home, item)
        assert not refused.open
        assert refused.reason is Reason.DENIED
        assert _decided_by(refused) == "panlancs-rhi-withhold-placement"
        assert "Placement providers will not receive a copy" in refused.rules[0].quote
    confirmed = _told(bundle, home, Item.RHI_CONFIRMATION)
    assert confirmed.open
    assert _decided_by(confirmed) == "panlancs-rhi-confirm-placement"


def test_t02_the_home_learns_of_a_matter_of_safety_unless_it_is_about_the_home(
    bundle: Bundle,
) -> None:
    home = HOME.asks()

    matter = _told(bundle, home, Item.RHI_SAFEGUARDING)
    about_the_home = _told(bundle, home, Item.RHI_SAFEGUARDING_PROVIDER)

    assert matter.open
    assert _decided_by(matter) == "panlancs-rhi-safeguarding-matters-placement"
    assert not about_the_home.open


def test_t03_when_the_child_refuses_all_sharing_police_and_nurse_know_only_that_it_took_place(
    bundle: Bundle,
) -> None:
    for caller in (COORDINATOR, NURSE):
        situation = caller.asks(child_says="refuses")
        copy = _told(bundle, situation, Item.RHI_FULL)
        assert not copy.open
        assert copy.reason is Reason.NO_CONSENT
        assert copy.rules[0].id.startswith("panlancs-rhi-share-police-health")
        assert _told(bundle, situation, Item.RHI_CONFIRMATION).open


def test_t03_the_authority_keeps_its_own_record_of_the_interview(bundle: Bundle) -> None:
    for caller in (SOCIAL_WORKER, REVIEWING_OFFICER, OWN_LEAD):
        assert _told(bundle, caller.asks(child_says="refuses"), Item.RHI_FULL).open


def test_a_child_who_was_never_asked_has_not_agreed(bundle: Bundle) -> None:
    for says in ("not-asked", "withdrew", UNKNOWN):
        assert not _told(bundle, COORDINATOR.asks(child_says=says), Item.RHI_FULL).open
    assert _told(bundle, COORDINATOR.asks(child_says="agrees"), Item.RHI_FULL).open


def test_t04_a_disclosure_of_assault_reaches_police_authority_and_reviewing_officer_at_once(
    bundle: Bundle,
) -> None:
    for caller in (COORDINATOR, OWN_LEAD, REVIEWING_OFFICER):
        alert = _told(bundle, caller.asks(child_says="refuses", urgent=True), Item.RHI_SAFEGUARDING)
        assert alert.open
    urgent = COORDINATOR.asks(child_says="refuses", urgent=True)
    assert _told(bundle, urgent, Item.RHI_FULL).reason is Reason.NO_CONSENT
    assert _told(bundle, HOME.asks(urgent=True), Item.RHI_FULL).reason is Reason.DENIED


def test_t05_the_host_has_the_copy_of_another_authoritys_interview_when_the_child_agrees(
    bundle: Bundle,
) -> None:
    def asks(says: str) -> Situation:
        return HOST_LEAD.asks(
            responsible=None, placed_here_by_other_authority=True, child_says=says
        )

    copy = _told(bundle, asks("agrees"), Item.RHI_FULL)
    assert copy.open
    assert _decided_by(copy) == "panlancs-rhi-email-bcu-la-lead"
    assert _told(bundle, asks("refuses"), Item.RHI_FULL).reason is Reason.NO_CONSENT
    assert _told(bundle, asks("refuses"), Item.RHI_CONFIRMATION).open


def test_t05_leeds_learns_from_the_host_that_its_child_is_missing(bundle: Bundle) -> None:
    leeds = person(Role.SOCIAL_WORKER, Standing.ALLOCATED_WORKER).asks(
        responsible=None, placed_here_by_other_authority=True
    )

    told = _told(bundle, leeds, Item.EPISODE_STATUS)

    assert told.open
    assert "panlancs-ola-host-informs-placing" in [rule.id for rule in told.rules]


def test_t08_accounts_and_passwords_go_to_the_police_and_to_nobody_else(bundle: Bundle) -> None:
    for caller in (SOCIAL_WORKER, HOME, FOSTER_CARER, PARTNER, NURSE, OWN_LEAD, PARENT, SCHOOL):
        refused = _told(bundle, caller.asks(), Item.TRIGGER_PLAN_CREDENTIALS)
        assert refused.reason is Reason.DENIED
        assert _decided_by(refused) == "panlancs-trigger-plan-credentials"
    assert _told(bundle, OFFICER.asks(), Item.TRIGGER_PLAN_CREDENTIALS).open


def test_t08_not_even_an_override_gives_a_nurse_the_childs_passwords(bundle: Bundle) -> None:
    nurse = NURSE.asks(override=True, purpose=Purpose.LOCATE)

    assert not _told(bundle, nurse, Item.TRIGGER_PLAN_CREDENTIALS).open
    assert _told(bundle, nurse, Item.TRIGGER_PLAN_FULL).reason is Reason.OVERRIDDEN


def test_t08_the_school_has_no_plan_unless_it_is_a_named_partner(bundle: Bundle) -> None:
    partner = replace(SCHOOL, standings=SCHOOL.standings | {Standing.NAMED_PARTNER})

    silent = _told(bundle, SCHOOL.asks(looked_after=False), Item.TRIGGER_PLAN_FULL)

    assert silent.reason is Reason.SILENT
    assert _told(bundle, partner.asks(looked_after=False), Item.TRIGGER_PLAN_FULL).open


def test_t13_a_man_who_claims_to_be_an_uncle_learns_nothing_at_all(bundle: Bundle) -> None:
    uncle = person(Role.ENQUIRER).asks(uasc=True, trafficking=True, relationship_verified=False)

    assert not any(decision.open for decision in decide(bundle, uncle, list(Item)).values())


def test_t19_the_nurse_knows_of_the_episode_and_the_overdue_assessment_but_not_the_interview(
    bundle: Bundle,
) -> None:
    nurse = NURSE.asks(child_says="refuses", placement_type="foster")

    assert _told(bundle, nurse, Item.EPISODE_STATUS).open
    assert _told(bundle, nurse, Item.HEALTH_ASSESSMENT).open
    assert _told(bundle, nurse, Item.RHI_CONFIRMATION).open
    assert _told(bundle, nurse, Item.RHI_FULL).reason is Reason.NO_CONSENT


def test_t19_the_school_knows_that_there_was_an_episode_and_nothing_more_of_it(
    bundle: Bundle,
) -> None:
    opened = {item for item, told in decide(bundle, SCHOOL.asks(), list(Item)).items() if told.open}

    assert Item.EPISODE_STATUS in opened
    assert not opened & {
        Item.EPISODE_DETAIL,
        Item.EPISODE_HISTORY,
        Item.RISK_GRADE,
        Item.WHEREABOUTS_LOCATION,
        Item.RHI_EXISTS,
        Item.TRIGGER_PLAN_EXISTS,
        Item.HEALTH_EXISTS,
    }


def test_a_mother_whose_contact_is_unsafe_is_not_told_where_her_child_is(bundle: Bundle) -> None:
    safe = PARENT.asks(
        located=True, release_decided=True, collection_appropriate=True, pr_contact_unsafe=False
    )
    unsafe = replace(safe, facts={**safe.facts, **PARENT.asks(pr_contact_unsafe=True).facts})

    assert _told(bundle, safe, Item.WHEREABOUTS_LOCATION).open
    for item in (Item.WHEREABOUTS_LOCATION, Item.PLACEMENT_ADDRESS):
        assert not _told(bundle, unsafe, item).open


def test_where_it_is_not_known_whether_contact_is_safe_it_counts_as_unsafe(bundle: Bundle) -> None:
    mother = PARENT.asks(
        located=True, release_decided=True, collection_appropriate=True, pr_contact_unsafe=UNKNOWN
    )

    assert not _told(bundle, mother, Item.WHEREABOUTS_LOCATION).open
    assert could_open(bundle, mother, Item.WHEREABOUTS_LOCATION)


def test_an_override_opens_the_interview_and_lists_the_refusal_that_it_set_aside(
    bundle: Bundle,
) -> None:
    asked = COORDINATOR.asks(purpose=Purpose.LOCATE, override=True, child_says="refuses")

    told = _told(bundle, asked, Item.RHI_FULL)

    assert told.reason is Reason.OVERRIDDEN
    assert told.unverified
    assert "panlancs-rhi-share-police-health/no-consent" in [r.id for r in told.set_aside]


def test_an_override_is_not_for_the_home_nor_for_a_lesser_purpose(bundle: Bundle) -> None:
    home = HOME.asks(override=True, purpose=Purpose.LOCATE)
    training = COORDINATOR.asks(override=True, purpose=Purpose.ASSURE, child_says="refuses")

    assert not _told(bundle, home, Item.RHI_FULL).open
    assert not _told(bundle, training, Item.RHI_FULL).open


def test_a_bar_stands_against_every_override(bundle: Bundle) -> None:
    asked = COORDINATOR.asks(purpose=Purpose.LOCATE, override=True, identity_sealed=True)

    assert _told(bundle, asked, Item.EPISODE_STATUS).reason is Reason.BARRED


def test_a_flag_that_nobody_looked_up_bars_as_if_it_were_set(bundle: Bundle) -> None:
    asked = SOCIAL_WORKER.asks(court_forbids=UNKNOWN)

    assert _told(bundle, asked, Item.RHI_FULL).reason is Reason.BARRED


def test_from_the_day_it_is_in_force_the_duty_to_share_hangs_on_what_is_withheld(
    bundle: Bundle,
) -> None:
    def duties(on: date) -> list[str]:
        situation = COORDINATOR.asks(child_says="refuses", on=on)
        return [rule.id for rule in _told(bundle, situation, Item.RHI_FULL).duties]

    assert duties(date(2026, 9, 29)) == []
    assert duties(date(2026, 9, 30)) == ["england-information-sharing-duty"]


def test_no_rule_speaks_before_the_protocol_was_in_force(bundle: Bundle) -> None:
    early = HOME.asks(on=date(2023, 1, 31))

    assert _told(bundle, early, Item.RHI_CONFIRMATION).reason is Reason.SILENT
    assert _told(bundle, HOME.asks(on=date(2023, 2, 1)), Item.RHI_CONFIRMATION).open


def test_a_lancashire_child_in_a_home_elsewhere_is_still_kept_from_the_homes_eyes(
    bundle: Bundle,
) -> None:
    away = HOME.asks(host=None)

    assert _told(bundle, away, Item.RHI_FULL).reason is Reason.DENIED
    assert _told(bundle, away, Item.RHI_CONFIRMATION).open


def test_where_the_host_is_not_known_its_refusals_count_and_its_grants_do_not(
    bundle: Bundle,
) -> None:
    somewhere = COORDINATOR.asks(host=UNKNOWN, responsible=None, child_says="refuses")

    refused = _told(bundle, somewhere, Item.RHI_FULL)

    assert "panlancs-rhi-share-police-health/no-consent" in [rule.id for rule in refused.rules]
    assert not _told(bundle, somewhere, Item.RHI_CONFIRMATION).open


def test_no_standing_no_answer(bundle: Bundle) -> None:
    for role in Role:
        stranger = person(role).asks(child_says="agrees", reported_missing=True)
        assert not any(told.open for told in decide(bundle, stranger, list(Item)).values())


def test_the_police_reading_their_own_record_do_not_thereby_read_the_councils(
    bundle: Bundle,
) -> None:
    own = _told(bundle, OFFICER.asks(), Item.INTELLIGENCE_REPORT)

    assert own.open
    assert own.holders == {Kind.POLICE}
    assert own.unverified


def test_checked_words_that_suffice_make_an_answer_verified_whatever_else_would_open_it(
    bundle: Bundle,
) -> None:
    own = _told(bundle, SOCIAL_WORKER.asks(), Item.SAW_RECORD)

    assert own.rules[0].id == "panlancs-interventions-use-saw-rhi"
    assert not own.unverified


def test_the_mailbox_for_interview_forms_carries_the_form_and_no_report_of_an_episode(
    bundle: Bundle,
) -> None:
    by_mailbox = COORDINATOR.asks(channel="interview-mailbox", child_says="agrees")

    assert _told(bundle, by_mailbox, Item.RHI_FULL).open
    assert not _told(bundle, by_mailbox, Item.EPISODE_STATUS).open


def test_whom_to_ask_is_said_in_the_local_words(bundle: Bundle) -> None:
    asked = bundle.ask(HOME.asks(), Item.EPISODE_DETAIL)
    elsewhere = bundle.ask(HOME.asks(host=None, responsible=None), Item.EPISODE_DETAIL)

    assert asked.label == "the BCU Missing Person Co-ordinator"
    assert asked.role is Role.POLICE_MISSING_COORDINATOR
    assert elsewhere.label == "the force's missing-person co-ordinator"


def test_police_ask_the_authoritys_lead_about_an_interview_and_others_the_social_worker(
    bundle: Bundle,
) -> None:
    assert bundle.ask(COORDINATOR.asks(), Item.RHI_FULL).role is Role.MISSING_COORDINATOR
    assert bundle.ask(HOME.asks(), Item.RHI_FULL).role is Role.ALLOCATED_WORKER


def test_the_duty_team_reads_its_own_authoritys_record_at_night(bundle: Bundle) -> None:
    assert _told(bundle, DUTY_TEAM.asks(), Item.PLACEMENT_ADDRESS).open
