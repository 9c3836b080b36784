"""How a system's codes are read is whole for the national lists, and checked at the start for a deployment's own."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from consent.vocabulary import SHAPES, Fact
from disclosure.stating import Claim
from gateway.settings import FactsSettings
from gateway.settings_reading import load
from gateway.stating.reading import Unread, read
from gateway.stating.words import LEGAL, PLACEMENTS, legal_status, placement_type
from gateway.stating.workers import Workers
from records.child import (
    CaseStatus,
    Involvement,
    LegalStatus,
    LegalStatusDetail,
    Placement,
    PlacementDetail,
    Worker,
)
from records.episode import EpisodeState, EpisodeStatus, MissingEpisode
from records.errors import WrongSettings
from records.identifiers import AuthorityCode, OfstedURN
from records.items import Item
from records.people import Kind
from records.record import Provenance, Record

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HERE = Provenance(source="lcs", system="Liquidlogic", as_of=NOW)
CODES = Path(__file__).parents[1] / "data" / "ssda903" / "codes.csv"
SYSTEM = (
    '[sources.lcs]\nadapter = "liquidlogic"\nurl = "https://a.example"\n[sources.lcs.poll.facts]\n'
)


def national(item: str) -> list[tuple[str, str]]:
    with CODES.open(encoding="utf-8") as file:
        return [
            (row["code"], row["description"])
            for row in csv.DictReader(file)
            if row["data_item"] == item
        ]


def said(*records: Record, kind: Kind = Kind.SOCIAL_CARE, **settings: object) -> set[Claim]:
    return set(reading(*records, kind=kind, **settings)[0])


def reading(
    *records: Record, kind: Kind = Kind.SOCIAL_CARE, **settings: object
) -> tuple[tuple[Claim, ...], frozenset[Unread]]:
    given = FactsSettings(organisation="E06000008", **settings)  # type: ignore[arg-type]
    found = read(records, frozenset(Item), kind, given, Workers("lcs", given), NOW)
    return found.claims, found.unread


def values(claims: set[Claim]) -> set[tuple[str | None, ...]]:
    return {tuple(word for word in claim.says if word is not None) for claim in claims}


def status(words: str, *, looked_after: bool | None, ended: date | None = None) -> LegalStatus:
    detail = LegalStatusDetail(
        code=None, description=words, looked_after=looked_after, started_on=None, ended_on=ended
    )
    return LegalStatus(ref=words, provenance=HERE, status=detail)


def placed(
    kind: str = "K2",
    *,
    host: str | None = "E10000017",
    provider: str | None = None,
    urn: str | None = None,
    started: date = date(2026, 1, 12),
    ended: date | None = None,
) -> Placement:
    detail = PlacementDetail(
        placement_type=kind,
        provider=provider,
        ofsted_urn=None if urn is None else OfstedURN(urn),
        host_authority=None if host is None else AuthorityCode(host),
        responsible_authority=AuthorityCode("E06000008"),
        started_on=started,
        ended_on=ended,
    )
    return Placement(ref=f"{kind}/{started}", provenance=HERE, detail=detail)


def case(*, is_open: bool) -> Involvement:
    of = CaseStatus(
        service="children's social care", is_open=is_open, started_on=None, ended_on=None
    )
    return Involvement(ref="case", provenance=HERE, case=of)


def test_every_national_code_of_a_legal_status_and_a_placement_has_a_word_of_ours() -> None:
    assert {code for code, _ in national("LS")} == LEGAL.keys()
    assert {code for code, _ in national("PLACE")} == PLACEMENTS.keys()
    assert set(LEGAL.values()) <= set(SHAPES[Fact.LEGAL_STATUS].values)
    assert set(PLACEMENTS.values()) <= set(SHAPES[Fact.PLACEMENT_TYPE].values)


@pytest.mark.parametrize("code, description", national("LS"))
def test_a_legal_status_in_words_reads_as_its_code_does(code: str, description: str) -> None:
    assert legal_status(None, description, {}) == LEGAL[code]


def test_a_deployments_own_words_come_first_and_case_does_not_matter() -> None:
    own = {"Full Care  Order": "other"}
    assert legal_status(None, "full care order", own) == "other"
    assert placement_type("in-house", {"IN-HOUSE": "foster"}) == "foster"
    assert placement_type("in-house", {}) is None


@pytest.mark.parametrize(
    "given, says",
    [
        ('workers_file = "w.csv"', "issuer"),
        ('issuer = "https://id.example"', "workers_file"),
        ('knows_as = "allocated-worker"', "knows_as"),
        ('[sources.lcs.poll.facts.jobs]\nChair = "host-authority"', "jobs"),
        ('[sources.lcs.poll.facts.legal]\nFull = "s32"', "s31"),
        ('[sources.lcs.poll.facts.placements]\nHome = "home"', "residential"),
        ('[sources.lcs.poll.facts.nurse_teams]\nLancashire = "Y12345"', "GSS"),
    ],
)
def test_a_mistake_in_how_codes_are_read_stops_the_start(
    given: str, says: str, tmp_path: Path
) -> None:
    file = tmp_path / "homeward.toml"
    file.write_text(f'{SYSTEM}organisation = "E06000008"\n{given}\n')
    with pytest.raises(WrongSettings, match=r"sources\.lcs\.poll\.facts") as wrong:
        load({"HOMEWARD_CONFIG": str(file)})
    assert says in str(wrong.value)


@pytest.mark.parametrize(
    "text, says",
    [
        ("key,sub\n1,a\n", "worker,subject"),
        ("worker,subject\n1,a\n1,b\n", "line 3: this worker has two subjects"),
        ("worker,subject\n1,\n", "line 2: give both"),
    ],
)
def test_a_list_of_workers_that_cannot_be_read_stops_the_start(
    text: str, says: str, tmp_path: Path
) -> None:
    file = tmp_path / "workers.csv"
    file.write_text(text)
    settings = FactsSettings(organisation="E06000008", issuer="https://i", workers_file=file)
    with pytest.raises(WrongSettings, match=says):
        Workers("lcs", settings)


def test_a_list_of_workers_that_is_broken_later_leaves_the_last_that_was_right(
    tmp_path: Path,
) -> None:
    file = tmp_path / "workers.csv"
    file.write_text("worker,subject\n1,anna\n")
    settings = FactsSettings(organisation="E06000008", issuer="https://i", workers_file=file)
    workers = Workers("lcs", settings)
    file.write_text("somebody is writing this")
    workers.refresh()
    assert workers.person("1") == ("https://i", "anna")


def test_a_child_in_need_at_home_is_in_the_area_of_the_council_that_has_the_case() -> None:
    found = values(said(case(is_open=True)))
    assert {("home", "E06000008"), ("host", "E06000008"), ("responsible", "E06000008")} <= found


def test_of_a_child_whose_case_is_closed_no_area_is_said() -> None:
    found = values(said(case(is_open=False)))
    assert found == {("open_to_social_care", "false")}


def test_a_child_who_may_be_looked_after_without_a_placement_is_not_said_to_be_at_home() -> None:
    found = values(said(case(is_open=True), status("Something new", looked_after=None)))
    assert not {area for area, *_ in found} & {"home", "host", "responsible"}


def test_a_legal_status_that_has_ended_leaves_none_and_one_nobody_can_read_says_nothing() -> None:
    ended = status("Full care order", looked_after=True, ended=date(2026, 11, 24))
    assert ("legal_status", '"none"') in values(said(ended))
    claims, unread = reading(status("Order of the moon", looked_after=None))
    assert not {claim.topic for claim in claims} & {("attribute", "legal_status")}
    assert unread == {Unread("legal-status", "Order of the moon")}


def test_two_legal_statuses_that_differ_are_unknown() -> None:
    found = said(
        status("Full care order", looked_after=True), status("Police protection", looked_after=True)
    )
    assert ("legal_status",) in values(found)


def test_of_two_placements_the_last_begun_says_where_the_child_is_and_both_homes_know_them() -> (
    None
):
    found = values(
        said(
            placed(urn="SC999101"),
            placed(urn="SC999102", host="E08000035", started=date(2026, 11, 1)),
        )
    )
    assert {("provides-placement", "SC999101"), ("provides-placement", "SC999102")} <= found
    assert ("host", "E08000035") in found
    assert ("host", "E10000017") not in found


def test_a_placement_is_over_on_the_day_on_which_it_ends() -> None:
    assert said(placed(urn="SC999101", ended=date(2026, 11, 24))) == set()
    (claim,) = [
        one
        for one in said(placed(urn="SC999101", ended=date(2026, 11, 25)))
        if one.topic == ("standing", "provides-placement")
    ]
    assert claim.until == datetime(2026, 11, 25, tzinfo=UTC)


def test_a_homes_name_that_nothing_reads_is_told_and_a_foster_carers_never_is() -> None:
    _, unread = reading(placed(provider="Elm House"))
    assert Unread("provider", "Elm House") in unread
    claims, unread = reading(placed("U4", provider="A. Carer", host=None))
    assert unread == {Unread("area-of-a-placement", "(not said)")}
    assert not [claim for claim in claims if "A. Carer" in claim.says]


def test_a_homes_name_that_is_listed_is_its_organisation() -> None:
    found = values(said(placed(provider="ELM house"), providers={"Elm House": "SC999101"}))
    assert ("provides-placement", "SC999101") in found


def test_a_worker_without_a_key_has_no_standing_and_is_told() -> None:
    worker = Worker(name="A", job="Social worker", team=None, telephone=None, allocated=True)
    claims, unread = reading(Involvement(ref="1", provenance=HERE, worker=worker))
    assert claims == ()
    assert unread == {Unread("worker", "(no key)")}


def test_a_force_is_a_childs_while_they_are_missing_and_for_thirty_days_after() -> None:
    def episode(state: EpisodeState, found: datetime | None) -> MissingEpisode:
        at = EpisodeStatus(state=state, term_as_sent=None, missing_from=None, found_at=found)
        return MissingEpisode(ref="1", provenance=HERE, status=at)

    lately = datetime(2026, 11, 20, tzinfo=UTC)
    (missing,) = said(episode(EpisodeState.MISSING, None), kind=Kind.POLICE)
    (found,) = said(episode(EpisodeState.FOUND, lately), kind=Kind.POLICE)
    assert missing.until is None
    assert found.until == datetime(2026, 12, 20, tzinfo=UTC)
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    assert said(episode(EpisodeState.FOUND, long_ago), kind=Kind.POLICE) == set()
