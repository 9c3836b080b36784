"""What is wrong with how a system's codes are read, that no single value shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from consent.vocabulary import SHAPES, Fact
from disclosure.assertion import PERSONAL
from gateway.settings import FactsSettings, Settings
from records.errors import MalformedIdentifier
from records.identifiers import AuthorityCode
from records.people import Standing

_AREAS: Final = frozenset(
    {Standing.RESPONSIBLE_AUTHORITY, Standing.HOST_AUTHORITY, Standing.HOME_AUTHORITY}
)


def mistakes(settings: Settings) -> list[str]:
    """Each mistake as half a line: what is wrong and what to do."""
    return [
        f"`sources.{name}.poll.facts{wrong}"
        for name, source in settings.sources.items()
        if source.poll is not None and source.poll.facts is not None
        for wrong in _of(source.poll.facts)
    ]


def _of(facts: FactsSettings) -> Iterator[str]:
    names_workers = facts.workers_file is not None or facts.subjects_are_workers
    if names_workers and facts.issuer is None:
        yield ".issuer` is not said; name who issues the workers' tokens"
    if facts.issuer is not None and not names_workers:
        yield "` says an `issuer` and no worker; give `workers_file` or `subjects_are_workers`"
    if facts.knows_as in PERSONAL | _AREAS:
        yield ".knows_as` is what an organisation is; no person's standing and no authority's"
    if _AREAS & set(facts.jobs.values()):
        yield ".jobs` says what a person is to a child; no authority's standing"
    yield from _words("legal", facts.legal, Fact.LEGAL_STATUS)
    yield from _words("placements", facts.placements, Fact.PLACEMENT_TYPE)
    for code in facts.nurse_teams:
        try:
            AuthorityCode(code)
        except MalformedIdentifier:
            yield ".nurse_teams` has authorities' GSS codes on the left; correct them"
            return


def _words(name: str, given: Mapping[str, str], fact: Fact) -> Iterator[str]:
    if not set(given.values()) <= set(SHAPES[fact].values):
        yield f".{name}` has on the right one of {', '.join(SHAPES[fact].values)}; correct it"
