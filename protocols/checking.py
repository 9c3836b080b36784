"""From the texts of all files to a bundle, or to all that is wrong with them.

Pure: the same files make the same bundle, whether they stand in a folder or were kept when
somebody approved them.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Final, TypeVar

from protocols.building import protocol_from, rule_from, status_rule_from
from protocols.bundle import NATIONAL, Bundle
from protocols.confidentiality import Confidentiality, ConfidentialityFile
from protocols.duties import Duty
from protocols.duties_building import duty_from
from protocols.duties_written import DutiesFile, WrittenDuty
from protocols.lawful_basis import LawfulBasesFile, LawfulBasis, Sensitive
from protocols.protocol import Protocol, StatusRule
from protocols.reading import Page, Place, read_through
from protocols.registers import confidentiality_of, lawful_bases_of
from protocols.rule import Rule
from protocols.written import ProtocolFile, SharingFile, WrittenRule, WrittenStatusRule
from records.errors import IncompleteProtocol

T = TypeVar("T")

PROTOCOL: Final = "protocol.toml"
SHARING: Final = "sharing.toml"
_DUTIES: Final = "duties.toml"
_BASES: Final = "lawful_bases.toml"
_CONFIDENTIALITY: Final = "confidentiality.toml"

_BELONGS: Final = {
    **dict.fromkeys(WrittenStatusRule.__struct_encode_fields__, "status_rule"),
    **dict.fromkeys(WrittenRule.__struct_encode_fields__, "rule"),
    "heading": "cite",
    "quote": "cite",
    "issue": "ambiguity",
    "reading": "ambiguity",
    "other": "ambiguity",
    "confirm": "ambiguity",
}

_BELONGS_TO_DUTY: Final = {
    **_BELONGS,
    **dict.fromkeys(WrittenDuty.__struct_encode_fields__, "duty"),
}


_OTHER_TABLES: Final[Mapping[type, Mapping[str, str]]] = {
    SharingFile: _BELONGS,
    DutiesFile: _BELONGS_TO_DUTY,
}


def bundle_of(files: Mapping[str, str]) -> Bundle:
    """The bundle that these files make, by their names under the folder of protocols.

    Raises:
        IncompleteProtocol: with file, line and what to do; the first, where there are several.
    """
    bundle, faults = checked(files)
    if bundle is None:
        raise faults[0]
    return bundle


def checked(files: Mapping[str, str]) -> tuple[Bundle | None, tuple[IncompleteProtocol, ...]]:
    """The bundle, or everything that is wrong with its files, in their order."""
    homes: dict[str, dict[str, Page]] = {}
    for name, text in files.items():
        home, _, file = name.rpartition("/")
        homes.setdefault(home, {})[file] = Page(name, text)
    making = _Making()
    written = {home: making.read(pages[PROTOCOL], ProtocolFile) for home, pages in homes.items()}
    authorities = frozenset(a.code for about in written.values() if about for a in about.authority)
    for home, pages in homes.items():
        making.add(pages, written[home], authorities)
    making.faults += _twice(
        [*making.rules, *(s for p in making.protocols.values() for s in p.status_rules)]
    )
    if NATIONAL not in making.protocols and not making.faults:
        making.faults.append(
            IncompleteProtocol(
                "national/england: there is no national floor. Nothing is decided without one."
            )
        )
    if making.faults:
        return None, tuple(making.faults)
    bundle = Bundle(
        digest=_digest(page for pages in homes.values() for page in pages.values()),
        rules=tuple(making.rules),
        protocols=MappingProxyType(making.protocols),
        lawful_bases=tuple(making.bases),
        sensitive=tuple(making.sensitive),
        confidentiality=tuple(making.confidentiality),
    )
    return bundle, ()


class _Making:
    """A bundle in the making: what has been read so far, and what was found wrong."""

    def __init__(self) -> None:
        self.faults: list[IncompleteProtocol] = []
        self.rules: list[Rule] = []
        self.protocols: dict[str, Protocol] = {}
        self.bases: list[LawfulBasis] = []
        self.sensitive: list[Sensitive] = []
        self.confidentiality: list[Confidentiality] = []

    def read(self, page: Page, shape: type[T]) -> T | None:
        """The file in its typed shape; None where it has faults, which are noted."""
        found, wrong = read_through(page, shape, _OTHER_TABLES.get(shape, {}))
        self.faults += wrong
        return found

    def add(
        self, pages: Mapping[str, Page], about: ProtocolFile | None, authorities: frozenset[str]
    ) -> None:
        """One folder. Where it says nothing usable of itself, its rows cannot be judged."""
        sharing = self.read(pages[SHARING], SharingFile)
        self._add_registers(pages)
        written = self.read(pages[_DUTIES], DutiesFile) if _DUTIES in pages else DutiesFile()
        if about is None:
            return
        with self._noting():
            protocol = protocol_from(pages[PROTOCOL], about)
            if protocol.id in self.protocols:
                raise pages[PROTOCOL].wrong(
                    Place(key="id"), f"`{protocol.id}` is another folder's protocol. Rename one."
                )
            page, statuses, duties = pages[SHARING], [], []
            for number, rule in enumerate(sharing.rule if sharing else ()):
                with self._noting():
                    self.rules.append(rule_from(page, number, rule, protocol, authorities))
            for number, status in enumerate(sharing.status_rule if sharing else ()):
                with self._noting():
                    statuses.append(status_rule_from(page, number, status, protocol, authorities))
            for number, duty in enumerate(written.duty if written else ()):
                with self._noting():
                    duties.append(duty_from(pages[_DUTIES], number, duty, protocol))
            self.faults += _twice(duties)
            self.protocols[protocol.id] = dataclasses.replace(
                protocol, status_rules=tuple(statuses), duties=tuple(duties)
            )

    def _add_registers(self, pages: Mapping[str, Page]) -> None:
        """What the folder holds of the registers of grounds; most hold nothing."""
        with self._noting():
            if _BASES in pages and (lawful := self.read(pages[_BASES], LawfulBasesFile)):
                self.bases += lawful_bases_of(pages[_BASES], lawful)
                self.sensitive += lawful.sensitive
        with self._noting():
            page = pages.get(_CONFIDENTIALITY)
            if page is not None and (kept := self.read(page, ConfidentialityFile)):
                self.confidentiality += confidentiality_of(page, kept)

    @contextmanager
    def _noting(self) -> Iterator[None]:
        """Go on after a fault, so that all are told at once."""
        try:
            yield
        except IncompleteProtocol as error:
            self.faults.append(error)


def _twice(rows: Iterable[Rule | StatusRule | Duty]) -> Iterator[IncompleteProtocol]:
    """What is shared and what is to be done may bear one id, being one sentence; no file twice."""
    seen: dict[str, str] = {}
    for row in rows:
        here = f"{row.file}, line {row.line}"
        first = seen.setdefault(row.ref.id, here)
        if first != here:
            yield IncompleteProtocol(
                f"{here}: `{row.ref.id}` stands already in {first}. Give one of them a suffix after a slash, or remove it."
            )


def _digest(pages: Iterable[Page]) -> str:
    """Of the names and bytes of every file, so that a comment changes it as much as a rule."""
    digest = hashlib.sha256()
    for page in sorted(pages, key=lambda p: p.name):
        digest.update(f"{page.name}\0{len(page.text)}\0{page.text}\0".encode())
    return digest.hexdigest()
