"""The vocabulary is closed and whole."""

from datetime import date, timedelta

import pytest

from protocols.bundle import Bundle
from protocols.condition import Clause, Condition, together
from protocols.protocol import Use
from protocols.status import (
    _OF_USE,
    Verdict,
    admit_grade,
    admit_term,
    defined,
    first_grade,
    flags,
    may_lower,
    participation,
    who_decides,
)
from protocols.vocabulary import (
    ASKER,
    NOTHING_RECORDED,
    SHAPES,
    UNKNOWN,
    Fact,
    Form,
    Known,
    fits,
)


def test_every_fact_has_a_shape() -> None:
    assert SHAPES.keys() == set(Fact)
    for fact, shape in SHAPES.items():
        assert bool(shape.values) is (shape.form in {Form.CHOICE, Form.SET}), fact
        assert bool(shape.below) is (shape.form is Form.NUMBER), fact


def test_what_an_empty_register_says_is_a_value_that_the_fact_can_have() -> None:
    for fact, value in NOTHING_RECORDED.items():
        assert fits(fact, value), fact


def test_nothing_about_the_child_may_be_spoken_of_and_everything_about_the_asker_may() -> None:
    assert all(SHAPES[fact].tell for fact in ASKER)
    for fact in (Fact.CHILD_SAYS, Fact.PR_CONTACT_UNSAFE, Fact.AT_RISK, Fact.LEGAL_STATUS):
        assert not SHAPES[fact].tell


@pytest.mark.parametrize(
    "fact, value",
    [
        (Fact.AGE, 26),
        (Fact.AGE, -1),
        (Fact.AGE, True),
        (Fact.LOOKED_AFTER, "yes"),
        (Fact.LOOKED_AFTER, 1),
        (Fact.CHILD_SAYS, "maybe"),
        (Fact.ON_PLAN, frozenset({"no-such-plan"})),
        (Fact.ON_PLAN, "care"),
        (Fact.AUTHORITY, ""),
    ],
)
def test_a_value_that_a_fact_cannot_have_does_not_fit(fact: Fact, value: Known) -> None:
    assert value is not UNKNOWN
    assert not fits(fact, value)


@pytest.mark.parametrize(
    "value, wanted, unwanted",
    [("agrees", True, False), ("refuses", False, True), (UNKNOWN, None, None)],
)
def test_a_condition_holds_fails_or_is_not_known(
    value: Known, wanted: object, unwanted: object
) -> None:
    words = frozenset({"agrees"})

    assert Condition(Fact.CHILD_SAYS, words).outcome(value) is wanted
    assert Condition(Fact.CHILD_SAYS, words, negated=True).outcome(value) is unwanted


def test_what_holds_of_every_value_holds_of_an_unknown_one() -> None:
    either = Condition(Fact.LOOKED_AFTER, frozenset({True, False}))

    assert either.outcome(UNKNOWN) is True
    assert (
        Condition(Fact.LOOKED_AFTER, frozenset({True, False}), negated=True).outcome(UNKNOWN)
        is False
    )


def test_a_set_meets_a_condition_with_one_member() -> None:
    condition = Condition(Fact.ON_PLAN, frozenset({"care", "pathway"}))

    assert condition.outcome(frozenset({"care", "child-in-need"})) is True
    assert condition.outcome(frozenset()) is False


def test_one_clause_that_holds_is_enough_and_doubt_is_not() -> None:
    in_care = Clause((Condition(Fact.LOOKED_AFTER, frozenset({True})),))
    young = Clause((Condition(Fact.AGE, frozenset(range(10))),))

    assert together((in_care, young), {Fact.LOOKED_AFTER: True}) is True
    assert together((in_care, young), {Fact.LOOKED_AFTER: False}) is None
    assert together((in_care, young), {Fact.LOOKED_AFTER: False, Fact.AGE: 12}) is False


def test_a_condition_reads_as_a_rule_file_would_say_it() -> None:
    assert str(Condition(Fact.LOOKED_AFTER, frozenset({True}))) == "looked_after is yes"
    assert (
        str(Condition(Fact.RISK_GRADE, frozenset({"high", "low"}), negated=True))
        == "risk_grade is not high, low"
    )


def test_t17_a_first_record_graded_low_is_refused_and_medium_is_not(bundle: Bundle) -> None:
    lancashire = bundle.protocols["pan-lancashire"]

    refused = admit_grade(lancashire, "low", {})

    assert refused.verdict is Verdict.REFUSED
    assert refused.rule is not None
    assert refused.rule.heading == "5.3.2 Risk Assessment"
    assert admit_grade(lancashire, "medium", {}).verdict is Verdict.ADMITTED


def test_a_protocol_without_a_first_grade_or_ranks_names_none(bundle: Bundle) -> None:
    lancashire = bundle.protocols["pan-lancashire"]

    assert first_grade(lancashire, {}) is None
    assert (
        may_lower(lancashire, "inspector", reason_recorded=True, facts={}).verdict
        is Verdict.NOT_DEFINED
    )
    assert who_decides(lancashire, {}) == ()


def test_a_word_that_the_protocol_does_not_know_is_kept_as_sent(bundle: Bundle) -> None:
    assert admit_term(bundle.protocols["pan-lancashire"], "awol").verdict is Verdict.NOT_DEFINED
    assert admit_grade(bundle.protocols["england"], "low", {}).verdict is Verdict.NOT_DEFINED


def test_t08_three_reports_in_90_days_make_a_frequent_missing_child(bundle: Bundle) -> None:
    reported = [date(2026, 1, 5), date(2026, 2, 14), date(2026, 3, 27)]

    found = {
        f.flag: f.episodes
        for f in flags(bundle.protocols["pan-lancashire"], reported, date(2026, 3, 27))
    }

    assert found == {"frequent-missing": 3, "repeat-missing": 3}


def test_reports_after_the_day_do_not_count(bundle: Bundle) -> None:
    day = date(2026, 3, 27)
    reported = [day, day + timedelta(days=1), day + timedelta(days=2)]

    assert flags(bundle.protocols["pan-lancashire"], reported, day) == ()


def test_a_definition_that_turns_on_something_not_known_is_neither_met_nor_unmet(
    bundle: Bundle,
) -> None:
    lancashire = bundle.protocols["pan-lancashire"]

    assert defined(lancashire, "looked-after", {}).met is None
    assert defined(lancashire, "looked-after", {Fact.LEGAL_STATUS: "none"}).met is False
    assert defined(lancashire, "no-such-definition", {}).rule is None


def test_where_it_is_not_known_whether_a_child_is_open_agreement_may_be_needed(
    bundle: Bundle,
) -> None:
    [needed] = participation(bundle.protocols["pan-lancashire"], {Fact.LOOKED_AFTER: False})

    assert not needed.certain
    assert needed.if_refused is not None


def test_the_register_of_lawful_bases_never_rests_on_consent_and_says_it_is_unverified(
    bundle: Bundle,
) -> None:
    assert bundle.lawful_bases
    assert not any("6(1)(a)" in row.art6 for row in bundle.lawful_bases)
    assert not any(row.verified for row in bundle.lawful_bases)


def test_a_word_of_restricted_use_is_neither_admitted_nor_refused(bundle: Bundle) -> None:
    lancashire = bundle.protocols["pan-lancashire"]

    assert admit_term(lancashire, "risk_low").verdict is Verdict.RESTRICTED
    assert admit_term(lancashire, "risk_standard").verdict is Verdict.REFUSED
    assert _OF_USE.keys() == set(Use)
