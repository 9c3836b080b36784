"""A record keeps no part that is not permitted."""

from datetime import UTC, datetime

from records.interview import InterviewAccount, InterviewHeld, ReturnInterview
from records.items import Item
from records.people import KIND_OF, Kind, Role
from records.record import Provenance, only
from records.trigger_plan import Credential

NOW = datetime(2026, 1, 15, 14, tzinfo=UTC)


def interview() -> ReturnInterview:
    return ReturnInterview(
        ref="i-1",
        provenance=Provenance(source="mosaic", system="Mosaic", as_of=NOW),
        confirmation=InterviewHeld(held_at=NOW, held_by="Awaken"),
        account=InterviewAccount(account="what was said"),
    )


def test_only_permitted_parts_are_left() -> None:
    left = only(interview(), frozenset({Item.RHI_CONFIRMATION}))
    assert left.account is None
    assert left.confirmation == InterviewHeld(held_at=NOW, held_by="Awaken")


def test_a_record_that_is_wholly_permitted_is_the_same_record() -> None:
    held = interview()
    assert only(held, frozenset({Item.RHI_CONFIRMATION, Item.RHI_FULL})) is held


def test_every_role_has_a_kind_of_organisation() -> None:
    assert KIND_OF.keys() == set(Role)
    assert KIND_OF[Role.REGISTERED_MANAGER] is Kind.PLACEMENT
    assert KIND_OF[Role.POLICE_COMMUNITY_SUPPORT] is Kind.POLICE
    assert set(KIND_OF.values()) == set(Kind)


def test_a_password_never_prints() -> None:
    shown = repr(Credential(platform="a", username="b-user", password="c-word"))
    assert "b-user" not in shown
    assert "c-word" not in shown
