"""Which tables and columns answer which items: no other column is ever asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from adapters.liquidlogic.settings import InterviewForm, Settings
from records.items import Item

SDQ_TEMPLATE: Final = "Strengths and Difficulties Questionnaire%"
SDQ_SCORE: Final = "SDQScore"
SDQ: Final = "questionnaire"
INTERVIEW: Final = "interview"
INTERVIEW_HELD: Final = "interview-held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One table to be asked for some of its columns. ``where`` narrows the rows further.

    ``name`` tells two asks of one table apart.
    """

    table: str
    columns: tuple[str, ...]
    where: tuple[tuple[str, str], ...] = ()
    name: str = ""

    def __post_init__(self) -> None:
        """Name it for its table unless it has a name."""
        if not self.name:
            object.__setattr__(self, "name", self.table)


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    keys: tuple[str, ...]
    columns: Mapping[Item, tuple[str, ...]]


_PERIOD: Final = ("START_DTTM", "END_DTTM")
_NONE: Final[tuple[str, ...]] = ()

# DIM_PERSON is asked every time, for its key alone if need be: it tells a child with nothing
# recorded from one whose record was merged into another.
_PERSON: Final = _Table(
    "DIM_PERSON",
    ("DIM_PERSON_ID", "DUPLICATED_DTTM", "DUPLICATE_OF_DIM_PERSON_ID"),
    {
        Item.IDENTITY_EXISTS: _NONE,
        Item.IDENTITY_CORE: (
            "FORENAME",
            "SURNAME",
            "GENDER_MAIN_CODE",
            "BIRTH_DTTM",
            "DOB_ESTIMATED",
        ),
        Item.IDENTITY_NUMBERS: ("LEGACY_ID", "NHS_NUMBER", "UPN"),
        Item.IDENTITY_SPECIAL: ("ETHNICITY_MAIN_CODE",),
    },
)
# History is whole episodes, so it needs no column of its own.
_EPISODE: Final = frozenset({Item.EPISODE_EXISTS, Item.EPISODE_STATUS, Item.EPISODE_HISTORY})
_ACCEPTED: Final = ("RETURN_INTERVIEW_OFFERED", "RETURN_INTERVIEW_ACCEPTED")
_FORM_KEYS: Final = (
    "FACT_FORM_ID",
    "DIM_PERSON_ID",
    "DIM_ASSESSMENT_TEMPLATE_ID_DESC",
    "ANSWER_NO",
)
FORM_COLUMNS: Final = (*_FORM_KEYS, "ANSWER", "ANSWERED_DTTM")
_LCS: Final = (
    _Table(
        "FACT_DISABILITY",
        ("FACT_DISABILITY_ID", "DIM_PERSON_ID"),
        {Item.IDENTITY_SPECIAL: ("DIM_LOOKUP_DISAB_CODE",)},
    ),
    _Table(
        "FACT_IMMIGRATION_STATUS",
        ("FACT_IMMIGRATION_STATUS_ID", "DIM_PERSON_ID"),
        {Item.IDENTITY_SPECIAL: ("DIM_LOOKUP_IMMGR_STATUS_CODE", "END_DTTM")},
    ),
    _Table(
        "FACT_LEGAL_STATUS",
        ("FACT_LEGAL_STATUS_ID", "DIM_PERSON_ID"),
        {
            Item.LEGAL_EXISTS: _NONE,
            Item.LEGAL_STATUS: ("DIM_LOOKUP_LGL_STATUS_DESC", *_PERIOD),
        },
    ),
    _Table(
        "FACT_CLA_PLACEMENT",
        ("FACT_CLA_PLACEMENT_ID", "DIM_PERSON_ID"),
        {
            Item.PLACEMENT_EXISTS: _NONE,
            Item.PLACEMENT_DETAIL: (
                "DIM_LOOKUP_PLACEMENT_TYPE_CODE",
                "DIM_LOOKUP_PLACEMENT_PROVIDER_CODE",
                *_PERIOD,
            ),
            Item.PLACEMENT_ADDRESS: ("POSTCODE",),
        },
    ),
    _Table(
        "FACT_CARE_EPISODES",
        ("FACT_CARE_EPISODES_ID", "DIM_PERSON_ID"),
        {
            Item.PLACEMENT_DETAIL: (
                "FACT_CLA_PLACEMENT_ID",
                "OFSTED_URN",
                "CARE_END_DATE",
                "CARE_REASON_END_DESC",
            )
        },
    ),
    _Table(
        "FACT_REFERRALS",
        ("FACT_REFERRAL_ID", "DIM_PERSON_ID"),
        {Item.CASE_EXISTS: _NONE, Item.CASE_STATUS: ("REFRL_START_DTTM", "REFRL_END_DTTM")},
    ),
    _Table(
        "FACT_INVOLVEMENTS",
        ("FACT_INVOLVEMENTS_ID", "DIM_PERSON_ID"),
        {
            Item.CASE_WORKER: (
                "DIM_WORKER_ID",
                "DIM_LOOKUP_INVOLVEMENT_TYPE_DESC",
                "IS_ALLOCATED_CW_FLAG",
                *_PERIOD,
            )
        },
    ),
    _Table(
        "FACT_HEALTH_CHECK",
        ("FACT_HEALTH_CHECK_ID", "DIM_PERSON_ID"),
        {
            Item.HEALTH_EXISTS: _NONE,
            Item.HEALTH_ASSESSMENT: (
                "DIM_LOOKUP_EVENT_TYPE_DESC",
                "DIM_LOOKUP_EXAM_STATUS_DESC",
                "START_DTTM",
            ),
        },
    ),
    _Table(
        "FACT_CLA",
        ("FACT_CLA_ID", "DIM_PERSON_ID"),
        {Item.HEALTH_ASSESSMENT: ("IMMU_UP_TO_DATE_FLAG", "LAST_UPDATED_DTTM")},
    ),
)
_EHM: Final = (
    _Table(
        "FACT_CAF_EPISODE",
        ("FACT_CAF_EPISODE_ID", "DIM_PERSON_ID"),
        {Item.CASE_EXISTS: _NONE, Item.CASE_STATUS: ("EPISODE_START_DTTM", "EPISODE_END_DTTM")},
    ),
)

DIM_WORKER: Final = Ask(
    table="DIM_WORKER",
    columns=("DIM_WORKER_ID", "FORENAME", "SURNAME", "JOB_TITLE", "DEPARTMENT_NAME"),
)


def supplies(settings: Settings) -> frozenset[Item]:
    """The items that this council's Liquidlogic can supply."""
    found = {item for table in (_PERSON, *_families(settings)) for item in table.columns}
    found |= _EPISODE | {Item.RHI_EXISTS, Item.RHI_OFFER}
    if settings.interview_form is not None:
        found |= set(answers(settings.interview_form))
    return frozenset(found)


def answers(form: InterviewForm) -> Mapping[Item, tuple[str, ...]]:
    """The form's answers by the item that each belongs to; items it does not ask are absent."""
    one = {
        Item.RHI_SAFEGUARDING: form.safeguarding,
        Item.RHI_SAFEGUARDING_PROVIDER: form.safeguarding_provider,
        Item.RHI_NEEDS: form.needs,
        Item.RHI_SYNOPSIS: form.synopsis,
        Item.RHI_FULL: form.account,
        Item.RHI_SENSITIVE: form.sensitive,
    }
    held = (form.held, form.held_by) if form.held_by else (form.held,)
    return {Item.RHI_CONFIRMATION: held} | {
        item: (answer,) for item, answer in one.items() if answer
    }


def asks(items: frozenset[Item], settings: Settings) -> tuple[Ask, ...]:
    """What to ask for these items, each table at most once but for forms."""
    found = [_ask(_PERSON, items)]
    found += [_ask(table, items) for table in _families(settings) if items & table.columns.keys()]
    found += _missing(items, settings.interview_form)
    if items & {Item.HEALTH_ASSESSMENT}:
        found.append(form_ask(SDQ, SDQ_TEMPLATE, (SDQ_SCORE,)))
    if settings.interview_form is not None:
        found += _interview(items, settings.interview_form)
    return tuple(found)


def _families(settings: Settings) -> tuple[_Table, ...]:
    return _LCS + (_EHM if settings.early_help else ())


def _ask(table: _Table, items: frozenset[Item]) -> Ask:
    wanted = [
        column for item, columns in table.columns.items() if item in items for column in columns
    ]
    return Ask(table=table.name, columns=(*table.keys, *dict.fromkeys(wanted)))


def _missing(items: frozenset[Item], form: InterviewForm | None) -> list[Ask]:
    # That an interview exists is told by its form; only a council whose forms are not mapped
    # is asked for the offer instead.
    offers = Item.RHI_OFFER in items or (form is None and Item.RHI_EXISTS in items)
    if not offers and not items & _EPISODE:
        return []
    columns = ["FACT_MISSING_PERSON_ID", "DIM_PERSON_ID"]
    if Item.EPISODE_STATUS in items:
        columns += [*_PERIOD, "MISSING_STATUS"]
    if offers:
        columns += _ACCEPTED
    return [Ask(table="FACT_MISSING_PERSON", columns=tuple(columns))]


def _interview(items: frozenset[Item], form: InterviewForm) -> list[Ask]:
    known = answers(form)
    wanted = [answer for item in known if item in items for answer in known[item]]
    if form.episode is not None and Item.RHI_OFFER in items:
        wanted.append(form.episode)
    found = [form_ask(INTERVIEW, form.template, tuple(wanted))] if wanted else []
    if Item.RHI_EXISTS in items and form.held not in wanted:
        # That the interview was held is its existence; when it was held is not asked.
        found.append(form_ask(INTERVIEW_HELD, form.template, (form.held,), _FORM_KEYS))
    return found


def form_ask(
    name: str, template: str, numbers: tuple[str, ...], columns: tuple[str, ...] = FORM_COLUMNS
) -> Ask:
    """Some answers of one form."""
    return Ask(
        name=name,
        table="FACT_FORM_ANSWERS",
        columns=columns,
        where=(
            ("DIM_ASSESSMENT_TEMPLATE_ID_DESC", template),
            *(("ANSWER_NO", number) for number in numbers),
        ),
    )
