"""Rows as Liquidlogic's reporting copy (HDM) holds them: its own column names, one struct a table.

Only the columns that were asked for come, so every column but the keys may be missing.

Source: data-to-insight/ssd-data-model, System C extract 1.4.5 (column names).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import msgspec

from adapters.reading import Wire

Key = int | str
"""HDM's keys are integers; an interface may send them as text."""


class Page(msgspec.Struct, frozen=True, rename="camel"):
    """One page of one table. ``as_of`` is when the reporting copy was last brought up to date."""

    record_type: str
    as_of: Annotated[datetime, msgspec.Meta(tz=True)]
    rows: list[msgspec.Raw]
    next_cursor: str | None = None


class Row(msgspec.Struct, frozen=True, rename="upper"):
    """A row about one person."""

    dim_person_id: Key

    def own_key(self) -> str:
        """The row's own key: the column declared after the person's."""
        return str(getattr(self, type(self).__struct_fields__[1]))


class Person(Row, frozen=True, rename="upper"):
    """DIM_PERSON."""

    duplicated_dttm: str | None = None
    duplicate_of_dim_person_id: Key | None = None
    legacy_id: Key | None = None
    nhs_number: Key | None = None
    upn: str | None = None
    forename: str | None = None
    surname: str | None = None
    gender_main_code: str | None = None
    ethnicity_main_code: str | None = None
    birth_dttm: str | None = None
    dob_estimated: str | None = None

    def own_key(self) -> str:
        return str(self.dim_person_id)


class Legal(Row, frozen=True, rename="upper"):
    """FACT_LEGAL_STATUS."""

    fact_legal_status_id: Key
    dim_lookup_lgl_status_desc: str | None = None
    start_dttm: str | None = None
    end_dttm: str | None = None


class PlacementRow(Row, frozen=True, rename="upper"):
    """FACT_CLA_PLACEMENT."""

    fact_cla_placement_id: Key
    dim_lookup_placement_type_code: str | None = None
    dim_lookup_placement_provider_code: str | None = None
    start_dttm: str | None = None
    end_dttm: str | None = None
    postcode: str | None = None


class CareEpisode(Row, frozen=True, rename="upper"):
    """FACT_CARE_EPISODES: read for what stands here of a placement: its Ofsted number, why it ceased."""

    fact_care_episodes_id: Key
    fact_cla_placement_id: Key | None = None
    ofsted_urn: str | None = None
    care_end_date: str | None = None
    care_reason_end_desc: str | None = None


class Referral(Row, frozen=True, rename="upper"):
    """FACT_REFERRALS."""

    fact_referral_id: Key
    refrl_start_dttm: str | None = None
    refrl_end_dttm: str | None = None


class EarlyHelp(Row, frozen=True, rename="upper"):
    """FACT_CAF_EPISODE, of the early help module (EHM)."""

    fact_caf_episode_id: Key
    episode_start_dttm: str | None = None
    episode_end_dttm: str | None = None


class InvolvementRow(Row, frozen=True, rename="upper"):
    """FACT_INVOLVEMENTS. ``-1`` as worker or department means none."""

    fact_involvements_id: Key
    dim_worker_id: Key | None = None
    dim_lookup_involvement_type_desc: str | None = None
    is_allocated_cw_flag: str | None = None
    start_dttm: str | None = None
    end_dttm: str | None = None


class WorkerRow(msgspec.Struct, frozen=True, rename="upper"):
    """DIM_WORKER."""

    dim_worker_id: Key
    forename: str | None = None
    surname: str | None = None
    job_title: str | None = None
    department_name: str | None = None


class Review(Row, frozen=True, rename="upper"):
    """FACT_CLA_REVIEW: a review of a looked-after child."""

    fact_cla_review_id: Key
    fact_meeting_id: Key | None = None
    meeting_dttm: str | None = None


class MeetingRow(msgspec.Struct, frozen=True, rename="upper"):
    """FACT_MEETINGS."""

    fact_meeting_id: Key
    cancelled: str | None = None


class Missing(Row, frozen=True, rename="upper"):
    """FACT_MISSING_PERSON. The interview columns hold YES, NO, NA, '' in any case, and null."""

    fact_missing_person_id: Key
    start_dttm: str | None = None
    end_dttm: str | None = None
    missing_status: str | None = None
    return_interview_offered: str | None = None
    return_interview_accepted: str | None = None
    last_updated_dttm: str | None = None


class FormAnswer(Row, frozen=True, rename="upper"):
    """FACT_FORM_ANSWERS, with the person of the form (FACT_FORMS) beside each answer."""

    fact_form_id: Key
    dim_assessment_template_id_desc: str
    answer_no: str
    answer: str | int | float | None = None
    answered_dttm: str | None = None

    def own_key(self) -> str:
        return f"{self.fact_form_id}/{self.answer_no}/{self.answered_dttm or ''}"


class HealthCheck(Row, frozen=True, rename="upper"):
    """FACT_HEALTH_CHECK."""

    fact_health_check_id: Key
    dim_lookup_event_type_desc: str | None = None
    dim_lookup_exam_status_desc: str | None = None
    start_dttm: str | None = None


class PeriodOfCare(Row, frozen=True, rename="upper"):
    """FACT_CLA: read for the immunisation flag."""

    fact_cla_id: Key
    immu_up_to_date_flag: str | None = None
    last_updated_dttm: str | None = None


class Touched(Row, frozen=True, rename="upper"):
    """A row of a list of what has changed: whose it is, and whether they were merged into another."""

    duplicated_dttm: str | None = None


class Disability(Row, frozen=True, rename="upper"):
    """FACT_DISABILITY."""

    fact_disability_id: Key
    dim_lookup_disab_code: str | None = None


class ImmigrationStatus(Row, frozen=True, rename="upper"):
    """FACT_IMMIGRATION_STATUS."""

    fact_immigration_status_id: Key
    dim_lookup_immgr_status_code: str | None = None
    end_dttm: str | None = None


class PlanSummary(Row, frozen=True, rename="upper"):
    """FACT_CARE_PLAN_SUMMARY: care plans and child in need plans, told apart by their type."""

    fact_care_plan_summary_id: Key
    dim_lookup_plan_type_code: str | None = None
    dim_lookup_plan_status_id_code: str | None = None
    start_dttm: str | None = None
    end_dttm: str | None = None


PAGE: Final = Wire(Page, what="page of records")
DISABILITY: Final = Wire(Disability, what="disability")
IMMIGRATION_STATUS: Final = Wire(ImmigrationStatus, what="immigration status")
PLAN_SUMMARY: Final = Wire(PlanSummary, what="care plan")
PERSON: Final = Wire(Person, what="person")
LEGAL: Final = Wire(Legal, what="legal status")
PLACEMENT: Final = Wire(PlacementRow, what="placement")
CARE_EPISODE: Final = Wire(CareEpisode, what="care episode")
REFERRAL: Final = Wire(Referral, what="referral")
EARLY_HELP: Final = Wire(EarlyHelp, what="early help episode")
INVOLVEMENT: Final = Wire(InvolvementRow, what="involvement")
WORKER: Final = Wire(WorkerRow, what="worker")
REVIEW: Final = Wire(Review, what="review of a looked-after child")
MEETING: Final = Wire(MeetingRow, what="meeting")
MISSING: Final = Wire(Missing, what="missing episode")
FORM_ANSWER: Final = Wire(FormAnswer, what="form answer")
HEALTH_CHECK: Final = Wire(HealthCheck, what="health check")
PERIOD_OF_CARE: Final = Wire(PeriodOfCare, what="period of care")
TOUCHED: Final = Wire(Touched, what="changed row")
