"""A national service that answers people: each by their own sign-in, and nobody by another's."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest

from adapters.health import Cpis, Pds, connect
from adapters.health.role import role_asked_in
from adapters.health.simulator import CpisSimulator, PdsSimulator, patient
from gateway.http import PooledHttp
from records.errors import NeedsExplicitAction, NeedsSignIn, SourceRefused
from records.identifiers import LocalId, NHSNumber
from records.items import Item
from records.people import Purpose
from records.sign_in import SignIn, carried, carrying
from records.source import Answered, Question, Source

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
NUMBER = NHSNumber("9990000018")


@pytest.fixture(scope="module")
def cpis_there() -> Iterator[CpisSimulator]:
    with CpisSimulator(users_only=True) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def pds_there() -> Iterator[PdsSimulator]:
    with PdsSimulator(users_only=True) as simulator:
        yield simulator


@pytest.fixture
def register(cpis_there: CpisSimulator) -> CpisSimulator:
    cpis_there.begins_anew()
    cpis_there.plan(NUMBER.digits, "Child protection plan", "Lancashire County Council")
    cpis_there.authority.assertions.clear()
    return cpis_there


@pytest.fixture
def spine(pds_there: PdsSimulator) -> PdsSimulator:
    pds_there.begins_anew()
    pds_there.holds(
        patient(
            NUMBER.digits,
            given="Robin",
            family="Ashworth",
            born="2011-05-03",
            nhs_number=NUMBER.digits,
        )
    )
    return pds_there


@pytest.fixture
async def http() -> AsyncIterator[PooledHttp]:
    async with PooledHttp() as opened:
        yield opened


@pytest.fixture
def cpis(register: CpisSimulator, http: PooledHttp) -> Cpis:
    source = connect("cp-is", http, register.config())
    assert isinstance(source, Cpis)
    return source


@pytest.fixture
def pds(spine: PdsSimulator, http: PooledHttp) -> Pds:
    source = connect("pds", http, spine.config())
    assert isinstance(source, Pds)
    return source


async def asks(source: Source, by: SignIn | None, *items: Item, explicit: bool = True) -> Answered:
    question = Question(
        subject=LocalId(source.name, NUMBER.digits),
        items=frozenset(items),
        purpose=Purpose.SAFEGUARD,
        asked_for="RXX02",
        request_ref="3f0c7a52-0f0e-4a55-8f4f-0f1f2d3c4b5a",
        now=NOW,
        explicit=explicit,
    )
    with carrying(by):
        return await source.records(question)


async def test_the_register_sees_whose_look_it_was(register: CpisSimulator, cpis: Cpis) -> None:
    for who in ("nurse-one", "nurse-two", "nurse-one"):
        token = SignIn(register.authority.signs_in(who))
        assert (await asks(cpis, token, Item.CASE_STATUS)).records
    assert register.by == ["nurse-one", "nurse-two", "nurse-one"]


async def test_without_a_sign_in_nothing_is_sent_at_all(
    register: CpisSimulator, cpis: Cpis
) -> None:
    with pytest.raises(NeedsSignIn, match="no sign-in came"):
        await asks(cpis, None, Item.CASE_STATUS)
    assert register.asked == []
    assert register.authority.assertions == []


async def test_a_sign_in_that_is_not_accepted_is_no_look_at_the_child(
    register: CpisSimulator, cpis: Cpis
) -> None:
    with pytest.raises(NeedsSignIn, match="Sign in again") as refused:
        await asks(cpis, SignIn("an-old-one"), Item.CASE_STATUS)
    assert register.looks == []
    assert "an-old-one" not in str(refused.value)


async def test_a_sign_in_does_not_stand_for_meaning_it(register: CpisSimulator, cpis: Cpis) -> None:
    token = SignIn(register.authority.signs_in("nurse-one"))
    with pytest.raises(NeedsExplicitAction):
        await asks(cpis, token, Item.CASE_STATUS, explicit=False)
    assert register.asked == []


async def test_one_sign_in_is_exchanged_once_while_its_token_lasts(
    register: CpisSimulator, cpis: Cpis
) -> None:
    token = SignIn(register.authority.signs_in("nurse-one"))
    for _ in range(3):
        await asks(cpis, token, Item.CASE_STATUS)
    assert len(register.authority.assertions) == 1


async def test_a_token_that_was_refused_is_forgotten_and_the_look_is_not_repeated(
    register: CpisSimulator, cpis: Cpis
) -> None:
    token = SignIn(register.authority.signs_in("nurse-one"))
    await asks(cpis, token, Item.CASE_STATUS)
    register.authority.forgets_tokens()
    register.forgets_what_it_was_asked()
    with pytest.raises(SourceRefused):
        await asks(cpis, token, Item.CASE_STATUS)
    assert len(register.asked) == 1
    assert (await asks(cpis, token, Item.CASE_STATUS)).records


async def test_pds_answers_the_person_too(spine: PdsSimulator, pds: Pds) -> None:
    token = SignIn(spine.authority.signs_in("nurse-one"))
    assert (await asks(pds, token, Item.IDENTITY_CORE)).records
    with carrying(token):
        (known,) = await pds.trace(NUMBER)
    assert known.nhs_number == NUMBER
    assert spine.by == ["nurse-one", "nurse-one"]


async def test_pds_is_told_the_role_in_which_the_person_signed_in(
    spine: PdsSimulator, pds: Pds
) -> None:
    token = SignIn(spine.authority.signs_in("nurse-two", "111", "222", chosen="222"))
    assert (await asks(pds, token, Item.IDENTITY_CORE)).records
    (asked,) = (one for one in spine.asked if one.path.startswith("/personal"))
    assert asked.headers["nhsd-session-urid"] == "222"


async def test_of_a_person_with_one_role_none_need_be_named(spine: PdsSimulator, pds: Pds) -> None:
    token = SignIn(spine.authority.signs_in("nurse-one", "111"))
    assert (await asks(pds, token, Item.IDENTITY_CORE)).records
    assert not any("nhsd-session-urid" in one.headers for one in spine.asked)


@pytest.mark.parametrize("chosen", [None, "333"])
async def test_whose_role_pds_does_not_know_or_take_is_told_to_sign_in_with_one(
    spine: PdsSimulator, pds: Pds, chosen: str | None
) -> None:
    token = SignIn(spine.authority.signs_in("nurse-two", "111", "222", chosen=chosen))
    with pytest.raises(NeedsSignIn, match="choose the role"):
        await asks(pds, token, Item.IDENTITY_CORE)


@pytest.mark.parametrize(
    "claims",
    [b"{", b"[]", b'{"selected_roleid": 7}', b'{"selected_roleid": "7\\r\\nx: y"}', b"\xff"],
)
def test_a_sign_in_that_names_no_usable_role_names_none(claims: bytes) -> None:
    for token in (f"a.{urlsafe_b64encode(claims).decode()}.c", "a.%.c", "no-token"):
        with carrying(SignIn(token)):
            assert role_asked_in() is None


async def test_an_application_names_no_role(http: PooledHttp) -> None:
    with PdsSimulator() as simulator:
        simulator.holds(
            patient(
                NUMBER.digits,
                given="Robin",
                family="Ashworth",
                born="2011-05-03",
                nhs_number=NUMBER.digits,
            )
        )
        source = connect("pds", http, simulator.config())
        named = SignIn(simulator.authority.signs_in("nurse-two", "111", chosen="111"))
        assert (await asks(source, named, Item.IDENTITY_CORE)).records
        assert not any("nhsd-session-urid" in one.headers for one in simulator.asked)


async def test_without_a_person_pds_traces_nobody(spine: PdsSimulator, pds: Pds) -> None:
    with pytest.raises(NeedsSignIn):
        await pds.trace(NUMBER)
    assert spine.asked == []


async def test_a_service_for_people_refuses_an_application(
    spine: PdsSimulator, http: PooledHttp
) -> None:
    source = connect("pds", http, spine.config(access="application-restricted"))
    with pytest.raises(SourceRefused):
        await asks(source, None, Item.IDENTITY_CORE)


def test_a_sign_in_is_not_printed_and_ends_with_its_question() -> None:
    assert "secret" not in repr(SignIn("secret"))
    with carrying(SignIn("secret")):
        assert carried() is not None
        with carrying(None):
            assert carried() is None
    assert carried() is None
