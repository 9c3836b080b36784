"""The list of rules that people check us by: whole, honest about what is unverified, and tested."""

from datetime import date

import pytest

from protocols.bundle import Bundle
from protocols.listing import rules_listing
from protocols.load import exercised, load_bundle
from tests.exercised import lists, text


def test_the_lists_of_tests_are_as_committed() -> None:
    for file, rules in lists().items():
        assert file.read_text("utf-8") == text(rules), "run `python -m tests.exercised`"


@pytest.mark.parametrize("protocol", sorted(load_bundle().protocols))
def test_every_rule_is_listed_once_with_its_treatment_paragraph_and_tests(
    bundle: Bundle, protocol: str
) -> None:
    listed = [r for r in rules_listing(bundle, exercised()) if r["protocol"] == protocol]

    assert len({rule["id"] for rule in listed}) == len(listed)
    assert {r.catalogue_id for r in bundle.rules if r.ref.protocol == protocol} <= {
        rule["id"] for rule in listed
    }
    for rule in listed:
        assert rule["treatment"]
        assert rule["citation"]
        assert rule["tests"], f"{rule['id']} is carried by name only"


def test_what_was_not_checked_against_its_text_says_so(bundle: Bundle) -> None:
    listed = {rule["id"]: rule for rule in rules_listing(bundle)}

    assert listed["england-own-record"]["verified"] is False
    assert listed["panlancs-rhi-withhold-placement"]["verified"] is True


def test_the_treatment_tells_what_is_opened_and_what_is_withheld(bundle: Bundle) -> None:
    listed = {rule["id"]: rule["treatment"] for rule in rules_listing(bundle)}

    assert listed["panlancs-trigger-plan-credentials"] == (
        "consent engine: withholds trigger-plan.credentials; "
        "consent engine: opens trigger-plan.credentials"
    )
    assert listed["panlancs-absent-forbidden"] == "status: refuses the word absent"
    assert listed["england-protected-person"] == ("consent engine: closes for good every item")


def test_what_opens_names_its_grounds_and_what_closes_has_none(bundle: Bundle) -> None:
    listed = {rule["id"]: rule["grounds"] for rule in rules_listing(bundle, on=date(2026, 11, 24))}

    assert {"lawful_basis": "vital-interest", "confidentiality": "an-emergency"} in listed[
        "england-vital-interest"
    ]
    assert listed["panlancs-rhi-withhold-placement"] == []
    assert not any(None in ground.values() for grounds in listed.values() for ground in grounds)


def test_the_grounds_of_a_day_are_those_of_the_registers_on_that_day(bundle: Bundle) -> None:
    def bases(on: date) -> set[str | None]:
        listed = rules_listing(bundle, on=on)
        return {ground["lawful_basis"] for rule in listed for ground in rule["grounds"]}

    before, after = bases(date(2026, 9, 29)), bases(date(2026, 9, 30))
    assert "before-the-duty-to-share" in before - after
    assert "relevant-person-to-relevant-person" in after - before
