"""The registers of grounds: everything that the rules open has one, and a bundle without is told so."""

from __future__ import annotations

import re
from datetime import date

import pytest

from protocols.bundle import Bundle
from protocols.checking import bundle_of, checked
from protocols.grounds import Ground, Telling, ground_for
from protocols.lawful_basis import RestsOn
from protocols.load import files_of
from protocols.ungrounded import without_ground
from records.items import Item
from records.people import Kind, Purpose, Role

BASES = "national/england/lawful_bases.toml"
CONFIDENCE = "national/england/confidentiality.toml"
SHARING = "national/england/sharing.toml"
TODAY = date(2026, 11, 24)
BEFORE_THE_DUTY = date(2026, 9, 29)


def told(
    bundle: Bundle,
    giver: Kind,
    role: Role,
    item: Item,
    purpose: Purpose = Purpose.LOCATE,
    *rests_on: RestsOn,
    on: date = TODAY,
) -> Ground:
    """The ground on which this giver tells this role that item."""
    return ground_for(
        bundle,
        Telling(
            giver=giver, role=role, purpose=purpose, item=item, on=on, rests_on=frozenset(rests_on)
        ),
    )


def test_everything_that_the_shipped_rules_open_has_a_ground(bundle: Bundle) -> None:
    assert without_ground(bundle) == ()


@pytest.mark.parametrize(
    "file, row, lacks",
    [
        (BASES, "to-the-family", "lawful basis"),
        (CONFIDENCE, "to-the-family", "ground in confidence"),
        (BASES, "relevant-person-to-relevant-person", "lawful basis"),
    ],
)
def test_a_rule_that_opens_what_no_register_has_a_ground_for_is_told_with_its_line(
    file: str, row: str, lacks: str
) -> None:
    files = files_of()
    files[file] = without_row(files[file], row)
    (first, *_) = without_ground(bundle_of(files))

    assert re.match(r"\w+(/\w+)*/sharing\.toml, line \d+: [a-z-]+", str(first))
    assert f"it opens what no register holds a {lacks} for" in str(first)
    assert "Narrow `when` or `from`" in str(first)


def test_a_new_grant_to_those_whom_no_row_serves_is_found(bundle: Bundle) -> None:
    files = files_of()
    files[BASES] = without_row(files[BASES], "to-somebody-outside")
    grant = (
        '\n[[rule]]\nid = "england-a-newspaper"\nkind = "floor"\neffect = "grant"\n'
        'items = ["trigger-plan.photo"]\n'
        'when = { role = ["media-and-public"], standing = ["reported-missing"] }\n'
        'says = "A newspaper has the photo."\ncite = { heading = "none" }\n'
    )
    files[SHARING] += grant
    faults = [str(fault) for fault in without_ground(bundle_of(files))]

    assert any("england-a-newspaper" in fault and "media-and-public" in fault for fault in faults)
    assert not any("england-a-newspaper" in str(fault) for fault in without_ground(bundle))


def without_row(text: str, row: str) -> str:
    """A register without one of its rows."""
    tables = re.split(r"(?m)^(?=\[\[)", text)
    left = [table for table in tables if f'id = "{row}"\n' not in table]
    assert len(left) == len(tables) - 1
    return "".join(left)


def test_the_duty_to_share_is_a_ground_from_its_first_day_and_not_before(bundle: Bundle) -> None:
    asked = (Kind.SOCIAL_CARE, Role.POLICE_MISSING_COORDINATOR, Item.EPISODE_STATUS)
    assert told(bundle, *asked, on=TODAY).ids == (
        "relevant-person-to-relevant-person",
        "duty-to-share",
    )
    assert told(bundle, *asked, on=BEFORE_THE_DUTY).ids == (
        "before-the-duty-to-share",
        "working-together",
    )


def test_health_data_needs_a_condition_of_article_9_and_intelligence_one_of_article_10(
    bundle: Bundle,
) -> None:
    files = files_of()
    files[BASES] = re.sub(r'(?m)^art(9|10) = ".*"\n', "", files[BASES])
    bare = bundle_of(files)
    school = (Kind.SOCIAL_CARE, Role.SOCIAL_WORKER)
    assert told(bare, *school, Item.EDUCATION_SCHOOL).basis is not None
    for item in (Item.HEALTH_NEEDS, Item.RHI_FULL, Item.INTELLIGENCE_REPORT):
        assert told(bundle, *school, item).basis is not None
        assert told(bare, *school, item).basis is None


@pytest.mark.parametrize(
    "rests_on, basis, confidence",
    [
        (RestsOn.EMERGENCY, "vital-interest", "an-emergency"),
        (RestsOn.AGREEMENT, "relevant-person-to-relevant-person", "agreement"),
        (RestsOn.RISK, "relevant-person-to-relevant-person", "risk-of-harm"),
    ],
)
def test_what_the_rule_rests_on_says_how_the_duty_of_confidence_is_met(
    bundle: Bundle, rests_on: RestsOn, basis: str, confidence: str
) -> None:
    asked = (Kind.SOCIAL_CARE, Role.POLICE_MISSING_COORDINATOR, Item.RHI_FULL)
    assert told(bundle, *asked, Purpose.LOCATE, rests_on).ids == (basis, confidence)


def test_consent_answers_a_duty_of_confidence_and_is_no_lawful_basis(bundle: Bundle) -> None:
    assert any(row.met_by.value == "consent" for row in bundle.confidentiality)
    assert not any("6(1)(a)" in row.art6 or "9(2)(a)" in row.art9 for row in bundle.lawful_bases)


def test_no_row_claims_to_be_confirmed_and_each_says_who_should(bundle: Bundle) -> None:
    for row in (*bundle.lawful_bases, *bundle.confidentiality):
        assert not row.verified
        assert row.confirm


@pytest.mark.parametrize(
    "file, was, becomes, says",
    [
        (BASES, '"health.needs"', '"health.need"', "`health.need` is not an item. Did you mean"),
        (BASES, 'id = "health-care"', 'id = "vital-interest"', "`vital-interest` stands twice"),
        (CONFIDENCE, "rests_on =", "rest_on =", "rest_on"),
        (CONFIDENCE, '"emergency"', '"urgency"', "urgency"),
        (BASES, "starts = 2026-09-30", "starts = 2026-09-30\nends = 2026-09-01", "not after `starts`"),
        (BASES, 'says = "It was needed to look', 'verified = true\nsays = "It was needed to look', "still says who"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_register_is_told_with_file_and_line(
    file: str, was: str, becomes: str, says: str
) -> None:
    files = files_of()
    assert was in files[file]
    files[file] = files[file].replace(was, becomes, 1)
    bundle, faults = checked(files)

    assert bundle is None
    assert any(
        says in str(fault) and re.match(rf"{file}, line \d+: ", str(fault)) for fault in faults
    ), [str(fault) for fault in faults]


@pytest.mark.parametrize("lacks", ['from = ["police"]', 'effect = "grant"'])
def test_only_a_grant_of_one_kind_s_records_speaks_of_one_s_own(lacks: str) -> None:
    files = files_of()
    before, id_, after = files[SHARING].partition('id = "england-own-record/police"')
    becomes = 'effect = "deny"' if "effect" in lacks else ""
    files[SHARING] = before + id_ + after.replace(lacks, becomes, 1)
    bundle, faults = checked(files)

    assert bundle is None
    assert any("own organisation's record" in str(fault) for fault in faults)
