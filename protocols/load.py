"""Loading the folders of protocols: TOML in, a bundle out, or an error that says what to mend.

The only module here that reads files.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec

from protocols.building import protocol_from, rule_from, status_rule_from
from protocols.bundle import NATIONAL, Bundle
from protocols.duties import Duty
from protocols.duties_building import duty_from
from protocols.duties_written import DutiesFile, WrittenDuty
from protocols.lawful_basis import LawfulBasesFile, LawfulBasis
from protocols.protocol import Protocol, StatusRule
from protocols.reading import Page, Place, read
from protocols.rule import Rule
from protocols.written import ProtocolFile, SharingFile, WrittenRule, WrittenStatusRule
from records.errors import IncompleteProtocol

FOLDER: Final = Path(__file__).parent
"""The protocols that are shipped."""

_PROTOCOL: Final = "protocol.toml"
_SHARING: Final = "sharing.toml"
_DUTIES: Final = "duties.toml"
_BASES: Final = "lawful_bases.toml"
_EXERCISED: Final = "exercised.json"

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


def load_bundle(folder: Path | None = None) -> Bundle:
    """Every protocol under the folder: `national/<nation>/` and one folder for each partnership.

    Raises:
        IncompleteProtocol: with file, line and what to do.
    """
    root = FOLDER if folder is None else folder
    homes = _homes(root)
    pages = {home: {f.name: _page(root, f) for f in sorted(home.glob("*.toml"))} for home in homes}
    written = {home: read(p[_PROTOCOL], ProtocolFile, {}) for home, p in pages.items()}
    authorities = frozenset(a.code for w in written.values() for a in w.authority)
    protocols: dict[str, Protocol] = {}
    rules: list[Rule] = []
    bases: list[LawfulBasis] = []
    for home in homes:
        protocol = protocol_from(pages[home][_PROTOCOL], written[home])
        if protocol.id in protocols:
            raise pages[home][_PROTOCOL].wrong(
                Place(key="id"), f"`{protocol.id}` is another folder's protocol. Rename one."
            )
        page = pages[home][_SHARING]
        sharing = read(page, SharingFile, _BELONGS)
        rules += [rule_from(page, n, r, protocol, authorities) for n, r in enumerate(sharing.rule)]
        protocols[protocol.id] = dataclasses.replace(
            protocol,
            status_rules=tuple(
                status_rule_from(page, n, r, protocol, authorities)
                for n, r in enumerate(sharing.status_rule)
            ),
            duties=_duties(pages[home].get(_DUTIES), protocol),
        )
        if _BASES in pages[home]:
            bases += read(pages[home][_BASES], LawfulBasesFile, {}).basis
    _once(rules, protocols.values())
    if NATIONAL not in protocols:
        raise IncompleteProtocol(
            "national/england: there is no national floor. Nothing is decided without one."
        )
    return Bundle(
        digest=_digest(page for home in homes for page in pages[home].values()),
        rules=tuple(rules),
        protocols=MappingProxyType(protocols),
        lawful_bases=tuple(bases),
    )


def _duties(page: Page | None, protocol: Protocol) -> tuple[Duty, ...]:
    """The duties of a partnership, in the order of their file; none where it has no such file."""
    if page is None:
        return ()
    written = read(page, DutiesFile, _BELONGS_TO_DUTY)
    duties = tuple(duty_from(page, n, d, protocol) for n, d in enumerate(written.duty))
    _each_once(duties)
    return duties


def _homes(root: Path) -> list[Path]:
    """The nation's folders first. A folder counts once it has a sharing.toml."""
    found = (*root.glob(f"national/*/{_SHARING}"), *root.glob(f"*/{_SHARING}"))
    homes = sorted((file.parent for file in found), key=lambda h: (h.parent == root, h.name))
    if not homes:
        raise IncompleteProtocol(
            "No folder has a sharing.toml. Check the protocols folder of the settings."
        )
    for home in homes:
        if not (home / _PROTOCOL).is_file():
            raise IncompleteProtocol(
                f"{_name(root, home)}: there is no protocol.toml. Add it: who the partnership is, its roles, whom to ask."
            )
    return homes


def _page(root: Path, file: Path) -> Page:
    try:
        return Page(_name(root, file), file.read_text("utf-8"))
    except UnicodeDecodeError as error:
        raise IncompleteProtocol(f"{_name(root, file)}: not UTF-8. Save it as UTF-8.") from error


def _name(root: Path, path: Path) -> str:
    return path.relative_to(root).as_posix()


def _once(rules: Iterable[Rule], protocols: Iterable[Protocol]) -> None:
    _each_once([*rules, *(s for p in protocols for s in p.status_rules)])


def _each_once(rows: Iterable[Rule | StatusRule | Duty]) -> None:
    """What is shared and what is to be done may bear one id, being one sentence; no file twice."""
    seen: dict[str, str] = {}
    for row in rows:
        first = seen.setdefault(row.ref.id, f"{row.file}, line {row.line}")
        if first != f"{row.file}, line {row.line}":
            raise IncompleteProtocol(
                f"{row.file}, line {row.line}: `{row.ref.id}` stands already in {first}. Give one of them a suffix after a slash, or remove it."
            )


def _digest(pages: Iterable[Page]) -> str:
    """Of the names and bytes of every file, so that a comment changes it as much as a rule."""
    digest = hashlib.sha256()
    for page in sorted(pages, key=lambda p: p.name):
        digest.update(f"{page.name}\0{len(page.text)}\0{page.text}\0".encode())
    return digest.hexdigest()


def exercised(folder: Path | None = None) -> dict[str, list[str]]:
    """Which tests exercise each rule of the catalogue, as committed in each protocol's folder.

    Written by the tests from their own tables, and compared with them in every run.
    """
    root = FOLDER if folder is None else folder
    found: dict[str, list[str]] = {}
    for home in _homes(root):
        file = home / _EXERCISED
        if file.is_file():
            found |= msgspec.json.decode(file.read_bytes(), type=dict[str, list[str]])
    return found
