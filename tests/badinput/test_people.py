"""Names, numbers and the rest of a person as systems hold them: carried, or left out and said."""

from typing import Any

import pytest

from adapters.caredirector.simulator import CareDirectorSimulator
from adapters.harmless import as_sent
from adapters.liquidlogic.simulator import LiquidlogicSimulator
from adapters.mosaic.simulator import MosaicSimulator
from gateway.http import PooledHttp
from records.child import Involvement, Placement, Sex
from records.episode import EpisodeState
from records.identifiers import NHSNumber
from records.items import Item
from tests.badinput.holders import (
    EPISODE,
    NUMBER,
    PERSON,
    Holder,
    HoldsEpisodes,
    asked,
    codes,
    cores,
    numbers,
    statuses,
)

PEOPLE = ("liquidlogic", "mosaic", "caredirector", "connect", "niche", "compact", "provider", "pds")
LOCAL = ("liquidlogic", "mosaic", "caredirector", "connect", "niche", "compact", "provider")
EPISODES = ("liquidlogic", "mosaic", "caredirector", "connect", "niche", "compact")

# As it is shown, and what is said of it. Shown as None: as sent.
NAMES: dict[str, tuple[str, str | None, str | None]] = {
    "43 three hundred marks on one letter": ("R" + "\u0336" * 300, None, "marks-piled-up"),
    "44 composed": ("Zo\u00e9", None, None),
    "44 decomposed": ("Zoe\u0301", None, None),
    "45 Hebrew": ("\u05e8\u05d5\u05d1\u05d9\u05df", None, None),
    "45 Arabic": ("\u0631\u064f\u0648\u0628\u0650\u0646", None, None),
    "45 a direction overridden": ("\u202enosirp", "⟦U+202E⟧nosirp", "text-made-visible"),
    "45 an isolate never closed": ("Ash\u2067worth", "Ash⟦U+2067⟧worth", "text-made-visible"),
    "46 emoji with joiners": ("\U0001f469\u200d\U0001f469\u200d\U0001f467", None, None),
    "47 NUL": ("Ash\0worth", "Ash⟦U+0000⟧worth", "text-made-visible"),
    "47 an ANSI escape": ("\x1b[31mAsh", "⟦U+001B⟧[31mAsh", "text-made-visible"),
    "47 a bell": ("Ash\x07", "Ash⟦U+0007⟧", "text-made-visible"),
    "47 a line end in the middle": ("Ash\r\nBcc: x", None, None),
    "47 a carriage return alone": ("Ash\rworth", "Ash⟦U+000D⟧worth", "text-made-visible"),
    "49 a Greek letter that looks Latin": ("\u0391shworth", None, None),
    "50 garbled before it came": ("ZoÃ©", None, None),
    "51 nothing that can be seen": ("\u200b\u2060", None, "text-looks-empty"),
    "52 one letter": ("A", None, None),
    "52 the word Null": ("Null", None, None),
    "52 the word Test": ("Test", None, None),
    "52 two thousand letters": ("A" * 2000, None, None),
    "53 a formula": ('=HYPERLINK("http://x")', None, None),
    "54 a script": ("<script>alert(1)</script>", None, None),
    "54 a template": ("{{7*7}} ${7*7} #{7*7}", None, None),
    "54 a query": ("'; DROP TABLE child; --", None, None),
    "54 a look-up": ("${jndi:ldap://x/a}", None, None),
    "55 an apostrophe": ("O'Connor", None, None),
    "55 a curled apostrophe": ("O\u2019Connor", None, None),
    "55 two surnames": ("Ashworth-O'Connor Smith", None, None),
}


@pytest.mark.parametrize("holder", PEOPLE, indirect=True, ids=str)
@pytest.mark.parametrize("kind", NAMES)
async def test_a_name_is_carried_and_harms_nobody(
    holder: Holder, kind: str, http: PooledHttp
) -> None:
    sent, shown, code = NAMES[kind]
    holder.person(family=sent, born="2011-05-03")
    told = await asked(holder, http, *PERSON)
    [core] = cores(told)
    assert core.family_name == (shown or sent)
    assert as_sent(core.family_name) == sent
    assert core.given_names == ("Robin",)
    assert codes(told) == ({code} if code else set())
    assert sent not in repr([note for record in told.records for note in record.notes])
    core.family_name.encode()


@pytest.mark.parametrize("holder", PEOPLE, indirect=True, ids=str)
@pytest.mark.parametrize("blank", ["", " ", "\u00a0\u00a0", "\t\n"])
async def test_52_a_name_of_nothing_is_none(holder: Holder, blank: str, http: PooledHttp) -> None:
    holder.person(family=blank, born="2011-05-03")
    [core] = cores(await asked(holder, http, *PERSON))
    assert core.family_name is None
    assert core.given_names == ("Robin",)


@pytest.mark.parametrize("holder", LOCAL, indirect=True, ids=str)
async def test_52_a_name_of_a_megabyte_is_carried(holder: Holder, http: PooledHttp) -> None:
    holder.person(family="A" * (1 << 20), born="2011-05-03")
    [core] = cores(await asked(holder, http, *PERSON))
    assert core.family_name == "A" * (1 << 20)


async def test_55_a_name_in_one_field_is_not_taken_apart(
    holders: dict[str, Holder], http: PooledHttp
) -> None:
    provider = holders["provider"]
    provider.begins_anew()
    whole = {"resourceType": "Patient", "id": provider.subject, "name": [{"text": "Robin van Ash"}]}
    provider.simulator.keeps(whole)  # type: ignore[attr-defined]
    told = await asked(provider, http, *PERSON)
    [core] = cores(told)
    assert (core.given_names, core.family_name) == ((), "Robin van Ash")
    assert codes(told) == {"name-in-one-field"}


NOBODYS: dict[str, str] = {
    "41 a wrong check digit": "9990000019",
    "41 a number that can have no check digit": "9990000140",
    "41 nine digits": "999000001",
    "41 eleven digits": "99900000181",
    "41 all noughts": "0000000000",
    "41 a Scottish number with a wrong check digit": "0101011234",
    "41 digits of full width": "９９９００００１８",
    "41 words": "not known",
    "41 a letter for a digit": "999000001B",
}


@pytest.mark.parametrize("holder", LOCAL, indirect=True, ids=str)
@pytest.mark.parametrize("kind", NOBODYS)
async def test_a_number_that_can_be_nobodys_is_left_out_and_said(
    holder: Holder, kind: str, http: PooledHttp
) -> None:
    holder.person(family="Ashworth", born="2011-05-03", nhs=NOBODYS[kind])
    told = await asked(holder, http, *PERSON)
    [held] = numbers(told)
    assert held.nhs_number is None
    assert codes(told) in ({"nhs-number-invalid"}, {"nhs-number-malformed"})
    assert NOBODYS[kind] not in repr(told.notes)
    # The record is there all the same.
    assert cores(told)[0].family_name == "Ashworth"


@pytest.mark.parametrize("holder", LOCAL, indirect=True, ids=str)
@pytest.mark.parametrize("written", ["9990000018", "999 000 0018", " 999-000-0018 "])
async def test_41_a_number_as_people_write_it_is_the_number(
    holder: Holder, written: str, http: PooledHttp
) -> None:
    holder.person(family="Ashworth", born="2011-05-03", nhs=written)
    told = await asked(holder, http, *PERSON)
    assert [held.nhs_number for held in numbers(told)] == [NHSNumber(NUMBER)]
    assert codes(told) == set()


@pytest.mark.parametrize(
    "holder", ["liquidlogic", "mosaic", "caredirector"], indirect=True, ids=str
)
async def test_41_a_number_held_as_a_number_is_the_number(holder: Holder, http: PooledHttp) -> None:
    holder.person(family="Ashworth", born="2011-05-03", nhs=int(NUMBER))
    told = await asked(holder, http, *PERSON)
    assert [held.nhs_number for held in numbers(told)] == [NHSNumber(NUMBER)]


@pytest.mark.parametrize(
    "holder", ["liquidlogic", "caredirector", "connect"], indirect=True, ids=str
)
async def test_42_one_number_on_two_children_names_both(holder: Holder, http: PooledHttp) -> None:
    _two(holder, first=NUMBER, second=NUMBER)
    found = await holder.source(http).trace(NHSNumber(NUMBER))
    assert len({known.local_id for known in found}) == 2


@pytest.mark.parametrize(
    "holder", ["liquidlogic", "caredirector", "connect"], indirect=True, ids=str
)
async def test_58_of_twins_the_one_with_the_number_is_found(
    holder: Holder, http: PooledHttp
) -> None:
    _two(holder, first=NUMBER, second="9990000115")
    found = await holder.source(http).trace(NHSNumber(NUMBER))
    assert [known.local_id.value for known in found] == [holder.subject]
    assert found[0].core.family_name == "Ashworth"


def _two(holder: Holder, *, first: str, second: str) -> None:
    """Two children alike in surname and date of birth."""
    holder.person(family="Ashworth", born="2011-05-03", nhs=first)
    subject, other = holder.subject, {"40017": "40018", "N-1001": "N-1002"}
    holder.subject = other.get(subject, "11111111-2222-4333-8444-555555555555")
    holder.person(family="Ashworth", born="2011-05-03", nhs=second)
    holder.subject = subject


async def test_42_two_numbers_on_one_child_are_not_merged(
    holders: dict[str, Holder], http: PooledHttp
) -> None:
    provider = holders["provider"]
    provider.begins_anew()
    system = "https://fhir.nhs.uk/Id/nhs-number"
    both = [{"system": system, "value": one} for one in (NUMBER, "9990000115")]
    whole = {"resourceType": "Patient", "id": provider.subject, "identifier": both}
    provider.simulator.keeps(whole)  # type: ignore[attr-defined]
    told = await asked(provider, http, *PERSON)
    assert [held.nhs_number for held in numbers(told)] == [None]
    assert codes(told) == {"several-nhs-numbers"}
    # Sought by either, the record is named, and that it settles nothing is said.
    for sought in (NUMBER, "9990000115"):
        [known] = await provider.source(http).trace(NHSNumber(sought))
        assert known.nhs_number is None


@pytest.mark.parametrize("holder", PEOPLE, indirect=True, ids=str)
@pytest.mark.parametrize("word", ["banana", "GNDR_9999", "??", "F/M"])
async def test_59_a_word_for_sex_outside_the_list_is_not_known_and_said(
    holder: Holder, word: str, http: PooledHttp
) -> None:
    holder.person(family="Ashworth", born="2011-05-03", sex=word)
    told = await asked(holder, http, *PERSON)
    assert cores(told)[0].sex is Sex.NOT_KNOWN
    assert codes(told) in ({"sex-code-unknown"}, {"unknown-sex-code"})


WORDS: dict[str, dict[str, str]] = {
    "liquidlogic": {"missing": "mIsSiNg", "odd": "Wandering"},
    "mosaic": {"missing": "MISSING", "odd": "Wandering"},
    "caredirector": {"missing": " missing ", "odd": "Wandering"},
    "connect": {"missing": "Missing", "odd": "WANDERING"},
    "niche": {"missing": "open", "odd": "WANDERING"},
    "compact": {"missing": "missing", "odd": "WANDERING"},
}


@pytest.mark.parametrize("holder", EPISODES, indirect=True, ids=str)
async def test_18_a_word_in_another_case_is_the_word(
    holder: HoldsEpisodes, http: PooledHttp, request: pytest.FixtureRequest
) -> None:
    word = WORDS[request.node.callspec.params["holder"]]["missing"]
    holder.episode(start="2026-06-01T10:00:00Z", word=word)
    told = await asked(holder, http, *EPISODE)
    assert [status.state for status in statuses(told)] == [EpisodeState.MISSING]
    assert codes(told) == set()


@pytest.mark.parametrize("holder", EPISODES, indirect=True, ids=str)
async def test_18_a_word_that_nobody_knows_is_carried_and_said(
    holder: HoldsEpisodes, http: PooledHttp, request: pytest.FixtureRequest
) -> None:
    word = WORDS[request.node.callspec.params["holder"]]["odd"]
    holder.episode(start="2026-06-01T10:00:00Z", word=word)
    told = await asked(holder, http, *EPISODE)
    [status] = statuses(told)
    assert (status.state, status.term_as_sent) == (EpisodeState.NOT_KNOWN, word)
    assert codes(told) & {"unknown-status", "missing-status-unknown"}


@pytest.mark.parametrize("holder", ["liquidlogic", "caredirector"], indirect=True, ids=str)
async def test_14_one_id_on_two_people_is_said(holder: Holder, http: PooledHttp) -> None:
    holder.person(family="Ashworth", born="2011-05-03")
    holder.person(family="Stranger", born="1990-01-01")
    told = await asked(holder, http, *PERSON)
    assert codes(told) & {"one-id-on-two-rows", "row-twice", "changed-while-read"}
    assert len({(type(record), record.ref) for record in told.records}) == len(told.records)


@pytest.mark.parametrize(
    "holder", ["liquidlogic", "caredirector", "compact"], indirect=True, ids=str
)
async def test_15_all_rows_under_one_id_are_said(holder: HoldsEpisodes, http: PooledHttp) -> None:
    for day in (1, 2, 3):
        holder.episode(start=f"2026-06-0{day}T10:00:00Z", end=f"2026-06-0{day}T12:00:00Z", ref=7)
    told = await asked(holder, http, *EPISODE)
    assert statuses(told)
    assert len({record.ref for record in told.records}) == len(told.records)
    assert codes(told) & {"one-id-on-two-rows", "row-twice", "changed-while-read", "reports-differ"}


POSTCODES = {
    "56 a forces address": ("BFPO 61", True),
    "56 the old girobank": ("GIR 0AA", True),
    "56 in small letters": ("la1 1aa", True),
    "56 without a blank": ("LA11AA", True),
    "56 a word for none": ("ZZZ", False),
}


@pytest.mark.parametrize("kind", POSTCODES)
async def test_a_postcode_is_carried_unless_it_is_a_word_for_none(
    holders: dict[str, Holder], kind: str, http: PooledHttp
) -> None:
    sent, is_one = POSTCODES[kind]
    for name in ("liquidlogic", "mosaic"):
        holder = holders[name]
        holder.begins_anew()
        holder.person(family="Ashworth", born="2011-05-03")
        match holder.simulator:
            case LiquidlogicSimulator() as council:
                council.holds("FACT_CLA_PLACEMENT", DIM_PERSON_ID=40017, POSTCODE=sent)
            case MosaicSimulator() as council:
                council.placement(4711, 31, postCode=sent)
            case _:
                raise AssertionError(name)
        told = await asked(holder, http, Item.PLACEMENT_ADDRESS)
        [placement] = told.records
        assert isinstance(placement, Placement)
        postcode = placement.address.postcode if placement.address else None
        assert (postcode is not None) is is_one
        if postcode is not None:
            assert postcode.upper().replace(" ", "") == sent.upper().replace(" ", "")


@pytest.mark.parametrize(
    "number", ["01524 960001", "+44 (0)1524 960001", "+441524960001", "ext 4 / mobile 07700 900123"]
)
async def test_60_a_number_to_ring_is_carried_as_it_is_written(
    holders: dict[str, Holder], number: str, http: PooledHttp
) -> None:
    for name in ("mosaic", "caredirector"):
        holder = holders[name]
        holder.begins_anew()
        holder.person(family="Ashworth", born="2011-05-03")
        match holder.simulator:
            case MosaicSimulator() as council:
                held: dict[str, Any] = {"allocatedWorker": "A. Patel", "workerTelephone": number}
                council.allocation(4711, 51, **held)
            case CareDirectorSimulator() as council:
                council.holds(
                    "case",
                    holder.subject,
                    None,
                    responsibleuser__fullname="A. Patel",
                    responsibleuser__phone=number,
                )
            case _:
                raise AssertionError(name)
        [record] = (await asked(holder, http, Item.CASE_WORKER)).records
        assert isinstance(record, Involvement)
        assert record.worker is not None
        assert record.worker.telephone == number
